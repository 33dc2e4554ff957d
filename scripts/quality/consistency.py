"""Annotation that contradicts itself: words with two labels, words marked here and not there, odd edges.

In: the statistics of a corpus. Out: findings, the most frequent first. They quote no words of the
test set that the other sets don't have marked as well: whoever reads them goes on improving the
pipeline.
"""

from collections.abc import Iterator

from scripts.quality.finding import WARN, Finding, Occurrences
from scripts.quality.statistics import CorpusStatistics, EntityName

UNQUOTED = "a name in the test set"


def label_conflicts(statistics: CorpusStatistics) -> Iterator[Finding]:
    """Yield the words that have several labels."""
    for text, name in ranked(statistics):
        if len(name.labels) > 1:
            ways = sorted(name.labels.items(), key=lambda item: (-item[1].count, item[0]))
            message = f"{shown_name(text, name)} is labelled " + " and ".join(
                f"{label} {times(places.count)}" for label, places in ways
            )
            named = [f"{place} ({label})" for label, at in ways for place in at.named]
            places = Occurrences(name.labelled, named)
            advice = "decide case by case which label is right"
            yield Finding("entity with two labels", WARN, message, advice, places)


def missed_entities(statistics: CorpusStatistics, least: int) -> Iterator[Finding]:
    """Yield the words that are an entity in some places and not labelled in `least` or more others."""
    for text, name in sorted(ranked(statistics), key=lambda item: -item[1].unlabelled.count):
        missed = name.unlabelled.count
        if missed >= least:
            marked = f"{shown_name(text, name)} is an entity {times(name.labelled)}"
            message = f"{marked} and unlabelled {times(missed)}"
            advice = (
                "label the occurrences that were missed; ignore this if the word is a name "
                "only sometimes"
            )
            yield Finding("entity left unlabelled", WARN, message, advice, name.unlabelled)


def edge_findings(statistics: CorpusStatistics) -> Iterator[Finding]:
    """Yield punctuation and white space at the edges of entities."""
    for token, places in sorted(statistics.edges.items(), key=lambda item: (-item[1].count, item[0])):
        many = (
            "1 entity begins or ends" if places.count == 1 else f"{places.count} entities begin or end"
        )
        advice = "leave it out of the span unless it is part of the name"
        yield Finding("punctuation at an edge", WARN, f"{many} with {token!r}", advice, places)


def ranked(statistics: CorpusStatistics) -> list[tuple[str, EntityName]]:
    """Return the words that are entities, the most frequent first."""
    return sorted(statistics.names.items(), key=lambda item: (-item[1].labelled, item[0]))


def shown_name(text: str, name: EntityName) -> str:
    """Return words as a message may show them."""
    return repr(text) if name.quotable else UNQUOTED


def times(count: int) -> str:
    """Return how often something occurs, in words."""
    return "once" if count == 1 else "twice" if count == 2 else f"{count} times"
