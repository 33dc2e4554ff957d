"""Step `convert`: raw annotations to a corpus that spaCy trains on.

In: `corpus/inputs.json`, which names the files, the settings and the tokenizer. Out: `train.spacy`,
`dev.spacy`, `test.spacy`, `conversion.json` (counts that add up), `counts.json` (what of it the later
steps need, so that a renamed file does not train anew) and `rejected.jsonl` (what could not be used as
it was, and why). All of them change together, at the end, or none does.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import typer
from spacy.language import Language
from tqdm import tqdm
from wasabi import msg

from scripts.corpus.alignment import ADJUSTED, LOST, TRIMMED, Aligned, PolicyError, align
from scripts.corpus.docs import DocWriter
from scripts.corpus.offsets import OffsetEvidence, in_characters
from scripts.corpus.rejects import fault_of, list_changes, list_fault
from scripts.corpus.settings import Settings
from scripts.corpus.splitting import SPLITS, choose_split
from scripts.corpus.tally import Tally
from scripts.corpus.text import ACCEPT, AnnotatedText, Fault, FileFault, Unusable
from scripts.corpus.tokenizer import LanguageError, blank_pipeline
from scripts.files import atomic
from scripts.files.streams import take_every_character
from scripts.formats import AUTO, FORMATS, detect
from scripts.formats.base import DEFAULTS, Format

STAGING = "convert.tmp"  # everything is written here first
FAILED = "failed"  # counts and rejects of a conversion that was refused
OUTPUTS = (
    *(f"{split}.spacy" for split in SPLITS),
    *(f"{split}.sources.jsonl" for split in SPLITS),
    "counts.json",
    "conversion.json",
    "rejected.jsonl",
)
COUNTS = ("records", "spans", "splits")  # the part of conversion.json that counts.json holds

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def convert_cli(
    inputs_path: Path = typer.Argument(..., help="corpus/inputs.json", exists=True, dir_okay=False),
    folder: Path = typer.Argument(..., help="Folder to write the corpus to", file_okay=False),
) -> None:
    """Convert raw annotations to train.spacy, dev.spacy and test.spacy."""
    try:
        report = convert(atomic.read_json(inputs_path), folder)
    except (FileFault, LanguageError) as error:
        msg.fail(str(error), error.mend, exits=1)
    except OSError as error:
        reason = f"Can't read the annotations or write the corpus: {error}"
        msg.fail(reason, "The old corpus is as it was. Make room, or mend the file.", exits=1)
    show(report, folder)


def convert(inputs: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Write the corpus to `folder` and return what conversion.json says.

    inputs: the contents of inputs.json.
    Raises FileFault for what stops the conversion; the old corpus is then left as it was.
    """
    settings = Settings(**inputs["settings"])
    formats = choose_formats([Path(file["path"]) for file in inputs["files"]], settings.format)
    if next(iter(formats.values())).unit is None:
        settings = replace(settings, offsets="characters")
    nlp = blank_pipeline(inputs["nlp"])
    staging = folder / STAGING
    atomic.remove(staging)
    staging.mkdir(parents=True)
    try:
        report = write_corpus(inputs, settings, formats, nlp, staging)
        atomic.write_json(staging / "conversion.json", report)
        atomic.write_json(staging / "counts.json", {key: report[key] for key in COUNTS})
        try:
            refuse_too_many_rejects(report, settings)
            refuse_useless(report, inputs["annotations"])
        except FileFault as error:
            raise FileFault(error.file, error.reason, f"{error.mend}; {keep(staging, folder)}") from None
        for name in OUTPUTS:
            atomic.move(staging / name, folder / name)
        atomic.remove(folder / FAILED)
    finally:
        atomic.remove(staging)
    return report


