"""Step `evaluate`: the scores on the test set, which neither training nor model selection has read.

In: the trained pipeline and the corpus. Out: `metrics.json` (the test set, and the dev set to show the
difference) and `speed.json`, which is a file of its own because it differs from run to run.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import tee
from pathlib import Path
from time import perf_counter
from typing import Any

import typer
from spacy.cli.evaluate import evaluate as spacy_evaluate
from spacy.language import Language
from spacy.training import Corpus, Example
from spacy.util import load_config, load_model
from spacy.vocab import Vocab
from thinc.api import fix_random_seed, require_gpu
from typing_extensions import TypedDict

from scripts.conversion.outcome import Counts
from scripts.corpus.docs import SOURCE, read_docs
from scripts.corpus.marks import ENTITIES, RULER, SPANCAT, gold, spans_key_of
from scripts.files import atomic, fingerprint
from scripts.files.contract import read
from scripts.files.step import run as run_step
from scripts.files.terminal import listed, msg, say
from scripts.scoring.document import resampling_unit
from scripts.scoring.metrics import (
    FEW,
    TOO_FEW,
    Metrics,
    SplitMetrics,
    percent,
    rows,
    with_lost,
    with_support,
)

POOR = 0.05  # F on the test set below which a pipeline has learned nothing

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class Speed(TypedDict):
    """What speed.json contains about a split."""

    words_per_second: int


@app.command()
def evaluate_cli(
    run: Path = typer.Argument(
        ..., help="The run's folder, with model-best", exists=True, file_okay=False
    ),
    corpus: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
    gpu_id: int = typer.Option(-1, help="GPU to evaluate on, or -1 for the CPU"),
) -> None:
    """Score the trained pipeline on the test set, and on the dev set for comparison."""
    try:
        metrics, speed = evaluate(run / "model-best", corpus, gpu_id)
    except ValueError as error:
        msg.fail("The scores would be wrong", str(error), exits=1)
    atomic.write_json(run / "metrics.json", metrics)
    atomic.write_json(run / "speed.json", speed)
    show(metrics, run)


def evaluate(model: Path, corpus: Path, gpu_id: int = -1) -> tuple[Metrics, dict[str, Speed]]:
    """Return the contents of metrics.json, and the speed by split.

    Raises ValueError when documents that convert counted are not scored.
    """
    counts = read(corpus / "counts.json", Counts, "convert")
    key = spans_key_of(load_config(model / "config.cfg"))
    test, speed_on_test = evaluate_on("test", model, corpus, counts, key, gpu_id)
    dev, speed_on_dev = evaluate_on("dev", model, corpus, counts, key, gpu_id)
    return {**test, "dev": dev}, {"test": speed_on_test, "dev": speed_on_dev}


def evaluate_on(
    split: str, model: Path, corpus: Path, counts: Counts, key: str | None, gpu_id: int
) -> tuple[SplitMetrics, Speed]:
    """Return the scores of a pipeline on one split, and its speed.

    key: where the spans are, of `doc.spans`; None for entities.
    """
    path, converted = corpus / f"{split}.spacy", counts["splits"][split]
    documents, partly, support, groups = count_gold(path, key)
    counted = converted["documents"] - converted["without_annotation"]
    if documents != counted:
        raise ValueError(f"{path} has {documents} documents to score; convert counted {counted}")
    scores = scores_of(model, path, gpu_id, streamed=counts["streamed"])
    found = with_support(scores, support, groups, "ents" if key is None else f"spans_{key}")
    metrics: SplitMetrics = {
        **found,
        **with_lost(found, converted["lost_labels"]),
        "documents": documents,
        "partly_annotated": partly,
        "fingerprint": fingerprint.of_path(path),
    }
    return metrics, {"words_per_second": round(scores["speed"])}


def scores_of(model: Path, path: Path, gpu_id: int, *, streamed: bool) -> dict[str, Any]:
    """Return spaCy's scores of a pipeline on a corpus.

    streamed: let the pipeline's own scorer read the corpus as a stream, a shard at a time; else `spacy
    evaluate` does it, which holds all documents. The figures on entities are the same.
    """
    if not streamed:
        return spacy_evaluate(str(model), path, use_gpu=gpu_id, silent=True)
    fix_random_seed()
    if gpu_id >= 0:
        require_gpu(gpu_id)
    nlp = load_model(model)
    words = 0

    def predicted() -> Iterator[Example]:
        nonlocal words
        ahead, behind = tee(Corpus(path)(nlp))
        for doc, example in zip(nlp.pipe(one.predicted for one in ahead), behind, strict=True):
            words += len(doc)
            example.predicted = doc
            yield example

    started = perf_counter()
    marking: Any = nlp.get_pipe(marking_pipe(nlp))
    return {**marking.score(predicted()), "speed": words / (perf_counter() - started)}


def marking_pipe(nlp: Language) -> str:
    """Return the component of a pipeline that marks entities or spans."""
    factories = {nlp.get_pipe_meta(name).factory: name for name in nlp.pipe_names}
    known = (*ENTITIES, *SPANCAT, RULER)
    return next(factories[factory] for factory in known if factory in factories)


def count_gold(
    path: Path, key: str | None = None
) -> tuple[int, int, Counter[str], dict[str | None, int]]:
    """Return the documents that spaCy scores, those partly annotated, gold entities, and their groups.

    Entities are counted by label. So are the independent documents or groups that have any, with those
    of all labels under None; no more are counted than a figure needs.
    key: where the spans are, of `doc.spans`; None for entities. spaCy skips a document without tokens or
    without any annotation; `convert` makes none. Spans are scored on all tokens, so that no document is
    partly annotated for them.
    """
    documents = partly = 0
    support: Counter[str] = Counter()
    groups: dict[str | None, set[str]] = {}
    for doc in read_docs(path, Vocab()):
        documents += len(doc) > 0 and doc.has_annotation("ENT_IOB")
        partly += key is None and any(token.ent_iob == 0 for token in doc)
        labels = Counter(span.label_ for span in gold(doc, key))
        support.update(labels)
        for label in (*labels, None) if labels else ():
            seen = groups.setdefault(label, set())
            if len(seen) < FEW:
                seen.add(resampling_unit(**doc.user_data[SOURCE]))
    return documents, partly, support, {label: len(seen) for label, seen in groups.items()}


def show(metrics: Metrics, run: Path) -> None:
    """Print the scores on the test set, and what a reader has to know about them."""
    header = ("Test set", "Precision", "Recall", "F", "Support")
    msg.table(rows(metrics), header=header, divider=True, aligns=("l", "r", "r", "r", "r"))
    test, dev = percent(metrics["ents_f"]), percent(metrics["dev"]["ents_f"])
    note = "report F on the test set: the dev set was used to choose the pipeline"
    if metrics["too_few"]:
        note = f"the test set has {TOO_FEW} entities or documents for a reliable figure"
    say(f"F on the test set {test}, on the dev set {dev} ({note})")
    if lost := metrics["lost_in_tokenisation"]:
        recall = percent(metrics["ents_r_with_lost"])
        msg.warn(
            f"Entities of the test set lost to tokenisation: {lost}. If they count as missed, "
            f"recall is {recall}"
        )
    if partly := metrics["partly_annotated"]:
        reason = "the figures cover annotated tokens only"
        msg.warn(f"Partly annotated documents in the test set: {partly}; {reason}")
    if unknown := not_annotated(metrics):
        reason = "each predicted entity of these labels counts as wrong in the total"
        msg.warn(f"Neither the test set nor the dev set has entities of {listed(unknown)}", reason)
    if metrics["ents_f"] is not None and metrics["ents_f"] < POOR:
        msg.warn(
            f"F is under {percent(POOR)}: something is wrong", "To find out what: weasel run doctor"
        )
    msg.good(f"Metrics written to {(run / 'metrics.json').as_posix()}")


def not_annotated(metrics: Metrics) -> list[str]:
    """Return the labels that are predicted on the test set, and that neither it nor the dev set has."""
    per_type, on_dev = metrics["ents_per_type"], metrics["dev"]["ents_per_type"]
    annotated = {label for found in (per_type, on_dev) for label in found if found[label]["support"]}
    return [label for label in per_type if label not in annotated]


if __name__ == "__main__":
    run_step(app)
