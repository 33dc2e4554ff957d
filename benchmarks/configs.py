"""Train every config of `configs/` and spaCy's own on the same corpora, and record what each is worth.

    python -m benchmarks.configs            all configs, seeds 0 to 4
    python -m benchmarks.configs --quick    one seed, and only the dev set

In: configs, and a list of corpora (`benchmarks/corpora.yml`). Each corpus is made once, with the
project's steps, in a copy of the project in `.benchmarks/`. There the configs are trained as trials,
seed by seed, the quickstart first. Out: a line for each in `benchmarks/results/configs.jsonl`: F on the
dev and test set, processor seconds of training, size, and speed and peak memory of prediction, measured
in turn with the quickstart's pipeline. What has a line that was made with the same config, code, corpus,
package versions and kind of machine is skipped; a trial that has ended is not trained again. A config
that fails is reported, and the others go on.
"""

import os
import platform
from collections.abc import Iterable, Sequence
from contextlib import chdir
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from statistics import mean

import spacy
import srsly
import typer
from spacy.tokens import DocBin
from spacy.util import load_config

from benchmarks.config_results import (
    DEV,
    QUICK,
    QUICKSTART,
    RESULTS,
    TEST,
    MadeWith,
    Prediction,
    Row,
    append,
    read_rows,
    summaries,
)
from benchmarks.config_tables import config_table
from benchmarks.costs import PROJECT, Failure, cost
from benchmarks.rivals import RIVALS
from benchmarks.training import evaluate, prepare
from scripts.annotation.splits import SPLITS
from scripts.files import atomic, fingerprint
from scripts.files.lock import OtherRun, only_run_in
from scripts.files.terminal import msg, say
from scripts.settings.files import FILES
from scripts.training.filling import Refusal
from scripts.trials.pool import LOCAL
from scripts.trials.prepare import Preparation
from scripts.trials.progress import run_and_show
from scripts.trials.trial import ALL, OK, PIPELINE, Result, Trial

