"""A job on a real Ray that is started here with two workers. Left out where ray is not installed."""

import json
import os
import threading
import time
from dataclasses import replace

import psutil
import pytest

from scripts.apply import job_of
from scripts.bulk.cluster import annotate_there
from scripts.bulk.pool import annotate_here
from scripts.bulk.run import run
from scripts.bulk.sources import source_of
from tests.pipelines import fixed, save
from tests.ray_cluster import two_workers


@pytest.fixture(scope="module")
def cluster():
    """A cluster of two workers."""
    with two_workers() as ray:
        yield ray


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="finds the worker by its name on POSIX systems")
@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_cluster_of_which_a_worker_is_killed_writes_what_this_machine_writes(cluster, tmp_path, ending):
    pytest.importorskip("pyarrow")
    model = save(fixed({"Ada": "PERSON"}), tmp_path / "run") / "model-best"
    rows = [{"n": n, "text": None if n % 1000 == 7 else f"Ada {n}"} for n in range(4000)]
    path = tmp_path / f"in.{ending}"
    write(path, rows)
    source = source_of(path, lines=False, longest=100)
    job = replace(job_of(str(model)), form=ending, records=50)
    killed = []

    def killing(chunks, job, processes):
        """Kill a worker while chunks are on their way."""
        for chunk, found in annotate_there(chunks, job, processes):
            if chunk.number == 5:
                threading.Thread(target=kill_a_worker, args=[killed]).start()
            if chunk.number == 30:
                wait_for(killed)
            yield chunk, found

    state, _ = run(job, source, tmp_path / f"there.{ending}", killing, 0)
    assert killed
    assert (state["records"], state["rejected"]) == (3996, 4)
    run(job, source, tmp_path / f"here.{ending}", annotate_here, 1)
    for name in (ending, f"{ending}.rejected.jsonl"):
        assert contents(tmp_path / f"there.{name}") == contents(tmp_path / f"here.{name}")


def contents(path):
    """Return the bytes of a file, or of each file in a folder: many chunks are several files."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return [file.read_bytes() for file in files]


def write(path, rows):
    """Write rows as JSONL or Parquet."""
    if path.suffix == ".parquet":
        import pyarrow as pa
        from pyarrow import parquet

        parquet.write_table(pa.Table.from_pylist(rows), path)
    else:
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf8")


def wait_for(killed):
    """Wait until a worker was killed."""
    deadline = time.monotonic() + 60
    while not killed and time.monotonic() < deadline:
        time.sleep(0.01)


def kill_a_worker(killed):
    """Kill a worker of Ray's, as soon as one works for this test."""
    deadline = time.monotonic() + 60
    while not killed and time.monotonic() < deadline:
        for process in psutil.Process().children(recursive=True):
            try:
                if process.name().startswith("ray::work") and not killed:
                    process.kill()
                    killed.append(process.pid)
            except psutil.Error:
                continue


@pytest.mark.slow
def test_job_of_another_pipeline_than_the_machines_have_is_refused(cluster, tmp_path):
    model = save(fixed({"Ada": "PERSON"}), tmp_path / "run") / "model-best"
    write(tmp_path / "in.jsonl", [{"text": "Ada"}])
    source = source_of(tmp_path / "in.jsonl", lines=False, longest=100)
    job = replace(job_of(str(model)), form="jsonl", fingerprint="other")
    with pytest.raises(RuntimeError, match="not that of the job"):
        run(job, source, tmp_path / "out.jsonl", annotate_there, 0)
