"""A run as a row of the table of all runs: what it was made from, and what it reached.

In: the folder of a run. Out: a plain value with the config's settings by dotted name, the record of the
training and the scores. What the folder lacks is empty: a run may be trained and not yet evaluated.
"""

import configparser
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from confection import Config
from pydantic import ValidationError
from typing_extensions import TypedDict

from scripts.files import atomic
from scripts.files.contract import adapter_of, first_fault
from scripts.files.terminal import msg, printable
from scripts.scoring.metrics import Metrics, SplitMetrics
from scripts.training.record import RunRecord
from scripts.trials.trial import ALL, RESULT, Result, Status, up_to_date

CONFIG, RECORD, METRICS, SPEED = "config.cfg", "run.json", "metrics.json", "speed.json"
MADE_FROM = re.compile(r"# Written by the step `config`\. To change it, edit (.+)\.$", re.MULTILINE)
# Sections of a config that say where a run is and who listens to it, and change nothing in it.
ABOUT_PLACES = ("paths.", "training.logger.")

T = TypeVar("T")


class Score(TypedDict):
    """What a run reached on the dev or test set. labels: F by label. fingerprint: of the corpus file."""

    p: float | None
    r: float | None
    f: float | None
    labels: dict[str, float | None]
    fingerprint: str


class RunRow(TypedDict):
    """A run in the table.

    name: of its folder, from training/. config: the file that it was made from, empty if unknown.
    values: of the whole config, by dotted name. record: of the training. scores: by split. speed: words
    that the pipeline predicts in a second, if measured. trial: how a trial of `experiments`, `curve` or
    `sweep` ended; None for a run.
    """

    name: str
    config: str
    values: dict[str, Any]
    record: RunRecord
    scores: dict[str, Score]
    speed: int | None
    trial: Status | None


def row_of(run: Path, name: str) -> RunRow | None:
    """Return the row of a run's folder, or None if nothing was trained or scored there."""
    record = read(run / RECORD, RunRecord)
    if result := read(run / RESULT, Result):
        return row_of_trial(run, name, record or {}, result)
    metrics = read(run / METRICS, Metrics)
    if record is None and metrics is None:
        return None
    config, values = config_of(run / CONFIG)
    speed = read(run / SPEED, dict[str, dict[str, int]]) or {}
    return {
        "name": name,
        "config": config,
        "values": values,
        "record": record or {},
        "scores": {"test": score_of(metrics), "dev": score_of(metrics["dev"])} if metrics else {},
        "speed": speed.get("test", {}).get("words_per_second"),
        "trial": None,
    }


def row_of_trial(run: Path, name: str, record: RunRecord, result: Result) -> RunRow:
    """Return the row of a trial's folder. It has been scored on the dev set only."""
    _, values = config_of(run / CONFIG)
    dev, costs = up_to_date(result)["dev"], result["costs"]
    scores: dict[str, Score] = {}
    if dev:
        labels = {label: figures["f"] for label, figures in dev.items() if label != ALL}
        scores["dev"] = {
            "p": dev[ALL]["p"],
            "r": dev[ALL]["r"],
            "f": dev[ALL]["f"],
            "labels": labels,
            "fingerprint": record.get("corpus", {}).get("dev") or "",
        }
    seconds: RunRecord = {"seconds": costs["seconds"]} if costs else {}
    return {
        "name": name,
        "config": Path(result["trial"]["config"]).name,
        "values": values,
        "record": {"seed": result["trial"]["seed"], **seconds, **record},
        "scores": scores,
        "speed": costs["words_per_second"] if costs else None,
        "trial": result["status"],
    }


def score_of(metrics: SplitMetrics) -> Score:
    """Return the figures of one split."""
    return {
        "p": metrics["ents_p"],
        "r": metrics["ents_r"],
        "f": metrics["ents_f"],
        "labels": {label: scores["f"] for label, scores in metrics["ents_per_type"].items()},
        "fingerprint": metrics["fingerprint"],
    }


def config_of(path: Path) -> tuple[str, dict[str, Any]]:
    """Return the file that a run's config was made from, and its values by dotted name."""
    if not path.is_file():
        return "", {}
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    origin = MADE_FROM.search(text)
    try:
        found = dict(flat(Config().from_str(text)))
    except (ValueError, configparser.Error) as error:
        warn(path, str(error))
        found = {}
    values = {name: value for name, value in found.items() if not name.startswith(ABOUT_PLACES)}
    return Path(origin[1]).name if origin else "", values


def flat(node: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the values of a config with their dotted names."""
    for key, value in node.items():
        if isinstance(value, dict):
            yield from flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def read(path: Path, kind: type[T]) -> T | None:
    """Return the contents of a JSON file; None, with a warning, if it can't be read."""
    if not path.is_file():
        return None
    try:
        found: T = atomic.read_json(path)
        adapter_of(kind).validate_python(found)  # type: ignore[arg-type]  # a class is hashable
    except ValidationError as error:
        warn(path, first_fault(error))
    except ValueError as error:
        warn(path, str(error))
    else:
        return found
    return None


def warn(path: Path, reason: str) -> None:
    """Say that a file is left out."""
    why = printable(" ".join(reason.split()), 200)
    msg.warn(f"{printable(path.as_posix(), 300)} can't be read and is left out: {why}")
