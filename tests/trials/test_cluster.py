"""Trials on a real Ray that is started here with two workers. Left out where ray is not installed."""

import os
import socket
import threading
import time

import psutil
import pytest

from scripts.trials.cluster import (
    NoCluster,
    connect,
    gpu_of_worker,
    knock,
    reason_of,
    train_there,
    work,
)
from scripts.trials.pool import run_all, run_one
from scripts.trials.prepare import Preparation
from scripts.trials.train import Children
from tests.ray_cluster import two_workers
from tests.trials.tiny import ENDLESS, tiny_trial


@pytest.fixture(scope="module")
def cluster():
    """A cluster of two workers."""
    with two_workers() as ray:
        yield ray


def without_costs(results):
    return {
        result["trial"]["name"]: {key: value for key, value in result.items() if key != "costs"}
        for result in results
    }


@pytest.mark.slow
def test_trials_of_a_cluster_give_what_they_give_here_and_all_that_is_in_their_folders(
    cluster, tiny, tmp_path
):
    trials = [tiny_trial(tiny, f"seed-{seed}", seed=seed) for seed in (0, 1)]
    trials.append(tiny_trial(tiny, "half", share=0.5))
    trials.append(tiny_trial(tiny, "broken", overrides={"training.eval_frequency": 0}))
    there = list(run_all(trials, tmp_path / "out", backend="ray"))
    (tmp_path / "out").rename(tmp_path / "there")
    here = list(run_all(trials, tmp_path / "out"))
    assert without_costs(there)["half"] == without_costs(here)["half"]
    assert without_costs(there)["seed-1"] == without_costs(here)["seed-1"]
    assert {result["status"] for result in there} == {"ok", "failed"}
    for path in (tmp_path / "out" / "seed-0").rglob("*"):
        other = tmp_path / "there" / path.relative_to(tmp_path / "out")
        assert other.exists()
        if path.is_file() and path.name not in ("log.txt", "run.json", "result.json"):
            assert other.read_bytes() == path.read_bytes(), path


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="finds the worker by its name on POSIX systems")
def test_worker_that_is_killed_loses_no_trial_and_none_is_there_twice(cluster, tiny, tmp_path):
    longer = {"training.max_steps": 60, "training.eval_frequency": 10}
    trials = [tiny_trial(tiny, f"seed-{seed}", seed=seed, overrides=longer) for seed in range(3)]
    killed = []
    killer = threading.Thread(target=kill_a_worker, args=[killed])
    killer.start()
    there = list(run_all(trials, tmp_path / "there", backend="ray"))
    killer.join()
    assert killed
    assert [result["status"] for result in there] == ["ok"] * 3
    assert sorted(result["trial"]["name"] for result in there) == ["seed-0", "seed-1", "seed-2"]
    assert len(list((tmp_path / "there").glob("*/result.json"))) == 3
    here = list(run_all(trials, tmp_path / "here"))
    assert without_costs(there) == without_costs(here)


def kill_a_worker(killed):
    """Kill a worker of Ray's in the middle of a training."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not killed:
        for process in psutil.Process().children(recursive=True):
            try:
                if "scripts.trials.worker" in process.cmdline() and process.cpu_times().user > 1:
                    parent = process.parent()
                    parent.kill()
                    process.wait(30)  # it ends with its parent
                    killed.append(parent.pid)
                    return
            except psutil.Error:
                continue
        time.sleep(0.02)


@pytest.mark.slow
def test_trial_on_a_cluster_is_watched_and_stopped_at_the_same_step(cluster, tiny, tmp_path):
    seen = []

    def watch(trial, row):
        seen.append(row["step"])
        return "bad" if row["step"] == 4 else None

    result = run_one(tiny_trial(tiny, overrides=ENDLESS), tmp_path, "ray", watch)
    assert (result["status"], result["reason"]) == ("pruned", "bad")
    assert seen == [0, 2, 4]
    assert [row["step"] for row in result["curve"]] == seen


def test_address_where_nobody_answers_is_refused_at_once():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        port = taken.getsockname()[1]
        for address in (f"127.0.0.1:{port}", f"ray://127.0.0.1:{port}"):
            with pytest.raises(OSError, match=r"refused|actively"):
                knock(address)
        taken.listen()
        knock(f"127.0.0.1:{port}")
    knock("auto")


@pytest.mark.slow
def test_failure_on_a_cluster_is_told_without_a_traceback(cluster):
    with pytest.raises(cluster.exceptions.RayTaskError) as found:
        cluster.get(cluster.remote(work).remote(None, None))  # no task, so that it fails
    said = reason_of(found.value, cluster.exceptions)
    assert said.startswith("AttributeError on ")
    assert said.endswith("'NoneType' object has no attribute 'trial'")
    died = cluster.exceptions.WorkerCrashedError()
    assert reason_of(died, cluster.exceptions).startswith("its worker died 4 times")


def test_finished_trial_is_not_sent_to_a_cluster_again(tiny, tmp_path):
    trial = tiny_trial(tiny, "done")
    (here,) = run_all([trial], tmp_path)
    task = Preparation(tmp_path).task(trial)
    assert train_there(task, tmp_path / "done", Children(), None) == here  # no cluster is there


def test_gpu_of_a_worker_is_the_only_one_that_it_sees():
    assert [gpu_of_worker(number) for number in (-1, 0, 3)] == [-1, 0, 0]


def test_without_ray_the_file_to_install_is_named(monkeypatch):
    monkeypatch.setattr("scripts.trials.cluster.find_spec", lambda name: None)
    with pytest.raises(NoCluster) as found:
        connect()
    assert "requirements-cluster.txt" in found.value.hint
