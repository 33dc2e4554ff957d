"""Annotation that contradicts itself: words with two labels, words marked here and not there, odd edges.

In: what the survey saw. Out: findings, the most frequent first. They quote no words of the test set that
the other sets don't have marked as well: whoever reads them goes on improving the pipeline.
"""

from collections.abc import Iterator

from scripts.quality.finding import WARN, Finding, Places
from scripts.quality.statistics import Mention, Survey

UNQUOTED = "a name in the test set"


def label_conflicts(survey: Survey) -> Iterator[Finding]:
    """Yield the words that have several labels."""
    for text, mention in ranked(survey):
        if len(mention.labels) > 1:
            ways = sorted(mention.labels.items(), key=lambda item: (-item[1].count, item[0]))
            message = f"{shown(text, mention)} is labelled " + " and ".join(
                f"{label} {times(places.count)}" for label, places in ways
            )
            named = [f"{place} ({label})" for label, at in ways for place in at.named]
            places = Places(mention.labelled, named)
            advice = "decide case by case which label is right"
            yield Finding("entity with two labels", WARN, message, advice, places)


def missed_entities(survey: Survey, least: int) -> Iterator[Finding]:
    """Yield the words that are an entity in some places and not labelled in `least` or more others."""
    for text, mention in sorted(ranked(survey), key=lambda item: -item[1].unlabelled.count):
        missed = mention.unlabelled.count
        if missed >= least:
            marked = f"{shown(text, mention)} is an entity {times(mention.labelled)}"
            message = f"{marked} and unlabelled {times(missed)}"
            advice = (
                "label the occurrences that were missed; ignore this if the word is a name "
                "only sometimes"
            )
            yield Finding("entity left unlabelled", WARN, message, advice, mention.unlabelled)


def edge_findings(survey: Survey) -> Iterator[Finding]:
    """Yield punctuation and white space at the edges of entities."""
    for token, places in sorted(survey.edges.items(), key=lambda item: (-item[1].count, item[0])):
        many = (
            "1 entity begins or ends" if places.count == 1 else f"{places.count} entities begin or end"
        )
        advice = "leave it out of the span unless it is part of the name"
        yield Finding("punctuation at an edge", WARN, f"{many} with {token!r}", advice, places)


def ranked(survey: Survey) -> list[tuple[str, Mention]]:
    """Return the words that are entities, the most frequent first."""
    return sorted(survey.mentions.items(), key=lambda item: (-item[1].labelled, item[0]))


def shown(text: str, mention: Mention) -> str:
    """Return words as a message may show them."""
    return repr(text) if mention.quotable else UNQUOTED


def times(count: int) -> str:
    """Return how often something occurs, in words."""
    return "once" if count == 1 else "twice" if count == 2 else f"{count} times"
