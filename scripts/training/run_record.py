"""Record of a training run: what it was made from, how it went, and why it stopped.

In: the config, and the files of `convert`. Out: `run.json` and `curve.jsonl` (scores on the dev set and
losses by step) in the run's folder. Only `report` reads run.json, and of its times only the day.
"""

import importlib.metadata
import json
import platform
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from spacy.language import Language
from thinc.api import get_current_ops

from scripts.conversion.inputs import Inputs
from scripts.files import atomic, fingerprint, gpu
from scripts.training.record import CurveRow, Logged, RunRecord, WandbNames
from scripts.training.stand_alone import WANDB
from scripts.training.wandb_logger import names_of


def run_record_logger(train: Path, dev: Path, inputs: Path, counts: Path) -> Callable[..., Logged]:
    """Return a logger that writes `run.json` and `curve.jsonl` next to the trained pipeline.

    train, dev: the corpus files of the training set and the dev set; inputs, counts: what `inputs` and
    `convert` wrote. Without an output folder (`spacy train` without --output) nothing is written.
    """

    def setup(nlp: Language, stdout: IO[str] = sys.stdout, *_: IO[str]) -> Logged:
        started = datetime.now(UTC)
        training = nlp.config.interpolate()["training"]
        record: RunRecord = {
            "commit": git_commit(),
            "config": fingerprint.of_text(nlp.config.to_str()),
            "corpus": {"train": hash_if_there(Path(train)), "dev": hash_if_there(Path(dev))},
            "counts": hash_if_there(Path(counts)),
            "annotations": annotation_fingerprint(Path(inputs)),
            "seed": training["seed"],
            "wandb": wandb_names(training["logger"]),
            "device": device(),
            "platform": platform.platform(),
            "python": platform.python_version(),
            "versions": installed_versions(),
            "started": started.isoformat(timespec="seconds"),
        }
        curve: list[CurveRow] = []
        folder: Path | None = None
        step = 0  # of the last call

        def log_step(info: dict[str, Any] | None) -> None:
            nonlocal folder, step
            step = step + 1 if info is None else info["step"]
            if info is None:  # a step without an evaluation
                return
            if info.get("output_path"):
                folder = Path(info["output_path"]).parent
            curve.append(row_of(info))

        def finalize() -> None:
            if not curve:
                return
            best = max(curve, key=lambda at: (at["score"], at["step"]))  # spaCy saves the last of equals
            planned = training["max_steps"]
            reason = why_stopped(curve, step, planned, training["patience"], training["max_epochs"])
            record["steps"] = {"planned": planned, "last": step, "best": best["step"]}
            record["stopped"] = reason
            record["seconds"] = round((datetime.now(UTC) - started).total_seconds(), 1)
            if folder is not None:
                lines = [json.dumps(at, ensure_ascii=False, sort_keys=True) + "\n" for at in curve]
                atomic.write_text(folder / "curve.jsonl", "".join(lines))
                atomic.write_json(folder / "run.json", record)
            print(f"Stopped: {reason}", file=stdout)
            print(f"Best score on the dev set: {best['score']:.4f} at step {best['step']}", file=stdout)

        return log_step, finalize

    return setup


def wandb_names(logger: dict[str, Any]) -> WandbNames | None:
    """Return the names in wandb of the logger in a config, or None when it has none."""
    if logger.get("@loggers") == WANDB:
        return names_of(logger["project"], logger.get("group"), logger.get("tags"))
    chained = (wandb_names(value) for value in logger.values() if isinstance(value, dict))
    return next(filter(None, chained), None)


def row_of(info: dict[str, Any]) -> CurveRow:
    """Return one evaluation on the dev set, of what spaCy gives a logger."""
    return {
        "step": info["step"],
        "epoch": info["epoch"],
        "words": info["words"],
        "score": info["score"],
        "losses": {key: round(float(value), 4) for key, value in info["losses"].items()},
        "scores": {key: value for key, value in info["other_scores"].items() if key != "speed"},
    }


def why_stopped(curve: list[CurveRow], last: int, planned: int, patience: int, epochs: int) -> str:
    """Return in words what ended the training after its last step, from the evaluations before that."""
    # spaCy counts its patience from the first of equal scores.
    best = max(curve, key=lambda at: (at["score"], -at["step"]))["step"]
    if planned and last >= planned:
        return f"after step {last}, the last of the schedule (training.max_steps)"
    if patience and last - best >= patience:
        return f"at step {last}: no better score on the dev set in {patience} steps (training.patience)"
    if epochs > 0 and curve[-1]["epoch"] >= epochs - 1:
        return f"after {epochs} passes over the training set (training.max_epochs)"
    return f"early, after step {last} of {planned}: it was interrupted or failed"


def git_commit() -> str | None:
    """Return the commit that is checked out, with `+changes` when files differ from it, or None."""
    try:
        commit = git("rev-parse", "HEAD")
        return commit + ("+changes" if git("status", "--porcelain") else "")
    except (OSError, subprocess.CalledProcessError):
        return None


def git(*arguments: str) -> str:
    """Return what a git command prints."""
    command = ["git", *arguments]
    return subprocess.run(command, capture_output=True, check=True, encoding="utf8").stdout.strip()


def device() -> str:
    """Return the device that training really uses, by the operations that thinc has chosen."""
    ops = get_current_ops()
    if ops.name == "mps":
        return "gpu (Metal)"
    if (number := gpu.in_use()) is None:
        return f"cpu ({type(ops).__name__})"
    card = ops.xp.cuda.runtime.getDeviceProperties(number)
    return f"gpu {number} ({card['name'].decode()})"


def installed_versions() -> dict[str, str]:
    """Return every installed package with its version, as `pip freeze` would list them."""
    found = {d.metadata["Name"]: d.version for d in importlib.metadata.distributions()}
    return dict(sorted(found.items(), key=lambda item: item[0].lower()))


def hash_if_there(path: Path) -> str | None:
    """Return the SHA-256 of a file or folder, or None when there is none."""
    return fingerprint.of_path(path) if path.exists() else None


def annotation_fingerprint(inputs: Path) -> str | None:
    """Return one SHA-256 for all annotation files, by their names and contents."""
    if not inputs.is_file():
        return None
    found: Inputs = atomic.read_json(inputs)
    files = [(file["path"], file["sha256"]) for file in found["files"]]
    return fingerprint.of_text(json.dumps(files))
