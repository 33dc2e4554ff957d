"""Step `predict`: run the trained pipeline over the test set and the dev set once, without annotation.

In: the run's `pipeline` and the corpus. Out: `predictions/` in the run's folder: for each document of
`test/` and `dev/` a row with its text, its gold entities, what was predicted (by the pipeline, by the
dictionary of the training set, and by another pipeline that the user named) and the pipeline's scores;
`known.json`, what the training set says about each of its names; `about.json`, what the rows were made
from.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import spacy
import typer
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab
from thinc.api import require_gpu

from scripts.corpus.dictionary import learn, ruler
from scripts.corpus.docs import read_docs, stored_docs, unannotated
from scripts.corpus.documents import as_entities, document, scores_of
from scripts.corpus.marks import gold, marked_spans, spans_key_of
from scripts.corpus.new_words import forgetting
from scripts.files import atomic, fingerprint
from scripts.files.rows import write_rows
from scripts.files.step import run as run_step
from scripts.files.terminal import msg
from scripts.scoring.document import (
    DICTIONARY,
    EXISTING,
    MODEL,
    About,
    DocumentRow,
    Entity,
    to_row,
)
from scripts.scoring.known import Known
from scripts.settings.convert import read_label_map

SPLITS = ("test", "dev")
BATCH = 500  # documents whose strings are held at once


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def predict_cli(
    run: Path = typer.Argument(
        ..., help="The run's folder, with pipeline", exists=True, file_okay=False
    ),
    corpus: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
    baseline: str = typer.Option("", help="A pipeline to compare with: a package or a folder"),
    baseline_labels: str = typer.Option(
        "", help="YAML file that translates the baseline's labels to yours"
    ),
    gpu_id: int = typer.Option(-1, help="GPU to predict on, or -1 for the CPU"),
) -> None:
    """Write what the pipeline and the baselines predict for the test set and the dev set."""
    try:
        label_map = read_label_map(baseline_labels)
    except (OSError, ValueError) as error:
        msg.fail(f"{baseline_labels} can't be read: {error}", "Correct vars.baseline_labels.", exits=1)
    if gpu_id >= 0:
        require_gpu(gpu_id)
    systems = {MODEL: spacy.load(run / "pipeline")}
    if baseline:
        try:
            systems[EXISTING] = spacy.load(baseline)
        except (OSError, ValueError, ImportError) as error:
            hint = "Install it, correct vars.baseline, or leave it empty."
            msg.fail(f"The baseline {baseline!r} can't be loaded: {error}", hint, exits=1)
    try:
        counts = predict(systems, corpus, run / "predictions", label_map)
    except ValueError as error:
        msg.fail("Nothing was predicted", str(error), exits=1)
    documents = ", ".join(f"{count} documents of the {split} set" for split, count in counts.items())
    msg.good(f"Predictions for {documents} written to {(run / 'predictions').as_posix()}")


def predict(
    systems: dict[str, Language], corpus: Path, folder: Path, label_map: dict[str, str | None]
) -> dict[str, int]:
    """Write the predictions of all systems, and return how many documents each split has.

    systems: the trained pipeline, and the existing one if there is one.
    label_map: labels of the existing pipeline in the corpus' words; None leaves a label out.
    Raises ValueError for a pipeline that marks neither entities nor spans, or for spans without gold.
    """
    nlp = systems[MODEL]
    key = spans_key_of(nlp.config)

    def gold_spans(doc: Doc) -> list[Span]:
        return gold(doc, key)

    known, make_name = learn(lambda: stored_docs(corpus / "train.spacy", nlp.vocab), gold_spans, nlp)
    labels = set(known.labels())
    systems = {**systems, DICTIONARY: ruler(known, nlp, key, make_name)}
    with atomic.replacing(folder) as temporary:
        counts = {}
        for split in SPLITS:
            docs = read_docs(corpus / f"{split}.spacy", Vocab())
            counts[split] = write_rows(temporary / split, rows(docs, systems, key, label_map, labels))
        write_known(temporary / "known.json", known)
        about: About = {
            "spans_key": key,
            "systems": list(systems),
            "fingerprints": {split: fingerprint.of_path(corpus / f"{split}.spacy") for split in SPLITS},
            "documents": counts,
        }
        atomic.write_json(temporary / "about.json", about)
    return counts


def rows(
    docs: Iterator[Doc],
    systems: dict[str, Language],
    key: str | None,
    label_map: dict[str, str | None],
    labels: set[str],
) -> Iterator[DocumentRow]:
    """Yield a row for each Doc, a batch at a time so that the memory stays flat.

    docs: of another vocabulary than the systems', whose new strings are forgotten after each batch.
    """
    while batch := list(islice(docs, BATCH)):
        predicted: dict[str, list[tuple[Entity, ...]]] = {}
        scores: list[tuple[float | None, ...]] = []
        for name, nlp in systems.items():
            with forgetting(nlp):
                found = nlp.pipe([unannotated(doc, nlp) for doc in batch])
                if name == MODEL:
                    pairs = [(as_entities(marked_spans(doc, key)), scores_of(doc)) for doc in found]
                    predicted[name], scores = map(list, zip(*pairs, strict=True))
                elif name == EXISTING:
                    predicted[name] = [
                        relabelled(as_entities(doc.ents), label_map, labels) for doc in found
                    ]
                else:
                    predicted[name] = [as_entities(marked_spans(doc, key)) for doc in found]
        for number, doc in enumerate(batch):
            found_here = {name: found[number] for name, found in predicted.items()}
            yield to_row(document(doc, key, found_here, scores[number]))


def relabelled(
    found: tuple[Entity, ...], label_map: dict[str, str | None], labels: set[str]
) -> tuple[Entity, ...]:
    """Return entities with the corpus' labels, without those that the map drops or that are unknown."""
    named = ((entity, label_map.get(entity.label, entity.label)) for entity in found)
    return tuple(entity._replace(label=label) for entity, label in named if label in labels)


def write_known(path: Path, known: Known) -> None:
    """Write what the training set says about its names, in an order that does not depend on the run."""
    atomic.write_json(path, {name: dict(sorted(c.items())) for name, c in known.counts.items()})


if __name__ == "__main__":
    run_step(app)
