"""Pipelines for tests: of fixed entities, or really trained in a second or two."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example
from thinc.api import fix_random_seed

from scripts.corpus.docs import stored_docs, unannotated


def save(nlp: Language, run: Path) -> Path:
    """Write a pipeline as that of a run, as `train` and `confidence` do; return the run's folder."""
    run.mkdir(parents=True, exist_ok=True)
    for name in ("model-best", "pipeline"):
        nlp.to_disk(run / name)
    return run


def fixed(entities: dict[str, str]) -> Language:
    """Return a pipeline that marks these words, with these labels, and nothing else."""
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": label, "pattern": word} for word, label in entities.items()])
    return nlp


def trained(corpus: Path, *, updates: int = 30) -> Language:
    """Return a pipeline with `ner`, trained on a corpus."""
    nlp = spacy.blank("en")
    nlp.add_pipe("ner")
    update(nlp, list(stored_docs(corpus / "train.spacy", nlp.vocab)), updates)
    return nlp


def all_spans(corpus: Path, key: str) -> Language:
    """Return a pipeline with `spancat` that marks every word and every two words with every label."""
    nlp = spacy.blank("en")
    suggester = {"@misc": "spacy.ngram_suggester.v1", "sizes": [1, 2]}
    nlp.add_pipe("spancat", config={"spans_key": key, "threshold": 0.0, "suggester": suggester})
    update(nlp, list(stored_docs(corpus / "train.spacy", nlp.vocab)), 1)
    return nlp


def update(nlp: Language, gold: list[Doc], updates: int) -> None:
    """Train a pipeline on all Docs at once, some times."""
    fix_random_seed(0)
    examples = [Example(unannotated(doc, nlp), doc) for doc in gold]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(updates):
        nlp.update(examples, sgd=optimizer)


@contextmanager
def scores(**extension: Any) -> Iterator[None]:
    """Let spans have this `score` for a while; afterwards they have the one from before, if any."""
    before = Span.get_extension("score") if Span.has_extension("score") else None
    Span.set_extension("score", **extension, force=True)
    try:
        yield
    finally:
        Span.remove_extension("score")
        if before:
            default, method, getter, setter = before
            Span.set_extension("score", default=default, method=method, getter=getter, setter=setter)
