"""The errors of a pipeline: how many of each class, which labels are confused, and examples to read.

In: documents, one after the other, and what the training set says about names. Out: counts in which
every gold entity and every prediction occurs once, the most telling examples, the documents with most
errors, and places where the annotation itself may be wrong.
"""

import heapq
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any, NotRequired

from typing_extensions import TypedDict

from scripts.scoring.document import MODEL, Document, Entity, SpanRow, scored
from scripts.scoring.known import Known
from scripts.scoring.matching import CORRECT, ERRORS, Pair, pair_up

NO_LABEL = "(none)"  # in the confusion matrix: no entity
LONGEST = 200  # characters of an entity that an example repeats
CONTRADICTIONS = 3  # documents in which predictions contradict gold in the same way: gold is suspicious


class Evidence(TypedDict):
    """How often the training set has a name as gold has it, and as the model predicts it."""

    as_gold: int
    as_predicted: int


class Window(TypedDict):
    """The text around an error.

    cut: whether the document goes on before it, and after it. focus: start and end of the error.
    gold_marks, predicted_marks: the entities in it, counted from its start.
    """

    text: str
    cut: list[bool]
    focus: list[int]
    gold_marks: list[SpanRow]
    predicted_marks: list[SpanRow]


class ErrorExample(Window):
    """An error to read.

    where, id: its document. kind: the class of error. gold, predicted: `LABEL: words`, or None. score:
    how likely the prediction is right, according to the pipeline.
    """

    where: str
    id: str | None
    kind: str
    label: str
    gold: str | None
    predicted: str | None
    train: Evidence
    score: NotRequired[float]


class DocumentErrors(TypedDict):
    """A document with many errors; `entities` are those of gold."""

    where: str
    id: str | None
    errors: int
    entities: int
    tokens: int


class SuspiciousGold(TypedDict):
    """A name that gold may have wrong, and the places where gold and the model disagree about it.

    documents: how many have such a place.
    """

    mention: str
    gold: str | None
    predicted: str | None
    train: Evidence
    times: int
    documents: int
    places: list[str]


class Errors(TypedDict):
    """The errors of one split.

    classes: pairs of gold entity and prediction by class, `correct` included. labels: the same by label.
    confusion: pairs by the label of gold, then by the predicted one. known_wrong_predicted: predictions
    of spans that are known to be no entity. The rest is missing where no texts are kept.
    """

    classes: dict[str, int]
    labels: dict[str, dict[str, int]]
    confusion: dict[str, dict[str, int]]
    known_wrong_predicted: int
    examples: NotRequired[list[ErrorExample]]
    worst_documents: NotRequired[list[DocumentErrors]]
    suspicious_gold: NotRequired[list[SuspiciousGold]]


@dataclass(slots=True)
class Disagreement:
    """A name about which gold and the model disagree in one and the same way.

    against, for_it: how often the training set has it as predicted, and as gold has it. times: places
    where they disagree; documents: how many different ones; places: the first of them.
    """

    against: int
    for_it: int
    times: int = 0
    documents: int = 0
    places: list[str] = field(default_factory=list)
    _last: str = ""

    def add(self, where: str, most: int) -> None:
        """Note one more place; the places of one document come one after the other."""
        self.times += 1
        if where != self._last:
            self._last = where
            self.documents += 1
            if len(self.places) < most:
                self.places.append(where)

    def suspicious(self, predicted: str | None) -> bool:
        """Say whether gold may be wrong here: the training set says so, or several documents do.

        An entity that is only missed is no evidence by itself, however often that happens.
        """
        if self.against >= 2 and self.against > 2 * self.for_it:
            return True
        return predicted is not None and self.documents >= CONTRADICTIONS and not self.for_it


