"""How long to train and how often to look at dev, from the size of the corpus.

In: `corpus/counts.json`. Out: numbers for `training.max_steps`, `training.max_epochs` and
`training.eval_frequency`.
"""

import json
import math
from pathlib import Path

from spacy.util import registry


@registry.misc("ner_template.steps.v1")  # type: ignore[untyped-decorator]
def steps_for_corpus(
    counts: Path, passes: float, tokens_per_step: int, minimum: int, maximum: int
) -> int:
    """Return the number of training steps that pass over train `passes` times, within bounds.

    counts: counts.json of `convert`, which has train's tokens; without it, `minimum` is returned.
    tokens_per_step: how many tokens a batch has once it is full-grown.
    """
    path = Path(counts)  # a config hands over a string
    if not path.is_file():
        return minimum
    tokens: int = json.loads(path.read_text(encoding="utf8"))["splits"]["train"]["tokens"]
    return max(minimum, min(maximum, math.ceil(passes * tokens / tokens_per_step)))


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
