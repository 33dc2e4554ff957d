"""Step `convert`: raw annotations to a corpus that spaCy trains on.

In: `corpus/inputs.json`, which names the files, the settings and the tokenizer. Out: `train.spacy`,
`dev.spacy`, `test.spacy`, `conversion.json` (counts that add up), `counts.json` (what of it the later
steps need, so that a renamed file does not train anew), `rejected.jsonl` (what could not be used as it
was, and why) and `patterns.jsonl` (dictionaries, for an entity_ruler). All of them change together, at
the end, or none does.
"""

import json
import shutil
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import typer

from scripts.annotation.splits import SPLITS
from scripts.annotation.text import AnnotatedText, Fault, FileFault
from scripts.conversion.inputs import Inputs
from scripts.conversion.labelling import clean_map, cleaned
from scripts.conversion.making import REJECTS, SOURCE, Made, Plan, make
from scripts.conversion.merging import Waiting
from scripts.conversion.offsets import OffsetEvidence
from scripts.conversion.outcome import Conversion, Counts, Noted
from scripts.conversion.progress import Progress
from scripts.conversion.reading import PATTERNS, Sources
from scripts.conversion.refusals import refuse_too_many_rejects, refuse_useless
from scripts.conversion.repeats import Repeats
from scripts.conversion.selecting import NO_SEGMENTS, Known, Selector
from scripts.conversion.settings import Settings
from scripts.conversion.shards import join_shards
from scripts.conversion.showing import show
from scripts.conversion.shuffling import shuffle_shards
from scripts.conversion.splitting import Cuts, cuts_by_rank, cuts_of
from scripts.conversion.workers import Workers, collect_seldom
from scripts.corpus.tokenizer import LanguageError, blank_pipeline
from scripts.files import atomic
from scripts.files.step import run as run_step
from scripts.files.terminal import msg

STAGING = "convert.tmp"  # everything is written here first
UNPACKED = "unpacked"  # what archives among the annotations hold, in the staging folder
CHUNK = 20_000  # records that one process converts at a time, and documents in a shard at most
CHUNK_CHARACTERS = 10_000_000  # of their texts; with long ones a chunk has fewer records
FEW = 1000  # texts that may be split by rank where their hashes leave a split empty
PIECES = 100  # about how many pieces too few texts are cut into
CUTTABLE = 500  # characters from which cutting a text is worth a try
FAILED = "failed"  # counts and rejects of a conversion that was refused
OUTPUTS = (
    *(f"{split}.spacy" for split in SPLITS),
    *(f"{split}.sources.jsonl" for split in SPLITS),
    "counts.json",
    "conversion.json",
    "rejected.jsonl",
    PATTERNS,
)

Chunk = list[AnnotatedText | Fault]


@dataclass(frozen=True, slots=True)
class Few:
    """How so few texts are split that their hashes left a split empty.

    cuts: where texts are cut into splits by their rank; None for by hash.
    longest: characters that pieces of texts have at most, where there are too few texts or groups and
    each piece is split by itself; else None.
    """

    cuts: Cuts | None = None
    longest: int | None = None


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def convert_cli(
    inputs_path: Path = typer.Argument(..., help="corpus/inputs.json", exists=True, dir_okay=False),
    folder: Path = typer.Argument(..., help="Folder to write the corpus to", file_okay=False),
    processes: int = typer.Option(1, help="Processes that share the work, or 0 for one a core", min=0),
) -> None:
    """Convert raw annotations to train.spacy, dev.spacy and test.spacy."""
    try:
        collect_seldom()
        report = convert(atomic.read_json(inputs_path), folder, processes)
    except (FileFault, LanguageError) as error:
        msg.fail(str(error), error.hint, exits=1)
    except BrokenProcessPool:
        reason = "A process that shared the work was killed, perhaps because memory ran out"
        msg.fail(reason, "The old corpus is as it was. Set vars.processes to 1.", exits=1)
    except OSError as error:
        reason = f"Can't read the annotations or write the corpus: {error}"
        msg.fail(reason, "The old corpus is as it was. Make room, or fix the file.", exits=1)
    show(report, folder)


