"""Finding the format of a file from its contents, and what every reader must do with any file."""

import json
import re
import shutil

import pytest

from scripts.annotation.text import AnnotatedText, FileFault
from scripts.formats.base import DEFAULTS
from scripts.formats.detection import detect
from scripts.formats.readers import FORMATS
from scripts.formats.shared.head import HEAD, MOST
from tests.formats.cases import CASES, SAMPLES, files_of, options_of
from tests.formats.proving import read_in_part, suppress_in_order, watched
from tests.formats.reading import written

BOM = b"\xef\xbb\xbf"
FIRST_CASES = {case.split("/")[0]: case for case in reversed(CASES)}
FOREIGN = (  # JSON that is in none of the formats
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
)
FOREIGN_FILES = tuple(
    layout % ((json.dumps(value),) * layout.count("%s"))
    for value in FOREIGN
    for layout in ("%s", "[%s]", "%s\n%s")
)


@pytest.mark.parametrize("name", FORMATS)
def test_format_has_a_title_a_known_unit_and_copes_with_any_file(tmp_path, name):
    format = FORMATS[name]
    assert format.title
    assert format.unit in (None, "characters", "utf16", "bytes", "graphemes")
    nothing = read_in_part(written(tmp_path, ""), format)
    assert not any(isinstance(record, AnnotatedText) for record in nothing)
    for data in FOREIGN_FILES:
        with watched(data):
            read_in_part(written(tmp_path, data), format)
    for path in (path for case in FIRST_CASES.values() for path in files_of(case)):
        with watched(path.as_posix()):
            read_in_part(path, format)


def test_foreign_json_is_found_to_be_in_a_format_or_refused(tmp_path):
    for data in FOREIGN_FILES:
        with watched(data), suppress_in_order():
            detect(written(tmp_path, data))


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
    assert caught.value.reason.startswith("its format is not recognised: it contains ")
    assert len(str(caught.value) + caught.value.hint) < 800


def test_prodigy_is_recognised_though_its_first_line_is_longer_than_what_is_looked_at(tmp_path):
    task = {"text": "Ada", "_task_hash": 1}
    rows = ({**task, "meta": {"note": "x" * 50_000}}, task)
    data = "".join(json.dumps(row) + "\n" for row in rows)
    assert detect(written(tmp_path, data)).name == "prodigy"


def first_words():
    """Return a word of the first text of each file that is text, with its case, its name and itself.

    Without those of which another file has the text.
    """
    found = []
    for case in CASES:
        if "format" in options_of(case):
            continue
        rows = json.loads((SAMPLES / case / "expected.json").read_text(encoding="utf8"))
        for name, text in {row["file"]: row.get("text", "") for row in rows[::-1]}.items():
            data = (SAMPLES / case / name).read_bytes()
            words = [word for word in re.findall(r"\w{2,}", text) if word.encode() in data]
            if words and b"\0" not in data:
                found.append((case, name, max(words, key=len)))
    return found


@pytest.mark.parametrize(("case", "name", "word"), first_words())
def test_sample_is_recognised_though_a_text_of_its_first_record_is_long(tmp_path, case, name, word):
    shutil.copytree(SAMPLES / case, tmp_path, dirs_exist_ok=True)
    path, found = tmp_path / name, word.encode()
    path.write_bytes(path.read_bytes().replace(found, found + b"x" * (HEAD + 5000), 1))
    assert detect(path).name == case.split("/")[0]


MARKS = [{"start_offset": 0, "end_offset": 3, "label": "PER"}] * 3000
RESULT = {"value": {"start": 0, "end": 3, "labels": ["PER"]}, "type": "labels", "from_name": "label"}
TASK = {"id": 1, "annotations": [{"id": 2, "result": [RESULT] * 3000}], "data": {"text": "Ada left."}}
ROW = {"id": "1", "tokens": ["Ada"] * 20_000, "ner_tags": ["B-PER"] * 20_000}
CELL = '"' + 'Ada said ""Bo left"".\nThen ' * 5000 + '"'
SPANS = '"[{""start"": 0, ""end"": 3, ""label"": ""PER""}]"'


@pytest.mark.parametrize(
    ("format", "data"),
    [
        ("label_studio", json.dumps([TASK, TASK])),
        ("hf_tokens", json.dumps(ROW) + "\n" + json.dumps(ROW)),
        ("doccano", json.dumps({"id": 1, "entities": MARKS, "text": "Ada left."}, indent=1)),
        ("mention_table", f"text,entities\n{CELL},{SPANS}\nAda left.,{SPANS}\n"),
        ("prodigy", json.dumps({"text": "👍 Ada " * 9000, "spans": [], "answer": "reject"})),
    ],
)
def test_format_is_recognised_though_the_first_record_is_long(tmp_path, format, data):
    assert detect(written(tmp_path, data)).name == format


def test_record_whose_end_was_not_looked_at_is_not_taken_for_plain_json_lines(tmp_path):
    with pytest.raises(FileFault, match="not recognised"):
        detect(written(tmp_path, json.dumps({"text": "x" * MOST, "answer": "reject"})))


def test_header_is_not_said_to_have_no_rows_when_the_end_of_the_first_was_not_looked_at(tmp_path):
    with pytest.raises(FileFault) as caught:
        detect(written(tmp_path, 'text,spans\n"' + "Ada left.\n" * MOST))
    assert "without rows" not in caught.value.reason


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
