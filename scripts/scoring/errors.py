"""The errors of a pipeline: how many of each class, which labels are confused, and examples to read.

In: documents, one after the other, and what train says about mentions. Out: counts in which every gold
and every predicted mention stands once, the most telling examples, the documents with most errors, and
places where the annotation itself may be wrong.
"""

import heapq
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from scripts.scoring.document import MODEL, Document, Mention, scored
from scripts.scoring.known import Known
from scripts.scoring.matching import CORRECT, ERRORS, Pair, pair_up

NO_LABEL = "(none)"  # in the table of confusions: nothing there
SHOWN_MENTION = 200  # characters of a mention that an example repeats
CONTRADICTIONS = 3  # documents in which a prediction contradicts gold before it is suspicious by itself


@dataclass(slots=True)
class Dispute:
    """A mention about which gold and prediction disagree in one and the same way.

    against, for_it: how often train has it as predicted, and as gold has it. times: places of it;
    documents: how many different ones; places: the first of them by name.
    """

    against: int
    for_it: int
    times: int = 0
    documents: int = 0
    places: list[str] = field(default_factory=list)
    _last: str = ""

    def add(self, where: str, most: int) -> None:
        """Note one more place; those of one document come one after the other."""
        self.times += 1
        if where != self._last:
            self._last = where
            self.documents += 1
            if len(self.places) < most:
                self.places.append(where)

    def suspicious(self, predicted: str | None) -> bool:
        """Say whether gold may be wrong here: train says so, or several documents do.

        A mention that is only missed is no evidence by itself, however often it is.
        """
        if self.against >= 2 and self.against > 2 * self.for_it:
            return True
        return predicted is not None and self.documents >= CONTRADICTIONS and not self.for_it


@dataclass(slots=True)
class ErrorSurvey:
    """Errors of the model, filled document by document.

    examples: how many are kept of each class and label. context: characters shown around an error.
    With `examples` 0 only counts are kept: that is how test is treated.
    """

    known: Known
    examples: int
    context: int
    classes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    known_wrong: int = 0
    _seen: int = 0
    _examples: dict[tuple[str, str], list[Any]] = field(default_factory=lambda: defaultdict(list))
    _worst: list[Any] = field(default_factory=list)
    _disputes: dict[tuple[str, str | None, str | None], Dispute] = field(default_factory=dict)

    def add(self, document: Document) -> None:
        """Sort the differences of one document into classes, and keep what is worth reading."""
        self._seen += 1
        pairs = pair_up(document.gold, scored(document, MODEL))
        wrong = [pair for pair in pairs if pair.kind != CORRECT]
        for pair in pairs:
            gold, found = label_of(pair.gold), label_of(pair.predicted)
            self.classes[gold if pair.gold else found][pair.kind] += 1
            self.confusion[gold, found] += 1
        self.known_wrong += len(set(document.wrong) & set(document.predicted[MODEL]))
        if not self.examples:
            return
        for number, pair in enumerate(wrong):
            self.keep_example(document, pair, number)
            self.keep_dispute(document, pair)
        if wrong:
            row = {"where": document.where, "id": document.id, "errors": len(wrong)}
            row |= {"mentions": len(document.gold), "tokens": document.tokens}
            keep(self._worst, (len(wrong), -self._seen), row, self.examples)

    def keep_example(self, document: Document, pair: Pair, number: int) -> None:
        """Keep an error with its context if it is among the most telling of its class and label."""
        against, for_it = self.evidence(document.text, pair)
        label = label_of(pair.gold or pair.predicted)
        rank = (against - for_it, -self._seen, -number)
        row = {
            "where": document.where,
            "id": document.id,
            "kind": pair.kind,
            "label": label,
            "gold": shown(document.text, pair.gold),
            "predicted": shown(document.text, pair.predicted),
            "train": {"as_gold": for_it, "as_predicted": against},
            **window(document, pair, self.context),
        }
        keep(self._examples[pair.kind, label], rank, row, self.examples)

    def keep_dispute(self, document: Document, pair: Pair) -> None:
        """Note one place where gold and prediction disagree about a mention."""
        mention = pair.gold or pair.predicted
        if mention is None or pair.end - pair.start > SHOWN_MENTION:
            return
        text = document.text[pair.start : pair.end]
        key = (text, shown(document.text, pair.gold), shown(document.text, pair.predicted))
        against, for_it = self.evidence(document.text, pair)
        entry = self._disputes.setdefault(key, Dispute(against, for_it))
        entry.add(document.where, self.examples)

    def evidence(self, text: str, pair: Pair) -> tuple[int, int]:
        """Return how often train has it as predicted, and how often as gold has it."""
        gold, found = pair.gold, pair.predicted
        mine = text[gold.start : gold.end] if gold else ""
        other = text[found.start : found.end] if found else ""
        if gold is None:
            return self.known.times(other, label_of(found)), self.known.times(other, None)
        if found is None:
            return self.known.times(mine, None), self.known.times(mine, gold.label)
        return self.known.times(other, found.label), self.known.times(mine, gold.label)

    def report(self) -> dict[str, Any]:
        """Return counts by class and label, the table of confusions, and what is worth reading."""
        labels = sorted({label for pair in self.confusion for label in pair} - {NO_LABEL})
        totals: Counter[str] = Counter()
        for counter in self.classes.values():
            totals.update(counter)
        found: dict[str, Any] = {
            "classes": {name: totals[name] for name in (CORRECT, *ERRORS)},
            "labels": {
                label: {name: self.classes[label][name] for name in (CORRECT, *ERRORS)}
                for label in labels
            },
            "confusion": {
                gold: {other: self.confusion[gold, other] for other in (*labels, NO_LABEL)}
                for gold in (*labels, NO_LABEL)
            },
            "known_wrong_predicted": self.known_wrong,
        }
        if self.examples:
            order = {name: at for at, name in enumerate(ERRORS)}
            keys = sorted(self._examples, key=lambda key: (order[key[0]], key[1]))
            found["examples"] = [row for key in keys for row in best_first(self._examples[key])]
            found["worst_documents"] = best_first(self._worst)
            found["suspicious_gold"] = self.suspicious()
        return found

    def suspicious(self) -> list[dict[str, Any]]:
        """Return disagreements in which gold may be wrong, the likeliest first."""
        found = []
        for (mention, gold, predicted), dispute in self._disputes.items():
            if dispute.suspicious(predicted):
                train = {"as_gold": dispute.for_it, "as_predicted": dispute.against}
                row: dict[str, Any] = {"mention": mention, "gold": gold, "predicted": predicted}
                row |= {"train": train, "times": dispute.times, "places": dispute.places}
                rank = dispute.for_it - dispute.against - dispute.times
                found.append((rank, mention, str(gold), str(predicted), row))
        return [row for *_, row in sorted(found, key=lambda item: item[:4])[: 5 * self.examples]]


