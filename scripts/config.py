"""Step `config`: the config that is trained, complete and connected to this project.

In: a spaCy config, complete or not, and the corpus. Out: `training/<run>/config.cfg`, which `spacy
train`, `debug config` and `debug data` take as it is; and `corpus/config.cfg`, the part of it that
`check` and `labels` need, which is the same for every run. Runs every time, because a config may name
pipelines that are installed or removed; it writes a file only if the content changed.
"""

import configparser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from pydantic import ValidationError
from spacy.schemas import ConfigSchemaTraining
from spacy.util import get_package_version, load_config, registry
from thinc.api import Config

from scripts.conversion.inputs import Inputs
from scripts.conversion.outcome import Counts
from scripts.files import atomic, fingerprint
from scripts.files.contract import read
from scripts.files.step import run as run_step
from scripts.files.terminal import listed, msg, printable, say
from scripts.training.differences import differences
from scripts.training.filling import Refusal, fill, sources
from scripts.training.spacy_cli import show_validation_error
from scripts.training.wiring import Place, for_corpus, silver_of, wire, without_vectors

NAME = "config.cfg"
LONGEST = 300  # characters of a note on the screen
MOST = 12  # values of a list on the screen

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True)
class WiredConfig:
    """A config that can be trained.

    added: what was changed for that. lacking: what it asks for and has to do without. different: values
    that differ from those of spaCy's quickstart.
    """

    config: Config
    added: list[str]
    lacking: list[str]
    different: list[str]


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
        wrong = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        hint = "See configs/config.cfg for a valid section."
        msg.fail(f"[schedule] in {path.as_posix()} can't be used. {listed(wrong)}", hint, exits=1)
    atomic.write_text_if_changed(run / NAME, heading(path, found.config) + found.config.to_str())
    atomic.write_text_if_changed(corpus / NAME, for_corpus(found.config).to_str())
    show(path, run / NAME, found)


def configure(config: Config, nlp_block: dict[str, Any], place: Place) -> WiredConfig:
    """Return a config that can be trained, and what was done for that.

    nlp_block: language and tokenizer that `convert` has made the corpus with.
    Raises Refusal, or an error of validation, for a config that can't be trained.
    """
    added = same_language(config, nlp_block)
    filled, nlp = fill(config)
    lacking = list(without_vectors(filled))
    added += wire(filled, nlp, place)
    registry.resolve(filled.interpolate()["training"], schema=ConfigSchemaTraining)
    return WiredConfig(filled, added, lacking, differences(filled, nlp))


def same_language(config: Config, nlp_block: dict[str, Any]) -> list[str]:
    """Give the config the language and the tokenizer of the corpus; return what that changed."""
    before, lang = config["nlp"].get("lang"), nlp_block["lang"]
    config["nlp"] |= {"lang": lang}
    if "tokenizer" in nlp_block:
        config["nlp"]["tokenizer"] = nlp_block["tokenizer"]
    else:
        config["nlp"].pop("tokenizer", None)
    if before in (None, lang):
        return []
    return [f"language {lang} (vars.lang) instead of {printable(str(before))}, with its own tokenizer"]


def heading(path: Path, config: Config) -> str:
    """Return the first lines of the file: where it comes from, and what it is made with.

    Versions or hashes of pipelines, weights and silver texts are here so that the file changes with
    them, and what depends on it runs again.
    """
    named = {name for _, name in sources(config).values()}
    initialize = config.interpolate()["initialize"]
    named |= {initialize["vectors"], initialize["init_tok2vec"], *map(str, silver_of(config))}
    lines = [f"# Written by the step `config`. To change it, edit {path.as_posix()}."]
    for name in sorted(str(each) for each in named if each):
        file = Path(name)
        version = fingerprint.of_path(file) if file.exists() else get_package_version(name)
        lines.append(f"# Made with {name}, {version}")
    return "\n".join(lines) + "\n\n"


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
