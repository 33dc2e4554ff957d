"""How long to train, how often to evaluate, and which spans spancat suggests, computed from the corpus.

In: the section `[schedule]` of a config, the lengths of the training set's documents and spans, and the
batcher. Out: numbers for `[training]` and for suggesters.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

Batcher = Callable[[Iterable[Any]], Iterable[list[Any]]]
Lengths = NDArray[np.int64]  # tokens of each document

COUNTED, PACE = 3000, 1000  # see steps_of


class Schedule(BaseModel):
    """The section `[schedule]` of a config.

    passes: over the training set. minimum, maximum: of training steps. evaluations: how often the dev
    set is evaluated. span_coverage: the share of the training set's spans that spancat should suggest,
    None to leave its suggester as it is; longest_span: the most tokens that it may suggest.
    """

    model_config = ConfigDict(extra="forbid")

    passes: float = Field(ge=0)
    minimum: int = Field(default=1, ge=1)
    maximum: int = Field(default=20_000, ge=1)
    evaluations: int = Field(default=10, ge=1)
    span_coverage: float | None = Field(default=None, gt=0, le=1)
    longest_span: int = Field(default=20, ge=1)

    @model_validator(mode="after")
    def check_bounds(self) -> "Schedule":
        """Refuse a minimum of steps that is larger than the maximum."""
        if self.minimum > self.maximum:
            raise ValueError(f"minimum ({self.minimum:,}) is larger than maximum ({self.maximum:,})")
        return self

    def numbers(self, lengths: Mapping[str, int], batcher: Batcher) -> dict[str, int]:
        """Return `max_steps` and `eval_frequency` for a training set.

        lengths: how many documents have so many tokens. batcher: the one of the training, which is
        given the lengths in random order. So the steps are those that it really makes: its batches grow,
        and a long document is a batch of its own. If the bounds allow it, the last step is evaluated.
        """
        tokens = np.repeat([int(length) for length in lengths], list(lengths.values()))
        steps = max(self.minimum, min(self.maximum, steps_of(tokens, self.passes, batcher)))
        seldom, often = math.ceil(steps / self.evaluations), max(1, steps // self.evaluations)
        exact = [(every * min(steps, self.evaluations), every) for every in (seldom, often)]
        within = [each for each in exact if self.minimum <= each[0] <= self.maximum]
        steps, every = [*within, (steps, often)][0]
        return {"max_steps": steps, "eval_frequency": every}

    def suggested(self, span_lengths: Mapping[str, int]) -> tuple[int, float] | None:
        """Return the most tokens of a suggested span, and the share of spans that are no longer.

        span_lengths: how many spans have so many tokens. None if nothing is asked for, or no span known.
        """
        counts = {int(length): count for length, count in span_lengths.items()}
        total = sum(counts.values())
        if self.span_coverage is None or not total:
            return None
        covered = 0
        for length in sorted(length for length in counts if length <= self.longest_span):
            covered += counts[length]
            if covered >= self.span_coverage * total:
                return length, covered / total
        return self.longest_span, covered / total


def steps_of(lengths: Lengths, passes: float, batcher: Batcher) -> int:
    """Return how many batches there are in so many passes over documents of these lengths.

    The first COUNTED batches are counted; by then batches have long stopped growing. The rest is
    estimated from the number of documents in the last PACE of them.
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
    """Yield the batches of so many passes over documents; a part of a pass takes a part of them."""
    order = np.random.RandomState(0)  # the same numbers in every version of numpy
    while passes > 0 and len(lengths):
        documents = order.permutation(lengths)[: math.ceil(min(passes, 1.0) * len(lengths))]
        yield from batcher(range(n) for n in documents.tolist())  # it has a length, as an example has
        passes -= 1