def keep(heap: list[Any], rank: tuple[int, ...], row: dict[str, Any], most: int) -> None:
    """Keep the rows of highest rank; ranks are all different."""
    if len(heap) < most:
        heapq.heappush(heap, (rank, row))
    elif rank > heap[0][0]:
        heapq.heapreplace(heap, (rank, row))


def best_first(heap: list[Any]) -> list[dict[str, Any]]:
    """Return the rows that were kept, the highest rank first."""
    return [row for _, row in sorted(heap, key=lambda item: item[0], reverse=True)]


def label_of(mention: Mention | None) -> str:
    """Return the label of a mention, or what stands for none."""
    return mention.label if mention else NO_LABEL


def shown(text: str, mention: Mention | None) -> str | None:
    """Return a mention and its label as a person reads them, or None."""
    if mention is None:
        return None
    words = text[mention.start : mention.end]
    cut = words if len(words) <= SHOWN_MENTION else words[:SHOWN_MENTION] + "…"
    return f"{mention.label}: {cut}"


def window(document: Document, pair: Pair, context: int) -> dict[str, Any]:
    """Return the text around an error, with the gold and the predicted mentions in it, moved along.

    Mentions that reach beyond the window are cut at its edge; a very long error is cut too.
    """
    start = max(0, pair.start - context)
    end = min(len(document.text), min(pair.end, pair.start + 2 * SHOWN_MENTION) + context)
    return {
        "text": document.text[start:end],
        "cut": [start > 0, end < len(document.text)],
        "focus": [pair.start - start, min(pair.end, end) - start],
        "gold_marks": inside(document.gold, start, end),
        "predicted_marks": inside(document.predicted[MODEL], start, end),
    }


def inside(mentions: tuple[Mention, ...], start: int, end: int) -> list[list[Any]]:
    """Return the mentions in a window, counted from its start and cut at its edges."""
    return [
        [max(mention.start, start) - start, min(mention.end, end) - start, mention.label]
        for mention in mentions
        if mention.start < end and start < mention.end
    ]
