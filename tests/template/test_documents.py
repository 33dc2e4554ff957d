"""The documents: README's length, links that lead somewhere, and tables that name everything."""

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
