"""What training writes next to the pipeline: the contents of run.json, and rows of curve.jsonl."""

from collections.abc import Callable
from typing import Any, NotRequired

from typing_extensions import TypedDict

# What spaCy has of a logger: it is given each evaluation, and then told that training has ended.
Logged = tuple[Callable[[dict[str, Any] | None], None], Callable[[], None]]


class CurveRow(TypedDict):
    """A row of curve.jsonl: one evaluation on the dev set.

    words: how many were seen. losses: by component. scores: the pipeline's other scores, by name.
    """

    step: int
    epoch: int
    words: int
    score: float
    losses: dict[str, float]
    scores: dict[str, Any]


class Steps(TypedDict):
    """How many steps were planned, which one was the last, and which one was the best."""

    planned: int
    last: int
    best: int


class WandbNames(TypedDict):
    """Project, group and tags of a run in wandb."""

    project: str
    group: str | None
    tags: NotRequired[list[str]]


class RunRecord(TypedDict, total=False):
    """The contents of run.json; empty for a pipeline that was trained elsewhere.

    commit: of the project. config, corpus, counts, annotations: fingerprints. versions: of all packages.
    stopped: why training ended. started, seconds: when it began, and how long it took.
    """

    commit: str | None
    config: str
    corpus: dict[str, str | None]
    counts: str | None
    annotations: str | None
    seed: int
    wandb: WandbNames | None
    device: str
    platform: str
    python: str
    versions: dict[str, str]
    started: str
    steps: Steps
    stopped: str
    seconds: float
