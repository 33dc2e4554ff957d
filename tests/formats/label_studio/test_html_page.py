"""The text of an HTML page, and the places that offsets on its document tree have in it."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.annotation.text import Unusable
from scripts.formats.label_studio.html_page import Page


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Ada", "Ada"),
        ("<p>Ada</p><p>Bo</p>", "Ada\nBo\n"),
        ("<p>Ada<br>Bo</p>", "Ada\nBo\n"),
        ("<b>A</b>da &amp; &#66;o", "Ada & Bo"),
        ("<html><head><title>T</title></head><body>Ada</body></html>", "Ada"),
        ("<style>p {}</style>Ada<script>1 < 2</script>", "Ada"),
        ("<ul><li>Ada<li>Bo</ul>", "Ada\nBo\n"),
        ("a < b", "a < b"),
        ("<!-- x -->Ada<!DOCTYPE html>", "Ada"),
        ("", ""),
    ],
)
def test_text_is_what_one_sees_with_blocks_on_lines_of_their_own(html, text):
    assert Page(html).text == text


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/p[1]/text()[1]", "Ada "),
        ("/p[1]/text()[2]", "!"),
        ("/html[1]/body[1]/p[1]/i[1]/text()[1]", "met"),
        ("/table[1]/tbody[1]/tr[2]/td[1]/text()[1]", "Bo"),
        ("/text()[1]", " end"),
    ],
)
def test_text_node_is_found_by_its_path(path, found):
    html = "<p>Ada <i>met</i>!</p><table><tr><td>x</td></tr><tr><td>Bo</td></tr></table> end"
    page = Page(html)
    start, end = page.of_paths((path, 0), (path, len(found)))
    assert page.text[start:end] == found


def test_offsets_in_a_node_count_utf16_units_and_those_over_the_page_characters():
    page = Page("<p>🙂</p><p>🙂 Ada</p>")
    assert page.text[slice(*page.of_paths(("/p[2]/text()[1]", 3), ("/p[2]/text()[1]", 6)))] == "Ada"
    assert page.text[slice(*page.of_offsets(3, 6))] == "Ada"


def test_stretch_that_begins_or_ends_where_nodes_meet_takes_no_line_end_with_it():
    page = Page("<p>Ada</p><p>met</p><p>Bo</p>")
    assert page.text[slice(*page.of_offsets(3, 6))] == "met"
    assert page.text[slice(*page.of_offsets(0, 6))] == "Ada\nmet"


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (0, 4), (2, 1), (9, 9)])
def test_offsets_beyond_the_page_are_unusable(start, end):
    with pytest.raises(Unusable, match="are beyond the 3 characters of its HTML"):
        Page("<p>Ada</p>").of_offsets(start, end)


def test_page_without_text_has_no_place():
    with pytest.raises(Unusable):
        Page("<img>").of_offsets(0, 0)


def test_broken_declaration_is_unusable_or_text():
    for html in ("<![if", "<![foo[x]]>", "<!x", "<!-", "<![ x"):
        try:
            Page(html)
        except Unusable as error:
            assert error.reason.startswith("its HTML is broken")


@given(st.lists(st.text("aé🙂 &<\n", min_size=1), min_size=1, max_size=5), st.data())
def test_every_stretch_of_the_tree_has_its_text_but_for_line_ends(pieces, data):
    page = Page("".join(f"<p>{escape(piece)}</p>" for piece in pieces))
    tree = "".join(pieces)
    start = data.draw(st.integers(0, len(tree) - 1))
    end = data.draw(st.integers(start + 1, len(tree)))
    first, last = page.of_offsets(start, end)
    assert page.text[first:last].replace("\n", "") == tree[start:end].replace("\n", "")
