"""Annotations as people made them, so that those of one text can be compared.

In: the files of an export. Out: what was annotated as a whole, with clean labels and offsets that count
characters; what can't be compared is counted. Nothing is merged and nothing is laid over tokens.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from spacy.language import Language

from scripts.annotation.offset_units import CHARACTERS
from scripts.annotation.text import ACCEPT, AnnotatedText, CharSpan, Fault, UnlocatedEntity
from scripts.conversion.changes import trim
from scripts.conversion.finding import annotation_files
from scripts.conversion.inputs import InputFile
from scripts.conversion.label_mapping import with_labels
from scripts.conversion.labelling import cleaned
from scripts.conversion.layers import LayerChooser
from scripts.conversion.locating import in_text
from scripts.conversion.offsets import with_characters
from scripts.conversion.reading import AnnotationFiles
from scripts.conversion.selecting import NOT_ANNOTATED
from scripts.conversion.span_alignment import misfit
from scripts.conversion.tally import Tally
from scripts.settings.convert import ConvertSettings

FAULTY = "can't be read"
PARTLY = "annotated in parts only"
NO_PLACE = "entity without a place in its text"


@dataclass(slots=True)
class ComparableTexts:
    """The annotations in a file, folder or pattern.

    annotations, var: its name, and the var that has it. folder: for what has to be unpacked. settings:
    of `convert`, with a label map for clean labels. nlp: whose tokens mentions without offsets are found
    at. left_out: records, and entities without a place, by the reason.
    """

    annotations: str
    var: str
    folder: Path
    settings: ConvertSettings
    nlp: Language
    left_out: Counter[str] = field(default_factory=Counter)

    def __iter__(self) -> Iterator[AnnotatedText]:
        """Yield the annotations in the order of the files. Raises FileFault."""
        _, paths, _ = annotation_files(self.annotations, self.var)
        found: list[InputFile] = [
            {"path": path.as_posix(), "split": None, "bytes": path.stat().st_size, "sha256": ""}
            for path in paths
        ]
        files = AnnotationFiles.of(found, self.folder, self.settings)
        unit = files.unit_in_use(self.settings.offsets)
        layers = LayerChooser(self.settings.layer, Tally())
        for record in files.read(self.settings):
            if reason := self.unusable(record):
                self.left_out[reason] += 1
            elif isinstance(record, AnnotatedText):
                yield self.placed(layers.choose(record), unit)
        layers.refuse_missing()

    def unusable(self, record: AnnotatedText | Fault) -> str | None:
        """Return why a record can't be compared, or None if it can."""
        if isinstance(record, Fault):
            return FAULTY
        if record.answer != ACCEPT:
            return record.answer
        marks = record.spans or record.unlocated or record.unread
        unsaid = not marks and record.annotated is None
        if record.annotated is False or (unsaid and self.settings.unmarked == "skip"):
            return NOT_ANNOTATED
        return None if record.exhaustive and self.settings.exhaustive != "no" else PARTLY

    def placed(self, record: AnnotatedText, unit: str) -> AnnotatedText:
        """Return a record with mapped labels, and with spans of characters without outer white space."""
        record = with_clean_labels(record)
        if unit != CHARACTERS and not record.counted:
            record, beyond = with_characters(record, unit)
            self.left_out[NO_PLACE] += len(beyond)
        if record.unlocated:
            record, unplaced = in_text(record, self.nlp.make_doc(record.text), self.settings.mentions)
            self.left_out[NO_PLACE] += len(unplaced)
        record = with_labels(record, self.settings)
        spans = [trim(record.text, span) for span in record.spans if not misfit(record.text, span)]
        kept = [CharSpan(span.start, span.end, span.label) for span in spans if span]
        self.left_out[NO_PLACE] += len(record.spans) - len(kept)
        unread = tuple(span.place for span in record.unread if span.place)
        self.left_out[NO_PLACE] += len(record.unread)
        return replace(record, spans=tuple(dict.fromkeys(kept)), missing=record.missing + unread)


def with_clean_labels(record: AnnotatedText) -> AnnotatedText:
    """Return a record whose labels have no characters that nobody sees."""
    return replace(
        record,
        spans=tuple(replace(span, label=cleaned(span.label)) for span in record.spans),
        unlocated=tuple(UnlocatedEntity(one.text, cleaned(one.label)) for one in record.unlocated),
    )
