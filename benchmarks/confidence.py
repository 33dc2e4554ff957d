"""Compare numbers that say how sure the parser is of an entity, after the same calibration.

    python -m benchmarks.confidence training/default training/seed1 training/seed2

In: the corpus, and the folders of runs on it; for more seeds: weasel run all . --vars.run seed1
--vars.seed 1. Out: training/confidence.jsonl, a line for each run and number, and a table:
mean and, with several runs, standard deviation. A run that has its lines is not measured again, unless
other runs are named; to start again, delete the file.

Numbers: the share that the component `entity_confidence` uses; spaCy's beam (`beam_parse`) with two
widths; and with several runs, the share of the other runs' pipelines that find the same entity. Each is
calibrated on the dev set as the step `confidence` does it, and measured on the test set; the first one
also with isotonic regression (pip install scikit-learn). Time: of predicting the test set from raw text
with the number, as a multiple of the time without it, the median of several rounds.
"""

import json
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path
from statistics import mean, median, stdev
from time import perf_counter
from typing import Any

import numpy as np
import spacy
import typer
from spacy.language import Language
from spacy.tokens import Doc

from scripts.confidence import BATCH, component_of
from scripts.corpus.docs import stored_docs
from scripts.files import atomic
from scripts.scoring.calibration import Judged, fit, reliability
from scripts.training.entity_confidence import Array, EntityConfidence, logits, probabilities

OUTPUT = Path("training/confidence.jsonl")
BINS = 10
ROUNDS = 3
DENSITY = 1e-4  # of the beam: how much worse a state may be than the best one
WIDTHS = (4, 16)
KEYS = ("auc", "ece_raw", "ece", "by_chance", "brier")  # columns of the table

SHARE, ISOTONIC, VOTE = "share (the component)", "share, isotonic regression", "vote of the other runs"

Number = Callable[[Language, EntityConfidence, list[Doc]], Array]  # for each entity of some docs
Row = dict[str, Any]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def confidence_cli(
    runs: list[Path] = typer.Argument(..., help="Folders of runs", exists=True, file_okay=False),
    corpus: Path = typer.Option(Path("corpus"), help="Folder with the corpus"),
    output: Path = typer.Option(OUTPUT, help="File of the results"),
) -> None:
    """Measure each number on each run, and print the tables."""
    rows = [json.loads(line) for line in output.open(encoding="utf8")] if output.is_file() else []
    names = [run.name for run in runs]
    rows = [row for row in rows if row.get("runs") == names]  # the vote depends on which there are
    for run in runs:
        if run.name not in {row["run"] for row in rows}:
            others = [other / "model-best" for other in runs if other != run]
            found = measured(run / "model-best", others, corpus)
            rows += [{"run": run.name, "runs": names, **row} for row in found]
            atomic.write_text(output, "".join(json.dumps(row) + "\n" for row in rows))
    for line in table(rows):
        print(line)  # noqa: T201


def measured(model: Path, others: list[Path], corpus: Path) -> Iterable[Row]:
    """Yield the figures of each number for one pipeline. others: of further runs, which vote."""
    nlp = spacy.load(model)
    scoring = component_of(nlp)
    nlp.disable_pipe(scoring.name)
    golds = {split: list(stored_docs(corpus / f"{split}.spacy", nlp.vocab)) for split in ("dev", "test")}
    texts = [doc.text for doc in golds["test"]]
    numbers = NUMBERS | ({VOTE: vote([spacy.load(other) for other in others])} if others else {})
    for name, number in numbers.items():
        dev, test = (judged(nlp, scoring, golds[split], number) for split in ("dev", "test"))
        fitted = fit(dev._replace(values=logits(dev.values)))
        scoring.calibration = {**fitted, "thresholds": {}}
        taken = cost(nlp, scoring, texts, number)
        yield row_of(name, probabilities(dict(fitted), test.values, test.labels), test, taken)
        if name == SHARE and find_spec("sklearn"):
            yield row_of(ISOTONIC, isotonic(dev, test), test, taken)


def row_of(name: str, scores: Array, test: Judged, taken: float) -> Row:
    """Return the figures of the scores of the test set's entities."""
    found, raw = reliability(scores, test.right, BINS), reliability(test.values, test.right, BINS)
    return {
        "number": name,
        "entities": found["entities"],
        "ece_raw": raw["ece"],
        "auc": found["auc"],
        "ece": found["ece"],
        "by_chance": found["by_chance"],
        "brier": found["brier"],
        "cost": taken,
    }


