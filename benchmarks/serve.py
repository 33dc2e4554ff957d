"""The service under load: whether its memory is flat, no request is lost, and how fast it is.

    python -m benchmarks.serve training/default
    python -m benchmarks.serve training/default --requests=200000

In: a trained pipeline. Out: printed figures, and a line in .benchmarks/serve.jsonl. The service is
the real one, a program of its own on loopback with its shipped limits. First it gets requests of one
text each, in which most words are new to it; its memory is read after a tenth of them, when all caches
are warm, and at the end. Then batches and bare `nlp.pipe`, in this process, read the same texts, three
times in turn; the ratio is that of the medians.
"""

import http.client
import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import psutil
import spacy
import typer

from scripts.files.pipelines import pipeline_of
from scripts.files.terminal import say

RESULTS = Path(".benchmarks/serve.jsonl")
SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
FRAMES = (
    "On {n} May, {A} {B} left {C} Corp for a post in {D}, where the {a} and the {b} are {c}.",
    "{A} said that the {a} of {B} would cost {n} dollars; nobody at {C} had heard of {D}.",
    "The {a} met the {b} near {A}, and {B} {C} wrote about it on Monday in the {D} Times.",
)
CLIENTS = 4  # connections that send single texts
BATCH, BATCHES_AT_ONCE, ROUNDS = 128, 2, 3

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    run: Path = typer.Argument(Path("training/default"), help="The run's folder"),
    requests: int = typer.Option(20_000, help="Requests of one text each"),
    texts: int = typer.Option(6400, help="Texts that batches and nlp.pipe read"),
    seed: int = typer.Option(0, help="Random seed of the texts"),
) -> None:
    """Measure the service."""
    with service(run) as (process, port):
        soaked = soak(process, port, requests, seed)
        speeds = compare(run, process, port, list(new_texts(texts, seed + 1_000_000)))
    found = {"requests": requests, "seed": seed, **soaked, **speeds}
    show(found)
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("a", encoding="utf8") as file:
        file.write(json.dumps(found) + "\n")


@contextmanager
def service(run: Path) -> Iterator[tuple[psutil.Process, int]]:
    """Start the service; yield its process and its port."""
    command = [sys.executable, "-m", "scripts.serve", str(run), "--set", "serve.port=0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf8") as process:
        assert process.stdout  # noqa: S101  (it is a pipe)
        try:
            port = int(re.findall(r"http://[\d.]+:(\d+)", process.stdout.readline())[0])
            while not answers(port):
                time.sleep(0.1)
            yield psutil.Process(process.pid), port
        finally:
            process.terminate()


def answers(port: int) -> bool:
    """Say whether the service is there already."""
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/v1/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False


def new_texts(count: int, seed: int) -> Iterator[str]:
    """Yield texts in which most names and nouns are words that occur nowhere else."""
    chance = random.Random(seed)  # noqa: S311

    def word() -> str:
        return "".join(chance.choices(SYLLABLES, k=chance.randint(3, 5)))

    for _ in range(count):
        lower, names = {name: word() for name in "abc"}, {name: word().title() for name in "ABCD"}
        yield chance.choice(FRAMES).format(n=chance.randint(1, 30), **lower, **names)


