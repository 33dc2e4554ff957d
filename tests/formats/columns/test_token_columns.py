"""Which column of a table holds the words, wherever it is and whatever the others say."""

import pytest

from scripts.formats.columns.token_columns import token_column
from tests.formats.reading import mentions, read

WORDS = ["Ada", "met", "Bo", "near", "the", "old", "mill", ".", "He", "left", "at", "9"]
TAGS = ["B-PER", "O", "B-PER", *["O"] * 9]
BESIDE = {
    "constant": ["x"] * 12,
    "two constants": ["-X-", *["x"] * 11],
    "numbers": [str(n % 4) for n in range(12)],
    "parts of speech": ["NNP", "VBD", "NNP", "IN", "DT", "JJ", "NN", ".", "PRP", "VBD", "IN", "CD"],
    "universal tags": [
        "PROPN",
        "VERB",
        "PROPN",
        "ADP",
        "DET",
        "ADJ",
        "NOUN",
        "PUNCT",
        "PRON",
        "VERB",
        "ADP",
        "NUM",
    ],
    "identifiers": [f"d1-s{n}" for n in range(12)],
    "features": [f"w={word}" for word in WORDS],
    "index": [str(n) for n in range(12)],
    "document": ["letters/ada.txt"] * 12,
    "nothing": ["_"] * 12,
    "chunks": ["B-NP", "B-VP", "B-NP", "B-PP", "B-NP", "I-NP", "I-NP", "O", "B-NP", "B-VP", "B-PP", "O"],
}


@pytest.mark.parametrize("beside", BESIDE.values(), ids=BESIDE)
@pytest.mark.parametrize("at", [0, 1, 2])
def test_words_are_told_from_what_else_a_column_may_hold(tmp_path, beside, at):
    columns = [beside, beside, TAGS]
    columns.insert(at, WORDS)
    data = "\n".join(map("\t".join, zip(*columns, strict=True)))
    (record,) = read(tmp_path, "columns", data)
    assert record.text == " ".join(WORDS)
    assert mentions(record) == [("Ada", "PER"), ("Bo", "PER")]


def test_first_of_two_columns_of_words_holds_them():
    lemmas = [word.lower() for word in WORDS]
    rows = [list(zip(WORDS, lemmas, TAGS, strict=True))]
    assert token_column([WORDS, lemmas, TAGS], {2}, rows) == 0


def test_row_with_docstart_in_any_column_begins_a_document_and_is_no_sentence(tmp_path):
    marker = "O\t0\tx\t-DOCSTART-\t-X-\n\n"
    data = (
        f"{marker}B-PER\t0\tx\tAda\tNNP\nO\t1\tx\tleft\tVBD\n\n"
        f"{marker}O\t0\tx\tThere\tEX\nO\t1\tx\tshe\tPRP\nO\t2\tx\twas\tVBD\n"
    )
    first, second = read(tmp_path, "columns", data)
    assert (first.text, first.group, first.place) == ("Ada left", "Ada left", "lines 3-4")
    assert (second.text, second.group) == ("There she was", "There she was")


def test_docstart_as_a_part_of_a_token_begins_nothing(tmp_path):
    (record,) = read(tmp_path, "columns", "the\tO\nx-DOCSTART-\tB-TAG\nagain\tO\n")
    assert mentions(record) == [("x-DOCSTART-", "TAG")]
