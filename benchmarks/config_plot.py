"""The plot of the benchmark of configs: F against the time of training and the speed of prediction.

In: summaries of configs by corpus. Out: an SVG file of its own, with a light and a dark theme; the table
beside it has the same figures in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from pathlib import Path
from statistics import mean, stdev

from markupsafe import Markup

from benchmarks.config_results import Summary
from benchmarks.rivals import RIVALS
from scripts.reporting.plots import LINE, text

WIDTH, HEIGHT = 340, 230  # of a panel, in pixels
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 30, 46  # around it
LETTER, LINE_HEIGHT = 6.6, 13  # about the size of a letter in a label
GAP = 8  # between a point and its label
STEPS = (1, 2, 5)
ROOM = 1.35  # factor between the outermost points and the border
LEAST = 0.25  # of the highest F: what is lower is in the table only, or the others would be on one line
STYLE = """
svg { --paper: #ffffff; --ink: #1a1f26; --soft: #59626e; --rule: #dde1e7; }
svg { --ours: #1f5fa6; --theirs: #a8480f; }
@media (prefers-color-scheme: dark) {
  svg { --paper: #14171c; --ink: #e7e9ec; --soft: #a3abb6; --rule: #323842; }
  svg { --ours: #8abaf0; --theirs: #f0a467; }
}
.paper { fill: var(--paper); }
text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
text { fill: var(--ink); }
.tick { fill: var(--soft); }
.name { font-weight: 600; }
.start { text-anchor: start; } .middle { text-anchor: middle; } .end { text-anchor: end; }
.grid { stroke: var(--rule); }
.ours { fill: var(--ours); stroke: var(--ours); } .theirs { fill: var(--theirs); stroke: var(--theirs); }
text.ours, text.theirs { stroke: none; }
"""


@dataclass(frozen=True, slots=True)
class Point:
    """A config in a panel: its name, the value across, F and the standard deviation of F."""

    name: str
    across: float
    f: float
    spread: float

    @property
    def kind(self) -> str:
        """The class of its colour."""
        return "theirs" if self.name in RIVALS else "ours"


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to pixels: `first` is at `start`, `last` at `end`. ticks: values with a line."""

    first: float
    last: float
    start: float
    end: float
    ticks: tuple[float, ...]
    logarithmic: bool = False

    def at(self, value: float) -> float:
        """Return the place of a value."""
        first, last, value = (
            log10(each) if self.logarithmic else each for each in (self.first, self.last, value)
        )
        return round(self.start + (self.end - self.start) * (value - first) / (last - first), 1)


def plot(found: Sequence[Summary]) -> str:
    """Return the SVG file with two panels for each corpus."""
    corpora = list(dict.fromkeys(each.corpus for each in found))
    panels = []
    for row, corpus in enumerate(corpora):
        here = [each for each in found if each.corpus == corpus]
        least = LEAST * max(mean(each.f) for each in here)
        here = [each for each in here if mean(each.f) >= least]
        top = row * (TOP + HEIGHT + BOTTOM)
        time = [point(each, each.training) for each in here if each.training]
        speed = [point(each, each.speed) for each in here if each.speed]
        left = panel(f"{corpus}: F on the test set", "CPU time of training / quickstart", time, 0, top)
        side = LEFT + WIDTH + RIGHT
        panels += [left, panel("", "Words per second / quickstart", speed, side, top)]
    width, height = 2 * (LEFT + WIDTH + RIGHT), len(corpora) * (TOP + HEIGHT + BOTTOM)
    opening = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" '
        'role="img">'
        "<title>F on the test set by time of training and by speed</title><style>{style}</style>"
        '<rect class="paper" width="{w}" height="{h}"/>'
    ).format(w=width, h=height, style=Markup(STYLE))  # noqa: S704
    return opening + Markup("\n").join(panels) + Markup("</svg>\n")


def point(each: Summary, across: float) -> Point:
    """Return a config as a point."""
    spread = stdev(each.f) if len(each.f) > 1 else 0.0
    return Point(each.config, across, mean(each.f), spread)


def panel(title: str, across: str, points: Sequence[Point], left: int, top: int) -> Markup:
    """Return a panel with F upwards and a ratio across, at a place of the file."""
    if not points:
        return Markup("")
    x = ratios([point.across for point in points], left + LEFT, left + LEFT + WIDTH)
    y = scores(points, top + TOP + HEIGHT, top + TOP)
    parts = [text(str(left + LEFT), top + TOP - 12, title, "name start")] if title else []
    for tick in y.ticks:
        parts.append(LINE.format("grid", x.start, x.end, y.at(tick), y.at(tick)))
        parts.append(text(str(x.start - 6), y.at(tick) + 4, f"{tick:g}", "tick end"))
    for tick in x.ticks:
        parts.append(LINE.format("grid", x.at(tick), x.at(tick), y.end, y.start))
        parts.append(text(str(x.at(tick)), y.start + 16, f"{tick:g}", "tick middle"))
    parts.append(text(str((x.start + x.end) / 2), y.start + 34, across, "tick middle"))
    return Markup("").join([*parts, *marks(points, x, y), *labels(points, x, y)])


def marks(points: Sequence[Point], x: Scale, y: Scale) -> list[Markup]:
    """Return a dot for each point, with a line for its standard deviation."""
    circle = Markup('<circle class="{}" cx="{}" cy="{}" r="4"/>')
    parts = []
    for each in points:
        at = x.at(each.across)
        if each.spread:
            ends = (y.at(each.f - each.spread), y.at(each.f + each.spread))
            parts.append(LINE.format(each.kind, at, at, *ends))
        parts.append(circle.format(each.kind, at, y.at(each.f)))
    return parts


def labels(points: Sequence[Point], x: Scale, y: Scale) -> list[Markup]:
    """Return the name of each point beside it, where it covers no other point or name if possible."""
    places = [(x.at(each.across), y.at(each.f)) for each in points]
    taken = [(at - 5, up - 5, at + 5, up + 5) for at, up in places]
    parts = []
    for each, (at, up) in zip(points, places, strict=True):
        name = Path(each.name).stem
        boxes = list(boxes_around(at, up, len(name) * LETTER))
        inside = [box for box in boxes if x.start <= box[0] and box[2] <= x.end]
        free = [box for box in inside if not any(overlap(box, other) for other in taken)]
        box = (free or inside or boxes)[0]
        taken.append(box)
        parts.append(text(f"{box[0]:.1f}", round(box[3] - 3, 1), name, f"{each.kind} start"))
    return parts


Box = tuple[float, float, float, float]  # left, top, right, bottom


def boxes_around(x: float, y: float, width: float) -> list[Box]:
    """Return the places for a label: right, left, and then further and further above and below."""
    half = LINE_HEIGHT / 2
    beside = [(x + GAP, y - half), (x - GAP - width, y - half)]
    shifts = [sign * rows * LINE_HEIGHT for rows in (1, 2, 3) for sign in (-1, 1)]
    aside = [(left, y - half + shift) for shift in shifts for left in (x - width / 2, x + GAP)]
    return [(left, top, left + width, top + LINE_HEIGHT) for left, top in (*beside, *aside)]


def overlap(one: Box, other: Box) -> bool:
    """Say whether two boxes cover each other."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def ratios(values: Sequence[float], start: float, end: float) -> Scale:
    """Return a logarithmic scale for ratios, with 1 and round values as ticks."""
    first, last = min(1.0, *values) / ROOM, max(1.0, *values) * ROOM
    powers = range(floor(log10(first)), ceil(log10(last)) + 1)
    ticks = [step * 10.0**power for power in powers for step in STEPS]
    shown = tuple(round(tick, 10) for tick in ticks if first <= tick <= last)
    return Scale(first, last, start, end, shown, logarithmic=True)


def scores(points: Sequence[Point], start: float, end: float) -> Scale:
    """Return a scale for F, from below the lowest to above the highest point."""
    low = min(each.f - each.spread for each in points) - 1
    high = max(each.f + each.spread for each in points) + 1
    step = next(step for step in (1, 2, 5, 10, 20) if (high - low) / step <= 8)
    ticks = tuple(float(step * tick) for tick in range(floor(low / step), ceil(high / step) + 1))
    return Scale(ticks[0], ticks[-1], start, end, ticks)
