"""Tables of sentences: how cells list things, which columns are meant, and what such a table is not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.annotation.text import Fault, FileFault
from scripts.formats.base import Options
from scripts.formats.detection import detect
from scripts.formats.plain.sentence_table import items_of
from scripts.formats.readers import FORMATS
from scripts.formats.shared.head import Head
from tests.formats.reading import mentions, read, written

WORDS = st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1), min_size=1, max_size=6)


@given(WORDS)
def test_lists_mean_the_same_in_every_notation(words):
    numpy = f"[{' '.join(repr(word) for word in words)}]"
    for cell in (str(words), str(words).replace("'", '"'), numpy, " ".join(words)):
        assert items_of(cell) == words


@pytest.mark.parametrize("cell", ["[Laughter] he said", "[", "['a', 'b'", "(Reuters) yes", "'[a]'"])
def test_text_that_only_looks_like_a_list_is_cut_at_white_space(cell):
    assert items_of(cell) == cell.split()


@pytest.mark.parametrize(
    "other",
    [
        "Sentence #,Word,POS,Tag\nSentence: 1,Ada,NNP,B-PER\n,left,VBD,O\n",  # a token a row
        "tokens,ner_tags\nAda,B-PER\nleft,O\n",
        "text,label\nAda left Oslo,positive\nBo came back,negative\n",  # classes
        "sentence,translation\nAda left Oslo,Ada verließ Oslo\nBo came,Bo kam\n",
        'text,entities\nAda left,"[{""text"": ""Ada"", ""label"": ""PER""}]"\n',
    ],
)
def test_other_tables_are_not_taken_for_it(tmp_path, other):
    path = tmp_path / "data.csv"
    path.write_text(other, encoding="utf8")
    assert not FORMATS["sentence_table"].sniff(Head.of(path))


def test_it_is_found_by_its_content(tmp_path):
    path = tmp_path / "data.txt"
    path.write_text("Sentence,Tag\nAda left,B-PER O\nBo came,B-PER O\n", encoding="utf8")
    assert detect(path).name == "sentence_table"


def test_text_of_the_cell_is_kept_with_its_spaces(tmp_path):
    (record,) = read(tmp_path, "sentence_table", "text,tags\nAda   left,B-PER O\n")
    assert record.text == "Ada   left"
    assert record.tokens == ((0, 3), (6, 10))
    assert mentions(record) == [("Ada", "PER")]


def test_rows_that_are_off_are_faults_with_their_numbers(tmp_path):
    data = "text,tags\n" + "Ada left,B-PER O\n" * 9 + "Bo came,B-PER\nBo\n,O O\nOslo,B-LOC\n"
    *good, one, two, three, last = read(tmp_path, "sentence_table", data)
    faults = (one, two, three)
    assert [mentions(record) for record in (*good, last)] == [[("Ada", "PER")]] * 9 + [[("Oslo", "LOC")]]
    assert all(isinstance(fault, Fault) for fault in faults)
    assert [(fault.place, fault.reason) for fault in faults] == [
        ("row 11", "it has 2 tokens and 1 tags"),
        ("row 12", "it has 1 cells, but the first row has 2"),
        ("row 13", "the record has no tokens"),
    ]


def test_two_columns_of_tags_are_chosen_between(tmp_path):
    data = "tokens,ner,ne\nAda left,B-PER O,O B-ACT\nBo came,B-PER O,O B-ACT\n"
    path = written(tmp_path, data)
    with pytest.raises(FileFault, match="tag columns") as caught:
        list(FORMATS["sentence_table"].read(path, Options()))
    assert "layer in configs/convert.cfg" in caught.value.hint
    first, _ = FORMATS["sentence_table"].read(path, Options(layer="ne"))
    assert [(span.label, span.layer) for span in first.spans] == [("ACT", "ne")]


def test_table_without_tags_is_refused(tmp_path):
    path = written(tmp_path, "text,label\nAda left Oslo,positive\n")
    with pytest.raises(FileFault, match="none of its columns has a tag for each token"):
        list(FORMATS["sentence_table"].read(Path(path), Options()))


def test_quote_that_is_never_closed_swallows_no_sentence(tmp_path):
    good = "Ada left,B-PER O\n"
    data = "Sentence,Tag\n" + good * 9 + '"Bo left,B-PER O\n' + good * 3
    records = read(tmp_path, "sentence_table", data)
    fault = records[9]
    assert fault.reason == "in line 11 a quote is never closed, or one inside a cell is not doubled"
    assert (fault.record, len(records)) == ('"Bo left,B-PER O\n', 13)
