"""What `convert` prints: counts, files that were not read, warnings, and the kinds of problems.

In: the contents of conversion.json. Out: lines on the screen.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePath

from scripts.conversion.outcome import Conversion, Corrected, Problem, SharedTexts
from scripts.conversion.sums import sum_of_records, sum_of_spans
from scripts.files.terminal import listed, msg, printable

MOST_SHOWN = 20  # lines of a kind on the screen: reasons why files were not read, labels read as another
REASON = 300  # characters of a reason on the screen
FOLDERS_SHOWN = 3  # folders that are named on the screen for files that were read along with others


def show(report: Conversion, folder: Path) -> None:
    """Print the counts: a table of splits, what was lost, the kinds of problems with an example each."""
    rows = []
    for name, split in report["splits"].items():
        labels = listed([f"{label} {count}" for label, count in split["labels"].items()])
        rows.append((name, split["documents"], split["tokens"], split["entities"], labels))
    msg.table(rows, header=("Split", "Documents", "Tokens", "Entities", "Labels"), divider=True)
    formats = Counter(str(file["format"]) for file in report["files"].values())
    files = ", ".join(f"{name} ({count} file{'s' * (count > 1)})" for name, count in formats.items())
    msg.text(f"Format: {files}")
    msg.text(f"Records: {sum_of_records(report['records'])}")
    msg.text(f"Spans: {sum_of_spans(report['spans'])}")
    for name, by_reason in (
        ("ignored", report["ignored"]),
        ("excluded", report["excluded"]),
        ("fixed", report["fixed"]),
    ):
        counts = list(by_reason.items())
        for reason, count in counts[:MOST_SHOWN]:
            msg.text(f"  {name}: {count} × {printable(reason, REASON)}")
        if len(counts) > MOST_SHOWN:
            msg.text(f"  {name}: {len(counts) - MOST_SHOWN} more reasons, listed in conversion.json")
    show_files(report)
    show_repeated(report)
    for warning in warnings_of(report):
        msg.warn(warning)
    for problem in report["problems"]:
        show_problem(problem)
    if report["problems"]:
        where = folder.as_posix()
        msg.warn(
            f"{where}/conversion.json lists three examples of each problem, "
            f"{where}/rejected.jsonl lists all of them"
        )
    msg.good(f"Corpus written to {folder.as_posix()}/")


def show_files(report: Conversion) -> None:
    """Print which files were not read, and how many were read along with others."""
    if along := report["read_along"]:
        shown = [f"{count:,} in {printable(folder)}" for folder, count in along.items()]
        more = sum(list(along.values())[FOLDERS_SHOWN:])
        shown = shown[:FOLDERS_SHOWN] + ([f"{more:,} in other folders"] if more else [])
        msg.text(f"Files read together with others: {', '.join(shown)}")
    kinds: dict[tuple[str, str], list[str]] = {}
    for file, reason in report["skipped_files"].items():
        kinds.setdefault((PurePath(file).parent.as_posix(), reason), []).append(file)
    for (folder, reason), files in list(kinds.items())[:MOST_SHOWN]:
        others = f" and {len(files) - 1:,} more in {printable(folder)}" if len(files) > 1 else ""
        msg.warn(f"Not read: {printable(files[0])}{others}, {printable(reason, REASON)}")
    if len(kinds) > MOST_SHOWN:
        msg.warn(
            f"Not read: {len(kinds) - MOST_SHOWN:,} more groups of files, listed in conversion.json"
        )


def warnings_of(report: Conversion) -> Iterator[str]:
    """Yield what a user should know before trusting the figures."""
    if report["pieces_apart"]:
        yield (
            "There are too few texts or groups to fill the splits. They were cut (segment in "
            "configs/convert.cfg), and "
            f"each of the {report['records']['accepted']:,} pieces was assigned to a split separately. "
            "Pieces of one text are alike, so scores will be too high; annotate more texts"
        )
    if report["split_by"] == "rank":
        yield (
            "There are so few texts that their hashes left a split empty: each split was given "
            "its share. Texts may change splits as you annotate more, so don't compare scores until then"
        )
    yield from filter(None, (report["offsets"], report["question"], *report["unknown_labels"]))


def show_corrections(corrections: Corrected) -> None:
    """Print how many documents were corrected, and which corrections are not used."""
    if corrections["documents"]:
        msg.text(f"{corrections['documents']} documents have annotations that were reviewed (`merge`)")
    if unused := corrections["unused"]:
        msg.warn(f"{unused} corrections are of texts that no document has any more")
    if flat := corrections.get("without_overlaps"):
        reason = f"{flat} documents have overlapping spans, and their corrections are not used"
        hint = "They were made when the corpus had no overlapping spans. Correct these texts again."
        msg.warn(reason, hint)


def show_repeated(report: Conversion) -> None:
    """Print what became of rows about one text, and of labels that are tags."""
    if agreement := report["agreement"]:
        f = "–" if agreement["f"] is None else f"{100 * agreement['f']:.1f}"
        msg.text(f"{agreement['texts']} texts have several annotators; their agreement is F {f}")
    if corrections := report.get("corrections"):
        show_corrections(corrections)
    repeated = report["repeated"]
    if same := repeated["identical"]:
        msg.text(f"{same} records repeat the text and the spans of another one; each text counts once")
    if unannotated := repeated["unannotated"]:
        msg.text(
            f"{unannotated} records without spans were ignored, because other records of the same text "
            "have spans"
        )
    if complementary := repeated["complementary"]:
        msg.text(
            f"{complementary['texts']} texts have rows that mark different places; each text became "
            f"one document with the spans of all its rows; {first_text(complementary)}"
        )
    if different := repeated["different"]:
        msg.warn(
            f"{different['texts']} texts have rows that differ and name no annotators; each became "
            f"one document (annotators in configs/convert.cfg: {different['counts']})",
            first_text(different),
        )
    if tags := report["tags_in_labels"]:
        listed = printable(", ".join(tags), REASON)
        msg.warn(
            f"Labels are tags of parts of entities: {listed}",
            "The parts were joined to entities, and O was ignored. To keep these labels, add them "
            "to labels in "
            "configs/convert.cfg",
        )


def first_text(shared: SharedTexts) -> str:
    """Return the first text that has several rows, with the spans of each."""
    example = shared["examples"][0]
    rows = "; ".join(f"{place}: {', '.join(spans)}" for place, spans in example["rows"].items())
    return f"the first: {printable(example['text'])}: {printable(rows, REASON)}"


def show_problem(problem: Problem) -> None:
    """Print a kind of problem: how often, where it was first seen, and what deals with it."""
    example = problem["examples"][0]
    is_record = "record" in example
    more = f" (the first; {problem['count'] - 1} more are like it)" if problem["count"] > 1 else ""
    kind = f"{printable(problem['kind'], REASON)}{more if is_record else ''}"
    msg.text(f"{problem['count']} × {kind}: {problem['what_to_do']}", spaced=False)
    seen = example["record"] if is_record else example["context"]
    said = "" if is_record else f" ({printable(example['reason'], REASON)})"
    msg.text(f"    {example['where']}: {printable(seen, 2 * REASON)}{said}")
