"""The page of a review: annotations that may be wrong, each in its text, as it is and as suggested.

In: the contents of review.json, and the strongest flags with their documents. Out: HTML in the style of
a run's report, one file that asks nothing of any network.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from scripts.annotation.splits import SETS
from scripts.reporting.rendering import rendered
from scripts.reporting.views import side, times
from scripts.scoring.document import MODEL, Document
from scripts.scoring.errors import shown, window
from scripts.scoring.matching import Pair
from scripts.scoring.review import (
    BOUNDARY,
    INCONSISTENT,
    KINDS,
    LABEL,
    MISSING,
    SPURIOUS,
    DocumentName,
    Flag,
    Review,
    corrected,
)

TEMPLATE = "review.html.jinja"
PARTS = ("page.html.jinja", "parts.html.jinja")  # named, so that `inputs` knows that they are needed
NAMES = {
    MISSING: "Missing",
    SPURIOUS: "Spurious",
    LABEL: "Wrong label",
    BOUNDARY: "Wrong boundary",
    INCONSISTENT: "Inconsistent with the same words elsewhere",
}


@dataclass(frozen=True, slots=True)
class FlagView:
    """A flag to look at. label_number: the label in the filter, which so carries no foreign text."""

    rank: int
    kind: str
    label: str
    label_number: int
    where: str
    evidence: str
    gold_html: Markup
    suggested_html: Markup


def review_page(
    found: Review, flags: Sequence[Flag], documents: Mapping[DocumentName, Document], context: int
) -> str:
    """Return the whole page. flags: those to show, the strongest first. context: characters around."""
    labels = sorted({label_of(flag) for flag in flags})
    views = [
        view(flag, rank, found, documents[flag.document], context, labels)
        for rank, flag in enumerate(flags, start=1)
    ]
    groups = {kind: [one for one in views if one.kind == kind] for kind in KINDS}
    values = {
        "found": found,
        "sets": [SETS[name] for name in found["sets"]],
        "shown": len(views),
        "groups": {kind: own for kind, own in groups.items() if own},
        "names": NAMES,
        "labels": dict(enumerate(labels)),
        "kinds": {kind: number for number, kind in enumerate(KINDS)},
    }
    return rendered(TEMPLATE, values)


def label_of(flag: Flag) -> str:
    """Return the label that a flag is about: the one of gold, if there is one."""
    entity = flag.dispute.gold or flag.dispute.suggested
    return entity.label if entity else ""


def view(
    flag: Flag, rank: int, found: Review, document: Document, context: int, labels: Sequence[str]
) -> FlagView:
    """Return the view of one flag."""
    dispute = flag.dispute
    after = corrected(document.gold, [flag], overlaps=found["overlaps"])
    changed = replace(document, predicted={MODEL: tuple(after)})
    pair = Pair(dispute.gold, dispute.suggested)
    example: Any = {
        **window(changed, pair, context),
        "gold": shown(document.text, dispute.gold),
        "predicted": shown(document.text, dispute.suggested),
    }
    return FlagView(
        rank=rank,
        kind=dispute.kind,
        label=label_of(flag),
        label_number=labels.index(label_of(flag)),
        where=f"{flag.where} ({SETS[flag.split]})" + (f" · {flag.id}" if flag.id else ""),
        evidence=evidence(flag, found["members"]),
        gold_html=side(example, "gold"),
        suggested_html=side(example, "predicted"),
    )


def evidence(flag: Flag, members: int) -> str:
    """Return in words what speaks for a flag."""
    votes = f"{flag.dispute.votes} of {members} pipelines suggest it" if flag.dispute.votes else ""
    now = "as annotated" if flag.dispute.gold else "unmarked"
    then = "as suggested" if flag.dispute.suggested else "unmarked"
    where = f"elsewhere {times(flag.as_suggested)} {then}, {times(flag.as_gold)} {now}"
    return "; ".join(filter(None, (votes, where)))
