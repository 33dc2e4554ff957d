"""Step `labels`, second half: compare what training will read with what `convert` counted.

In: the label files that `spacy init labels` just wrote, the config, and the corpus. Out: nothing but an
exit code: 1 when a label of the training set is missing, or when the config leaves documents out.
"""

from pathlib import Path

import typer
from spacy.util import dot_to_object, load_config, load_model_from_config, resolve_dot_names

from scripts.annotation.splits import SETS
from scripts.conversion.outcome import Counts
from scripts.corpus.marks import ENTITIES, SPANCAT
from scripts.files.contract import read
from scripts.files.step import run as run_step
from scripts.files.terminal import msg
from scripts.training.labels import read_labels
from scripts.training.spacy_cli import show_validation_error

SPLITS = ("train", "dev")  # that training reads

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def labels_cli(
    config: Path = typer.Argument(..., help="corpus/config.cfg", exists=True, dir_okay=False),
    corpus: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
) -> None:
    """Check that no label is missing and that training will read every document."""
    remove_others(config, corpus / "labels")
    for name in marking_components(config):
        read_labels(corpus / "labels" / f"{name}.json", corpus / "counts.json")
    with show_validation_error(config):
        found = documents_read(config)
    splits = read(corpus / "counts.json", Counts, "convert")["splits"]
    for split, count in found.items():
        expected = splits[split]["documents"]
        if count != expected:
            reason = f"The config reads {count} of the {expected} documents of the {SETS[split]}"
            msg.fail(reason, "See max_length and limit in its [corpora]; 0 leaves nothing out.", exits=1)
    many = " and ".join(f"{count} documents of the {SETS[split]}" for split, count in found.items())
    msg.good(f"Training will read {many}")


def remove_others(config: Path, folder: Path) -> None:
    """Remove label files of components that the config does not have, as an earlier config had them."""
    names = load_config(config)["nlp"]["pipeline"]
    for path in folder.glob("*.json"):
        if path.stem not in names:
            path.unlink()


def marking_components(config: Path) -> list[str]:
    """Return the components of a config that learn to find entities or spans."""
    blocks = load_config(config)["components"].items()
    return [name for name, block in blocks if block.get("factory") in (*ENTITIES, *SPANCAT)]


def documents_read(config_path: Path) -> dict[str, int]:
    """Return how many documents the config's own readers yield for the training set and the dev set.

    Augmentation is left out: it makes several examples of one document.
    """
    config = load_config(config_path, interpolate=True)
    names = [config["training"][f"{split}_corpus"] for split in SPLITS]
    for name in names:
        if "augmenter" in (block := dot_to_object(config, name)):
            block["augmenter"] = None
    nlp = load_model_from_config({"nlp": {**config["nlp"], "pipeline": []}}, auto_fill=True)
    readers = zip(SPLITS, resolve_dot_names(config, names), strict=True)
    return {split: sum(1 for _ in reader(nlp)) for split, reader in readers}


if __name__ == "__main__":
    run_step(app)
