"""Pages from templates: what all of them have in common, and how what is in them is escaped.

In: the name of a template next to this file, and values. Out: HTML with style and script inside, which
asks nothing of any network. Characters that can't be seen are made visible in the whole page at once.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from scripts.files.terminal import LONGEST
from scripts.reporting import plots, summary
from scripts.reporting.origin import day_in_words
from scripts.reporting.report_data import CUT
from scripts.reporting.views import in_training
from scripts.reporting.words import calm, visible
from scripts.scoring.errors import NO_LABEL
from scripts.scoring.matching import CORRECT, ERRORS
from scripts.scoring.metrics import FEW, SAME, percent, short

ROOM = Path(__file__).parent
MANY = 12  # labels above which plots have the commonest only, and the table of confusions is folded
SIDE_BY_SIDE = 5  # columns of a table of confusions that leave room for a second one beside it
ROWS = 10  # rows of a list that are not folded
FORBIDDEN = re.compile("[\ufffe\uffff]")  # in HTML, anywhere
CODE = re.compile(r"`([\w.]+)`")


def rendered(template: str, shown: Mapping[str, Any]) -> str:
    """Return a page of this template, with style and script inside. shown: the values in it."""
    script = inlined("report.js")
    environment = Environment(
        loader=FileSystemLoader(ROOM, encoding="utf8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": percent,
        "points": summary.points,
        "between": summary.between,
        "spread": summary.spread,
        "margin": summary.margin,
        "number": number,
        "short": short,
        "coded": coded,
        "calm": calm,
        "label_name": label_name,
        "in_words": day_in_words,
        "in_training": in_training,
    }
    environment.globals |= {
        "bar": plots.bar,
        "axis": plots.axis,
        "stack": plots.stack,
        "difference": plots.difference,
        "few": FEW,
        "side_by_side": SIDE_BY_SIDE,
        "same": SAME,
        "correct": CORRECT,
        "no_label": NO_LABEL,
        "longest_label": LONGEST,
        "longest_words": CUT,
        "errors_order": {name: at for at, name in enumerate(ERRORS)},
        "many": MANY,
        "rows_shown": ROWS,
    }
    own = {"style": inlined("report.css"), "script": script, "script_hash": sha256(script)}
    html = environment.get_template(template).render({**own, **shown})
    return FORBIDDEN.sub("\ufffd", visible(html.lstrip()))


def number(value: int | None) -> str:
    """Return a count with a comma between thousands; nothing for none."""
    return "" if value is None else f"{value:,}"


def label_name(label: str) -> str:
    """Return a label of the table of confusions as people read it."""
    return "no entity" if label == NO_LABEL else label


def coded(words: str) -> Markup:
    """Return words with what is in backticks as code; the rest, and the code, escaped."""
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(words))))  # noqa: S704


def inlined(name: str) -> Markup:
    """Return the text of a style or script of ours, which is part of the page as it is."""
    return Markup((ROOM / name).read_text(encoding="utf8"))  # noqa: S704


def sha256(script: str) -> str:
    """Return the hash by which the page's policy allows its one script."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
