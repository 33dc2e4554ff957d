"""Which field of a Label Studio task is the text: the export doesn't say, but its regions quote it.

In: the first tasks of a file, and the user's choice. Out: the field, and the regions that are about it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.annotation.text import FileFault, OtherTask, Unusable
from scripts.formats.base import Options, chosen
from scripts.formats.label_studio.tasks import ANNOTATIONS, LABEL_KEYS, Task
from scripts.formats.label_studio.texts import is_dialogue, is_hyper, quotes, region_text

LOOKED_AT = 1000  # tasks
ENOUGH = 50  # tasks with regions that quote
LABELLED = "export a project that labels spans of text"
TEXTS, RELATIONS = "text", "relation"
USUAL = "text"  # the field of most projects
USUAL_KEYS = ({"start", "end", "text", "labels"}, {"start", "end", "labels"})
# What a result is about, by the keys of its value; the first that fits.
KINDS = {
    "image": ("x", "points", "rle", "brush", "vertices", "bitmask", "imageDataURL"),
    "video": ("sequence", "ranges", "videorectangle", "timelinelabels"),
    "time series": ("timeserieslabels", "timeseries"),
    "audio": ("channel",),
    TEXTS: LABEL_KEYS,
    "text classification": ("choices", "taxonomy", "rating", "number", "datetime", "pairwise", "ranker"),
    "written answer": ("text",),
}
MEDIA = {
    "image": (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".svg", ".tif", ".tiff", ".pdf"),
    "audio": (".wav", ".mp3", ".flac", ".m4a", ".ogg"),
    "video": (".mp4", ".avi", ".mov", ".webm"),
}


def results_of(task: Task) -> Iterator[dict[str, Any]]:
    """Yield the results of all annotations of a task, and of its predictions, that have a value."""
    for key in (*ANNOTATIONS, "predictions"):
        given = task.get(key)
        for annotation in given if isinstance(given, list) else ():
            result = annotation.get("result") if isinstance(annotation, dict) else None
            for one in result if isinstance(result, list) else ():
                if isinstance(one, dict):
                    yield one


def kind_of(result: dict[str, Any]) -> str:
    """Return what a result is about: text, another medium, a class; nothing where it doesn't say."""
    value = result.get("value")
    if not isinstance(value, dict):
        return RELATIONS if result.get("type") == "relation" else ""
    if value.keys() in USUAL_KEYS and isinstance(value["start"], int):
        return TEXTS
    kind = next((kind for kind, names in KINDS.items() if any(name in value for name in names)), "")
    if kind == TEXTS and isinstance(value.get("start"), float):
        return "audio"
    inside = "start" in value or "startOffset" in value
    if kind in (TEXTS, "") and result.get("type") in LABEL_KEYS and inside:
        return TEXTS
    return "" if inside and kind not in MEDIA and kind not in (TEXTS, "time series") else kind


@dataclass(slots=True)
class TaskSummary:
    """What the first tasks hold.

    texts: fields that may be a text, and how often. votes: for what regions are about, how often it is
    which field by their quotes. kinds: what the results are about. media: of files that the data names.
    hyper: what regions are about that is HTML. proved, done: tasks with regions, with annotations.
    """

    texts: Counter[str] = field(default_factory=Counter)
    votes: dict[str, Counter[str]] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    media: Counter[str] = field(default_factory=Counter)
    hyper: set[str] = field(default_factory=set)
    proved: int = 0
    done: int = 0

    def add(self, task: Task, folder: Path) -> None:
        """Look at one task."""
        given = task.get("data")
        data = given if isinstance(given, dict) else {}
        texts = [key for key, value in data.items() if is_text(value)]
        self.texts.update(texts)
        self.media.update(filter(None, map(medium_of, data.values())))
        self.done += any(task.get(key) for key in ANNOTATIONS)
        before = self.proved
        for result in results_of(task):
            kind = kind_of(result)
            self.kinds[kind] += 1
            if kind != TEXTS:
                continue
            target, value = str(result.get("to_name")), result["value"]
            if is_hyper(value):
                self.hyper.add(target)
            votes = self.votes.setdefault(target, Counter())
            if sum(votes.values()) < ENOUGH:
                votes.update(key for key in texts if is_quoted(data[key], value, folder))
            self.proved = before + 1

    def field_of(self, target: str) -> str | None:
        """Return the field that a region's target is, or None where it isn't clear."""
        votes = self.votes.get(target, Counter())
        best = votes.most_common(2)
        if best and (len(best) == 1 or best[0][1] > best[1][1]):
            return best[0][0]
        among = list(votes or self.texts)
        if target in among:
            return target
        return among[0] if len(among) == 1 else None


