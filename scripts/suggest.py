"""Step `suggest`: which of the raw texts are most worth annotating next, with pre-annotations.

In: raw texts that the corpus doesn't have, and one or more trained pipelines. Out: a folder with
`texts`, a work list in the format of an annotation tool, and `suggest.json`: what was counted, and why
each document was chosen. The texts are read twice, so that only numbers are kept of most: once to rank
them, once to write those that are chosen.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path

import typer
from spacy.language import Language
from thinc.api import require_gpu
from typing_extensions import TypedDict

from scripts.annotation.text import AnnotatedText, CharSpan
from scripts.conversion.inputs import Inputs
from scripts.conversion.outcome import Counts
from scripts.corpus.raw_texts import RawText, RawTextError, UnseenTexts, unseen_texts
from scripts.corpus.tokenizer import blank_pipeline
from scripts.files import atomic
from scripts.files.contract import read
from scripts.files.exported import fingerprints, refuse_to_overwrite
from scripts.files.step import run as run_step
from scripts.files.terminal import msg, printable, say
from scripts.formats.writer_base import Writer
from scripts.formats.writers import WRITERS
from scripts.scoring.document import Entity
from scripts.scoring.suggestion import (
    Choice,
    Ranking,
    Shares,
    Taste,
    candidate_of,
    committee_shares,
    in_dispute,
)
from scripts.settings.base import read_settings
from scripts.settings.suggest import SuggestSettings
from scripts.training.committee import identity, load, pipeline_names, shares_of

REPORT, TEXTS = "suggest.json", "texts"
WHERE = "committee in configs/suggest.cfg"
BATCH = 200  # documents whose texts are held at once
LONGEST_DOCUMENT = 200  # texts of one document that are suggested together
DISAGREEMENT, RANDOM = "disagreement", "random"
REPEATED = "repeated"  # why a copy of another document is left out
WHY = {"too long": "too long for spaCy", REPEATED: "which repeat others"}
HALF = 0.5  # share of the committee above which an entity is marked

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

RawDocument = list[RawText]


class Suggested(TypedDict):
    """A document that is suggested.

    reason: `disagreement` or `random`. score: what it was worth when it was chosen, in disputed entities
    for each word; None at random.
    """

    file: str
    place: str
    group: str | None
    texts: int
    words: int
    reason: str
    score: float | None


class SuggestReport(TypedDict):
    """The contents of suggest.json.

    committee: each pipeline with the hash of its folder, or the version of its package. documents,
    words: that were read, copies once. left_out: texts by the reason. disputed: documents with an entity
    in dispute. suggested: the best first. changed: what the format has no place for. fingerprints: of
    the files beside it, so that a change is noticed.
    """

    committee: dict[str, str]
    documents: int
    words: int
    left_out: dict[str, int]
    disputed: int
    suggested: list[Suggested]
    changed: dict[str, int]
    fingerprints: dict[str, str]


@app.command()
def suggest_cli(
    corpus: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
    folder: Path = typer.Argument(Path("suggestions"), help="Folder to write to", file_okay=False),
    format: str = typer.Option("jsonl", help=f"Format of the work list: {', '.join(WRITERS)}"),
    seed: int = typer.Option(0, help="Seed of the random texts"),
    gpu_id: int = typer.Option(-1, help="GPU to predict on, or -1 for the CPU"),
) -> None:
    """Suggest the texts that are most worth annotating next."""
    if format not in WRITERS:
        hint = f"Set vars.export_format to one of {', '.join(WRITERS)}"
        msg.fail(f"There is no writer for {format!r}", hint, exits=1)
    settings = read_settings(corpus, "suggest", SuggestSettings)
    names = pipeline_names(settings.committee, "pipelines to ask", WHERE)
    if gpu_id >= 0:
        require_gpu(gpu_id)
    if settings.beam_width == 1 and len(names) == 1:
        hint = (
            "Set beam_width to 2 or more, or name several pipelines in committee (configs/suggest.cfg)."
        )
        msg.fail("A single vote is never in dispute", hint, exits=1)
    try:
        report = suggest(names, settings, corpus, folder, WRITERS[format], seed)
    except RawTextError as error:
        msg.fail("The raw texts can't be read", str(error), exits=1)
    except ValueError as error:
        msg.fail("Nothing was written", str(error), exits=1)
    if report is None:
        where = printable(settings.raw_folder)
        msg.info(f"No texts in {where} that the corpus lacks, so there is nothing to suggest")
        return
    show(report, folder / f"{TEXTS}{WRITERS[format].ending}")


def suggest(
    names: list[str],
    settings: SuggestSettings,
    corpus: Path,
    folder: Path,
    writer: Writer,
    seed: int,
) -> SuggestReport | None:
    """Write the folder and return what suggest.json says; without texts write and return nothing.

    names: of the pipelines. Raises RawTextError, and ValueError where the folder has changed since it
    was written.
    """
    refuse_to_overwrite(folder, REPORT)
    blank = blank_pipeline(read(corpus / "inputs.json", Inputs, "inputs")["nlp"])
    labels = sorted(read(corpus / "counts.json", Counts, "convert")["splits"]["train"]["labels"])
    unseen = unseen_texts(Path(settings.raw_folder), corpus, blank.max_length)
    committee = Committee([load(name, "pipeline", WHERE) for name in names], settings.beam_width, labels)
    ranking = ranking_of(committee.asked(documents(unseen)), settings, seed, unseen.left_out)
    if not ranking.documents:
        return None
    left_out = dict(sorted(unseen.left_out.items()))
    works = WorkList(ranking.chosen(), committee, blank)
    with atomic.replacing(folder) as temporary:
        temporary.mkdir()
        changed = +writer.write(works.records(documents(unseen)), temporary / f"{TEXTS}{writer.ending}")
        for name, content in writer.tool_files(labels).items():
            atomic.write_text(temporary / name, content)
        report: SuggestReport = {
            "committee": {
                name: identity(name, nlp) for name, nlp in zip(names, committee.members, strict=True)
            },
            "documents": ranking.documents,
            "words": ranking.words,
            "left_out": left_out,
            "disputed": ranking.disputed,
            "suggested": works.suggested,
            "changed": dict(sorted(changed.items())),
            "fingerprints": fingerprints(temporary, REPORT),
        }
        atomic.write_json(temporary / REPORT, report)
    return report


def ranking_of(
    asked: Iterable[tuple[RawDocument, list[Shares]]],
    settings: SuggestSettings,
    seed: int,
    left_out: Counter[str],
) -> Ranking:
    """Return the ranking of all documents. left_out: texts by the reason, to which copies are added."""
    taste = Taste(settings.length_weight, settings.diversity)
    ranking = Ranking(taste, settings.suggestions, settings.random_share, seed)
    for number, (document, shares) in enumerate(asked):
        texts = [(raw.text, found) for raw, found in zip(document, shares, strict=True)]
        if not ranking.add(candidate_of(number, texts)):
            left_out[REPEATED] += len(document)
    return ranking


def documents(unseen: UnseenTexts) -> Iterator[RawDocument]:
    """Yield the texts of each document: those that come one after the other and name the same group."""
    for (_, group), texts in groupby(unseen.with_places(), key=lambda raw: (raw.file, raw.group)):
        most = 1 if group is None else LONGEST_DOCUMENT
        while document := list(islice(texts, most)):
            yield document


@dataclass(frozen=True, slots=True)
class Committee:
    """The pipelines that are asked. beam: see `shares_of`. labels: of the corpus; others are ignored."""

    members: list[Language]
    beam: int
    labels: list[str]

    def asked(self, documents: Iterable[RawDocument]) -> Iterator[tuple[RawDocument, list[Shares]]]:
        """Yield each document with the shares of entities in each of its texts."""
        waiting = iter(documents)
        while batch := list(islice(waiting, BATCH)):
            texts = [raw.text for document in batch for raw in document]
            found = [self.entities(nlp, texts) for nlp in self.members]
            shares = iter([committee_shares(each) for each in zip(*found, strict=True)])
            for document in batch:
                yield document, list(islice(shares, len(document)))

    def entities(self, nlp: Language, texts: list[str]) -> list[Shares]:
        """Return the shares of one pipeline, with labels of the corpus only."""
        return [
            {Entity(*key): share for key, share in found.items() if key[2] in self.labels}
            for found in shares_of(nlp, texts, self.beam)
        ]


@dataclass(slots=True)
class WorkList:
    """The chosen documents as they are written, the best first.

    blank: the tokenizer of the corpus. suggested: what suggest.json says of them.
    """

    choices: list[Choice]
    committee: Committee
    blank: Language
    suggested: list[Suggested] = field(default_factory=list)

    def records(self, documents: Iterable[RawDocument]) -> Iterator[AnnotatedText]:
        """Yield the texts of the chosen documents. documents: all, in the order of the ranking."""
        numbers = {choice.number for choice in self.choices}
        found = {number: document for number, document in enumerate(documents) if number in numbers}
        in_order = [found[choice.number] for choice in self.choices]
        asked = self.committee.asked(in_order)
        for choice, (document, shares) in zip(self.choices, asked, strict=True):
            first = document[0]
            self.suggested.append(
                {
                    "file": first.file,
                    "place": first.place,
                    "group": first.group,
                    "texts": len(document),
                    "words": choice.words,
                    "reason": RANDOM if choice.gain is None else DISAGREEMENT,
                    "score": None if choice.gain is None else round(choice.gain, 4),
                }
            )
            for raw, found_in in zip(document, shares, strict=True):
                yield self.record(raw, found_in, self.suggested[-1]["reason"])

    def record(self, raw: RawText, shares: Shares, reason: str) -> AnnotatedText:
        """Return a text with what most of the committee has, and what is in dispute."""
        doubts = in_dispute(raw.text, shares)
        meta = {"source": f"{raw.file}, {raw.place}", "chosen": reason}
        return AnnotatedText(
            text=raw.text,
            spans=tuple(CharSpan(*entity) for entity, share in shares.items() if share > HALF),
            file=raw.file,
            place=raw.place,
            id=raw.id,
            group=raw.group,
            annotated=False,
            tokens=tuple((token.idx, token.idx + len(token)) for token in self.blank.make_doc(raw.text)),
            meta=meta | ({"disputed": "; ".join(doubts)} if doubts else {}),
        )


def show(report: SuggestReport, work_list: Path) -> None:
    """Print what is suggested, and what to do next."""
    suggested = report["suggested"]
    words = sum(each["words"] for each in suggested)
    drawn = sum(each["reason"] == RANDOM for each in suggested)
    say(f"Read         {report['documents']:,} documents, {report['words']:,} words")
    say(f"In dispute   {report['disputed']:,} documents, among {len(report['committee'])} pipelines")
    for reason, count in report["left_out"].items():
        say(f"Left out     {count:,} texts, {WHY.get(reason, f'also in the {reason} set')}")
    for reason, count in report["changed"].items():
        msg.warn(f"{count:,} × {reason}")
    what = f"{len(suggested):,} documents with {words:,} words, {drawn:,} of them at random"
    msg.good(f"{what}: see {work_list.as_posix()}")
    say("Correct them in your tool, the first ones first: see docs/annotating.md")


if __name__ == "__main__":
    run_step(app)