@dataclass(slots=True)
class ErrorCollector:
    """Errors of the model, filled document by document.

    examples: how many are kept of each class and label. context: characters shown around an error.
    With `examples` 0 only counts are kept, as for the test set.
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
    _disagreements: dict[tuple[str, str | None, str | None], Disagreement] = field(default_factory=dict)

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
            row = DocumentErrors(
                where=document.where,
                id=document.id,
                errors=len(wrong),
                entities=len(document.gold),
                tokens=document.tokens,
            )
            keep(self._worst, (len(wrong), -self._seen), row, self.examples)

    def keep_example(self, document: Document, pair: Pair, number: int) -> None:
        """Keep an error with its context if it is among the most telling of its class and label."""
        against, for_it = self.evidence(document.text, pair)
        label = label_of(pair.gold or pair.predicted)
        rank = (against - for_it, -self._seen, -number)
        found: Any = {
            "where": document.where,
            "id": document.id,
            "kind": pair.kind,
            "label": label,
            "gold": shown(document.text, pair.gold),
            "predicted": shown(document.text, pair.predicted),
            "train": {"as_gold": for_it, "as_predicted": against},
            **window(document, pair, self.context),
        }
        if pair.predicted and (score := document.score_of.get(pair.predicted)) is not None:
            found["score"] = score
        row: ErrorExample = found
        keep(self._examples[pair.kind, label], rank, row, self.examples)

    def keep_dispute(self, document: Document, pair: Pair) -> None:
        """Note one place where gold and the model disagree about a name."""
        if pair.end - pair.start > LONGEST:
            return
        text = document.text[pair.start : pair.end]
        key = (text, shown(document.text, pair.gold), shown(document.text, pair.predicted))
        against, for_it = self.evidence(document.text, pair)
        disagreement = self._disagreements.setdefault(key, Disagreement(against, for_it))
        disagreement.add(document.where, self.examples)

    def evidence(self, text: str, pair: Pair) -> tuple[int, int]:
        """Return how often the training set has it as predicted, and how often as gold has it."""
        gold, found = pair.gold, pair.predicted
        mine = text[gold.start : gold.end] if gold else ""
        other = text[found.start : found.end] if found else ""
        if gold is None:
            return self.known.times(other, label_of(found)), self.known.times(other, None)
        if found is None:
            return self.known.times(mine, None), self.known.times(mine, gold.label)
        return self.known.times(other, found.label), self.known.times(mine, gold.label)

    def report(self) -> Errors:
        """Return counts by class and label, the confusion matrix, and what is worth reading."""
        labels = sorted({label for pair in self.confusion for label in pair} - {NO_LABEL})
        totals: Counter[str] = Counter()
        for counter in self.classes.values():
            totals.update(counter)
        found: Errors = {
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

    def suspicious(self) -> list[SuspiciousGold]:
        """Return disagreements in which gold may be wrong, the most likely first."""
        found = []
        for (mention, gold, predicted), disagreement in self._disagreements.items():
            if disagreement.suspicious(predicted):
                row = SuspiciousGold(
                    mention=mention,
                    gold=gold,
                    predicted=predicted,
                    train={"as_gold": disagreement.for_it, "as_predicted": disagreement.against},
                    times=disagreement.times,
                    documents=disagreement.documents,
                    places=disagreement.places,
                )
                rank = disagreement.for_it - disagreement.against - disagreement.times
                found.append((rank, mention, str(gold), str(predicted), row))
        return [row for *_, row in sorted(found, key=lambda item: item[:4])[: 5 * self.examples]]


def keep(heap: list[Any], rank: tuple[int, ...], row: Any, most: int) -> None:
    """Keep the rows of highest rank; ranks are all different."""
    if len(heap) < most:
        heapq.heappush(heap, (rank, row))
    elif rank > heap[0][0]:
        heapq.heapreplace(heap, (rank, row))


def best_first(heap: list[Any]) -> list[Any]:
    """Return the rows that were kept, the highest rank first."""
    return [row for _, row in sorted(heap, key=lambda item: item[0], reverse=True)]


def label_of(entity: Entity | None) -> str:
    """Return the label of an entity, or NO_LABEL."""
    return entity.label if entity else NO_LABEL


def shown(text: str, entity: Entity | None) -> str | None:
    """Return an entity and its label as a person reads them, or None."""
    if entity is None:
        return None
    words = text[entity.start : entity.end]
    cut = words if len(words) <= LONGEST else words[:LONGEST] + "…"
    return f"{entity.label}: {cut}"


def window(document: Document, pair: Pair, context: int) -> Window:
    """Return the text around an error, with the gold and the predicted entities in it.

    Entities that extend beyond the window are cut at its edge; a very long error is cut too.
    """
    start = max(0, pair.start - context)
    end = min(len(document.text), min(pair.end, pair.start + 2 * LONGEST) + context)
    return {
        "text": document.text[start:end],
        "cut": [start > 0, end < len(document.text)],
        "focus": [pair.start - start, min(pair.end, end) - start],
        "gold_marks": inside(document.gold, start, end),
        "predicted_marks": inside(document.predicted[MODEL], start, end),
    }


def inside(entities: tuple[Entity, ...], start: int, end: int) -> list[SpanRow]:
    """Return the entities in a window, counted from its start and cut at its edges."""
    return [
        (max(entity.start, start) - start, min(entity.end, end) - start, entity.label)
        for entity in entities
        if entity.start < end and start < entity.end
    ]
