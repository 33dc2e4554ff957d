"""Annotation layers: a file may have several, of which one is read.

In: records with spans of any layer. Out: the same with those of one; the rest is counted.
"""

from dataclasses import dataclass, field, replace

from scripts.annotation.text import AnnotatedText, FileFault
from scripts.conversion.tally import Tally

OTHER_LAYERS = "other layers"


@dataclass(slots=True)
class LayerChooser:
    """The layers seen so far. wanted: the one that the user named, if any."""

    wanted: str
    tally: Tally
    seen: dict[str, None] = field(default_factory=dict)  # names in the order in which they came

    def choose(self, record: AnnotatedText) -> AnnotatedText:
        """Return a record with the spans of one layer only.

        Raises FileFault when there are several and the user named none.
        """
        found = {span.layer: None for span in (*record.spans, *record.wrong)}
        if found.keys() <= {""}:
            return record
        self.seen |= found
        if not self.wanted:
            if len(self.seen) > 1:
                self.refuse(f"{record.file}, {record.place}: there are several annotation layers")
            return record
        spans, wrong = (
            tuple(span for span in marks if span.layer in (self.wanted, ""))
            for marks in (record.spans, record.wrong)
        )
        others = len(record.spans) + len(record.wrong) - len(spans) - len(wrong)
        self.tally.exclude(OTHER_LAYERS, others)
        return replace(record, spans=spans, wrong=wrong)

    def refuse_missing(self) -> None:
        """Raise FileFault when the layer that the user named is not among those of the records."""
        if self.wanted and self.seen and self.wanted not in self.seen:
            self.refuse(f"there is no annotation layer {self.wanted!r}")

    def refuse(self, reason: str) -> None:
        """Raise FileFault with the layers seen so far."""
        listed = ", ".join(map(repr, self.seen))
        raise FileFault(
            "layer in configs/convert.cfg",
            reason,
            f"set layer in configs/convert.cfg to one of {listed}",
        )
