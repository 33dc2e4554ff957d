"""Finding the format of a file from its contents, and what every reader in the registry must do."""

import json
import shutil
from contextlib import suppress

import pytest

from scripts.annotation.text import AnnotatedText, Fault, FileFault
from scripts.formats.base import DEFAULTS
from scripts.formats.detection import detect
from scripts.formats.readers import FORMATS
from tests.formats.cases import CASES, SAMPLES, files_of, options_of, read_case, read_files, told
from tests.formats.reading import written

BOM = b"\xef\xbb\xbf"
FIRST_CASES = {case.split("/")[0]: case for case in reversed(CASES)}
by_case = pytest.mark.parametrize("case", CASES)
by_format = pytest.mark.parametrize("name", FORMATS)


def copied(folder, case):
    """Return the files of a case, copied to a folder of their own."""
    shutil.copytree(SAMPLES / case, folder / case)
    return [folder / case / path.relative_to(SAMPLES / case) for path in files_of(case)]


def read_again(folder, case, paths):
    """Return what is read of the changed copy of a case, as expected.json would have it."""
    return [told(record, folder / case) for record in read_files(paths, options_of(case))]


def expected(case):
    """Return what expected.json has."""
    return [told(record, SAMPLES / case) for record in read_case(case)]


def outcome(paths, given):
    """Return what is read of some files until it ends, or stops with a FileFault that helps."""
    try:
        records = read_files(paths, given)
    except FileFault as fault:
        assert fault.file
        assert fault.reason
        assert fault.hint
        return []
    for record in records:
        assert isinstance(record, AnnotatedText | Fault)
        assert isinstance(record, AnnotatedText) or (record.reason and record.hint)
    return records


@by_format
def test_format_is_registered_under_its_own_name_with_a_title_and_a_unit_that_is_known(name):
    assert FORMATS[name].name == name
    assert FORMATS[name].title
    assert FORMATS[name].unit in (None, "characters", "utf16", "bytes", "graphemes")


@by_case
def test_reading_twice_gives_the_same(case):
    assert read_case(case) == read_case(case)


@by_case
def test_every_record_says_its_file_and_its_own_place(case):
    records = read_case(case)
    places = {(record.file, record.place) for record in records}
    assert {file for file, _ in places} <= {path.as_posix() for path in files_of(case)}
    assert len(places) == len(records)


@by_case
def test_byte_order_mark_changes_nothing(tmp_path, case):
    paths = copied(tmp_path, case)
    for path in paths:
        data = path.read_bytes()
        with suppress(UnicodeDecodeError):
            if "\0" not in data.decode() and not data.startswith(BOM):
                path.write_bytes(BOM + data)
    assert read_again(tmp_path, case, paths) == expected(case)


@by_case
def test_carriage_returns_between_the_lines_of_json_change_nothing(tmp_path, case):
    paths = copied(tmp_path, case)
    for path in paths:
        data = path.read_bytes()
        if data[:1] in (b"{", b"[") and b"\r" not in data:
            path.write_bytes(data.replace(b"\n", b"\r\n"))
    assert read_again(tmp_path, case, paths) == expected(case)