def is_text(value: Any) -> bool:
    """Say whether a value of a task's data may be what was annotated."""
    return is_dialogue(value) or (isinstance(value, str) and bool(value.strip()))


def medium_of(value: Any) -> str:
    """Return the medium of a file that a value of a task's data names, if it is none of text."""
    if not isinstance(value, str) or len(value) > ENOUGH * ENOUGH or value.strip().count(" "):
        return ""
    name = value.partition("?")[0].casefold()
    return next((medium for medium, endings in MEDIA.items() if name.endswith(endings)), "")


def is_quoted(given: Any, value: dict[str, Any], folder: Path) -> bool:
    """Say whether a region quotes a value of its task's data."""
    try:
        return quotes(region_text(given, [value], hyper=False, folder=folder), value)
    except Unusable:
        return False


def summary_of(found: Iterable[Task], folder: Path) -> TaskSummary:
    """Return what the first tasks hold: as many as it takes to find regions that quote."""
    summary = TaskSummary()
    for number, task in enumerate(found, start=1):
        summary.add(task, folder)
        if summary.proved >= ENOUGH or (summary.votes and number >= LOOKED_AT):
            break
    return summary


@dataclass(frozen=True, slots=True)
class TextField:
    """The field of a task that is read. others: what regions are about that is no part of it.

    hyper: whether it is HTML.
    """

    name: str
    others: frozenset[str]
    hyper: bool

    def has(self, result: dict[str, Any]) -> bool:
        """Say whether a result marks a stretch of this field."""
        return kind_of(result) == TEXTS and str(result.get("to_name")) not in self.others


def field_of(summary: TaskSummary, options: Options, file: str, minimal: bool) -> TextField:
    """Return the field that is read. Raises FileFault when it isn't clear, or there is no text.

    minimal: whether the file holds no results but those that label something.
    """
    refuse_others(summary, file)
    if minimal and summary.done and not summary.votes:
        reason = "this is a Label Studio project in which no span of text is labelled"
        raise OtherTask(file, reason, LABELLED)
    if not summary.texts:
        raise FileFault(file, "its tasks have no text", "export the project with the data of its tasks")
    of_targets = {target: summary.field_of(target) for target in summary.votes}
    known = dict.fromkeys(name for name in of_targets.values() if name)
    if options.text_field and options.text_field in summary.texts:
        name = options.text_field
    else:
        unclear = None in of_targets.values() or not known
        usual = [USUAL] if USUAL in summary.texts else list(summary.texts)
        name = chosen(
            usual if not of_targets else summary.texts if unclear else known,
            options.text_field,
            file=file,
            setting="text_field",
            what="fields that may be the text",
        )
    others = frozenset(target for target, found in of_targets.items() if found not in (None, name))
    return TextField(name, others, bool(summary.hyper - others))


def refuse_others(summary: TaskSummary, file: str) -> None:
    """Raise OtherTask when the results are about something else than stretches of a text."""
    kinds = Counter({kind: count for kind, count in summary.kinds.items() if kind})
    if kinds[TEXTS]:
        return
    others = kinds or (summary.media if not summary.kinds else Counter())
    if others:
        kind = others.most_common(1)[0][0]
        raise OtherTask(file, f"this is a Label Studio {kind} project", LABELLED)
