"""Sentences as JSON lists of tokens and tags."""

import json

import pytest

from scripts.annotation.text import Fault, FileFault
from scripts.formats.base import Options
from scripts.formats.detection import detect
from scripts.formats.readers import FORMATS
from tests.formats.reading import mentions, read, written

TOKENS, TAGS = ["Ada", "Li", "left"], ["B-PER", "I-PER", "O"]
SHAPES = {
    "lists": [TOKENS, TAGS],
    "tokens": [["Ada", "B-PER"], ["Li", "I-PER"], ["left", "O"]],
    "three": [["Ada", "NNP", "B-PER"], ["Li", "NNP", "I-PER"], ["left", "VBD", "O"]],
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("count", [1, 2, 9])
@pytest.mark.parametrize("layout", ["lines", "list", "pretty"])
def test_sentences_are_read_in_every_shape(tmp_path, shape, count, layout):
    data = {
        "lines": "\n".join([json.dumps(shape)] * count),
        "list": json.dumps([shape] * count),
        "pretty": json.dumps([shape] * count, indent=1),
    }[layout]
    assert detect(written(tmp_path, data)).name == "token_pairs"
    records = read(tmp_path, "token_pairs", data)
    assert [record.text for record in records] == ["Ada Li left"] * count
    assert mentions(records[-1]) == [("Ada Li", "PER")]
    assert records[-1].tokens == ((0, 3), (4, 6), (7, 11))
    assert records[-1].place == f"{'line' if layout == 'lines' else 'record'} {count}"


def test_two_tokens_with_their_tags_are_not_taken_for_tokens_and_tags(tmp_path):
    (record,) = read(tmp_path, "token_pairs", '[["Ada", "B-PER"], ["left", "O"]]')
    assert (record.text, mentions(record)) == ("Ada left", [("Ada", "PER")])


def test_sentences_without_an_entity_are_sentences(tmp_path):
    data = '[["Ada", "left"], ["O", "O"]]\n' * 2
    assert detect(written(tmp_path, data)).name == "token_pairs"
    assert [mentions(record) for record in read(tmp_path, "token_pairs", data)] == [[], []]


def test_numbers_get_their_names(tmp_path):
    data = json.dumps([[TOKENS, [1, 2, 0]], [["x"], [0]]])
    path = written(tmp_path, data)
    with pytest.raises(FileFault, match="numbers up to 2, without names"):
        list(FORMATS["token_pairs"].read(path, Options()))
    options = Options(tag_names=("O", "B-PER", "I-PER"))
    assert mentions(next(FORMATS["token_pairs"].read(path, options))) == [("Ada Li", "PER")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('[["Ada"], ["B-PER", "O"]]', "[['Ada'], ['B-PER', 'O']] is not a sentence with a tag"),
        ('[["Ada"]]', "[['Ada']] is not a sentence"),
        ('[["Ada", 5], ["O", "O"]]', "[['Ada', 5], ['O', 'O']] is not a sentence"),
        ('[[""], ["O"]]', "the record has no tokens"),
        ('[["Ada"], ["X-PER"]]', "token 1: the tag 'X-PER' is not in the file's scheme (IOB2)"),
        ('[["Ada"], ["O"', "not valid JSON"),
    ],
)
def test_sentence_that_is_off_is_a_fault_and_the_others_are_read(tmp_path, line, reason):
    good = json.dumps([TOKENS, TAGS])
    *before, fault, after = read(tmp_path, "token_pairs", "\n".join([*[good] * 5, line, good]))
    assert isinstance(fault, Fault)
    assert fault.reason.startswith(reason)
    assert fault.place == "line 6"
    assert fault.hint
    assert {mentions(record)[0] for record in (*before, after)} == {("Ada Li", "PER")}


@pytest.mark.parametrize(
    "data",
    [
        '[["Ada left", {"entities": []}]]',
        '[["Ada", "left"], ["Bo", "came"]]',
        '[["Ada", "left"], [0.5, 1.5]]',
        "[[1, 2], [3, 4]]",
        "[]",
        "[[]]",
        '["Ada", "left"]',
    ],
)
def test_other_lists_are_not_taken_for_sentences(data, tmp_path):
    try:
        assert detect(written(tmp_path, data)).name != "token_pairs"
    except FileFault as fault:
        assert fault.reason