@by_case
def test_file_cut_off_anywhere_is_read_in_part_or_refused(tmp_path, case):
    for path in (paths := copied(tmp_path, case)):
        data = path.read_bytes()
        for size in range(0, len(data), max(1, len(data) // 16)):
            path.write_bytes(data[:size])
            outcome(paths, options_of(case))
            outcome([path], {"format": case.split("/")[0]})
        path.write_bytes(data)


@by_case
def test_damaged_byte_is_never_a_crash(tmp_path, case):
    for path in (paths := copied(tmp_path, case)):
        data = path.read_bytes()
        for position in range(0, len(data), max(1, len(data) // 16)):
            changed = bytearray(data)
            changed[position] ^= (0xFF, 0x5C, 0x22)[position % 3]
            path.write_bytes(bytes(changed))
            outcome(paths, options_of(case))
            outcome([path], {"format": case.split("/")[0]})
        path.write_bytes(data)


@by_format
def test_empty_file_read_by_name_holds_nothing_or_is_refused(tmp_path, name):
    found = outcome([written(tmp_path, "")], {"format": name})
    assert not any(isinstance(record, AnnotatedText) for record in found)


@by_format
def test_file_of_another_format_read_by_name_is_never_a_crash(name):
    for case in FIRST_CASES.values():
        for path in files_of(case):
            outcome([path], {"format": name})


@by_format
@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        [[]],
        [None],
        "text",
        {"text": 5},
        {"text": "Ada", "spans": 5, "entities": {"a": None}, "label": 3, "tokens": "x", "answer": 5},
        {"text": "Ada", "annotations": 5, "entities": 5, "meta": 5, "metadata": [], "annotation": 5},
        {"paragraphs": 5, "classes": 5, "data": 5, "documents": 5, "content": 5},
        {"paragraphs": [5], "annotations": [5], "classes": [5], "data": [5], "documents": [5]},
    ],
)
def test_json_that_is_none_of_its_own_is_never_a_crash(tmp_path, name, value):
    for data in (json.dumps(value), json.dumps([value]), f"{json.dumps(value)}\n{json.dumps(value)}"):
        path = written(tmp_path, data)
        with suppress(FileFault):
            detect(path)
        outcome([path], {"format": name})


@pytest.mark.parametrize("data", [b"", BOM, b" \n\t\r\n", BOM + b"\n\n"])
def test_file_with_nothing_in_it_is_called_empty(tmp_path, data):
    with pytest.raises(FileFault) as caught:
        detect(written(tmp_path, data))
    assert caught.value.reason == "it is empty"


@pytest.mark.parametrize(
    "data",
    [
        "Only prose, and\nno annotation.\n",
        '{\n  "data": [\n    {"text": "Ada"}\n  ]\n}\n',
        "[1, 2, 3]",
        '["Ada"]',
        "-DOCSTART- O\n",
        "\x78\x9c",
        "[" * 70_000,
    ],
    ids=["prose", "object", "numbers", "texts", "docstart", "zlib", "brackets"],
)
def test_file_in_no_known_format_is_refused_with_what_it_holds(tmp_path, data):
    with pytest.raises(FileFault) as caught:
        detect(written(tmp_path, data.encode("latin-1")))
    assert caught.value.reason.startswith("its format is not recognised: it holds ")
    assert len(str(caught.value) + caught.value.hint) < 800


def test_prodigy_is_recognised_though_its_first_line_is_longer_than_what_is_looked_at(tmp_path):
    task = {"text": "Ada", "_task_hash": 1}
    rows = ({**task, "meta": {"note": "x" * 50_000}}, task)
    data = "".join(json.dumps(row) + "\n" for row in rows)
    assert detect(written(tmp_path, data)).name == "prodigy"


def test_json_lines_are_recognised_when_the_first_is_longer_than_what_is_looked_at(tmp_path):
    assert detect(written(tmp_path, json.dumps({"text": "x" * 200_000}))).name == "jsonl"


def test_json_lines_with_a_broken_line_are_still_recognised(tmp_path):
    assert detect(written(tmp_path, b'{"text": "Ada"}\n{broken\n')).name == "jsonl"


def test_columns_with_a_few_rows_that_are_off_are_still_recognised(tmp_path):
    assert detect(written(tmp_path, b"Ada B-PER\nbad\nleft O\nBo I-PER\n")).name == "columns"


def test_records_before_a_fault_of_the_file_are_yielded_first(tmp_path):
    path = written(tmp_path, b'{"text": "Ada"}\n{"text": "Bo"}\n{"text"')
    records = FORMATS["jsonl"].read(path, DEFAULTS)
    assert [next(records).text, next(records).text] == ["Ada", "Bo"]
