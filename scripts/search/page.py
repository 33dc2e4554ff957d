"""The page of a sweep, `sweep.html`: one file that asks nothing of any network.

In: a summary. Out: HTML. Names and values are escaped as they are written.
"""

import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scripts.reporting.page import inlined
from scripts.reporting.plots import bar
from scripts.reporting.words import visible
from scripts.scoring.metrics import percent
from scripts.search.summary import Summary, conclusions
from scripts.trials.trial import OK

ROOM = Path(__file__).parent
TEMPLATE = "sweep.html.jinja"


def page(summary: Summary) -> str:
    """Return the whole page."""
    environment = Environment(
        loader=FileSystemLoader(ROOM, encoding="utf8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"percent": percent, "shown": shown}
    environment.globals |= {"bar": bar}
    order = sorted(summary["trials"], key=lambda one: (one["status"] != OK, -(one["score"] or 0.0)))
    html = environment.get_template(TEMPLATE).render(
        style=inlined("report.css"),
        summary=summary,
        conclusions=list(conclusions(summary)),
        trials=order,
        names=list(summary["trials"][0]["values"]),
    )
    return visible(html.lstrip())


def shown(value: Any) -> str:
    """Return a value of a config as a person writes it; numbers with four digits."""
    if isinstance(value, float):
        return f"{value:.4g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
