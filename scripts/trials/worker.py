"""The process of one trial: `python -m scripts.trials.worker`, which trains a pipeline and scores it.

In: a line of JSON on standard input: config, output, dev set and GPU. Out: lines of JSON on standard
output, one for each evaluation and at the end one with the scores; everything that is printed goes to
standard error. Standard input stays open as long as the parent is there: its end ends this process.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TextIO

import spacy
from spacy.language import Language
from spacy.training.initialize import init_nlp
from spacy.training.loop import train as train_nlp
from spacy.util import load_config, registry
from thinc.api import require_gpu

from scripts.files import atomic
from scripts.training.record import Logged
from scripts.training.run_record import row_of
from scripts.training.spacy_cli import show_validation_error
from scripts.training.stand_alone import CHAIN, TRIAL
from scripts.trials.scores import counts_on, figures_of
from scripts.trials.trial import PIPELINE

LAST = "model-last"  # which nobody needs after a trial


def main(send: Callable[[dict[str, Any]], None]) -> None:
    """Train the pipeline that the first line of standard input asks for, and score it."""
    asked: dict[str, Any] = json.loads(sys.stdin.readline())
    threading.Thread(target=end_with_parent, daemon=True).start()
    registry.loggers(TRIAL, func=lambda: sender(send))
    output, dev = Path(asked["output"]), Path(asked["dev"])
    began = time.perf_counter()
    train(Path(asked["config"]), output, asked["gpu_id"])
    costs = {
        "processor_seconds": round(time.process_time(), 2),
        "seconds": round(time.perf_counter() - began, 2),
    }
    atomic.remove(output / LAST)
    counts, speed = counts_on(spacy.load(output / PIPELINE), dev)
    costs["words_per_second"] = speed
    send({"scored": {"dev": figures_of(counts), "counts": counts, "costs": costs}})


def train(config_path: Path, output: Path, gpu_id: int) -> None:
    """Train as `spacy train` does, with a logger more, which the saved pipeline does not name."""
    if gpu_id >= 0:
        require_gpu(gpu_id)
    with show_validation_error(config_path, hint_fill=False):
        config = load_config(config_path, interpolate=False)
        own = config["training"]["logger"]
        logger = {"@loggers": CHAIN, "logger1": {"@loggers": TRIAL}, "logger2": own}
        config["training"]["logger"] = logger
        nlp = init_nlp(config, use_gpu=gpu_id)
    train_nlp(nlp, output, use_gpu=gpu_id, stdout=sys.stdout, stderr=sys.stderr)


def sender(send: Callable[[dict[str, Any]], None]) -> Callable[..., Logged]:
    """Return a logger that sends each evaluation."""

    def setup(_: Language, *streams: IO[str]) -> Logged:  # noqa: ARG001
        def log_step(info: dict[str, Any] | None) -> None:
            if info is not None:
                send({"evaluated": row_of(info)})

        return log_step, lambda: None

    return setup


def end_with_parent() -> None:
    """End this process when its parent has ended, however it did."""
    sys.stdin.read()
    os._exit(1)


def apart() -> TextIO:
    """Return standard output for our lines alone; what is printed from now on goes to standard error."""
    ours = os.fdopen(os.dup(1), "w", encoding="utf8", newline="\n")
    os.dup2(2, 1)
    return ours


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process
    lines = apart()

    def print_line(value: dict[str, Any]) -> None:
        """Write a line of JSON."""
        lines.write(json.dumps(value) + "\n")
        lines.flush()

    main(print_line)
