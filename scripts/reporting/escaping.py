"""Foreign words in Markdown: what would be read as markup, names or links is escaped.

In: labels, mentions, names. Out: words that are in a paragraph or in a cell of a table as they are.
"""

import re
from html import escape

from scripts.reporting.words import one_line

SPECIAL = re.compile(r"([\\`*_\[\]~$])")
PING = re.compile(r"([@#])(?=\w)")


def plain(words: str) -> str:
    """Return words on one line so that they are shown as they are, whatever they hold."""
    shown = PING.sub("\\1\u2060", one_line(words))  # no mention of a user, no link to an issue
    shown = SPECIAL.sub(r"\\\1", escape(shown, quote=False)).replace("|", "&#124;")
    return shown.replace("://", "&#58;//").replace("www.", "www&#46;")
