"""Markup inside of texts: tags that pair up and tags that don't, files that only look like it."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.annotation.text import AnnotatedText
from scripts.formats.detection import detect
from scripts.formats.inline import inline_brackets, inline_xml
from scripts.formats.readers import FORMATS
from tests.formats.reading import mentions, read, written

PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)


@given(
    st.lists(st.tuples(PLAIN, PLAIN.filter(str.strip), st.sampled_from(["PER", "b.c", "X_1"]))), PLAIN
)
def test_text_and_mentions_are_what_was_marked(parts, rest):
    line = "".join(
        f"{html.escape(text)}<{label}>{html.escape(mention)}</{label}>" for text, mention, label in parts
    ) + html.escape(rest)
    line = line.replace("&#x27;", "&apos;")
    text = "".join(text + mention for text, mention, _ in parts) + rest
    found, spans, _ = inline_xml.parsed(line)
    assert found == text
    assert [(text[s.start : s.end], s.label) for s in spans] == [(m, label) for _, m, label in parts]


@given(
    st.lists(
        st.tuples(st.from_regex(r"[a-z .]*", fullmatch=True), st.from_regex(r"[A-Z]+", fullmatch=True))
    )
)
def test_brackets_hold_mention_and_label(parts):
    line = "".join(f"{text}[{mention}](L{mention})" for text, mention in parts)
    text, spans, _ = inline_brackets.parsed(line)
    assert text == "".join(text + mention for text, mention in parts)
    assert [(text[s.start : s.end], s.label) for s in spans] == [(m, f"L{m}") for _, m in parts]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("<PER>Ada left", "'PER' is never closed"),
        ("Ada</PER> left", "'</PER>' ends an entity that never began"),
        ("<PER>Ada <ORG>Co</PER></ORG>", "'</PER>' ends an entity that never began"),
        ("<PER></PER>", "the line has no text apart from its tags"),
        ("<PER id=1>Ada</PER> left", "'<PER id=1>' looks like a tag, but not one that can be read"),
        ("Ada <PER > left & <pb =>", "'<pb =>' looks like a tag, but not one that can be read"),
        ("Ada <!-- who? --> left", "'<!--' looks like a tag, but not one that can be read"),
    ],
)
def test_line_whose_tags_do_not_pair_up_is_a_fault(tmp_path, line, reason):
    fault, record = read(tmp_path, "inline_xml", f"{line}\n<PER>Ada</PER> left\n")
    assert fault.reason == reason
    assert isinstance(record, AnnotatedText)


@pytest.mark.parametrize(
    ("line", "text", "found"),
    [
        ("<p><PER>Ada</PER> <b>left</b>.<br/>Bo came.</p>", "Ada left.\nBo came.", [("Ada", "PER")]),
        ("<em TYPE='PER'>Ada</em> <em>left</em>", "Ada left", [("Ada", "PER")]),
        ("<PER>Ada</PER> <pb n='3'/>left", "Ada left", [("Ada", "PER")]),
        ("<x:PER>Ada</x:PER> left", "Ada left", [("Ada", "x:PER")]),
        ("<PER>Ren&eacute;e</PER> &#60;b&#62; left", "Renée <b> left", [("Renée", "PER")]),
    ],
)
def test_no_markup_is_left_in_a_text_and_what_is_taken_out_is_counted(tmp_path, line, text, found):
    (record,) = read(tmp_path, "inline_xml", f"{line}\n")
    assert (record.text, mentions(record)) == (text, found)
    assert record.notes == (
        (inline_xml.TAKEN_OUT,) if "<b" in line or "pb" in line or "<em>" in line else ()
    )


@pytest.mark.parametrize(
    "data",
    [
        "<html><body><p>Ada</p> left</body></html>",
        "<?xml version='1.0'?>\n<a>\n<b>Ada</b> left\n</a>",
        "Mail <ada@x.org>Ada</ada@x.org> or 3 < 4 > 2.",
        "<doc>\n<PER>Ada</PER>\n</doc>",
        "[Ada](PERSON) left.\nSee [the list](list.md).\n",
    ],
)
def test_other_files_with_angles_and_brackets_are_not_taken_for_it(tmp_path, data):
    try:
        found = detect(written(tmp_path, data)).name
    except ValueError:
        return
    assert not re.match("inline", found)


@pytest.mark.parametrize("line", ["[[Ada](PER) Co](ORG) left.", "[Ada](PER left.", "Ada](PER) left."])
def test_line_in_which_brackets_are_left_is_a_fault(tmp_path, line):
    fault, record = read(tmp_path, "inline_brackets", f"{line}\n[Ada](PER) left [1].\n")
    assert fault.reason == "it has '](' where no entity ends"
    assert (record.text, mentions(record)) == ("Ada left [1].", [("Ada", "PER")])


def test_brackets_are_read_only_by_name(tmp_path):
    assert FORMATS["inline_brackets"].by_name_only
    (record,) = read(tmp_path, "inline_brackets", "[Ada](PERSON) left.\n")
    assert mentions(record) == [("Ada", "PERSON")]
