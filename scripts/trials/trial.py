"""A trial, which is one training of one pipeline, and its result.

A `Trial` says what to train: plain values, so that JSON holds it and another machine takes it. A
`Result` says what came of it; it is the contents of `result.json` in the trial's folder, which is
written last. Everything in it but `costs` is the same whenever and wherever the trial runs.

    trial = Trial("small-0", "configs/config.cfg", seed=0, overrides={"schedule.passes": 2.0})
    for result in run_all([trial], Path("training/mine")):  # scripts.trials.pool
        print(result["status"], result["dev"][ALL]["f"])
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
from typing_extensions import TypedDict

from scripts.scoring.counts import Figures, figures
from scripts.training.record import CurveRow

Status = Literal["ok", "failed", "pruned"]
OK: Final = "ok"
FAILED: Final = "failed"
PRUNED: Final = "pruned"
ALL = ""  # key of the figures of all labels together; no label is called that
EARLIER_ALL = "all"  # the same in results of earlier versions, unless a label was called that
RESULT, CONFIG, LOG, PIPELINE = "result.json", "config.cfg", "log.txt", "model-best"


@dataclass(frozen=True, slots=True)
class Trial:
    """What to train.

    name: of the trial's folder, unique among the trials that are run together. config: a spaCy config,
    complete or not, as in configs/. overrides: values by dotted name (`training.dropout`), of the config
    before it is filled in, so that `schedule.passes` works, too. share: of the training set's documents.
    without: patterns of annotation files whose documents are left out of the training set. corpus: the
    folder that `convert` and `labels` wrote. gpu_id: as in project.yml. Paths are relative to the
    project. fold: which fold of how many is left out, from 0, of the training set and the dev set
    together; the dev set is then a part of what is left, and `share` and `without` do not apply.
    """

    name: str
    config: str
    seed: int = 0
    overrides: Mapping[str, Any] = field(default_factory=dict)
    share: float = 1.0
    without: tuple[str, ...] = ()
    corpus: str = "corpus"
    gpu_id: int = -1
    fold: tuple[int, int] | None = None


class LearnedFrom(TypedDict):
    """What the training set of a trial contains. labels: entities by label."""

    documents: int
    tokens: int
    entities: int
    labels: dict[str, int]


class Costs(TypedDict):
    """What a trial took; it differs from run to run.

    processor_seconds: of the process up to the end of training, None if it did not end. seconds: of
    training, by the clock. words_per_second: of prediction on the dev set, None without a pipeline.
    whole: seconds from the start of the process to its end.
    """

    processor_seconds: float | None
    seconds: float
    words_per_second: int | None
    whole: float


class Result(TypedDict):
    """What came of a trial.

    trial: the values of the Trial. fingerprint: of all that decides the result, empty if the config was
    refused. status: `ok`, `failed` or `pruned`. reason: why it failed or was stopped.
    score: the best one on the dev set, which chose the pipeline (`score_weights` of the config).
    dev: precision, recall and F on the dev set by label, and of all under `ALL`; empty unless ok.
    counts: by group of the dev set (see `Document.unit`) and label, true positives, false positives and
    false negatives, for intervals and paired tests. curve: the evaluations on the dev set.
    learned_from: None if it is not known. costs: None if nothing was trained.
    """

    trial: dict[str, Any]
    fingerprint: str
    status: Status
    reason: str
    score: float | None
    dev: dict[str, Figures]
    counts: dict[str, dict[str, list[int]]]
    curve: list[CurveRow]
    learned_from: LearnedFrom | None
    costs: Costs | None


def up_to_date(found: Result) -> Result:
    """Return a stored result with the figures of all labels under `ALL`, whatever version wrote it."""
    dev, counts = found["dev"], found["counts"].values()
    if not dev or ALL in dev:
        return found
    total = np.array([[0, 0, 0], *(three for row in counts for three in row.values())]).sum(axis=0)
    is_label = any(EARLIER_ALL in row for row in counts)
    labels = {name: row for name, row in dev.items() if is_label or name != EARLIER_ALL}
    return {**found, "dev": {ALL: figures(total), **labels}}


Watch = Callable[[Trial, CurveRow], str | None]
"""Called at each evaluation; a reason in words stops the trial (pruning), None lets it go on."""
