"""The tables of docs/settings.md, made from the comments beside each var and each setting.

    python -m tests.template.settings_page

In: project.yml, configs/*.cfg and the page. Out: the page with its tables filled in.
"""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/settings.md"
TABLE = re.compile(r"(<!-- table: (?P<file>\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
ENTRY = re.compile(r"(?P<name>\w+)(:| =) (?P<value>.+)")
SENTENCE = re.compile(r".+?\.(?=\s+[A-Z0-9a-z]|$)")


def filled(page: str) -> str:
    """Return the page with its tables filled in."""
    return TABLE.sub(lambda match: f"{match[1]}{table(ROOT / match['file'])}{match[3]}", page)


def table(path: Path) -> str:
    """Return the table of a file: each name with its default and the first sentence of its comment."""
    rows = [f"| `{name}` | {shown(value)} | {first} |\n" for name, value, first in entries(path)]
    return "".join(["| Name | Default | What it is |\n|---|---|---|\n", *rows])


def entries(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield name, default and the first sentence of the comment of each var or setting in a file."""
    text = path.read_text(encoding="utf8")
    if path.suffix == ".yml":
        text = text.split("\nvars:\n")[1].split("\n\n")[0]
    comment: list[str] = []
    for line in map(str.strip, text.splitlines()):
        entry = ENTRY.fullmatch(line)
        if line.startswith("#"):
            comment.append(line.removeprefix("#").strip())
            continue
        if entry:
            said = SENTENCE.match(" ".join(comment))
            assert said, f"{entry['name']} in {path} has no comment that is a sentence"
            yield entry["name"], entry["value"], said[0]
        comment = []


def shown(value: str) -> str:
    """Return a default as the table shows it."""
    plain = value.strip('"')
    return f"`{plain}`" if plain else "empty"


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf8")), encoding="utf8", newline="\n")
