"""Corrected annotations, which `merge` wrote and `convert` uses in place of those in your files.

A line of a corrections file:
    {"text", "spans": [SPAN], "before": [SPAN], "overlaps", "id", "file", "place", "read_from"}
SPAN: [start, end, label], in characters. `before` is what the text had; `overlaps` says whether spans of
the corpus could overlap; file and place are those of the corrected export, and `read_from` is its hash.
Files are numbered: a text has the spans of the last one.

In: the corrections files. Out: the records that are converted, corrected.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import NotRequired

from typing_extensions import TypedDict

from scripts.annotation.text import AnnotatedText, CharSpan, Fault, FileFault
from scripts.files import atomic, fingerprint
from scripts.files.rows import json_line

CORRECTIONS = Path("assets/corrections")
CORRECTED = Path("assets/corrected")  # where the corrected exports are that `merge` reads
NUMBERED = "[0-9]*.jsonl"
REPLACED = "replaced by a correction"  # why spans are in no document
SpanRow = tuple[int, int, str]


class Correction(TypedDict):
    """A line of a corrections file; see above."""

    text: str
    spans: list[SpanRow]
    before: list[SpanRow]
    overlaps: NotRequired[bool]
    id: str | None
    file: str
    place: str
    read_from: str
    older: NotRequired[set[str]]  # `read_from` of earlier corrections of the text; in no file


def correction_files(folder: Path) -> list[Path]:
    """Return the corrections files in a folder, in their order."""
    return sorted(folder.glob(NUMBERED))


def hashes_in(folder: Path) -> dict[str, str]:
    """Return the corrections files in a folder with their hashes, as inputs.json has them."""
    return {path.as_posix(): fingerprint.of_file(path) for path in correction_files(folder)}


def is_ours(path: Path) -> bool:
    """Say whether a file is one of `merge`, so that it is no annotation file, wherever one looks."""
    return any(path.resolve().is_relative_to(own.resolve()) for own in (CORRECTIONS, CORRECTED))


def read_corrections(paths: Iterable[Path]) -> dict[str, Correction]:
    """Return the last correction of each text, by the text. Raises FileFault for a damaged file."""
    found: dict[str, Correction] = {}
    for path in paths:
        with path.open(encoding="utf8") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    row: Correction = json.loads(line)
                    row["spans"] = [(int(s), int(e), str(label)) for s, e, label in row["spans"]]
                    text = str(row["text"])
                    row["older"] = older_than(row, found.get(text))
                    found[text] = row
                except (ValueError, TypeError, KeyError):
                    reason = f"line {number} is no correction as `merge` writes it"
                    hint = "restore the file, or delete it to do without its corrections"
                    raise FileFault(path.as_posix(), reason, hint) from None
    return found


def older_than(row: Correction, last: Correction | None) -> set[str]:
    """Return the hashes of the exports with earlier corrections of a text. last: the one before."""
    return (last["older"] | {last["read_from"]} if last else set()) - {row["read_from"], ""}


def any_overlap(spans: Iterable[SpanRow | CharSpan]) -> bool:
    """Say whether two spans share a character. A span that is there twice counts once."""
    rows = {(s.start, s.end, s.label) if isinstance(s, CharSpan) else (*s,) for s in spans}
    return any(start < end for (_, end, _), (start, _, _) in pairwise(sorted(rows)))


def write_corrections(folder: Path, rows: Iterable[Correction]) -> Path:
    """Write corrections to the next file of a folder, and return the file."""
    last = [int(path.stem) for path in correction_files(folder) if path.stem.isdecimal()]
    path = folder / f"{max(last, default=0) + 1:04}.jsonl"
    with atomic.replacing(path) as temporary, atomic.open_text(temporary) as stream:
        stream.writelines(map(json_line, rows))
    return path


@dataclass(slots=True)
class Corrector:
    """Puts corrections in place of the annotation; a text that is there several times has it each time.

    overlaps: whether spans may overlap. exclude: counts the spans that are replaced, by the reason.
    without_overlaps: documents that keep their annotation, because it has overlapping spans, of which
    the correction knew nothing.
    """

    corrections: dict[str, Correction]
    overlaps: bool
    exclude: Callable[[str, int], None]
    used: set[str] = field(default_factory=set)
    documents: int = 0
    without_overlaps: int = 0

    def correct(self, records: Iterable[AnnotatedText | Fault]) -> Iterator[AnnotatedText | Fault]:
        """Yield records; those that were corrected with their new spans, and annotated as a whole."""
        for record in records:
            row = self.corrections.get(record.text) if isinstance(record, AnnotatedText) else None
            if row is None or not isinstance(record, AnnotatedText):
                yield record
                continue
            self.used.add(record.text)
            if not applies(row, record.spans, overlaps=self.overlaps):
                self.without_overlaps += 1
                yield record
                continue
            self.documents += 1
            marks = (record.spans, record.wrong, record.unlocated, record.unread)
            self.exclude(REPLACED, sum(map(len, marks)))
            yield replace(
                record,
                spans=tuple(CharSpan(*span) for span in row["spans"]),
                annotated=True,
                exhaustive=True,
                missing=(),
                wrong=(),
                unlocated=(),
                unread=(),
                counted=True,
                corrected=True,
            )


def applies(row: Correction, spans: Iterable[SpanRow | CharSpan], *, overlaps: bool) -> bool:
    """Say whether a correction may replace spans: if they overlap, it must have known such spans.

    overlaps: whether spans of the corpus may overlap.
    """
    knows = row.get("overlaps") or any_overlap(row["before"]) or any_overlap(row["spans"])
    return bool(knows) or not overlaps or not any_overlap(spans)
