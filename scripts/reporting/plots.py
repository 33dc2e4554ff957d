"""Plots as SVG that stands in the page: F by label, the course of training, recall by novelty.

In: figures. Out: SVG. Lengths across are in per cent and lengths down in pixels, so that a plot is as
wide as the page and its text keeps its size on a phone and on paper. Colours are classes of report.css;
whatever has a colour also has a shape or words of its own.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from scripts.reporting.words import one_line
from scripts.scoring.breakdown import Recall
from scripts.scoring.curve import Curve, CurvePoint
from scripts.scoring.known import NOVELTY
from scripts.scoring.metrics import TOO_FEW, in_sentence, is_point, percent, short

ROW = 38  # height of a label's row, in pixels
BAR = 20  # height of a bar's row
GUTTER = 132  # left of the bars, for their names; report.css leaves the same room
LABEL_EMS = 19.0  # room for a label beside its figure on a narrow phone
NAME_EMS = 27.0  # room for a label that has a line for itself
CURVE = 180  # height of the curve
HEADROOM = 26  # above the curve, for the words about the best step
POINTS = 300  # points of a curve that are drawn at most


@dataclass(frozen=True, slots=True)
class Dot:
    """F of a label, its interval, the dictionary's F, and whether there is too little for a verdict."""

    label: str
    f: float | None
    interval: Sequence[float | None]
    dictionary: float | None
    too_few: bool


