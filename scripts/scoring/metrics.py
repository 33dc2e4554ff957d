"""Metrics: spaCy's own scores with the support that they lack, and how figures are shown.

In: the scores of `spacy evaluate`, and counts of gold entities. Out: plain values for metrics.json, in
which a score that nothing can be measured on is null.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from typing_extensions import TypedDict

Bounds = Sequence[float | None]  # the two ends of an interval, None where there is none

FEW = 30  # gold entities, or groups that have one, below which there is no interval
TOO_FEW = "too few"  # shown beside a figure that rests on fewer
SAME = "all resamples give the same value"  # shown instead of an interval without width
WIDEST = 40  # letters of a column of a table on the screen, with room for SAME
LEAST = 1e-9  # fractions with a smaller difference differ by rounding only
LONGEST = 100  # characters of a label or a name in a table or a sentence
UNDEFINED = "–"


class LabelMetrics(TypedDict):
    """The scores of one label; `support` is its gold entities."""

    p: float | None
    r: float | None
    f: float | None
    support: int
    too_few: bool


class EntityMetrics(TypedDict):
    """The scores of a pipeline on one split, by the names that spaCy gives them."""

    ents_p: float | None
    ents_r: float | None
    ents_f: float | None
    support: int
    ents_per_type: dict[str, LabelMetrics]
    too_few: bool


class LostMetrics(TypedDict):
    """Entities that cut through a token; recall and F with these counted as missed."""

    lost_in_tokenisation: int
    ents_r_with_lost: float | None
    ents_f_with_lost: float | None


class SplitMetrics(EntityMetrics, LostMetrics):
    """What metrics.json contains about one split; `fingerprint` is that of its corpus file."""

    documents: int
    partly_annotated: int
    fingerprint: str


class Metrics(SplitMetrics):
    """The contents of metrics.json: the scores on the test set, and those on the dev set."""

    dev: SplitMetrics


def too_few(groups: int, support: int) -> bool:
    """Say whether a figure rests on too little to be trusted.

    groups: independent documents or groups that have a gold entity. support: gold entities in them.
    """
    return groups < FEW or support < FEW


def with_support(
    scores: Mapping[str, Any],
    support: Mapping[str, int],
    groups: Mapping[str | None, int],
    attribute: str = "ents",
) -> EntityMetrics:
    """Return the scores of a pipeline as metrics.json has them.

    scores: of `spacy evaluate`, fractions from 0 to 1, None where spaCy had nothing to score.
    support: gold entities by label. groups: independent documents or groups that have a gold entity, by
    label, and under None those that have any. attribute: what spaCy's names begin with, `ents` for
    entities and `spans_sc` for spans under the key `sc`; the names returned are the same for both. A
    label that only predictions have keeps its precision and has None for recall and F, which are
    undefined without gold (spaCy gives 0).
    """
    per_type = scores.get(f"{attribute}_per_type") or {}
    total = sum(support.values())
    labels: dict[str, LabelMetrics] = {}
    for label in sorted({*per_type, *support}):
        prf, count = per_type.get(label) or {}, support.get(label, 0)
        labels[label] = {
            "p": prf.get("p"),
            "r": prf.get("r") if count else None,
            "f": prf.get("f") if count else None,
            "support": count,
            "too_few": too_few(groups.get(label, 0), count),
        }
    return {
        "ents_p": scores.get(f"{attribute}_p"),
        "ents_r": scores.get(f"{attribute}_r") if total else None,
        "ents_f": scores.get(f"{attribute}_f") if total else None,
        "support": total,
        "ents_per_type": labels,
        "too_few": too_few(groups.get(None, 0), total),
    }


def with_lost(metrics: EntityMetrics, lost: Mapping[str, int]) -> LostMetrics:
    """Return recall and F with the entities that tokenisation lost counted as missed.

    lost: gold entities by label that cut through a token, so that the corpus has no entity for them.
    """
    missing = sum(lost.values())
    recall, f = recall_with_lost(metrics["ents_p"], metrics["ents_r"], metrics["support"], missing)
    return {"lost_in_tokenisation": missing, "ents_r_with_lost": recall, "ents_f_with_lost": f}


def recall_with_lost(
    precision: float | None, recall: float | None, support: int, lost: int
) -> tuple[float | None, float | None]:
    """Return recall and F where so many more entities are missed; None where there is no gold at all.

    The correct ones are recall times support, as spaCy counted them.
    """
    if not support + lost:
        return None, None
    p, r = precision or 0.0, (recall or 0.0) * support / (support + lost)
    return r, 2 * p * r / (p + r) if p + r else 0.0


def percent(value: float | None) -> str:
    """Return a fraction as a percentage with one decimal, or a dash for what is undefined."""
    return UNDEFINED if value is None else f"{value * 100:.1f}"


def signed(value: float) -> str:
    """Return a difference of fractions in points, with its sign."""
    return f"{value * 100:+.1f}"


def is_point(interval: Bounds | None) -> bool:
    """Say whether an interval has no width, so that it does not show how certain its figure is.

    Where every entity is found, or none is, all resamples give the same figure.
    """
    low, high = interval or (None, None)
    return low is not None and high is not None and high - low < LEAST


def interval_in_words(interval: Bounds | None, shown: Callable[[float], str], joint: str) -> str:
    """Return an interval as people read it: in words if it has no width, a dash where there is none."""
    low, high = interval or (None, None)
    if low is None or high is None:
        return UNDEFINED
    return SAME if is_point(interval) else f"{shown(low)}{joint}{shown(high)}"


def in_sentence(interval: Bounds | None, shown: Callable[[float], str], joint: str) -> str:
    """Return an interval for use in a sentence: `interval 80.1–88.0`; without one, why."""
    words = interval_in_words(interval, shown, joint)
    return words if words in (SAME, UNDEFINED) else f"interval {words}"


def with_level(words: str, confidence: float) -> str:
    """Return an interval in words with its confidence: `95% interval 80.1–88.0`."""
    return f"no interval: {SAME}" if words == SAME else f"{confidence * 100:g}% interval {words}"


def short(words: str, longest: int = LONGEST) -> str:
    """Return words cut to a length that fits into a table or a sentence."""
    return words if len(words) <= longest else f"{words[: longest - 1]}…"


def support_of(row: Mapping[str, Any]) -> str:
    """Return the support of a row as tables show it: `12 (too few)`."""
    return f"{row['support']}{f' ({TOO_FEW})' if row['too_few'] else ''}"


def rows(metrics: EntityMetrics) -> list[tuple[str, str, str, str, str]]:
    """Return the table of metrics: label, precision, recall, F and support, all labels first."""
    p, r, f = percent(metrics["ents_p"]), percent(metrics["ents_r"]), percent(metrics["ents_f"])
    table = [("all", p, r, f, support_of(metrics))]
    for label, prf in metrics["ents_per_type"].items():
        p, r, f = percent(prf["p"]), percent(prf["r"]), percent(prf["f"])
        table.append((short(label), p, r, f, support_of(prf)))
    return table