def convert(inputs: Inputs, folder: Path, processes: int = 1) -> Conversion:
    """Write the corpus to `folder` and return what conversion.json says.

    inputs: the contents of inputs.json. processes: how many to share the work with; 0 for as many as
    there are cores. Their number changes nothing in what is written.
    Raises FileFault for what stops the conversion; the old corpus is then left as it was.
    """
    settings = Settings(**inputs["settings"])
    settings = replace(
        settings,
        labels=tuple(sorted({cleaned(label) for label in settings.labels})),
        label_map=clean_map(settings.label_map),
    )
    staging = folder / STAGING
    atomic.remove(staging)
    staging.mkdir(parents=True)
    try:
        with Workers(processes) as workers:
            report = write_corpus(inputs, settings, staging, workers)
        atomic.write_json(staging / "conversion.json", report)
        atomic.write_json(staging / "counts.json", counts_of(report))
        try:
            refuse_too_many_rejects(report, settings)
            refuse_useless(report, inputs["annotations"], settings)
        except FileFault as error:
            raise FileFault(error.file, error.reason, f"{error.hint}; {keep(staging, folder)}") from None
        for name in OUTPUTS:
            atomic.move(staging / name, folder / name)
        atomic.remove(folder / FAILED)
    finally:
        atomic.remove(staging)
    return report


def write_corpus(
    inputs: Inputs,
    settings: Settings,
    staging: Path,
    workers: Workers,
    few: Few | None = None,
    known: Known | None = None,
) -> Conversion:
    """Read every record, have its Doc written, and return what conversion.json says.

    few: how texts are split that are so few that their hashes left a split empty. known: what only a
    look at all records could tell. Whatever is learned on the way, all is made again.
    """
    few = few or Few()
    settings = replace(settings, longest=few.longest or settings.longest)
    sources = Sources.of(inputs["files"], staging / UNPACKED, settings)
    plan = Plan(
        settings=settings,
        nlp=inputs["nlp"],
        files=sources.splits,
        open_splits=frozenset({"dev", "test"} - set(sources.splits.values())),
        cuts=few.cuts or cuts_of(settings.dev, settings.test),
        reading=sources.reading(settings.offsets),
        counted_by_tool=sources.unit is not None,
        staging=staging,
        apart=few.longest is not None,
    )
    blank_pipeline(inputs["nlp"])  # a language without its package is said before anything is read
    (staging / REJECTS).mkdir()
    with atomic.open_text(staging / PATTERNS) as stream:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in sources.patterns())
    selector = Selector(
        settings,
        plan.reading,
        known or Known(),
        splits=sources.splits,
        running=not plan.counted_by_tool,
    )
    total = Made(evidence=OffsetEvidence(plan.reading))
    try:
        make_all(selector, sources, plan, workers, total)
    except FileFault:
        if not selector.has_learned():
            raise
    again = partial(write_corpus, inputs, settings, staging, workers)
    if selector.has_learned():
        start_again(staging)
        return again(few, selector.learned())
    if fewer := split_of_few(few, total, plan, selector.characters):
        start_again(staging)
        return again(fewer, known)
    total.tally.merge(selector.tally)
    streamed = total.tally.splits["train"]["documents"] > settings.stream_from
    if streamed:
        shuffle_shards(staging / "train.spacy", workers)
    for split in SPLITS:
        join_shards(staging / f"{split}.spacy")
    join_rejects(staging)
    counts = total.tally.report(sources.formats, settings)
    return {**counts, "streamed": streamed, **findings(few, sources, selector, total)}


def counts_of(report: Conversion) -> Counts:
    """Return the part of conversion.json that later steps need."""
    return {
        "records": report["records"],
        "spans": report["spans"],
        "splits": report["splits"],
        "lengths": report["lengths"],
        "streamed": report["streamed"],
    }


