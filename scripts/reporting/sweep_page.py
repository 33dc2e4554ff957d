"""The page of a sweep: one file that asks nothing of any network.

In: the contents of sweep.json. Out: HTML in the style of a run's report.
"""

import json
from typing import Any

from scripts.reporting.rendering import rendered
from scripts.scoring.sweep import OK, SweepSummary, conclusions

TEMPLATE = "sweep.html.jinja"
PARTS = ("parts.html.jinja", "report.css", "report.js")  # named, so that they are known as code


def sweep_page(summary: SweepSummary) -> str:
    """Return the whole page."""
    order = sorted(summary["trials"], key=lambda one: (one["status"] != OK, -(one["score"] or 0.0)))
    values = {
        "summary": summary,
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
