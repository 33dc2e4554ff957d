"""From what readers yield to what becomes Docs: whose annotation, of which layer, in which pieces.

In: records and faults, as a stream. Out: the same without those that are set aside, rows about one text
as one record, long texts in pieces; and the counts of all that.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from scripts.corpus.alignment import Change, misfit
from scripts.corpus.making import with_characters
from scripts.corpus.merging import Agreement, ContradictionError, Merged, Waiting, merge, must_wait
from scripts.corpus.offsets import CHARACTERS
from scripts.corpus.segmenting import segment
from scripts.corpus.settings import Settings
from scripts.corpus.tally import Tally
from scripts.corpus.text import ACCEPT, AnnotatedText, CharSpan, Fault, FileFault, UnreadSpan

NOT_ANNOTATED = "not annotated"  # how a text that nobody looked at is counted among the ignored
NO_SEGMENTS = "no"


@dataclass(slots=True)
class Selector:
    """The choice among records; `tally` and `agreement` fill as the stream goes by."""

    settings: Settings
    reading: str = CHARACTERS  # how offsets are counted
    tally: Tally = field(default_factory=Tally)
    agreement: Agreement = field(default_factory=Agreement)
    layers: dict[str, None] = field(default_factory=dict)  # names in the order in which they came
    characters: int = 0  # of all texts that are converted
    longest_text: int = 0
    grouped: int = 0  # of these texts, how many are of a group
    empty: int = 0  # records without a span of which the source doesn't say whether anybody looked

    def select(
        self, records: Iterable[AnnotatedText | Fault], waiting: Waiting
    ) -> Iterator[AnnotatedText | Fault]:
        """Yield what is to be converted, in a fixed order: first what stands alone, then merged rows.

        waiting: where rows wait for others of their text.
        Raises FileFault when something has to be chosen first.
        """
        for record in records:
            self.tally.count_read(record.file)
            if isinstance(record, Fault):
                yield record
                continue
            chosen = self.chosen(record)
            if chosen is None:
                continue
            if must_wait(chosen):
                waiting.add(chosen)
            else:
                yield from self.pieces(chosen)
        if self.settings.layer and self.layers and self.settings.layer not in self.layers:
            self.refuse_layers(f"there is no annotation layer {self.settings.layer!r}")
        for rows in waiting.texts():
            for merged in self.merged(rows):
                if merged.record.answer == ACCEPT:
                    yield from self.pieces(merged.record)
                else:
                    self.tally.count_ignored(merged.record.file, merged.record.answer)

    def chosen(self, record: AnnotatedText) -> AnnotatedText | None:
        """Return a record with the layer that is read, or None (and count it) when it is set aside."""
        if record.answer != ACCEPT:
            self.tally.count_ignored(record.file, record.answer)
            return None
        marks = bool(record.spans or record.wrong or record.mentions)
        unsaid = not marks and record.annotated is None
        self.empty += unsaid
        if record.annotated is False or (unsaid and self.settings.unmarked == "skip"):
            self.tally.count_ignored(record.file, NOT_ANNOTATED)
            return None
        self.tally.count_notes(record.notes)
        if self.settings.exhaustive == "no" and record.exhaustive:
            record = replace(record, exhaustive=False)
        return self.in_layer(record)

    def in_layer(self, record: AnnotatedText) -> AnnotatedText:
        """Return a record with the spans of one layer only.

        Raises FileFault when there are several and the user named none.
        """
        found = {span.layer: None for span in (*record.spans, *record.wrong)}
        if found.keys() <= {""}:
            return record
        self.layers |= found
        wanted = self.settings.layer
        if not wanted:
            if len(self.layers) > 1:
                self.refuse_layers(f"{record.file}, {record.place}: there are several annotation layers")
            return record
        spans, wrong = (
            tuple(span for span in marks if span.layer in (wanted, ""))
            for marks in (record.spans, record.wrong)
        )
        others = len(record.spans) + len(record.wrong) - len(spans) - len(wrong)
        self.tally.set_aside("other layers", others)
        return replace(record, spans=spans, wrong=wrong)

    def refuse_layers(self, reason: str) -> None:
        """Raise FileFault with the layers seen so far."""
        listed = ", ".join(map(repr, self.layers))
        raise FileFault("vars.layer", reason, f"set vars.layer to one of {listed}")

    def merged(self, rows: list[AnnotatedText]) -> list[Merged]:
        """Return what the rows of one text make, and count the rows that are no record of their own."""
        policies = {
            "annotators": self.settings.annotators,
            "contradictions": self.settings.contradictions,
        }
        try:
            found = merge(rows, **policies, agreement=self.agreement)
        except ContradictionError as error:
            mend = "choose another policy in vars.annotators or vars.contradictions"
            raise FileFault("the annotations", str(error), mend) from None
        own = {(merged.record.file, merged.record.place) for merged in found}
        for row in rows:
            if (row.file, row.place) not in own:
                self.tally.count_merged(row.file)
        for merged in found:
            for reason, count in merged.aside.items():
                self.tally.set_aside(reason, count)
        return found

    def pieces(self, record: AnnotatedText) -> Iterator[AnnotatedText]:
        """Yield a record, or the pieces of a long one; where a span was not read, not all is known."""
        if record.unread and record.exhaustive:
            record = replace(record, exhaustive=False)
        where, longest = self.settings.segment, self.settings.longest
        self.characters += len(record.text)
        self.longest_text = max(self.longest_text, len(record.text))
        self.grouped += record.group is not None
        if where == NO_SEGMENTS or len(record.text) <= longest:
            yield record
            return
        pieces = list(segment(self.placed(record), where, longest))
        self.tally.pieces += len(pieces) - 1
        yield from pieces

    def placed(self, record: AnnotatedText) -> AnnotatedText:
        """Return a record as it can be cut: its offsets count characters, and its spans lie in the text.

        Spans that have no place in the text are among those that were not read.
        """
        counted = record
        beyond: list[Change] = []
        if self.reading != CHARACTERS:
            counted, beyond = with_characters(record, self.reading)
        lost = [unread(change.span, change.reason, change.mend) for change in beyond]
        spans = []
        for span in counted.spans:
            if problem := misfit(record.text, span):
                lost.append(unread(span, problem.reason, problem.mend))
            else:
                spans.append(span)
        return replace(
            counted,
            spans=tuple(spans),
            wrong=tuple(span for span in counted.wrong if not misfit(record.text, span)),
            unread=(*counted.unread, *lost),
            exhaustive=counted.exhaustive and not lost,
            counted=True,
        )

    def question(self) -> str | None:
        """Return what the user has to decide when most records hold nothing, or None."""
        read = self.tally.records["read"]
        if not 2 * self.empty > read > 0:
            return None
        now = "passed over" if self.settings.unmarked == "skip" else "read as texts without any entity"
        return (
            f"{self.empty} of {read} records have no span, and the format doesn't say whether anybody "
            f"looked at them; they were {now} (vars.unmarked: empty or skip)"
        )


def unread(span: CharSpan, reason: str, mend: str) -> UnreadSpan:
    """Return a span as one that was not read."""
    return UnreadSpan(f"{span.label} {span.start}-{span.end}", reason, mend)