def findings(few: Few, sources: Sources, selector: Selector, total: Made) -> Noted:
    """Return what conversion.json says besides counts: how texts were split, and what was noticed."""
    return {
        "split_by": "rank" if few.cuts else "hash",
        "pieces_apart": few.longest,
        "segment_helps": selector.longest_text >= CUTTABLE or selector.grouped > len(SPLITS),
        "offsets": total.evidence.verdict(),
        "agreement": selector.agreement.report(),
        "repeated": selector.about_one_text(),
        "tags_in_labels": sorted(selector.labels.tags),
        "question": selector.question(),
        "read_along": sources.read_along,
        "left_aside": sources.left_aside,
        "rejected": total.problems.rejected(),
        "unusable_spans": total.problems.unusable_spans(),
        "problems": total.problems.report(),
    }


def make_all(selector: Selector, sources: Sources, plan: Plan, workers: Workers, total: Made) -> None:
    """Read and convert all records, and add what was counted to `total`."""
    with (
        Waiting(plan.staging) as waiting,
        Repeats(plan.staging) as repeats,
        Progress(sources.size) as progress,
    ):
        records = selector.select(sources.read(plan.settings), waiting, repeats)
        tokens = plan.settings.tokens == SOURCE or workers.count == 1
        chunks = in_chunks(records, sources, progress, tokens=tokens)
        try:
            for made in workers.map(partial(make, plan), chunks):
                total.tally.merge(made.tally)
                total.evidence.merge(made.evidence)
                total.problems.merge(made.problems)
                total.positions |= made.positions if len(total.positions) < FEW else set()
                progress.converted()
        except FileFault:
            if selector.labels.may_be_tags():  # and so no labels that the user didn't name
                for _ in records:
                    pass
            raise


def start_again(staging: Path) -> None:
    """Empty the staging folder."""
    atomic.remove(staging)
    staging.mkdir()


def split_of_few(few: Few, total: Made, plan: Plan, characters: int) -> Few | None:
    """Return another way to split so few texts that the last one, `few`, left a split empty.

    None if it did not, if there are too many texts for that to be bad luck, or if nothing is left:
    first by rank; then, where `vars.segment` says how long texts may be cut, the pieces by themselves.
    characters: of all texts.
    """
    splits = total.tally.splits
    if len(total.positions) >= FEW or all(splits[s]["documents"] for s in ("train", *plan.open_splits)):
        return None
    shares = {"dev": plan.settings.dev, "test": plan.settings.test}
    if few.cuts:
        return None
    if cuts := cuts_by_rank(total.positions, **shares, missing=plan.open_splits):
        return replace(few, cuts=cuts)
    if few.longest or plan.settings.segment == NO_SEGMENTS or not total.positions:
        return None
    return Few(longest=min(plan.settings.longest, max(1, characters // PIECES)))


def in_chunks(
    records: Iterator[AnnotatedText | Fault], sources: Sources, progress: Progress, *, tokens: bool
) -> Iterator[tuple[int, Chunk]]:
    """Yield records in numbered lists of `CHUNK`, or fewer where their texts are long.

    tokens: whether the files' own are needed, or go to no other process.
    """
    number = characters = 0
    chunk: Chunk = []
    for record in records:
        if isinstance(record, AnnotatedText):
            characters += len(record.text)
            chunk.append(record if tokens or record.tokens is None else record.without_tokens())
        else:
            chunk.append(record)
        if len(chunk) == CHUNK or characters > CHUNK_CHARACTERS:
            progress.read(sources.position(), len(chunk))
            yield number, chunk
            number, chunk, characters = number + 1, [], 0
    if chunk:
        progress.read(sources.position(), len(chunk))
        yield number, chunk


def join_rejects(staging: Path) -> None:
    """Make one file of the rejects of all chunks, in order."""
    with atomic.open_text(staging / "rejected.jsonl") as stream:
        for part in sorted((staging / REJECTS).iterdir()):
            with part.open(encoding="utf8") as lines:
                shutil.copyfileobj(lines, stream)


def keep(staging: Path, folder: Path) -> str:
    """Keep counts and rejects of a conversion that is refused, and return where they lie, in words."""
    failed = folder / FAILED
    atomic.remove(failed)
    failed.mkdir(parents=True)
    for name in ("conversion.json", "rejected.jsonl"):
        atomic.move(staging / name, failed / name)
    return f"see {failed.as_posix()}/rejected.jsonl; the corpus is as it was"


if __name__ == "__main__":
    run_step(app)
