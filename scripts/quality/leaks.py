"""Texts and groups that are in two splits: what is learned from one makes the score of another too high.

In: the Docs of the test set and the dev set, then those of the training set. Out: findings.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from scripts.quality.duplicates import DuplicateIndex
from scripts.quality.finding import STOP, WARN, Finding, Occurrences, in_all, sets
from scripts.quality.statistics import CorpusStatistics

TOO_HIGH = "the score will be too high"


@dataclass(slots=True)
class Leaks:
    """Pairs of texts in two splits, by these splits and by whether the two are identical.

    in_test: texts of the test set that the training set has: how many test documents have each.
    """

    duplicates: DuplicateIndex
    pairs: dict[tuple[str, str, bool], Occurrences] = field(default_factory=dict)
    in_test: dict[str, int] = field(default_factory=dict)

    def add(self, text: str, split: str, source: str) -> None:
        """Take in a text; those of the training set come last, and are not remembered."""
        for duplicate in self.duplicates.find(text):
            if duplicate.split != split:
                identical = duplicate.similarity == 1.0
                pair = f"{source} ({split}) and {duplicate.source} ({duplicate.split})"
                self.pairs.setdefault((split, duplicate.split, identical), Occurrences()).add(pair)
                if identical and (split, duplicate.split) == ("train", "test"):
                    self.in_test[duplicate.source] = duplicate.copies
        if split != "train":
            self.duplicates.add(text, split, source)

    def findings(self, most: float) -> Iterator[Finding]:
        """Yield the texts that two splits share, identical ones first.

        most: copies of training texts in the test set, in documents, above which the run stops.
        """
        for (split, other, identical), places in sorted(self.pairs.items(), reverse=True):
            pairs = "1 pair" if places.count == 1 else f"{places.count} pairs"
            how = "identical" if identical else "nearly identical"
            message = f"{pairs} of {how} texts in {sets((split, other))}: {TOO_HIGH}"
            advice = "delete one text of each pair, or give both the same `group`"
            leaked = sum(self.in_test.values()) if (split, other) == ("train", "test") else 0
            kind = "text in two splits" if identical else "near-duplicate in two splits"
            severity = STOP if identical and leaked > most else WARN
            yield Finding(kind, severity, message, advice, places)


def group_findings(statistics: CorpusStatistics) -> Iterator[Finding]:
    """Yield the groups whose texts are in several splits."""
    for group, by_split in sorted(statistics.groups.items()):
        if len(by_split) > 1:
            message = f"group {group[:60]!r} is in {sets(by_split)}: {TOO_HIGH}"
            advice = "keep the texts of a group in one file"
            yield Finding("group in two splits", WARN, message, advice, in_all(by_split))
