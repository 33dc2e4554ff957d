"""Predictions for every document of the corpus by pipelines that have not learned from its fold.

In: trained trials, each of one fold and seed. Out: beside each trial's result, what its pipeline
predicts for the documents of its fold; then the whole corpus with the predictions of all seeds.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import spacy
from spacy.tokens import Doc
from spacy.vocab import Vocab

from scripts.annotation.splits import SPLITS
from scripts.corpus.docs import read_docs, unannotated
from scripts.corpus.documents import as_entities, document
from scripts.corpus.marks import marked_spans, spans_key_of
from scripts.files import atomic, fingerprint, gpu
from scripts.files.rows import read_rows, write_rows
from scripts.scoring.document import Document, Entity, entities
from scripts.trials.folds import fold_of
from scripts.trials.trial import PIPELINE, Result

PREDICTIONS = "predictions"  # folder of a trial, and of all of them together
MADE_FROM = "made_from.json"


def is_predicted(folder: Path, result: Result, corpus: Path) -> bool:
    """Say whether a trial's folder has the predictions of its pipeline for this corpus."""
    path = folder / PREDICTIONS / MADE_FROM
    return path.is_file() and atomic.read_json(path) == made_from(result, corpus)


def made_from(result: Result, corpus: Path) -> dict[str, str]:
    """Return what decides the predictions of a trial."""
    texts = {split: fingerprint.of_path(corpus / f"{split}.spacy") for split in SPLITS}
    return {"trial": result["fingerprint"], **texts}


def predict_fold(folder: Path, result: Result, corpus: Path, batch_size: int = 500) -> None:
    """Write what a trial's pipeline predicts for the documents of its fold, in their order."""
    gpu.use_if_there(result["trial"]["gpu_id"])
    nlp = spacy.load(folder / PIPELINE)
    key = spans_key_of(nlp.config)
    fold, folds = result["trial"]["fold"]

    def predicted() -> Iterator[tuple[Entity, ...]]:
        docs = (doc for doc in docs_of(corpus) if fold_of(doc, folds) == fold)
        while batch := list(islice(docs, batch_size)):
            with nlp.memory_zone():
                found = nlp.pipe([unannotated(doc, nlp) for doc in batch])
                yield from [as_entities(marked_spans(doc, key)) for doc in found]

    with atomic.replacing(folder / PREDICTIONS) as temporary:
        write_rows(temporary, predicted())
        atomic.write_json(temporary / MADE_FROM, made_from(result, corpus))


def docs_of(corpus: Path) -> Iterator[Doc]:
    """Yield all documents of the corpus."""
    for split in SPLITS:
        yield from read_docs(corpus / f"{split}.spacy", Vocab())


def documents_of(
    corpus: Path, key: str | None, members: Sequence[Mapping[str, Path]]
) -> Iterator[tuple[str, int, Document]]:
    """Yield the split, the fold and the document with all predictions, for the whole corpus.

    members: for each fold, the folders of its trials by the name of the member.
    """
    folds = len(members)
    rows = [{name: read_rows(folder / PREDICTIONS) for name, folder in fold.items()} for fold in members]
    for split in SPLITS:
        for doc in read_docs(corpus / f"{split}.spacy", Vocab()):
            fold = fold_of(doc, folds)
            found = {name: entities(next(own)) for name, own in rows[fold].items()}
            yield split, fold, document(doc, key, found)
