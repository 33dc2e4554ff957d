"""Documents that come back corrected from an annotation tool: which document each is, and what changed.

In: the records of an export, as their reader yields them, and the documents of the corpus. Out: a
correction for each document whose spans changed, and why records can't be used. A record belongs to the
document that has its text, white space and byte order marks aside, for tools and their formats change
these; an identifier alone proves nothing, since some tools number texts anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from itertools import accumulate

from scripts.annotation.offset_units import in_characters
from scripts.annotation.text import ACCEPT, AnnotatedText, CharSpan, Fault, Unusable
from scripts.conversion.corrections import Correction, SpanRow, any_overlap
from scripts.conversion.labelling import cleaned

AGAIN = "export it again from the tool"
OUTDATED = "merged before, and corrected again since"
MARKS = "\ufeff\u2060"  # a byte order mark, and the word joiner that is written in its place
FLAT = (
    "its text has overlapping spans in the corpus, and no record of this export has any",
    "export in a format that can hold them, and allow them in the tool; if none of them should overlap, "
    "change your own annotation files",
)


@dataclass(frozen=True, slots=True)
class Known:
    """A document of the corpus.

    spans: those that it has now, the last correction included. reviewed: whether it has a correction.
    older: hashes of the exports with earlier corrections.
    """

    text: str
    id: str | None
    spans: frozenset[SpanRow]
    reviewed: bool = False
    older: Set[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that can't be used: where it is, why, and what would fix it."""

    file: str
    place: str
    id: str | None
    reason: str
    hint: str


@dataclass(slots=True)
class TakenBack:
    """What became of the records of an export; each is in one of these.

    corrections: of documents that changed, or that nobody had reviewed before, so that `review` asks no
    more about them. changed, unchanged: records whose document has other spans than they, or the same.
    repeated: records that say the same as one before. ignored: records that nobody annotated or
    accepted, and those of a file that was merged before a later correction, by the reason.
    """

    corrections: list[Correction] = field(default_factory=list)
    changed: int = 0
    unchanged: int = 0
    repeated: int = 0
    ignored: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    rejected: list[Rejected] = field(default_factory=list)

    @property
    def read(self) -> int:
        """How many records there were."""
        done = self.changed + self.unchanged + self.repeated + len(self.rejected)
        return done + sum(self.ignored.values())


@dataclass(slots=True)
class Returns:
    """The records of an export by the letters of their text, before the corpus is looked at.

    overlaps: whether spans of the corpus may overlap. labels: those of the corpus, by what they are
    called in the export.
    """

    unit: str | None
    overlaps: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    found: TakenBack = field(default_factory=TakenBack)
    records: dict[str, list[AnnotatedText]] = field(default_factory=lambda: defaultdict(list))

    def add(self, record: AnnotatedText | Fault) -> None:
        """Take in a record, if it can be used at all."""
        if isinstance(record, Fault):
            self.reject(record, record.reason, record.hint)
        elif record.answer != ACCEPT:
            self.found.ignored[record.answer] += 1
        elif record.annotated is False:
            self.found.ignored["not annotated"] += 1
        elif not record.exhaustive or record.missing:
            hint = "export whole texts in which every entity is marked"
            self.reject(record, "it says something about single spans only", hint)
        elif record.unread or record.unlocated:
            reason = record.unread[0].reason if record.unread else "it has an entity without offsets"
            self.reject(record, f"not all of its spans can be read: {reason}", AGAIN)
        else:
            self.records[letters(record.text)].append(record)

    def reject(self, record: AnnotatedText | Fault, reason: str, hint: str) -> None:
        """Note why a record can't be used."""
        id = record.id if isinstance(record, AnnotatedText) else None
        self.found.rejected.append(Rejected(record.file, record.place, id, reason, hint))

    def match(self, documents: Iterable[Known], hashes: Mapping[str, str]) -> TakenBack:
        """Return what became of all records. hashes: of the files that were read.

        Documents of one text have the same correction.
        """
        own: dict[str, dict[str, Known]] = defaultdict(dict)
        named = {record.id for several in self.records.values() for record in several if record.id}
        ids: set[str | None] = set()
        for document in documents:
            if document.id in named:
                ids.add(document.id)
            if (key := letters(document.text)) in self.records:
                own[key].setdefault(document.text, document)
        spans = (record.spans for several in self.records.values() for record in several)
        flat = not any(map(any_overlap, spans))
        for key, several in self.records.items():
            if flat and any(any_overlap(document.spans) for document in own[key].values()):
                for record in several:
                    self.reject(record, *FLAT)
                continue
            self.settle(several, list(own[key].values()), ids, hashes)
        return self.found

    def settle(
        self,
        records: list[AnnotatedText],
        documents: list[Known],
        ids: set[str | None],
        hashes: Mapping[str, str],
    ) -> None:
        """Decide what becomes of the records of one text. documents: those that have it."""
        if not documents:
            for record in records:
                reason, hint = unknown(record, ids)
                self.reject(record, reason, hint)
            return
        try:
            said = [spans_in(record, self.unit, self.labels) for record in records]
        except Unusable as error:
            for record in records:
                self.reject(record, error.reason, error.hint)
            return
        if any(spans != said[0] for spans in said):
            reason = f"the export has {len(records)} records of its text, which differ"
            for record in records:
                self.reject(record, reason, "keep the one that is right")
            return
        self.found.repeated += len(records) - 1
        rows = [
            correction(records[0], said[0], document, hashes, overlaps=self.overlaps)
            for document in documents
        ]
        both = list(zip(rows, documents, strict=True))
        if any(is_change(row) and row["read_from"] in document.older for row, document in both):
            self.found.ignored[OUTDATED] += 1
            return
        changed = any(is_change(row) for row in rows)
        self.found.corrections += [
            row for row, document in both if is_change(row) or not document.reviewed
        ]
        self.found.changed += changed
        self.found.unchanged += not changed


