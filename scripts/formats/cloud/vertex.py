"""Vertex AI entity extraction, and AutoML Natural Language before it: JSON objects, one a line.

Vertex: {"textContent": str} or {"textGcsUri": "gs://bucket/name.txt"}, with
        "textSegmentAnnotations": [{"startOffset", "endOffset", "displayName"}],
        "dataItemResourceLabels": {"aiplatform.googleapis.com/ml_use": "training", "test", ...}
        (an offset also inside of "textSegment", as the API has it)
AutoML: {"text_snippet": {"content": str},
         "annotations": [{"text_extraction": {"text_segment": {"start_offset", "end_offset"}},
                          "display_name": str}]}
Offsets count characters from 0, and the end does not belong to the span. The API writes them as strings
and leaves out a 0. The text of a `gs://` address is found next to the file by its name.
Source: https://cloud.google.com/vertex-ai/docs/text-data/entity-extraction/prepare-data, `TextSegment`
in the API's reference, https://cloud.google.com/natural-language/automl/docs/prepare.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from scripts.annotation.splits import SPLIT_NAMES
from scripts.annotation.text import CharSpan, OtherTask, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.addresses import file_at, text_at
from scripts.formats.shared.fields import label_of, number, shown, sound_spans, text_of, whole
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import json_records
from scripts.formats.shared.json_rows import json_objects

SPANS = ("textSegmentAnnotations", "text_segment_annotations")
URIS = ("textGcsUri", "text_gcs_uri")
LABELS = "dataItemResourceLabels"
ML_USE = "aiplatform.googleapis.com/ml_use"
OTHERS = {
    "imageGcsUri": "images",
    "videoGcsUri": "videos",
    "classificationAnnotation": "text classification",
    "classificationAnnotations": "text classification",
    "sentimentAnnotation": "sentiments",
}
NEED = "export an entity extraction dataset"


def sniff(head: Head) -> bool:
    """Say whether one of the first objects has the fields of Vertex AI or of AutoML."""
    return any(is_vertex(record) or is_automl(record) for record in head.records)


def is_vertex(record: Mapping[str, Any]) -> bool:
    """Say whether an object is an item of a Vertex AI dataset, of whichever kind."""
    uses = record.get(LABELS)
    ours = isinstance(uses, dict) and any("aiplatform" in name for name in uses)
    annotated = any(isinstance(record.get(key), list) for key in SPANS)
    named = any(isinstance(record.get(key), str) for key in (*URIS, "imageGcsUri", "videoGcsUri"))
    return ours or annotated or named or ("textContent" in record and any(o in record for o in OTHERS))


def is_automl(record: Mapping[str, Any]) -> bool:
    """Say whether an object is an item of an AutoML Natural Language dataset."""
    marks = record.get("annotations")
    snippet = isinstance(record.get("text_snippet"), dict)
    return snippet or (isinstance(marks, list) and any(is_extraction(mark) for mark in marks))


def is_extraction(mark: Any) -> bool:
    """Say whether a value is an annotation of AutoML."""
    return isinstance(mark, dict) and "text_extraction" in mark


def read(path: Path, options: Options) -> Records:
    """Yield the items of a dataset."""
    records = Head.of(path).records
    others = [next((key for key in OTHERS if key in record), "") for record in records]
    if others and all(others):
        raise OtherTask(path.as_posix(), f"this is a Vertex AI dataset of {OTHERS[others[0]]}", NEED)
    yield from json_records(path, partial(parse, folder=path.parent))


def parse(record: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return the fields of one item, or raise Unusable."""
    for key, what in OTHERS.items():
        if key in record:
            raise Unusable(f"this item belongs to a dataset of {what}", NEED)
    marks = next((record[key] for key in (*SPANS, "annotations") if record.get(key) is not None), None)
    if not isinstance(marks, list | None):
        raise Unusable(f"its annotations are {shown(marks)}, not a list", "export it again")
    uri = uri_of(record)
    found = text_at(folder, uri) if uri else text_of(content_of(record), "textContent")
    uses = record.get(LABELS)
    labels = uses if isinstance(uses, dict) else {}
    use = labels.get(ML_USE, record.get("ml_use"))
    return {
        "text": found,
        **sound_spans(marks, span_of).fields(),
        "id": uri,
        "split": SPLIT_NAMES.get(use.casefold()) if isinstance(use, str) else None,
        "annotated": None if marks is None else True,
        "meta": {key: value for key, value in labels.items() if key != ML_USE},
    }


def content_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the text that is in an item, under one name."""
    snippet = record.get("text_snippet")
    if isinstance(snippet, dict):
        return {"textContent": snippet.get("content")}
    return {"textContent": record.get("textContent", record.get("text_content"))}


def uri_of(record: Mapping[str, Any]) -> str | None:
    """Return the address that an item gives instead of a text, or None."""
    uri = next((record[key] for key in URIS if record.get(key)), None)
    document = record.get("document")
    if uri is None and isinstance(document, dict):  # of AutoML: a PDF file in a bucket
        try:
            uri = document["input_config"]["gcs_source"]["input_uris"][0]
        except (KeyError, TypeError, IndexError):
            return None
    return uri if isinstance(uri, str) else None


def span_of(mark: Any) -> CharSpan:
    """Return one span, or raise Unusable."""
    if not isinstance(mark, dict):
        raise Unusable(f"{shown(mark)} is not an annotation", "export it again")
    extraction = mark.get("text_extraction", mark.get("textExtraction"))
    inner = extraction if isinstance(extraction, dict) else mark
    given = inner.get("text_segment", inner.get("textSegment"))
    segment = given if isinstance(given, dict) else inner
    end = offset(segment, "endOffset", "end_offset", None)
    start = offset(segment, "startOffset", "start_offset", 0)
    label = label_of(mark.get("displayName", mark.get("display_name")), (start, end))
    mention = segment.get("content")
    return CharSpan(start, end, label, mention=mention if isinstance(mention, str) else None)


def offset(segment: Mapping[str, Any], name: str, older: str, default: int | None) -> int:
    """Return one offset of a segment, a number or a string of digits, or raise Unusable."""
    value = segment.get(name, segment.get(older, default))
    return number(value) if isinstance(value, str) else whole(value)


def companions(path: Path) -> Iterator[Path]:
    """Yield the texts that a file names and that are next to it."""
    if not any(map(uri_of, Head.of(path).records)):
        return
    for record in json_objects(path):
        uri = uri_of(record)
        found = file_at(path.parent, uri) if uri else None
        if found:
            yield found


FORMAT = Format("vertex", "Vertex AI entity extraction (JSONL)", sniff, read, companions=companions)
