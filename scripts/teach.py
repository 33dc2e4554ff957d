"""Step `teach`: trained pipelines annotate raw texts, from which a small pipeline can then learn.

In: raw texts, the teachers (settings in configs/raw.cfg) and the corpus. Out: `corpus/silver.spacy`, a
folder with the texts and those annotations on which enough teachers agree, and `silver.json`, what was
counted. Without raw texts nothing happens.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path

import typer
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from thinc.api import require_gpu
from typing_extensions import TypedDict

from scripts.conversion.inputs import Inputs
from scripts.conversion.outcome import Counts
from scripts.corpus.docs import ATTRIBUTES, SUFFIX
from scripts.corpus.marks import MISSING
from scripts.corpus.new_words import forgetting
from scripts.corpus.raw_texts import RawTextError, unseen_texts
from scripts.corpus.tokenizer import blank_pipeline
from scripts.files import atomic
from scripts.files.contract import read
from scripts.files.step import run as run_step
from scripts.files.terminal import msg, printable, say
from scripts.settings.base import read_settings
from scripts.settings.raw import TeachSettings
from scripts.training.committee import identity, load, pipeline_names, spans_key_in
from scripts.training.votes import annotate, vote_on

BATCH = 500  # texts whose strings are held at once
SHARD = 20_000  # documents in one file
SILVER = "silver.spacy"
WHERE = "teachers in configs/raw.cfg"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class Silver(TypedDict):
    """The contents of silver.json.

    teachers: each with the hash of its folder, or the version of its package. texts: that were
    annotated. left_out: texts by the reason. tokens: of all texts; unannotated: of these, those on which
    the teachers disagree. found: different entities that any teacher found, by label; entities: those
    that were kept.
    """

    teachers: dict[str, str]
    texts: int
    left_out: dict[str, int]
    tokens: int
    unannotated: int
    found: dict[str, int]
    entities: dict[str, int]


@app.command()
def teach_cli(
    corpus: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
    gpu_id: int = typer.Option(-1, help="GPU to predict on, or -1 for the CPU"),
) -> None:
    """Let the teachers annotate the raw texts."""
    settings = read_settings(corpus, "teach", TeachSettings)
    names = pipeline_names(settings.teachers, "teachers", WHERE)
    if gpu_id >= 0:
        require_gpu(gpu_id)
    try:
        found = teach(names, settings, corpus)
    except RawTextError as error:
        msg.fail("The raw texts can't be read", str(error), exits=1)
    if found is None:
        where = printable(settings.raw_folder)
        msg.info(f"No texts in {where} that the corpus lacks, so there is nothing to annotate")
        return
    show(found, corpus)


def teach(names: list[str], settings: TeachSettings, corpus: Path) -> Silver | None:
    """Write silver.spacy and silver.json, and return the latter; without texts write and return nothing.

    names: of the teachers. Raises RawTextError.
    """
    blank = blank_pipeline(read(corpus / "inputs.json", Inputs, "inputs")["nlp"])
    labels = set(read(corpus / "counts.json", Counts, "convert")["splits"]["train"]["labels"])
    texts = unseen_texts(Path(settings.raw_folder), corpus, blank.max_length)
    remaining = iter(texts)
    first = next(remaining, None)
    if first is None:
        for name in (SILVER, "silver.json"):
            atomic.remove(corpus / name)
        return None
    teachers = [load(name, "teacher", WHERE) for name in names]
    if spans := [name for name, nlp in zip(names, teachers, strict=True) if spans_key_in(nlp)]:
        hint = f"Name pipelines with ner: correct {WHERE}."
        msg.fail(f"{printable(spans[0])} finds spans that may overlap, not entities", hint, exits=1)
    tally = Tally()
    docs = annotated(chain([first], remaining), blank, teachers, settings, labels, tally)
    with atomic.replacing(corpus / SILVER) as folder:
        write(folder, docs)
    found: Silver = {
        "teachers": {name: identity(name, nlp) for name, nlp in zip(names, teachers, strict=True)},
        "texts": tally.texts,
        "left_out": dict(sorted(texts.left_out.items())),
        "tokens": tally.tokens,
        "unannotated": tally.unannotated,
        "found": dict(sorted(tally.found.items())),
        "entities": dict(sorted(tally.entities.items())),
    }
    atomic.write_json(corpus / "silver.json", found)
    return found


class Tally:
    """What is counted while the texts are annotated; see `Silver`."""

    def __init__(self) -> None:
        self.texts = self.tokens = self.unannotated = 0
        self.found: Counter[str] = Counter()
        self.entities: Counter[str] = Counter()

    def count(self, doc: Doc, found: Iterable[str]) -> None:
        """Count an annotated Doc. found: the labels of all entities that any teacher found in it."""
        self.texts += 1
        self.tokens += len(doc)
        self.unannotated += sum(token.ent_iob == MISSING for token in doc)
        self.found.update(found)
        self.entities.update(entity.label_ for entity in doc.ents)


def annotated(
    texts: Iterator[str],
    blank: Language,
    teachers: list[Language],
    settings: TeachSettings,
    labels: set[str],
    tally: Tally,
) -> Iterator[Doc]:
    """Yield a Doc for each text, with the entities on which the teachers agree.

    blank: the tokenizer of the corpus. labels: of the corpus; others are ignored. A batch at a time, so
    that the memory stays flat: a Doc is valid until the next one is asked for.
    """
    while batch := list(islice(texts, BATCH)):
        found = [entities_in(batch, nlp, settings.teacher_labels, labels) for nlp in teachers]
        with forgetting(blank):
            for text, entities in zip(batch, zip(*found, strict=True), strict=True):
                doc = blank.make_doc(text)
                votes = [vote_on(doc, each) for each in entities]
                annotate(doc, votes, settings.agreement)
                tally.count(doc, [label for *_, label in set().union(*votes) if label])
                yield doc


def entities_in(
    texts: list[str], nlp: Language, names: Mapping[str, str | None], labels: set[str]
) -> list[list[tuple[int, int, str]]]:
    """Return the entities that a teacher finds in each text, by their characters, with our labels."""
    with forgetting(nlp):
        found = [
            [(ent.start_char, ent.end_char, names.get(ent.label_, ent.label_)) for ent in doc.ents]
            for doc in nlp.pipe(texts)
        ]
    return [[(s, e, label) for s, e, label in row if label in labels and label] for row in found]


def write(folder: Path, docs: Iterator[Doc]) -> None:
    """Write Docs to numbered files in a new folder, as spaCy's corpus reader takes them."""
    folder.mkdir(parents=True)
    for number, doc in enumerate(docs):
        if number % SHARD == 0:
            shard = DocBin(attrs=ATTRIBUTES)
        shard.add(doc)
        if (number + 1) % SHARD == 0:
            shard.to_disk(folder / f"{number // SHARD:05}{SUFFIX}")
    if (number + 1) % SHARD:
        shard.to_disk(folder / f"{number // SHARD:05}{SUFFIX}")


def show(found: Silver, corpus: Path) -> None:
    """Print what was annotated, and what to do next."""
    kept, all_found = sum(found["entities"].values()), sum(found["found"].values())
    msg.good(f"{found['texts']:,} texts annotated in {(corpus / SILVER).as_posix()}")
    say(f"Entities     {kept:,} of {all_found:,} that any of {len(found['teachers'])} teachers found")
    for label, count in found["entities"].items():
        say(f"    {label} {count:,} of {found['found'][label]:,}")
    say(f"Unannotated  {found['unannotated']:,} of {found['tokens']:,} tokens, on which they disagree")
    for reason, count in found["left_out"].items():
        where = "too long for spaCy" if reason == "too long" else f"also in the {reason} set"
        say(f"Left out     {count:,} texts, {where}")
    say("Train on them with the reader ner_template.GoldAndSilver.v1: see docs/training.md")


if __name__ == "__main__":
    run_step(app)
