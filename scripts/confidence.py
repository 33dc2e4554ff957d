"""Step `confidence`: how likely each entity of the pipeline is right, as `ent._.score`.

In: `model-best`, the dev set, the test set and `counts.json` of `convert`. Out: `pipeline/`, the same
pipeline with the component `confidence` at its end, whose calibration is fitted on the dev set; and
`confidence.json`, how well the scores hold on the test set. The other components are copied byte for
byte.
"""

import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import spacy
import typer
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab
from thinc.api import require_gpu

from scripts.conversion.outcome import Counts
from scripts.corpus.docs import read_docs, unannotated
from scripts.corpus.documents import as_entities, document
from scripts.corpus.marks import spans_key_of
from scripts.files import atomic
from scripts.files.contract import read
from scripts.files.step import run as run_step
from scripts.files.terminal import listed, msg, printable, say
from scripts.scoring.calibration import (
    Confidence,
    Judged,
    calibration_error,
    fit,
    reliability,
    thresholds,
)
from scripts.scoring.document import MODEL, scored
from scripts.scoring.metrics import percent
from scripts.settings.base import read_settings
from scripts.settings.confidence import ConfidenceSettings
from scripts.training.entity_confidence import FACTORY, EntityConfidence, logits, probabilities

NAME = "confidence"
BATCH = 500  # documents that are held at once
FEW = 10  # entities of a label that have to reach its threshold on the dev set

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def confidence_cli(
    run: Path = typer.Argument(
        ..., help="The run's folder, with model-best", exists=True, file_okay=False
    ),
    corpus: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
    gpu_id: int = typer.Option(-1, help="GPU to predict on, or -1 for the CPU"),
) -> None:
    """Calibrate the scores of entities on the dev set, and write the pipeline that has them."""
    settings = read_settings(corpus, "confidence", ConfidenceSettings)
    if gpu_id >= 0:
        require_gpu(gpu_id)
    nlp = spacy.load(run / "model-best")
    found = confidence(nlp, corpus, settings)
    write_pipeline(nlp, run / "model-best", run / "pipeline")
    atomic.write_json(run / "confidence.json", found)
    show(found, run, settings.bins)


def confidence(nlp: Language, corpus: Path, settings: ConfidenceSettings) -> Confidence:
    """Give a pipeline the component that scores entities, and return how well the scores hold.

    A pipeline without a parser gets none, and one that predicts too few entities on the dev set gets one
    without calibration, whose scores are None. So are those of labels that nobody annotated: an updated
    pipeline has some, and whether their entities are right is not known.
    """
    found: Confidence = {
        "reason": None,
        "precision": settings.wanted_precision,
        "fitted_on": 0,
        "calibration": None,
        "test": None,
        "uncalibrated": None,
        "labels": {},
        "not_annotated": [],
    }
    if spans_key_of(nlp.config) is not None:
        return {**found, "reason": "the pipeline has no `ner`; `spancat` has scores of its own"}
    scoring = component_of(nlp)
    try:
        parser = scoring.parser
    except ValueError:
        nlp.remove_pipe(nlp.pipe_names[-1])
        return {**found, "reason": "the pipeline has no `ner`, whose moves could be scored"}
    annotated = labels_in(read(corpus / "counts.json", Counts, "convert"))
    dev = of_labels(annotated, judge(nlp, scoring, corpus / "dev.spacy"))
    found["fitted_on"] = len(dev.labels)
    if len(dev.labels) < settings.least_predicted:
        reason = f"it predicts {len(dev.labels)} entities of annotated labels on the dev set"
        return {**found, "reason": f"{reason}, fewer than least_predicted ({settings.least_predicted})"}
    test = of_labels(annotated, judge(nlp, scoring, corpus / "test.spacy"))
    fitted = fit(dev._replace(values=logits(dev.values)))
    dev_scores, test_scores = (
        each._replace(values=probabilities(dict(fitted), each.values, each.labels))
        for each in (dev, test)
    )
    known = {*parser.labels, *dev.labels}
    unscored = sorted(known - annotated)
    rows = thresholds(dev_scores, test_scores, settings.wanted_precision, FEW, sorted(known & annotated))
    bars = {label: row["threshold"] for label, row in rows.items() if row["threshold"] is not None}
    scoring.calibration = {**fitted, "thresholds": bars, "unscored": unscored}
    found |= {"calibration": fitted, "labels": rows, "not_annotated": unscored}
    if len(test.labels) >= settings.least_predicted:
        found["test"] = reliability(test_scores.values, test.right, settings.bins)
        found["uncalibrated"] = calibration_error(test.values, test.right, settings.bins)
    return found


