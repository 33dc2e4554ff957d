"""Step `export`: the corpus in a format of annotation tools, so that it can go back to one.

In: the corpus that `convert` wrote. Out: a folder with the three splits in that format, what the tool
needs next to them, and `export.json`: how much was written, and what the format has no place for.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import typer
from tqdm import tqdm
from typing_extensions import TypedDict

from scripts.annotation.splits import SETS, SPLITS
from scripts.annotation.text import AnnotatedText
from scripts.corpus.annotated import annotated
from scripts.corpus.docs import read_docs
from scripts.files import atomic
from scripts.files.step import run as run_step
from scripts.files.terminal import msg
from scripts.files.untouched import fingerprints, refuse_to_overwrite
from scripts.formats.writer_base import Writer
from scripts.formats.writers import WRITERS
from scripts.settings.base import read_settings
from scripts.settings.convert import ExportSettings

REPORT = "export.json"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class ExportReport(TypedDict):
    """The contents of export.json.

    splits: how many texts and spans each has. changed: what the format has no place for, and how often.
    fingerprints: of the files beside it, so that a change is noticed.
    """

    format: str
    title: str
    splits: dict[str, Counter[str]]
    changed: dict[str, int]
    fingerprints: dict[str, str]


@app.command()
def export_cli(
    corpus: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
    folder: Path | None = typer.Argument(
        None, help="Folder to write to (default: exports/<format>)", file_okay=False
    ),
    format: str = typer.Option(..., help=f"Format to write: {', '.join(WRITERS)}"),
) -> None:
    """Write the corpus in a format of annotation tools."""
    if format not in WRITERS:
        known = ", ".join(WRITERS)
        msg.fail(
            f"There is no writer for {format!r}", f"Set vars.export_format to one of {known}", exits=1
        )
    folder = folder or Path("exports") / format
    key = read_settings(corpus, "export", ExportSettings).spans_key or None
    try:
        report = export(corpus, folder, WRITERS[format], key)
    except FileNotFoundError as error:
        msg.fail(f"{error.filename} does not exist", "Create the corpus: weasel run convert", exits=1)
    except ValueError as error:
        msg.fail("Nothing was exported", str(error), exits=1)
    except OSError as error:
        msg.fail(
            f"{folder.as_posix()} can't be written: {error}",
            "The existing files are unchanged.",
            exits=1,
        )
    show(report, folder)


def export(corpus: Path, folder: Path, writer: Writer, key: str | None = None) -> ExportReport:
    """Write the corpus to `folder`, and return what export.json says.

    key: of the spans in `doc.spans`, None for the entities.
    Raises ValueError when the corpus lacks the key, or when the folder contains what no export wrote.
    """
    refuse_to_overwrite(folder, REPORT)
    labels: set[str] = set()
    splits: dict[str, Counter[str]] = {split: Counter(texts=0, spans=0) for split in SPLITS}
    left_out: Counter[str] = Counter()
    with atomic.replacing(folder) as temporary:
        temporary.mkdir()
        for split in SPLITS:
            found = counted(texts(corpus, split, key), splits[split], labels)
            left_out += writer.write(found, temporary / f"{split}{writer.ending}")
        for name, content in writer.tool_files(sorted(labels)).items():
            atomic.write_text(temporary / name, content)
        report: ExportReport = {
            "format": writer.name,
            "title": writer.title,
            "splits": splits,
            "changed": dict(sorted(left_out.items())),
            "fingerprints": fingerprints(temporary, REPORT),
        }
        atomic.write_json(temporary / REPORT, report)
    return report


def texts(corpus: Path, split: str, key: str | None) -> Iterator[AnnotatedText]:
    """Yield the texts of a split, with a progress bar where there is a terminal."""
    docs = read_docs(corpus / f"{split}.spacy")
    for doc in tqdm(docs, desc=f"Exporting {split}", unit=" texts", disable=None, leave=False):
        yield annotated(doc, split, key)


def counted(
    records: Iterator[AnnotatedText], counts: Counter[str], labels: set[str]
) -> Iterator[AnnotatedText]:
    """Pass records on; count them and their spans, and collect the labels."""
    for record in records:
        counts["texts"] += 1
        counts["spans"] += len(record.spans)
        labels.update(span.label for span in record.spans)
        yield record


def show(report: ExportReport, folder: Path) -> None:
    """Print what was written, and what the format has no place for."""
    for what, times in report["changed"].items():
        msg.warn(f"{times} × {what}")
    splits = report["splits"].items()
    said = ", ".join(f"{counts['texts']} texts of the {SETS[split]}" for split, counts in splits)
    msg.good(f"{report['title']}: {said} written to {folder.as_posix()}/")


if __name__ == "__main__":
    run_step(app)
