"""The short report for pull requests, `report.md`: the headline, a table, and what to do first.

In: what a report is made from. Out: GitHub-flavoured Markdown. Labels and mentions come from foreign
texts: what Markdown, HTML or GitHub would read as markup, names or links is escaped.
"""

import re

from scripts.reporting import figures, summary
from scripts.reporting.escaping import plain
from scripts.reporting.sources import Sources
from scripts.scoring.metrics import percent, short, support_of

ADVICE = 3  # pieces of advice that are repeated
CODE = re.compile(r"\\`([\w.]+)\\`")
HEADER = ("Label", "Precision", "Recall", "F", "Interval of F", "Support")


def markdown(sources: Sources) -> str:
    """Return the short report."""
    analysis = sources.analysis
    head, gained, sure = summary.summarise(analysis)
    parts = [f"## Entity recognition: {plain(sources.name)}"]
    if analysis["test_errors_shown"]:
        parts.append("**Errors of this test set were looked at: its figures are not of unseen texts.**")
    parts += [f"**{head.line}**. {head.meaning}", f"**{gained.line}**. {gained.meaning}", sure.meaning]
    parts += filter(None, (summary.coverage(analysis[name], name) for name in ("test", "dev")))
    parts.append(table(sources))
    parts += [
        f"Against the run {plain(row['run'])}: {plain(row['conclusion'])}" for row in sources.comparison
    ]
    if analysis["advice"]:
        found = analysis["advice"][:ADVICE]
        parts.append("### What to do next")
        parts.append(
            "\n".join(
                f"{number}. **{advice_text(row['action'])}** {advice_text(row['evidence'])}"
                for number, row in enumerate(found, 1)
            )
        )
    return "\n\n".join(parts) + "\n"


def table(sources: Sources) -> str:
    """Return the figures of test by label as a table, all labels first."""
    test = sources.analysis["test"]
    rows = [("all", test["scores"]["micro"])]
    rows += [(plain(short(row.label)), row.figures) for row in figures.label_rows(test)]
    lines = [
        f"Figures of test, in per cent; {summary.level(sources.analysis)} intervals"
        + (f"; {summary.ONLY}." if test["partly_annotated"] else "."),
        "",
        " | ".join(HEADER).join(("| ", " |")),
        "| :-- |" + " --: |" * (len(HEADER) - 1),
    ]
    for label, row in rows:
        prf = (percent(row["p"]), percent(row["r"]), percent(row["f"]))
        cells = (label, *prf, summary.between(row["intervals"].get("f")), support_of(row))
        lines.append(" | ".join(cells).join(("| ", " |")))
    return "\n".join(lines)


def advice_text(words: str) -> str:
    """Return advice, in which single words in backticks are code."""
    return CODE.sub(r"`\1`", plain(words))
