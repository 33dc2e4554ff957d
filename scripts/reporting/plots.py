"""Plots as SVG in cells of tables: bars for scores, classes of errors and differences.

In: figures. Out: SVG. Lengths across are in per cent and lengths down in pixels, so that a plot is as
wide as its cell and keeps its height on a phone and on paper. The numbers are in the same row, so these
plots are hidden from screen readers. Colours are classes of report.css.
"""

# Our own SVG: plotly and Vega need megabytes of script, and what pygal and matplotlib draw has fixed
# colours and sizes, which fit neither a dark theme nor a phone.

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from scripts.scoring.matching import CORRECT
from scripts.scoring.metrics import Bounds, is_point

BAR = 12  # height of a bar, in pixels
TICKS = (0, 50, 100)
LINE = Markup('<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>')
RECT = Markup('<rect class="{}" x="{}" width="{}" y="{}" height="{}" rx="{}"/>')
DIAMOND = Markup(
    '<svg x="{}" y="{}" class="shape"><path class="mark" d="M0-4.5 4.5 0 0 4.5-4.5 0Z"/></svg>'
)


def bar(value: float | None, interval: Bounds | None = None, mark: float | None = None) -> Markup:
    """Return a score from 0 to 1 as a bar, its interval as a line and another score as a diamond."""
    parts = [RECT.format("track", "0", "100%", 3, BAR - 6, 3)]
    if value is not None:
        parts.append(RECT.format("fill", "0", at(value), 3, BAR - 6, 3))
    parts.append(whisker(interval))
    if mark is not None:
        parts.append(DIAMOND.format(at(mark), BAR / 2))
    return svg("bar", BAR, parts)


def whisker(interval: Bounds | None, scale: float = 1.0, zero: float = 0.0) -> Markup:
    """Return an interval as a line with a stroke at both ends; nothing where it has no width.

    scale, zero: a value is at `zero + scale * value` of the width.
    """
    low, high = interval or (None, None)
    if low is None or high is None or is_point((low, high)):
        return Markup("")
    start, end = at(zero + scale * low), at(zero + scale * high)
    strokes = [LINE.format("interval", start, end, BAR / 2, BAR / 2)]
    strokes += [LINE.format("interval", place, place, 1, BAR - 1) for place in (start, end)]
    return Markup("").join(strokes)


def axis() -> Markup:
    """Return the scale of the bars in a column, from 0 to 100 per cent."""
    anchors = {TICKS[0]: "start", TICKS[-1]: "end"}
    parts = [text(f"{tick}%", 10, str(tick), anchors.get(tick, "middle")) for tick in TICKS]
    return svg("axis", BAR, parts)


def stack(counts: Mapping[str, int]) -> Markup:
    """Return a bar as long as all entities of a label, with a piece for each class of error.

    counts: by class, `correct` among them; it fills the rest of the bar.
    """
    total = sum(counts.values())
    parts = [RECT.format("track", "0", "100%", 0, BAR + 4, 2)] if total else []
    done = 0
    for number, count in enumerate(count for name, count in counts.items() if name != CORRECT):
        if count:
            piece = RECT.format(f"error-{number}", at(done / total), at(count / total), 0, BAR + 4, 0)
            parts.append(piece)
            done += count
    return svg("stack", BAR + 4, parts)


def difference(value: float | None, interval: Bounds | None, reach: float) -> Markup:
    """Return a difference as a dot with its interval, on a scale from `-reach` to `reach`."""
    scale = 0.5 / reach
    parts = [
        LINE.format("grid", "0", "100%", BAR / 2, BAR / 2),
        LINE.format("zero", "50%", "50%", 0, BAR),
    ]
    parts.append(whisker(interval, scale, 0.5))
    if value is not None:
        circle = Markup('<circle class="dot" cx="{}" cy="{}" r="4"/>')
        parts.append(circle.format(at(0.5 + scale * value), BAR / 2))
    return svg("difference", BAR, parts)


def svg(kind: str, height: float, parts: Sequence[Markup]) -> Markup:
    """Return a plot that repeats what the row says in numbers."""
    opening = Markup('<svg class="{}" width="100%" height="{:g}" aria-hidden="true">').format(
        kind, height
    )
    return opening + Markup("").join(parts) + Markup("</svg>")


def text(x: str, y: float, words: str, style: str) -> Markup:
    """Return words at a place; `style` holds classes: `start`, `middle` or `end`."""
    return Markup('<text x="{}" y="{:g}" class="{}">{}</text>').format(x, y, style, escape(words))


def at(share: float) -> str:
    """Return a share from 0 to 1 as a place across the plot."""
    return f"{min(max(share, 0.0), 1.0) * 100:.4g}%"
