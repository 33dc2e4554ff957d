"""Whether two pipelines differ on the same test set by more than chance.

In: the documents of two runs, each with its own predictions. Out: differences of F with paired
intervals and p-values, the documents that changed sides, and a verdict that knows about noise.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np

from scripts.scoring.counts import Counts, GroupCounts, Values, defined, f_score, gold_groups
from scripts.scoring.document import MODEL, Document, scored
from scripts.scoring.intervals import Bootstrap, holm, permutation_p
from scripts.scoring.metrics import percent, signed, told, too_few

REFERENCE, NEW = "reference", "new"
SURE = 0.05  # p-value under which a difference is called one


def names_of(reference: str) -> list[str]:
    """Return the names of runs in a list with commas."""
    return [name.strip() for name in reference.split(",") if name.strip()]


class DifferentTests(ValueError):
    """Raised when two runs were not scored on the same documents and gold."""


@dataclass(frozen=True, slots=True)
class Paired:
    """Counts of both runs by group, and how many documents got better or worse."""

    table: Counts  # (group, reference and new, label, TP FP FN)
    labels: list[str]
    documents: dict[str, int]


def count_both(reference: Iterable[Document], new: Iterable[Document]) -> Paired:
    """Return the counts of two runs over the same documents, which pass through once.

    Raises DifferentTests when documents, or their gold, are not the same.
    """
    counts = GroupCounts((REFERENCE, NEW))
    documents = {"better": 0, "worse": 0, "same": 0}
    for old, young in zip_same(reference, new):
        predicted = {REFERENCE: old.predicted[MODEL], NEW: young.predicted[MODEL]}
        counts.add(with_predictions(young, predicted))
        before, after = errors(old), errors(young)
        documents["better" if after < before else "worse" if after > before else "same"] += 1
    return Paired(counts.table(), counts.labels, documents)


def zip_same(
    reference: Iterable[Document], new: Iterable[Document]
) -> Iterable[tuple[Document, Document]]:
    """Yield the documents of two runs in pairs, or raise DifferentTests at the first that differs."""
    for old, young in zip_longest(reference, new):
        if old is None or young is None:
            raise DifferentTests("one run has more documents than the other; predict both anew")
        if (old.text, old.gold, old.unknown) != (young.text, young.gold, young.unknown):
            raise DifferentTests(f"{young.where}: text or gold is not that of the reference run")
        yield old, young


def with_predictions(document: Document, predicted: dict[str, Any]) -> Document:
    """Return a document with other predictions."""
    return Document(
        text=document.text,
        tokens=document.tokens,
        gold=document.gold,
        predicted=predicted,
        unknown=document.unknown,
        file=document.file,
        place=document.place,
        group=document.group,
    )


def errors(document: Document) -> int:
    """Return how many mentions of a document are missed or predicted wrongly."""
    return len(set(document.gold) ^ set(scored(document, MODEL)))


def compare(paired: Paired, bootstrap: Bootstrap, permutations: int) -> dict[str, Any]:
    """Return the difference of the new run to the reference, in all and by label.

    permutations: how often groups are swapped for the p-values. Labels' p-values are corrected for
    their number (Holm). Figures are fractions; a difference above 0 is in favour of the new run.
    """
    table = paired.table
    if not len(table):
        raise DifferentTests("there is no document to compare on")
    drawn = bootstrap.totals(table)
    whole = difference(table.sum(axis=2), drawn.sum(axis=2), bootstrap)
    both = np.concatenate([table, table.sum(axis=2, keepdims=True)], axis=2)  # the last one: all
    p = permutation_p(
        both[:, 0], both[:, 1], f_score, permutations=permutations, seed=bootstrap.seed
    ).tolist()
    rows = {
        label: difference(table[:, :, at], drawn[:, :, at], bootstrap) | {"p": p[at]}
        for at, label in enumerate(paired.labels)
    }
    judged = [label for label, row in rows.items() if row["f"] is not None]  # has gold
    corrected = dict(zip(judged, holm([rows[label]["p"] for label in judged]), strict=True))
    labels = {label: {**row, "p_holm": corrected.get(label)} for label, row in rows.items()}
    found = {
        "f": whole["f"],
        "reference_f": whole["reference_f"],
        "difference": {"f": whole["difference"], "interval": whole["interval"], "p": p[-1]},
        "groups": whole["groups"],
        "support": whole["support"],
        "labels": labels,
        "documents": paired.documents,
    }
    return {**found, "verdict": verdict(found)}


def difference(counts: Counts, drawn: Values, bootstrap: Bootstrap) -> dict[str, Any]:
    """Return F of both runs and their difference, with its interval if it doesn't rest on too little.

    counts: (group, reference and new, 3); drawn: (resample, reference and new, 3).
    """
    groups, support = gold_groups(counts[:, 1])
    found: dict[str, Any] = {"groups": groups, "support": support, "interval": [None, None]}
    totals = counts.sum(axis=0)
    if not defined("f", totals[1]):
        return {**found, "f": None, "reference_f": None, "difference": None}
    old, young = (float(value) for value in f_score(totals))
    found |= {"f": young, "reference_f": old, "difference": young - old}
    if too_few(groups, support):
        return found
    scores = f_score(drawn)
    values = np.where(defined("f", drawn[:, 1]), scores[:, 1] - scores[:, 0], np.nan)
    return {**found, "interval": bootstrap.interval(values).as_list()}


def verdict(found: dict[str, Any]) -> str:
    """Return in words what the comparison allows to say, and what it does not."""
    if found["difference"]["f"] is None:
        return "There is no gold mention to compare on."
    change, p = found["difference"]["f"], found["difference"]["p"]
    low, high = found["difference"]["interval"]
    said = f"F {percent(found['f'])} against {percent(found['reference_f'])}: {signed(change)} points"
    models = (
        "This speaks of these two trained models; whether one configuration is better than the other "
        "takes several seeds of each."
    )
    if low is None or high is None:
        return f"{said}. Too few documents or mentions for a verdict. {models}"
    said = f"{said} ({told((low, high), signed, ' to ')}, p = {p:.3f})"
    if p >= SURE or low <= 0 <= high:
        return f"{said}. No difference that could not be chance. {models}"
    return f"{said}. The new model is {'better' if change > 0 else 'worse'} on this test set. {models}"
