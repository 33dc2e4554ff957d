"""Command `doctor`: why it doesn't work, from the packages to the network, and the way out.

In: whatever is there of the project; nothing has to have been run. Out: a line for each thing that was
looked at, and exit code 1 if something is broken. It changes nothing.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

import typer

from scripts.diagnosis import gold, machine, network, written
from scripts.diagnosis.symptom import Symptom
from scripts.files.step import run as run_step
from scripts.files.terminal import msg, printable, say

ROOT = Path(__file__).parents[1]
CONFIGS = Path("configs")
LONGEST = 300  # characters of an error

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

Look = Callable[[], Iterable[Symptom]]


@app.command()
def doctor_cli(
    annotations: str = typer.Argument(..., help="File, folder or pattern with the annotations"),
    corpus: Path = typer.Argument(..., help="Folder with the corpus"),
    run: Path = typer.Argument(..., help="The run's folder"),
    gpu_id: int = typer.Option(-1, help="GPU that the training uses, or -1 for the CPU"),
    config: str = typer.Option("config.cfg", help="The config to train, in configs/"),
    given: str = typer.Option("", "--set", help="Settings for this run"),
    seed: int = typer.Option(0, help="Random seed"),
    learn: bool = typer.Option(True, help="Try whether the network learns, which takes up to minutes"),
) -> None:
    """Look for what keeps the project from working, and say the way out."""
    mine: dict[str, Look] = {
        "the settings": partial(written.settings, CONFIGS, given),
        "the config": partial(written.config, CONFIGS / config, run, corpus, seed),
    }
    found = list(shown(doctor(ROOT, annotations, corpus, run, gpu_id, mine, learn=learn)))
    broken = sum(symptom.severity == "broken" for symptom in found)
    if broken:
        say(f"{broken} {'thing is' if broken == 1 else 'things are'} broken.")
        sys.exit(1)
    say("Nothing is broken.")


def doctor(
    root: Path,
    annotations: str,
    corpus: Path,
    run: Path,
    gpu_id: int,
    mine: Mapping[str, Look],
    *,
    learn: bool = True,
) -> Iterator[Symptom]:
    """Yield what is found, quick things first; a check that fails itself is a finding, too.

    mine: checks of what the user has written.
    """
    config = run / "config.cfg"
    looks: dict[str, Look] = {
        "the packages": partial(machine.packages, root),
        "the functions of this project": partial(machine.functions, root),
        "the GPU": partial(machine.gpu, gpu_id),
        "the disk": partial(machine.disk, root),
        "wandb": machine.tracking,
        "the locks": partial(machine.locks, root),
        **mine,
        "the annotations": partial(machine.annotations, annotations),
        "the corpus": partial(gold.gold, corpus),
        "the findings of check": partial(gold.stops, corpus),
        "the learning rate": partial(network.learning_rate, config),
        "the predictions": partial(network.predictions, run, corpus),
    }
    if learn:
        looks["the network"] = partial(network.by_heart, config, corpus, gpu_id)
    for what, look in looks.items():
        yield from looked(what, look)


def looked(what: str, look: Look) -> Iterator[Symptom]:
    """Yield what a check finds; what keeps it from looking is a finding."""
    try:
        yield from look()
    except Exception as error:
        said = printable(f"{type(error).__name__}: {' '.join(str(error).split())}", LONGEST)
        way = "If a file is damaged, weasel run all makes it again"
        yield Symptom("broken", f"Looking at {what} failed: {said}", way)


def shown(symptoms: Iterable[Symptom]) -> Iterator[Symptom]:
    """Print symptoms as they come, and yield them again."""
    printers: dict[str, Callable[[str, str], object]] = {
        "well": msg.good,
        "note": msg.info,
        "warn": msg.warn,
        "broken": msg.fail,
    }
    for symptom in symptoms:
        printers[symptom.severity](symptom.message, symptom.advice)
        yield symptom


if __name__ == "__main__":
    run_step(app, writes=False)
