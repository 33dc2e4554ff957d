"""Step `labels`, second half: hold what training will read against what `convert` counted.

In: the label file that `spacy init labels` just wrote, the config, and the corpus. Out: nothing but an
exit code: 1 when a gold label is missing from the file, or when the config leaves documents out.
"""

from pathlib import Path
from typing import Any

import typer
from spacy.util import load_config, load_model_from_config, registry

from scripts.files import atomic
from scripts.files.step import run as run_step
from scripts.files.terminal import listed, msg, printable
from scripts.training.labels import missing, names_in, read_labels
from scripts.training.spacy_cli import parse_config_overrides, show_validation_error

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def labels_cli(
    ctx: typer.Context,  # config overrides, as `spacy train` takes them
    config: Path = typer.Argument(
        ..., help="The config that will be trained", exists=True, dir_okay=False
    ),
    labels_path: Path = typer.Argument(..., help="Label file that init labels wrote", exists=True),
    counts: Path = typer.Argument(..., help="corpus/counts.json", exists=True),
) -> None:
    """Prove that the labels are all there and that training will read every document."""
    overrides = parse_config_overrides(ctx.args)
    refuse_unlearnable(config, overrides, labels_path, counts)
    read_labels(labels_path, counts)
    with show_validation_error(config):
        found = documents_read(config, overrides)
    splits = atomic.read_json(counts)["splits"]
    for split, count in found.items():
        expected = splits[split]["documents"]
        if count != expected:
            reason = f"{config} reads {count} of the {expected} documents of {split}"
            msg.fail(reason, "See max_length and limit in its [corpora]; 0 leaves nothing out", exits=1)
    msg.good(f"Training will read {found['train']} documents of train and {found['dev']} of dev")


def refuse_unlearnable(
    config_path: Path, overrides: dict[str, Any], labels_path: Path, counts: Path
) -> None:
    """End the program when a component that another pipeline lends lacks labels that train has.

    spaCy initialises no such component, so that making the label file again would change nothing.
    """
    name = labels_path.stem
    config = load_config(config_path, overrides=overrides)
    source = config["components"].get(name, {}).get("source")
    labels = atomic.read_json(labels_path)
    if source is None or not (unknown := missing(labels, counts)):
        return
    known = listed(sorted(names_in(labels)))
    reason = (
        f"The config takes {name} from {printable(source)}, which has {known}: "
        f"it can't learn {listed(unknown)}, for a component taken from elsewhere keeps its labels"
    )
    advice = (
        f"Replace source in [components.{name}] by what configs/config.cfg has there, so that it is "
        "trained from the beginning; or give labels the names that it knows (configs/label_map.yml)"
    )
    msg.fail(reason, advice, exits=1)


def documents_read(config_path: Path, overrides: dict[str, Any]) -> dict[str, int]:
    """Return how many documents the config's own readers yield for train and dev.

    Augmentation is left out, for it makes several examples of one document.
    """
    config = load_config(config_path, overrides=overrides, interpolate=True)
    for reader in config["corpora"].values():
        if "augmenter" in reader:
            reader["augmenter"] = None
    nlp = load_model_from_config({"nlp": {**config["nlp"], "pipeline": []}}, auto_fill=True)
    readers = registry.resolve({"corpora": config["corpora"]})["corpora"]
    return {split: sum(1 for _ in readers[split](nlp)) for split in ("train", "dev")}


if __name__ == "__main__":
    run_step(app)
