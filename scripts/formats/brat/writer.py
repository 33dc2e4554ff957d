"""brat standoff: a folder with `<name>.txt` and `<name>.ann` for each text, and brat's settings.

A line of an .ann:  T<number> [tab] LABEL START END[;START END]* [tab] TEXT
A name is the text's identifier as far as a file name can hold it, else its number. A span over several
lines is written line by line, as brat does, for its mention has to stand on one line. A LABEL has only
ASCII letters, digits, underscores and hyphens; `visual.conf` says how brat shows one that has a code.
Source: https://brat.nlplab.org/standoff.html and https://brat.nlplab.org/configuration.html.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path

from scripts.annotation.text import AnnotatedText, CharSpan
from scripts.files import atomic, fingerprint
from scripts.formats.writer_base import GROUP, META, PARTIAL, WRONG, Losses, Writer, leave_out

LABEL = "label with characters that brat doesn't allow: underscores and a code written instead"
NAME = "identifier that can't be a file name: changed to one that can"
MARK = "byte order mark at the beginning of a text written as a word joiner"
UNSAFE = re.compile(r"[^\w.-]+")
RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")  # on Windows
LONGEST = 60  # characters of a file name, so that its bytes are below 255
CODE = 6  # characters that tell labels apart of which brat can't hold all
DRAWING = (
    "SPAN_DEFAULT\tfgColor:black, bgColor:lightgreen, borderColor:black\nARC_DEFAULT\tcolor:black\n"
)
BYTE_ORDER_MARK, WORD_JOINER = "\ufeff", "\u2060"


def write(records: Iterable[AnnotatedText], path: Path) -> Losses:
    """Write texts as files of a new folder; return what got lost."""
    losses: Losses = Counter()
    path.mkdir(parents=True)
    for number, record in enumerate(records, start=1):
        leave_out(record, losses, GROUP, META, WRONG, PARTIAL)
        name = file_name(path, record.id, number, losses)
        with atomic.open_text(path / f"{name}.txt") as stream:
            stream.write(as_brat_reads(record.text, losses))
        with atomic.open_text(path / f"{name}.ann") as stream:
            stream.writelines(lines(record, losses))
    return losses


def as_brat_reads(text: str, losses: Losses) -> str:
    """Return a text that is the same after it was read: nothing takes its beginning for a mark."""
    if not text.startswith(BYTE_ORDER_MARK):
        return text
    losses[MARK] += 1
    return WORD_JOINER + text[1:]


def lines(record: AnnotatedText, losses: Losses) -> Iterator[str]:
    """Yield the lines of a text's .ann."""
    for number, span in enumerate(record.spans, start=1):
        parts = fragments(record.text, span)
        places = ";".join(f"{start} {end}" for start, end in parts)
        mention = " ".join(record.text[start:end] for start, end in parts)
        label = type_name(span.label)
        losses[LABEL] += label != span.label
        yield f"T{number}\t{label} {places}\t{mention}\n"


def fragments(text: str, span: CharSpan) -> list[tuple[int, int]]:
    """Return the parts of a span that stand on lines of their own, without white space around them."""
    lines = text[span.start : span.end].splitlines(keepends=True)
    if len(lines) < 2:
        return [(span.start, span.end)]
    parts, position = [], span.start
    for line in lines:
        start = position + len(line) - len(line.lstrip())
        if line.strip():
            parts.append((start, start + len(line.strip())))
        position += len(line)
    return parts


def type_name(label: str) -> str:
    """Return a label as brat can hold it: ASCII letters and digits, underscores and hyphens.

    One with other characters gets a code, so that different labels have different names, and the same
    one in every export.
    """
    name = re.sub(r"[^A-Za-z0-9_-]", "_", label)
    return name if name == label else f"{name}-{fingerprint.of_text(label)[:CODE]}"


def shown_name(label: str) -> str:
    """Return a label as brat shows it, without characters that mean something in its settings."""
    return " ".join(re.sub(r"[|!]", " ", label).split())


def file_name(folder: Path, id: str | None, number: int, losses: Losses) -> str:
    """Return the name of a text's files, which no other text has."""
    wanted = UNSAFE.sub("_", id or "").strip(".")[:LONGEST] or f"{number:06}"
    if RESERVED.match(wanted):
        wanted = f"_{wanted}"
    names = (wanted if n == 1 else f"{wanted}-{n}" for n in count(1))
    name = next(name for name in names if not (folder / f"{name}.txt").exists())
    losses[NAME] += id is not None and name != id
    return name


def tool_files(labels: Sequence[str]) -> dict[str, str]:
    """Return brat's configuration for these labels, which may overlap, and how it shows some of them."""
    names = {label: type_name(label) for label in labels}
    entities = "\n".join(names.values())
    overlaps = "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>"
    sections = f"[entities]\n{entities}\n\n[relations]\n{overlaps}\n\n[events]\n\n[attributes]\n"
    shown = [f"{name} | {shown_name(label)}\n" for label, name in names.items() if name != label]
    visual = {"visual.conf": f"[labels]\n{''.join(shown)}\n[drawing]\n{DRAWING}"} if shown else {}
    return {"annotation.conf": sections, **visual}


WRITER = Writer("brat", "brat standoff", "", write, tool_files, type_name)
