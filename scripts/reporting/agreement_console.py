"""The agreement of annotators on the console.

In: what `agreement.json` says. Out: a table by label, and what to do next.
"""

from pathlib import Path

from scripts.files.terminal import msg, say
from scripts.scoring.agreement import Agreed, AgreementReport
from scripts.scoring.metrics import TOO_FEW, interval_in_words, percent, short

HEADER = ("Label", "First", "Second", "Shared", "F", "Interval", "Relaxed F")
MOST_PAIRS = 20  # pairs of annotators on the screen


def show(report: AgreementReport, work_list: Path, page: Path) -> None:
    """Print the agreement by label, what was left out, and where the work list is."""
    compared = report["compared"]
    rows = [row("all", compared["all"])]
    rows += [row(short(label), agreed) for label, agreed in compared["labels"].items()]
    msg.table(rows, header=HEADER, divider=True, aligns=("l", *"r" * (len(HEADER) - 1)))
    if len(report["pairs"]) > 1:
        for pair in report["pairs"][:MOST_PAIRS]:
            names = f"{pair['first']} and {pair['second']}"
            say(f"F {percent(pair['all']['f'])}  {names}, {pair['texts']:,} texts")
    else:
        say(f"First: {report['pairs'][0]['first']}; second: {report['pairs'][0]['second']}")
    kinds = [f"{words} {count:,}" for words, count in compared["kinds"].items() if count]
    say(f"Pairs of entities: {', '.join(kinds)}")
    for name, count in report["annotators"].items():
        if count:
            say(f"{count:,} texts only {name} has: see only_in_one.jsonl")
    for reason, count in report["left_out"].items():
        say(f"Left out: {count:,} × {reason}")
    for reason, count in report["changed"].items():
        msg.warn(f"{count:,} × {reason}")
    differ = f"{report['work_list']:,} texts are different: see {work_list.as_posix()}"
    msg.good(f"{compared['texts']:,} comparisons; {differ}")
    say(f"Report: {page.as_posix()}")


def row(name: str, agreed: Agreed) -> tuple[str, ...]:
    """Return the row of a label."""
    counts = (f"{agreed[key]:,}" for key in ("first", "second", "shared"))
    interval = TOO_FEW if agreed["too_few"] else interval_in_words(agreed["interval"], percent, "–")
    return (name, *counts, percent(agreed["f"]), interval, percent(agreed["relaxed"]))
