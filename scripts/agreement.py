"""Step `agreement`: how far two annotators agree, and a work list to settle what they don't.

In: two exports of the same texts, or one in which texts have several annotators, in any format that
`convert` reads. Out: a folder with `agreement.json` (figures), `agreement.html`, `only_in_one.jsonl`
(texts with one annotator), and `adjudication`, the texts that differ, in the format of an annotation
tool: what all annotators have is marked, and the metadata says who has what else.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path
from typing import TextIO

import typer
from spacy.language import Language

from scripts.annotation.text import AnnotatedText, FileFault
from scripts.conversion.comparable import ComparableTexts
from scripts.conversion.inputs import Inputs
from scripts.conversion.label_mapping import with_clean_names
from scripts.conversion.versions import Versions, by_text, versions
from scripts.conversion.waiting import WaitingRows
from scripts.corpus.tokenizer import blank_pipeline
from scripts.files import atomic
from scripts.files.contract import read
from scripts.files.exported import fingerprints, refuse_to_overwrite
from scripts.files.step import run as run_step
from scripts.files.terminal import listed, msg
from scripts.formats.writer_base import Writer
from scripts.formats.writers import WRITERS
from scripts.reporting.agreement_console import show
from scripts.reporting.agreement_page import agreement_page
from scripts.scoring.agreement import AgreementReport, Comparison, Side, disputed, in_words, shared
from scripts.scoring.document import MODEL, Document, Entity
from scripts.scoring.intervals import Bootstrap
from scripts.settings.agreement import AgreementSettings
from scripts.settings.base import read_settings

REPORT, PAGE, WORK, SINGLE = "agreement.json", "agreement.html", "adjudication", "only_in_one.jsonl"
DISPUTED = "disputed"  # the field of the metadata that says who has what
UNNAMED = "its annotator isn't named"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def agreement_cli(
    first: str = typer.Argument(..., help="File, folder or pattern with annotations"),
    second: str = typer.Argument("", help="Others of the same texts; empty if one has all annotators"),
    corpus: Path = typer.Option(Path("corpus"), help="Folder with the corpus, which has the settings"),
    folder: Path = typer.Option(Path("agreement"), help="Folder to write to", file_okay=False),
    format: str = typer.Option("jsonl", help=f"Format of the work list: {', '.join(WRITERS)}"),
    seed: int = typer.Option(0, help="Seed of resampling"),
) -> None:
    """Compare two annotators of the same texts."""
    if format not in WRITERS:
        hint = f"Set vars.export_format to one of {', '.join(WRITERS)}"
        msg.fail(f"There is no writer for {format!r}", hint, exits=1)
    settings = with_clean_names(read_settings(corpus, "agreement", AgreementSettings))
    nlp = blank_pipeline(read(corpus / "inputs.json", Inputs, "inputs")["nlp"])
    try:
        report = agreement(first, second, folder, WRITERS[format], settings, nlp, seed)
    except FileFault as error:
        msg.fail(str(error), error.hint, exits=1)
    except ValueError as error:
        msg.fail("Nothing was written", str(error), exits=1)
    show(report, folder / f"{WORK}{WRITERS[format].ending}", folder / PAGE)


def agreement(
    first: str,
    second: str,
    folder: Path,
    writer: Writer,
    settings: AgreementSettings,
    nlp: Language,
    seed: int,
) -> AgreementReport:
    """Compare the annotations, write the folder, and return what agreement.json says.

    second: empty for several annotators in the first. nlp: the tokenizer of the corpus. Raises FileFault
    for annotations that can't be read, and ValueError where there is nothing to compare, or where the
    folder has changed since it was written.
    """
    refuse_to_overwrite(folder, REPORT)
    named = sides(first, second)
    bootstrap = Bootstrap(settings.resamples, settings.confidence, seed)
    with (
        tempfile.TemporaryDirectory() as place,
        WaitingRows(Path(place), by_text) as waiting,
        atomic.replacing(folder) as temporary,
    ):
        temporary.mkdir()
        left_out: Counter[str] = Counter()
        for row in annotations(named, Path(place), settings, nlp, left_out):
            waiting.add(row)
        with atomic.open_text(temporary / SINGLE) as stream:
            found = Annotators(tuple(named), settings, nlp, stream, left_out)
            changed = +writer.write(found.differing(waiting), temporary / f"{WORK}{writer.ending}")
        if not found.pairs:
            raise ValueError(nothing_to_compare(found, second))
        for name, content in writer.tool_files(found.all.counts.labels).items():
            atomic.write_text(temporary / name, content)
        report: AgreementReport = {
            "annotators": dict(found.single),
            "confidence": settings.confidence,
            "compared": found.all.report(bootstrap),
            "pairs": [
                {"first": one, "second": two, "texts": pair.texts, "all": pair.report(bootstrap)["all"]}
                for (one, two), pair in found.pairs.items()
            ],
            "left_out": dict(sorted((+left_out).items())),
            "work_list": found.written,
            "changed": dict(sorted(changed.items())),
            "fingerprints": {},
        }
        atomic.write_text(temporary / PAGE, agreement_page(report))
        report["fingerprints"] = fingerprints(temporary, REPORT)
        atomic.write_json(temporary / REPORT, report)
    return report


def sides(first: str, second: str) -> dict[str, str]:
    """Return the annotations by the name of their annotator; one without a name says it itself."""
    if not second:
        return {"": first}
    if Path(first) == Path(second):
        raise ValueError(f"{first} would be compared with itself: name two exports")
    names = Path(first).name, Path(second).name
    return dict(zip((first, second) if names[0] == names[1] else names, (first, second), strict=True))


def annotations(
    named: dict[str, str],
    place: Path,
    settings: AgreementSettings,
    nlp: Language,
    left_out: Counter[str],
) -> Iterator[AnnotatedText]:
    """Yield all annotations, each with its annotator. left_out: what can't be, by the reason."""
    for number, (name, path) in enumerate(named.items()):
        var = "other_annotations" if number else "annotations"
        found = ComparableTexts(path, var, place / str(number), settings, nlp)
        for row in found:
            if name or row.annotator:
                yield replace(row, annotator=name or row.annotator)
            else:
                left_out[UNNAMED] += 1
        left_out.update(found.left_out)