def isotonic(dev: Judged, test: Judged) -> Array:
    """Return scores of the test set's entities, from the rising function that fits the dev set best."""
    from sklearn.isotonic import IsotonicRegression

    function = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip")
    scores: Array = function.fit(dev.values, dev.right).predict(test.values)
    return scores


def judged(nlp: Language, scoring: EntityConfidence, golds: list[Doc], number: Number) -> Judged:
    """Return the predicted entities of some documents with their numbers."""
    docs = list(nlp.pipe(doc.text for doc in golds))
    right = [
        (ent.start_char, ent.end_char, ent.label_)
        in {(e.start_char, e.end_char, e.label_) for e in gold.ents}
        for doc, gold in zip(docs, golds, strict=True)
        for ent in doc.ents
    ]
    values = np.asarray(number(nlp, scoring, docs), dtype="float64")
    return Judged(values, [ent.label_ for doc in docs for ent in doc.ents], np.array(right, dtype=float))


def share(nlp: Language, scoring: EntityConfidence, docs: list[Doc]) -> Array:  # noqa: ARG001
    """Return the share that the component uses."""
    return scoring.shares(docs)


def beam(width: int) -> Number:
    """Return a function for the chance of an entity in spaCy's beam."""

    def number(nlp: Language, scoring: EntityConfidence, docs: list[Doc]) -> Array:
        fresh = [nlp.make_doc(doc.text) for doc in docs]
        parser = scoring.parser
        for name in nlp.pipe_names:
            pipe: Any = nlp.get_pipe(name)
            if pipe is not parser and name != scoring.name:
                fresh = list(pipe.pipe(fresh))
        found = parser.scored_ents(parser.beam_parse(fresh, width, 0.0, DENSITY))
        chances = [
            scored.get((ent.start, ent.end, ent.label_), 0.0)
            for doc, scored in zip(docs, found, strict=True)
            for ent in doc.ents
        ]
        return np.array(chances).clip(0, 1)

    return number


def vote(pipelines: list[Language]) -> Number:
    """Return a function for the share of some pipelines that find the same entity."""

    def number(nlp: Language, scoring: EntityConfidence, docs: list[Doc]) -> Array:  # noqa: ARG001
        texts = [doc.text for doc in docs]
        found = [
            [
                {(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents}
                for doc in other.pipe(texts)
            ]
            for other in pipelines
        ]
        return np.array(
            [
                mean((ent.start_char, ent.end_char, ent.label_) in each[at] for each in found)
                for at, doc in enumerate(docs)
                for ent in doc.ents
            ]
        )

    return number


NUMBERS: dict[str, Number] = {
    SHARE: share,
    **{f"beam of {width}": beam(width) for width in WIDTHS},
}


def cost(nlp: Language, scoring: EntityConfidence, texts: list[str], number: Number) -> float:
    """Return the time of predicting texts with a number, as a multiple of the time without it."""
    ratios = []
    for _ in range(ROUNDS):
        times = []
        for wanted in (False, True):
            started = perf_counter()
            for at in range(0, len(texts), BATCH):
                docs = list(nlp.pipe(texts[at : at + BATCH]))
                if wanted and number is share:
                    scoring.annotate(docs)  # what the component does, to the end
                elif wanted:
                    number(nlp, scoring, docs)
            times.append(perf_counter() - started)
        ratios.append(times[1] / times[0])
    return median(ratios)


def table(rows: list[Row]) -> Iterable[str]:
    """Yield the lines of a Markdown table: the mean of each figure, and its spread over the runs."""
    runs = len({row["run"] for row in rows})
    entities = mean(row["entities"] for row in rows)
    yield f"Runs: {runs}. Predicted entities of the test set, on average: {entities:.0f}."
    yield ""
    yield "| Number | AUC | ECE before | ECE after | By chance | Brier | Time |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for name in dict.fromkeys(row["number"] for row in rows):
        mine = [row for row in rows if row["number"] == name]
        cells = [shown([row[key] for row in mine], 3) for key in KEYS]
        yield f"| {name} | {' | '.join(cells)} | {shown([row['cost'] for row in mine], 2)} |"


def shown(values: list[float], digits: int) -> str:
    """Return the mean of some values, and their standard deviation if there are several."""
    spread = f" ± {stdev(values):.{digits}f}" if len(values) > 1 else ""
    return f"{mean(values):.{digits}f}{spread}"


if __name__ == "__main__":
    app()
