"""The results of the configs as a table and a plot in docs/measured.md, and as `configs/measured.json`.

    python -m benchmarks.config_tables            writes all three
    python -m benchmarks.config_tables --check    says whether they are up to date

In: `benchmarks/results/configs.jsonl`, which `benchmarks.configs` writes. Out: a table for each corpus
between two markers in docs/measured.md; `docs/images/configs.svg`; and the figures that the list of
configs shows.
"""

import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from benchmarks.config_plot import plot
from benchmarks.config_results import RESULTS, TEST, Summary, read_rows, summaries
from benchmarks.costs import PROJECT
from benchmarks.rivals import RIVALS
from benchmarks.training import between, spread, table
from scripts.files import atomic

PAGE = PROJECT / "docs/measured.md"
PLOT = PROJECT / "docs/images/configs.svg"
MEASURED = PROJECT / "configs/measured.json"
BEGIN, END = "<!-- configs: python -m benchmarks.config_tables -->", "<!-- end of configs -->"
COMMAND = "python -m benchmarks.config_tables"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def config_tables_cli(check: bool = typer.Option(False, help="Only check the files")) -> None:
    """Write the table, the plot and the figures of the configs."""
    stale = [path for path, text in files().items() if not path.is_file() or read(path) != text]
    if check and stale:
        names = ", ".join(path.relative_to(PROJECT).as_posix() for path in stale)
        raise SystemExit(f"Out of date: {names}; update with: {COMMAND}")
    for path in stale:
        atomic.write_text(path, files()[path])


def files() -> dict[Path, str]:
    """Return the contents of the three files."""
    found = [each for each in summaries(read_rows(RESULTS), TEST) if is_there(each.config)]
    return {
        PAGE: between(read(PAGE), BEGIN, END, config_table(found, TEST)),
        PLOT: plot(found),
        MEASURED: atomic.as_json(figures(found)),
    }


def is_there(config: str) -> bool:
    """Say whether a config is a rival or still in configs/."""
    return config in RIVALS or (PROJECT / "configs" / config).is_file()


def read(path: Path) -> str:
    """Return a text file."""
    return path.read_text(encoding="utf8")


def config_table(found: Sequence[Summary], split: str) -> str:
    """Return a Markdown table for each corpus."""
    header = (
        "Config",
        f"F on the {split} set",
        "Seeds",
        "Training, CPU seconds",
        "/ quickstart",
        "Words per second / quickstart",
        "Memory / quickstart",
        "Size, MB",
    )
    parts = []
    for corpus in dict.fromkeys(each.corpus for each in found):
        here = [each for each in found if each.corpus == corpus]
        texts = " / ".join(f"{count:,}" for count in here[0].texts.values())
        rows = [row_of(each) for each in in_order(here)]
        parts.append(f"**{corpus}** ({texts} texts)\n\n{table(header, rows)}")
    return "\n".join(parts)


def in_order(found: Sequence[Summary]) -> list[Summary]:
    """Return our configs from the fastest to train to the slowest, and then the rivals."""
    rivals = list(RIVALS)
    ours = [each for each in found if each.config not in rivals]
    ours.sort(key=lambda each: (each.seconds or 0.0, each.config))
    theirs = [each for each in found if each.config in rivals]
    return ours + sorted(theirs, key=lambda each: rivals.index(each.config))


def row_of(each: Summary) -> tuple[str, ...]:
    """Return a row of the table."""
    seconds = "–" if each.seconds is None else f"{each.seconds:,.0f}"
    ratios = (each.training, each.speed, each.memory)
    name = f"`{each.config}`" if each.config not in RIVALS else each.config
    return (
        name,
        spread(each.f),
        str(len(each.f)),
        seconds,
        *("–" if ratio is None else f"{ratio:.2f}" for ratio in ratios),
        f"{each.megabytes:.1f}",
    )


def figures(found: Sequence[Summary]) -> dict[str, Any]:
    """Return what the list of configs shows of each: F, and ratios to the quickstart, by corpus.

    A config that was not measured beside the quickstart is left out. The spread of one seed is 0.
    """
    configs: dict[str, dict[str, Any]] = {}
    for each in found:
        if each.training is None or each.speed is None:
            continue
        configs.setdefault(each.config, {})[each.corpus] = {
            "f": round(statistics.mean(each.f), 1),
            "spread": round(statistics.stdev(each.f), 1) if len(each.f) > 1 else 0.0,
            "seeds": len(each.f),
            "training": rounded(each.training),
            "speed": rounded(each.speed),
            "memory": rounded(each.memory),
            "megabytes": round(each.megabytes, 1),
        }
    configs = dict(sorted(configs.items(), key=lambda item: (item[0] in RIVALS, item[0])))
    return {"corpora": list(dict.fromkeys(each.corpus for each in found)), "configs": configs}


def rounded(ratio: float | None) -> float | None:
    """Return a ratio with two decimals."""
    return None if ratio is None else round(ratio, 2)


if __name__ == "__main__":
    app()
