"""Errors in their text, which is shown twice: with the annotated and with the predicted entities.

In: an example of an error from an analysis. Out: HTML in which text and labels are escaped. displaCy
can't draw it, as its entities can't overlap. Here entities may, and so may the place of one that a side
lacks.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from typing import Any

from markupsafe import Markup, escape

from scripts.scoring.errors import ErrorExample, Evidence
from scripts.scoring.metrics import short

FOCUS, BESIDE, GHOST = "focus", "beside", "ghost"
NOTHING = "no entity"  # shown where the other side has an entity and this one has none


@dataclass(frozen=True, slots=True)
class View:
    """An error to look at: what it is, where, and the text with the entities of both sides.

    label_number: the label in the filter, which so never has to carry foreign text.
    in_training: how often the training set agrees with each side, in words. score: of the prediction, or
    nothing.
    """

    kind: str
    label: str
    label_number: int
    where: str
    id: str
    in_training: str
    score: str
    gold_html: Markup
    predicted_html: Markup


@dataclass(frozen=True, slots=True)
class Highlight:
    """A stretch to mark, its label, and how it is drawn.

    goes_on: whether this is a part of a mark whose next part follows; the last one has the label.
    """

    start: int
    end: int
    label: str
    kind: str
    goes_on: bool = False

    @property
    def opening(self) -> Markup:
        """The HTML before the words."""
        return Markup('<mark class="entity {}{}"><span class="words">').format(
            self.kind, " part" if self.goes_on else ""
        )

    @property
    def closing(self) -> Markup:
        """The HTML after the words."""
        if self.goes_on:
            return Markup("</span></mark>")
        return Markup('</span><bdi class="name">\u00a0{}</bdi></mark>').format(short(self.label))


def view(example: ErrorExample, label_number: int) -> View:
    """Return the view of one example."""
    return View(
        kind=example["kind"],
        label=example["label"],
        label_number=label_number,
        where=example["where"],
        id=example["id"] or "",
        in_training=in_training(example["train"], example["gold"], example["predicted"]),
        score=f"{example['score']:.2f}" if "score" in example else "",
        gold_html=side(example, "gold"),
        predicted_html=side(example, "predicted"),
    )


def in_training(counts: Evidence, gold: str | None, predicted: str | None) -> str:
    """Return how often the training set agrees with the annotation and with the prediction, in words.

    gold, predicted: None where that side has no entity, so that the place is unmarked.
    """
    annotation = "as annotated" if gold else "unmarked"
    prediction = "as predicted" if predicted else "unmarked"
    return f"{times(counts['as_gold'])} {annotation}, {times(counts['as_predicted'])} {prediction}"


def times(count: int) -> str:
    """Return how often something was seen, in words."""
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count:,} times")


def side(example: ErrorExample, name: str) -> Markup:
    """Return one side of an example, `gold` or `predicted`: its text with the entities of that side."""
    before, after = example["cut"]
    sides: Any = example
    text = f"{'…' * before}{example['text']}{'…' * after}"
    marks = []
    for start, end, label in sides[f"{name}_marks"]:
        start, end = max(start + before, 0), min(end + before, len(text))
        if start < end:
            marks.append(Highlight(start, end, label, BESIDE))
    first, last = (at + before for at in example["focus"])
    if sides[name] is None:
        marks += [Highlight(first, last, NOTHING, GHOST)] if first < last else []
    else:
        meant = {mark for mark in marks if mark.start < last and first < mark.end}
        exact = {mark for mark in meant if sides[name] == f"{mark.label}: {text[mark.start : mark.end]}"}
        marks = [replace(mark, kind=FOCUS) if mark in (exact or meant) else mark for mark in marks]
    return drawn(text, marks)


def drawn(text: str, marks: Iterable[Highlight]) -> Markup:
    """Return the text, once, with marks around its words, one in the other where they overlap."""
    parts: list[Markup | str] = []
    opened: list[Highlight] = []
    at = 0

    def close_until(place: int) -> None:
        """Write the text up to a place, and the end of each mark that ends before or there."""
        nonlocal at
        while opened and opened[-1].end <= place:
            mark = opened.pop()
            parts.extend((escape(text[at : mark.end]), mark.closing))
            at = mark.end
        parts.append(escape(text[at:place]))
        at = place

    for mark in nested(marks):
        close_until(mark.start)
        parts.append(mark.opening)
        opened.append(mark)
    close_until(len(text))
    return Markup('<div class="view" dir="auto">{}</div>').format(Markup("").join(parts))


def nested(marks: Iterable[Highlight]) -> Iterator[Highlight]:
    """Yield marks in the order of their starts, so that of two one lies in the other or next to it.

    A mark that begins in another one and ends after it comes in two parts.
    """
    waiting = [(mark.start, -mark.end, number, mark) for number, mark in enumerate(marks)]
    heapify(waiting)
    opened: list[Highlight] = []
    while waiting:
        *_, number, mark = heappop(waiting)
        while opened and opened[-1].end <= mark.start:
            opened.pop()
        if opened and mark.end > opened[-1].end:
            middle = opened[-1].end
            heappush(waiting, (middle, -mark.end, number, replace(mark, start=middle)))
            mark = replace(mark, end=middle, goes_on=True)
        opened.append(mark)
        yield mark
