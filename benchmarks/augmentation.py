"""What augmenters give: the default config with each of them, on the same corpus and for as many steps.

    python -m benchmarks.augmentation assets/starter --seeds 2 [--width 64 --depth 2]

Out: a table with F on the test set, and the difference from the default config for each pair of seeds.
`fresh` is the same augmenter with max_epochs = -1, so that each pass has other copies of the documents.
"""

from pathlib import Path
from typing import Any

import typer
from spacy.util import load_config
from thinc.api import Config

from benchmarks.training import CONFIG, prepared, scored, spread

OWN = "training/default/augmented.cfg"
REPLACE = {"@augmenters": "ner_template.replace_entities.v1", "path": "${paths.train}"}
LOWER = {"@augmenters": "spacy.lower_case.v1"}
STREAM = {"@readers": "ner_template.GoldAndSilver.v1", "silver": "${paths.train}", "ratio": 0.0}
# What each variant changes in [corpora.train].
VARIANTS: dict[str, dict[str, Any]] = {
    "replace_entities 1.0": {"augmenter": {**REPLACE, "level": 1.0}},
    "replace_entities 1.0, fresh": {"augmenter": {**REPLACE, "level": 1.0}, **STREAM},
    "lower_case 0.2": {"augmenter": {**LOWER, "level": 0.2}},
    "lower_case 0.2, fresh": {"augmenter": {**LOWER, "level": 0.2}, **STREAM},
}

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def augmentation_cli(
    annotations: list[str] = typer.Argument(..., help="Files or folders with annotations"),
    seeds: int = typer.Option(2, help="Number of seeds for each variant (0, 1, …)"),
    width: int = typer.Option(96, help="Width of tok2vec"),
    depth: int = typer.Option(4, help="Depth of tok2vec"),
    lang: str = typer.Option("en", help="Language of the texts"),
) -> None:
    """Measure the effect of each augmenter."""
    for data in annotations:
        with prepared(data, lang) as folder:
            config = load_config(folder / CONFIG)
            encode = config["components"]["tok2vec"]["model"]["encode"]
            encode |= {"width": width, "depth": depth}
            default = [trained(folder, config, {}, seed) for seed in range(seeds)]
            print(f"{data}: default {spread(default)}", flush=True)  # noqa: T201
            for name, changes in VARIANTS.items():
                scores = [trained(folder, config, changes, seed) for seed in range(seeds)]
                differences = [f - own for f, own in zip(scores, default, strict=True)]
                row = f"| {name} | {spread(scores)} | {spread(differences)} |"
                print(row, flush=True)  # noqa: T201


def trained(folder: Path, config: Config, changes: dict[str, Any], seed: int) -> float:
    """Train a config with changes to [corpora.train] in a prepared folder; return F on the test set."""
    changed = config.copy()
    changed["corpora"]["train"] |= changes
    if "@readers" in changes:
        changed["training"]["max_epochs"] = -1
    changed.to_disk(folder / OWN)
    return scored(folder, OWN, seed).f


if __name__ == "__main__":
    app()
