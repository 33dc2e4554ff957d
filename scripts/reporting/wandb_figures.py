"""The figures of a run for Weights & Biases: recorded beside the training, by the same logger's rules.

In: an analysis, and the trained config, which says whether and where training was recorded. Out: a run
of kind `evaluation` in wandb's folder of this run. The report, which holds texts, goes along only when
the user said so.
"""

import os
from pathlib import Path
from typing import Any

from spacy.util import load_config
from wasabi import msg

from scripts.pipeline.wandb_logger import brief, start

LOGGER = "ner_template.Wandb.v1"
MEASURES = ("p", "r", "f")


def record_figures(run: Path, analysis: dict[str, Any], report: Path | None) -> bool:
    """Record the figures of a run in wandb, and return whether that was done.

    report: the page to record as well, or None to keep its texts on this machine. Nothing is recorded
    when WANDB_MODE is `disabled` or the trained config has no wandb logger; a failure is said, and no
    reason to stop.
    """
    mode = os.environ.get("WANDB_MODE", "offline")
    block = logger_block(run / "model-best" / "config.cfg")
    if mode == "disabled" or block is None:
        return False
    try:
        recording = start(block["project"], block.get("group"), run, mode, {}, kind="evaluation")
        recording.summary.update(flat_figures(analysis))
        if report is not None:
            import wandb

            recording.log({"report": wandb.Html(str(report), inject=False)})
        recording.finish()
    except Exception as error:  # wandb raises its own errors, the network's, and the system's
        msg.warn(f"wandb does not record the figures: {brief(error)}", "The report is written.")
        return False
    return True


def logger_block(path: Path) -> dict[str, Any] | None:
    """Return the block of a config that sets up our wandb logger, or None when it has none."""
    if not path.is_file():
        return None
    logger = load_config(path)["training"].get("logger", {})
    for block in (logger, *(value for value in logger.values() if isinstance(value, dict))):
        if block.get("@loggers") == LOGGER:
            return dict(block)
    return None


def flat_figures(analysis: dict[str, Any]) -> dict[str, float]:
    """Return the numbers of test and dev under names with slashes; what is undefined is left out."""
    found: dict[str, float] = {}
    for split in ("test", "dev"):
        scores = analysis[split]["scores"]
        rows = {"all": scores["micro"], **scores["labels"]}
        for label, row in rows.items():
            found |= {f"{split}/{label}/{m}": row[m] for m in MEASURES if row[m] is not None}
            found[f"{split}/{label}/support"] = row["support"]
        for end, value in zip(("low", "high"), scores["micro"]["intervals"].get("f", ()), strict=False):
            if value is not None:
                found[f"{split}/all/f_{end}"] = value
        for name, baseline in analysis[split]["baselines"].items():
            if baseline["gain"]["f"] is not None:
                found[f"{split}/gain_over_{name}"] = baseline["gain"]["f"]
    return found
