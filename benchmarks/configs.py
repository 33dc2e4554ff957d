"""Train every config of `configs/` and spaCy's own on the same corpora, and record what each is worth.

    python -m benchmarks.configs            all configs, seeds 0 to 4
    python -m benchmarks.configs --quick    one seed, and only the dev set

In: configs, and a list of corpora (`benchmarks/corpora.yml`). Each corpus is made once, with the
project's steps, in a copy of the project in `.benchmarks/`. For each seed and corpus, first the
quickstart is trained and then every other config. Out: a line for each in
`benchmarks/results/configs.jsonl`: F on the dev and test set, processor seconds of `spacy train`, size,
and speed and peak memory of prediction, measured in turn with the quickstart's pipeline. What has a line
that was made with the same config, code, corpus, package versions and kind of machine is skipped; what
was interrupted begins again. A config that fails is reported, and the others go on.
"""

import os
import platform
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from importlib.metadata import entry_points
from importlib.util import find_spec
from itertools import cycle
from pathlib import Path
from statistics import mean
from threading import Lock

import spacy
import srsly
import typer
from spacy.tokens import DocBin
from spacy.util import load_config, walk_dict
from thinc.api import Config

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
from benchmarks.training import evaluate, prepare, train
from scripts.annotation.splits import SPLITS
from scripts.files import atomic, fingerprint
from scripts.files.lock import OtherRun, only_run_in
from scripts.files.terminal import duration, msg, say
from scripts.settings.files import FILES
from scripts.training.stand_alone import READ_LABELS

