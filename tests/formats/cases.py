"""Golden cases of the readers: `samples/<format>/<case>/`, the files as their tool leaves them.

`expected.json` beside them says what is read, `options.json` (if any) what the user chose. After a
change that is meant, `python -m tests.formats.cases <format>/<case>` writes expected.json anew: read it
before you commit it.
"""

import json
import sys
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from scripts.annotation.text import AnnotatedText, CharSpan, Fault
from scripts.formats.base import Options
from scripts.formats.detection import AUTO
from scripts.formats.file_roles import find_roles

SAMPLES = Path(__file__).parent / "samples"
OURS = ("expected.json", "options.json")
CASES = sorted(path.relative_to(SAMPLES).as_posix() for path in SAMPLES.glob("*/*") if path.is_dir())


def files_of(case: str) -> list[Path]:
    """Return the files of a case that the tool left, in name order."""
    return sorted(p for p in (SAMPLES / case).rglob("*") if p.is_file() and p.name not in OURS)


def options_of(case: str) -> dict[str, Any]:
    """Return what options.json says: fields of Options, and `format` for one that isn't found alone."""
    path = SAMPLES / case / "options.json"
    return json.loads(path.read_text(encoding="utf8")) if path.is_file() else {}


def read_case(case: str) -> list[AnnotatedText | Fault]:
    """Return what is read from the files of a case."""
    return read_files(files_of(case), options_of(case))


def read_files(paths: list[Path], given: dict[str, Any]) -> list[AnnotatedText | Fault]:
    """Return what is read from some files that were found together."""
    found, options = find_roles(paths, given.get("format", AUTO)), reader_options(given)
    return [
        record for path, format in found.annotations.items() for record in format.read(path, options)
    ]


def reader_options(given: dict[str, Any]) -> Options:
    """Return what options.json says as a reader takes it."""
    tag_names = tuple(given.get("tag_names", ()))
    return Options(**{key: given[key] for key in given if key != "format"} | {"tag_names": tag_names})


def told(record: AnnotatedText | Fault, base: Path) -> dict[str, Any]:
    """Return a record as expected.json has it: what differs from the defaults, paths from `base`."""
    found: dict[str, Any] = {}
    for field in fields(record):
        value = getattr(record, field.name)
        default = field.default if field.default_factory is MISSING else field.default_factory()
        if field.name == "file":
            found["file"] = Path(value).relative_to(base).as_posix()
        elif field.name in ("spans", "wrong"):
            if value or field.name == "spans":
                found[field.name] = [told_span(span) for span in value]
        elif field.name == "unlocated" and value:
            found["unlocated"] = [[mention.text, mention.label] for mention in value]
        elif field.name == "record":
            continue
        elif value != default:
            found[field.name] = json.loads(json.dumps(value))
    return found


def told_span(span: CharSpan) -> list[Any]:
    """Return a span as [start, end, label], with a dict of the rest if there is any."""
    rest = {"layer": span.layer, "parts": span.parts and [list(part) for part in span.parts]}
    rest |= {"mention": span.mention}
    rest = {key: value for key, value in rest.items() if value}
    return [span.start, span.end, span.label, *([rest] if rest else [])]


if __name__ == "__main__":
    for name in sys.argv[1:]:
        rows = [json.dumps(told(r, SAMPLES / name), ensure_ascii=False) for r in read_case(name)]
        text = "[\n  " + ",\n  ".join(rows) + "\n]\n"
        (SAMPLES / name / "expected.json").write_text(text, encoding="utf8", newline="\n")
