"""Train the default config and spaCy's quickstart config alternately, on the same corpus files.

    python -m benchmarks.quickstart assets/starter [more annotations ...] --seeds 3

In: annotations, as in `vars.annotations`. Out: a table with F on the test set and training time: mean
and standard deviation over the seeds, and the ratio of times for each pair of runs. The rival is
`spacy init config -p ner -o efficiency`.
"""

import typer

from benchmarks.training import CONFIG, Score, prepared, run, spread, train

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def quickstart_cli(
    annotations: list[str] = typer.Argument(..., help="Files or folders with annotations"),
    seeds: int = typer.Option(3, help="Number of seeds for each config (0, 1, …)"),
    lang: str = typer.Option("en", help="Language of the texts"),
) -> None:
    """Compare the default config with spaCy's quickstart config."""
    for data in annotations:
        ours, rival = [], []
        with prepared(data, lang) as folder:
            quick = ("init", "config", "quickstart.cfg", "-p", "ner", "-o", "efficiency", "-l", lang)
            run(folder, "spacy", *quick)
            for seed in range(seeds):
                ours.append(train(folder, CONFIG, seed, lang))
                rival.append(train(folder, "quickstart.cfg", seed, lang))
        print(table(data, ours, rival), flush=True)  # noqa: T201


def table(data: str, ours: list[Score], rival: list[Score]) -> str:
    """Return a Markdown table with the figures of both configs over the seeds."""
    lines = [f"{data}, {len(ours)} seeds", "", "| Config | F on test | Seconds |", "|---|---:|---:|"]
    for name, scores in (("ours", ours), ("quickstart", rival)):
        f = spread([score.f for score in scores])
        lines.append(f"| {name} | {f} | {spread([score.seconds for score in scores])} |")
    ratios = [one.seconds / other.seconds for one, other in zip(ours, rival, strict=True)]
    lines += ["", f"Time, ours to quickstart, seed by seed: {spread(ratios, 2)}", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    app()
