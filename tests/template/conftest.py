"""Real weasel runs in temporary copies of the project, on a corpus small enough to train in seconds."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import reduce
from operator import getitem
from pathlib import Path

import pytest
import srsly
from confection import Config

from scripts.files import atomic
from scripts.settings.files import FILES
from tests.template.network import watched

ROOT = Path(__file__).parents[2]
COPIED = ("assets", "configs", "corpus/README.md", "scripts", "training/README.md", "project.yml")
NAMES = ("Ada Okafor", "Jonas Lind", "Mei Tanaka", "Rosa Duarte", "Ivan Petrov", "Lea Weiss")
PLACES = ("Quay Street", "the old mill", "Room 4", "the north gate", "the library")
DAYS = ("Monday", "3 May", "Friday", "last week", "2021")
PATIENCE = 600  # seconds that a process of the test run waits for what another one makes


def records(count: int = 90) -> list[dict[str, object]]:
    """Return texts of one sentence with a PERSON and a DATE each; no two are the same."""
    found: list[dict[str, object]] = []
    for number in range(count):
        name, place, day = (seq[number % len(seq)] for seq in (NAMES, PLACES, DAYS))
        text = f"{name} waits at {place} on {day} with parcel {number}."
        spans = [(text.index(part), label) for part, label in ((name, "PERSON"), (day, "DATE"))]
        lengths = {"PERSON": len(name), "DATE": len(day)}
        marks = [{"start": at, "end": at + lengths[label], "label": label} for at, label in spans]
        found.append({"text": text, "spans": marks})
    return found


def write_jsonl(path: Path, rows: list[dict[str, object]]) -> None:
    """Write records as JSONL."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf8")


@dataclass(frozen=True)
class Run:
    """What a weasel command printed, and how it ended."""

    code: int
    output: str

    @property
    def ran(self) -> list[str]:
        """The commands that ran and were not skipped, in order."""
        dividers = [line.strip(" =") for line in self.output.splitlines() if line.startswith("=====")]
        skipped = {name for name in dividers if f"Skipping '{name}'" in self.output}
        steps = srsly.read_yaml(ROOT / "project.yml")["workflows"]["all"]
        return [name for name in dividers if name in steps and name not in skipped]


@dataclass(frozen=True)
class Project:
    """A temporary copy of the project."""

    folder: Path

    @property
    def opened(self) -> Path:
        """Where the run that `original` makes notes which files its steps read."""
        return self.folder.with_name("opened.jsonl")

    @property
    def network(self) -> Path:
        """Where it is noted what the run that `watched_run` makes wanted from the network."""
        return self.folder.with_name("network.json")

    def weasel(self, *arguments: str, **environment: str | None) -> Run:
        """Run weasel here, as a user would type it."""
        return self.python("-m", "weasel", *arguments, **environment)

    def steps(self, *names: str, **environment: str | None) -> Run:
        """Run some steps as one workflow: weasel is started once."""
        path = self.folder / "project.yml"
        manifest = srsly.read_yaml(path)
        manifest["workflows"]["some"] = list(names)
        srsly.write_yaml(path, manifest)
        return self.weasel("run", "some", **environment)

    def python(self, *arguments: str, stdin: str = "", **environment: str | None) -> Run:
        """Run Python here, without colours and without wandb unless the test wants it."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=self.environment(**environment),
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf8",
            errors="replace",
            check=False,
        )
        return Run(done.returncode, re.sub(r"\x1b\[[0-9;]*m", "", done.stdout))

    def environment(self, **changes: str | None) -> dict[str, str]:
        """Return the environment of a run; None takes a variable out of it."""
        plain = {"ANSI_COLORS_DISABLED": "1", "WANDB_MODE": "disabled", "PYTHONUTF8": "1"}
        plain["PYTHONUNBUFFERED"] = "1"  # else weasel's own lines come after those of the steps
        changed = {**os.environ, **plain, **changes}
        return {name: value for name, value in changed.items() if value is not None}

    def without_wandb_key(self) -> dict[str, str | None]:
        """Return changes of the environment for wandb without a key, on, and not told how.

        Another test may have started wandb's service in this process, which would serve this run, too.
        """
        home = str(self.folder / "home")
        untold = {key: None for key in self.environment() if "WANDB" in key}
        return {**untold, "HOME": home, "USERPROFILE": home, "NETRC": f"{home}/netrc"}

    def set_vars(self, **values: object) -> None:
        """Change vars of project.yml, which must be there."""
        path = self.folder / "project.yml"
        manifest = srsly.read_yaml(path)
        assert values.keys() <= manifest["vars"].keys()
        manifest["vars"] |= values
        srsly.write_yaml(path, manifest)

    def set_settings(self, **values: object) -> None:
        """Change settings in the files of configs/, by their names."""
        for file, model in FILES.items():
            changed = {
                f"{file}.{name}": values.pop(name) for name in model.model_fields if name in values
            }
            if changed:
                self.set_config(changed, f"{file}.cfg")
        assert not values

    def init_config(self, name: str, *options: str) -> None:
        """Write a config with spaCy's own command, and have it train for a few steps only."""
        done = self.python("-m", "spacy", "init", "config", f"configs/{name}.cfg", *options)
        assert done.code == 0, done.output
        short = {"max_steps": 40, "eval_frequency": 10, "optimizer.learn_rate": 0.005}
        self.set_config({f"training.{key}": value for key, value in short.items()}, f"{name}.cfg")

    def set_config(self, values: dict[str, object], name: str = "config.cfg") -> None:
        """Change values of a config by their places (`training.dropout`), which must be there."""
        path = self.folder / "configs" / name
        config = Config().from_disk(path, interpolate=False)
        for place, value in values.items():
            *sections, key = place.split(".")
            section = reduce(getitem, sections, config)
            assert key in section
            section[key] = value
        config.to_disk(path)

    def copy(self, folder: Path) -> "Project":
        """Return a copy of this copy, with all that was made in it."""
        shutil.copytree(self.folder, folder)
        return Project(folder)


