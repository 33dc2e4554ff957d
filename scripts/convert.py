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
from pathlib import Path, PurePath
from typing import Any

import typer

from scripts.corpus.alignment import ADJUSTED, LOST, TRIMMED
from scripts.corpus.docs import join_shards
from scripts.corpus.labelling import clean_map, cleaned
from scripts.corpus.making import REJECTS, SOURCE, Made, Plan, make
from scripts.corpus.merging import Waiting
from scripts.corpus.offsets import OffsetEvidence
from scripts.corpus.progress import Progress
from scripts.corpus.reading import PATTERNS, Sources
from scripts.corpus.repeats import Repeats
from scripts.corpus.selecting import NO_SEGMENTS, Known, Selector
from scripts.corpus.settings import Settings
from scripts.corpus.shuffling import shuffle_shards
from scripts.corpus.splitting import SPLITS, Cuts, cuts_by_rank, cuts_of
from scripts.corpus.text import AnnotatedText, Fault, FileFault
from scripts.corpus.tokenizer import LanguageError, blank_pipeline
from scripts.corpus.workers import Workers, collect_seldom
from scripts.files import atomic
from scripts.files.step import run as run_step
from scripts.files.terminal import listed, msg, printable

STAGING = "convert.tmp"  # everything is written here first
UNPACKED = "unpacked"  # what archives among the annotations hold, in the staging folder
CHUNK = 20_000  # records that one process converts at a time, and documents in a shard at most
CHUNK_CHARACTERS = 10_000_000  # of their texts; with long ones a chunk has fewer records
FEW = 1000  # texts that may be split by rank where their hashes leave a split empty
PIECES = 100  # about how many pieces too few texts are cut into
CUTTABLE = 500  # characters from which cutting a text is worth a try
FEW_REJECTS, SMALL = 2, 0.2  # so many rejects are no reason to stop, up to this share of the records
FAILED = "failed"  # counts and rejects of a conversion that was refused
OUTPUTS = (
    *(f"{split}.spacy" for split in SPLITS),
    *(f"{split}.sources.jsonl" for split in SPLITS),
    "counts.json",
    "conversion.json",
    "rejected.jsonl",
    PATTERNS,
)
MOST_SHOWN = 20  # lines of a kind on the screen: reasons why files were not read, labels read as another
KINDS_SHOWN = 3  # of records that can't be used, in a refusal
REASON = 300  # characters of a reason on the screen
FOLDERS_SHOWN = 3  # folders that are named on the screen for files that were read along with others
STREAMED = "streamed"  # whether training reads train as a stream, in shuffled shards
COUNTS = ("records", "spans", "splits", "lengths", STREAMED)  # what counts.json has of conversion.json

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
        msg.fail(str(error), error.mend, exits=1)
    except BrokenProcessPool:
        reason = "A process that shared the work was killed, perhaps because memory ran out"
        msg.fail(reason, "The old corpus is as it was. Set vars.processes to 1.", exits=1)
    except OSError as error:
        reason = f"Can't read the annotations or write the corpus: {error}"
        msg.fail(reason, "The old corpus is as it was. Make room, or mend the file.", exits=1)
    show(report, folder)


def convert(inputs: dict[str, Any], folder: Path, processes: int = 1) -> dict[str, Any]:
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
        atomic.write_json(staging / "counts.json", {key: report[key] for key in COUNTS})
        try:
            refuse_too_many_rejects(report, settings)
            refuse_useless(report, inputs["annotations"], settings)
        except FileFault as error:
            raise FileFault(error.file, error.reason, f"{error.mend}; {keep(staging, folder)}") from None
        for name in OUTPUTS:
            atomic.move(staging / name, folder / name)
        atomic.remove(folder / FAILED)
    finally:
        atomic.remove(staging)
    return report


