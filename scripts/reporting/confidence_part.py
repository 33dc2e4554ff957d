"""What the report says about the scores of entities: the reliability diagram and the thresholds.

In: confidence.json. Out: SVG, and rows of a table.
"""

from typing import NamedTuple

from markupsafe import Markup

from scripts.reporting.line_plot import Axes, Line, line_plot
from scripts.scoring.calibration import Confidence, Reliability, Sure
from scripts.scoring.metrics import UNDEFINED, percent

AXIS = (0.0, 0.25, 0.5, 0.75, 1.0)


class ThresholdRow(NamedTuple):
    """A label and its threshold. sure: entities of the test set that reach it. precision: of these.

    reason: why there is no threshold, empty where there is one.
    """

    label: str
    threshold: str
    reason: str
    sure: str
    precision_on_dev: str
    precision: str


def reliability_plot(test: Reliability) -> Markup:
    """Return a plot of the share of right entities against the mean score, a dot for each bin."""
    points = [(each["mean"], each["right"]) for each in test["bins"]]
    lines = [
        Line([(0.0, 0.0), (1.0, 1.0)], "course ahead"),
        Line(points),
        Line(points, "dot", dots=True),
    ]
    words = "; ".join(
        f"score {each['mean']:.2f}: {percent(each['right'])} of {each['entities']} right"
        for each in test["bins"]
    )
    return line_plot("reliability", words, Axes("Right, in per cent", "Score", AXIS), lines)


def threshold_rows(confidence: Confidence) -> list[ThresholdRow]:
    """Return the thresholds of all labels, and what they give."""
    return [
        ThresholdRow(
            label=label,
            threshold=UNDEFINED if row["threshold"] is None else f"{row['threshold']:.2f}",
            reason=row["reason"] or "",
            sure=f"{row['test']['sure']:,} of {row['test']['entities']:,}",
            precision_on_dev=precision(row["dev"]),
            precision=precision(row["test"]),
        )
        for label, row in confidence["labels"].items()
    ]


def precision(found: Sure) -> str:
    """Return the precision of the entities that reach a threshold, in per cent."""
    return percent(found["right"] / found["sure"] if found["sure"] else None)
