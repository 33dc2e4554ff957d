"""The page of a comparison of variants: one file that asks nothing of any network.

In: the contents of summary.json and costs.json. Out: HTML in the style of a run's report.
"""

from markupsafe import Markup

from scripts.files.terminal import duration
from scripts.reporting.line_plot import Axes, Line, line_plot, step_values
from scripts.reporting.rendering import rendered
from scripts.scoring.experiment import Costs, Summary, VariantSummary
from scripts.scoring.metrics import UNDEFINED, percent
from scripts.scoring.variants import FEW, ONE_SEED, UNCLEAR, WORSE

TEMPLATE = "experiments.html.jinja"
PARTS = ("page.html.jinja", "parts.html.jinja")  # named, so that `inputs` knows that they are needed
DOUBTS = {  # why the best variant need not be better than the reference
    UNCLEAR: "Its difference from the reference may be chance: other seeds or documents may change it.",
    FEW: "The dev set has too few documents or entities to say whether it is better than the reference.",
    ONE_SEED: "With one seed, nobody can say whether it is better than the reference.",
    WORSE: "It is worse than the reference, which is not complete.",
}
LONGEST = 100  # characters of an override's value


def experiments_page(summary: Summary, costs: Costs) -> str:
    """Return the whole page."""
    variants = summary["variants"]
    labels: dict[str, int] = {}
    for variant in variants.values():
        scores = variant["scores"]
        labels |= {name: row["support"] for name, row in scores["labels"].items()} if scores else {}
    values = {
        "summary": summary,
        "differences": {name: what_differs(variant) for name, variant in variants.items()},
        "times": {name: words_of(cost["processor_seconds"]) for name, cost in costs.items()},
        "speeds": {name: speed_of(cost["words_per_second"]) for name, cost in costs.items()},
        "labels": sorted(labels, key=lambda name: (-labels[name], name)),
        "support": labels,
        "plots": {name: plot for name in variants if (plot := dev_curves(name, variants))},
        "reach": reach(summary),
        "failed": {name: variant["failed"] for name, variant in variants.items() if variant["failed"]},
        "doubts": DOUBTS,
        "level": f"{summary['confidence'] * 100:g}%",
    }
    return rendered(TEMPLATE, values)


def what_differs(variant: VariantSummary) -> list[str]:
    """Return what is special about a variant, in words."""
    found = [variant["config"]]
    for name, value in variant["overrides"].items():
        shown = str(value)
        found.append(f"{name} = {shown if len(shown) <= LONGEST else shown[:LONGEST] + '…'}")
    if variant["share"] < 1:
        found.append(f"{variant['share'] * 100:g}% of the training set")
    if variant["without"]:
        found.append(f"without {', '.join(variant['without'])}")
    return found


def words_of(seconds: float | None) -> str:
    """Return a processor time in words."""
    return UNDEFINED if seconds is None else duration(seconds)


def speed_of(words: float | None) -> str:
    """Return a speed in words."""
    return UNDEFINED if words is None else f"{words:,.0f}"


def dev_curves(name: str, variants: dict[str, VariantSummary]) -> Markup | None:
    """Return the plot of a variant: a line for each seed."""
    curves = variants[name]["curves"]
    last = max((step for points in curves.values() for step, _ in points), default=0)
    if not last:
        return None
    lines = [Line(points, "course thin") for points in curves.values()]
    best = {seed: max(score for _, score in points) for seed, points in curves.items()}
    described = "; ".join(f"seed {seed}: best score {percent(score)}" for seed, score in best.items())
    axes = Axes("Score on the dev set", "Step", step_values(last))
    return line_plot(f"curve-{list(variants).index(name)}", described, axes, lines, height=120)


def reach(summary: Summary) -> float:
    """Return how far the scale of differences reaches on both sides, so that all of them fit."""
    ends: list[float | None] = []
    for variant in summary["variants"].values():
        change = variant["scores"] and variant["scores"]["difference"]
        if change:
            ends += [change["f"], *change["interval"]]
    return max((abs(end) for end in ends if end is not None), default=0.0) * 1.05 or 1.0