def write_corpus(
    inputs: dict[str, Any],
    settings: Settings,
    staging: Path,
    workers: Workers,
    few: Few | None = None,
    known: Known | None = None,
) -> dict[str, Any]:
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
    return {
        **total.tally.report(sources.formats, settings),
        STREAMED: streamed,
        "split_by": "rank" if few.cuts else "hash",
        "pieces_apart": few.longest,
        "segment_helps": selector.longest_text >= CUTTABLE or selector.grouped > len(SPLITS),
        "offsets": total.evidence.verdict(),
        "agreement": selector.agreement.report(),
        "repeated": {"the same": selector.repeated, "different": selector.disagreements()},
        "tags_in_labels": sorted(selector.labels.tags),
        "question": selector.question(),
        "read_along": sources.read_along,
        "left_aside": sources.left_aside,
        "rejected": total.problems.rejected(),
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


def keep(staging: Path, folder: Path) -> str:
    """Keep counts and rejects of a conversion that is refused, and return where they lie, in words."""
    failed = folder / FAILED
    atomic.remove(failed)
    failed.mkdir(parents=True)
    for name in ("conversion.json", "rejected.jsonl"):
        atomic.move(staging / name, failed / name)
    return f"see {failed.as_posix()}/rejected.jsonl; the corpus is as it was"


def show(report: dict[str, Any], folder: Path) -> None:
    """Print the counts: a table of splits, what was lost, the kinds of problems with an example each."""
    rows = []
    for name, split in report["splits"].items():
        labels = listed([f"{label} {count}" for label, count in split["labels"].items()])
        rows.append((name, split["documents"], split["tokens"], split["entities"], labels))
    msg.table(rows, header=("Split", "Documents", "Tokens", "Entities", "Labels"), divider=True)
    msg.text(f"Records: {added_up(report['records'], ('accepted', 'ignored', 'rejected'))}")
    spans = report["spans"]
    changed = f" ({spans[TRIMMED]} trimmed, {spans[ADJUSTED]} adjusted)"
    told = added_up(spans, ("kept", *LOST[:4], "dropped"))
    msg.text("Spans: " + told.replace(" kept", f" kept{changed}", 1))
    for what, name in (("ignored", "ignored"), ("set_aside", "set aside"), ("mended", "fixed")):
        counts = list(report[what].items())
        for reason, count in counts[:MOST_SHOWN]:
            msg.text(f"  {name}: {count} × {printable(reason, REASON)}")
        if len(counts) > MOST_SHOWN:
            msg.text(f"  {name}: {len(counts) - MOST_SHOWN} more kinds, in conversion.json")
    show_files(report)
    show_repeated(report)
    for warning in warnings_of(report):
        msg.warn(warning)
    for problem in report["problems"]:
        show_problem(problem)
    if report["problems"]:
        where = folder.as_posix()
        msg.warn(f"Three examples of each: {where}/conversion.json; each one: {where}/rejected.jsonl")
    msg.good(f"Corpus written to {folder.as_posix()}/")


def show_files(report: dict[str, Any]) -> None:
    """Print which files were not read, and how many were read along with others."""
    if along := report["read_along"]:
        told = [f"{count:,} in {printable(folder)}" for folder, count in along.items()]
        more = sum(list(along.values())[FOLDERS_SHOWN:])
        told = told[:FOLDERS_SHOWN] + ([f"{more:,} in other folders"] if more else [])
        msg.text(f"Files read with those that they belong to: {', '.join(told)}")
    kinds: dict[tuple[str, str], list[str]] = {}
    for file, reason in report["left_aside"].items():
        kinds.setdefault((PurePath(file).parent.as_posix(), reason), []).append(file)
    for (folder, reason), files in list(kinds.items())[:MOST_SHOWN]:
        others = f" and {len(files) - 1:,} more in {printable(folder)}" if len(files) > 1 else ""
        msg.warn(f"Not read: {printable(files[0])}{others}, {printable(reason, REASON)}")
    if len(kinds) > MOST_SHOWN:
        msg.warn(f"Not read: {len(kinds) - MOST_SHOWN:,} more of these, which conversion.json lists")


def warnings_of(report: dict[str, Any]) -> Iterator[str]:
    """Yield what a user should know before trusting the figures."""
    if report["pieces_apart"]:
        yield (
            "There are too few texts or groups for the splits: they were cut (vars.segment), and each "
            f"of the {report['records']['accepted']:,} pieces was split by itself. Figures from pieces "
            "of the same text flatter; annotate more texts"
        )
    if report["split_by"] == "rank":
        yield (
            "So few texts that their hashes left a split empty: each split was given its share. As you "
            "annotate more, texts change sides; don't compare figures until then"
        )
    yield from filter(None, (report["offsets"], report["question"], *report["unknown_labels"]))


def added_up(counts: dict[str, int], always: tuple[str, ...]) -> str:
    """Return counts as a sum: `5 read = 3 accepted + 2 ignored`, without zeros that need no mention."""
    parts = {key: n for key, n in counts.items() if key not in ("read", "pieces", TRIMMED, ADJUSTED)}
    terms = [f"{n} {key.replace('_', ' ')}" for key, n in parts.items() if n or key in always]
    cut = f" (+ {counts['pieces']} by cutting long ones)" if counts.get("pieces") else ""
    return f"{counts['read']} read{cut} = {' + '.join(terms)}"


def show_repeated(report: dict[str, Any]) -> None:
    """Print what became of rows about one text, and of labels that are tags."""
    if agreement := report["agreement"]:
        msg.text(f"Several annotators in {agreement['texts']} texts; they agree with F {agreement['f']}")
    same, different = report["repeated"].values()
    if same:
        msg.text(f"{same} records repeat the text and the spans of another one; each text counts once")
    if different:
        example = different["examples"][0]
        rows = "; ".join(f"{place}: {', '.join(spans)}" for place, spans in example["rows"].items())
        msg.warn(
            f"{different['texts']} texts have rows that differ and name no annotators; each is one "
            f"document, with what vars.annotators says ({different['counts']} of the rows)",
            f"the first: {printable(example['text'])}: {printable(rows, REASON)}",
        )
    if tags := report["tags_in_labels"]:
        listed = printable(", ".join(tags), REASON)
        msg.warn(
            f"Labels are tags of pieces of entities: {listed}",
            "Pieces were joined, and O is no entity. To keep them as labels, name them in vars.labels",
        )


def show_problem(problem: dict[str, Any]) -> None:
    """Print a kind of problem: how often, where it was first seen, and what deals with it."""
    example = problem["examples"][0]
    is_record = "record" in example
    more = f" (the first; {problem['count'] - 1} more are like it)" if problem["count"] > 1 else ""
    kind = f"{printable(problem['kind'], REASON)}{more if is_record else ''}"
    msg.text(f"{problem['count']} × {kind}: {problem['what_to_do']}", spaced=False)
    seen = example["record"] if is_record else example["context"]
    said = "" if is_record else f" ({printable(example['reason'], REASON)})"
    msg.text(f"    {example['where']}: {printable(seen, 2 * REASON)}{said}")


if __name__ == "__main__":
    run_step(app)
