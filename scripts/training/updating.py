"""Train an existing pipeline further: with new labels, and without forgetting the old ones.

In: a corpus that annotates only some labels, and the old pipeline. Out: examples that also have the
entities of the other labels, as the old pipeline predicts them; and a `ner` with the new labels. The
idea is that of Li and Hoiem (2016), "Learning without Forgetting". Only training needs this file.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Corpus, Example
from spacy.training.corpus import JsonlCorpus
from spacy.util import load_model

from scripts.corpus.marks import ENTITIES, RULER
from scripts.files.terminal import msg, printable

Reader = Callable[[Language], Iterator[Example]]

AT_ONCE = 256  # documents that the old pipeline gets at once
# Factories of components that mark entities, or that those listen to; others needn't run.
NEEDED = {*ENTITIES, RULER, "tok2vec", "transformer", "curated_transformer"}


def add_labels(component: str, counts: Path) -> Callable[[Language], Language]:
    """Return a callback for `initialize.after_init` that adds the labels of the training set.

    component: a `ner` from another pipeline, which keeps the labels that it has. counts: counts.json of
    `convert`.
    """

    def after_init(nlp: Language) -> Language:
        pipe: Any = nlp.get_pipe(component)
        for label in sorted(labels_in(counts)):
            pipe.add_label(label)
        return nlp

    return after_init


def rehearsal(path: Path, source: str | Path, counts: Path, raw: Path | None = None) -> Reader:
    """Return a reader of a corpus that also has entities as the old pipeline predicts them.

    path: the corpus. source: the old pipeline, a package or a folder. counts: counts.json of `convert`,
    with the labels of the training set: these are annotated, and their entities are left as they are.
    Entities of all other labels of the old pipeline are predicted, and added wherever the annotation has
    no entity. raw: more texts, without annotation, as JSONL with a `text` in each line: all their
    entities are predicted.
    """

    def read(nlp: Language) -> Iterator[Example]:
        old = old_pipeline(source)
        annotated = labels_in(counts)
        known = set(labels_of(old))
        yield from predicted(Corpus(path)(nlp), old, known - annotated)
        if raw is not None:
            # Where a new label is, the old pipeline can't say: other tokens count as not annotated.
            others = "missing" if annotated - known else "outside"
            for example in predicted(JsonlCorpus(raw)(nlp), old, known):
                example.reference.set_ents(list(example.reference.ents), default=others)
                yield example

    return read


@cache
def old_pipeline(source: str | Path) -> Language:
    """Return a pipeline without the components that mark no entities.

    Ends the program with exit code 1 if it isn't there.
    """
    try:
        old = load_model(source)
    except (OSError, ValueError) as error:
        name = printable(str(source))
        hint = "Train it first, or install it; then correct source in [paths]."
        msg.fail(f"{name} can't be loaded: {printable(str(error), 300)}", hint, exits=1)
    for name in old.pipe_names:
        if old.get_pipe_meta(name).factory not in NEEDED:
            old.disable_pipe(name)
    return old


def labels_of(nlp: Language) -> list[str]:
    """Return the labels of entities that a pipeline can predict."""
    found: set[str] = set()
    for name, pipe in nlp.pipeline:
        if nlp.get_pipe_meta(name).factory in (*ENTITIES, RULER):
            found.update(getattr(pipe, "labels", ()))
    return sorted(found)


def labels_in(counts: Path) -> set[str]:
    """Return the labels of the training set, from counts.json of `convert`."""
    counted = json.loads(Path(counts).read_text(encoding="utf8"))
    return set(counted["splits"]["train"]["labels"])


def predicted(examples: Iterable[Example], old: Language, labels: set[str]) -> Iterator[Example]:
    """Yield examples whose gold also has the old pipeline's entities of some labels."""
    rest = iter(examples)
    while batch := list(islice(rest, AT_ONCE)):
        golds = [example.reference for example in batch]
        copies = (
            Doc(old.vocab, words=[t.text for t in gold], spaces=[bool(t.whitespace_) for t in gold])
            for gold in golds
        )
        for example, doc in zip(batch, old.pipe(copies), strict=True):
            add(example.reference, [span for span in doc.ents if span.label_ in labels])
            yield example


def add(gold: Doc, spans: list[Span]) -> None:
    """Add entities to a Doc, but for those that overlap an entity that it has."""
    free = [not token.ent_type for token in gold]
    added = [
        Span(gold, span.start, span.end, span.label_)
        for span in spans
        if all(free[span.start : span.end])
    ]
    gold.set_ents(added, default="unmodified")
