"""Label Studio JSON: a list of tasks with their annotations, and the labeling interface for them.

A task: {"data": {"text": str}, "annotations": [{"result": [RESULT, ...]}], "meta": {"id", "group", ...}}
    "predictions" instead of "annotations" for a text that nobody has looked at yet
RESULT: {"id": str, "from_name": "label", "to_name": "text", "type": "labels",
         "value": {"start": int, "end": int, "text": str, "labels": [str]}}
A text that nobody has annotated yet has its spans under "predictions", from which Label Studio makes an
annotation once somebody has looked at them.
Offsets count characters. The tool numbers the tasks itself.
Source: https://labelstud.io/guide/task_format and https://labelstud.io/tags/labels.
"""

import html
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from scripts.annotation.text import AnnotatedText
from scripts.files import atomic
from scripts.formats.writer_base import META, PARTIAL, WRONG, Losses, Writer, leave_out

OWN = ("id", "group")  # what the task's own meta has of ours
FROM, TO = "label", "text"  # the names of the two tags of the labeling interface

# Else Label Studio draws runs of white space as one space, though it counts them all.
SPACES_SHOWN = "<Style>.htx-text{ white-space: pre-wrap; }</Style>"


def write(records: Iterable[AnnotatedText], path: Path) -> Losses:
    """Write texts as a list of tasks, one a line; return what got lost."""
    losses: Losses = Counter()
    with atomic.open_text(path) as stream:
        stream.write("[")
        for number, record in enumerate(records, start=1):
            leave_out(record, losses, WRONG, PARTIAL)
            stream.write("\n" if number == 1 else ",\n")
            losses[META] += sum(key in OWN for key in record.meta)
            stream.write(json.dumps(task(record, number), ensure_ascii=False))
        stream.write("\n]\n")
    return losses


def task(record: AnnotatedText, number: int) -> dict[str, Any]:
    """Return the task of one text, with what is known about it under `meta`."""
    result = [
        {
            "id": f"{number}-{n}",
            "from_name": FROM,
            "to_name": TO,
            "type": "labels",
            "value": {
                "start": span.start,
                "end": span.end,
                "text": record.text[span.start : span.end],
                "labels": [span.label],
            },
        }
        for n, span in enumerate(record.spans, start=1)
    ]
    named = {"id": record.id, "group": record.group}
    meta = {key: value for key, value in record.meta.items() if key not in OWN}
    meta |= {key: value for key, value in named.items() if value is not None}
    kind = "predictions" if record.annotated is False else "annotations"
    found: dict[str, Any] = {"data": {"text": record.text}, kind: [{"result": result}]}
    return found | ({"meta": meta} if meta else {})


def tool_files(labels: Sequence[str]) -> dict[str, str]:
    """Return the labeling interface for these labels, to be pasted into the project's settings."""
    choices = "".join(f'    <Label value="{html.escape(label)}"/>\n' for label in labels)
    text = f'  <Labels name="{FROM}" toName="{TO}">\n{choices}  </Labels>\n'
    shown = f'  {SPACES_SHOWN}\n{text}  <Text name="{TO}" value="$text"/>\n'
    return {"label_config.xml": f"<View>\n{shown}</View>\n"}


WRITER = Writer("label_studio", "Label Studio JSON", ".json", write, tool_files)
