"""The page of a learning curve, and the plot of it that the report shows.

In: a learning curve. Out: HTML in the style of a run's report, and SVG.
"""

from markupsafe import Markup

from scripts.reporting.curve_words import by_support, caveat, doubling
from scripts.reporting.line_plot import Area, Axes, Line, Point, line_plot
from scripts.reporting.rendering import rendered
from scripts.scoring.learning_curve import FACTOR, Course, Law, LearningCurve
from scripts.scoring.metrics import percent

TEMPLATE = "learning_curve.html.jinja"
PARTS = ("page.html.jinja", "parts.html.jinja")  # named, so that `inputs` knows that they are needed
STEPS = 60  # points of a line that is drawn for a law


def curve_page(curve: LearningCurve) -> str:
    """Return the whole page."""
    values = {
        "curve": curve,
        "sentence": doubling(curve),
        "caveat": caveat(curve),
        "plot": curve_plot(curve),
        "measures": measures_plot(curve["all"]),
        "labels": by_support(curve),
        "plots": {
            name: course_plot(f"label-{number}", course, "Entities in the training set", 130)
            for number, (name, course) in enumerate(by_support(curve))
        },
        "level": f"{curve['confidence'] * 100:g}%",
    }
    return rendered(TEMPLATE, values)


def curve_plot(curve: LearningCurve) -> Markup | None:
    """Return the plot of F against documents, with the law and what it expects of twice as many."""
    return course_plot("learning-curve", curve["all"], "Documents in the training set", 190)


def course_plot(identifier: str, course: Course, across: str, height: int) -> Markup | None:
    """Return the plot of a curve: a dot for each training, the law, and its interval as an area."""
    points = [point for point in course["points"] if point["size"] and point["f"]]
    sizes = sorted({point["size"] for point in points})
    if len(sizes) < 2:
        return None
    dots: list[Point] = [(point["size"], f) for point in points for f in point["f"]]
    lines, areas, named = [Line(dots, "dot", dots=True)], [], [float(size) for size in sizes]
    if law := course["law"]:
        end = FACTOR * sizes[-1]
        named.append(end)
        lines = [
            Line(drawn(law, sizes[0], sizes[-1])),
            Line(drawn(law, sizes[-1], end), "course ahead"),
            *lines,
        ]
        areas = [Area(course["area"])]
    axes = Axes("F on the dev set", across, named, doubling=True)
    return line_plot(identifier, described(course), axes, lines, areas, height)


def drawn(law: Law, first: float, last: float) -> list[Point]:
    """Return points of a law between two sizes, at equal distances on an axis of doublings."""
    sizes = [first * (last / first) ** (number / STEPS) for number in range(STEPS + 1)]
    return [(size, law["a"] - law["b"] * size ** -law["c"]) for size in sizes]


def described(course: Course) -> str:
    """Return what a plot shows, for those who can't see it."""
    found = [
        f"{point['size']:,}: {percent(sum(point['f']) / len(point['f']))}"
        for point in course["points"]
        if point["f"]
    ]
    return f"Mean F by size of the training set. {'; '.join(found)}."


def measures_plot(course: Course) -> Markup | None:
    """Return the plot of precision and recall against documents."""
    points = [point for point in course["points"] if point["f"]]
    if len(points) < 2:
        return None
    lines = []
    for key, line, dot in (("p", "course", "dot"), ("r", "loss", "dot-2")):
        values = [(point["size"], point["p"] if key == "p" else point["r"]) for point in points]
        lines.append(Line([(size, sum(several) / len(several)) for size, several in values], line))
        lines.append(
            Line([(size, value) for size, several in values for value in several], dot, dots=True)
        )
    axes = Axes(
        "Precision (blue) and recall (orange)",
        "Documents in the training set",
        [float(point["size"]) for point in points],
        doubling=True,
    )
    words = [
        f"{point['size']:,}: precision {percent(sum(point['p']) / len(point['p']))}, recall "
        f"{percent(sum(point['r']) / len(point['r']))}"
        for point in points
    ]
    return line_plot("measures", "; ".join(words), axes, lines)
