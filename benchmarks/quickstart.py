"""Train the default config and spaCy's quickstart config on the same corpus files, in turn.

    python -m benchmarks.quickstart assets/starter [more annotations ...] --seeds 3

In: annotations, as `vars.annotations` takes them. Out: a table with F on test (mean and standard
deviation over the seeds) and training time (wall clock of `spacy train`, and the ratio pair by pair);
all figures as JSON with --output. The rival is `spacy init config -p ner -o efficiency`.
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import typer

PROJECT = Path(__file__).parents[1]
COPIED = ("assets", "configs", "scripts", "project.yml")

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def quickstart_cli(
    annotations: list[str] = typer.Argument(..., help="Files or folders with annotations"),
    seeds: int = typer.Option(3, help="Seeds, from 0 on, that each config is trained with"),
    lang: str = typer.Option("en", help="Language of the texts"),
    output: Path | None = typer.Option(None, help="JSON file for all figures"),
) -> None:
    """Compare the default config with spaCy's quickstart config."""
    figures = {}
    for data in annotations:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            for name in COPIED:
                copy = shutil.copytree if (PROJECT / name).is_dir() else shutil.copy
                copy(PROJECT / name, folder / name)
            source = Path(data).resolve().as_posix()
            for step in ("inputs", "convert", "labels"):
                run(
                    folder, "weasel", "run", step, ".", "--vars.annotations", source, "--vars.lang", lang
                )
            quick = ("init", "config", "quickstart.cfg", "-p", "ner", "-o", "efficiency", "-l", lang)
            run(folder, "spacy", *quick)
            figures[data] = [measure(folder, lang, seed) for seed in range(seeds)]
        print(table(data, figures[data]), flush=True)  # noqa: T201
        if output:
            output.write_text(json.dumps(figures, indent=2), encoding="utf8")


def measure(folder: Path, lang: str, seed: int) -> dict[str, dict[str, float]]:
    """Return F on test and seconds of training for both configs, trained one after the other."""
    found = {}
    for name, config in (("ours", "configs/config.cfg"), ("quickstart", "quickstart.cfg")):
        options = ["--output", f"training/{name}", "--system.seed", str(seed), "--nlp.lang", lang]
        options += ["--paths.train", "corpus/train.spacy", "--paths.dev", "corpus/dev.spacy"]
        started = time.perf_counter()
        run(folder, "spacy", "train", config, *options)
        seconds = time.perf_counter() - started
        scores = folder / f"{name}.json"
        model = f"training/{name}/model-best"
        run(folder, "spacy", "evaluate", model, "corpus/test.spacy", "--output", str(scores))
        found[name] = {"f": json.loads(scores.read_text(encoding="utf8"))["ents_f"], "seconds": seconds}
    return found


def run(folder: Path, module: str, *arguments: str) -> None:
    """Run a module of this Python in `folder`, and stop when it fails."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf8", check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")


def table(data: str, figures: list[dict[str, dict[str, Any]]]) -> str:
    """Return a Markdown table of the means and standard deviations over the seeds."""
    lines = [f"{data}, {len(figures)} seeds", "", "| Config | F on test | Seconds |", "|---|---:|---:|"]
    for name in ("ours", "quickstart"):
        scores = [100 * each[name]["f"] for each in figures]
        seconds = [each[name]["seconds"] for each in figures]
        lines.append(f"| {name} | {spread(scores)} | {spread(seconds)} |")
    ratios = [each["ours"]["seconds"] / each["quickstart"]["seconds"] for each in figures]
    lines += ["", f"Time, ours to quickstart, seed by seed: {spread(ratios, 2)}", ""]
    return "\n".join(lines)


def spread(values: list[float], digits: int = 1) -> str:
    """Return mean and sample standard deviation, the latter only where there are two values."""
    mean = f"{statistics.mean(values):.{digits}f}"
    return f"{mean} ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else mean


if __name__ == "__main__":
    app()
