"""The short report for pull requests, `report.md`: the headline, what to do next, and a table.

In: what a report is made from. Out: GitHub-flavoured Markdown. Labels and entities come from foreign
texts: what Markdown, HTML or GitHub would read as markup, names or links is escaped.
"""

import re
from collections.abc import Iterator

from scripts.reporting import figures, summary
from scripts.reporting.curve_words import doubling
from scripts.reporting.escaping import plain
from scripts.reporting.report_data import ReportData
from scripts.scoring.metrics import percent, short, support_of

ADVICE = 3  # pieces of advice that are repeated
CODE = re.compile(r"\\`((?:[\w.]|\\_)+)\\`")
HEADER = ("Label", "Precision", "Recall", "F", "Interval of F", "Dictionary F", "Entities")
LOOKED_AT = (
    "**The errors in this test set have been read, so its scores are no longer those of unseen texts.**"
)


def markdown(data: ReportData) -> str:
    """Return the short report."""
    return "\n\n".join(parts(data)) + "\n"


def parts(data: ReportData) -> Iterator[str]:
    """Yield the paragraphs of the short report, in the order of the page."""
    analysis = data.analysis
    run = f" (run {data.name})" if data.pipeline else data.name
    yield f"## Entity recognition: {plain(data.pipeline + run)}"
    if analysis["test_errors_shown"]:
        yield LOOKED_AT
    for statement in summary.summarise(analysis):
        yield f"**{statement.line}.** {statement.meaning}"
    for row in data.comparison:
        yield f"Compared with the run {plain(row['run'])}: {plain(row['conclusion'])}"
    yield table(data)
    yield from summary.notes(analysis)
    if data.learning_curve:
        yield plain(doubling(data.learning_curve, data.config))
    if analysis["advice"]:
        yield "### What to do next"
        yield "\n".join(
            f"{number}. **{advice_text(row['action'])}** {advice_text(row['evidence'])}"
            for number, row in enumerate(analysis["advice"][:ADVICE], 1)
        )


def table(data: ReportData) -> str:
    """Return the scores on the test set by label as a table, all labels first."""
    test = data.analysis["test"]
    lines = [
        f"Scores on the test set in per cent, with {summary.level(data.analysis)} intervals.",
        "",
        " | ".join(HEADER).join(("| ", " |")),
        "| :-- |" + " --: |" * (len(HEADER) - 1),
    ]
    for row in (figures.total_rows(test)[0], *figures.label_rows(test)):
        scores = row.figures
        cells = [plain(short(row.label)), *map(percent, (scores["p"], scores["r"], scores["f"]))]
        cells += [summary.between(scores["intervals"].get("f")), percent(row.dictionary)]
        lines.append(" | ".join((*cells, support_of(scores))).join(("| ", " |")))
    return "\n".join(lines)


def advice_text(words: str) -> str:
    """Return advice, in which single words in backticks are code: there, a backslash would be shown."""
    return CODE.sub(lambda found: f"`{found[1].replace(chr(92), '')}`", plain(words))
