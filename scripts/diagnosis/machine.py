"""The machine and what is installed: packages, functions of this project, GPU, disk, wandb, locks.

In: files of the project's folder, the environment and the system. Out: symptoms.
"""

import glob
import importlib.metadata as metadata
import importlib.util
import os
import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import srsly
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from thinc.api import require_gpu
from thinc.compat import has_gpu

from scripts.diagnosis.symptom import Symptom
from scripts.files import lock
from scripts.files.terminal import listed, printable, size
from scripts.training.wandb_mode import disabled_by, mode_of

INSTALL = "python -m pip install -r requirements.txt"
ENOUGH, LEAST = 1_000_000_000, 100_000_000  # bytes of disk space


def packages(root: Path) -> Iterator[Symptom]:
    """Yield packages that are missing, or of another version than the tested one."""
    pinned = dict(requirements(root / "constraints.txt"))
    needed = dict(requirements(root / "requirements.txt"))
    found = {name: version_of(name) for name in {*pinned, *needed}}
    if missing := sorted(name for name in needed if found[name] is None):
        yield Symptom("broken", f"Packages are not installed: {listed(missing)}", INSTALL)
    other = [
        f"{name} {found[name]} instead of {version}"
        for name, version in sorted(pinned.items())
        if found[name] not in (None, version)
    ]
    if other:
        yield Symptom("warn", f"Versions that were not tested here: {listed(other)}", INSTALL)
    if not missing and not other:
        yield Symptom("well", "Packages have the versions of constraints.txt")


def requirements(path: Path) -> Iterator[tuple[str, str]]:
    """Yield name and version of the pinned packages in a file, those for this system only."""
    for line in path.read_text(encoding="utf8").splitlines():
        if re.match(r"[A-Za-z0-9]", line):
            one = Requirement(line.split(" #")[0])
            if one.marker is None or one.marker.evaluate():
                yield canonicalize_name(one.name), str(one.specifier).removeprefix("==")


def version_of(package: str) -> str | None:
    """Return the installed version of a package, None without one."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def functions(root: Path) -> Iterator[Symptom]:
    """Yield the functions of this project that spaCy can't find, because it is not installed."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf8"))["project"]
    missing = [
        name
        for group, entries in project.get("entry-points", {}).items()
        for name in set(entries) - metadata.entry_points(group=group).names
    ]
    if missing:
        told = f"spaCy doesn't find functions of this project: {listed(sorted(missing))}"
        yield Symptom("broken", told, f"Install the project again: {INSTALL}")
    else:
        yield Symptom("well", "spaCy finds the functions of this project")


def gpu(gpu_id: int) -> Iterator[Symptom]:
    """Yield whether the GPU that is asked for is there, or one that nobody asks for."""
    if gpu_id < 0:
        if has_gpu:
            way = "To train on it, set gpu_id to 0 in project.yml"
            yield Symptom("note", "The CPU is used, and there is a GPU", way)
        else:
            yield Symptom("well", "The CPU is used (gpu_id is -1)")
        return
    try:
        require_gpu(gpu_id)
    except ValueError as error:
        said = printable(" ".join(str(error).split()), 300)
        way = "Install CuPy for your version of CUDA, or set gpu_id to -1 in project.yml"
        yield Symptom("broken", f"GPU {gpu_id} can't be used: {said}", way)
    else:
        yield Symptom("well", f"GPU {gpu_id} can be used")


def disk(folder: Path) -> Iterator[Symptom]:
    """Yield whether there is room for corpus and pipelines."""
    place = next(above for above in (folder.resolve(), *folder.resolve().parents) if above.is_dir())
    free = shutil.disk_usage(place).free
    told = f"{size(free)} of disk space are free"
    if not os.access(place, os.W_OK):
        yield Symptom("broken", f"{place} can't be written", "Change the permissions of the folder")
    elif free < ENOUGH:
        yield Symptom("broken" if free < LEAST else "warn", f"Only {told}", "Free some disk space")
    else:
        yield Symptom("well", told)


def tracking() -> Iterator[Symptom]:
    """Yield whether wandb records, and whether it sends anything."""
    if importlib.util.find_spec("wandb") is None:
        yield Symptom("note", "wandb is not installed: runs are recorded in training/ only")
    elif by := disabled_by(os.environ):
        yield Symptom("note", f"wandb is turned off by {by}")
    else:
        mode = mode_of(os.environ)
        said = "sends runs to its server" if mode == "online" else "records on this machine only"
        yield Symptom("well", f"wandb is {mode}: it {said}")


def locks(root: Path) -> Iterator[Symptom]:
    """Yield whether another run works here, and whether weasel's record is damaged."""
    workers = [worker for worker in lock.read(root / lock.NAME) if worker.is_alive()]
    if workers:
        way = "Wait until it has ended, or work in a copy of the folder"
        yield Symptom("note", f"Another run (pid {workers[0].pid}) is working in this folder", way)
    path = root / "project.lock"
    try:
        known = srsly.read_yaml(path) if path.is_file() else {}
    except ValueError:
        known = None
    if not isinstance(known, dict):
        yield Symptom("warn", "project.lock is damaged", "weasel run inputs deletes it")
    elif not workers:
        yield Symptom("well", "No other run works in this folder")


def annotations(place: str) -> Iterator[Symptom]:
    """Yield whether there are annotation files."""
    path = Path(place)
    files = (
        [path]
        if path.is_file()
        else path.rglob("*")
        if path.is_dir()
        else glob.glob(place, recursive=True)
    )
    many = sum(Path(file).is_file() for file in files)
    if not many:
        way = "Set annotations in project.yml to your file, folder or pattern"
        yield Symptom("broken", f"There are no annotations in {printable(place)}", way)
    else:
        yield Symptom(
            "well", f"Annotations: {many:,} {'file' if many == 1 else 'files'} in {printable(place)}"
        )
