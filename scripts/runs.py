"""Command `runs`: everything that was ever trained here, in one table, without a server.

    python -m scripts.runs training                                       all runs, the oldest first
    python -m scripts.runs training --where "config=fast.cfg" --where "test>70" --sort=-test
    python -m scripts.runs training --show training.dropout,test.PERSON   more columns
    python -m scripts.runs training --trials --sort=-dev                  trials of experiments, too
    python -m scripts.runs training --compare default,fast                what was different

In: the folders of runs, and `runs.jsonl`, which keeps earlier trainings. Out: a table on the screen, or
with --json a line of JSON for each run.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from scripts.files.step import run as run_step
from scripts.files.terminal import LONGEST, duration, listed, msg, printable, say
from scripts.tracking.columns import (
    UnknownName,
    as_text,
    check_name,
    chosen,
    condition,
    in_order,
    value_of,
)
from scripts.tracking.differences import causes, scores, test_sets
from scripts.tracking.row import RunRow
from scripts.tracking.table import rows_in

SHOWN = ("run", "config", "seed", "started", "seconds", "dev", "test", "speed", "corpus", "test_set")
HEADINGS = {
    "seconds": "training",
    "dev": "dev F",
    "test": "test F",
    "speed": "words/s",
    "test_set": "test set",
}
LEFT = {"run", "config", "started", "corpus", "test_set"}
UNKNOWN = "–"
SAME = "nothing that is recorded"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def runs_cli(
    training: Path = typer.Argument(..., help="Folder with runs", exists=True, file_okay=False),
    where: list[str] = typer.Option([], help='A condition: "config=fast.cfg", "training.dropout<=0.2"'),
    sort: str = typer.Option("started", help="What to sort by; -test: the largest first"),
    show: str = typer.Option("", help="More columns, separated by commas"),
    trials: bool = typer.Option(False, "--trials", help="Also list trials of experiments and sweeps"),
    compare: str = typer.Option("", help="Runs to compare, by name or number, separated by commas"),
    as_json: bool = typer.Option(False, "--json", help="Print a line of JSON for each run"),
) -> None:
    """List, filter, sort and compare all runs."""
    rows = rows_in(training)
    if not rows:
        msg.info(f"{training.as_posix()} has no runs", "weasel run all trains the first one.")
        return
    try:
        numbers = {id(row): number for number, row in enumerate(rows, 1)}
        listed_rows = [row for row in rows if trials or row["trial"] is None]
        found = in_order(chosen(listed_rows, map(condition, where)), sort)
        more = names_in(show)
        for name in more:
            check_name(found, name)
        if compare:
            side_by_side([named(rows, name) for name in names_in(compare)])
        elif as_json:
            for row in found:
                say(json.dumps(row))  # ASCII: `say` escapes as Python does, not as JSON
        else:
            table(found, numbers, [*SHOWN, *more])
            if hidden := len(rows) - len(listed_rows):
                say(f"Trials of experiments and sweeps that are not listed: {hidden} (--trials)")
    except UnknownName as error:
        msg.fail(str(error), exits=1)


def names_in(text: str) -> list[str]:
    """Return the names in a list with commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def named(rows: Sequence[RunRow], name: str) -> RunRow:
    """Return the run with a name, the latest of several, or else with a number.

    Raises UnknownName if there is none.
    """
    if same := [row for row in rows if row["name"] == name]:
        return same[-1]
    if name.isdecimal() and 0 < int(name) <= len(rows):
        return rows[int(name) - 1]
    known = sorted({row["name"] for row in rows})
    raise UnknownName(f"There is no run {printable(name)}; there are {listed(known)}")


def table(rows: Sequence[RunRow], numbers: dict[int, int], columns: Sequence[str]) -> None:
    """Print a row for each run."""
    cells = [(numbers[id(row)], *(cell(name, value_of(row, name)) for name in columns)) for row in rows]
    header = ("no.", *(HEADINGS.get(name, name) for name in columns))
    aligns = ("r", *("l" if name in LEFT else "r" for name in columns))
    msg.table(cells, header=header, divider=True, aligns=aligns)
    if len(test_sets(rows)) > 1:
        msg.info("Compare F only between runs with the same test set.")


def side_by_side(rows: Sequence[RunRow]) -> None:
    """Print what was different between runs, and what they reached."""
    header = ("", *(row["name"] for row in rows))
    aligns = ("l", *("r" for _ in rows))
    found = [(name, *(cell(name, value) for value in values)) for name, values in causes(rows)]
    say("Different:" if found else f"Different: {SAME}")
    if found:
        msg.table(found, header=header, divider=True, aligns=aligns)
    reached = [(name, *(cell(name, value) for value in values)) for name, values in scores(rows)]
    say("Reached:")
    msg.table(reached, header=header, divider=True, aligns=aligns)
    if len(test_sets(rows)) > 1:
        msg.warn("These runs were scored on different test sets: their F can't be compared.")
    else:
        names = ",".join(row["name"] for row in rows[:-1])
        hint = f"weasel run compare . --vars.run {rows[-1]['name']} --vars.reference {names}"
        msg.info(f"Whether a difference is more than chance: {hint}")


def cell(name: str, value: Any) -> str:
    """Return a value as the table shows it."""
    if value is None:
        return UNKNOWN
    if name == "seconds":
        return duration(value)
    if name == "speed":
        return f"{value:,}"
    return printable(as_text(value), LONGEST)


if __name__ == "__main__":
    run_step(app, writes=False)