def nothing_to_compare(found: "Annotators", second: str) -> str:
    """Return why no text has two annotators, and what to do."""
    if second:
        return f"no text is in both exports; {listed(list(found.single))} have other texts"
    names = f"only {listed(list(found.single))}" if found.single else "none that is named"
    return (
        f"no text has two annotators (there is {names}); name another export of the same texts: "
        "weasel run agreement . --vars.other_annotations assets/second.jsonl"
    )


@dataclass(slots=True)
class Annotators:
    """All annotators, compared in pairs while the texts that differ are written.

    order: the names of two exports. stream: for texts with one annotator. single: how many these are, by
    annotator. written: texts that differ.
    """

    order: tuple[str, ...]
    settings: AgreementSettings
    nlp: Language
    stream: TextIO
    left_out: Counter[str]
    single: Counter[str] = field(default_factory=Counter)
    pairs: dict[tuple[str, str], Comparison] = field(default_factory=dict)
    all: Comparison = field(init=False)
    written: int = 0

    def __post_init__(self) -> None:
        self.all = Comparison(self.settings.examples, self.settings.context)

    def differing(self, waiting: WaitingRows) -> Iterator[AnnotatedText]:
        """Yield the texts that differ, with what all annotators have; compare and count the others."""
        for rows in waiting.texts():
            for each in versions(rows, self.left_out):
                yield from self.compared(each)

    def compared(self, each: Versions) -> Iterator[AnnotatedText]:
        """Yield a text if its annotators differ."""
        for name in each:
            self.single[name] += len(each) == 1
        if len(each) == 1:
            self.note_single(each)
            return
        names = [name for name in self.order if name in each] or sorted(each)
        for one, two in combinations(names, 2):
            document = document_of(each[one], each[two])
            self.all.add(document)
            self.pairs.setdefault((one, two), Comparison(0, 0)).add(document)
        entities = {name: entities_of(each[name]) for name in names}
        if questions := disputed(entities):
            self.written += 1
            yield self.question(each[names[0]], shared(entities), questions)

    def note_single(self, each: Versions) -> None:
        """Write down a text that one annotator has."""
        ((name, row),) = each.items()
        about = {"annotator": name, "file": row.file, "place": row.place, "id": row.id}
        self.stream.write(json.dumps({**about, "text": row.text}, ensure_ascii=False) + "\n")

    def question(
        self, row: AnnotatedText, kept: Iterable[Entity], questions: dict[Entity, Side]
    ) -> AnnotatedText:
        """Return a text for the work list."""
        tokens = self.nlp.make_doc(row.text)
        said = "; ".join(in_words(row.text, entity, who) for entity, who in questions.items())
        spans = {(span.start, span.end, span.label): span for span in row.spans}
        return replace(
            row,
            spans=tuple(spans[entity] for entity in kept),
            annotator=None,
            annotated=False,
            unread=(),
            missing=(),
            tokens=tuple((token.idx, token.idx + len(token)) for token in tokens),
            meta={**row.meta, DISPUTED: said},
        )


def entities_of(row: AnnotatedText) -> tuple[Entity, ...]:
    """Return the entities of an annotation."""
    return tuple(Entity(span.start, span.end, span.label) for span in row.spans)


def document_of(one: AnnotatedText, two: AnnotatedText) -> Document:
    """Return a text with the entities of two annotators."""
    return Document(
        text=one.text,
        tokens=0,
        gold=entities_of(one),
        predicted={MODEL: entities_of(two)},
        unknown=one.missing + two.missing,
        file=one.file,
        place=one.place,
        id=one.id,
        group=one.group,
    )


if __name__ == "__main__":
    run_step(app)