VECTORS = "assets/vectors"  # what `weasel run vectors` writes
RECORD = "made_with.json"  # next to a pipeline that is kept: what it was made with

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True, slots=True)
class Options:
    """How tasks are measured. split: the one that is predicted. overrides: options of `spacy train`.

    rival_seeds: how many seeds the rivals are trained with; 0 for all.
    """

    split: str
    rival_seeds: int
    rounds: int
    words: int
    jobs: int
    overrides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus in a folder. texts: how many each split has. raw: a JSON file with texts to predict."""

    name: str
    folder: Path
    texts: dict[str, int]
    raw: Path


@dataclass(frozen=True, slots=True)
class Task:
    """A config to train on a corpus with a seed.

    path: of the filled config, in the corpus' folder. rival: the seed of the quickstart's pipeline that
    speed and memory are compared with.
    """

    corpus: Corpus
    config: str
    path: str
    seed: int
    rival: int
    made_with: MadeWith

    @property
    def run(self) -> str:
        """The folder for the pipeline."""
        return f"training/{Path(self.config).stem}-{self.seed}"

    @property
    def title(self) -> str:
        """The task in words."""
        return f"{self.corpus.name}, {self.config}, seed {self.seed}"

    @property
    def pipeline(self) -> Path:
        """Where the pipeline is after training."""
        return self.corpus.folder / self.run / "model-best"

    def is_kept(self) -> bool:
        """Say whether the pipeline of an earlier run is there, made with the same."""
        record = self.corpus.folder / self.run / RECORD
        return record.is_file() and atomic.read_json(record) == self.made_with


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
    limits = ("--training.max_steps", str(steps), "--training.eval_frequency", str(steps))
    options = Options(DEV if quick else TEST, rival_seeds, rounds, words, jobs, limits if steps else ())
    results = results or (QUICK if quick else RESULTS)
    listed = {entry["name"]: entry for entry in srsly.read_yaml(corpora)}
    names = chosen(only_corpora, listed, corpora.name)
    configs = chosen(only_configs, configs_in(PROJECT / "configs"), "configs/")
    numbers = [int(seed) for seed in (seeds or ("0" if quick else "0,1,2,3,4")).split(",")]
    work.mkdir(parents=True, exist_ok=True)
    try:
        with only_run_in(work):
            found = [planned(listed[name], configs, numbers, work, options) for name in names]
            tasks = [task for here in found for task in here]
            tasks.sort(key=lambda task: task.seed)  # config by config within a seed and a corpus
            failed = run_all(tasks, options, results)
    except OtherRun as error:
        msg.fail(f"{str(error).capitalize()}: {work}", "Wait for it, or choose another --work.", exits=1)
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


def planned(
    entry: dict[str, str], configs: Sequence[str], seeds: Sequence[int], work: Path, options: Options
) -> list[Task]:
    """Make a corpus and return its tasks, the quickstart among them.

    A config that can't be trained here is reported and left out, for example if it needs a package that
    is not installed.
    """
    try:
        corpus = made(entry, work, options)
    except Failure as error:
        msg.warn(f"{entry['name']}: the corpus can't be made", error.reason)
        return []
    tasks: list[Task] = []
    rivals = seeds[: options.rival_seeds or None]
    labelled = False
    for config in dict.fromkeys([QUICKSTART, *configs]):
        try:
            path = filled(corpus, config, entry["language"])
            if config not in RIVALS and not labelled:  # the labels are the same for all
                cost("weasel", "run", "labels", folder=corpus.folder)
                labelled = True
        except Failure as error:
            msg.warn(f"{corpus.name}, {config}: can't be trained here", error.reason)
            continue
        made_with = essence(corpus, path, options)
        tasks += [
            Task(corpus, config, path, seed, seed if seed in rivals else rivals[0], made_with)
            for seed in (rivals if config in RIVALS else seeds)
        ]
    return tasks


def made(entry: dict[str, str], work: Path, options: Options) -> Corpus:
    """Make a corpus with the project's steps, and write the texts to predict."""
    say(f"{entry['name']}: making the corpus")
    folder = work.resolve() / entry["name"]
    settings = ("--vars.set", entry["set"]) if "set" in entry else ()
    prepare(folder, entry["path"], entry["language"], ("inputs", "convert"), settings)
    counts = atomic.read_json(folder / "corpus/counts.json")["splits"]
    texts = {split: counts[split]["documents"] for split in SPLITS}
    nlp = spacy.blank(entry["language"])
    docs = list(DocBin().from_disk(folder / f"corpus/{options.split}.spacy").get_docs(nlp.vocab))
    raw, missing = [], options.words
    for doc in cycle(docs):
        raw.append(doc.text)
        missing -= len(doc)
        if missing <= 0:
            break
    path = folder / f"training/{options.split}.json"
    atomic.write_json(path, raw)
    return Corpus(entry["name"], folder, texts, path)


def filled(corpus: Corpus, config: str, lang: str) -> str:
    """Write the complete config and return its path.

    Raises Failure if the step `config` refuses it, or would train it without the vectors that it names.
    """
    name = Path(config).stem
    path = f"training/{name}/config.cfg"
    if config in RIVALS:
        atomic.write_text(corpus.folder / path, RIVALS[config](lang).to_str())
    else:
        wanted = vectors_of(corpus.folder / "configs" / config)
        if wanted == VECTORS:
            make_vectors(corpus.folder)
        # A run of weasel's own: a step of the weasel that started this benchmark would keep the lock.
        command = ("weasel", "run", "config", ".", "--vars.config", config, "--vars.run", name)
        cost(*command, folder=corpus.folder)
        if wanted and not vectors_of(corpus.folder / path):
            raise Failure(command, f"The vectors {wanted} were not found")
    return path


def make_vectors(folder: Path) -> None:
    """Make the word vectors of a corpus with the step `vectors`, unless it has them. Raises Failure."""
    files = (folder / "corpus/settings/vectors.json", folder / "corpus/train.spacy")
    source = fingerprint.of_text("".join(map(fingerprint.of_file, files)))
    record = folder / "assets/vectors.json"
    if not record.is_file() or atomic.read_json(record) != source:
        cost("weasel", "run", "vectors", folder=folder)
        atomic.write_json(record, source)


