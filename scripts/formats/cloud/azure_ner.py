"""Azure AI Language's custom NER: a JSON file of labels next to the documents that it names.

{"projectFileVersion", "stringIndexType", "metadata": {"projectKind": "CustomEntityRecognition"},
 "assets": {"documents": [{"location": "a.txt", "dataset": "Train" or "Test",
    "entities": [{"regionOffset", "regionLength", "labels": [{"category", "offset", "length"}]}]}]}}
Before May 2022 `documents` stood at the top: `extractors` in place of `entities` and `extractorName` of
`category`; or `regionStart`, `start` and, as a number in the list `entityNames`, `entity`.
Offsets are the document's, in UTF-16 units, a carriage return and line feed being two. A document that
has no labels may not have been looked at: the file doesn't say.
Source: https://learn.microsoft.com/azure/ai-services/language-service, custom NER, data formats.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from scripts.annotation.text import CharSpan, FileFault, OtherTask, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.addresses import file_at, text_at
from scripts.formats.shared.fields import as_name, label_of, shown, sound_spans, whole
from scripts.formats.shared.head import Head
from scripts.formats.shared.json_records import Fields, json_inside, parsed

KIND = "CustomEntityRecognition"
SPLITS = {"train": "train", "test": "test"}
REGIONS = ("entities", "extractors")


def sniff(head: Head) -> bool:
    """Say whether the object is a project of Azure's with documents elsewhere."""
    project = head.value
    if not isinstance(project, dict):
        return False
    if kind_of(project):
        return "projectFileVersion" in project or "stringIndexType" in project
    documents = project.get("documents")
    first = documents[0] if isinstance(documents, list) and documents else None
    return isinstance(first, dict) and "location" in first and any(key in first for key in REGIONS)


def kind_of(project: dict[str, Any]) -> str:
    """Return what a project says that it is for, or nothing."""
    for part in ("metadata", "assets"):
        said = project.get(part)
        if isinstance(said, dict) and isinstance(said.get("projectKind"), str):
            return str(said["projectKind"])
    return ""


def read(path: Path, options: Options) -> Records:
    """Yield the documents that a file of labels names."""
    file = path.as_posix()
    project = Head.of(path).value
    project = project if isinstance(project, dict) else {}
    kind = kind_of(project) or KIND
    if kind != KIND:
        raise OtherTask(file, f"this is an Azure project of {kind}", f"export one of {KIND}")
    names = project.get("entityNames")
    make = partial(parse, folder=path.parent, names=names if isinstance(names, list) else [])
    found = False
    for (number,), document in json_inside(path, where(project)):
        found = True
        location = document.get("location") if isinstance(document, dict) else None
        place = f"document {location}" if isinstance(location, str) else "document"
        yield from parsed(file, f"{place} ({number})", document, make)
    if not found:
        raise FileFault(file, "it lists no documents", "label some, and export the project again")


def where(project: dict[str, Any]) -> str:
    """Return where in a file its documents stand."""
    return "documents.item" if isinstance(project.get("documents"), list) else "assets.documents.item"


def parse(document: dict[str, Any], folder: Path, names: list[Any]) -> Fields:
    """Return the fields of one document, or raise Unusable."""
    location = document.get("location")
    if not isinstance(location, str) or not location:
        raise Unusable("the document has no location", "export the project again")
    regions: Any = next((document[key] for key in REGIONS if document.get(key)), [])
    dataset = document.get("dataset")
    return {
        "text": text_at(folder, location),
        **sound_spans(list(labels_in(regions)), partial(span_of, names=names)).fields(),
        "id": as_name(location),
        "split": SPLITS.get(dataset.casefold()) if isinstance(dataset, str) else None,
        "annotated": True if regions else None,
    }


def labels_in(regions: Any) -> Iterator[Any]:
    """Yield the labels of a document's regions, whose offsets are the document's."""
    if not isinstance(regions, list):
        raise Unusable(f"{shown(regions)} is not a list of regions", "export the project again")
    for region in regions:
        labels = region.get("labels") if isinstance(region, dict) else None
        yield from labels if isinstance(labels, list) else ()


def span_of(label: Any, names: list[Any]) -> CharSpan:
    """Return the span of a label, or raise Unusable."""
    if not isinstance(label, dict):
        raise Unusable(f"{shown(label)} is not a label", "export the project again")
    start = whole(label.get("offset", label.get("start")))
    end = start + whole(label.get("length"))
    name = label.get("category", label.get("extractorName", label.get("entity")))
    if isinstance(name, int) and not isinstance(name, bool) and 0 <= name < len(names):
        name = names[name]
    return CharSpan(start, end, label_of(name, (start, end)))


def documents_of(path: Path) -> Iterator[Path]:
    """Yield the documents that a file of labels names and that are next to it."""
    project = Head.of(path).value
    try:
        for _, document in json_inside(path, where(project if isinstance(project, dict) else {})):
            location = document.get("location") if isinstance(document, dict) else None
            if isinstance(location, str) and (found := file_at(path.parent, location)):
                yield found
    except FileFault:
        return


FORMAT = Format(
    "azure_ner", "Azure AI Language custom NER", sniff, read, "utf16", companions=documents_of
)
