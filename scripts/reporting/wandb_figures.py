"""The figures of a run for Weights & Biases: recorded beside the training, by the same logger's rules.

In: an analysis, and the run's record, which says whether and where training was recorded. Out: a run
of kind `evaluation` in wandb's folder of this run. The report, which holds texts, goes along only when
the user said so.
"""

import os
from pathlib import Path
from typing import Any

from wasabi import msg

from scripts.files import atomic
from scripts.scoring.metrics import is_point
from scripts.training.wandb_logger import brief, start
from scripts.training.wandb_mode import mode_of

MEASURES = ("p", "r", "f")


def record_figures(run: Path, analysis: dict[str, Any], report: Path | None) -> bool:
    """Record the figures of a run in wandb, and return whether that was done.

    report: the page to record as well, or None to keep its texts on this machine. Nothing is recorded
    when the environment turns wandb off or the config that was trained has no wandb logger; a failure is
    said, and no reason to stop.
    """
    mode = mode_of(os.environ)
    names = recorded_as(run / "run.json")
    if mode == "disabled" or names is None:
        return False
    try:
        recording = start(names["project"], names["group"], run, mode, {}, kind="evaluation")
        recording.summary.update(flat_figures(analysis))
        if report is not None:
            import wandb

            recording.log({"report": wandb.Html(str(report), inject=False)})
        recording.finish()
    except Exception as error:  # wandb raises its own errors, the network's, and the system's
        msg.warn(f"wandb does not record the figures: {brief(error)}", "The report is written.")
        return False
    return True


def recorded_as(path: Path) -> dict[str, Any] | None:
    """Return project and group of a run in wandb, by its record, or None when it has no wandb logger."""
    record = atomic.read_json(path) if path.is_file() else {}
    return record.get("wandb")


def flat_figures(analysis: dict[str, Any]) -> dict[str, float]:
    """Return the numbers of test and dev under names with slashes; what is undefined is left out."""
    found: dict[str, float] = {}
    for split in ("test", "dev"):
        scores = analysis[split]["scores"]
        rows = {"all": scores["micro"], **scores["labels"]}
        for label, row in rows.items():
            found |= {f"{split}/{label}/{m}": row[m] for m in MEASURES if row[m] is not None}
            found[f"{split}/{label}/support"] = row["support"]
        interval = scores["micro"]["intervals"].get("f", ())
        for end, value in zip(("low", "high"), interval, strict=False):
            if value is not None and not is_point(interval):
                found[f"{split}/all/f_{end}"] = value
        for name, baseline in analysis[split]["baselines"].items():
            if baseline["gain"]["f"] is not None:
                found[f"{split}/gain_over_{name}"] = baseline["gain"]["f"]
    return found
