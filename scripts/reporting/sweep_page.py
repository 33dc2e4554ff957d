"""The page of a sweep: one file that asks nothing of any network.

In: the contents of sweep.json. Out: HTML in the style of a run's report.
"""

import json
from statistics import fmean
from typing import Any

from scripts.reporting.rendering import rendered
from scripts.scoring.sweep import BEST, OK, SweepSummary, conclusions

TEMPLATE = "sweep.html.jinja"
PARTS = ("page.html.jinja", "parts.html.jinja")  # named, so that `inputs` knows that they are needed


def sweep_page(summary: SweepSummary) -> str:
    """Return the whole page."""
    order = sorted(summary["trials"], key=lambda one: (one["status"] != OK, -(one["score"] or 0.0)))
    again = [score for score in summary["repeated"][BEST]["scores"] if score is not None]
    values = {
        "summary": summary,
        "best": next(trial for trial in order if trial["name"] == summary["best"]),
        "expected": fmean(again) if again else None,
        "conclusions": list(conclusions(summary)),
        "trials": order,
        "names": list(summary["trials"][0]["values"]),
        "shown": shown,
    }
    return rendered(TEMPLATE, values)


def shown(value: Any) -> str:
    """Return a value of a config as a person writes it; numbers with four digits."""
    if isinstance(value, float):
        return f"{value:.4g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
