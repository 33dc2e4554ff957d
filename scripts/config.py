"""Step `config`: the config that is trained, complete and connected to this project.

In: a spaCy config, complete or not, and the corpus. Out: `training/<run>/config.cfg`, which `spacy
train`, `debug config` and `debug data` take as it is; and `corpus/config.cfg`, the part of it that
`check` and `labels` need, which is the same for every run. Runs every time, because a config may name
pipelines that are installed or removed; it writes a file only if the content changed.
"""

import configparser
from pathlib import Path

import typer
from pydantic import ValidationError
from spacy.util import load_config

from scripts.conversion.inputs import Inputs
from scripts.conversion.outcome import Counts
from scripts.files import atomic
from scripts.files.contract import read
from scripts.files.step import run as run_step
from scripts.files.terminal import listed, msg, printable, say
from scripts.training.configuring import WiredConfig, configure, heading
from scripts.training.filling import Refusal
from scripts.training.spacy_cli import show_validation_error
from scripts.training.wiring import Place, for_corpus
from scripts.training.wrong_values import problems

NAME = "config.cfg"
LONGEST = 300  # characters of a note on the screen
MOST = 12  # values of a list on the screen

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def config_cli(
    path: Path = typer.Argument(..., help="A spaCy config", exists=True, dir_okay=False),
    run: Path = typer.Argument(..., help="The run's folder"),
    corpus: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
    seed: int = typer.Option(0, help="Random seed"),
) -> None:
    """Fill in the config, connect it to this project, and write it to the run's folder."""
    inputs = read(corpus / "inputs.json", Inputs, "inputs")
    place = Place(corpus, run, seed, read(corpus / "counts.json", Counts, "convert"))
    try:
        with show_validation_error(path, hint_fill=False):
            found = configure(load_config(path), inputs["nlp"], place)
    except configparser.Error as error:  # a section or value that occurs twice
        reason = " ".join(str(error).split())
        msg.fail(f"{path.as_posix()} can't be read. {reason}", "Correct this line.", exits=1)
    except Refusal as error:
        msg.fail(f"{path.as_posix()} can't be trained here. {error}", error.hint, exits=1)
    except ValidationError as error:
        wrong = problems(error.errors())
        hint = "See configs/config.cfg for a valid section."
        msg.fail(f"[schedule] in {path.as_posix()} can't be used. {listed(wrong)}", hint, exits=1)
    atomic.write_text_if_changed(run / NAME, heading(path, found.config) + found.config.to_str())
    atomic.write_text_if_changed(corpus / NAME, for_corpus(found.config).to_str())
    show(path, run / NAME, found)


def show(path: Path, written: Path, found: WiredConfig) -> None:
    """Print what was added to the config, and which values differ from spaCy's quickstart."""
    for reason in found.lacking:
        msg.warn(reason, "The pipeline is trained without them (include_static_vectors = false).")
    with_these = ", and with:" if found.added else ""
    msg.good(f"{written.as_posix()} is {path.as_posix()} with all values filled in{with_these}")
    for note in found.added:
        say(f"    {printable(note, LONGEST)}")
    if found.different:
        different = listed(found.different, MOST)
        say(f"Values that differ from spaCy's quickstart (in brackets): {different}")


if __name__ == "__main__":
    run_step(app)
