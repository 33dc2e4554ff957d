"""Step `merge`: take documents back that were corrected in an annotation tool.

In: the corrected export (in any format that `convert` reads) and the corpus. Out: the next numbered file
in `assets/corrections`, which `convert` uses in place of the annotation of these documents from then on;
a line in `history.jsonl` beside it; and `corpus/merge.json`: what changed, and what can't be used. Your
own annotation files stay as they are. To take a merge back, delete its file.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer
from spacy.vocab import Vocab
from typing_extensions import TypedDict

from scripts.annotation.splits import SPLITS
from scripts.annotation.text import FileFault
from scripts.conversion.corrections import (
    Correction,
    applies,
    correction_files,
    read_corrections,
    write_corrections,
)
from scripts.conversion.inputs import InputFile
from scripts.conversion.outcome import Counts
from scripts.conversion.reading import AnnotationFiles
from scripts.conversion.taking_back import OUTDATED, Known, Returns, TakenBack, is_change
from scripts.corpus.annotated import annotated
from scripts.corpus.docs import read_docs
from scripts.files import atomic, fingerprint
from scripts.files.contract import read
from scripts.files.exported import is_report
from scripts.files.rows import json_line
from scripts.files.step import run as run_step
from scripts.files.terminal import listed, msg, printable, say
from scripts.files.visible import NEVER_DATA, is_visible
from scripts.formats.writers import WRITERS
from scripts.scoring.document import entities
from scripts.scoring.matching import BOTH, CORRECT, LABEL, MISSED, SPURIOUS, pair_up
from scripts.settings.base import read_settings
from scripts.settings.convert import ConvertSettings, ExportSettings

HISTORY = "history.jsonl"
SHOWN = 5  # rejects on the screen; all are in merge.json
LONGEST = 300  # characters of a reason
# What a change of a span is called, by the class of error that it would be.
CHANGES = {MISSED: "removed", SPURIOUS: "added", LABEL: "relabelled", BOTH: "moved and relabelled"}
MOVED = "moved"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class Merge(TypedDict):
    """The contents of merge.json: read = changed + unchanged + repeated + ignored + rejected records.

    read_from: the files of the export with their hashes. corrections: the file that was written, None
    without a change. documents: that have other spans now. confirmed: that somebody reviewed for the
    first time, and left as they are. spans: how many were added, removed, moved,
    relabelled. new_labels: that the corpus didn't have. rejects: records that can't be used, and why.
    """

    read_from: dict[str, str]
    corrections: str | None
    read: int
    changed: int
    unchanged: int
    repeated: int
    ignored: dict[str, int]
    rejected: int
    documents: int
    confirmed: int
    spans: dict[str, int]
    new_labels: list[str]
    rejects: list[dict[str, Any]]


@app.command()
def merge_cli(
    export: Path = typer.Argument(..., help="The corrected export: a file or a folder"),
    corpus: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
    folder: Path = typer.Argument(..., help="Folder to write to: assets/corrections"),
    format: str = typer.Option("auto", help="Format of the export, if it isn't recognised"),
) -> None:
    """Take corrected documents back, so that `convert` uses them in place of the old annotation."""
    files = files_in(export)
    if not files:
        hint = "Export the corrected documents from your tool, and put the file there."
        msg.fail(f"{export.as_posix()} contains no export", hint, exits=1)
    key = read_settings(corpus, "export", ExportSettings).spans_key or None
    try:
        found, hashes = take_back(files, corpus, folder, key, format)
    except FileFault as error:
        msg.fail(str(error), error.hint, exits=1)
    path = write_corrections(folder, found.corrections) if found.corrections else None
    report = report_of(found, hashes, path, corpus)
    if path:
        kept = {name: value for name, value in report.items() if name != "rejects"}
        # A file's name may be no UTF-8; Python holds such bytes as halves of surrogate pairs.
        errors = "backslashreplace"
        with (folder / HISTORY).open("a", encoding="utf8", errors=errors, newline="\n") as stream:
            stream.write(json_line(kept))
    atomic.write_json(corpus / "merge.json", report)
    show(report, corpus)


def files_in(export: Path) -> list[Path]:
    """Return the files of an export, without those that hold no data, and reports of ours."""
    if export.is_file():
        return [export]
    found = (path for path in export.rglob("*") if path.is_file())
    return sorted(
        path
        for path in found
        if is_visible(path.relative_to(export))
        and not NEVER_DATA.fullmatch(path.name)
        and not is_report(path)
    )


def take_back(
    files: Sequence[Path], corpus: Path, folder: Path, key: str | None, format: str
) -> tuple[TakenBack, dict[str, str]]:
    """Return what became of the records of an export, and the hashes of its files.

    Raises FileFault for a file that can't be read.
    """
    inputs: list[InputFile] = [
        {
            "path": path.as_posix(),
            "split": None,
            "bytes": path.stat().st_size,
            "sha256": fingerprint.of_file(path),
        }
        for path in files
    ]
    settings = ConvertSettings(format=format, label_map={}, processes=1)
    earlier = read_corrections(correction_files(folder))
    with tempfile.TemporaryDirectory() as temporary:
        exported = AnnotationFiles.of(inputs, Path(temporary) / "unpacked", settings)
        labels = labels_of(corpus) | {label for row in earlier.values() for *_, label in row["spans"]}
        writer = WRITERS.get(next(iter(exported.formats.values())))
        named = {writer.label_name(label): label for label in sorted(labels)} if writer else {}
        returns = Returns(exported.unit, overlaps=key is not None, labels=named)
        for record in exported.read(settings):
            returns.add(record)
    hashes = {file["path"]: file["sha256"] for file in inputs}
    return returns.match(documents_in(corpus, key, earlier), hashes), hashes


def labels_of(corpus: Path) -> set[str]:
    """Return the labels of the corpus."""
    splits = read(corpus / "counts.json", Counts, "convert")["splits"]
    return {label for split in splits.values() for label in split["labels"]}


def documents_in(corpus: Path, key: str | None, earlier: dict[str, Correction]) -> Iterator[Known]:
    """Yield the documents of the corpus. earlier: corrections that it may not contain yet."""
    for split in SPLITS:
        for doc in read_docs(corpus / f"{split}.spacy", Vocab()):
            record = annotated(doc, split, key)
            spans = [(span.start, span.end, span.label) for span in record.spans]
            row = earlier.get(record.text)
            if row and not applies(row, spans, overlaps=key is not None):
                row = None
            now = frozenset(row["spans"] if row else spans)
            older = row["older"] if row else frozenset()
            yield Known(record.text, record.id, now, reviewed=row is not None, older=older)


def report_of(found: TakenBack, hashes: dict[str, str], path: Path | None, corpus: Path) -> Merge:
    """Return the contents of merge.json."""
    spans: Counter[str] = Counter()
    for row in found.corrections:
        pairs = pair_up(entities(row["before"]), entities(row["spans"]))
        spans.update(CHANGES.get(pair.kind, MOVED) for pair in pairs if pair.kind != CORRECT)
    labels = {label for row in found.corrections for *_, label in row["spans"]}
    return {
        "read_from": hashes,
        "corrections": path.as_posix() if path else None,
        "read": found.read,
        "changed": found.changed,
        "unchanged": found.unchanged,
        "repeated": found.repeated,
        "ignored": dict(sorted(found.ignored.items())),
        "rejected": len(found.rejected),
        "documents": sum(map(is_change, found.corrections)),
        "confirmed": sum(not is_change(row) for row in found.corrections),
        "spans": dict(sorted(spans.items())),
        "new_labels": sorted(labels - labels_of(corpus)),
        "rejects": [asdict(reject) for reject in found.rejected],
    }


def show(report: Merge, corpus: Path) -> None:
    """Print the sums, what changed, and what to do next."""
    ignored = sum(report["ignored"].values())
    say(
        f"Records      {report['read']:,} read = {report['changed']:,} changed + "
        f"{report['unchanged']:,} unchanged + {report['repeated']:,} repeated + {ignored:,} ignored + "
        f"{report['rejected']:,} rejected"
    )
    for reject in report["rejects"][:SHOWN]:
        where = f"{reject['file']}, {reject['place']}"
        msg.warn(printable(f"{where}: {reject['reason']}", LONGEST), printable(reject["hint"], LONGEST))
    if (more := report["rejected"] - SHOWN) > 0:
        say(f"and {more:,} more rejected, listed in {(corpus / 'merge.json').as_posix()}")
    if outdated := report["ignored"].get(OUTDATED):
        msg.warn(
            f"Texts that were corrected again after this export was merged: {outdated:,}. The later "
            "corrections stay",
            "To go back to this export, delete the later file in assets/corrections.",
        )
    if report["new_labels"]:
        msg.warn(f"Labels that the corpus did not have: {listed(report['new_labels'])}")
    if report["corrections"]:
        changes = ", ".join(f"{count:,} {what}" for what, count in report["spans"].items())
        number = f"{report['documents']:,} documents corrected, {report['confirmed']:,} confirmed"
        msg.good(f"{number} in {report['corrections']}{f': spans {changes}' if changes else ''}")
        say("Use them: weasel run all")
    else:
        msg.info("Nothing new, so nothing was written")


if __name__ == "__main__":
    run_step(app)
