"""Finding out which format a file is in, from its contents alone."""

from pathlib import Path

from scripts.annotation.text import FileFault
from scripts.formats.base import Format
from scripts.formats.readers import FORMATS
from scripts.formats.refused import refusal
from scripts.formats.shared.head import Head
from scripts.formats.unrecognised import nearest, seen, unread_spans

AUTO = "auto"


def detect(path: Path) -> Format:
    """Return the format that a file is in, from its contents alone. Raises FileFault if none fits."""
    head = Head.of(path)
    for format in FORMATS.values():
        if not format.by_name_only and format.sniff(head):
            return format
    if not head.data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise FileFault(path.as_posix(), "it is empty", "export it again")
    if fault := refusal(head):
        raise fault
    *some, last = (f"{format.name} ({format.title})" for format in nearest(head, FORMATS.values()))
    hint = (
        f"the most similar formats are {', '.join(some)} and {last}: if it is one of them, set "
        "format in configs/convert.cfg to its name; docs/formats.md lists all formats; otherwise "
        "move the file out of the folder"
    )
    if fields := unread_spans(head):
        key, advice = fields
        hint = f"its field {key!r} looks like spans: {advice}; otherwise move the file out of the folder"
    raise FileFault(path.as_posix(), f"its format is not recognised: it contains {seen(head)}", hint)
