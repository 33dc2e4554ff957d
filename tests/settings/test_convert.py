"""The settings of conversion: names, labels, label map and fields, from text or from files."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from scripts.settings.convert import ConvertSettings, closed_labels, read_label_map, read_names


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(name: str, text: str) -> str:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf8")
    return name


def settings(**values: object) -> ConvertSettings:
    return ConvertSettings(**{"label_map": {}, **values})


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("", ()),
        ("PERSON", ("PERSON",)),
        ("PERSON, ORG,,PERSON", ("ORG", "PERSON")),
        ("A/B,C", ("A/B", "C")),
        ("[A/B]", ("A/B",)),
        ("A,\nB.txt", ("A", "B.txt")),
        ("v1.2", ("v1.2",)),
        ("A\u200eB", ("A\u200eB",)),
        ("mine/labels.txt", ("DATE", "ORG", "PERSON")),
    ],
)
def test_labels_are_a_list_or_a_file_that_is_there(labels, expected):
    write("mine/labels.txt", "\ufeffPERSON\n\n  ORG \nDATE\nORG\n")
    assert settings(labels=labels).labels == expected


@pytest.mark.parametrize("value", ["nosuch/labels", "labels.txt", "tags.TXT"])
@pytest.mark.parametrize("name", ["labels", "tag_names"])
def test_file_that_is_not_there_is_no_list(name, value):
    with pytest.raises(ValidationError, match=r"there is no such file; a single name with a slash"):
        settings(**{name: value})


def test_tag_names_keep_their_order():
    assert read_names("[O, 'B-PER', \"I-PER\"]") == ("O", "B-PER", "I-PER")


def test_list_of_labels_longer_than_any_path_is_a_list():
    labels = [f"LABEL_{number:04}" for number in range(2000)]
    assert closed_labels(",".join(labels)) == tuple(labels)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- PER\n- ORG\n", "it must contain lines like `PER: PERSON`"),
        ("PER: [PERSON]\n", "`PER: \\['PERSON'\\]` is not a label and its new name"),
        ("1: NORP\n", "`1: NORP` is not a label and its new name"),
        ("PER: ''\n", "`PER: ` is not a label and its new name"),
        ("PER: 'PERSON\n", "Invalid YAML"),
    ],
)
def test_label_map_that_is_none_is_refused_with_the_reason(text, message):
    with pytest.raises(ValueError, match=message):
        settings(label_map=write("map.yml", text))


def test_label_map_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="there is no such file"):
        read_label_map("none.yml")
    with pytest.raises(ValueError, match="an invisible character"):
        read_label_map("a\x08b")


def test_label_map_renames_and_drops():
    path = write("map.yml", "# a comment\nPER: PERSON\nMISC: null\n")
    assert settings(label_map=path).label_map == {"PER": "PERSON", "MISC": None}
    assert read_label_map(write("empty.yml", "# nothing\n")) == read_label_map("") == {}


def test_label_map_is_the_one_in_configs_if_none_is_named():
    write("configs/label_map.yml", "PER: PERSON\n")
    assert ConvertSettings().label_map == {"PER": "PERSON"}


@pytest.mark.parametrize("value", ["auto", "characters", "utf16+inclusive"])
def test_offset_units_may_be_joined(value):
    assert settings(offsets=value).offsets == value


def test_offset_unit_that_does_not_exist_is_named():
    with pytest.raises(ValidationError, match="'utf17' is not one of auto, characters, "):
        settings(offsets="utf16+utf17")


def test_settings_are_read_back_as_they_were_written():
    chosen = settings(labels="B,A", tag_names="O,B-X", label_map={"PER": None}, dev=0.3)
    assert ConvertSettings.model_validate_json(chosen.model_dump_json()) == chosen
