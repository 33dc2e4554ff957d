"""Comprehend's annotations: which document a row means, rows that mean none, entity lists."""

import pytest

from scripts.annotation.text import AnnotatedText, Fault, FileFault
from scripts.formats.base import DEFAULTS
from scripts.formats.file_roles import find_roles
from scripts.formats.readers import FORMATS
from tests.formats.reading import mentions

HEADER = "File,Line,Begin Offset,End Offset,Type\n"


def read(folder, rows, header=HEADER):
    """Return what is read of a table beside a document of two lines."""
    (folder / "a.txt").write_bytes(b"Ada left.\r\nBo Li came.")
    path = folder / "annotations.csv"
    path.write_text(header + rows, encoding="utf8", newline="")
    return list(FORMATS["comprehend"].read(path, DEFAULTS))


def test_rows_of_one_line_may_stand_anywhere(tmp_path):
    first, second = read(tmp_path, "a.txt,1,0,5,B\na.txt,0,0,3,A\na.txt,1,6,10,C\n")
    assert mentions(first) == [("Ada", "A")]
    assert mentions(second) == [("Bo Li", "B"), ("came", "C")]


def test_line_that_no_row_names_has_no_entities(tmp_path):
    _, second = read(tmp_path, "a.txt,0,0,3,A\n")
    assert isinstance(second, AnnotatedText)
    assert not second.spans


@pytest.mark.parametrize("header", [HEADER, HEADER.replace("Line,", "")])
def test_document_without_line_numbers_is_one_text(tmp_path, header):
    row = "a.txt,,11,16,B\n" if header == HEADER else "a.txt,11,16,B\n"
    (record,) = read(tmp_path, row, header)
    assert mentions(record) == [("Bo Li", "B")]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("a.txt,0,0,3", "it has 4 cells, but the header has 5"),
        (",0,0,3,A", "it has no file name"),
        ("a.txt,x,0,3,A", "'x' is not a whole number of at least 0"),
        ("a.txt,7,0,3,A", "a.txt has 2 lines, counted from 0, but a row refers to line 7"),
        ("../b.txt,0,0,3,A", "its text is in '../b.txt', but there is no such file next to this one"),
    ],
)
def test_row_that_means_nothing_is_a_fault_and_the_others_are_read(tmp_path, row, reason):
    found = read(tmp_path, f"{row}\na.txt,0,0,3,A\n")
    assert [record.reason for record in found if isinstance(record, Fault)] == [reason]
    assert [len(record.spans) for record in found if isinstance(record, AnnotatedText)] == [1, 0]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("a.txt,0,-1,3,A", "'-1' is not a whole number of at least 0"),
        ("a.txt,0,0,3,", "span 0-3 has no label"),
    ],
)
def test_row_whose_span_can_not_be_read_leaves_those_of_its_line(tmp_path, row, reason):
    first, second = read(tmp_path, f"{row}\na.txt,0,4,8,B\n")
    assert mentions(first) == [("left", "B")]
    assert [span.reason for span in first.unread] == [reason]
    assert not second.unread
    fault, _ = read(tmp_path, f"{row}\n")
    assert (fault.place, fault.reason) == ("a.txt, line 0", reason)


def test_rows_with_and_without_a_line_for_one_document_are_told(tmp_path):
    record, fault = read(tmp_path, "a.txt,,0,3,A\na.txt,1,0,5,B\n")
    assert mentions(record) == [("Ada", "A")]
    assert fault.reason == "1 of its rows have a line number, and the others don't"


def test_documents_belong_to_the_table(tmp_path):
    read(tmp_path, "a.txt,0,0,3,A\n")
    found = find_roles(sorted(tmp_path.iterdir()))
    assert found.companions == {tmp_path / "a.txt": tmp_path / "annotations.csv"}


def test_table_with_other_columns_is_refused(tmp_path):
    with pytest.raises(FileFault, match="its header lacks"):
        read(tmp_path, "1,2\n", "a,b\n")
