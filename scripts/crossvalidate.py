"""Step `crossvalidate`: predict each fold of the corpus with pipelines that have not learned from it.

In: `crossvalidation` in configs/experiments.yml, and the corpus. Out: in `training/crossvalidation`, a
folder for each trial (a fold left out, with a seed); `predictions/`, a row for each document with what
every seed predicts, which `review` reads; and `summary.json`. What has been trained is not trained
again. Every document is predicted, those of the test set, too, but nothing is learned from them.
"""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import typer
from spacy.util import load_config

from scripts.annotation.splits import SPLITS
from scripts.corpus.marks import spans_key_of
from scripts.files import atomic, fingerprint
from scripts.files.rows import write_rows
from scripts.files.step import run as run_step
from scripts.files.terminal import msg, refuse, say
from scripts.scoring.counts import GroupCounts
from scripts.scoring.crossvalidation import (
    ABOUT,
    FIGURES,
    About,
    Crossvalidation,
    FoldCounts,
    FoldScores,
    summary,
)
from scripts.scoring.document import Document, DocumentRow, to_row
from scripts.scoring.metrics import percent, short
from scripts.settings.base import read_settings
from scripts.settings.convert import ExportSettings
from scripts.settings.experiments import CrossvalidationSettings, read_experiments
from scripts.settings.files import WrongSettings
from scripts.trials.out_of_fold import PREDICTIONS, documents_of, is_predicted, predict_fold
from scripts.trials.progress import run_and_show
from scripts.trials.trial import CONFIG, OK, PIPELINE, RESULT, Trial

HEADER = ("Label", "Entities", "P", "R", "F", "Spread of F", "F by fold")

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def crossvalidate_cli(
    corpus: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
    folder: Path = typer.Argument(..., help="Folder to write to: training/crossvalidation"),
    file: Path = typer.Option(Path("configs/experiments.yml"), help="The file with `crossvalidation`"),
    config: str = typer.Option("config.cfg", help="The config, unless the file names one"),
    gpu_id: int = typer.Option(-1, help="GPU to train on, or -1 for the CPU"),
    backend: str = typer.Option("", help="local or ray, instead of the one in the file"),
) -> None:
    """Train on all folds but one, predict that one, and say how far the scores spread."""
    try:
        asked = read_experiments(file, backend)
    except WrongSettings as error:
        refuse("The cross-validation can't be run", error.problems)
    path = file.parent / (asked.crossvalidation.config or config)
    trials = trials_of(asked.crossvalidation, path, corpus, gpu_id)
    say(f"{len(trials)} trials: {asked.crossvalidation.folds} folds, each left out once with each seed")
    results = run_and_show(trials, folder, asked.backend, asked.jobs)
    if failed := sum(result["status"] != OK for result in results):
        number = f"{failed} of {len(trials)} trials failed"
        msg.fail(number, "Correct the cause and run this again.", exits=1)
    lacking = [
        (trial, result)
        for trial, result in zip(trials, results, strict=True)
        if not is_predicted(folder / trial.name, result, corpus)
    ]
    if gone := [trial for trial, _ in lacking if not (folder / trial.name / PIPELINE).is_dir()]:
        for trial in gone:
            atomic.remove(folder / trial.name / RESULT)
        run_and_show(gone, folder, asked.backend, asked.jobs)
    for trial, result in lacking:
        predict_fold(folder / trial.name, result, corpus)
    if not asked.keep_pipelines:
        for trial in trials:
            atomic.remove(folder / trial.name / PIPELINE)
    found = collect(asked.crossvalidation, path.name, trials, corpus, folder)
    atomic.write_json(folder / "summary.json", found)
    about = atomic.read_json(folder / PREDICTIONS / ABOUT)
    nested = bool(read_settings(corpus, "export", ExportSettings).spans_key) and not about["spans_key"]
    show(found, folder, nested=nested)


