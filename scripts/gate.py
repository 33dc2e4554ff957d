"""Command `gate`: pass, fail or undecided, for a CI job that needs a yes or a no.

In: the analysis and the comparison of a run, and configs/gate.cfg, which is read here because a CI job
may run this command alone. Out: one line with the reason, and an exit code: 0 for pass, 1 for fail, and
for undecided what the settings say.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NotRequired

import typer
from typing_extensions import TypedDict

from scripts.files.contract import read, read_if_there
from scripts.files.names import runs_in
from scripts.files.step import run as run_step
from scripts.files.terminal import listed, msg, printable, refuse, say
from scripts.scoring.analysis import Analysis, LabelScores, SplitAnalysis
from scripts.scoring.comparison import Comparison, RunComparison
from scripts.scoring.metrics import UNDEFINED, Bounds, in_sentence, percent, short, signed
from scripts.settings.files import WrongSettings, read_one
from scripts.settings.gate import GateSettings

SETTINGS = Path("configs/gate.cfg")
PASS, FAIL, UNDECIDED = "pass", "fail", "undecided"
FEW_WORDS = "there are too few documents or entities for an interval"
LONGEST = 2000  # characters of the reason


class Scored(TypedDict):
    """What is read of metrics.json: the hash of the test set."""

    fingerprint: NotRequired[str | None]


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def gate_cli(
    run: Path = typer.Argument(
        ..., help="The run's folder, with analysis.json", exists=True, file_okay=False
    ),
    reference: str = typer.Option("", help="The reference runs to compare with"),
    given: str = typer.Option("", "--set", help="Settings for this run: gate.min_f=0.8 …"),
) -> None:
    """Print pass, fail or undecided, and the reason, in one line."""
    try:
        bars = read_one(SETTINGS, GateSettings, given)
    except WrongSettings as error:
        refuse("A setting can't be used", error.problems)
    name = run.resolve().name
    analysis = read(run / "analysis.json", Analysis, f"analyze . --vars.run {name}")
    metrics = read_if_there(run / "metrics.json", Scored, f"evaluate . --vars.run {name}")
    if metrics and metrics.get("fingerprint") != analysis["fingerprints"]["test"]:
        title = f"metrics.json and analysis.json of the run {printable(name)} are of different test sets"
        msg.fail(title, f"Make them again: weasel run all . --vars.run {name}", exits=1)
    if bars.min_label_f:
        refuse_unknown_labels(bars, labels_of(analysis))
    step = f"compare . --vars.run {name}"
    comparison = read_if_there(run / "comparison.json", Comparison, step)
    comparisons = comparison["runs"] if comparison else []
    if {row["run"] for row in comparisons} != set(runs_in(reference)):
        comparisons = []  # made for other references than the named ones
    result, reason = decide(analysis["test"], comparisons, bars)
    shown = f"{result} (counts as {bars.undecided})" if result == UNDECIDED else result
    say(f"{shown}: {printable(reason, LONGEST)}")  # one line, whatever the width of the terminal
    raise typer.Exit(0 if PASS in (result, result == UNDECIDED and bars.undecided) else 1)


def labels_of(analysis: Analysis) -> list[str]:
    """Return the labels of the corpus that analysis.json was made for, in order."""
    measured = (split["scores"]["labels"].items() for split in (analysis["test"], analysis["dev"]))
    found = {label for rows in measured for label, figures in rows if figures["support"]}
    return sorted(found | set(analysis["train"]["labels"]))


def refuse_unknown_labels(bars: GateSettings, known: list[str]) -> None:
    """End the program when a label with a minimum is not in the corpus: nothing could reach it."""
    if unknown := [label for label in bars.min_label_f if label not in known]:
        title = (
            f"min_label_f in configs/gate.cfg names labels that are not in the corpus: {listed(unknown)}"
        )
        several = any("=" in label for label in unknown)
        how = "Separate labels with commas: PERSON=0.8,ORG=0.7. " if several else ""
        msg.fail(title, f"{how}The labels are {listed(known)}.", exits=1)


def decide(test: SplitAnalysis, comparisons: list[RunComparison], bars: GateSettings) -> tuple[str, str]:
    """Return the result and its reason: the first minimum that is missed, else one that is undecided.

    A figure below its minimum fails. A figure above it passes only when its whole interval is: with a
    small test set, which gives a wide interval or none, the result is undecided.
    """
    findings = list(judge(test, comparisons, bars))
    for result in (FAIL, UNDECIDED):
        for found, reason in findings:
            if found == result:
                return found, reason
    if not findings:
        return UNDECIDED, "no minimum is set: set min_f, min_label_f or max_loss in configs/gate.cfg"
    return PASS, "; ".join(reason for _, reason in findings)


def judge(
    test: SplitAnalysis, comparisons: list[RunComparison], bars: GateSettings
) -> Iterator[tuple[str, str]]:
    """Yield a result and its reason for every minimum that is set."""
    if bars.min_f:
        yield above("F on the test set", test["scores"]["micro"], bars.min_f)
    for label, bar in bars.min_label_f.items():
        figures = test["scores"]["labels"].get(label)
        if figures is None or figures["f"] is None:
            yield UNDECIDED, f"the test set has no {short(label)} entity; the minimum is {percent(bar)}"
        else:
            yield above(f"F of {short(label)}", figures, bar)
    if bars.max_loss >= 1:
        return
    if not comparisons:
        how = "name a run there, and then: weasel run all"
        yield UNDECIDED, f"there is no comparison with vars.reference: {how}"
    for row in comparisons:
        yield no_loss(row, bars.max_loss)


def above(name: str, figures: LabelScores, bar: float) -> tuple[str, str]:
    """Return whether a figure, and its whole interval, reach a minimum."""
    if figures["f"] is None:
        return UNDECIDED, f"{name} is undefined: the test set has no entities"
    interval = figures["intervals"].get("f", (None, None))
    low = interval[0]
    value = f"{name} is {percent(figures['f'])}{bracketed(interval, percent, '–')}"
    reason = f"{value}; the minimum is {percent(bar)}"
    if figures["f"] < bar:
        return FAIL, reason
    if low is None:
        return UNDECIDED, f"{reason}; {FEW_WORDS}"
    return (PASS if low >= bar else UNDECIDED), reason


def no_loss(row: RunComparison, loss: float) -> tuple[str, str]:
    """Return whether F, and its whole interval, are not further below a reference run than allowed."""
    change, interval = row["difference"]["f"], row["difference"]["interval"]
    other = short(row["run"])
    if change is None:
        return UNDECIDED, f"the test set has no entities, so there is nothing to compare with {other}"
    low = interval[0]
    difference = f"{signed(change)} points compared with {other}{bracketed(interval, signed, ' to ')}"
    reason = f"{difference}; a loss of {percent(loss)} is allowed"
    if change < -loss:
        return FAIL, reason
    if low is None:
        return UNDECIDED, f"{reason}; {FEW_WORDS}"
    return (UNDECIDED if low < -loss else PASS), reason


def bracketed(interval: Bounds, shown: Callable[[float], str], joint: str) -> str:
    """Return an interval in brackets, or nothing where there is none."""
    words = in_sentence(interval, shown, joint)
    return "" if words == UNDEFINED else f" ({words})"


if __name__ == "__main__":
    run_step(app, writes=False)
