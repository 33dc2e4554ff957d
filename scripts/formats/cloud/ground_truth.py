"""Amazon SageMaker Ground Truth's output manifest of NER jobs; also Comprehend's augmented manifest.

One object a line: {"source": text, or "source-ref": address of a file of one text,
    JOB: {"annotations": {"entities": [{"label", "startOffset", "endOffset"}], "labels": [...]}},
    "JOB-metadata": {"type": "groundtruth/text-span", "human-annotated": "yes", "entities": [...]}}
The key JOB is the job's name, and the layer. Ends are exclusive. The definition doesn't say what offsets
count; they come from a browser, so UTF-16 units are taken. A line without a job is not annotated yet;
one that failed says so and is ignored.
Source: https://docs.aws.amazon.com/sagemaker/latest/dg/sms-data-output.html.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from scripts.annotation.text import ACCEPT, CharSpan, OtherTask, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.addresses import file_at, text_at
from scripts.formats.shared.fields import LayerValue, label_of, shown, sound_spans, text_of, whole
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import Fields, json_records
from scripts.formats.shared.json_rows import json_objects

ABOUT = "-metadata"  # what follows a job's name in the key of what is said about it
OURS = "groundtruth/text-span"
FAILED = "failed"  # the answer of a line that the job could not label


def sniff(head: Head) -> bool:
    """Say whether one of the first objects has a source and what Ground Truth says about a job."""
    return any(is_labelled(record) for record in head.records)


def is_labelled(record: dict[str, Any]) -> bool:
    """Say whether an object is a line of a manifest that a job wrote."""
    given = "source" in record or "source-ref" in record
    return given and any(key.endswith(ABOUT) and isinstance(record[key], dict) for key in record)


def read(path: Path, options: Options) -> Records:
    """Yield the lines of a manifest."""
    kinds = {kind for record in Head.of(path).records for kind in kinds_of(record)}
    if kinds and OURS not in kinds:
        hint = "use the manifest of a named entity recognition job"
        raise OtherTask(
            path.as_posix(),
            f"this is a Ground Truth job of another type: {', '.join(sorted(kinds))}",
            hint,
        )
    yield from json_records(path, partial(parse, folder=path.parent))


def kinds_of(record: dict[str, Any]) -> Iterator[str]:
    """Yield what kinds of jobs have labelled a line."""
    for key, about in record.items():
        if key.endswith(ABOUT) and isinstance(about, dict) and isinstance(about.get("type"), str):
            yield about["type"]


def parse(record: dict[str, Any], folder: Path) -> Fields:
    """Return the fields of one line, or raise Unusable."""
    jobs = {
        key.removesuffix(ABOUT): about
        for key, about in record.items()
        if key.endswith(ABOUT) and isinstance(about, dict) and about.get("type", OURS) == OURS
    }
    done = {job: record[job] for job in jobs if record.get(job) is not None}
    failed = bool(jobs) and not done and any("failure-reason" in about for about in jobs.values())
    source = record.get("source-ref")
    return {
        "text": text_at(folder, source) if isinstance(source, str) else text_of(record, "source"),
        **sound_spans(
            [mark for job, made in done.items() for mark in marks_in(made, job)], span_of
        ).fields(),
        "annotated": bool(done),
        "answer": FAILED if failed else ACCEPT,
    }


def marks_in(made: Any, job: str) -> list[LayerValue]:
    """Return what one job marked, with its name as layer; or raise Unusable."""
    annotations = made.get("annotations") if isinstance(made, dict) else None
    entities = annotations.get("entities") if isinstance(annotations, dict) else None
    if not isinstance(entities, list):
        raise Unusable(f"the output of the job {job} has no list of entities", "export it again")
    return [LayerValue(job, entity) for entity in entities]


def span_of(mark: LayerValue) -> CharSpan:
    """Return the span of an entity, or raise Unusable."""
    job, entity = mark
    if not isinstance(entity, dict):
        raise Unusable(f"{shown(entity)} is not an entity", "export it again")
    start, end = whole(entity.get("startOffset")), whole(entity.get("endOffset"))
    return CharSpan(start, end, label_of(entity.get("label"), (start, end)), layer=job)


def texts_of(path: Path) -> Iterator[Path]:
    """Yield the files of texts that a manifest names and that are next to it."""
    for record in json_objects(path):
        source = record.get("source-ref")
        if isinstance(source, str) and (found := file_at(path.parent, source)):
            yield found


FORMAT = Format(
    "ground_truth", "SageMaker Ground Truth manifest", sniff, read, "utf16", companions=texts_of
)
