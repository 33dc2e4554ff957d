"""What raw texts give that tok2vec is pretrained on: the default pipeline with and without.

    python -m benchmarks.pretrain assets/starter --seeds 3 [--raw FOLDER]

Without --raw, half of the training texts are the raw texts, and only the other half is training set.
Out: a table with F on the test set of both, and the difference for each pair of seeds. tok2vec is
pretrained once; each seed then trains it further.
"""

from pathlib import Path

import typer
from spacy.util import load_config

from benchmarks.costs import cost
from benchmarks.raw_texts import RAW, put_raw_texts
from benchmarks.training import CONFIG, prepared, scored, spread, table
from scripts.files import atomic
from scripts.settings.base import settings_path
from scripts.settings.raw import PretrainSettings

PRETRAINED = "training/pretrained/config.cfg"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def pretrain_cli(
    annotations: list[str] = typer.Argument(..., help="Files or folders with annotations"),
    seeds: int = typer.Option(3, help="Number of seeds (0, 1, …)"),
    raw: Path = typer.Option(None, help="Folder with raw texts; default: half of the training texts"),
    epochs: int = typer.Option(20, help="Passes over the raw texts"),
    lang: str = typer.Option("en", help="Language of the texts"),
) -> None:
    """Compare the default pipeline with and without pretraining."""
    rows = []
    for data in annotations:
        with prepared(data, lang) as folder:
            put_raw_texts(folder, raw)
            pretrain(folder, epochs)
            alone = [scored(folder, CONFIG, seed).f for seed in range(seeds)]
            after = [scored(folder, PRETRAINED, seed).f for seed in range(seeds)]
        differences = [one - other for one, other in zip(after, alone, strict=True)]
        rows.append((data, spread(alone), spread(after), spread(differences)))
    header = ("Annotations", "Without", "Pretrained", "Difference")
    print(table(header, rows), flush=True)  # noqa: T201


def pretrain(folder: Path, epochs: int) -> None:
    """Pretrain tok2vec of the default config on the raw texts, and write a config that takes it."""
    settings = PretrainSettings(raw_folder=RAW, pretrain_epochs=epochs)
    atomic.write_json(settings_path(folder / "corpus", "pretrain"), settings.model_dump(mode="json"))
    cost("scripts.pretrain", Path(CONFIG).parent.as_posix(), "corpus", folder=folder)
    config = load_config(folder / "configs/config.cfg")
    config["paths"]["init_tok2vec"] = (Path(CONFIG).parent / "pretrained/model-last.bin").as_posix()
    config.to_disk(folder / "configs/pretrained.cfg")
    run = Path(PRETRAINED).parent.as_posix()
    cost("scripts.config", "configs/pretrained.cfg", run, "corpus", folder=folder)


if __name__ == "__main__":
    app()
