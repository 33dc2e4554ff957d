"""The figures of a run for Weights & Biases: recorded next to the training, by the same rules.

In: an analysis, and the run's record, which says whether and where training was recorded. Out: a run of
type `evaluation` in wandb's folder of this run. The report, which contains texts, is sent only when the
user asked for it.
"""

import os
from pathlib import Path

from wasabi import msg

from scripts.scoring.analysis import Analysis, LabelScores
from scripts.scoring.counts import MetricName
from scripts.scoring.metrics import is_point
from scripts.training.record import RunRecord
from scripts.training.wandb_logger import brief, start
from scripts.training.wandb_mode import mode_of

MEASURES: tuple[MetricName, ...] = ("p", "r", "f")


def record_figures(run: Path, analysis: Analysis, record: RunRecord, report: Path | None) -> bool:
    """Record the figures of a run in wandb, and return whether that was done.

    record: of the run. report: the page to record as well, or None to keep its texts on this machine.
    Nothing is recorded when the environment turns wandb off or the config that was trained has no wandb
    logger; a failure is printed and is no reason to stop.
    """
    mode = mode_of(os.environ)
    names = record.get("wandb")
    if mode == "disabled" or names is None:
        return False
    try:
        recording = start(names, run, mode, {}, kind="evaluation")
        recording.summary.update(flat_figures(analysis))
        if report is not None:
            import wandb

            recording.log({"report": wandb.Html(str(report), inject=False)})
        recording.finish()
    except Exception as error:  # wandb raises its own errors, the network's, and the system's
        msg.warn(f"wandb does not record the figures: {brief(error)}", "The report is written.")
        return False
    return True


def flat_figures(analysis: Analysis) -> dict[str, float]:
    """Return the numbers of both splits under names with slashes; what is undefined is left out.

    `all` is all labels together: a label of that name is left out.
    """
    found: dict[str, float] = {}
    for split, figures in (("test", analysis["test"]), ("dev", analysis["dev"])):
        scores = figures["scores"]
        rows: dict[str, LabelScores] = {**scores["labels"], "all": scores["micro"]}
        for label, row in rows.items():
            values = ((measure, row[measure]) for measure in MEASURES)
            found |= {f"{split}/{label}/{measure}": v for measure, v in values if v is not None}
            found[f"{split}/{label}/support"] = row["support"]
        interval = scores["micro"]["intervals"].get("f", ())
        for end, value in zip(("low", "high"), interval, strict=False):
            if value is not None and not is_point(interval):
                found[f"{split}/all/f_{end}"] = value
        for name, baseline in figures["baselines"].items():
            if (gain := baseline["gain"]["f"]) is not None:
                found[f"{split}/gain_over_{name}"] = gain
    return found
