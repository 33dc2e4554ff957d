"""A job on a cluster, through Ray: the same chunks, each annotated on whichever machine is free.

In: chunks. Out: what becomes of them, in order. Only the machine that starts the job reads the input and
writes the output. So the machines share only the pipeline, and the files are those of a local job.
If a worker dies, Ray starts its chunks again on another one.

Why tasks and not Ray Data: its blocks have no fixed numbers, so that a job that was killed could not go
on where it was, and one of a changed number of machines would cut the input in other places.
"""

import os
from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from scripts.bulk.annotate import annotated
from scripts.bulk.job import Annotated, Chunk, Job
from scripts.bulk.pool import Results, WorkerDied
from scripts.trials.cluster import RETRIES, connect, gpu_of_worker, ray_itself

ROOT = Path(__file__).parents[2]
WAITING = 4  # chunks for each core that are on their way: one that is started again holds up the others


def annotate_there(chunks: Iterable[Chunk], job: Job, processes: int) -> Results:
    """Annotate chunks on a cluster; see `Backend`.

    processes: 0 for as many as there are cores.
    Raises NoCluster, and WorkerDied when a chunk was started again in vain.
    """
    _, cores = connect()
    ray = ray_itself()
    options = {"num_cpus": 1, "num_gpus": int(job.gpu_id >= 0), "max_retries": RETRIES}
    options["max_calls"] = 0  # else Ray starts a process for each chunk where there is a GPU
    task = ray.remote(**options)(work)
    shared = ray.put(job)
    running: deque[tuple[Chunk, Any]] = deque()
    try:
        for chunk in chunks:
            running.append((chunk, task.remote(chunk, shared)))
            if len(running) >= WAITING * (processes or cores):
                first, waiting = running.popleft()
                yield first, ray.get(waiting)
        while running:
            first, waiting = running.popleft()
            yield first, ray.get(waiting)
    except ray.exceptions.RayTaskError as error:
        raise error.cause from error
    except ray.exceptions.RayError as error:
        raise WorkerDied(f"workers of the cluster died again and again ({error})") from error
    finally:
        for _, waiting in running:
            ray.cancel(waiting, force=True)


def work(chunk: Chunk, job: Job) -> Annotated:
    """Annotate a chunk on a machine of the cluster, in its copy of the project."""
    os.chdir(ROOT)
    return annotated(chunk, replace(job, gpu_id=gpu_of_worker(job.gpu_id)))
