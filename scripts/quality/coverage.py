"""Whether there is enough to learn from and to measure by: entities of each label in every split.

In: the statistics of a corpus, and the counts of `convert`. Out: findings.
"""

from collections.abc import Iterator

from scripts.annotation.splits import SETS, SPLITS
from scripts.conversion.outcome import SplitCounts
from scripts.quality.finding import STOP, WARN, Finding, Occurrences, in_all, sets
from scripts.quality.statistics import CorpusStatistics


def exhaustiveness_findings(splits: dict[str, SplitCounts], key: str | None) -> Iterator[Finding]:
    """Yield what is wrong where text that is not marked may be an entity all the same.

    splits: the counts of `convert`. key: of the spans that are trained on, None for entities.
    """
    partial = {split: counts["not_exhaustive"] for split, counts in splits.items()}
    many = sum(partial.values())
    if many and key is not None:
        message = f"{many} documents are not annotated exhaustively, and spancat can't learn from them"
        advice = (
            "spancat would learn that unmarked text contains no spans: train a config with "
            "ner, or mark all spans"
        )
        yield Finding("not exhaustive", STOP, message, advice, Occurrences(many))
    elif partial["train"] == splits["train"]["documents"] > 0:
        message = (
            "no document in the training set is annotated exhaustively, so nothing shows "
            "which text contains no entity"
        )
        advice = "add texts in which every entity is marked, or texts without entities"
        yield Finding("not exhaustive", WARN, message, advice, Occurrences(partial["train"]))


def label_findings(statistics: CorpusStatistics, few: int) -> Iterator[Finding]:
    """Yield what is wrong with the number of entities: none at all, in one split only, or few.

    few: a label with fewer entities than this in the training set is reported.
    """
    for split in SPLITS:
        if not any(split in places for places in statistics.labels.values()):
            advice = "annotate more, or put all texts into one file: the splits are then drawn from it"
            message = f"the {SETS[split]} has no entities"
            yield Finding("no entities", STOP, message, advice, statistics.documents[split])
    for label, by_split in sorted(statistics.labels.items()):
        counts = {split: by_split[split].count if split in by_split else 0 for split in SPLITS}
        present = [split for split in SPLITS if counts[split]]
        if len(present) < len(SPLITS):
            absent = [split for split in SPLITS if not counts[split]]
            message = f"{label} occurs in {sets(present)}, but not in {sets(absent, 'or')}"
            advice = (
                "annotate more of it: a label can't be learned without examples in the "
                "training set, or measured without examples in the test set"
            )
            yield Finding("label not in all splits", WARN, message, advice, in_all(by_split))
        if 0 < counts["train"] < few:
            message = f"{label} has {counts['train']} entities in the training set, fewer than {few}"
            advice = "annotate more of it, or merge or drop it in the label map"
            yield Finding("few examples", WARN, message, advice, by_split["train"])
