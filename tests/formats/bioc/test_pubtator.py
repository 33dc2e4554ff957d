"""PubTator: where documents end, lines that are no mentions, documents that can't be used."""

import pytest

from scripts.annotation.text import AnnotatedText
from scripts.formats.detection import detect
from tests.formats.reading import mentions, read, written

TEXTS = "1|t|Ada\n1|a|Bo met Ida.\n"


def test_gap_between_title_and_abstract_counts_as_one_character(tmp_path):
    (record,) = read(tmp_path, "pubtator", TEXTS + "1\t0\t3\tAda\tP\n1\t11\t14\tIda\tP\tD1\n")
    assert mentions(record) == [("Ada", "P"), ("Ida", "P")]


def test_document_ends_at_a_blank_line_or_where_the_next_one_begins(tmp_path):
    found = read(
        tmp_path, "pubtator", TEXTS + TEXTS.replace("1|", "2|") + "\n\n" + TEXTS.replace("1|", "3|")
    )
    assert [record.id for record in found] == ["1", "2", "3"]


def test_relations_are_passed_over(tmp_path):
    (record,) = read(tmp_path, "pubtator", TEXTS + "1\tCID\tD1\tD2\n")
    assert isinstance(record, AnnotatedText)
    assert not record.spans


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1\t0\t3\tAda", "line 3: an entity has no end, no text or no type"),
        ("1\t0\tx\tAda\tP", "line 3: an entity has no end, no text or no type"),
        ("2\t0\t3\tAda\tP", "line 3: it belongs to the document '2', not '1'"),
        ("2|a|Another.", "line 3: it has texts of '1' and '2'"),
        ("Ada", "line 3: it is neither a text nor an entity"),
        ("1\t0\t3\tAda\t ", "span 0-3 has no label"),
    ],
)
def test_broken_document_is_a_fault_and_the_next_one_is_read(tmp_path, line, reason):
    fault, record = read(tmp_path, "pubtator", f"{TEXTS}{line}\n\n{TEXTS}")
    assert fault.reason == reason
    assert isinstance(record, AnnotatedText)


@pytest.mark.parametrize("data", ["1|t|Ada\n2|a|Bo\n", "a|b|c\n", "1|x|Ada\n1|a|Bo\n"])
def test_other_tables_with_bars_are_not_taken_for_it(tmp_path, data):
    path = written(tmp_path, data)
    try:
        assert detect(path).name != "pubtator"
    except ValueError as error:
        assert "PubTator" not in error.reason