def labels_in(counts: Counts) -> set[str]:
    """Return the labels that the training set or the dev set has.

    A label of the training set that the dev set lacks is annotated: the dev set has none by chance.
    """
    return {label for split in ("train", "dev") for label in counts["splits"][split]["labels"]}


def of_labels(chosen: set[str], judged: Judged) -> Judged:
    """Return the predicted entities of some labels."""
    kept = np.array([label in chosen for label in judged.labels], dtype=bool)
    labels = [label for label in judged.labels if label in chosen]
    return Judged(judged.values[kept], labels, judged.right[kept])


def component_of(nlp: Language) -> EntityConfidence:
    """Return the component that scores entities, at the end of the pipeline, without calibration."""
    for name in list(nlp.pipe_names):
        if nlp.get_pipe_meta(name).factory == FACTORY:
            nlp.remove_pipe(name)
    nlp.add_pipe(FACTORY, name=NAME, last=True)
    found = nlp.get_pipe(NAME)
    assert isinstance(found, EntityConfidence)  # noqa: S101  (the factory makes nothing else)
    return found


def judge(nlp: Language, scoring: EntityConfidence, path: Path) -> Judged:
    """Return what a pipeline predicts for a corpus, entities that nobody annotated left out.

    The values are the shares of the parser, which are no probabilities.
    """
    shares, labels, right = [], [], []
    for batch in batches(path):
        with nlp.memory_zone():
            docs = list(nlp.pipe([unannotated(doc, nlp) for doc in batch]))
            values = iter(scoring.shares(docs).tolist())
            for doc, gold in zip(docs, batch, strict=True):
                row = document(gold, None, {MODEL: as_entities(doc.ents)})
                judged, true = set(scored(row, MODEL)), set(row.gold)
                for entity in row.predicted[MODEL]:
                    share = next(values)
                    if entity in judged:
                        shares.append(share)
                        labels.append(entity.label)
                        right.append(entity in true)
    return Judged(np.array(shares), labels, np.array(right, dtype=float))


def batches(path: Path) -> Iterator[list[Doc]]:
    """Yield the documents of a corpus, some at a time."""
    docs = read_docs(path, Vocab())
    while batch := list(islice(docs, BATCH)):
        yield batch


def write_pipeline(nlp: Language, model: Path, path: Path) -> None:
    """Write a pipeline that was loaded from `model` and may have one more component; copy the rest."""
    with atomic.replacing(path) as temporary:
        shutil.copytree(model, temporary)
        if NAME in nlp.pipe_names:
            scoring = nlp.get_pipe(NAME)
            assert isinstance(scoring, EntityConfidence)  # noqa: S101
            scoring.to_disk(temporary / NAME)
            atomic.write_text(temporary / "config.cfg", nlp.config.to_str())
            atomic.write_json(temporary / "meta.json", nlp.meta)


def show(found: Confidence, run: Path, bins: int) -> None:
    """Print how well the scores hold, and where the pipeline is."""
    if found["reason"]:
        msg.warn("Entities have no scores", found["reason"])
    if unscored := found["not_annotated"]:
        reason = "neither the training set nor the dev set has annotated entities of these labels"
        say(f"No scores for {listed(unscored)}: {reason}")
    for label, row in found["labels"].items():
        bar, test = row["threshold"], row["test"]
        if bar is None:
            wanted = percent(found["precision"])
            say(f"{printable(label)}: no threshold for a precision of {wanted}, because {row['reason']}")
            continue
        got = percent(test["right"] / test["sure"] if test["sure"] else None)
        say(
            f"{printable(label)}: sure from score {bar:.2f}; on the test set {test['sure']} of "
            f"{test['entities']} entities, precision {got}"
        )
    if test_set := found["test"]:
        low, high = test_set["interval"]
        say(
            f"Expected calibration error on the test set {test_set['ece']:.3f} ({low:.3f}–{high:.3f}, "
            f"{bins} bins); perfect scores would have {test_set['by_chance']:.3f} by chance"
        )
    scores = "without" if found["calibration"] is None else "with"
    msg.good(f"Pipeline {scores} scores of entities written to {(run / 'pipeline').as_posix()}")


if __name__ == "__main__":
    run_step(app)
