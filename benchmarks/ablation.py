"""What each value of the default config is worth, and what else was tried.

    python -m benchmarks.ablation assets/starter [more annotations ...] --seeds 3
    python -m benchmarks.ablation assets/starter --config transfer.cfg --only "learning rate from 0.002"

In: annotations. Each variant of a config is trained as a trial with each seed; a trial that has ended
is not trained again. Out: a table for each, with F on the dev set, the difference from the unchanged
config for each pair of seeds, and the ratio of processor seconds of training. The test set is not used,
because these figures choose between configs. Where the dev set is a share of the annotations, a larger
one tells more: --set convert.dev=0.3
"""

from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path
from typing import Any

import typer

from benchmarks.costs import PROJECT
from benchmarks.training import prepare, spread, table
from scripts.files.terminal import msg, say
from scripts.trials.pool import LOCAL
from scripts.trials.progress import run_and_show
from scripts.trials.trial import ALL, OK, Result, Trial

CONFIGS = Path("configs")
TRIALS = Path("training/ablation")
UNCHANGED = "unchanged"

EMBED, ENCODE = "components.tok2vec.model.embed", "components.tok2vec.model.encode"
REPLACE = {"@augmenters": "ner_template.replace_entities.v1", "path": "${paths.train}", "level": 1.0}
LOWER = {"@augmenters": "spacy.lower_case.v1", "level": 0.2}
# Each pass has other copies of the documents; spaCy's reader augments them once.
FRESH = {
    "@readers": "ner_template.GoldAndSilver.v1",
    "path": "${paths.train}",
    "gold_preproc": False,
    "silver": "${paths.train}",
    "ratio": 0.0,
}
VARIANTS: dict[str, dict[str, Any]] = {
    UNCHANGED: {},
    "no word clusters": {f"{EMBED}.clusters": []},
    "no normal forms": {"initialize.lookups.tables": []},
    "width 96, depth 4": {f"{ENCODE}.width": 96, f"{ENCODE}.depth": 4},
    "depth 4": {f"{ENCODE}.depth": 4},
    "depth 4, dropout 0.05": {f"{ENCODE}.depth": 4, "training.dropout": 0.05},
    "dropout 0.1": {"training.dropout": 0.1},
    "dropout 0.3": {"training.dropout": 0.3},
    "no averaged weights": {"training.optimizer.use_averages": False},
    "learning rate from 0.002": {"training.optimizer.learn_rate.initial_rate": 0.002},
    "learning rate 0.001 throughout": {"training.optimizer.learn_rate": 0.001},
    "batches from 100 words by 1.001": {
        "training.batcher.size.start": 100,
        "training.batcher.size.compound": 1.001,
    },
    "batches of 200 to 700 words": {
        "training.batcher.size.start": 200,
        "training.batcher.size.stop": 700,
        "training.batcher.size.compound": 1.0014,
    },
    "BLIS in place of NumPy": {"nlp.after_pipeline_creation": None},
    "at least 600 steps": {"schedule.minimum": 600},
    "other entities of the same label": {"corpora.train.augmenter": REPLACE},
    "other entities, new in each pass": {
        "corpora.train": {**FRESH, "augmenter": REPLACE},
        "training.max_epochs": -1,
    },
    "a fifth in lower case": {"corpora.train.augmenter": LOWER},
    "a fifth in lower case, new in each pass": {
        "corpora.train": {**FRESH, "augmenter": LOWER},
        "training.max_epochs": -1,
    },
}

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def ablation_cli(
    annotations: list[str] = typer.Argument(..., help="Files or folders with annotations"),
    seeds: int = typer.Option(3, help="Number of seeds for each variant (0, 1, …)"),
    config: str = typer.Option("config.cfg", help="The config, in configs/"),
    only: list[str] = typer.Option(list(VARIANTS), help="A variant; repeat for more (default: all)"),
    jobs: int = typer.Option(0, help="Trainings at once (0: one for each core)"),
    lang: str = typer.Option("en", help="Language of the texts"),
    given: str = typer.Option("", "--set", help="Settings for the corpus: convert.dev=0.3 …"),
    work: Path = typer.Option(PROJECT / ".benchmarks/ablation", help="Folder for copies of the project"),
) -> None:
    """Measure the effect of each value on the dev set."""
    names = [name for name in VARIANTS if name in {UNCHANGED, *only}]
    if unknown := set(only) - set(VARIANTS):
        msg.fail(f"No variant {', '.join(sorted(unknown))}", f"One of {', '.join(VARIANTS)}", exits=1)
    if not (PROJECT / CONFIGS / config).is_file():
        msg.fail(f"There is no {(CONFIGS / config).as_posix()}", exits=1)
    for data in annotations:
        folder = work.resolve() / Path(data).name
        prepare(folder, data, lang, options=("--vars.set", given))
        with chdir(folder):
            found = {name: results_of(config, name, seeds, jobs) for name in names}
        rows = [row_of(name, results, found[UNCHANGED]) for name, results in found.items()]
        say(f"\n{data}, {config}, F on the dev set\n")
        say(table(("Variant", "F", "Difference", "Processor seconds / unchanged"), rows))


def results_of(config: str, name: str, seeds: int, jobs: int) -> list[Result]:
    """Train a variant of a config with each seed. Ends the program if that fails."""
    path = CONFIGS / config
    folder = f"{path.stem}-{name}".replace(" ", "-").replace(",", "")
    trials = [Trial(f"{folder}-{n}", path.as_posix(), n, VARIANTS[name]) for n in range(seeds)]
    results = run_and_show(trials, TRIALS, LOCAL, jobs)
    if failed := [each["reason"] for each in results if each["status"] != OK]:
        msg.fail(f"{name} failed", failed[0], exits=1)
    return results


def row_of(name: str, results: Sequence[Result], unchanged: Sequence[Result]) -> tuple[str, ...]:
    """Return F of a variant, the differences from the unchanged config, and the ratios of time."""
    pairs = list(zip(results, unchanged, strict=True))
    differences = spread([f_of(one) - f_of(other) for one, other in pairs])
    ratios = spread([seconds_of(one) / seconds_of(other) for one, other in pairs], 2)
    return name, spread([f_of(each) for each in results]), differences, ratios


def f_of(result: Result) -> float:
    """Return F on the dev set, as a percentage."""
    return 100 * (result["dev"][ALL]["f"] or 0.0)


def seconds_of(result: Result) -> float:
    """Return the processor seconds of training."""
    costs = result["costs"]
    return (costs and costs["processor_seconds"]) or float("nan")


if __name__ == "__main__":
    app()
