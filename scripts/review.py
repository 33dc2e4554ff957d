"""Step `review`: annotations that may be wrong, in the whole corpus, the most likely ones first.

In: the predictions of `crossvalidate`, and the corpus. Out: in `training/review`, `review.jsonl` (a flag
a line), `review.json` (counts) and `review.html`, a page to look at; and in `exports/review` a work list
in the format of an annotation tool, with suggestions, from which `merge` takes the corrections back.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import typer
from spacy.vocab import Vocab

from scripts.annotation.splits import SETS, SPLITS
from scripts.annotation.text import AnnotatedText, CharSpan
from scripts.conversion.corrections import CORRECTIONS, correction_files, read_corrections
from scripts.conversion.outcome import Counts
from scripts.corpus.annotated import annotated
from scripts.corpus.docs import read_docs
from scripts.files import atomic, fingerprint
from scripts.files.contract import read
from scripts.files.exported import REPORT, fingerprints, refuse_to_overwrite
from scripts.files.ledger import hashes, note
from scripts.files.rows import json_line, read_rows
from scripts.files.step import run as run_step
from scripts.files.terminal import msg, say
from scripts.formats.shared.tagging import OVERLAPPING
from scripts.formats.writer_base import Writer
from scripts.formats.writers import WRITERS
from scripts.reporting.review_page import NAMES, evidence, review_page
from scripts.scoring.crossvalidation import ABOUT, About
from scripts.scoring.document import Document, Entity, entities, from_row
from scripts.scoring.elsewhere import TEST
from scripts.scoring.review import (
    KINDS,
    DocumentName,
    Flag,
    Review,
    corrected,
    ranked_documents,
    review,
    row_of,
)
from scripts.settings.base import read_settings
from scripts.settings.convert import ExportSettings
from scripts.settings.review import ReviewSettings

WORK_LIST = "review"  # name of the file in the work list's folder
TOP = 10  # flags on the screen
REASONS = 5  # flags that a document of the work list tells about
HEADER = ("Rank", "Kind", "Words", "Annotated", "Suggested", "Votes", "Document")

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def review_cli(
    crossvalidation: Path = typer.Argument(..., help="Folder of `crossvalidate`", file_okay=False),
    corpus: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
    folder: Path = typer.Argument(..., help="Folder to write to: training/review"),
    work_list: Path = typer.Argument(..., help="Folder for the work list: exports/review"),
    corrections: Path = typer.Option(CORRECTIONS, help="Folder of `merge`"),
    format: str = typer.Option("jsonl", help=f"Format of the work list: {', '.join(WRITERS)}"),
) -> None:
    """List annotations that may be wrong, and write a work list to correct them."""
    if format not in WRITERS:
        hint = f"Set vars.export_format to one of {', '.join(WRITERS)}"
        msg.fail(f"There is no writer for {format!r}", hint, exits=1)
    settings = read_settings(corpus, "review", ReviewSettings)
    predictions = crossvalidation / "predictions"
    about = read(predictions / ABOUT, About, "crossvalidate")
    if changed := [name for name in SPLITS if about["fingerprints"][name] != print_of(corpus, name)]:
        reason = f"The {SETS[changed[0]]} has changed since the cross-validation"
        msg.fail(reason, "Predict it again: weasel run crossvalidate", exits=1)
    sets = settings.review_of.split(",")
    try:
        refuse_to_overwrite(work_list)
    except ValueError as error:
        msg.fail("Nothing was written", str(error), exits=1)
    overlaps = about["spans_key"] is not None
    flags = review(lambda: documents_in(predictions, sets), about["members"], overlaps=overlaps)
    flags, reviewed = not_reviewed(flags, predictions, sets, corrections)
    strong = [flag for flag in flags if flag.strength > settings.suggest_above]
    members = len(about["members"])
    key = read_settings(corpus, "export", ExportSettings).spans_key or None  # as `merge` compares with
    if about["spans_key"] != key:
        reason = "The cross-validation predicted entities, but the corpus has spans that may overlap"
        msg.warn(reason, "The work list says what is doubtful, but suggests nothing.")
        settings = settings.model_copy(update={"suggest_above": 1.0})  # no strength is above
    listed, partly = work_records(corpus, key, flags, settings, members)
    found: Review = {
        "sets": sets,
        "overlaps": overlaps,
        "documents": sum(about["documents"][name] for name in sets),
        "members": members,
        "kinds": by_kind(flags),
        "strong": by_kind(strong),
        "reviewed": reviewed,
        "work_list": len(listed),
        "partly_annotated": partly,
    }
    labels = labels_of(corpus, flags)
    shown = flags[: settings.flags_shown]
    write(found, flags, shown, chosen(predictions, sets, shown), settings.context, folder)
    test = read_rows(predictions / TEST) if TEST in sets else ()
    note(folder, hashes(row["text"] for row in test))
    write_work_list(listed, work_list, WRITERS[format], labels)
    show(found, flags, folder, work_list)


def print_of(corpus: Path, split: str) -> str:
    """Return the fingerprint of a split of the corpus."""
    return fingerprint.of_path(corpus / f"{split}.spacy")


def documents_in(predictions: Path, sets: Sequence[str]) -> Iterator[tuple[str, int, Document]]:
    """Yield the documents of some splits with their predictions, each with its number."""
    for split in sets:
        for number, row in enumerate(read_rows(predictions / split)):
            yield split, number, from_row(row)


def chosen(
    predictions: Path, sets: Sequence[str], flags: Sequence[Flag]
) -> dict[DocumentName, Document]:
    """Return the documents of some flags."""
    wanted = {flag.document for flag in flags}
    return {
        (split, number): document
        for split, number, document in documents_in(predictions, sets)
        if (split, number) in wanted
    }


def not_reviewed(
    flags: Sequence[Flag], predictions: Path, sets: Sequence[str], corrections: Path
) -> tuple[list[Flag], int]:
    """Return the flags in documents that nobody has reviewed, and how many others there are.

    A document was reviewed if it has a correction, and the spans of it.
    """
    done = read_corrections(correction_files(corrections))
    names = set()
    for split, number, document in documents_in(predictions, sets) if done else ():
        row = done.get(document.text)
        if row and set(entities(row["spans"])) == set(document.gold):
            names.add((split, number))
    left = [flag for flag in flags if flag.document not in names]
    return left, len(flags) - len(left)


def by_kind(flags: Sequence[Flag]) -> dict[str, int]:
    """Return how many flags there are of each kind."""
    counts = Counter(flag.dispute.kind for flag in flags)
    return {kind: counts[kind] for kind in KINDS}


def labels_of(corpus: Path, flags: Sequence[Flag]) -> list[str]:
    """Return the labels of the corpus and of all suggestions."""
    splits = read(corpus / "counts.json", Counts, "convert")["splits"]
    suggested = {flag.dispute.suggested.label for flag in flags if flag.dispute.suggested}
    return sorted(suggested.union(*(split["labels"] for split in splits.values())))


def work_records(
    corpus: Path,
    key: str | None,
    flags: Sequence[Flag],
    settings: ReviewSettings,
    members: int,
) -> tuple[list[AnnotatedText], int]:
    """Return the documents in which most errors are likely, and how many of these are left out.

    members: pipelines that vote on each of them. Left out are documents that are annotated in part only:
    in a tool, what is unknown would look like no entity.
    """
    most = settings.work_list
    wanted = {name: rank for rank, name in enumerate(ranked_documents(flags))}
    own: dict[DocumentName, list[Flag]] = defaultdict(list)
    for flag in flags:
        own[flag.document].append(flag)
    found: list[tuple[int, AnnotatedText]] = []
    partly: list[int] = []
    for split in SPLITS:
        for number, doc in enumerate(read_docs(corpus / f"{split}.spacy", Vocab())):
            name = (split, number)
            if name in wanted:
                record = annotated(doc, split, key)
                if record.missing or not record.exhaustive:
                    partly.append(wanted[name])
                else:
                    found.append((wanted[name], suggestion(record, own[name], settings, members, key)))
                    found = sorted(found, key=lambda pair: pair[0])[:most]
    last = found[-1][0] if len(found) == most else len(wanted)
    return [record for _, record in found], sum(rank < last for rank in partly)


def suggestion(
    record: AnnotatedText,
    flags: Sequence[Flag],
    settings: ReviewSettings,
    members: int,
    key: str | None,
) -> AnnotatedText:
    """Return a document as the tool shows it first: with suggestions, and what is doubtful in it."""
    gold = [Entity(span.start, span.end, span.label) for span in record.spans]
    strong = [flag for flag in flags if flag.strength > settings.suggest_above]
    after = corrected(gold, strong, overlaps=key is not None)
    spans = tuple(CharSpan(*entity) for entity in after)
    why = [f"{NAMES[flag.dispute.kind]}: {flag.words} ({evidence(flag, members)})" for flag in flags]
    meta: Mapping[str, object] = {**record.meta, "review": " | ".join(why[:REASONS])}
    return replace(record, spans=spans, annotated=False, meta=meta)


def write_work_list(
    records: Sequence[AnnotatedText], folder: Path, writer: Writer, labels: Sequence[str]
) -> None:
    """Write the work list, with what the tool needs beside it."""
    with atomic.replacing(folder) as temporary:
        temporary.mkdir(parents=True)
        changed = +writer.write(iter(records), temporary / f"{WORK_LIST}{writer.ending}")
        if lost := changed[OVERLAPPING]:
            reason = f"{writer.title} can't hold overlapping spans: {lost:,} would come back deleted"
            hint = "Set vars.export_format to another format. The page is there, the work list is not."
            msg.fail(reason, hint, exits=1)
        for name, content in writer.tool_files(labels).items():
            atomic.write_text(temporary / name, content)
        report = {
            "format": writer.name,
            "title": writer.title,
            "documents": len(records),
            "changed": dict(sorted(changed.items())),
            "fingerprints": fingerprints(temporary),
        }
        atomic.write_json(temporary / REPORT, report)
    for what, count in changed.items():
        msg.warn(f"{count} × {what}")


def write(
    found: Review,
    flags: Sequence[Flag],
    shown: Sequence[Flag],
    documents: Mapping[DocumentName, Document],
    context: int,
    folder: Path,
) -> None:
    """Write review.jsonl, review.json and the page."""
    rows = (json_line(row_of(flag, rank, found["members"])) for rank, flag in enumerate(flags, start=1))
    with atomic.replacing(folder / "review.jsonl") as temporary, atomic.open_text(temporary) as stream:
        stream.writelines(rows)
    atomic.write_json(folder / "review.json", found)
    atomic.write_text(folder / "review.html", review_page(found, shown, documents, context))


def show(found: Review, flags: Sequence[Flag], folder: Path, work_list: Path) -> None:
    """Print the first flags, the counts, and what to do next."""
    rows = [
        (
            str(rank),
            flag.dispute.kind,
            flag.words,
            flag.dispute.gold.label if flag.dispute.gold else "–",
            flag.dispute.suggested.label if flag.dispute.suggested else "–",
            f"{flag.dispute.votes} of {found['members']}",
            flag.id or flag.where,
        )
        for rank, flag in enumerate(flags[:TOP], start=1)
    ]
    msg.table(rows, header=HEADER, divider=True)
    counts = ", ".join(f"{count:,} {kind}" for kind, count in found["kinds"].items())
    say(f"{len(flags):,} flags in {found['documents']:,} documents: {counts}")
    if found["reviewed"]:
        say(f"Left out: flags in documents that `merge` has brought back, {found['reviewed']:,}")
    if found["partly_annotated"]:
        say(f"{found['partly_annotated']:,} documents are annotated in part only: not in the work list")
    say(f"Page: {(folder / 'review.html').as_posix()}")
    where = work_list.as_posix()
    say(f"Work list: {where}/, {found['work_list']:,} documents; bring it back with weasel run merge")
    if TEST in found["sets"]:
        say("The test set was reviewed, too: ledger.jsonl and later reports note it")


if __name__ == "__main__":
    run_step(app)
