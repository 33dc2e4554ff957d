"""Whether two pipelines differ on the same test set by more than chance.

In: the documents of two runs, each with its own predictions. Out: differences of F with paired
intervals and p-values, how many documents got better or worse, and a conclusion in words.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import zip_longest

import numpy as np
from typing_extensions import TypedDict

from scripts.scoring.counts import CountArray, GroupCounts, Values, defined, f_score, gold_groups
from scripts.scoring.document import MODEL, Document, scored
from scripts.scoring.intervals import Bootstrap, holm, permutation_p
from scripts.scoring.metrics import Bounds, in_sentence, percent, signed, too_few

REFERENCE, NEW = "reference", "new"
SURE = 0.05  # p-value below which a difference is significant
BETTER, WORSE, SAME = "better", "worse", "same"
MODELS = (
    "This compares two trained models; to compare two configurations, train each with several seeds."
)


class Difference(TypedDict):
    """F of both runs, and how much higher that of the new one is; None where there is no gold.

    groups: independent documents or groups that have a gold entity. support: gold entities.
    """

    groups: int
    support: int
    interval: Bounds
    f: float | None
    reference_f: float | None
    difference: float | None


class LabelDifference(Difference):
    """The same for a label, with its p-value, and this corrected for the number of labels (Holm)."""

    p: float
    p_holm: float | None


class OverallDifference(TypedDict):
    """The difference of F over all labels."""

    f: float | None
    interval: Bounds
    p: float


class Compared(TypedDict):
    """How two runs differ. documents: how many got better, worse, or stayed the same."""

    f: float | None
    reference_f: float | None
    difference: OverallDifference
    groups: int
    support: int
    labels: dict[str, LabelDifference]
    documents: dict[str, int]
    conclusion: str


class ChangedDocuments(TypedDict):
    """The first documents of the dev set that got better, and those that got worse."""

    better: list[str]
    worse: list[str]


class RunComparison(Compared):
    """How a run differs from the reference run `run`; `changed_on_dev` is None for other dev sets."""

    run: str
    changed_on_dev: ChangedDocuments | None


class Comparison(TypedDict):
    """The contents of comparison.json: a run, and how it differs from each reference run."""

    run: str
    runs: list[RunComparison]


class DifferentTests(ValueError):
    """Raised when two runs were not scored on the same documents and gold."""


@dataclass(frozen=True, slots=True)
class Paired:
    """CountArray of both runs by group, and how many documents got better or worse."""

    table: CountArray  # (group, reference and new, label, TP FP FN)
    labels: list[str]
    documents: dict[str, int]


def count_both(reference: Iterable[Document], new: Iterable[Document]) -> Paired:
    """Return the counts of two runs over the same documents, which are read once.

    Raises DifferentTests when documents, or their gold, are not the same.
    """
    counts = GroupCounts((REFERENCE, NEW))
    documents = {BETTER: 0, WORSE: 0, SAME: 0}
    for old, young in zip_same(reference, new):
        predicted = {REFERENCE: old.predicted[MODEL], NEW: young.predicted[MODEL]}
        counts.add(replace(young, predicted=predicted))
        before, after = errors(old), errors(young)
        documents[BETTER if after < before else WORSE if after > before else SAME] += 1
    return Paired(counts.table(), counts.labels, documents)


def zip_same(
    reference: Iterable[Document], new: Iterable[Document]
) -> Iterable[tuple[Document, Document]]:
    """Yield the documents of two runs in pairs, or raise DifferentTests at the first that differs."""
    for old, young in zip_longest(reference, new):
        if old is None or young is None:
            raise DifferentTests("one run has more documents than the other; run `predict` for both")
        if (old.text, old.gold, old.unknown) != (young.text, young.gold, young.unknown):
            raise DifferentTests(
                f"{young.where}: its text or annotation differs from that of the reference run"
            )
        yield old, young


def errors(document: Document) -> int:
    """Return how many entities of a document are missed or predicted wrongly."""
    return len(set(document.gold) ^ set(scored(document, MODEL)))


def compare(paired: Paired, bootstrap: Bootstrap, permutations: int) -> Compared:
    """Return the difference of the new run to the reference, in all and by label.

    permutations: how often groups are swapped for the p-values. Labels' p-values are corrected for
    their number (Holm). Figures are fractions; a difference above 0 is in favour of the new run.
    """
    table = paired.table
    if not len(table):
        raise DifferentTests("there are no documents to compare")
    drawn = bootstrap.totals(table)
    whole = difference(table.sum(axis=2), drawn.sum(axis=2), bootstrap)
    both = np.concatenate([table, table.sum(axis=2, keepdims=True)], axis=2)  # the last one: all
    p = permutation_p(
        both[:, 0], both[:, 1], f_score, permutations=permutations, seed=bootstrap.seed
    ).tolist()
    rows = {
        label: difference(table[:, :, at], drawn[:, :, at], bootstrap)
        for at, label in enumerate(paired.labels)
    }
    p_of = dict(zip(paired.labels, p, strict=False))  # the last one is of all labels
    judged = [label for label, row in rows.items() if row["f"] is not None]  # has gold
    corrected = dict(zip(judged, holm([p_of[label] for label in judged]), strict=True))
    labels: dict[str, LabelDifference] = {
        label: {**row, "p": p_of[label], "p_holm": corrected.get(label)} for label, row in rows.items()
    }
    return {
        "f": whole["f"],
        "reference_f": whole["reference_f"],
        "difference": {"f": whole["difference"], "interval": whole["interval"], "p": p[-1]},
        "groups": whole["groups"],
        "support": whole["support"],
        "labels": labels,
        "documents": paired.documents,
        "conclusion": conclusion(whole, p[-1]),
    }


def difference(counts: CountArray, drawn: Values, bootstrap: Bootstrap) -> Difference:
    """Return F of both runs and their difference, with its interval unless it rests on too little.

    counts: (group, reference and new, 3); drawn: (resample, reference and new, 3).
    """
    groups, support = gold_groups(counts[:, 1])
    found = Difference(
        groups=groups,
        support=support,
        interval=[None, None],
        f=None,
        reference_f=None,
        difference=None,
    )
    totals = counts.sum(axis=0)
    if not defined("f", totals[1]):
        return found
    old, young = (float(value) for value in f_score(totals))
    found = {**found, "f": young, "reference_f": old, "difference": young - old}
    if too_few(groups, support):
        return found
    scores = f_score(drawn)
    values = np.where(defined("f", drawn[:, 1]), scores[:, 1] - scores[:, 0], np.nan)
    return {**found, "interval": bootstrap.interval(values).as_list()}


def conclusion(whole: Difference, p: float) -> str:
    """Return in words what the comparison shows, and what it doesn't show.

    whole: of all labels. p: its p-value.
    """
    change = whole["difference"]
    if change is None:
        return "The test set has no entities, so there is nothing to compare."
    low, high = whole["interval"]
    figures = f"F {percent(whole['f'])} against {percent(whole['reference_f'])}: {signed(change)} points"
    if low is None or high is None:
        return f"{figures}. There are too few documents or entities to draw a conclusion. {MODELS}"
    figures = f"{figures} ({in_sentence((low, high), signed, ' to ')}, p = {p:.3f})"
    if p >= SURE or low <= 0 <= high:
        return f"{figures}. The difference is within the margin of error. {MODELS}"
    better = BETTER if change > 0 else WORSE
    return f"{figures}. The new model is {better} on this test set. {MODELS}"
