"""Tools whose JSON differs from plain records in the names of its fields only: a table of their shapes.

Each row: the format's name and title, its shape (see `json_shapes`), what its offsets count, keys that
no other tool's records have, and where its definition is. Whatever else a record holds is kept as meta.
"""

from collections.abc import Sequence
from dataclasses import astuple
from functools import partial
from pathlib import Path
from typing import NamedTuple

from scripts.annotation.text import FileFault
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.fields import shown
from scripts.formats.shared.head import Head
from scripts.formats.tools.json_fields import read_fields
from scripts.formats.tools.json_shapes import Shape, at, fits, read_shapes, records_in, shape_of

FIELDS = "json_fields"  # the format of records whose keys the user names


class Tool(NamedTuple):
    """One row of the table.

    signs: keys of a record, or of the object around it, that only this tool writes.
    before: as a `Format` has it.
    """

    name: str
    title: str
    shapes: Sequence[Shape]
    signs: Sequence[str]
    unit: str = "characters"
    before: tuple[str, ...] = ()


TOOLS = (
    # http://www.pubannotation.org/docs/annotation-format/; offsets are Ruby's, which are code points.
    # A file that several projects annotated has their spans in tracks. Relations, attributes and blocks
    # are passed over.
    Tool(
        "pubannotation",
        "PubAnnotation and TextAE JSON",
        (
            Shape(
                spans="denotations",
                start="span.begin",
                end="span.end",
                label="obj",
                parts="span",
                id="sourceid",
                group="sourceid",
                tracks="tracks",
                layer="project",
            ),
        ),
        ("sourcedb", "sourceid"),
    ),
    # https://github.com/microsoft/presidio-research, presidio_evaluator/data_objects.py (InputSample)
    Tool(
        "presidio",
        "Presidio samples (presidio-research)",
        (
            Shape(
                text="full_text",
                start="start_position",
                end="end_position",
                label="entity_type",
                mention="entity_value",
            ),
        ),
        ("full_text", "spans"),
        before=("mention_json",),
    ),
    # https://learn.microsoft.com/azure/ai-services/luis/app-schema-definition; the last character
    # belongs to a span, and offsets are .NET's. Roles are passed over; children of an entity are spans.
    Tool(
        "luis",
        "LUIS app (JSON)",
        (
            Shape(
                spans="entities",
                start="startPos",
                end="endPos",
                label="entity",
                inclusive=True,
                inner="children",
                records="utterances.item",
            ),
        ),
        ("luis_schema_version",),
        "utf16",
    ),
    # https://aphp.github.io/edsnlp/latest/data/converters/#omop
    Tool(
        "edsnlp",
        "EDS-NLP notes (OMOP JSON)",
        (
            Shape(
                text="note_text",
                spans="entities",
                start="start_char",
                end="end_char",
                label="note_nlp_source_value",
                mention="lexical_variant",
                id="note_id",
                group="note_id",
            ),
        ),
        ("note_id", "note_text"),
    ),
    # https://github.com/jeromedockes/labelbuddy, docs/documentation.md; older versions wrote `labels`.
    Tool(
        "labelbuddy",
        "labelbuddy JSON",
        (
            Shape(spans="annotations", start="start_char", end="end_char", label="label_name"),
            Shape(spans="labels", start="0", end="1", label="2"),
        ),
        ("utf8_text_md5_checksum",),
        before=("doccano",),
    ),
)


def sniff(head: Head, tool: Tool) -> bool:
    """Say whether every record is of a tool: has its keys, or its spans where only it has them."""
    if tool.shapes[0].records:
        return isinstance(head.value, dict) and all(sign in head.value for sign in tool.signs)
    first = tool.shapes[0]
    records = records_in(head, first)
    whole = records[:-1] or records  # the last may be cut off
    return bool(whole) and all(
        isinstance(record, dict) and (all(sign in record for sign in tool.signs) or fits(record, first))
        for record in whole
    )


def read(path: Path, options: Options, tool: Tool) -> Records:
    """Yield the records of a file that a tool wrote."""
    yield from read_shapes(path, tool.shapes)


def never(head: Head) -> bool:
    """Say that a file is not known by its contents."""
    return False


def read_named(path: Path, options: Options) -> Records:
    """Yield the records of a file whose keys the user named. Raises FileFault when none are named."""
    if not options.fields:
        hint = "for example text=body,spans=marks,start=begin,end=end,label=type"
        raise FileFault(
            path.as_posix(), "this format needs fields in configs/convert.cfg, which is empty", hint
        )
    shape = shape_of(read_fields(options.fields))
    refuse_misnamed(path, shape)
    count = 0
    for count, record in enumerate(read_shapes(path, (shape,)), start=1):  # noqa: B007 (of all)
        yield record
    if not count and shape.records:
        reason = f"there are no records at {shape.records!r}"
        raise FileFault(
            path.as_posix(),
            reason,
            "correct records in fields in configs/convert.cfg: data.item is an item of the list `data`",
        )


def refuse_misnamed(path: Path, shape: Shape) -> None:
    """Raise FileFault when none of the first records has what the user named."""
    records = records_in(Head.of(path), shape)
    for name in ("text", "spans"):
        where = getattr(shape, name)
        if records and all(at(record, where) is None for record in records):
            keys = dict.fromkeys(key for r in records if isinstance(r, dict) for key in r)
            reason = (
                f"none of its first records has the key {where!r} ({name}), only {shown(list(keys))}"
            )
            raise FileFault(path.as_posix(), reason, f"correct {name}= in fields in configs/convert.cfg")


def grammar_of(tool: Tool) -> str:
    """Return the keys of a tool's records in quotes, as the docstring of a reader shows them."""
    paths = {str(path) for shape in tool.shapes for path in astuple(shape) if path and path is not True}
    keys = {key for path in (*paths, *tool.signs) for key in path.split(".") if not key.isdecimal()}
    return ", ".join(f'"{key}"' for key in sorted(keys))


FORMATS = tuple(
    Format(
        tool.name,
        tool.title,
        partial(sniff, tool=tool),
        partial(read, tool=tool),
        tool.unit,
        before=tool.before,
        grammar=grammar_of(tool),
    )
    for tool in TOOLS
)
NAMED_BY_USER = Format(
    FIELDS, "JSON whose keys the setting `fields` names", never, read_named, by_name_only=True
)