def soak(process: psutil.Process, port: int, count: int, seed: int) -> dict[str, Any]:
    """Send single texts from several clients, and return what became of them and of the memory."""
    texts = new_texts(count, seed)
    lock, sent, good, entities, memory = threading.Lock(), 0, 0, 0, [(0, rss(process))]

    def client() -> None:
        nonlocal sent, good, entities
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with lock:
                text = next(texts, None)
                if text is None:
                    return
                sent += 1
                if sent % max(1, count // 10) == 0:
                    memory.append((sent, rss(process)))
            status, answer = post(connection, "/v1/entities", {"text": text})
            with lock:
                good += status == http.HTTPStatus.OK and right(text, answer["entities"])
                entities += len(answer.get("entities", ()))

    began = time.perf_counter()
    in_parallel(client, CLIENTS)
    seconds = time.perf_counter() - began
    warm = memory[1][1]
    return {
        "lost": count - good,
        "entities": entities,
        "requests_per_second": round(count / seconds),
        "rss_mb": [[at, round(size / 1e6, 1)] for at, size in memory],
        "growth_mb": round((rss(process) - warm) / 1e6, 1),
    }


def right(text: str, entities: list[dict[str, Any]]) -> bool:
    """Say whether an answer is one to this text."""
    return all(text[each["start"] : each["end"]] == each["text"] for each in entities)


def rss(process: psutil.Process) -> int:
    """Return the memory of the service, in bytes."""
    return int(process.memory_info().rss)


def cpu(process: psutil.Process) -> float:
    """Return the processor time that the service has used, in seconds."""
    times = process.cpu_times()
    return float(times.user + times.system)


def post(connection: http.client.HTTPConnection, path: str, body: Any) -> tuple[int, Any]:
    """Send JSON; return the status and the answer."""
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def in_parallel(program: Any, count: int) -> None:
    """Run a function in several threads, and wait for all of them."""
    threads = [threading.Thread(target=program) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def compare(run: Path, process: psutil.Process, port: int, texts: list[str]) -> dict[str, Any]:
    """Return the words a second of batches and of bare `nlp.pipe`, in turn, by time and by CPU time."""
    nlp = spacy.load(pipeline_of(run))
    with nlp.memory_zone():  # or else these words would not be new to it any more
        words = sum(len(nlp.make_doc(text)) for text in texts)
    bare, served, bare_cpu, served_cpu = [], [], [], []
    for _ in range(ROUNDS):
        began, used = time.perf_counter(), time.process_time()
        with nlp.memory_zone():
            for doc in nlp.pipe(texts):
                _ = [(ent.text, ent.label_, ent.start_char, ent.end_char) for ent in doc.ents]
        bare.append(words / (time.perf_counter() - began))
        bare_cpu.append(words / (time.process_time() - used))
        began, used = time.perf_counter(), cpu(process)
        send_batches(port, texts)
        served.append(words / (time.perf_counter() - began))
        served_cpu.append(words / (cpu(process) - used))
    return {
        "bare_words_per_second": [round(speed) for speed in bare],
        "served_words_per_second": [round(speed) for speed in served],
        "ratio": round(median(served) / median(bare), 3),
        "ratio_of_cpu_time": round(median(served_cpu) / median(bare_cpu), 3),
    }


def send_batches(port: int, texts: list[str]) -> None:
    """Send texts in batches over some connections. Raises RuntimeError when one is not answered."""
    batches = iter([texts[at : at + BATCH] for at in range(0, len(texts), BATCH)])
    lock, faults = threading.Lock(), []

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with lock:
                batch = next(batches, None)
            if batch is None:
                return
            status, answer = post(connection, "/v1/entities/batch", {"texts": batch})
            if status != http.HTTPStatus.OK or len(answer["results"]) != len(batch):
                faults.append(status)

    in_parallel(client, BATCHES_AT_ONCE)
    if faults:
        raise RuntimeError(f"{len(faults)} batches were not answered")


def show(found: dict[str, Any]) -> None:
    """Print the figures."""
    say(f"{found['requests']:,} requests of new words, {found['requests_per_second']:,} a second")
    say(f"Lost      {found['lost']}")
    say(f"Memory    {', '.join(f'{size} MB after {at:,}' for at, size in found['rss_mb'])}")
    say(f"Growth    {found['growth_mb']} MB after the first tenth")
    say(f"nlp.pipe  {', '.join(f'{speed:,}' for speed in found['bare_words_per_second'])} words/s")
    say(f"Batches   {', '.join(f'{speed:,}' for speed in found['served_words_per_second'])} words/s")
    say(f"Ratio     {found['ratio']} (of CPU time {found['ratio_of_cpu_time']})")


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    app()
