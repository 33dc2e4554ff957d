"""The page of the agreement of two annotators.

In: what `agreement.json` says. Out: HTML in the style of a run's report.
"""

from markupsafe import Markup

from scripts.reporting.rendering import rendered
from scripts.reporting.views import side
from scripts.scoring.agreement import KINDS, AgreementReport, Compared

TEMPLATE = "agreement.html.jinja"
PARTS = ("page.html.jinja", "parts.html.jinja")  # named, so that `inputs` knows that they are needed

Example = tuple[str, str, str, Markup, Markup]


def agreement_page(report: AgreementReport) -> str:
    """Return the whole page. report: the contents of agreement.json."""
    values = {
        "report": report,
        "compared": report["compared"],
        "examples": examples(report["compared"]),
        "level": f"{report['confidence'] * 100:g}%",
        "names": [(pair["first"], pair["second"]) for pair in report["pairs"]],
    }
    return rendered(TEMPLATE, values)


def examples(compared: Compared) -> dict[str, list[Example]]:
    """Return disagreements by kind: label, where, identifier, and the text as either side has it."""
    found: dict[str, list[Example]] = {}
    for example in compared["examples"]:
        views = side(example, "gold"), side(example, "predicted")
        shown = (example["label"], example["where"], example["id"] or "", *views)
        found.setdefault(KINDS[example["kind"]], []).append(shown)
    return found
