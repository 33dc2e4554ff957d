"""The documents: README's length, links that lead somewhere, and tables that name everything."""

import ast
import re
from pathlib import Path

import pytest

from scripts.formats.readers import FORMATS
from scripts.formats.writers import WRITERS

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
PAGES += [*sorted(ROOT.glob("docs/*.md")), *sorted((ROOT / "assets").glob("*.md"))]
PAGES += [ROOT / "corpus/README.md", ROOT / "training/README.md"]
LINK = re.compile(r"\]\((?!https?:)([^)\s#]*)(?:#([^)\s]+))?\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
GENERATED = "<!-- WEASEL: AUTO-GENERATED DOCS START"
MOST_WORDS = 1200
# Messages of spaCy, weasel and Python that docs/troubleshooting.md explains.
FOREIGN = {
    "Cannot use GPU, CuPy is not installed",
    "dir '--vars.…' does not exist",
    "Invalid config override … name should start with --",
    "string indices must be integers",
}
# What stands for something in a quoted message.
PLACEHOLDER = re.compile(r"…|\b[nm]\b|\bLABEL\b|'\w\w'|\b[\d,]+\b|the (?:dev|training) set")


def read(path: Path) -> str:
    """Return a document."""
    return path.read_text(encoding="utf8")


def anchors(path: Path) -> set[str]:
    """Return what a link can name after `#`: the headings, as GitHub writes them."""
    headings = re.findall(
        r"^#+ (.+)$", re.sub(r"```.*?```", "", read(path), flags=re.DOTALL), re.MULTILINE
    )
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_readme_is_short() -> None:
    written = read(ROOT / "README.md").split(GENERATED)[0]
    assert len(written.split()) <= MOST_WORDS


def test_every_page_is_linked_from_readme() -> None:
    linked = {file for file, _ in LINK.findall(read(ROOT / "README.md"))}
    pages = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/*.md")}
    assert pages - linked == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    for file, anchor in LINK.findall(CODE.sub("", read(page))):
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), f"{file} is not there"
        assert not anchor or anchor in anchors(target), f"{file} has no heading #{anchor}"


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/*.md")), ids=lambda path: path.stem)
def test_every_page_begins_with_a_title_and_what_it_is_for(page: Path) -> None:
    title, empty, purpose = read(page).splitlines()[:3]
    assert re.match(r"# \w", title)
    assert not empty
    assert re.match(r"[A-Z]", purpose)


def test_every_format_is_in_the_page_of_formats() -> None:
    table = read(ROOT / "docs/formats.md").split("## Tools and exports")[1].split("\n## ")[0]
    assert [name for name in FORMATS if f"`{name}`" not in table] == []


def test_every_writer_is_in_the_page_of_formats() -> None:
    table = read(ROOT / "docs/formats.md").split("## Back to a tool")[1]
    assert [name for name in WRITERS if f"`{name}`" not in table] == []


def test_every_requirement_has_a_reason() -> None:
    page = read(ROOT / "docs/dependencies.md")
    for name in ("requirements.txt", "requirements-dev.txt"):
        wanted = re.findall(r"^([a-z0-9-]+)==", read(ROOT / name), re.MULTILINE)
        assert wanted
        assert [package for package in wanted if f"`{package}`" not in page] == []


def messages_in_code() -> list[str]:
    """Return every string of the steps and rooms, without its placeholders."""
    trees = (ast.parse(read(path)) for path in ROOT.glob("scripts/**/*.py"))
    nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return [node.value.lower() for node in nodes if isinstance(node.value, str)]


def test_every_message_of_troubleshooting_is_one_of_the_code() -> None:
    rows = re.findall(
        r"^\| (`.+?`)(?: in `rejected\.jsonl`)? \| ", read(ROOT / "docs/troubleshooting.md"), re.M
    )
    quoted = [message for row in rows for message in re.findall(r"`([^`]+)`", row)]
    assert set(quoted) >= FOREIGN
    known = messages_in_code()
    for message in quoted:
        if message not in FOREIGN:
            longest = max(PLACEHOLDER.split(message), key=len).strip(" ,").lower()
            assert any(longest in each for each in known), message
