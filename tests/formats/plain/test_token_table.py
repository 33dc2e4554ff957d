"""Tables of tokens: headers, delimiters, quotes, sentences, and rows that are off."""

from pathlib import Path

import pytest

from scripts.annotation.text import Fault, FileFault
from scripts.formats.base import Options
from scripts.formats.columns.rows import LEFT_OUT
from scripts.formats.readers import FORMATS
from scripts.formats.shared.head import Head
from tests.formats.reading import mentions, read, written

KAGGLE = "Sentence #,Word,POS,Tag\nSentence: 1,Ada,NNP,B-PER\n,Lee,NNP,I-PER\nSentence: 2,left,VBD,O\n"


def read_with(folder, data, **given):
    """Return what the reader yields for a file, with options."""
    return list(FORMATS["token_table"].read(written(folder, data), Options(**given)))


def is_sniffed(data):
    """Say whether the beginning of a file looks like a table of tokens."""
    return FORMATS["token_table"].sniff(Head(Path("data"), data.encode()))


@pytest.mark.parametrize("marker", ["Sentence: 1", "1"])
@pytest.mark.parametrize("everywhere", [True, False])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_sentence_is_marked_on_its_first_row_or_on_every_one(tmp_path, marker, everywhere, delimiter):
    other = marker.replace("1", "2")
    data = KAGGLE.replace("Sentence: 1", marker).replace("Sentence: 2", other)
    data = data.replace("\n,", f"\n{marker},") if everywhere else data
    data = data.replace(",", delimiter)
    assert is_sniffed(data)
    first, second = read(tmp_path, "token_table", data)
    assert (first.text, first.id, first.place) == ("Ada Lee", marker, "lines 2-3")
    assert mentions(first) == [("Ada Lee", "PER")]
    assert first.tokens == ((0, 3), (4, 7))
    assert (second.text, second.id, second.place) == ("left", other, "line 4")


@pytest.mark.parametrize(
    "header",
    [
        "Sentence #,Word,POS,Tag",
        "sentence#,word,pos,tag",
        "Sentence_ID,Token,POS,NER",
        "sentence_idx,word,prev-word,tag",
        "sent_id,tokens,pos,ner_tags",
        "\ufeffSentence No.,Words,POS,IOB Tag",
    ],
)
def test_header_is_spelled_in_many_ways(tmp_path, header):
    data = KAGGLE.replace("Sentence #,Word,POS,Tag", header)
    assert is_sniffed(data)
    assert len(read(tmp_path, "token_table", data)) == 2


def test_columns_beside_these_are_passed_over_wherever_they_stand(tmp_path):
    data = ",tag,prev-iob,word,sentence_idx\n0,B-PER,O,Ada,1.0\n1,O,B-PER,left,1.0\n"
    (record,) = read(tmp_path, "token_table", data)
    assert mentions(record) == [("Ada", "PER")]


def test_delimiter_and_quote_in_quotes_are_tokens(tmp_path):
    data = 'Sentence #,Word,Tag\n1,",",O\n1,"""",O\n1,"Ada, Lee",B-PER\n'
    (record,) = read(tmp_path, "token_table", data)
    assert (record.text, mentions(record)) == (', " Ada, Lee', [("Ada, Lee", "PER")])


def test_quotes_of_a_table_that_does_not_quote_are_tokens(tmp_path):
    data = 'Sentence #\tWord\tTag\n1\t"\tO\n1\tAda\tB-PER\n1\tleft\tO\n'
    (record,) = read(tmp_path, "token_table", data)
    assert (record.text, mentions(record)) == ('" Ada left', [("Ada", "PER")])


def test_stray_quote_rejects_its_sentence_and_swallows_nothing(tmp_path):
    data = 'Sentence #,Word,Tag\n1,"""",O\n2,",O\n2,x,O\n3,",",O\n3,Ada,B-PER\n'
    first, second, third = read(tmp_path, "token_table", data)
    assert first.text == '"'
    assert isinstance(second, Fault)
    assert (second.place, second.reason) == (
        "lines 3-4",
        "line 3 has too few columns: 2, not 3, in '2,,O'",
    )
    assert mentions(third) == [("Ada", "PER")]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",O", "line 3 has too few columns: 2, not 4, in ',O'"),
        (",a,b,NN,O", "line 3 has too many columns: 5, not 4, in ',a,b,NN,O'"),
        (",,NNP,I-PER", "line 3 has no token"),
        (",Lee,NNP,", "line 3 has no tag"),
        (",Lee,NNP,I+7-PER", "line 3: the tag 'I+7-PER' is not in the file's scheme (IOB2)"),
        (",L\0e,NNP,O", "the text contains a NUL character"),
    ],
)
def test_row_that_is_off_rejects_its_sentence_and_no_other(tmp_path, row, reason):
    first, second = read(tmp_path, "token_table", KAGGLE.replace(",Lee,NNP,I-PER", row))
    assert isinstance(first, Fault)
    assert (first.place, first.reason) == ("lines 2-3", reason)
    assert second.text == "left"