def vectors_of(path: Path) -> str | None:
    """Return the vectors that a config names."""
    found: str | None = load_config(path, interpolate=True)["initialize"].get("vectors")
    return found


def essence(corpus: Corpus, path: str, options: Options) -> MadeWith:
    """Return fingerprints of what decides the result of a training, except for the seed."""
    text = (corpus.folder / path).read_text(encoding="utf8")
    config = Config().from_str(text, interpolate=False)
    code = fingerprint.of_text("".join(fingerprint.of_file(file) for file in code_files(config)))
    del config["system"]["seed"], config["training"]["logger"]
    config["paths"].pop("run", None)
    # The heading names packages of vectors and of components, with their versions.
    heading = [line for line in text.splitlines() if line.startswith("# Made with")]
    splits = (fingerprint.of_file(corpus.folder / f"corpus/{split}.spacy") for split in SPLITS)
    return {
        "config": fingerprint.of_text("\n".join([*heading, config.to_str(), *options.overrides])),
        "code": code,
        "corpus": fingerprint.of_text("".join(splits)),
        "versions": atomic.read_json(corpus.folder / "corpus/environment.json"),
        "machine": {"processor": processor(), "cores": os.cpu_count()},
    }


def code_files(config: Config) -> list[Path]:
    """Return the files of this project with functions that a config names.

    Loggers, callbacks of training and the reader of labels are left out, because they change no score.
    """
    training = {key: config["training"][key] for key in ("optimizer", "batcher")}
    sections = {key: config[key] for key in ("nlp", "components", "corpora", "initialize")}
    named = walk_dict({**sections, "training": training})
    wanted = {
        (keys[-1].removeprefix("@"), value)
        for keys, value in named
        if (keys[-1].startswith("@") or keys[-1] == "factory") and value != READ_LABELS
    }
    modules = {
        point.module
        for kind, name in wanted
        for point in entry_points(group=f"spacy_{'factories' if kind == 'factory' else kind}")
        if point.name == name and point.module.startswith("scripts.")
    }
    specs = (find_spec(module) for module in sorted(modules))
    return [Path(spec.origin) for spec in specs if spec and spec.origin]


