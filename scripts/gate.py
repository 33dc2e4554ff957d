"""Command `gate`: pass, fail or undecided, for a CI job that has to say yes or no.

In: the analysis and the comparison of a run, and configs/gate.cfg, which is read here because a CI job
may run this command alone. Out: one line with the reason, and an exit code: 0 for pass, 1 for fail, and
for undecided what the settings say.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from scripts.files import atomic
from scripts.files.step import run as run_step
from scripts.files.terminal import listed, msg, printable, refuse, say
from scripts.scoring.comparison import names_of
from scripts.scoring.metrics import percent
from scripts.settings.files import WrongSettings, read_one
from scripts.settings.gate import GateSettings

SETTINGS = Path("configs/gate.cfg")
PASS, FAIL, UNDECIDED = "pass", "fail", "undecided"
FEW_WORDS = "too few documents or mentions"
LONGEST = 2000  # characters of the reason

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def gate_cli(
    run: Path = typer.Argument(
        ..., help="The run's folder, with analysis.json", exists=True, file_okay=False
    ),
    reference: str = typer.Option("", help="The reference runs that have to be compared with"),
    given: str = typer.Option("", "--set", help="Settings for this time: gate.min_f=0.8 …"),
) -> None:
    """Say pass, fail or undecided, and why, in one line."""
    try:
        bars = read_one(SETTINGS, GateSettings, given)
    except WrongSettings as error:
        refuse("A setting can't be used", error.problems)
    if not (run / "analysis.json").is_file():
        hint = f"Make it: weasel run analyze . --vars.run {run.name}"
        msg.fail(f"{run.as_posix()} has no analysis.json", hint, exits=1)
    analysis = atomic.read_json(run / "analysis.json")
    if bars.min_label_f:
        refuse_unknown_labels(bars, labels_of(analysis))
    path = run / "comparison.json"
    comparisons = atomic.read_json(path)["runs"] if path.is_file() else []
    if {row["run"] for row in comparisons} != set(names_of(reference)):
        comparisons = []  # made for other references than those that are asked for
    verdict, reason = decide(analysis["test"], comparisons, bars)
    shown = f"{verdict} (counts as {bars.undecided})" if verdict == UNDECIDED else verdict
    say(f"{shown}: {printable(reason, LONGEST)}")  # one line, whatever the width of the terminal
    raise typer.Exit(0 if PASS in (verdict, verdict == UNDECIDED and bars.undecided) else 1)


def labels_of(analysis: dict[str, Any]) -> list[str]:
    """Return the labels of the corpus that analysis.json was made for, in order."""
    measured = (analysis[split]["scores"]["labels"].items() for split in ("test", "dev"))
    found = {label for rows in measured for label, figures in rows if figures["support"]}
    return sorted(found | set(analysis["train"]["labels"]))


def refuse_unknown_labels(bars: GateSettings, known: list[str]) -> None:
    """End the program when a label that has a bar is none of the corpus's: nothing could reach it."""
    if unknown := [label for label in bars.min_label_f if label not in known]:
        title = (
            f"min_label_f in configs/gate.cfg names what is no label of the corpus: {listed(unknown)}"
        )
        several = any("=" in label for label in unknown)
        how = "Separate labels with commas: PERSON=0.8,ORG=0.7. " if several else ""
        msg.fail(title, f"{how}The labels are {listed(known)}.", exits=1)


def decide(
    test: dict[str, Any], comparisons: list[dict[str, Any]], bars: GateSettings
) -> tuple[str, str]:
    """Return the verdict and its reason: the first bar that fails, else one that is undecided.

    test: of analysis.json. A figure below its bar fails. One above it passes only when its whole
    interval is: a small test set, whose interval is wide or which has none, leaves the matter undecided.
    """
    findings = list(judge(test, comparisons, bars))
    for verdict in (FAIL, UNDECIDED):
        for found, reason in findings:
            if found == verdict:
                return found, reason
    if not findings:
        return UNDECIDED, "no bar is set: set min_f, min_label_f or max_loss in configs/gate.cfg"
    return PASS, "; ".join(reason for _, reason in findings)


def judge(
    test: dict[str, Any], comparisons: list[dict[str, Any]], bars: GateSettings
) -> Iterator[tuple[str, str]]:
    """Yield a verdict and its reason for every bar that is set."""
    if bars.min_f:
        yield above("F on test", test["scores"]["micro"], bars.min_f)
    for label, bar in bars.min_label_f.items():
        figures = test["scores"]["labels"].get(label)
        if figures is None or figures["f"] is None:
            told = f"test has no mention of {label}, which has to reach {percent(bar)}"
            yield UNDECIDED, told
        else:
            yield above(f"F of {label}", figures, bar)
    if bars.max_loss == 1:
        return
    if not comparisons:
        yield UNDECIDED, "there is no comparison with vars.reference; make it: weasel run compare"
    for row in comparisons:
        change, (low, _) = row["difference"]["f"], row["difference"]["interval"]
        if change is None:
            yield UNDECIDED, f"there is no gold mention to compare with {row['run']} on"
            continue
        worst = "" if low is None else f", at worst {low * 100:+.1f}"
        told = (
            f"{change * 100:+.1f} points against {row['run']}{worst}, "
            f"where -{bars.max_loss * 100:.1f} are allowed"
        )
        if change < -bars.max_loss:
            yield FAIL, told
        elif low is None:
            yield UNDECIDED, f"{told}; {FEW_WORDS}"
        else:
            yield (UNDECIDED if low < -bars.max_loss else PASS), told


def above(name: str, figures: dict[str, Any], bar: float) -> tuple[str, str]:
    """Return whether a figure, and its whole interval, reach a bar."""
    if figures["f"] is None:
        return UNDECIDED, f"{name} is undefined: there is no gold mention"
    low, high = figures["intervals"].get("f", (None, None))
    interval = "" if low is None else f" ({percent(low)}–{percent(high)})"
    told = f"{name} is {percent(figures['f'])}{interval}, the bar {percent(bar)}"
    if figures["f"] < bar:
        return FAIL, told
    if low is None:
        return UNDECIDED, f"{told}; {FEW_WORDS}"
    return (PASS if low >= bar else UNDECIDED), told


if __name__ == "__main__":
    run_step(app, writes=False)