def new_project(folder: Path) -> Project:
    """Return a fresh copy of the repository's project, shrunk to train in seconds.

    Annotations that somebody put into assets/mine stay out of it. The code is compiled
    already (tests/conftest.py).
    """
    for name in COPIED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("mine"))
        else:
            shutil.copy(source, target)
    project = Project(folder)
    small = {"schedule.minimum": 60, "schedule.passes": 0.0}
    small |= {"training.max_steps": 60, "training.optimizer.learn_rate.total_steps": 60}
    # A pipeline that makes some errors, and no tables of clusters, which take seconds to load.
    small |= {"components.tok2vec.model.encode.width": 32, "components.tok2vec.model.encode.depth": 4}
    small |= {"training.optimizer.learn_rate.initial_rate": 0.002}
    small |= {"components.tok2vec.model.embed.clusters": []}
    project.set_config(small)
    project.set_vars(annotations="assets/mine")
    write_jsonl(folder / "assets/mine/all.jsonl", records())
    return project


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests marked slow come first, in turn in each process, so that the processes end together.

    Each of two processes begins with one half of the tests and takes over what the other has left.
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    items[:] = items[::2] + items[1::2]


@pytest.fixture
def fresh(tmp_path: Path) -> Project:
    """A fresh copy in which nothing has run."""
    return new_project(tmp_path / "project")


def run_once(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Run]
) -> tuple[Project, Run]:
    """Return a project and the run in it, which one process of the tests makes while the others wait.

    make: runs in a project that it puts into the folder it is given. A run that fails is not repeated.
    """
    base = factory.getbasetemp()  # of this process, in the folder that all have in common
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    written = folder / "run.json"
    try:
        folder.mkdir()
    except FileExistsError:
        until = time.monotonic() + PATIENCE
        while not written.is_file() and time.monotonic() < until:
            time.sleep(0.1)
    else:
        run = make(folder / "project")
        atomic.write_json(written, asdict(run))
    run = Run(**json.loads(written.read_text(encoding="utf8")))
    assert run.code == 0, run.output
    return Project(folder / "project"), run


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Run]:
    """A copy in which `weasel run all` has run once, and what it printed. Not to be changed."""

    def make(folder: Path) -> Run:
        project = new_project(folder)
        watching = str(Path(__file__).parent / "opened")
        environment = {"PYTHONHASHSEED": "1", "PYTHONPATH": watching, "OPENED": str(project.opened)}
        return project.weasel("run", "all", **environment)

    return run_once(tmp_path_factory, "original", make)


@pytest.fixture(scope="session")
def watched_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Run]:
    """The same run in another folder, with wandb as it is by default and its network traffic noted.

    Its hash seed and its number of threads differ from those of `original`, too. Not to be changed.
    """

    def make(folder: Path) -> Run:
        project = new_project(folder)
        threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS", "MKL_NUM_THREADS")
        choices = ("WANDB_MODE", "WANDB_DISABLED", "WANDB_ERROR_REPORTING", "OTEL_SDK_DISABLED")
        environment = {**project.without_wandb_key(), **dict.fromkeys(choices)}  # nobody has chosen
        with watched(folder.with_name("watch")) as network:
            environment |= {**network.environment, "PYTHONHASHSEED": "2", **dict.fromkeys(threads, "2")}
            run = project.weasel("run", "all", **environment)
        noted = {"attempts": network.attempts(), "programs": sorted(network.programs())}
        atomic.write_json(project.network, noted)
        return run

    return run_once(tmp_path_factory, "watched", make)


def change_annotations(project: Project) -> None:
    """Take the entities out of some annotated texts, of each split."""
    rows = records()
    for row in rows[::9]:
        row["spans"] = []
    write_jsonl(project.folder / "assets/mine/all.jsonl", rows)


@pytest.fixture(scope="session")
def run_again(
    original: tuple[Project, Run], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Project, Run]:
    """A copy in which `weasel run all` has run again on other annotations. Not to be changed."""

    def make(folder: Path) -> Run:
        project = original[0].copy(folder)
        change_annotations(project)
        return project.weasel("run", "all")

    return run_once(tmp_path_factory, "again", make)


@pytest.fixture
def finished(original: tuple[Project, Run], tmp_path: Path) -> Project:
    """A copy of its own in which `weasel run all` has run once."""
    return original[0].copy(tmp_path / "finished")