def choose_formats(paths: list[Path], name: str) -> dict[Path, Format]:
    """Return the format of each file: the one that is named, or what `detect` finds.

    Raises FileFault when the name is unknown or two formats are mixed.
    """
    if name != AUTO and name not in FORMATS:
        known = ", ".join((AUTO, *FORMATS))
        raise FileFault("vars.format", f"there is no format {name!r}", f"choose one of {known}")
    for path in paths:
        if not path.is_file():
            raise FileFault(path.as_posix(), "it is gone", "run the step `inputs` again")
    formats = {path: detect(path) if name == AUTO else FORMATS[name] for path in paths}
    first = paths[0]
    for path, format in formats.items():
        if format is not formats[first]:
            reason = f"it is {format.title}, but {first.as_posix()} is {formats[first].title}"
            mend = "take one of them out of the folder, or name the files with a pattern"
            raise FileFault(path.as_posix(), reason, mend)
    return formats


def write_corpus(
    inputs: dict[str, Any],
    settings: Settings,
    formats: dict[Path, Format],
    nlp: Language,
    staging: Path,
) -> dict[str, Any]:
    """Read every record, write its Doc to its split and what is wrong with it to the rejects."""
    tally = Tally()
    evidence = OffsetEvidence()
    splits = {file["path"]: file["split"] for file in inputs["files"]}
    open_splits = {"dev", "test"} - set(splits.values())
    with ExitStack() as files:
        paths = {split: staging / f"{split}.spacy" for split in SPLITS}
        writers = {split: files.enter_context(DocWriter(path)) for split, path in paths.items()}
        rejects = files.enter_context(atomic.open_text(staging / "rejected.jsonl"))
        for record in read_all(formats):
            if isinstance(record, Fault):
                tally.count_rejected(record)
                list_fault(rejects, record)
                continue
            if record.answer != ACCEPT:
                tally.count_ignored(record)
                continue
            try:
                aligned, dropped = to_doc(record, nlp, settings, evidence)
            except Unusable as error:
                fault = fault_of(record, error)
                tally.count_rejected(fault)
                list_fault(rejects, fault)
                continue
            except PolicyError as error:
                where = f"{record.file}, {record.place}"
                raise FileFault(where, str(error), "correct it, or choose another policy") from None
            tally.labels_read.update(span.label for span in record.spans)
            split = record.split or splits[record.file]
            if not record.split and split in (None, "train"):
                key = record.group or record.text
                split = choose_split(key, dev=settings.dev, test=settings.test, missing=open_splits)
            tally.count_record(record.file, "accepted")
            tally.count_doc(split, aligned, len(record.spans), dropped)
            list_changes(rejects, record, aligned, split)
            writers[split].add(aligned.doc, record)
    names = {path.as_posix(): format.name for path, format in formats.items()}
    return tally.report(names, evidence.verdict(settings.offsets), settings)


def read_all(formats: dict[Path, Format]) -> Iterator[AnnotatedText | Fault]:
    """Yield the records of all files, with a progress bar where there is a terminal."""
    with tqdm(desc="Converting", unit=" records", disable=None, leave=False) as progress:
        for path, format in formats.items():
            for record in format.read(path, DEFAULTS):
                progress.update()
                yield record


def to_doc(
    record: AnnotatedText, nlp: Language, settings: Settings, evidence: OffsetEvidence
) -> tuple[Aligned, int]:
    """Return the Doc of an accepted record, and how many of its spans the label map dropped.

    Raises Unusable when the record is no good, FileFault when a label is outside of the closed set.
    """
    if len(record.text) > nlp.max_length:
        reason = f"it has {len(record.text):,} characters; spaCy takes {nlp.max_length:,}"
        raise Unusable(reason, "cut it at paragraphs into several records with one `group`")
    doc = nlp.make_doc(record.text)
    evidence.add(doc, record.spans)
    spans = [
        replace(span, label=label)
        for span in in_characters(record.text, record.spans, settings.offsets)
        if (label := settings.label_map.get(span.label, span.label)) is not None
    ]
    for span in spans:
        if settings.labels and span.label not in settings.labels:
            reason = f"label {span.label!r} is not one of {', '.join(settings.labels)}"
            mend = "add it to vars.labels, or rename or drop it in the label map"
            raise FileFault(f"{record.file}, {record.place}", reason, mend)
    mapped = replace(record, spans=tuple(spans))
    aligned = align(
        mapped,
        doc,
        misaligned=settings.misaligned,
        overlapping=settings.overlapping,
        spans_key=settings.spans_key,
    )
    return aligned, len(record.spans) - len(spans)


