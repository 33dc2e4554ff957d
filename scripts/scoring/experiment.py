"""What a comparison of variants found: the contents of summary.json and costs.json.

The first is the same whenever and wherever the trials ran; the second differs from run to run.
"""

from typing import Any

from typing_extensions import TypedDict

from scripts.scoring.variants import Estimate, LabelEstimate, VariantScores

CurvePoints = list[tuple[int, float]]  # step, and score on the dev set


class VariantSummary(TypedDict):
    """A variant: what it is, and what came of it.

    config, overrides, share, without: as in configs/experiments.yml. seeds: those that were trained.
    failed: by seed, why. documents, entities: of its training set. scores: on the dev set, None if no
    seed has any. curves: by seed, the evaluations on the dev set.
    """

    config: str
    overrides: dict[str, Any]
    share: float
    without: list[str]
    seeds: list[int]
    failed: dict[str, str]
    documents: int | None
    entities: int | None
    scores: VariantScores | None
    curves: dict[str, CurvePoints]


class TestScores(TypedDict):
    """Scores on the test set of the variant that the dev set chose.

    earlier: other variants that the same test set was scored for before, each of which makes it less
    of an unseen one.
    """

    f: Estimate
    p: float
    r: float
    by_seed: list[float]
    labels: dict[str, LabelEstimate]
    earlier: list[str]


class Summary(TypedDict):
    """The contents of summary.json. reference, chosen: names of variants; chosen by the dev set."""

    reference: str
    chosen: str | None
    confidence: float
    groups: int
    variants: dict[str, VariantSummary]
    test: TestScores | None


class VariantCosts(TypedDict):
    """Means over the seeds of a variant; None if unknown."""

    processor_seconds: float | None
    words_per_second: float | None


Costs = dict[str, VariantCosts]  # by variant: the contents of costs.json