def test_row_without_token_and_tag_is_left_out(tmp_path):
    first, _ = read(tmp_path, "token_table", KAGGLE.replace(",Lee,NNP,I-PER", ",,,O"))
    assert (first.text, first.notes) == ("Ada", (LEFT_OUT,))


def test_bytes_of_cp1252_reject_their_sentence_and_name_the_encoding(tmp_path):
    first, second = read(tmp_path, "token_table", KAGGLE.replace("Ada", "Zoë").encode("cp1252"))
    assert first.reason == "the text contains bytes that are not UTF-8"
    assert "encoding in configs/convert.cfg" in first.hint
    assert second.text == "left"


def test_documents_are_groups_and_begin_a_sentence(tmp_path):
    data = "doc_id,sent_id,token,label\na,1,Ada,B-PER\nb,1,Bo,B-PER\nb,2,left,O\n"
    records = read(tmp_path, "token_table", data)
    assert [(record.group, record.text) for record in records] == [
        ("a", "Ada"),
        ("b", "Bo"),
        ("b", "left"),
    ]


def test_empty_rows_divide_a_table_without_a_column_of_sentences(tmp_path):
    data = "Word,Tag\nAda,B-PER\nleft,O\n,\n\nBo,B-PER\n"
    assert is_sniffed(data)
    assert [record.text for record in read(tmp_path, "token_table", data)] == ["Ada left", "Bo"]


def test_two_columns_of_tags_are_a_choice_of_the_user(tmp_path):
    data = "Sentence,Word,NER,Tag\n1,Ada,B-PER,B-ARTIST\n1,left,O,O\n"
    with pytest.raises(FileFault) as caught:
        read(tmp_path, "token_table", data)
    assert caught.value.reason == "it has 2 tag columns: 'NER', 'Tag'"
    (record,) = read_with(tmp_path, data, layer="Tag")
    assert (mentions(record), record.spans[0].layer) == ([("Ada", "ARTIST")], "Tag")


def test_column_of_parts_of_speech_called_tag_is_no_rival(tmp_path):
    data = "Sentence,Word,Tag,NER\n1,Ada,NNP,B-PER\n1,left,VBD,O\n"
    assert mentions(read(tmp_path, "token_table", data)[0]) == [("Ada", "PER")]


def test_tags_that_are_numbers_need_their_names(tmp_path):
    data = "Sentence,Word,Tag\n1,Ada,1\n1,left,0\n"
    with pytest.raises(FileFault, match="its tags are numbers up to 1, without names"):
        read(tmp_path, "token_table", data)
    (record,) = read_with(tmp_path, data, tag_names=("O", "B-PER"))
    assert mentions(record) == [("Ada", "PER")]


@pytest.mark.parametrize("data", ["Sentence #,Word,Tag\n", "Sentence #,Word,Tag\nx\n"])
def test_header_without_rows_is_refused(tmp_path, data):
    assert is_sniffed(data)
    with pytest.raises(FileFault) as caught:
        read(tmp_path, "token_table", data)
    assert caught.value.reason == "it has a header but no rows"


def test_table_of_something_else_read_by_name_is_refused(tmp_path):
    with pytest.raises(FileFault) as caught:
        read(tmp_path, "token_table", "id,text\n1,Ada\n")
    assert caught.value.reason == "its header has no columns for words and tags"


def test_field_that_never_ends_rejects_its_sentence(tmp_path):
    data = KAGGLE.replace("left", '","').replace("Lee", '"' + "x" * 200_000)
    fault, second = read(tmp_path, "token_table", data)
    assert second.text == ","
    assert fault.reason.startswith("line 3 has too few columns: 2, not 4, in ',,")


@pytest.mark.parametrize(
    "data",
    [
        "",
        "text,label\nAda left,PER\n",
        "Word\tTag\nAda\tB-PER\n",
        "File,Line,Begin Offset,End Offset,Type\na.txt,0,0,3,PER\n",
        "id,text,label,annotator\n1,Ada,PER,2\n",
        "Ada,B-PER\nleft,O\n",
        "word\rtag,x\ny",
    ],
)
def test_other_tables_are_not_sniffed(data):
    assert not is_sniffed(data)


def test_word_docstart_begins_a_document(tmp_path):
    data = (
        "Sentence,Word,Tag\n1,-DOCSTART-,O\n2,Ada,B-PER\n3,left,O\n4,-DOCSTART-,O\n4,Bo,B-PER\n5,ran,O\n"
    )
    records = read(tmp_path, "token_table", data)
    assert [(record.text, record.group) for record in records] == [
        ("Ada", "Ada"),
        ("left", "Ada"),
        ("Bo", "Bo"),
        ("ran", "Bo"),
    ]
