"""Trials on a cluster, through Ray: the same tasks, each on whichever machine is free.

In: tasks. Out: their results, and their folders on this machine. A worker trains in a temporary folder
of its own machine and sends the folder back when it is complete. So no trial is there twice or in part:
Ray starts a task again when its worker dies. A worker that is killed leaves its temporary folder.

Why Ray itself and not joblib with `ray.util.joblib`: joblib starts no task again when a worker dies, and
a task can't ask whether it should go on, which pruning needs.
"""

import os
import platform
import shutil
import socket
import tempfile
import time
import zipfile
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

from scripts.files import atomic
from scripts.training.record import CurveRow
from scripts.trials.prepare import Task
from scripts.trials.train import Children, Runner, kept, result_of, run
from scripts.trials.trial import FAILED, RESULT, Result, Trial, Watch, up_to_date

ROOT = Path(__file__).parents[2]
REQUIREMENTS = "requirements-cluster.txt"
RETRIES = 3  # how often a task is started again when its worker dies
PAUSE = 0.1  # seconds between two looks at what the other side has sent
TEMPORARY = "ner-trial-"  # prefix of temporary folders
PATIENCE = 5  # seconds that the first machine of a cluster has to answer


class NoCluster(Exception):
    """Raised where no cluster can be used; `hint` says what to do."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.hint = hint


def connect() -> tuple[Runner, int]:
    """Return what trains a task on the cluster, and how many it trains at once. Raises NoCluster.

    Ray takes the cluster that RAY_ADDRESS names or that was started on this machine; without one it
    starts one of this machine alone.
    """
    if find_spec("ray") is None:
        raise NoCluster("Ray is not installed", f"pip install -r {REQUIREMENTS}")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # it would report to its makers
    ray = ray_itself()
    if not ray.is_initialized():
        try:
            knock(os.environ.get("RAY_ADDRESS", ""))
            ray.init(logging_level="error", log_to_driver=False)
        except Exception as error:  # of its own kinds, and of none, where a machine is too busy
            hint = (
                "Start it (ray start --head), or correct RAY_ADDRESS or the token (docs/experiments.md)"
            )
            raise NoCluster(f"The Ray cluster can't be reached: {error}", hint) from error
    return train_there, max(1, int(ray.cluster_resources().get("CPU", 1)))


def knock(address: str) -> None:
    """Raise OSError if nobody answers at an address, for which Ray itself would wait many minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), PATIENCE).close()


def ray_itself() -> Any:
    """Return the package, which need not be installed where nobody uses it."""
    return import_module("ray")


def train_there(task: Task, folder: Path, children: Children, watch: Watch | None) -> Result:
    """Train a task on the cluster, write its folder here, and return its result."""
    if done := kept(folder, task.fingerprint):
        return done
    ray = ray_itself()
    mailbox = ray.remote(num_cpus=0)(Mailbox).remote() if watch else None
    options = {"num_cpus": 1, "num_gpus": int(task.trial.gpu_id >= 0), "max_retries": RETRIES}
    running = ray.remote(**options)(work).remote(task, mailbox)
    while not ray.wait([running], timeout=PAUSE)[0]:
        if children.ended:
            ray.cancel(running, force=True)
            raise InterruptedError
        if watch and mailbox:
            number, row = ray.get(mailbox.question.remote())
            if row:
                mailbox.answer.remote(number, watch(task.trial, row))
    try:
        packed: bytes = ray.get(running)
    except ray.exceptions.RayError as error:
        result = result_of(task.trial, task.fingerprint, FAILED, reason_of(error, ray.exceptions))
        atomic.write_json(folder / RESULT, result)
        return result
    with atomic.replacing(folder) as temporary, zipfile.ZipFile(BytesIO(packed)) as archive:
        archive.extractall(temporary)
    found: Result = atomic.read_json(folder / RESULT)
    return up_to_date(found)


def reason_of(error: Any, kinds: Any) -> str:
    """Return why a task failed, without Ray's traceback. kinds: Ray's exceptions."""
    if isinstance(error, kinds.WorkerCrashedError):
        return f"its worker died {RETRIES + 1} times, perhaps for lack of memory"
    said = error.cause if isinstance(error, kinds.RayTaskError) else error
    return " ".join(str(said).split())


def work(task: Task, mailbox: Any) -> bytes:
    """Train a task on a machine of the cluster, in its copy of the project; return the folder packed.

    Raises RuntimeError, which names the machine, for whatever goes wrong outside the training itself.
    """
    os.chdir(ROOT)

    def ask(_: Trial, row: CurveRow) -> str | None:
        """Ask whoever started the trial whether it should stop, and wait for the answer."""
        ray = ray_itself()
        number = ray.get(mailbox.ask.remote(row))
        while not (answers := ray.get(mailbox.answered.remote(number))):
            time.sleep(PAUSE)
        reason: str | None = answers[0]
        return reason

    try:
        with tempfile.TemporaryDirectory(prefix=TEMPORARY) as temporary:
            folder = Path(temporary) / "trial"
            trial = replace(task.trial, gpu_id=gpu_of_worker(task.trial.gpu_id))
            run(replace(task, trial=trial), folder, Children(), ask if mailbox else None)
            return Path(shutil.make_archive(str(folder), "zip", folder)).read_bytes()
    except Exception as error:
        raise RuntimeError(f"{type(error).__name__} on {platform.node()}: {error}") from error


def gpu_of_worker(gpu_id: int) -> int:
    """Return the number of the GPU that Ray gave to this process: it sees no other one."""
    return min(gpu_id, 0)


class Mailbox:
    """Carries evaluations from a worker to whoever started it, and answers back; an actor of Ray's."""

    def __init__(self) -> None:
        self.number = 0
        self.row: CurveRow | None = None
        self.answers: dict[int, str | None] = {}

    def ask(self, row: CurveRow) -> int:
        """Put an evaluation in, and return its number."""
        self.number += 1
        self.row = row
        return self.number

    def question(self) -> tuple[int, CurveRow | None]:
        """Take out the evaluation that waits for an answer, if one does."""
        row, self.row = self.row, None
        return self.number, row

    def answer(self, number: int, reason: str | None) -> None:
        """Put in the answer to an evaluation."""
        self.answers[number] = reason

    def answered(self, number: int) -> list[str | None]:
        """Return the answer in a list, which is empty if there is none yet."""
        return [self.answers[number]] if number in self.answers else []
