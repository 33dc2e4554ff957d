"""The plot of a training: the score on the dev set and the loss by step, one above the other.

In: `curve` of an analysis. Out: SVG as in plots.py; the lines stretch to the width of the page, the
words keep their size.
"""

from collections.abc import Callable, Sequence
from math import ceil, floor, log10
from typing import Literal

from markupsafe import Markup

from scripts.reporting.plots import LINE, at, text
from scripts.scoring.curve import Curve, CurvePoint
from scripts.scoring.metrics import percent

SCORE, LOSS = 190, 80  # heights of the two parts, in pixels
TOP, GAP, FOOT = 30, 44, 40  # above the first, between them, and below for the steps
POINTS = 300  # points of a line that are drawn at most
ALMOST = 1e-9


def training_plot(found: Curve) -> Markup | None:
    """Return the plot with the best step marked, or None without a curve."""
    if "best" not in found or "last" not in found or not found["last"]["step"]:
        return None
    best, last = found["best"], found["last"]
    points = thinned(found["points"], best)
    losses = [point for point in points if point["step"]]  # at step 0 nothing has been trained
    scores = ticks(max(best["score"], 0.1), 4)
    loss = ticks(max((point["loss"] for point in losses), default=0.0), 3)
    below = TOP + SCORE + GAP
    parts = [
        *grid(scores, TOP, SCORE, lambda tick: f"{tick * 100:g}"),
        *grid(loss, below, LOSS, lambda tick: f"{tick:,g}"),
        text("0", TOP - 16, "Score on the dev set", "name"),
        text("0", below - 12, "Loss on the training set", "name"),
        *steps(last["step"], [(TOP, SCORE), (below, LOSS)]),
        line("course", points, "score", last["step"], scores[-1], (TOP, SCORE)),
        line("loss", losses, "loss", last["step"], loss[-1], (below, LOSS)),
        *best_mark(best, last["step"], scores[-1]),
    ]
    described = (
        f"{len(found['points'])} evaluations on the dev set. Best score: {percent(best['score'])} at "
        f"step {best['step']:,}. At the last step, {last['step']:,}: {percent(last['score'])}."
    )
    opening = Markup(
        '<svg class="plot" role="img" aria-labelledby="training-title training-desc" width="100%" '
        'height="{}"><title id="training-title">Score and loss by step of training</title>'
        '<desc id="training-desc">{}</desc>'
    ).format(below + LOSS + FOOT, described)
    return opening + Markup("").join(parts) + Markup("</svg>")


def grid(values: Sequence[float], top: int, height: int, shown: Callable[[float], str]) -> list[Markup]:
    """Return a line across the plot for each value of an axis, with the value on its left."""
    parts = []
    for value in values:
        y = top + height * (1 - value / values[-1])
        parts.append(LINE.format("grid", "0", "100%", f"{y:.1f}", f"{y:.1f}"))
        parts.append(text("-8", round(y + 4, 1), shown(value), "tick end"))
    return parts


def steps(last: int, rooms: Sequence[tuple[int, int]]) -> list[Markup]:
    """Return the axis of steps, with a line down each part for each of its values.

    rooms: the top and the height of each part.
    """
    parts = []
    bottom = sum(rooms[-1])
    for step in ticks(last, 6):
        if step <= last:
            place = at(step / last)
            side = "start" if not step else "end" if step == last else "middle"
            parts += [LINE.format("grid", place, place, top, top + height) for top, height in rooms]
            parts.append(text(place, bottom + 18, f"{step:,g}", f"tick {side}"))
    return [*parts, text("50%", bottom + 34, "Step", "tick middle")]


def line(
    kind: str,
    points: Sequence[CurvePoint],
    key: Literal["score", "loss"],
    last: int,
    highest: float,
    room: tuple[int, int],
) -> Markup:
    """Return the line through one figure of the points. room: its top and its height."""
    places = " ".join(
        f"{1000 * point['step'] / last:.1f},{1000 * (1 - point[key] / highest):.1f}" for point in points
    )
    return Markup(
        '<svg y="{}" width="100%" height="{}" viewBox="0 0 1000 1000" preserveAspectRatio="none" '
        'class="shape"><polyline class="{}" points="{}"/></svg>'
    ).format(*room, kind, places)


def best_mark(best: CurvePoint, last: int, highest: float) -> list[Markup]:
    """Return the best step as a circle, with its score in words above the plot."""
    x, y = at(best["step"] / last), f"{TOP + SCORE * (1 - best['score'] / highest):.1f}"
    return [
        LINE.format("leader", x, x, y, TOP + SCORE),
        Markup('<circle class="best" cx="{}" cy="{}" r="5"/>').format(x, y),
        text("100%", TOP - 16, f"Best: {percent(best['score'])} at step {best['step']:,}", "value end"),
    ]


def ticks(highest: float, most: int) -> list[float]:
    """Return round values from 0 to the first that is not below `highest`, at most about `most`."""
    if highest <= 0:
        return [0.0, 1.0]
    rough = highest / most
    power = 10.0 ** floor(log10(rough))
    size = next(power * step for step in (1, 2, 2.5, 5, 10) if power * step >= rough - ALMOST)
    return [round(size * number, 10) for number in range(ceil(highest / size - ALMOST) + 1)]


def thinned(points: Sequence[CurvePoint], best: CurvePoint) -> list[CurvePoint]:
    """Return at most about `POINTS` of the points, the best and the last among them."""
    every = max(1, len(points) // POINTS)
    last = len(points) - 1
    return [
        point
        for number, point in enumerate(points)
        if number % every == 0 or number == last or point["step"] == best["step"]
    ]