TRIALS = Path("training/benchmark")  # in the folder of a corpus, as are the next two
VECTORS = "assets/vectors"  # what `weasel run vectors` writes
TEXTS = "training/texts.json"  # the texts to predict

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True, slots=True)
class Options:
    """How configs are measured.

    split: the one that is predicted. rival_seeds: the seeds that the rivals are trained with. rounds:
    how often speed and memory are compared. words: to predict for that. jobs: trainings at once. steps:
    of each training, 0 for all.
    """

    split: str
    rival_seeds: tuple[int, ...]
    rounds: int
    words: int
    jobs: int
    steps: int


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus in a folder.

    texts: how many each split has. configs: those that can be trained on it, each as a trial with seed 0
    and what a row of it is made with.
    """

    name: str
    folder: Path
    texts: dict[str, int]
    configs: dict[str, tuple[Trial, MadeWith]]


@app.command()
def configs_cli(
    corpora: Path = typer.Option(
        PROJECT / "benchmarks/corpora.yml", help="The list of corpora", exists=True, dir_okay=False
    ),
    only_corpora: str = typer.Option("", help="Names of corpora, separated by commas (default: all)"),
    only_configs: str = typer.Option("", help="Names of configs, separated by commas (default: all)"),
    seeds: str = typer.Option("", help="Random seeds (default: 0,1,2,3,4; with --quick: 0)"),
    rival_seeds: int = typer.Option(
        0, help="Seeds to train the rivals with, which take longest (0: all)"
    ),
    rounds: int = typer.Option(3, help="Repetitions of each comparison of speed and memory", min=1),
    words: int = typer.Option(20_000, help="Words to predict in each of them", min=1),
    jobs: int = typer.Option(1, help="Trainings that run at once; above 1, times are less exact", min=1),
    quick: bool = typer.Option(False, "--quick", help="Score the dev set only, not the test set"),
    steps: int = typer.Option(0, help="At most so many steps for each training, for a trial (0: all)"),
    results: Path = typer.Option(None, help="The file with the results"),
    work: Path = typer.Option(PROJECT / ".benchmarks", help="Folder for the copies of the project"),
) -> None:
    """Train and measure each config; skip what is finished."""
    numbers = [int(seed) for seed in (seeds or ("0" if quick else "0,1,2,3,4")).split(",")]
    rivals = tuple(numbers[: rival_seeds or None])
    options = Options(DEV if quick else TEST, rivals, rounds, words, jobs, steps)
    results = (results or (QUICK if quick else RESULTS)).resolve()
    listed = {entry["name"]: entry for entry in srsly.read_yaml(corpora)}
    names = chosen(only_corpora, listed, corpora.name)
    configs = chosen(only_configs, configs_in(PROJECT / "configs"), "configs/")
    work.mkdir(parents=True, exist_ok=True)
    try:
        with only_run_in(work):
            found = [made(listed[name], configs, work, options) for name in names]
            failed = sum(not corpus.configs for corpus in found)
            for seed in numbers:
                for corpus in found:
                    with chdir(corpus.folder):
                        failed += measure(corpus, seed, options, results)
    except OtherRun as error:
        msg.fail(f"{str(error).capitalize()}: {work}", "Wait for it, or choose another --work.", exits=1)
    except KeyboardInterrupt:
        say("Interrupted. What is finished is saved; run this again to go on.")
        raise typer.Exit(130) from None
    say(config_table(summaries(read_rows(results), options.split), options.split))
    if failed:
        msg.fail(f"{failed} failed", "Correct the cause and run this again.", exits=1)


def chosen(names: str, known: Iterable[str], place: str) -> list[str]:
    """Return the known names that are in a list with commas; an empty list means all."""
    asked = [name.strip() for name in names.split(",") if name.strip()]
    if unknown := set(asked) - set(known):
        msg.fail(f"{place} has no {', '.join(sorted(unknown))}", f"It has {', '.join(known)}.", exits=1)
    return [name for name in known if not asked or name in asked]


def configs_in(folder: Path) -> list[str]:
    """Return the names of the rivals, the quickstart first, and of our configs of pipelines."""
    return [*RIVALS, *sorted(path.name for path in folder.glob("*.cfg") if path.stem not in FILES)]


def made(entry: dict[str, str], configs: Sequence[str], work: Path, options: Options) -> Corpus:
    """Make a corpus with the project's steps, and return it with the configs that can be trained on it.

    Those that can't are reported and left out, for example if they need a package that is not
    installed. The quickstart is always among the others; without it or without a corpus, there are none.
    """
    name, folder = entry["name"], work.resolve() / entry["name"]
    say(f"{name}: making the corpus")
    settings = ("--vars.set", entry["set"]) if "set" in entry else ()
    try:
        prepare(folder, entry["path"], entry["language"], options=settings)
    except Failure as error:
        msg.warn(f"{name}: the corpus can't be made", error.reason)
        return Corpus(name, folder, {}, {})
    counts = atomic.read_json(folder / "corpus/counts.json")["splits"]
    write_texts(folder, entry["language"], options)
    trials = {}
    with chdir(folder):
        for config in dict.fromkeys([QUICKSTART, *configs]):
            try:
                trial = trial_of(config, entry["language"], options.steps)
                trials[config] = trial, made_with(trial)
            except (Failure, Refusal) as error:
                reason = error.reason if isinstance(error, Failure) else f"{error}. {error.hint}"
                msg.warn(f"{name}, {config}: can't be trained here", reason)
                if config == QUICKSTART:  # there is nothing to compare the others with
                    return Corpus(name, folder, {}, {})
    return Corpus(name, folder, {split: counts[split]["documents"] for split in SPLITS}, trials)


def write_texts(folder: Path, lang: str, options: Options) -> None:
    """Write the texts of a split, repeated until there are enough words."""
    nlp = spacy.blank(lang)
    docs = list(DocBin().from_disk(folder / f"corpus/{options.split}.spacy").get_docs(nlp.vocab))
    texts, missing = [], options.words
    for doc in cycle(docs):
        texts.append(doc.text)
        missing -= len(doc)
        if missing <= 0:
            break
    atomic.write_json(folder / TEXTS, texts)


def trial_of(config: str, lang: str, steps: int) -> Trial:
    """Return the trial of a config with seed 0. Raises Failure if its vectors can't be made."""
    path = Path("configs") / config
    if config in RIVALS:
        path = Path(f"training/{config}.cfg")
        atomic.write_text(path, RIVALS[config](lang).to_str())
    block = load_config(path)
    if block.interpolate()["initialize"].get("vectors") == VECTORS:
        make_vectors()
    limits = {"training.max_steps": steps, "training.eval_frequency": steps}
    if "schedule" in block:
        limits = {"schedule.minimum": steps, "schedule.maximum": steps, "schedule.evaluations": 1}
    trial = Trial("", path.as_posix(), overrides=limits if steps else {})
    return with_seed(trial, config, 0)


def with_seed(trial: Trial, config: str, seed: int) -> Trial:
    """Return a trial of a config with a seed, in a folder of its own."""
    return replace(trial, name=f"{Path(config).stem}-{seed}", seed=seed)


def make_vectors() -> None:
    """Make the word vectors of a corpus with the step `vectors`, unless it has them. Raises Failure."""
    files = (Path("corpus/settings/vectors.json"), Path("corpus/train.spacy"))
    source = fingerprint.of_text("".join(map(fingerprint.of_file, files)))
    record = Path("assets/vectors.json")
    if not record.is_file() or atomic.read_json(record) != source:
        cost("weasel", "run", "vectors", folder=Path.cwd())
        atomic.write_json(record, source)


