"""From what readers yield to what becomes Docs: whose annotation, of which layer, in which pieces.

In: records and faults, as a stream. Out: the same without those that are ignored, rows about one text
as one record, long texts in pieces; and the counts of all that.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from scripts.annotation.offset_units import CHARACTERS
from scripts.annotation.text import ACCEPT, AnnotatedText, Fault, FileFault
from scripts.conversion.agreement import Agreement
from scripts.conversion.cutting import Cutter
from scripts.conversion.labelling import LabelCleaner, cleaning_notes
from scripts.conversion.layers import LayerChooser
from scripts.conversion.merged import ContradictionError, Merged
from scripts.conversion.merging import is_unannotated, merge, must_wait
from scripts.conversion.outcome import Repeated
from scripts.conversion.repeats import RowStatus, SeenTexts, identity, said_by
from scripts.conversion.shared_texts import SharedTextCounter
from scripts.conversion.tags_in_labels import NO_TAGS
from scripts.conversion.tally import Tally
from scripts.conversion.waiting import WaitingRows
from scripts.settings.convert import ConvertSettings

NOT_ANNOTATED = "not annotated"  # how a text that nobody looked at is counted among the ignored
REPEATED = "marked in the same way in another row of the text"
MOST = 100_000  # texts that are remembered as contradictory; with more of them every row waits


@dataclass(frozen=True, slots=True)
class FirstPass:
    """What a first pass over all records found, so that they are read again with it.

    tags: labels that are tags of tokens. contradictory: the hashes of texts whose rows differ, which
    must therefore wait for one another; None for all texts. splits: dev, test or both, where records
    name them, so that no other text is put there.
    """

    tags: frozenset[str] = NO_TAGS
    contradictory: frozenset[int] | None = frozenset()
    splits: frozenset[str] = frozenset()


@dataclass(slots=True)
class Selector:
    """The choice among records; `tally` and `agreement` fill as the stream goes by.

    unit: what offsets count. known: what an earlier look at all records found. splits: those
    that files' names give, by the name. running: whether the files hold tokens of running text, in which
    a sentence may come again without being another row about the same text.
    """

    settings: ConvertSettings
    unit: str = CHARACTERS
    known: FirstPass = FirstPass()
    splits: Mapping[str, str | None] = field(default_factory=dict)
    running: bool = False
    tally: Tally = field(default_factory=Tally)
    agreement: Agreement = field(default_factory=Agreement)
    empty: int = 0  # records without a span of which the source doesn't say whether anybody looked
    labels: LabelCleaner = field(init=False)
    layers: LayerChooser = field(init=False)
    cutter: Cutter = field(init=False)
    open_splits: frozenset[str] = field(init=False)  # dev, test: as far as is known, nothing names them
    contradictory: set[int] = field(default_factory=set)  # texts that were found to be
    named: set[str] = field(default_factory=set)  # splits that records name, and no file
    repeated: int = 0  # rows that say the same as one before
    unannotated: int = 0  # rows that say nothing about their text, where others do
    # Texts whose rows mark different places, and texts whose rows differ.
    complementary: SharedTextCounter = field(default_factory=SharedTextCounter)
    different: SharedTextCounter = field(default_factory=SharedTextCounter)

    def __post_init__(self) -> None:
        kept = {*self.settings.label_map, *self.settings.labels}
        self.labels = LabelCleaner(self.unit, kept, self.known.tags)
        self.layers = LayerChooser(self.settings.layer, self.tally)
        self.cutter = Cutter(self.settings.segment, self.settings.longest, self.unit, self.tally)
        self.open_splits = frozenset({"dev", "test"} - {*self.splits.values()} - self.known.splits)

    def select(
        self, records: Iterable[AnnotatedText | Fault], waiting: WaitingRows, repeats: SeenTexts
    ) -> Iterator[AnnotatedText | Fault]:
        """Yield what is to be converted, in a fixed order: what needs no merging, then merged rows.

        waiting: where rows wait for others of their text. repeats: which texts came before. Yields no
        more as soon as the records have to be read again, since they show more than was `known`.
        Raises FileFault when something has to be chosen first.
        """
        for record in records:
            self.tally.count_read(record.file)
            if isinstance(record, Fault):
                yield record
                continue
            chosen = self.chosen(record)
            if chosen and chosen.split in self.open_splits:
                self.named.add(chosen.split)
            if chosen is None or self.is_repeated(chosen, repeats, waiting) or self.has_learned():
                continue
            yield from self.cutter.pieces(chosen)
        self.layers.refuse_missing()
        self.labels.end()
        self.tally.notes.update(dict(cleaning_notes(self.labels.changed)) | self.labels.notes)
        for reason, count in self.labels.excluded.items():
            self.tally.exclude(reason, count)
        if self.has_learned():
            return
        for rows in waiting.texts():
            merged = self.merged(rows)
            if merged.record.answer == ACCEPT:
                yield from self.cutter.pieces(merged.record)
            else:
                self.tally.count_ignored(merged.record.file, merged.record.answer)

    def is_repeated(self, record: AnnotatedText, repeats: SeenTexts, waiting: WaitingRows) -> bool:
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
        if before is RowStatus.OTHER and len(self.contradictory) <= MOST:
            self.contradictory.add(text)
        if waits:
            waiting.add(record, split)
        elif before is RowStatus.SAME:
            self.repeated += 1
            self.tally.count_merged(record.file)
            marks = sum(map(len, (record.spans, record.wrong, record.unlocated, record.unread)))
            self.tally.exclude(REPEATED, marks)
        return waits or before is RowStatus.SAME

    def has_learned(self) -> bool:
        """Say whether the records have to be read again."""
        return self.labels.due or bool(self.contradictory or self.named)

    def learned(self) -> FirstPass:
        """Return what is known now that the records were read."""
        known = self.known.contradictory
        if known is not None:
            known = None if len(self.contradictory) > MOST else known | self.contradictory
        return FirstPass(self.labels.tags_seen(), known, self.known.splits | self.named)

    def chosen(self, record: AnnotatedText) -> AnnotatedText | None:
        """Return a record with the layer that is read, or None (and count it) when it is ignored."""
        if record.answer != ACCEPT:
            self.tally.count_ignored(record.file, record.answer)
            return None
        marks = bool(record.spans or record.wrong or record.unlocated)
        unsaid = not marks and record.annotated is None
        self.empty += unsaid
        if record.annotated is False or (unsaid and self.settings.unmarked == "skip"):
            self.tally.count_ignored(record.file, NOT_ANNOTATED)
            return None
        self.tally.count_notes(record.notes)
        record = self.labels.read(record)
        if self.settings.exhaustive == "no" and record.exhaustive:
            record = replace(record, exhaustive=False)
        return self.layers.choose(record)

    def merged(self, rows: list[AnnotatedText]) -> Merged:
        """Return what the rows of one text make, and count the rows that are no record of their own."""
        policies = {
            "annotators": self.settings.annotators,
            "contradictions": self.settings.contradictions,
        }
        try:
            found = merge(rows, **policies, agreement=self.agreement)
        except ContradictionError as error:
            hint = "choose another policy for annotators or contradictions in configs/convert.cfg"
            raise FileFault("the annotations", str(error), hint) from None
        own = (found.record.file, found.record.place)
        others = [row for row in rows if (row.file, row.place) != own]
        others += [row for row in rows if (row.file, row.place) == own][1:]
        for row in others:
            self.tally.count_merged(row.file)
        for reason, count in found.excluded.items():
            self.tally.exclude(reason, count)
        self.unannotated += found.unannotated
        if found.complementary:
            self.complementary.add(rows)
        elif differ(rows) and not any(must_wait(row) for row in rows):
            self.different.add(rows)
        return found

    def about_one_text(self) -> Repeated:
        """Return what became of rows about one text: counts, and examples of those that differ."""
        different = self.different.report()
        return {
            "identical": self.repeated,
            "unannotated": self.unannotated,
            "complementary": self.complementary.report(),
            "different": {**different, "counts": self.settings.annotators} if different else None,
        }

    def question(self) -> str | None:
        """Return what the user has to decide when most records have no span, or None."""
        read = self.tally.records["read"]
        if not 2 * self.empty > read > 0:
            return None
        now = "skipped" if self.settings.unmarked == "skip" else "read as texts without entities"
        return (
            f"{self.empty} of {read} records have no spans, and the format doesn't say whether "
            f"they were annotated. They were {now}; to change that, set unmarked in "
            "configs/convert.cfg to empty or skip"
        )


def differ(rows: list[AnnotatedText]) -> bool:
    """Say whether rows of one text that say something about it don't say the same."""
    return len({said_by(row) for row in rows if not is_unannotated(row)}) > 1
