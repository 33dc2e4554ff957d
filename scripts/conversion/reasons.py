"""Reasons of one kind: those that differ in nothing but particulars, such as a number or a quotation.

Imports nothing of ours, so that whoever reads rejected.jsonl can group its rows by it.
"""

import re

# What `repr` makes of a string; an apostrophe inside a word opens none.
QUOTED = re.compile(r"""(?<!\w)'(?:[^'\\]|\\.)*'|(?<!\w)"(?:[^"\\]|\\.)*\"""")


def kind_of(reason: str) -> str:
    """Return a reason without its particulars: reasons for which this is the same are of one kind.

    It is for grouping alone; a person is shown a reason as it is.
    """
    said = QUOTED.sub("…", re.sub(r"^line \d+: ", "", reason))
    words = said.split(": ")[0] if said.startswith("line ") else said.split(" (")[0]
    return " ".join("…" if any(c.isdigit() for c in word) else word for word in words.split())
