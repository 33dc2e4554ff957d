"""Labels as the user wants them: renamed, merged or dropped by the label map, or from a closed set."""

from dataclasses import replace
from typing import TypeVar

from scripts.annotation.text import AnnotatedText, FileFault
from scripts.conversion.changes import Change
from scripts.conversion.labelling import clean_map, cleaned
from scripts.settings.convert import ConvertSettings

SettingsT = TypeVar("SettingsT", bound=ConvertSettings)


def with_clean_names(settings: SettingsT) -> SettingsT:
    """Return settings whose labels and label map fit clean labels."""
    labels = tuple(sorted({cleaned(label) for label in settings.labels}))
    return settings.model_copy(update={"labels": labels, "label_map": clean_map(settings.label_map)})


def with_labels(record: AnnotatedText, settings: ConvertSettings) -> AnnotatedText:
    """Return a record with its labels mapped, without the spans that the map drops.

    Raises FileFault when a label is outside the closed set.
    """
    if not settings.label_map and not settings.labels:
        return record
    found = []
    names = {} if record.corrected else settings.label_map
    for marks in (record.spans, record.wrong):
        mapped = [(span, names.get(span.label, span.label)) for span in marks]
        found.append(tuple(replace(span, label=label) for span, label in mapped if label is not None))
    for span in found[0]:
        if settings.labels and span.label not in settings.labels:
            reason = f"label {span.label!r} is not one of {', '.join(settings.labels)}"
            hint = "add it to labels in configs/convert.cfg, or rename or drop it in the label map"
            raise FileFault(f"{record.file}, {record.place}", reason, hint)
    return replace(record, spans=found[0], wrong=found[1])


def with_label(notes: list[Change], settings: ConvertSettings) -> list[Change]:
    """Return notes on spans with their labels mapped, without those of spans that the map drops."""
    found = []
    for note in notes:
        label = settings.label_map.get(note.span.label, note.span.label)
        if label is not None:
            found.append(replace(note, span=replace(note.span, label=label)))
    return found
