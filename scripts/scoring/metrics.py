"""Metrics: spaCy's own scores, with the support that they lack and null where nothing is annotated.

In: the scores of `spacy evaluate`, and counts of gold entities. Out: plain values for metrics.json.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scripts.files.terminal import LONGEST

Scores = dict[str, Any]
Ends = Sequence[float | None]  # the two ends of an interval, None where there is none

FEW = 30  # groups with gold mentions, or gold mentions, below which there is no interval and no verdict
TOO_FEW = "too few"  # what is said beside such a figure
SAME = "every resample gives the same"  # what is said instead of an interval without width
LEAST = 1e-9  # fractions that are nearer to each other differ by rounding only
UNDEFINED = "–"


def too_few(groups: int, support: int) -> bool:
    """Say whether a figure rests on too little to be trusted.

    groups: independent documents or groups that have a gold mention. support: gold mentions in them.
    """
    return groups < FEW or support < FEW


def with_support(
    scores: Mapping[str, Any], support: Mapping[str, int], attribute: str = "ents"
) -> Scores:
    """Return `ents_p`, `ents_r`, `ents_f`, `ents_per_type` and `support`, as metrics.json has them.

    scores: of `spacy evaluate`, fractions from 0 to 1, None where spaCy had nothing to score.
    support: gold entities by label. attribute: what spaCy's names begin with, `ents` for entities and
    `spans_sc` for spans under the key `sc`; the names returned are the same for both. A label that only
    predictions have keeps its precision and has null for recall and F, undefined without gold (spaCy
    says 0).
    """
    per_type = scores.get(f"{attribute}_per_type") or {}
    total = sum(support.values())
    found: Scores = {f"ents_{key}": scores.get(f"{attribute}_{key}") for key in "prf"}
    if not total:
        found |= {"ents_r": None, "ents_f": None}
    found["support"] = total
    found["ents_per_type"] = {}
    for label in sorted({*per_type, *support}):
        prf = dict(per_type.get(label) or {"p": None, "r": None, "f": None})
        count = support.get(label, 0)
        if not count:
            prf |= {"r": None, "f": None}
        found["ents_per_type"][label] = {**prf, "support": count}
    return found


def with_lost(metrics: Scores, lost: Mapping[str, int]) -> Scores:
    """Return the figures with the mentions that tokenisation lost counted as missed.

    metrics: of `with_support`. lost: gold mentions by label that cut through a token, so that the
    corpus has no entity for them. The correct ones are recall times support, as spaCy counted them.
    """
    missing = sum(lost.values())
    support = metrics["support"] + missing
    if not support:
        return {"lost_in_tokenisation": missing, "ents_r_with_lost": None, "ents_f_with_lost": None}
    precision = metrics["ents_p"] or 0.0
    recall = (metrics["ents_r"] or 0.0) * metrics["support"] / support
    total = precision + recall
    f_score = 2 * precision * recall / total if total else 0.0
    return {
        "lost_in_tokenisation": missing,
        "ents_r_with_lost": recall,
        "ents_f_with_lost": f_score,
    }


def percent(value: float | None) -> str:
    """Return a fraction as a percentage with one decimal, or a dash for what is undefined."""
    return UNDEFINED if value is None else f"{value * 100:.1f}"


def signed(value: float) -> str:
    """Return a difference of fractions in points, with its sign."""
    return f"{value * 100:+.1f}"


def is_point(interval: Ends | None) -> bool:
    """Say whether an interval has no width, so that it tells nothing of how sure its figure is.

    Where every mention is found, or none is, all resamples of them give the same figure.
    """
    low, high = interval or (None, None)
    return low is not None and high is not None and high - low < LEAST


def ends(interval: Ends | None, shown: Callable[[float], str], joint: str) -> str:
    """Return an interval as people read it; in words if it has no width, a dash where there is none."""
    low, high = interval or (None, None)
    if low is None or high is None:
        return UNDEFINED
    return SAME if is_point(interval) else f"{shown(low)}{joint}{shown(high)}"


def told(interval: Ends | None, shown: Callable[[float], str], joint: str) -> str:
    """Return what `ends` does, as it stands in a sentence: `interval 80.1–88.0`."""
    words = ends(interval, shown, joint)
    return words if words in (SAME, UNDEFINED) else f"interval {words}"


def with_level(words: str, confidence: float) -> str:
    """Return the words of `ends` with the confidence of the interval: `95% interval 80.1–88.0`."""
    return f"no interval: {SAME}" if words == SAME else f"{confidence * 100:g}% interval {words}"


def with_groups(metrics: Scores, groups: Mapping[str | None, int]) -> Scores:
    """Return the metrics with `too_few` beside every score: whether it rests on too little.

    metrics: of `with_support`. groups: independent documents or groups that have a gold mention, by
    label, and under None those that have any.
    """
    per_type = {
        label: {**prf, "too_few": too_few(groups.get(label, 0), prf["support"])}
        for label, prf in metrics["ents_per_type"].items()
    }
    few = too_few(groups.get(None, 0), metrics["support"])
    return {**metrics, "too_few": few, "ents_per_type": per_type}


def short(words: str, longest: int = LONGEST) -> str:
    """Return words cut to a length at which they can stand in a table or a sentence."""
    return words if len(words) <= longest else f"{words[: longest - 1]}…"


def support_of(row: Mapping[str, Any]) -> str:
    """Return the support of a row as tables show it: `12 (too few)`."""
    return f"{row['support']}{f' ({TOO_FEW})' if row['too_few'] else ''}"


def rows(metrics: Scores) -> list[tuple[str, str, str, str, str]]:
    """Return the table of metrics: label, precision, recall, F and support, all labels first."""
    p, r, f = (percent(metrics[key]) for key in ("ents_p", "ents_r", "ents_f"))
    table = [("all", p, r, f, support_of(metrics))]
    for label, prf in metrics["ents_per_type"].items():
        p, r, f = (percent(prf[key]) for key in "prf")
        table.append((short(label), p, r, f, support_of(prf)))
    return table
