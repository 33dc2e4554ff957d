"""A Doc that is being aligned: its entities, and what became of each span of its record."""

from dataclasses import dataclass, field

from spacy.tokens import Doc, Span

from scripts.annotation.text import AnnotatedText, CharSpan
from scripts.conversion.changes import Change, note, touched


@dataclass(slots=True)
class AlignedDoc:
    """A Doc with its entities, and what became of each span.

    text: the Doc's, which spaCy would put together again at each use.
    spans_key: where `doc.spans` has all spans, empty where they are not stored.
    spans: all that have a place in the Doc, also those that overlap.
    entities: what `doc.ents` was set to, in the order of the source.
    lost_labels: of the spans that should have become an entity and did not.
    unknown: the tokens that such spans touch. everywhere: whether one of them may be anywhere.
    unusable_wrong: spans known to be wrong that don't begin and end at tokens, or that are an entity.
    """

    doc: Doc
    text: str
    spans_key: str = ""
    spans: list[Span] = field(default_factory=list)
    entities: list[Span] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    lost_labels: list[str] = field(default_factory=list)
    unknown: list[Span] = field(default_factory=list)
    everywhere: bool = False
    unusable_wrong: int = 0

    @property
    def kept(self) -> list[Span]:
        """The spans to learn from: all under the key if there is one, otherwise the entities."""
        return self.spans if self.spans_key else self.entities

    def lose(self, change: Change, *areas: tuple[int, int]) -> None:
        """Note a span that can't be an entity; the tokens of its areas are then unknown."""
        self.changes.append(change)
        self.lost_labels.append(change.span.label)
        found = (touched(self.doc, self.text, start, end) for start, end in areas)
        self.unknown += [area for area in found if area]

    def lose_unplaced(self, change: Change) -> None:
        """Note a span that has no place in the text: any token may be part of it."""
        self.lose(change)
        self.everywhere = True

    def exhaustive(self, annotated: AnnotatedText) -> bool:
        """Say whether what is neither marked nor noted as unknown is known to be no entity."""
        return annotated.exhaustive and not self.everywhere

    def all_known(self, annotated: AnnotatedText) -> bool:
        """Say whether the annotation of every token is known."""
        return self.exhaustive(annotated) and not self.unknown

    def note(self, span: CharSpan, outcome: str, reason: str, hint: str) -> Change:
        """Return what became of one span, with the tokens around it."""
        return note(self.doc, self.text, span, outcome, reason, hint)

    def count(self, outcome: str) -> int:
        """Return how many spans had this outcome."""
        return sum(change.outcome == outcome for change in self.changes)