def processor() -> str:
    """Return the model of the processor."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf8").splitlines() if info.is_file() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def unfinished(tasks: Sequence[Task], rows: Sequence[Row]) -> list[Task]:
    """Return the tasks without a row. A quickstart without a pipeline is repeated if others need it."""
    finished = [(row["corpus"], row["config"], row["seed"], row["made_with"]) for row in rows]
    todo = [task for task in tasks if key_of(task) not in finished]
    needed = {(task.corpus.name, task.rival) for task in todo}
    return [
        task
        for task in tasks
        if task in todo
        or (task.config == QUICKSTART and (task.corpus.name, task.seed) in needed and not task.is_kept())
    ]


def key_of(task: Task) -> tuple[str, str, int, MadeWith]:
    """Return what a row has in common with its task."""
    return (task.corpus.name, task.config, task.seed, task.made_with)


def run_all(tasks: Sequence[Task], options: Options, results: Path) -> int:
    """Run the tasks that are not finished, add a row for each, and return how many failed."""
    todo = unfinished(tasks, read_rows(results))
    say(f"{len(tasks)} trainings, of which {len(tasks) - len(todo)} are finished: {results}")
    expected = Expected(read_rows(results))
    rivals: dict[tuple[str, int], Future[Row]] = {}
    waiting: dict[Future[Row], Task] = {}
    failed = 0
    turn = Lock()  # speed is measured by one task at a time
    with ThreadPoolExecutor(options.jobs) as pool:
        for task in todo:
            rival = rivals.get((task.corpus.name, task.rival))
            future = pool.submit(measure, task, rival, options, turn)
            waiting[future] = task
            if task.config == QUICKSTART:
                rivals[task.corpus.name, task.seed] = future
        try:
            for number, future in enumerate(as_completed(waiting), 1):
                task = waiting.pop(future)
                begin = f"[{number} of {len(todo)}] {task.title}"
                try:
                    row = future.result()
                except (Failure, OSError, LookupError) as error:
                    failed += 1
                    msg.warn(f"{begin}: failed", getattr(error, "reason", repr(error)))
                    continue
                append(results, row)
                expected.rows.append(row)
                left = expected.seconds(waiting.values()) / options.jobs
                say(f"{begin}: {shown(row)}; about {duration(left)} left")
        except KeyboardInterrupt:
            say("Interrupted. What is finished is saved; run this again to go on.")
            os._exit(130)  # which ends the processes that are running, see benchmarks.costs
    return failed


def measure(task: Task, rival: Future[Row] | None, options: Options, turn: Lock) -> Row:
    """Train a config, measure its pipeline and return the row. Raises Failure.

    rival: the quickstart that it is compared with, if that is trained in this run.
    """
    started = time.perf_counter()
    if rival is not None and rival.done():
        rival.result()  # nothing to compare with if it failed
    folder = task.corpus.folder
    atomic.remove(folder / task.run)
    trained = train(folder, task.path, task.seed, task.run, *options.overrides)
    test = evaluate(folder, trained.pipeline, TEST) if options.split == TEST else None
    other = task.pipeline
    if task.config == QUICKSTART:
        atomic.write_json(folder / task.run / RECORD, task.made_with)
    else:
        if rival is not None:
            rival.result()
        other = folder / f"training/{QUICKSTART}-{task.rival}/model-best"
    with turn:
        prediction = compared(trained.pipeline, other, task.corpus.raw, options.rounds)
    files = (file for file in trained.pipeline.rglob("*") if file.is_file())
    row: Row = {
        "corpus": task.corpus.name,
        "config": task.config,
        "seed": task.seed,
        "texts": task.corpus.texts,
        "dev": round(trained.dev, 2),
        "test": None if test is None else round(test, 2),
        "training": {
            "processor_seconds": trained.cost.processor and round(trained.cost.processor, 1),
            "seconds": round(trained.cost.seconds, 1),
            "peak": trained.cost.peak,
            "jobs": options.jobs,
        },
        "prediction": prediction,
        "size": sum(file.stat().st_size for file in files),
        "seconds": round(time.perf_counter() - started, 1),
        "made_with": task.made_with,
    }
    if other != task.pipeline:
        atomic.remove(folder / task.run)
    return row


def compared(pipeline: Path, other: Path, texts: Path, rounds: int) -> Prediction:
    """Return speed and peak memory of two pipelines, which predict the same texts in turn."""
    measured: dict[Path, list[tuple[float, int | None]]] = {path: [] for path in (pipeline, other)}
    for _ in range(rounds):
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


def shown(row: Row) -> str:
    """Return the scores and the time of a row in words."""
    scores = f"dev {row['dev']:.1f}" + ("" if row["test"] is None else f", test {row['test']:.1f}")
    return f"{scores}, {duration(row['training']['processor_seconds'] or row['training']['seconds'])}"


@dataclass(frozen=True, slots=True)
class Expected:
    """How long tasks will take, by how long similar ones took. rows: what is finished."""

    rows: list[Row]

    def seconds(self, tasks: Iterable[Task]) -> float:
        """Return the seconds that these tasks will take, one after the other."""
        return sum(self.of(task) for task in tasks)

    def of(self, task: Task) -> float:
        """Return the mean of this config on this corpus; if there is none, of this config, or of all."""
        same = [row for row in self.rows if row["config"] == task.config]
        here = [row for row in same if row["corpus"] == task.corpus.name]
        return mean(row["seconds"] for row in here or same or self.rows)


if __name__ == "__main__":
    app()
