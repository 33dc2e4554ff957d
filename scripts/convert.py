"""Step `convert`: raw annotations to a corpus that spaCy trains on.

In: `corpus/inputs.json`, which names the files and the tokenizer, and the settings. Out: `train.spacy`,
`dev.spacy`, `test.spacy`, `conversion.json` (counts that add up), `counts.json` (what of it the later
steps need, so that a renamed file starts no training), `rejected.jsonl` (what could not be used as it
was, and why) and `patterns.jsonl` (dictionaries, for an entity_ruler). All of them change together, at
the end, or none does.
"""

from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import typer

from scripts.annotation.splits import SPLITS
from scripts.annotation.text import FileFault
from scripts.conversion.inputs import Inputs
from scripts.conversion.label_mapping import with_clean_names
from scripts.conversion.outcome import Conversion
from scripts.conversion.reading import PATTERNS
from scripts.conversion.refusals import refuse_too_many_rejects, refuse_useless
from scripts.conversion.showing import show
from scripts.conversion.workers import Workers, collect_seldom
from scripts.conversion.writing import counts_of, write_corpus
from scripts.corpus.tokenizer import LanguageError
from scripts.files import atomic
from scripts.files.contract import read
from scripts.files.step import run as run_step
from scripts.files.terminal import msg
from scripts.settings.base import read_settings
from scripts.settings.convert import ConvertSettings

STAGING = "convert.tmp"  # everything is written here first
FAILED = "failed"  # counts and rejects of a conversion that was refused
OUTPUTS = (
    *(f"{split}.spacy" for split in SPLITS),
    *(f"{split}.sources.jsonl" for split in SPLITS),
    "counts.json",
    "conversion.json",
    "rejected.jsonl",
    PATTERNS,
)


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def convert_cli(
    folder: Path = typer.Argument(
        ..., help="Folder with inputs.json, to write the corpus to", exists=True, file_okay=False
    ),
) -> None:
    """Convert raw annotations to train.spacy, dev.spacy and test.spacy."""
    inputs = read(folder / "inputs.json", Inputs, "inputs")
    settings = read_settings(folder, "convert", ConvertSettings)
    try:
        collect_seldom()
        report = convert(inputs, settings, folder)
    except (FileFault, LanguageError) as error:
        msg.fail(str(error), error.hint, exits=1)
    except BrokenProcessPool:
        reason = "A worker process was killed, perhaps because memory ran out"
        hint = "The old corpus is unchanged. Set processes in configs/convert.cfg to 1."
        msg.fail(reason, hint, exits=1)
    except OSError as error:
        reason = f"Can't read the annotations or write the corpus: {error}"
        msg.fail(reason, "The old corpus is unchanged. Free some disk space, or fix the file.", exits=1)
    show(report, folder)


def convert(inputs: Inputs, settings: ConvertSettings, folder: Path) -> Conversion:
    """Write the corpus to `folder` and return what conversion.json says.

    inputs: the contents of inputs.json.
    Raises FileFault for what stops the conversion; the old corpus is then left as it was.
    """
    settings = with_clean_names(settings)
    staging = folder / STAGING
    try:
        with Workers(settings.processes) as workers:
            report = write_corpus(inputs, settings, staging, workers)
        atomic.write_json(staging / "conversion.json", report)
        atomic.write_json(staging / "counts.json", counts_of(report))
        try:
            refuse_too_many_rejects(report, settings)
            refuse_useless(report, inputs["annotations"], settings)
        except FileFault as error:
            raise FileFault(error.file, error.reason, f"{error.hint}; {keep(staging, folder)}") from None
        for name in OUTPUTS:
            atomic.move(staging / name, folder / name)
        atomic.remove(folder / FAILED)
    finally:
        atomic.remove(staging)
    return report


def keep(staging: Path, folder: Path) -> str:
    """Keep counts and rejects of a conversion that is refused, and return where they are, in words."""
    failed = folder / FAILED
    atomic.remove(failed)
    failed.mkdir(parents=True)
    for name in ("conversion.json", "rejected.jsonl"):
        atomic.move(staging / name, failed / name)
    return f"see {failed.as_posix()}/rejected.jsonl; the old corpus is unchanged"


if __name__ == "__main__":
    run_step(app)