def is_change(row: Correction) -> bool:
    """Say whether a document has other spans than before."""
    return row["spans"] != row["before"]


def is_letter(character: str) -> bool:
    """Say whether a character is compared: it is no white space and no byte order mark."""
    return not character.isspace() and character not in MARKS


def letters(text: str) -> str:
    """Return a text without white space and byte order marks."""
    return "".join(filter(is_letter, text))


def letters_before(text: str) -> list[int]:
    """Return how many letters are before each place in a text, and how many it has."""
    return [0, *accumulate(map(is_letter, text))]


def unknown(record: AnnotatedText, ids: set[str | None]) -> tuple[str, str]:
    """Return why a record has no document, and what to do."""
    if record.id in ids:
        reason = f"its text is not that of the document {record.id!r}: the wording has changed"
        return reason, "restore the text; to change a text, change it in your own annotation files"
    reason = "no document of the corpus has its text"
    if record.id:
        reason += f", and none has the identifier {record.id!r}"
    return reason, "add new texts to your own annotation files"


def spans_in(record: AnnotatedText, unit: str | None, labels: Mapping[str, str]) -> list[SpanRow]:
    """Return the spans of a record, counted in letters. Raises Unusable.

    labels: as for `Returns`.
    """
    spans: Iterable[CharSpan] = record.spans
    if unit and not record.counted:
        spans = in_characters(record.text, spans, unit)
    before = letters_before(record.text)
    found = set()
    for span in spans:
        if not 0 <= span.start < span.end <= len(record.text):
            reason = f"the span {span.start}-{span.end} is outside the text"
            raise Unusable(reason, AGAIN)
        if before[span.start] < before[span.end]:
            label = cleaned(labels.get(span.label, span.label))
            found.add((before[span.start], before[span.end], label))
    return sorted(found)


def correction(
    record: AnnotatedText,
    spans: list[SpanRow],
    document: Known,
    hashes: Mapping[str, str],
    *,
    overlaps: bool,
) -> Correction:
    """Return the correction of a document. spans: see `spans_in`.

    A span that has the letters of one of the document's is that one.
    """
    before = letters_before(document.text)
    own = {
        (before[start], before[end], label): (start, end, label) for start, end, label in document.spans
    }
    at = [number for number, character in enumerate(document.text) if is_letter(character)]
    placed = sorted(own.get(row, (at[row[0]], at[row[1] - 1] + 1, row[2])) for row in spans)
    return {
        "text": document.text,
        "spans": placed,
        "before": sorted(document.spans),
        "overlaps": overlaps,
        "id": document.id,
        "file": record.file,
        "place": record.place,
        "read_from": hashes.get(record.file, ""),
    }
