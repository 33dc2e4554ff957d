"""What `check` prints: the findings by kind, the worst of each kind with its first places."""

from pathlib import Path

from scripts.files.terminal import msg, printable, say
from scripts.quality.finding import STOP, Finding

SHOWN = 3  # places of a finding that the console names
LONGEST = 300  # characters of what a finding says that the console shows


def show(findings: list[Finding], folder: Path) -> None:
    """Print the findings by kind, the worst of each kind with its first places."""
    kinds: dict[str, list[Finding]] = {}
    for finding in findings:
        kinds.setdefault(finding.kind, []).append(finding)
    for kind, found in kinds.items():
        worst = found[0]
        more = f" (and {len(found) - 1} more of this kind)" if len(found) > 1 else ""
        title = f"{kind}: {printable(worst.message, LONGEST)}{more}"
        if worst.severity == STOP:
            msg.fail(title, worst.advice)
        else:
            msg.warn(title, worst.advice)
        for place in worst.places.named[:SHOWN]:
            say(f"    {printable(place, LONGEST)}")
    if not findings:
        msg.good("No problems found")
    else:
        many = "1 finding" if len(findings) == 1 else f"{len(findings):,} findings"
        msg.info(f"{many}; {folder.as_posix()}/check.json lists the documents")
