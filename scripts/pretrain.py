"""Step `pretrain`: spaCy's own pretraining of tok2vec (`spacy pretrain`) on raw texts.

In: the run's config and raw texts (settings in configs/raw.cfg). Out: `corpus/raw.jsonl`, the texts that
the corpus lacks, and `pretrained/` in the run's folder with the config, the losses and the weights
(`model-last.bin`), which `init_tok2vec` in a config's [paths] takes. Without raw texts nothing happens.
"""

import json
from pathlib import Path

import typer
from spacy.training.pretrain import pretrain as spacy_pretrain
from spacy.util import load_config
from thinc.api import Config, require_gpu

from scripts.corpus.raw_texts import RawTextError, unseen_texts
from scripts.files import atomic
from scripts.files.step import run as run_step
from scripts.files.terminal import msg, printable, say
from scripts.settings.base import read_settings
from scripts.settings.raw import PretrainSettings
from scripts.training.pretraining import add_pretraining
from scripts.training.refusals import TRANSFORMERS

RAW = "raw.jsonl"
WEIGHTS = "model-last.bin"
WITH_TOK2VEC = "config.cfg"
LONGEST = 1_000_000  # characters of a text that spaCy takes by default

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def pretrain_cli(
    run: Path = typer.Argument(..., help="The run's folder", exists=True, file_okay=False),
    corpus: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
    gpu_id: int = typer.Option(-1, help="GPU to train on, or -1 for the CPU"),
) -> None:
    """Pretrain tok2vec on the raw texts."""
    settings = read_settings(corpus, "pretrain", PretrainSettings)
    config = config_for(run, settings.pretrain_epochs)
    try:
        count = write_raw(Path(settings.raw_folder), corpus)
    except RawTextError as error:
        msg.fail("The raw texts can't be read", str(error), exits=1)
    if not count:
        where = printable(settings.raw_folder)
        msg.info(f"No texts in {where} that the corpus lacks, so there is nothing to pretrain on")
        return
    msg.info(f"Pretraining on {count:,} texts, {settings.pretrain_epochs} times")
    weights = pretrain(config, run, corpus, gpu_id)
    msg.good(f"Weights written to {weights.as_posix()}")
    say(f'Train with them: init_tok2vec = "{weights.as_posix()}" in [paths] of a copy of the config')


def write_raw(folder: Path, corpus: Path) -> int:
    """Write the raw texts that the corpus lacks to raw.jsonl; return how many. Raises RawTextError."""
    count = 0
    with atomic.replacing(corpus / RAW) as temporary, atomic.open_text(temporary) as stream:
        for count, text in enumerate(unseen_texts(folder, corpus, LONGEST), 1):  # noqa: B007
            stream.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
    return count


def config_for(run: Path, epochs: int) -> Config:
    """Return the run's config with [pretraining].

    Ends the program for a config whose component can't be pretrained.
    """
    path = run / "config.cfg"
    config = load_config(path)
    add_pretraining(config)
    config["pretraining"] |= {"max_epochs": epochs, "n_save_epoch": epochs}
    name = config["pretraining"]["component"]
    if name not in config["components"]:
        reason = f"{path.as_posix()} has no component {printable(str(name))} to pretrain"
        msg.fail(reason, f"Train with a config that has one, such as {WITH_TOK2VEC}.", exits=1)
    if config["components"][name].get("factory") in TRANSFORMERS:
        reason = f"The component {printable(str(name))} of {path.as_posix()} is a transformer"
        msg.fail(reason, f"Transformers are pretrained already. Train with {WITH_TOK2VEC}.", exits=1)
    return config


def pretrain(config: Config, run: Path, corpus: Path, gpu_id: int = -1) -> Path:
    """Pretrain a component with what `config_for` returned; return the file with its weights."""
    config["paths"] |= {"raw_text": (corpus / RAW).as_posix(), "init_tok2vec": None}
    if gpu_id >= 0:
        require_gpu(gpu_id)
    with atomic.replacing(run / "pretrained") as folder:
        folder.mkdir(parents=True)
        config.to_disk(folder / "config.cfg")
        spacy_pretrain(Config(config.interpolate()), folder, use_gpu=gpu_id, silent=False)
        for path in folder.glob("model[0-9]*.bin"):
            path.unlink()
    return run / "pretrained" / WEIGHTS


if __name__ == "__main__":
    run_step(app)
