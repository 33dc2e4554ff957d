"""Names of numbered tags: those that fit the numbers are taken, others are refused in words."""

import json

import pytest

from scripts.annotation.text import FileFault
from scripts.formats.base import Options
from scripts.formats.readers import FORMATS
from scripts.settings.convert import read_names
from tests.formats.reading import mentions, written

COLUMNS = "Mount\t1\nEtna\t2\nis\t0\n\nIn\t0\nOslo\t0\n"
ROWS = json.dumps({"tokens": ["Mount", "Etna", "is"], "ner_tags": [1, 2, 0]})
TABLE = "Sentence,Word,Tag\n1,Mount,1\n1,Etna,2\n1,is,0\n"
FILES = pytest.mark.parametrize(
    ("format", "data"), [("columns", COLUMNS), ("hf_tokens", ROWS), ("token_table", TABLE)]
)


@pytest.mark.parametrize(
    "value",
    [
        "O,B-PEAK,I-PEAK",
        "O, B-PEAK, I-PEAK",
        "[O, B-PEAK, I-PEAK]",
        "[O,B-PEAK,I-PEAK]",
        '["O", "B-PEAK", "I-PEAK"]',
        "['O', 'B-PEAK', 'I-PEAK']",
        "(O, 'B-PEAK', I-PEAK,)",
        " [ O , B-PEAK , I-PEAK ] ",
    ],
)
@FILES
def test_list_of_names_may_be_written_as_the_hint_shows_it(tmp_path, value, format, data):
    options = Options(tag_names=read_names(value))
    record = next(FORMATS[format].read(written(tmp_path, data), options))
    assert mentions(record) == [("Mount Etna", "PEAK")]


@pytest.mark.parametrize("text", ["O\nB-PEAK\n\nI-PEAK\n", "- O\n- B-PEAK\n- 'I-PEAK'\n"])
def test_file_of_names_has_one_a_line(tmp_path, text):
    path = tmp_path / "names.txt"
    path.write_text(text, encoding="utf8")
    assert read_names(str(path)) == ("O", "B-PEAK", "I-PEAK")


def test_list_that_is_longer_than_a_file_name_may_be_is_a_list():
    names = [f"B-LABEL{number}" for number in range(99)]
    assert read_names(",".join(names)) == tuple(names)


@pytest.mark.parametrize(
    ("names", "reason", "hint"),
    [
        (
            ("O", "B-PEAK"),
            "its tags are numbers up to 2, but tag_names in configs/convert.cfg has 2 names: O, B-PEAK",
            "list a name for each number from 0 to 2",
        ),
        (
            ("B-PEAK", "I-PEAK", "B-PER"),
            "tag_names in configs/convert.cfg has no O among its names",
            "is O",
        ),
        (
            ("O", "B-PEAK", "B-PEAK"),
            "tag_names in configs/convert.cfg lists 'B-PEAK' 2 times",
            "of its own",
        ),
        (
            ("O", "B-PEAK", "I-PEAK", "..."),
            "tag_names in configs/convert.cfg contains `...`",
            "write all names",
        ),
    ],
)
@FILES
def test_names_that_cannot_be_those_of_the_numbers_are_refused(
    tmp_path, names, reason, hint, format, data
):
    with pytest.raises(FileFault) as caught:
        list(FORMATS[format].read(written(tmp_path, data), Options(tag_names=names)))
    assert caught.value.reason.startswith(reason)
    assert hint in caught.value.hint


@FILES
def test_names_of_numbers_that_a_file_does_not_have_are_no_fault(tmp_path, format, data):
    options = Options(tag_names=("O", "B-PEAK", "I-PEAK", "B-PER", "I-PER"))
    assert list(FORMATS[format].read(written(tmp_path, data), options))
