"""From what readers yield to what becomes Docs: whose annotation, of which layer, in which pieces.

In: records and faults, as a stream. Out: the same without those that are set aside, rows about one text
as one record, long texts in pieces; and the counts of all that.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from scripts.annotation.text import ACCEPT, AnnotatedText, CharSpan, Fault, FileFault, UnreadSpan
from scripts.annotation.units import CHARACTERS
from scripts.conversion.changes import Change
from scripts.conversion.labelling import NO_TAGS, Labels, told
from scripts.conversion.making import with_characters
from scripts.conversion.merging import (
    Agreement,
    ContradictionError,
    Merged,
    Waiting,
    is_silent,
    merge,
    must_wait,
)
from scripts.conversion.outcome import Repeated, SharedText, SharedTexts
from scripts.conversion.placing import misfit
from scripts.conversion.repeats import Before, Repeats, identity, said_by
from scripts.conversion.segmenting import segment
from scripts.conversion.settings import Settings
from scripts.conversion.tally import Tally

NOT_ANNOTATED = "not annotated"  # how a text that nobody looked at is counted among the ignored
REPEATED = "marked the same in another row of the text"
OTHER_LAYERS = "other layers"
NO_SEGMENTS = "no"
MOST = 100_000  # texts that are remembered as contradictory; with more of them every row waits
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Known:
    """What only a look at all records can tell, so that they are read again with it.

    tags: labels that are tags of tokens. contradictory: the hashes of texts whose rows differ, which
    must therefore wait for one another; None for all texts.
    """

    tags: frozenset[str] = NO_TAGS
    contradictory: frozenset[int] | None = frozenset()


@dataclass(slots=True)
class Shared:
    """Texts that have several rows: how many, and the rows of the first ones."""

    texts: int = 0
    first: list[list[AnnotatedText]] = field(default_factory=list)

    def add(self, rows: list[AnnotatedText]) -> None:
        """Take in the rows of a text."""
        self.texts += 1
        self.first += [rows] if len(self.first) < EXAMPLES else []

    def report(self) -> SharedTexts | None:
        """Return the number of texts and examples, or None without any."""
        if not self.texts:
            return None
        examples = [
            SharedText(
                text=rows[0].text[:80],
                rows={f"{row.file}, {row.place}": shown(row) for row in rows},
            )
            for rows in self.first
        ]
        return {"texts": self.texts, "examples": examples}


@dataclass(slots=True)
class Selector:
    """The choice among records; `tally` and `agreement` fill as the stream goes by.

    reading: how offsets are counted. known: what an earlier look at all records found. splits: those
    that files' names give, by the name. running: whether the files hold tokens of running text, in which
    a sentence may come again without being another row about the same text.
    """

    settings: Settings
    reading: str = CHARACTERS
    known: Known = Known()
    splits: Mapping[str, str | None] = field(default_factory=dict)
    running: bool = False
    tally: Tally = field(default_factory=Tally)
    agreement: Agreement = field(default_factory=Agreement)
    layers: dict[str, None] = field(default_factory=dict)  # names in the order in which they came
    characters: int = 0  # of all texts that are converted
    longest_text: int = 0
    grouped: int = 0  # of these texts, how many are of a group
    empty: int = 0  # records without a span of which the source doesn't say whether anybody looked
    labels: Labels = field(init=False)
    contradictory: set[int] = field(default_factory=set)  # texts that were found to be
    repeated: int = 0  # rows that say the same as one before
    silent: int = 0  # rows that say nothing about their text, where others do
    complements: Shared = field(default_factory=Shared)  # texts whose rows name other places each
    disputes: Shared = field(default_factory=Shared)  # texts whose rows differ

    def __post_init__(self) -> None:
        kept = {*self.settings.label_map, *self.settings.labels}
        self.labels = Labels(self.reading, kept, self.known.tags)

    def select(
        self, records: Iterable[AnnotatedText | Fault], waiting: Waiting, repeats: Repeats
    ) -> Iterator[AnnotatedText | Fault]:
        """Yield what is to be converted, in a fixed order: first what stands alone, then merged rows.

        waiting: where rows wait for others of their text. repeats: which texts came before. Yields no
        more as soon as the records have to be read again, since they tell more than was `known`.
        Raises FileFault when something has to be chosen first.
        """
        for record in records:
            self.tally.count_read(record.file)
            if isinstance(record, Fault):
                yield record
                continue
            chosen = self.chosen(record)
            if chosen is None or self.is_repeated(chosen, repeats, waiting) or self.has_learned():
                continue
            yield from self.pieces(chosen)
        if self.settings.layer and self.layers and self.settings.layer not in self.layers:
            self.refuse_layers(f"there is no annotation layer {self.settings.layer!r}")
        self.labels.end()
        self.tally.notes.update(dict(told(self.labels.changed)) | self.labels.notes)
        for reason, count in self.labels.aside.items():
            self.tally.set_aside(reason, count)
        if self.has_learned():
            return
        for rows in waiting.texts():
            merged = self.merged(rows)
            if merged.record.answer == ACCEPT:
                yield from self.pieces(merged.record)
            else:
                self.tally.count_ignored(merged.record.file, merged.record.answer)

    def is_repeated(self, record: AnnotatedText, repeats: Repeats, waiting: Waiting) -> bool:
        """Say whether a row waits for others about its text, or says the same as one before it.

        The second is then counted.
        """
        split = self.splits.get(record.file)
        text = hash(identity(record, split))
        waits = must_wait(record)
        if not waits and self.running and record.tokens is not None:
            return False
        if self.known.contradictory is None or text in self.known.contradictory:
            waits = True
        before = repeats.add(text, record, waits=waits)
        if before is Before.OTHER and len(self.contradictory) <= MOST:
            self.contradictory.add(text)
        if waits:
            waiting.add(record, split)
        elif before is Before.SAME:
            self.repeated += 1
            self.tally.count_merged(record.file)
            marks = sum(map(len, (record.spans, record.wrong, record.mentions, record.unread)))
            self.tally.set_aside(REPEATED, marks)
        return waits or before is Before.SAME

    def has_learned(self) -> bool:
        """Say whether the records have to be read again."""
        return self.labels.due or bool(self.contradictory)

    def learned(self) -> Known:
        """Return what is known now that the records were read."""
        known = self.known.contradictory
        if known is not None:
            known = None if len(self.contradictory) > MOST else known | self.contradictory
        return Known(self.labels.tags_seen(), known)

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
        record = self.labels.read(record)
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
        self.tally.set_aside(OTHER_LAYERS, others)
        return replace(record, spans=spans, wrong=wrong)

    def refuse_layers(self, reason: str) -> None:
        """Raise FileFault with the layers seen so far."""
        listed = ", ".join(map(repr, self.layers))
        raise FileFault("vars.layer", reason, f"set vars.layer to one of {listed}")

    def merged(self, rows: list[AnnotatedText]) -> Merged:
        """Return what the rows of one text make, and count the rows that are no record of their own."""
        policies = {
            "annotators": self.settings.annotators,
            "contradictions": self.settings.contradictions,
        }
        try:
            found = merge(rows, **policies, agreement=self.agreement)
        except ContradictionError as error:
            hint = "choose another policy in vars.annotators or vars.contradictions"
            raise FileFault("the annotations", str(error), hint) from None
        own = (found.record.file, found.record.place)
        others = [row for row in rows if (row.file, row.place) != own]
        others += [row for row in rows if (row.file, row.place) == own][1:]
        for row in others:
            self.tally.count_merged(row.file)
        for reason, count in found.aside.items():
            self.tally.set_aside(reason, count)
        self.silent += found.silent
        if found.complementary:
            self.complements.add(rows)
        elif differ(rows) and not any(must_wait(row) for row in rows):
            self.disputes.add(rows)
        return found

    def about_one_text(self) -> Repeated:
        """Return what became of rows about one text: counts, and examples of those that differ."""
        different = self.disputes.report()
        return {
            "the same": self.repeated,
            "silent": self.silent,
            "complementary": self.complements.report(),
            "different": {**different, "counts": self.settings.annotators} if different else None,
        }

    def pieces(self, record: AnnotatedText) -> Iterator[AnnotatedText]:
        """Yield a record, or the pieces of a long one; where a span was not read, not all is known."""
        record = with_unknown(record)
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
        lost = [unread(change.span, change.reason, change.hint) for change in beyond]
        spans = []
        for span in counted.spans:
            if problem := misfit(record.text, span):
                lost.append(unread(span, problem.reason, problem.hint))
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


def with_unknown(record: AnnotatedText) -> AnnotatedText:
    """Return a record in which the places of spans that were not read count as unknown.

    Where one of them has no place in the text, all that is not marked does. That is also so where
    offsets, counted in another unit, are larger than the text has characters.
    """
    if not record.unread or not record.exhaustive:
        return record
    places = [span.place for span in record.unread]
    known = tuple(place for place in places if place and 0 <= place[0] < place[1] <= len(record.text))
    if len(known) < len(places):
        return replace(record, exhaustive=False)
    return replace(record, missing=(*record.missing, *known))


def differ(rows: list[AnnotatedText]) -> bool:
    """Say whether rows of one text that say something about it don't say the same."""
    return len({said_by(row) for row in rows if not is_silent(row)}) > 1


def unread(span: CharSpan, reason: str, hint: str) -> UnreadSpan:
    """Return a span as one that was not read."""
    return UnreadSpan(f"{span.label} {span.start}-{span.end}", reason, hint)


def shown(record: AnnotatedText) -> list[str]:
    """Return the spans of a record as a person would name them."""
    found = [f"{span.label} {record.text[span.start : span.end]!r}" for span in record.spans]
    return found + [f"{mention.label} {mention.text!r}" for mention in record.mentions]
