"""Real weasel runs in temporary copies of the project, on a corpus small enough to train in seconds."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import getitem
from pathlib import Path

import pytest
import srsly
from confection import Config

from scripts.settings.files import FILES

ROOT = Path(__file__).parents[2]
COPIED = ("assets", "configs", "corpus/README.md", "scripts", "training/README.md", "project.yml")
NAMES = ("Ada Okafor", "Jonas Lind", "Mei Tanaka", "Rosa Duarte", "Ivan Petrov", "Lea Weiss")
PLACES = ("Quay Street", "the old mill", "Room 4", "the north gate", "the library")
DAYS = ("Monday", "3 May", "Friday", "last week", "2021")


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

    def weasel(self, *arguments: str, **environment: str | None) -> Run:
        """Run weasel here, as a user would type it."""
        return self.python("-m", "weasel", *arguments, **environment)

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

    Annotations that somebody put into assets/mine stay out of it.
    """
    for name in COPIED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "mine"))
        else:
            shutil.copy(source, target)
    project = Project(folder)
    small = {"schedule.minimum": 60, "schedule.passes": 0.0}
    small |= {"training.max_steps": 60, "training.optimizer.learn_rate.total_steps": 60}
    project.set_config({**small, "components.tok2vec.model.encode.width": 32})
    project.set_vars(annotations="assets/mine")
    write_jsonl(folder / "assets/mine/all.jsonl", records())
    return project


@pytest.fixture
def fresh(tmp_path: Path) -> Project:
    """A fresh copy in which nothing has run."""
    return new_project(tmp_path / "project")


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Run]:
    """A copy in which `weasel run all` has run once, and what it printed. Not to be changed."""
    project = new_project(tmp_path_factory.mktemp("original") / "project")
    watching = str(Path(__file__).parent / "opened")
    environment = {"PYTHONHASHSEED": "1", "PYTHONPATH": watching, "OPENED": str(project.opened)}
    run = project.weasel("run", "all", **environment)
    assert run.code == 0, run.output
    return project, run


@pytest.fixture
def finished(original: tuple[Project, Run], tmp_path: Path) -> Project:
    """A copy of its own in which `weasel run all` has run once."""
    return original[0].copy(tmp_path / "finished")


@pytest.fixture
def step(fresh: Project) -> Iterator[Callable[..., str]]:
    """Run one step in the fresh copy, which must succeed; return what it printed."""

    def run(name: str, *overrides: str, **environment: str) -> str:
        done = fresh.weasel("run", name, *((".", *overrides) if overrides else ()), **environment)
        assert done.code == 0, done.output
        return done.output

    yield run
