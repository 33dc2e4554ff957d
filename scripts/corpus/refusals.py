"""When a conversion is refused: too many rejects, nothing annotated, or an empty split.

In: the contents of conversion.json, and the settings. Out: nothing, or the FileFault that stops it.
"""

from typing import Any

from scripts.corpus.alignment import LOST
from scripts.corpus.selecting import NO_SEGMENTS
from scripts.corpus.settings import Settings
from scripts.corpus.splitting import SPLITS
from scripts.corpus.text import FileFault
from scripts.files.terminal import printable

FEW_REJECTS, SMALL = 2, 0.2  # so many rejects are no reason to stop, up to this share of the records
KINDS_SHOWN = 3  # of records that can't be used, in one refusal
REASON = 300  # characters of a reason on the screen


def refuse_too_many_rejects(report: dict[str, Any], settings: Settings) -> None:
    """Raise FileFault when more records are unusable than the user allows.

    In a small file a single one is more than most shares, and says nothing about the others.
    """
    rejected, read = report["records"]["rejected"], report["records"]["read"]
    allowed = settings.max_rejected * read
    if rejected <= allowed or (allowed and rejected <= min(FEW_REJECTS, SMALL * read)):
        return
    raise FileFault(
        f"{rejected} of {read} records can't be used",
        f"more than vars.max_rejected ({settings.max_rejected:.0%}) allows: {why_rejected(report)}",
        report["offsets"] or f"{what_to_do(report)}, or raise vars.max_rejected",
    )


def why_rejected(report: dict[str, Any]) -> str:
    """Return the first record of each of the worst kinds that can't be used, and why."""
    told = []
    for reason, count in list(report["rejected"].items())[:KINDS_SHOWN]:
        more = f" (and {count - 1} more like it)" if count > 1 else ""
        told.append(printable(reason, REASON) + more)
    rest = len(report["rejected"]) - len(told)
    return "; ".join(told) + (f"; and {rest} other kinds" if rest else "")


def what_to_do(report: dict[str, Any]) -> str:
    """Return what deals with the kind of which most records can't be used."""
    first = next(iter(report["rejected"]))
    for problem in report["problems"]:
        example = problem["examples"][0]
        if f"{example['where']}: {example['reason']}" == first:
            return str(problem["what_to_do"])
    return "correct them"


def refuse_useless(report: dict[str, Any], annotations: str, settings: Settings) -> None:
    """Raise FileFault when nothing is annotated or a split is empty."""
    splits, spans = report["splits"], report["spans"]
    total = report["records"]["accepted"]
    if not report["records"]["read"]:
        mend = "look into it: it may be an export without texts, or in another format than it seems"
        raise FileFault(annotations, "there is no record in it", mend)
    if not total and report["records"]["rejected"]:
        reason = f"none of its {report['records']['read']} records can be used: {why_rejected(report)}"
        raise FileFault(annotations, reason, f"{what_to_do(report)}, or choose another export")
    if not total:
        why = "; ".join(f"{count} × {reason}" for reason, count in report["ignored"].items())
        reason = f"no record of it is accepted: {why[:600]}"
        raise FileFault(annotations, reason, "look at the annotators' answers")
    if not any(split["entities"] for split in splits.values()):
        if not spans["read"]:
            mend = "export the annotated texts, and look at the names of the fields"
            raise FileFault(annotations, "nothing in it is annotated", mend)
        lost = ", ".join(f"{spans[key]} {key}" for key in (*LOST, "dropped") if spans[key])
        mend = "look whether the offsets' ends are inclusive, or the texts were changed afterwards"
        reason = f"none of its {spans['read']} spans can be used ({lost})"
        raise FileFault(annotations, reason, report["offsets"] or mend)
    for name in SPLITS:
        if not splits[name]["documents"]:
            reason = f"of its {total} records none falls into {name}"
            if name == "train":
                reason = f"none of its {total} records is for train"
            if total == 1 and not report["pieces_apart"]:
                reason = f"it has one text, and nothing is left for {name}"
            raise FileFault(annotations, reason, fill(name, report, settings))


def fill(name: str, report: dict[str, Any], settings: Settings) -> str:
    """Return what to do about a split that is empty."""
    if report["pieces_apart"]:
        return (
            "there are too few places to cut: set vars.segment to sentences or lines, or annotate more"
        )
    found = []
    if settings.segment == NO_SEGMENTS and report["segment_helps"]:
        found.append(
            "set vars.segment to paragraphs, sentences or lines, so that long texts are cut, and pieces "
            "of one text or group fill the splits"
        )
    found.append("annotate more texts that differ")
    if name == "train":
        found.append(
            "name a file train, or take dev and test out of the file's name so that all is split by hash"
        )
    else:
        found.append(
            f"give {name} as a file with {name} in its name (where records name their split, some must "
            "name this one)"
        )
    return "; or ".join(found)
