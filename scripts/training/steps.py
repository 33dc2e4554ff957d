"""How long to train and how often to look at dev, from the size of the corpus.

In: `corpus/counts.json`, and the batcher. Out: numbers for `training.max_steps`,
`training.max_epochs` and `training.eval_frequency`.
"""

import json
import math
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.util import registry

Batcher = Callable[[Iterable[Any]], Iterable[list[Any]]]
Lengths = NDArray[np.int64]  # tokens of each document

COUNTED, PACE = 3000, 1000  # see steps_of


@registry.misc("ner_template.steps.v1")  # type: ignore[untyped-decorator]
def steps_for_corpus(counts: Path, passes: float, batcher: Batcher, minimum: int, maximum: int) -> int:
    """Return the number of training steps that pass over train `passes` times, within bounds.

    counts: counts.json of `convert`, which has the lengths of train's documents; without it, `minimum`
    is returned. batcher: the one of training, which is given the lengths in random order, so that the
    steps are those that it really makes: its batches grow, and a long document is one by itself.
    """
    path = Path(counts)  # a config hands over a string
    if not path.is_file():
        return minimum
    found: dict[str, int] = json.loads(path.read_text(encoding="utf8"))["lengths"]
    lengths = np.repeat([int(tokens) for tokens in found], list(found.values()))
    return max(minimum, min(maximum, steps_of(lengths, passes, batcher)))


def steps_of(lengths: Lengths, passes: float, batcher: Batcher) -> int:
    """Return how many batches there are in so many passes over documents of these lengths.

    They are counted up to COUNTED, by when batches have long stopped growing; the rest follows from the
    documents that the last PACE of them took.
    """
    steps = documents = before = 0
    for batch in batches(lengths, passes, batcher):
        steps += 1
        documents += len(batch)
        if steps == COUNTED - PACE:
            before = documents
        if steps == COUNTED:
            left = max(0.0, passes * len(lengths) - documents)
            return steps + math.ceil(left * PACE / (documents - before))
    return steps


def batches(lengths: Lengths, passes: float, batcher: Batcher) -> Iterator[list[Any]]:
    """Yield the batches of so many passes over documents of these lengths, the last pass cut short."""
    order = np.random.RandomState(0)  # the same numbers in every version of numpy
    while passes > 0 and len(lengths):
        documents = order.permutation(lengths)[: math.ceil(min(passes, 1.0) * len(lengths))]
        yield from batcher(range(n) for n in documents.tolist())  # it has a length, as an example has
        passes -= 1


@registry.misc("ner_template.epochs.v1")  # type: ignore[untyped-decorator]
def epochs_for_corpus(counts: Path) -> int:
    """Return what spaCy takes as `max_epochs`: -1 to read train as a stream, 0 to hold it in memory.

    counts: counts.json of `convert`, which shuffles a train that is to be streamed; 0 without it.
    """
    path = Path(counts)
    if not path.is_file():
        return 0
    return -1 if json.loads(path.read_text(encoding="utf8")).get("streamed") else 0


@registry.misc("ner_template.interval.v1")  # type: ignore[untyped-decorator]
def interval(steps: int, times: int) -> int:
    """Return after how many steps to evaluate, so that dev is looked at about `times` times."""
    return max(1, steps // times)