def made_with(trial: Trial) -> MadeWith:
    """Return fingerprints of what decides the result of a trial, except for the seed. Raises Refusal."""
    task = Preparation(TRIALS).task(trial)
    splits = (fingerprint.of_file(Path(f"corpus/{split}.spacy")) for split in SPLITS)
    return {
        "training": task.fingerprint,
        "corpus": fingerprint.of_text("".join(splits)),
        "versions": task.environment,
        "machine": {"processor": processor(), "cores": os.cpu_count()},
    }


def processor() -> str:
    """Return the model of the processor."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf8").splitlines() if info.is_file() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def measure(corpus: Corpus, seed: int, options: Options, results: Path) -> int:
    """Train the configs with a seed, add a row for each, and return how many failed.

    Afterwards, only the quickstart's pipeline is kept, for further comparisons.
    """
    rows = read_rows(results)
    finished = [(row["corpus"], row["config"], row["seed"], row["made_with"]) for row in rows]
    trials = {
        config: with_seed(trial, config, seed)
        for config, (trial, made_of) in corpus.configs.items()
        if (config not in RIVALS or seed in options.rival_seeds)
        and (corpus.name, config, seed, made_of) not in finished
    }
    say(f"{corpus.name}, seed {seed}: {len(trials)} trainings")
    if not trials:
        return 0
    rival = seed if seed in options.rival_seeds else options.rival_seeds[0]
    quickstart = with_seed(corpus.configs[QUICKSTART][0], QUICKSTART, rival)
    asked = [quickstart, *(trial for trial in trials.values() if trial != quickstart)]
    trained = {each["trial"]["name"]: each for each in run_and_show(asked, TRIALS, LOCAL, options.jobs)}
    if trained[quickstart.name]["status"] != OK:
        return len(trials)  # nothing to compare with
    failed = 0
    for config, trial in trials.items():
        if trained[trial.name]["status"] != OK:
            failed += 1
            continue
        try:
            row = row_of(corpus, config, trained[trial.name], quickstart.name, options)
        except Failure as error:
            msg.warn(f"{corpus.name}, {config}, seed {seed}: can't predict", error.reason)
            failed += 1
            continue
        append(results, row)
        say(f"{corpus.name}, {config}, seed {seed}: {shown(row)}")
        if trial != quickstart:
            atomic.remove(TRIALS / trial.name)
    return failed


def row_of(corpus: Corpus, config: str, trained: Result, quickstart: str, options: Options) -> Row:
    """Return the row of a trial that was trained; predict with its pipeline for that. Raises Failure."""
    folder = corpus.folder / TRIALS
    pipeline = folder / trained["trial"]["name"] / PIPELINE
    test = evaluate(corpus.folder, pipeline, TEST) if options.split == TEST else None
    files = (file for file in pipeline.rglob("*") if file.is_file())
    costs = trained["costs"]
    dev = trained["dev"][ALL]["f"]
    if costs is None or dev is None:
        raise ValueError(f"{pipeline} has no costs or no F")
    return {
        "corpus": corpus.name,
        "config": config,
        "seed": trained["trial"]["seed"],
        "texts": corpus.texts,
        "dev": round(100 * dev, 2),
        "test": None if test is None else round(test, 2),
        "training": {
            "processor_seconds": costs["processor_seconds"],
            "seconds": costs["seconds"],
            "jobs": options.jobs,
        },
        "prediction": compared(pipeline, folder / quickstart / PIPELINE, corpus.folder / TEXTS, options),
        "size": sum(file.stat().st_size for file in files),
        "made_with": corpus.configs[config][1],
    }


def shown(row: Row) -> str:
    """Return the scores and the speed of a row in words."""
    test = "" if row["test"] is None else f", test {row['test']:.1f}"
    speed = row["prediction"]["words_per_second"]
    return f"dev {row['dev']:.1f}{test}, {mean(speed):,.0f} words a second"


def compared(pipeline: Path, other: Path, texts: Path, options: Options) -> Prediction:
    """Return speed and peak memory of two pipelines, which predict the same texts in turn."""
    measured: dict[Path, list[tuple[float, int | None]]] = {path: [] for path in (pipeline, other)}
    for _ in range(options.rounds):
        for path, rows in measured.items():
            written = pipeline.with_name("speed.json")
            took = cost("benchmarks.prediction", str(path), str(texts), str(written))
            rows.append((round(atomic.read_json(written)["words_per_second"]), took.peak))
    mine, others = measured[pipeline], measured[other]
    return {
        "words_per_second": [speed for speed, _ in mine],
        "peak": [peak for _, peak in mine],
        "quickstart_words_per_second": [speed for speed, _ in others],
        "quickstart_peak": [peak for _, peak in others],
    }


if __name__ == "__main__":
    app()
