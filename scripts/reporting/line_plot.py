"""Lines over a common axis, for figures of several trainings: dev curves, and the learning curve.

In: points. Out: SVG as in training_plot.py; the lines stretch to the width of the page, the words keep
their size.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log

from markupsafe import Markup

from scripts.reporting.plots import LINE, at, text
from scripts.reporting.training_plot import ticks

TOP, FOOT = 30, 40  # pixels above and below the lines
MANY = 5  # values of an axis, at most about

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """Points to draw. kind: a class of report.css. dots: whether as circles, and not as a line."""

    points: Sequence[Point]
    kind: str = "course"
    dots: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """A band between two lines: x, lower and upper y of each point."""

    points: Sequence[tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class Axes:
    """What a plot shows. values: of x, that are named. doubling: whether x grows by factors."""

    name: str
    across: str
    values: Sequence[float]
    doubling: bool = False

    def place(self, x: float) -> float:
        """Return where a value is across the plot, from 0 to 1."""
        low, high = self.values[0], self.values[-1]
        if self.doubling:
            x, low, high = log(x), log(low), log(high)
        return (x - low) / (high - low) if high > low else 0.5


def line_plot(
    identifier: str,
    described: str,
    axes: Axes,
    lines: Sequence[Line],
    areas: Sequence[Area] = (),
    height: int = 190,
) -> Markup:
    """Return a plot of scores, which are fractions from 0 to 1.

    identifier: of this plot on its page. described: what it shows, for those who can't see it.
    """
    ys = [y for line in lines for _, y in line.points]
    ys += [y for area in areas for _, *both in area.points for y in both]
    scale = score_ticks(min(ys, default=0.0), max(ys, default=1.0))
    low, high = scale[0], scale[-1]

    def down(y: float) -> float:
        """Return where a score is, from the top."""
        return (high - min(max(y, low), high)) / (high - low)

    parts = [text("0", TOP - 16, axes.name, "name")]
    for tick in scale:
        y = f"{TOP + height * down(tick):.1f}"
        parts += [
            LINE.format("grid", "0", "100%", y, y),
            text("-8", float(y) + 4, f"{tick * 100:g}", "tick end"),
        ]
    for value in axes.values:
        x = at(axes.place(value))
        side = "start" if value == axes.values[0] else "end" if value == axes.values[-1] else "middle"
        parts.append(LINE.format("grid", x, x, TOP, TOP + height))
        parts.append(
            text(x, TOP + height + 18, f"{value:,g}" if value < 1e6 else f"{value:,.0f}", f"tick {side}")
        )
    parts.append(text("50%", TOP + height + 34, axes.across, "tick middle"))
    for area in areas:
        upper = [(x, y) for x, _, y in area.points]
        lower = [(x, y) for x, y, _ in reversed(area.points)]
        parts.append(shape("polygon", "area", [*upper, *lower], axes, down, height))
    for line in lines:
        if line.dots:
            parts += [
                Markup('<circle class="{}" cx="{}" cy="{:.1f}" r="3.5"/>').format(
                    line.kind, at(axes.place(x)), TOP + height * down(y)
                )
                for x, y in line.points
            ]
        else:
            parts.append(shape("polyline", line.kind, line.points, axes, down, height))
    opening = Markup(
        '<svg class="plot" role="img" aria-labelledby="{0}-desc" width="100%" height="{1}">'
        '<desc id="{0}-desc">{2}</desc>'
    ).format(identifier, TOP + height + FOOT, described)
    return opening + Markup("").join(parts) + Markup("</svg>")


def shape(
    tag: str,
    kind: str,
    points: Sequence[Point],
    axes: Axes,
    down: Callable[[float], float],
    height: int,
) -> Markup:
    """Return a line or an area that stretches to the width of the plot."""
    places = " ".join(f"{1000 * axes.place(x):.1f},{1000 * down(y):.1f}" for x, y in points)
    return Markup(
        '<svg y="{}" width="100%" height="{}" viewBox="0 0 1000 1000" preserveAspectRatio="none" '
        'class="shape"><{} class="{}" points="{}"/></svg>'
    ).format(TOP, height, Markup(tag), kind, places)  # noqa: S704


def score_ticks(lowest: float, highest: float) -> list[float]:
    """Return round scores around the lowest and the highest one, from 0 to 1."""
    size = ticks(max(highest - lowest, 0.02), MANY - 1)[1]
    first, last = floor(lowest / size + 1e-9), ceil(highest / size - 1e-9)
    return [round(number * size, 10) for number in range(max(first, 0), max(last, first + 1) + 1)]


def step_values(last: int) -> list[float]:
    """Return the values of an axis of steps, the last step among them."""
    return [*[value for value in ticks(last, MANY) if value < last * 0.95], last]