def dots(name: str, title: str, rows: Sequence[Dot]) -> Markup:
    """Return F by label: a dot with its interval as a bar, and the dictionary as a diamond.

    name: unique in the page.
    """
    top = 24
    bottom = top + ROW * len(rows)
    parts = [scale(top, bottom)]
    for number, row in enumerate(rows):
        y = top + ROW * number
        value = f"{percent(row.f)}{f' ({TOO_FEW})' if row.too_few else ''}"
        parts.append(text("0", y + 14, fit(row.label, LABEL_EMS - 0.5 * len(value)), "label"))
        parts.append(text("100%", y + 14, value, "value end"))
        parts.append(Markup('<line class="rail" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(y + 26))
        parts.append(dot(row, y + 26))
    described = "; ".join(map(in_words, rows))
    return svg(name, "dots", bottom + 6, title, described, parts)


def in_words(row: Dot) -> str:
    """Return what the plot shows of one label, for who can't see it."""
    interval = TOO_FEW if row.interval[0] is None else in_sentence(row.interval, percent, " to ")
    return f"{short(row.label)}: F {percent(row.f)}, {interval}, dictionary {percent(row.dictionary)}"


def dot(row: Dot, y: int) -> Markup:
    """Return the marks of one label on the height `y`."""
    low, high = row.interval
    parts = []
    if low is not None and high is not None and not is_point(row.interval):
        parts.append(
            Markup('<line class="interval" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(
                at(low), at(high), y, y
            )
        )
    if row.dictionary is not None:
        parts.append(
            Markup(
                '<svg x="{}" y="{}" class="shape"><path class="diamond" d="M0-6 6 0 0 6-6 0Z"/></svg>'
            ).format(at(row.dictionary), y)
        )
    if row.f is not None:
        parts.append(Markup('<circle class="dot" cx="{}" cy="{}" r="4.5"/>').format(at(row.f), y))
    return Markup("").join(parts)


def scale(top: int, bottom: int) -> Markup:
    """Return the lines of 0 to 100 per cent, with their figures above them."""
    parts = []
    for tick in (0, 25, 50, 75, 100):
        side = {0: "", 100: "end"}.get(tick, "middle")
        parts.append(text(f"{tick}%", top - 8, str(tick), f"tick {side}"))
        parts.append(
            Markup('<line class="grid" x1="{0}%" x2="{0}%" y1="{1}" y2="{2}"/>').format(
                tick, top - 2, bottom
            )
        )
    return Markup("").join(parts)


def curve(name: str, title: str, found: Curve) -> Markup | None:
    """Return the score on dev by step with the best step marked, or None without a curve.

    found: `curve` of an analysis.
    """
    if "best" not in found or "last" not in found or not found["last"]["step"]:
        return None
    best, last = found["best"], found["last"]
    points = thinned(found["points"], best)
    highest = max(0.1, -(-round(best["score"], 6) * 10 // 1) / 10)

    def x(point: CurvePoint) -> str:
        return f"{100 * point['step'] / last['step']:.2f}%"

    def y(score: float) -> str:
        return f"{HEADROOM + CURVE * (1 - score / highest):.1f}"

    parts = []
    for share in (0.0, highest / 2, highest):
        parts.append(Markup('<line class="grid" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(y(share)))
        parts.append(text("-8", float(y(share)) + 4, f"{share * 100:g}", "tick end"))
    line = Markup('<line class="course" x1="{}" y1="{}" x2="{}" y2="{}"/>')
    for one, two in pairwise(points):
        parts.append(line.format(x(one), y(one["score"]), x(two), y(two["score"])))
    place = best["step"] / last["step"]
    side = "end" if place > 0.7 else "middle" if place > 0.3 else ""
    told = f"best: {percent(best['score'])} at step {best['step']:,}"
    leader = Markup('<line class="leader" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>')
    parts.append(leader.format(x(best), HEADROOM - 8, y(best["score"])))
    parts.append(text(x(best), HEADROOM - 13, told, f"value {side}"))
    circle = Markup('<circle class="best" cx="{}" cy="{}" r="5"/>')
    parts.append(circle.format(x(best), y(best["score"])))
    foot = HEADROOM + CURVE + 18
    parts.append(text("0", foot, "step 0", "tick"))
    parts.append(text("100%", foot, f"step {last['step']:,}", "tick end"))
    described = (
        f"{len(found['points'])} evaluations on dev; {told}; at the last step, {last['step']:,}, "
        f"{percent(last['score'])}."
    )
    return svg(name, "curve", foot + 6, title, described, parts)


def thinned(points: Sequence[CurvePoint], best: CurvePoint) -> list[CurvePoint]:
    """Return at most about `POINTS` of the points, the best and the last among them."""
    every = max(1, len(points) // POINTS)
    last = len(points) - 1
    return [
        point
        for number, point in enumerate(points)
        if number % every == 0 or number == last or point["step"] == best["step"]
    ]


def bars(name: str, title: str, rows: dict[str, dict[str, Recall]]) -> Markup:
    """Return recall by label, a bar each for mentions that train has, has otherwise, or has not.

    A kind of which there are no mentions is left out.

    rows: `novelty` of an analysis: by label and kind, recall and support.
    """
    parts = []
    described = []
    y = 0
    for label, kinds in rows.items():
        parts.append(text(str(-GUTTER), y + 16, fit(label, NAME_EMS), "label"))
        y += 24
        for kind in NOVELTY:
            recall, support = kinds[kind]["r"], kinds[kind]["support"]
            if recall is None:
                continue
            parts.append(text("-8", y + 12, f"{kind} · {support:,}", "tick end"))
            shape = Markup('<rect class="bar {}" x="0" y="{}" width="{}" height="13"/>')
            parts.append(shape.format(kind.split()[0], y + 1, at(recall)))
            parts.append(text(at(recall), y + 12, percent(recall), "value", shift=6))
            described.append(f"{short(label)}, {kind}: {percent(recall)} of {support}")
            y += BAR
        y += 8
    return svg(name, "bars", y, title, "; ".join(described), parts)


def svg(
    name: str, kind: str, height: float, title: str, described: str, parts: Sequence[Markup]
) -> Markup:
    """Return a whole plot, with a title and a description for who can't see it."""
    opening = Markup(
        '<svg class="plot {kind}" role="img" aria-labelledby="{name}-title {name}-desc" width="100%" '
        'height="{height:.0f}"><title id="{name}-title">{title}</title>'
        '<desc id="{name}-desc">{described}</desc>'
    ).format(kind=kind, name=name, height=height, title=title, described=one_line(described))
    return opening + Markup("").join(parts) + Markup("</svg>")


def text(x: str, y: float, words: str, style: str, shift: int = 0) -> Markup:
    """Return words at a place; `style` holds classes, `end` and `middle` among them."""
    moved = Markup(' dx="{}"').format(shift) if shift else ""
    return Markup('<text x="{}" y="{:g}"{} class="{}">{}</text>').format(
        x, y, moved, style.strip(), escape(words)
    )


def at(share: float) -> str:
    """Return where a share from 0 to 1 stands across the plot."""
    return f"{min(max(share, 0.0), 1.0) * 100:.2f}%"


def fit(words: str, ems: float) -> str:
    """Return words cut to a width, by a cautious guess at the width of each character."""
    words = one_line(words)
    used = 0.0
    for number, character in enumerate(words):
        used += width(character)
        if used > ems:
            return words[:number].rstrip() + "…"
    return words


def width(character: str) -> float:
    """Return about how wide a character is, in ems."""
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.1
    return 0.72 if character.isupper() else 0.58
