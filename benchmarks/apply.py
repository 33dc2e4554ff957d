"""Speed and memory of `apply` against a bare `nlp.pipe`, and whether a job that was killed goes on.

    python -m benchmarks.apply training/default/model-best --records 20000 --rounds 3
    python -m benchmarks.apply training/default/model-best --memory 10000,100000,1000000 --rounds 0

`nlp.pipe` has the texts in memory already, and the same pipeline and batch size; loading it does not
count. From what `apply` takes, what it takes for ten records is subtracted: its start. Speed is words
per second of processor time; rounds alternate. How much faster two processes are is measured by the
clock, so that it means something only on a machine with two idle cores: the load is printed with it.
Peak memory is that of the largest process. The records are made from the training texts of the starter
corpus, each with a word that no other one has (seed 0). Figures are added to .benchmarks/apply.jsonl;
those that are there already are not measured again: remove the file to begin again.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

from benchmarks.costs import ONE_THREAD, PROJECT, cost, megabytes
from scripts.bulk.chunks import in_chunks
from scripts.bulk.job import Job
from scripts.bulk.run import Paths
from scripts.bulk.sources import source_of
from scripts.bulk.state import STATE
from scripts.corpus.raw_texts import texts_of
from scripts.files import atomic, fingerprint
from scripts.files.terminal import say

SEED = 0
SHORTEST, LONGEST = 6, 24  # words of a record
FEW = 10  # records of a job that is nothing but a start
TEXTS = Path("assets/starter/train.jsonl")

Row = dict[str, Any]
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def apply_cli(
    pipeline: str = typer.Argument(..., help="A package or a folder"),
    records: int = typer.Option(20_000, help="Records of the speed test"),
    rounds: int = typer.Option(3, help="How often each speed is measured"),
    memory: str = typer.Option("10000,100000", help="Numbers of records for peak memory, with commas"),
    kill: bool = typer.Option(True, help="Kill a job in the middle, too"),
    folder: Path = typer.Option(Path(".benchmarks/apply"), help="Where texts and outputs go"),
) -> None:
    """Measure, and print a table."""
    bench = Bench(pipeline, folder)
    for number in range(rounds):
        for kind in ("start", "bare", "apply", "start 2", "apply 2"):
            bench.measure(kind, records, number)
    for size in filter(None, memory.split(",")):
        bench.measure("memory", int(size), 0)
    bench.measure("read", records, 0)
    if kill:
        bench.measure("kill", records, 0)
    bench.show(records)


class Bench:
    """The measurements. known: those that were made, by kind, number of records, and round."""

    def __init__(self, pipeline: str, folder: Path) -> None:
        self.pipeline, self.folder = pipeline, folder
        self.file = folder.with_suffix(".jsonl")
        folder.mkdir(parents=True, exist_ok=True)
        self.known: dict[tuple[str, int, int], Row] = {}
        if self.file.is_file():
            for line in self.file.read_text(encoding="utf8").splitlines():
                row = json.loads(line)
                self.known[row["kind"], row["records"], row["round"]] = row

    def measure(self, kind: str, records: int, number: int) -> None:
        """Measure something unless it is known."""
        if (kind, records, number) in self.known:
            return
        kinds: dict[str, Callable[[], Row]] = {
            "bare": lambda: self.bare(records),
            "start": lambda: self.apply(FEW, 1),
            "start 2": lambda: self.apply(FEW, 2),
            "apply": lambda: self.apply(records, 1),
            "apply 2": lambda: self.apply(records, 2),
            "memory": lambda: self.apply(records, 1),
            "read": lambda: self.read(records),
            "kill": lambda: self.kill(records),
        }
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
        row = {"kind": kind, "records": records, "round": number, **kinds[kind](), "load": load}
        self.known[kind, records, number] = row
        with self.file.open("a", encoding="utf8") as stream:
            stream.write(json.dumps(row) + "\n")
        say(json.dumps(row))

    def texts(self, records: int) -> Path:
        """Return a file with so many records."""
        path = self.folder / f"{records}.jsonl"
        if not path.is_file():
            chosen = random.Random(SEED)  # noqa: S311
            words = [word for raw in texts_of(TEXTS) for word in raw.text.split()]
            with atomic.replacing(path) as temporary, atomic.open_text(temporary) as stream:
                for number in range(records):
                    first, count = chosen.randrange(len(words)), chosen.randint(SHORTEST, LONGEST)
                    text = " ".join([*words[first : first + count], f"w{chosen.getrandbits(40):x}"])
                    stream.write(json.dumps({"id": number, "text": text}) + "\n")
        return path

    def bare(self, records: int) -> Row:
        """Return the speed of `nlp.pipe`."""
        texts, written = self.folder / "texts.json", self.folder / "speed.json"
        lines = self.texts(records).read_text(encoding="utf8").splitlines()
        atomic.write_json(texts, [json.loads(line)["text"] for line in lines])
        found = cost("benchmarks.prediction", self.pipeline, str(texts), str(written))
        return {**atomic.read_json(written), "peak": found.peak}

    def command(self, records: int, processes: int, output: Path) -> list[str]:
        """Return the module and arguments of a job."""
        where = [str(self.texts(records)), str(output)]
        return ["scripts.apply", *where, f"--pipeline={self.pipeline}", f"--processes={processes}"]

    def apply(self, records: int, processes: int) -> Row:
        """Return what a job takes."""
        output = self.folder / f"{records}-{processes}.out.jsonl"
        found = cost(*self.command(records, processes, output), "--again")
        about = atomic.read_json(Paths(output).about)
        return {
            "seconds": found.seconds,
            "processor": found.processor,
            "peak": found.peak,
            "words": about["words"],
            "bytes": output.stat().st_size,
        }

    def read(self, records: int) -> Row:
        """Return how many records the first process reads and cuts into chunks in a second."""
        source = source_of(self.texts(records), lines=False, longest=1_000_000)
        job = Job(self.pipeline, "", None, "jsonl")
        began = time.process_time()
        for _ in in_chunks(source.records(), job):
            pass
        return {"speed": records / (time.process_time() - began), "input": source.bytes}

    def kill(self, records: int) -> Row:
        """Return whether a job that is killed in the middle writes what an undisturbed one does."""
        whole, killed = (self.folder / f"{name}.out.jsonl" for name in ("whole", "killed"))
        cost(*self.command(records, 1, whole), "--again")
        for path in (killed, Paths(killed).unfinished):
            atomic.remove(path)
        command = [sys.executable, "-m", *self.command(records, 1, killed)]
        state = Paths(killed).unfinished / STATE
        environment = {**os.environ, **ONE_THREAD}
        with subprocess.Popen(command, cwd=PROJECT, env=environment, stderr=subprocess.DEVNULL) as job:
            while job.poll() is None and not state.is_file():
                time.sleep(0.01)
            job.kill()
        begun = atomic.read_json(state)["records"]
        cost(*self.command(records, 1, killed))
        same = fingerprint.of_file(whole) == fingerprint.of_file(killed)
        return {"killed_after": begun, "same_bytes": same}

    def rows(self, kind: str, records: int | None = None) -> list[Row]:
        """Return the measurements of a kind."""
        known = self.known.items()
        return [row for (name, size, _), row in known if name == kind and records in (None, size)]

    def show(self, records: int) -> None:
        """Print what was measured."""
        bare = [row["words_per_second"] for row in self.rows("bare", records)]
        start, start2 = self.rows("start", records), self.rows("start 2", records)
        one, two = self.rows("apply", records), self.rows("apply 2", records)
        if one and one[0]["processor"] is not None:
            began = statistics.median(row["processor"] for row in start)
            ours = [row["words"] / (row["processor"] - began) for row in one]
            say(f"nlp.pipe   {spread(bare)} words per second of processor time")
            say(f"apply      {spread(ours)}, {ratio(ours, bare)} times nlp.pipe")
            say(f"its start  {began:.1f} s of processor time")
        if two:
            seconds = [net(row, start) for row in one], [net(row, start2) for row in two]
            by_clock = [one[0]["words"] / time for time in seconds[1]]
            load = statistics.median(row["load"] or 0.0 for row in two)
            faster = ratio(seconds[0], seconds[1])
            say(f"two        {faster} times one by the clock, {spread(by_clock)} words per second")
            say(f"           (load of the machine before: {load:.1f}, cores: {os.cpu_count()})")
        for row in self.rows("memory"):
            size = row["bytes"] / row["records"]
            peak = megabytes(row["peak"])
            say(f"memory     {peak} MB for {row['records']:,} records ({size:.0f} bytes each of output)")
        for row in self.rows("read", records):
            size = row["input"] / records
            say(f"reading    {row['speed']:,.0f} records per second ({size:.0f} bytes each)")
        for row in self.rows("kill", records):
            same = "the same bytes" if row["same_bytes"] else "OTHER BYTES"
            say(f"killed     after {row['killed_after']:,} of {records:,} records: {same}")


def net(row: Row, starts: list[Row]) -> float:
    """Return how long a job took by the clock, without its start."""
    return float(row["seconds"] - statistics.median(start["seconds"] for start in starts))


def spread(values: list[float]) -> str:
    """Return the median of some values, with the lowest and the highest."""
    return f"{statistics.median(values):,.0f} ({min(values):,.0f} to {max(values):,.0f})"


def ratio(values: list[float], others: list[float]) -> str:
    """Return how many times one median is the other."""
    return f"{statistics.median(values) / statistics.median(others):.2f}"


if __name__ == "__main__":
    app()
