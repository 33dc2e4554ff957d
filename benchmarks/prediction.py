"""Predict texts with a pipeline in a process of its own, and write how many words a second it takes.

    python -m benchmarks.prediction training/default/model-best texts.json speed.json

In: a pipeline and a JSON list of texts. Out: JSON with words per second of processor time, from the raw
text to the entities. `benchmarks.costs` measures the peak memory of this process.
"""

import sys
import time
from pathlib import Path

import spacy

from scripts.files import atomic


def main(pipeline: str, texts: str, written: str) -> None:
    """Write the speed of a pipeline; loading it doesn't count."""
    nlp = spacy.load(pipeline)
    waiting = atomic.read_json(Path(texts))
    nlp(waiting[0])  # what the first text sets up doesn't count either
    started = time.process_time()
    words = sum(len(doc) for doc in nlp.pipe(waiting))
    atomic.write_json(Path(written), {"words_per_second": words / (time.process_time() - started)})


if __name__ == "__main__":
    main(*sys.argv[1:])