def refuse_too_many_rejects(report: dict[str, Any], settings: Settings) -> None:
    """Raise FileFault when more records are unusable than the user allows."""
    rejected, read = report["records"]["rejected"], report["records"]["read"]
    if rejected <= settings.max_rejected * read:
        return
    reasons = "; ".join(f"{count} × {reason}" for reason, count in report["rejected"].items())
    raise FileFault(
        f"{rejected} of {read} records can't be used",
        f"more than vars.max_rejected ({settings.max_rejected:.0%}) allows: {reasons[:600]}",
        report["offsets"] or "mend them, or raise vars.max_rejected",
    )


def refuse_useless(report: dict[str, Any], annotations: str) -> None:
    """Raise FileFault when nothing is annotated or a split is empty."""
    splits, spans = report["splits"], report["spans"]
    total = report["records"]["accepted"]
    if not total:
        raise FileFault(annotations, "no record of it is accepted", "look at the annotators' answers")
    if not any(split["entities"] for split in splits.values()):
        if not spans["read"]:
            mend = "export the annotated texts, and look at the names of the fields"
            raise FileFault(annotations, "nothing in it is annotated", mend)
        lost = ", ".join(f"{spans[key]} {key}" for key in (*LOST, "dropped") if spans[key])
        mend = "look whether the offsets' ends are inclusive, or the texts were changed afterwards"
        reason = f"none of its {spans['read']} spans can be used ({lost})"
        raise FileFault(annotations, reason, report["offsets"] or mend)
    if not splits["train"]["documents"]:
        mend = (
            "name a file train, or take dev and test out of the file name so that all is split by hash"
        )
        raise FileFault(annotations, f"none of its {total} records is for train", mend)
    for name in ("dev", "test"):
        if not splits[name]["documents"]:
            mend = (
                f"annotate more texts, raise vars.{name}, or give {name} as a file with {name} in its "
                "name (where records name their split, some must name this one)"
            )
            raise FileFault(annotations, f"of its {total} records none falls into {name}", mend)


def keep(staging: Path, folder: Path) -> str:
    """Keep counts and rejects of a conversion that is refused, and return where they lie, in words."""
    failed = folder / FAILED
    atomic.remove(failed)
    failed.mkdir(parents=True)
    for name in ("conversion.json", "rejected.jsonl"):
        atomic.move(staging / name, failed / name)
    return f"see {failed.as_posix()}/rejected.jsonl; the corpus is as it was"


def show(report: dict[str, Any], folder: Path) -> None:
    """Print the counts: a table of splits, then what was lost and where it is listed."""
    rows = []
    for name, split in report["splits"].items():
        labels = ", ".join(f"{label} {count}" for label, count in split["labels"].items())
        rows.append((name, split["documents"], split["tokens"], split["entities"], labels))
    msg.table(rows, header=("Split", "Documents", "Tokens", "Entities", "Labels"), divider=True)
    records, spans = report["records"], report["spans"]
    msg.text(
        f"Records: {records['read']} read = {records['accepted']} accepted + "
        f"{records['ignored']} ignored + {records['rejected']} rejected"
    )
    lost = " + ".join(f"{spans[key]} {key}" for key in (*LOST, "dropped"))
    changed = f"{spans[TRIMMED]} trimmed, {spans[ADJUSTED]} adjusted"
    msg.text(f"Spans: {spans['read']} read = {spans['kept']} kept ({changed}) + {lost}")
    for warning in filter(None, (report["offsets"], *report["unknown_labels"])):
        msg.warn(warning)
    if records["rejected"] or spans["read"] != spans["kept"] or spans[TRIMMED] or spans[ADJUSTED]:
        msg.warn(f"Each of these is listed, with its reason, in {folder.as_posix()}/rejected.jsonl")
    msg.good(f"Corpus written to {folder.as_posix()}/")


if __name__ == "__main__":
    take_every_character()
    app()
