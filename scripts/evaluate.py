"""Step `evaluate`: the scores on test, which nothing that fits or chooses the pipeline has read.

In: the trained pipeline and the corpus. Out: `metrics.json` (test, and dev beside it to show the
distance) and `speed.json`, apart because it differs from run to run, so later steps would run again.
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

from scripts.corpus.docs import SOURCE, read_docs
from scripts.corpus.marks import ENTITIES, RULER, SPANCAT, gold, spans_key_of
from scripts.files import atomic, fingerprint
from scripts.files.step import run as run_step
from scripts.files.terminal import msg, say
from scripts.scoring.document import unit_of
from scripts.scoring.metrics import (
    FEW,
    TOO_FEW,
    percent,
    rows,
    with_groups,
    with_lost,
    with_support,
)

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def evaluate_cli(
    run: Path = typer.Argument(
        ..., help="The run's folder, with model-best", exists=True, file_okay=False
    ),
    corpus: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
    gpu_id: int = typer.Option(-1, help="GPU to evaluate on, or -1 for the CPU"),
) -> None:
    """Score the trained pipeline on test, and on dev for comparison."""
    try:
        metrics, speed = evaluate(run / "model-best", corpus, gpu_id)
    except ValueError as error:
        msg.fail("The figures would not be true", str(error), exits=1)
    atomic.write_json(run / "metrics.json", metrics)
    atomic.write_json(run / "speed.json", speed)
    show(metrics, run)


def evaluate(model: Path, corpus: Path, gpu_id: int = -1) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what metrics.json says (test at the top, dev under `dev`), and words per second.

    Raises ValueError when documents that convert counted are not scored.
    """
    counts = atomic.read_json(corpus / "counts.json")
    splits = counts["splits"]
    metrics: dict[str, Any] = {}
    speed = {}
    key = spans_key_of(load_config(model / "config.cfg"))
    for split in ("test", "dev"):
        path = corpus / f"{split}.spacy"
        documents, partly, support, groups = count_gold(path, key)
        counted = splits[split]["documents"] - splits[split].get("without_annotation", 0)
        if documents != counted:
            raise ValueError(f"{path} has {documents} documents to score; convert counted {counted}")
        scores = scores_of(model, path, gpu_id, streamed=counts.get("streamed", False))
        speed[split] = {"words_per_second": round(scores["speed"])}
        figures = with_support(scores, support, "ents" if key is None else f"spans_{key}")
        figures = with_groups(figures, groups)
        figures |= with_lost(figures, splits[split]["lost_labels"])
        figures |= {"documents": documents, "partly_annotated": partly}
        figures["fingerprint"] = fingerprint.of_path(path)
        if split == "test":
            metrics = figures
        else:
            metrics[split] = figures
    return metrics, speed


def scores_of(model: Path, path: Path, gpu_id: int, *, streamed: bool) -> dict[str, Any]:
    """Return spaCy's scores of a pipeline on a corpus.

    streamed: let the pipeline's own scorer read the corpus as a stream, a shard at a time; else `spacy
    evaluate` does it, which holds all documents. The figures on mentions are the same.
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
    """Return the component of a pipeline that marks mentions."""
    factories = {nlp.get_pipe_meta(name).factory: name for name in nlp.pipe_names}
    known = (*ENTITIES, *SPANCAT, RULER)
    return next(factories[factory] for factory in known if factory in factories)


def count_gold(
    path: Path, key: str | None = None
) -> tuple[int, int, Counter[str], dict[str | None, int]]:
    """Return the documents that spaCy can score, those partly annotated, mentions, and their groups.

    Mentions are counted by label. So are the independent documents or groups that have any, with those
    of all labels under None; more than are enough for a figure are not counted.
    key: where the mentions are, of `doc.spans`; None for entities. spaCy passes over a document without
    tokens or without any annotation; `convert` makes none such. Spans are scored on all tokens, so that
    no document is partly annotated for them.
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
                seen.add(unit_of(**doc.user_data[SOURCE]))
    return documents, partly, support, {label: len(seen) for label, seen in groups.items()}


def show(metrics: dict[str, Any], run: Path) -> None:
    """Print the table of test, and what has to be known to read it right."""
    header = ("Test", "Precision", "Recall", "F", "Support")
    msg.table(rows(metrics), header=header, divider=True, aligns=("l", "r", "r", "r", "r"))
    test, dev = percent(metrics["ents_f"]), percent(metrics["dev"]["ents_f"])
    told = "dev chose the pipeline; test is the figure to quote"
    if metrics["too_few"]:
        told = f"test has {TOO_FEW} entities or documents to judge by"
    say(f"F on test {test}, on dev {dev} ({told})")
    if lost := metrics["lost_in_tokenisation"]:
        with_them = percent(metrics["ents_r_with_lost"])
        msg.warn(f"Mentions of test lost to tokenisation: {lost}; recall with them is {with_them}")
    if partly := metrics["partly_annotated"]:
        msg.warn(f"Partly annotated documents of test: {partly}; figures are for known tokens only")
    msg.good(f"Metrics written to {(run / 'metrics.json').as_posix()}")


if __name__ == "__main__":
    run_step(app)
