"""Which files of a folder may contain data: neither hidden ones nor those that only describe it.

In: paths. Out: whether to look at them.
"""

import re
from pathlib import PurePath

NEVER_DATA = re.compile(
    r"readme(\..*)?|(licen[cs]e|copying|notice)(\.(md|txt|rst))?|\..*|.*~", re.IGNORECASE
)


def is_visible(path: PurePath) -> bool:
    """Say whether a file, named from the folder that was given, is in no hidden folder."""
    return not any(name.startswith(".") or name == "__MACOSX" for name in path.parts[:-1])
