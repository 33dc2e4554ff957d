"""Texts that several rows of the files are about: how many there are, with examples for the report."""

from dataclasses import dataclass, field

from scripts.annotation.text import AnnotatedText
from scripts.conversion.outcome import SharedText, SharedTexts

EXAMPLES = 3


@dataclass(slots=True)
class SharedTextCounter:
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
                rows={f"{row.file}, {row.place}": marks_of(row) for row in rows},
            )
            for rows in self.first
        ]
        return {"texts": self.texts, "examples": examples}


def marks_of(record: AnnotatedText) -> list[str]:
    """Return the spans of a record as a person would name them."""
    found = [f"{span.label} {record.text[span.start : span.end]!r}" for span in record.spans]
    return found + [f"{mention.label} {mention.text!r}" for mention in record.unlocated]