def trials_of(asked: CrossvalidationSettings, config: Path, corpus: Path, gpu_id: int) -> list[Trial]:
    """Return a trial for each fold and seed."""
    return [
        Trial(
            name=f"fold-{fold + 1}-of-{asked.folds}-seed-{seed}",
            config=config.as_posix(),
            seed=seed,
            overrides=asked.overrides,
            corpus=corpus.as_posix(),
            gpu_id=gpu_id,
            fold=(fold, asked.folds),
        )
        for fold in range(asked.folds)
        for seed in asked.seeds
    ]


def collect(
    asked: CrossvalidationSettings, config: str, trials: Sequence[Trial], corpus: Path, folder: Path
) -> Crossvalidation:
    """Write the rows of all documents with their predictions, and return what the folds say."""
    key = spans_key_of(load_config(folder / trials[0].name / CONFIG))
    names = {seed: f"seed-{seed}" for seed in asked.seeds}
    members: list[dict[str, Path]] = [{} for _ in range(asked.folds)]
    for trial in trials:
        fold, _ = trial.fold or (0, 1)
        members[fold][names[trial.seed]] = folder / trial.name
    counts = [FoldCounter(list(names.values())) for _ in members]
    documents = dict.fromkeys(SPLITS, 0)
    with atomic.replacing(folder / PREDICTIONS) as temporary:
        found = documents_of(corpus, key, members)
        for split, several in groupby(found, key=itemgetter(0)):
            rows = (counts[fold].row(document) for _, fold, document in several)
            documents[split] = write_rows(temporary / split, rows)
        about: About = {
            "members": list(names.values()),
            "spans_key": key,
            "folds": asked.folds,
            "fingerprints": {split: fingerprint.of_path(corpus / f"{split}.spacy") for split in SPLITS},
            "documents": documents,
        }
        atomic.write_json(temporary / ABOUT, about)
    tables = [counter.by_label() for counter in counts]
    return summary(config, asked.seeds, [counter.documents for counter in counts], tables)


class FoldCounter:
    """Counts what the pipelines of a fold get right, document by document."""

    def __init__(self, members: Sequence[str]) -> None:
        self.documents = 0
        self._counts = GroupCounts(members)

    def row(self, document: Document) -> DocumentRow:
        """Count a document of the fold, and return it as a row of JSON."""
        self.documents += 1
        self._counts.add(document)
        return to_row(document)

    def by_label(self) -> FoldCounts:
        """Return the counts by label."""
        table = self._counts.table().sum(axis=0)
        return {label: table[:, number] for number, label in enumerate(self._counts.labels)}


def show(found: Crossvalidation, folder: Path, *, nested: bool) -> None:
    """Print the table of labels. nested: whether the corpus has spans that the config can't find."""
    rows = [row("all", found["all"])]
    rows += [
        row(f"{short(name)}{' (too few)' if name in found['too_few'] else ''}", scores)
        for name, scores in found["labels"].items()
    ]
    msg.table(rows, header=HEADER, divider=True, aligns=("l", *"r" * (len(HEADER) - 1)))
    seeds = f"{len(found['seeds'])} seed{'s' if len(found['seeds']) > 1 else ''}"
    number = f"{sum(found['documents']):,} documents in {found['folds']} folds"
    say(f"{number}; F by fold is the mean of {seeds}")
    if nested:
        reason = (
            f"{found['config']} finds entities, so overlapping spans of the corpus are not predicted"
        )
        msg.warn(
            reason, "Set config to one with spancat under crossvalidation in configs/experiments.yml."
        )
    where = (folder / PREDICTIONS).as_posix()
    say(f"Predictions: {where}. To find wrong annotations: weasel run review")


def row(name: str, scores: FoldScores) -> tuple[str, ...]:
    """Return the row of a label."""
    f = scores["f"]
    by_fold = "  ".join(map(percent, f["by_fold"]))
    means = (percent(scores[key]["mean"]) for key in FIGURES)
    return (name, f"{scores['support']:,}", *means, percent(f["sd"]), by_fold)


if __name__ == "__main__":
    run_step(app)
