"""Tables of texts: columns found by what stands in them, and CSV as spreadsheets and people write it."""

import csv
import io
import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.annotation.text import AnnotatedText, FileFault
from scripts.formats.base import DEFAULTS, Options
from scripts.formats.detection import detect
from scripts.formats.plain.mention_table import JOINED
from scripts.formats.readers import FORMATS
from scripts.formats.shared.csv_rows import LARGEST, rows_of
from tests.formats.reading import read, triples, written

TEXT = 'Ada, "met" Bo;\r\nhere\tand | there.'
ADA = json.dumps([{"text": "Ada", "label": "PER"}])


def table(*rows, delimiter=","):
    """Return a table as CSV."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue()


def mentions_in(record):
    """Return the mentions of a record as pairs."""
    assert isinstance(record, AnnotatedText), record
    return [(mention.text, mention.label) for mention in record.unlocated]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("begin", ["", "\ufeff"])
def test_any_delimiter_is_found_and_cells_are_kept_as_they_are(tmp_path, delimiter, begin):
    data = begin + table(["text", "entities"], [TEXT, ADA], ["Nobody", "[]"], delimiter=delimiter)
    path = written(tmp_path, data)
    assert detect(path).name == "mention_table"
    first, second = FORMATS["mention_table"].read(path, DEFAULTS)
    assert (first.text, mentions_in(first), first.place) == (TEXT, [("Ada", "PER")], "row 2")
    assert (second.text, second.annotated) == ("Nobody", True)


def test_line_that_tells_excel_the_delimiter_is_no_row(tmp_path):
    data = "sep=;\r\n" + table(["text", "entities"], ["Ada", ADA], delimiter=";")
    (record,) = read(tmp_path, "mention_table", data)
    assert (record.text, record.place) == ("Ada", "row 3")


@pytest.mark.parametrize(
    "cell",
    [ADA, "[('Ada', 'PER')]", "{'PER': ['Ada']}", '{"entities": [["Ada", "PER"]]}', "{'Ada': 'PER'}"],
)
def test_cell_holds_mentions_in_any_shape(tmp_path, cell):
    (record,) = read(tmp_path, "mention_table", table(["text", "x"], ["Ada left", cell]))
    assert mentions_in(record) == [("Ada", "PER")]


@pytest.mark.parametrize(
    "cell",
    [
        "[(0, 3, 'PER')]",
        '[[0, 3, "PER"]]',
        '[{"start": 0, "end": 3, "label": "PER", "text": "Ada"}]',
        "{'entities': [(0, 3, 'PER')]}",
    ],
)
def test_cell_may_hold_spans_with_offsets(tmp_path, cell):
    path = written(tmp_path, table(["text", "x"], ["Ada left", cell]))
    assert detect(path).name == "mention_table"
    (record,) = FORMATS["mention_table"].read(path, Options(layer="x"))
    assert triples(record) == [(0, 3, "PER")]
    assert record.spans[0].layer == "x"


def test_columns_are_found_by_what_stands_in_them(tmp_path):
    data = table(["a", "b", "c"], ["Berlin", ADA, "Ada left"], ["Rome", "", "Bo came"])
    first, second = read(tmp_path, "mention_table", data)
    assert (first.text, first.meta) == ("Ada left", {"a": "Berlin"})
    assert (second.text, second.annotated) == ("Bo came", None)


def test_two_columns_of_one_name_are_told_apart(tmp_path):
    data = table(["text", "x", "x"], ["Ada left", ADA, "why"])
    (record,) = read(tmp_path, "mention_table", data)
    assert record.meta == {"x 3": "why"}


def test_user_chooses_between_two_columns(tmp_path):
    bo = json.dumps([["Bo", "PER"]])
    path = written(tmp_path, table(["a", "b", "c", "d"], ["Ada, Bo", "Bo, Ada", ADA, bo]))
    reader = FORMATS["mention_table"].read
    with pytest.raises(FileFault) as caught:
        list(reader(path, DEFAULTS))
    assert caught.value.reason == "it has 2 entity columns: 'c', 'd'"
    with pytest.raises(FileFault) as caught:
        list(reader(path, Options(layer="d")))
    assert caught.value.reason == "it has 2 text columns: 'a', 'b'"
    (record,) = reader(path, Options(layer="d", text_field="b"))
    assert (record.text, mentions_in(record)) == ("Bo, Ada", [("Bo", "PER")])


def test_identifier_group_and_split_are_columns_too(tmp_path):
    data = table(["ID", "Split", "group", "text", "x"], ["7", "val", "g", "Ada", ADA])
    (record,) = read(tmp_path, "mention_table", data)
    assert (record.id, record.split, record.group, record.meta) == ("7", "dev", "g", {})


def test_cell_that_is_longer_than_the_csv_module_allows_is_read(tmp_path):
    before = csv.field_size_limit()
    data = table(["text", "entities"], ["Ada", ADA], ["x" * 200_000, "[]"], ["Ada", ADA])
    assert [len(record.text) for record in read(tmp_path, "mention_table", data)] == [3, 200_000, 3]
    assert csv.field_size_limit() == before < LARGEST


OPEN = "in line {} a quote is never closed, or one inside a cell is not doubled"


@pytest.mark.parametrize(
    "row",
    [
        '"Bo came,[]',  # swallows all that follows
        '"Bo came,"[[0,2,""PERSON""]]"',  # ends in the next quote
        'Bo,"[[0,2,""PERSON""]]',
    ],
)
@pytest.mark.parametrize("after", [table(["Li", "[]"]) * 3, table(["Li", "[]"], ["Ada", ADA]) * 3])
def test_quote_that_is_never_closed_swallows_no_other_row(tmp_path, row, after):
    data = table(["text", "entities"], *[["Ada, Bo", ADA]] * 6) + f"{row}\n{after}"
    *before, fault = read(tmp_path, "mention_table", data)[:7]
    rest = read(tmp_path, "mention_table", data)[7:]
    assert (fault.reason, fault.place, fault.record) == (OPEN.format(8), "row 8", f"{row}\n")
    assert [record.text for record in before] == ["Ada, Bo"] * 6
    assert len(rest) == after.count("\n")
    assert all(isinstance(record, AnnotatedText) for record in rest)
    assert rest[-1].place == f"row {8 + len(rest)}"


def test_line_of_an_open_quote_counts_the_lines_inside_of_cells(tmp_path):
    before = table(["text", "entities"], *[["Ada\nand\nBo", ADA]] * 6)
    data = before + '"Bo,[]\n' + table(["Li", "[]"]) * 9
    fault = read(tmp_path, "mention_table", data)[6]
    assert (fault.reason, fault.place) == (OPEN.format(20), "row 8")


def test_quote_that_is_never_closed_at_the_end_refuses_the_file_with_its_line(tmp_path):
    data = table(["text", "entities"], *[["Ada", ADA]] * 9) + '"Bo came\nand left\nand'
    records = FORMATS["mention_table"].read(written(tmp_path, data), DEFAULTS)
    assert [next(records).text for _ in range(9)] == ["Ada"] * 9
    with pytest.raises(FileFault) as caught:
        next(records)
    assert caught.value.reason == "a quote that is opened in line 11, row 11, is never closed"


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("marks", ['"[[7,9,""PER""]]"', '"[{""text"": ""Bo"", ""label"": ""PER""}]"'])
def test_text_with_a_comma_and_without_quotes_is_put_together(tmp_path, turned, marks):
    cells = [marks, "Then,  Bo, left"] if turned else ["Then,  Bo, left", marks]
    good = [["entities", "text"], [ADA, "Ada"]] if turned else [["text", "entities"], ["Ada", ADA]]
    data = table(good[0], *[good[1]] * 6) + ",".join(cells) + "\n"
    *_, record = read(tmp_path, "mention_table", data)
    assert record.text == "Then,  Bo, left"
    assert record.notes == (JOINED,)


@pytest.mark.parametrize(
    "row", ['Bo, left,"[[0,99,""PER""]]"', "Bo, left,[]", 'Bo, left,"[[""Li"", ""PER""]]"']
)
def test_row_with_a_cell_too_many_is_not_guessed_at(tmp_path, row):
    data = table(["text", "entities"], *[["Ada", ADA]] * 6) + row
    *_, fault = read(tmp_path, "mention_table", data)
    assert fault.reason == "it has 3 cells, but the first row has 2"


@given(
    rows=st.lists(
        st.lists(st.text('a ",\n', max_size=6), min_size=2, max_size=2), min_size=1, max_size=9
    )
)
def test_rows_that_are_quoted_as_they_should_be_are_read_as_they_are(rows):
    data = table(["text", "entities"], *rows)
    found = [cells for _, cells in rows_of(io.StringIO(data, newline=""), ",", "x")]
    assert found == [["text", "entities"], *rows]


def test_many_open_quotes_are_found_in_linear_time():
    lines = itertools.repeat('"Bo,[]\n', 20_000)
    broken = [cells for _, cells in rows_of(["text,entities\n", *lines], ",", "x")]
    assert len(broken) > 9_000


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Bo", "it has 1 cells, but the first row has 2"),
        ("Bo,[],more", "it has 3 cells, but the first row has 2"),
        ('"Bo" came,[]', OPEN.format(8)),
        (",[]", "the record has no text"),
        ("Bo,no", "'no' is not valid JSON"),
        ("Bo,5", "5 is not a list of entities"),
    ],
)
def test_row_that_is_damaged_is_a_fault_and_the_next_one_is_read(tmp_path, row, reason):
    good = ["Ada", ADA]
    data = table(["text", "entities"], *[good] * 6) + row + "\r\n" + table(good)
    *_, fault, last = read(tmp_path, "mention_table", data)
    assert (fault.reason, fault.place, last.text) == (reason, "row 8", "Ada")


@pytest.mark.parametrize(
    "data",
    [
        table(["text", "label"], ["Ada left", "travel"], ["Bo came", "[draft]"]),
        table(["text", "entities"]),
        table(["text", "label"], ["Ada", '[{"start": 0, "end": 3, "text": "Ada", "labels": ["PER"]}]']),
        table(["text", "tags"], ["Ada left", "['PER', 'O']"]),
        table(["text", "entities"], ["Nobody", '[["Ada", "PER"]]']),
        "text\n[1]\n",
    ],
    ids=["classes", "header", "Label Studio", "tags", "not in the text", "one column"],
)
def test_other_tables_are_not_taken_for_it(tmp_path, data):
    with pytest.raises(FileFault):
        assert detect(written(tmp_path, data)).name != "mention_table"
        read(tmp_path, "mention_table", data)


def test_span_that_can_not_be_read_leaves_the_others_of_its_row(tmp_path):
    marks = json.dumps([[0, 3, "PER"], [8, None, "PER"]])
    data = table(["text", "entities"], ["Ada met Bo.", marks], ["Nobody", "[]"])
    assert detect(written(tmp_path, data)).name == "mention_table"
    record, _ = read(tmp_path, "mention_table", data)
    assert triples(record) == [(0, 3, "PER")]
    assert [span.reason for span in record.unread] == ["offset None is not a whole number"]
