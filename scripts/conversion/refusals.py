"""When a conversion is refused: too much can't be used, nothing is annotated, or a split is empty.

In: the contents of conversion.json, and the settings. Out: nothing, or the FileFault that stops it.
"""

from scripts.annotation.splits import SETS, SPLITS
from scripts.annotation.text import FileFault
from scripts.conversion.labelling import OUTSIDE
from scripts.conversion.layers import OTHER_LAYERS
from scripts.conversion.merged import CONTRADICTORY, OTHER_ANNOTATORS, OTHER_ROWS, OUTVOTED
from scripts.conversion.outcome import Conversion
from scripts.conversion.segmenting import NO_SEGMENTS
from scripts.conversion.span_outcomes import LOST, UNREAD, UNUSABLE
from scripts.files.terminal import printable
from scripts.settings.convert import ConvertSettings

FEW_REJECTS, SMALL = 2, 0.2  # so many are no reason to stop, up to this share of all
KINDS_SHOWN = 3  # of records or spans that can't be used, in one refusal
REASON = 300  # characters of a reason on the screen
OFFSETS = (
    "check whether the ends of the offsets are inclusive, and whether the texts were "
    "changed after annotation"
)
WHOSE = (
    "set annotators in configs/convert.cfg, which decides which of several rows about one text counts"
)
VARS = {  # what to do where most spans are lost for a reason that isn't their offsets
    OUTVOTED: WHOSE,
    OTHER_ANNOTATORS: WHOSE,
    OTHER_ROWS: WHOSE,
    CONTRADICTORY: "set contradictions in configs/convert.cfg, which decides about spans that are "
    "both accepted and rejected",
    OTHER_LAYERS: "set layer in configs/convert.cfg to the layer with the entities",
    OUTSIDE: "export the entities with labels of their own; O marks text outside entities",
    "dropped": "correct the label map (label_map in configs/convert.cfg), which drops their labels",
    "discontinuous": "set discontinuous in configs/convert.cfg to cover or first",
    "overlapping": "set overlapping in configs/convert.cfg",
}


def refuse_too_many_rejects(report: Conversion, settings: ConvertSettings) -> None:
    """Raise FileFault when more records, or more spans of the other records, are unusable than allowed.

    In a small file a single one is more than most shares, and says nothing about the others.
    """
    spans = report["spans"]
    for what, unusable, read, kinds in (
        ("records", report["records"]["rejected"], report["records"]["read"], report["rejected"]),
        ("spans", sum(spans[key] for key in UNUSABLE), spans["read"], report["unusable_spans"]),
    ):
        allowed = settings.max_rejected * read
        if unusable <= allowed or (allowed and unusable <= min(FEW_REJECTS, SMALL * read)):
            continue
        raise FileFault(
            f"{unusable} of {read} {what} can't be used",
            f"more than max_rejected in configs/convert.cfg ({settings.max_rejected:.0%}) allows: "
            f"{why_rejected(kinds)}",
            report["offsets"]
            or f"{what_to_do(kinds, report)}, or raise max_rejected in configs/convert.cfg",
        )


def why_rejected(kinds: dict[str, int]) -> str:
    """Return the first record or span of each of the worst kinds that can't be used, and why."""
    shown = []
    for reason, count in list(kinds.items())[:KINDS_SHOWN]:
        more = f" (and {count - 1} more like it)" if count > 1 else ""
        shown.append(printable(reason, REASON) + more)
    rest = len(kinds) - len(shown)
    return "; ".join(shown) + (f"; and {rest} other kinds" if rest else "")


def what_to_do(kinds: dict[str, int], report: Conversion) -> str:
    """Return what deals with the kind of which most records or spans can't be used."""
    first = next(iter(kinds))
    for problem in report["problems"]:
        example = problem["examples"][0]
        if f"{example['where']}: {example['reason']}" == first:
            return str(problem["what_to_do"])
    return "correct them"


def refuse_useless(report: Conversion, annotations: str, settings: ConvertSettings) -> None:
    """Raise FileFault when nothing is annotated or a split is empty."""
    splits, spans = report["splits"], report["spans"]
    total = report["records"]["accepted"]
    if not report["records"]["read"]:
        hint = "check the file: it may be an export without texts, or in another format"
        raise FileFault(annotations, "it has no records", hint)
    if not total and report["records"]["rejected"]:
        kinds = report["rejected"]
        reason = f"none of its {report['records']['read']} records can be used: {why_rejected(kinds)}"
        raise FileFault(annotations, reason, f"{what_to_do(kinds, report)}, or choose another export")
    if not total:
        why = "; ".join(f"{count} × {reason}" for reason, count in report["ignored"].items())
        reason = f"none of its records is accepted: {why[:600]}"
        raise FileFault(annotations, reason, "check the annotators' answers")
    if not any(split["entities"] for split in splits.values()):
        if not spans["read"]:
            hint = "export the annotated texts, and check the names of the fields"
            raise FileFault(annotations, "it contains no annotations", hint)
        lost = {key: spans[key] for key in (*LOST, UNREAD, "dropped") if spans[key]}
        lost |= report["excluded"]
        losses = ", ".join(f"{count} {reason}" for reason, count in lost.items())
        reason = f"none of its {spans['read']} spans can be used ({losses})"
        hint = VARS.get(max(lost, key=lost.__getitem__), OFFSETS)
        raise FileFault(annotations, reason, report["offsets"] or hint)
    for name in SPLITS:
        if not splits[name]["documents"]:
            reason = f"none of its {total} records is in the {SETS[name]}"
            if total == 1 and not report["pieces_apart"]:
                reason = f"it has one text, and nothing is left for the {SETS[name]}"
            raise FileFault(annotations, reason, how_to_fill(name, report, settings))


def how_to_fill(name: str, report: Conversion, settings: ConvertSettings) -> str:
    """Return what to do about a split that is empty."""
    if report["pieces_apart"]:
        return (
            "there are too few places to split at: set segment in configs/convert.cfg to "
            "sentences or lines, "
            "or annotate more"
        )
    found = []
    if settings.segment == NO_SEGMENTS and report["segment_helps"]:
        found.append(
            "set segment in configs/convert.cfg to paragraphs, sentences or lines, so that the "
            "pieces of long texts fill the splits"
        )
    found.append("annotate more texts with different contents")
    if name == "train":
        found.append(
            "put train in a file name, or remove dev and test from the file names, so that all "
            "texts are split"
        )
    else:
        found.append(
            f"add a file with {name} in its name (if records name their split, let some of them name "
            f"{name})"
        )
    return "; or ".join(found)
