"""Reset each value that the default config changed to that of spaCy's quickstart, one at a time.

    python -m benchmarks.ablation assets/starter [more annotations ...] --seeds 3

Out: a table with F on the test set, the difference from the default config for each pair of seeds (below
zero: our value helps), and the ratio of processor seconds of training. All variants train for the same
number of steps.
"""

import typer

from benchmarks.training import CONFIG, prepared, scored, spread

VARIANTS: dict[str, tuple[str, ...]] = {
    "dropout 0.1": ("--training.dropout", "0.1"),
    "no averaged weights": ("--training.optimizer.use_averages", "false"),
    "learning rate 0.001 throughout": ("--training.optimizer.learn_rate", "0.001"),
    "batches from 100 words by 1.001": (
        "--training.batcher.size.start",
        "100",
        "--training.batcher.size.compound",
        "1.001",
    ),
    "no lookups": ("--initialize.lookups", "null"),
}

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def ablation_cli(
    annotations: list[str] = typer.Argument(..., help="Files or folders with annotations"),
    seeds: int = typer.Option(3, help="Number of seeds for each variant (0, 1, …)"),
    lang: str = typer.Option("en", help="Language of the texts"),
) -> None:
    """Measure the effect of each changed value of the default config."""
    for data in annotations:
        with prepared(data, lang) as folder:
            default = [scored(folder, CONFIG, seed) for seed in range(seeds)]
            print(f"{data}: default {spread([score.f for score in default])}", flush=True)  # noqa: T201
            for name, overrides in VARIANTS.items():
                scores = [scored(folder, CONFIG, seed, *overrides) for seed in range(seeds)]
                pairs = list(zip(scores, default, strict=True))
                f = spread([score.f for score in scores])
                difference = spread([score.f - own.f for score, own in pairs])
                ratio = spread([score.seconds / own.seconds for score, own in pairs], 2)
                print(f"| {name} | {f} | {difference} | {ratio} |", flush=True)  # noqa: T201


if __name__ == "__main__":
    app()
