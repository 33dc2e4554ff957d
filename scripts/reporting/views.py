"""Errors as displaCy draws them: a stretch of text twice, with gold and with predicted mentions.

In: an example of an error from an analysis. Out: HTML in which text and labels are escaped (displaCy
escapes the text alone).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from markupsafe import Markup
from spacy.displacy.render import EntityRenderer

FOCUS, BESIDE, GHOST = "focus", "beside", "ghost"
NOTHING = "nothing"  # shown where the other side has a mention and this one has none
ENTITY = (
    '<mark class="entity {kind}"><span class="words">{text}</span>'
    '<bdi class="name">\u00a0{label}</bdi></mark>'
)
INHERIT = "inherit"  # displaCy writes a direction into the style; the one of dir="auto" has to hold


@dataclass(frozen=True, slots=True)
class View:
    """An error to look at: what it is, where, and the text with the mentions of both sides.

    label_number: stands for the label in the filter, which so never has to carry foreign text.
    """

    kind: str
    label: str
    label_number: int
    where: str
    id: str
    gold: str
    predicted: str
    as_gold: int
    as_predicted: int
    gold_html: Markup
    predicted_html: Markup


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch to mark, its label, and how it is drawn."""

    start: int
    end: int
    label: str
    kind: str


def view(example: dict[str, Any], label_number: int) -> View:
    """Return the view of one example."""
    return View(
        kind=example["kind"],
        label=example["label"],
        label_number=label_number,
        where=example["where"],
        id=example["id"] or "",
        gold=example["gold"] or NOTHING,
        predicted=example["predicted"] or NOTHING,
        as_gold=example["train"]["as_gold"],
        as_predicted=example["train"]["as_predicted"],
        gold_html=side(example, "gold"),
        predicted_html=side(example, "predicted"),
    )


def side(example: dict[str, Any], name: str) -> Markup:
    """Return one side of an example, `gold` or `predicted`: its text with the mentions of that side."""
    before, after = example["cut"]
    text = f"{'…' * before}{example['text']}{'…' * after}"
    marks = []
    for start, end, label in example[f"{name}_marks"]:
        start, end = max(start + before, 0), min(end + before, len(text))
        if start < end:
            marks.append(Mark(start, end, label, BESIDE))
    first, last = (at + before for at in example["focus"])
    if example[name] is None:
        marks.append(Mark(first, last, NOTHING, GHOST))
    else:
        meant = {mark for mark in marks if mark.start < last and first < mark.end}
        exact = {
            mark for mark in meant if example[name] == f"{mark.label}: {text[mark.start : mark.end]}"
        }
        marks = [replace(mark, kind=FOCUS) if mark in (exact or meant) else mark for mark in marks]
    return Markup("").join(draw(text, line) for line in lines(marks))


def lines(marks: Sequence[Mark]) -> list[list[Mark]]:
    """Return marks in as few lines as they need so that none on a line overlap; one line at least."""
    found: list[list[Mark]] = [[]]
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end, mark.label)):
        for line in found:
            if not line or line[-1].end <= mark.start:
                line.append(mark)
                break
        else:
            found.append([mark])
    return found


def draw(text: str, marks: Sequence[Mark]) -> Markup:
    """Return the text with marks that don't overlap, as displaCy renders it."""
    entities = [
        {
            "start": mark.start,
            "end": mark.end,
            "label": escape(mark.label),
            "params": {"kind": mark.kind},
        }
        for mark in marks
    ]
    document = {"text": text, "ents": entities, "settings": {"direction": INHERIT}}
    drawn = EntityRenderer({"template": ENTITY}).render([document])
    return Markup('<div class="view" dir="auto">{}</div>').format(Markup(drawn.strip()))  # noqa: S704
