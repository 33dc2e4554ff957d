"""Columns: layouts, separators, comments, documents, sentences that are rejected; tags in test_tags."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.annotation.text import AnnotatedText, Fault, FileFault, OtherTask
from scripts.formats.base import DEFAULTS, Options
from scripts.formats.columns.bare_tags import BARE
from scripts.formats.columns.layout import layout_of
from scripts.formats.columns.rows import LEFT_OUT, NOT_THE_TEXT
from scripts.formats.readers import FORMATS
from scripts.formats.shared.head import Head
from scripts.formats.shared.tags import BEGINS, BILUO, IOB2, NAMELESS, RAW
from tests.formats.reading import mentions, read, triples, written


def read_with(folder, data, **given):
    """Return what the reader yields for a file, with options."""
    return list(FORMATS["columns"].read(written(folder, data), Options(**given)))


def is_sniffed(data):
    """Say whether the beginning of a file looks like columns."""
    return FORMATS["columns"].sniff(Head(Path("data"), data.encode()))


def test_scheme_is_settled_by_the_whole_file_and_not_by_its_beginning(tmp_path):
    first, second = read(tmp_path, "columns", "a O\nb B-X\n\nc B-X\nd L-X\n")
    assert mentions(first) == [("b", "X")]
    assert first.notes == ("a span without its last tag ends with the sentence",)
    assert mentions(second) == [("c d", "X")]
    assert second.notes == ()


@pytest.mark.parametrize("width", [2, 3, 4, 5])
@pytest.mark.parametrize("gap", [" ", "\t", "  "])
def test_first_column_is_the_token_and_last_the_tag(tmp_path, width, gap):
    between = ["NN", "B-NP", "5"][: width - 2]
    rows = [("Ada", "B-PER"), ("Okafor", "I-PER"), ("left", "O")]
    data = "".join(gap.join([token, *between, tag]) + "\n" for token, tag in rows)
    (record,) = read(tmp_path, "columns", data)
    assert record.text == "Ada Okafor left"
    assert mentions(record) == [("Ada Okafor", "PER")]
    assert record.place == "lines 1-3"


def test_tab_separated_token_may_hold_spaces(tmp_path):
    (record,) = read(tmp_path, "columns", "New York\tB-LOC\nis\tO\n")
    assert mentions(record) == [("New York", "LOC")]


def test_spaces_around_tabs_belong_to_no_column(tmp_path):
    data = "Ada\tB-PER \nOkafor \tI-PER\t\n\nwas\tO \nhere\t O\n".replace("I-PER\t", "I-PER")
    first, second = read(tmp_path, "columns", data)
    assert mentions(first) == [("Ada Okafor", "PER")]
    assert (second.text, triples(second)) == ("was here", [])


@pytest.mark.parametrize("separator", ["", " ", "\t", "\t\t", "\r", " \r", "\xa0", "\n\n"])
def test_line_with_nothing_visible_ends_a_sentence(tmp_path, separator):
    first, second = read(tmp_path, "columns", f"Ada B-PER\n{separator}\nBo B-PER\n")
    assert (first.text, second.text) == ("Ada", "Bo")


def test_places_name_the_lines_of_the_file(tmp_path):
    records = read(tmp_path, "columns", "\n\nAda B-PER\n\n\nBo B-PER\nleft O")
    assert [record.place for record in records] == ["line 3", "lines 6-7"]


def test_file_without_a_final_line_feed_keeps_its_last_row(tmp_path):
    (record,) = read(tmp_path, "columns", "Ada B-PER\nOkafor I-PER")
    assert mentions(record) == [("Ada Okafor", "PER")]


@pytest.mark.parametrize("token", ["#", "#nlp", "##", "# text"])
def test_token_with_a_number_sign_is_a_token_and_no_comment(tmp_path, token):
    (record,) = read(tmp_path, "columns", f"{token}\tB-TAG\nis\tO\n")
    assert mentions(record) == [(token, "TAG")]


def test_documents_are_groups_named_by_their_first_sentence(tmp_path):
    data = (
        "-DOCSTART- -X- -X- O\n\nAda NN NP B-PER\n\nleft VB VP O\n\n"
        "-DOCSTART- -X- -X- O\n\nBo NN NP B-PER\n-DOCSTART- -X- -X- O\nCy NN NP B-PER\n"
    )
    records = read(tmp_path, "columns", data)
    assert [(record.text, record.group) for record in records] == [
        ("Ada", "Ada"),
        ("left", "Ada"),
        ("Bo", "Bo"),
        ("Cy", "Cy"),
    ]


def test_document_whose_first_sentence_is_no_good_is_named_by_its_second(tmp_path):
    data = "-DOCSTART- O\n\nAda B-PER\n\n-DOCSTART- O\n\nbad\n\nBo B-PER\n\nleft O\n"
    first, fault, *rest = read(tmp_path, "columns", data)
    assert first.group == "Ada"
    assert isinstance(fault, Fault)
    assert [record.group for record in rest] == ["Bo", "Bo"]


def test_sentences_outside_of_documents_have_no_group(tmp_path):
    assert [r.group for r in read(tmp_path, "columns", "Ada B-PER\n\nleft O\n")] == [None, None]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Okafor", "line 2 has too few columns: 1, not 2, in 'Okafor'"),
        ("Okafor NN I-PER", "line 2 has too many columns: 3, not 2, in 'Okafor{gap}NN{gap}I-PER'"),
        ("\tI-PER", "line 2 has no token"),
        (" \tI-PER", "line 2 has no token"),
        ("Okafor\t", "line 2 has no tag"),
        ("Okafor PER", "line 2: the tag 'PER' is not in the file's scheme (IOB2)"),
        ("Okafor I-", "line 2: the tag 'I-' is not in the file's scheme (IOB2)"),
        ("Okafor I", "line 2: the tag 'I' is not in the file's scheme (IOB2)"),
        ("Okafor X-PER", "line 2: the tag 'X-PER' is not in the file's scheme (IOB2)"),
        ("Oka\0for I-PER", "the text contains a NUL character"),
        ("Okafor I-P\0R", "line 2: the tag contains a NUL character"),
    ],
)
@pytest.mark.parametrize("gap", [" ", "\t"])
def test_row_that_is_off_rejects_its_sentence_and_no_other(tmp_path, row, reason, gap):
    gap = "\t" if "\t" in row else gap
    data = f"Ada B-PER\n{row}\nleft O\n\nBo B-PER\nand O\nCy B-PER\n".replace(" ", gap)
    data = data.replace("\t\t", " \t")
    first, second = read(tmp_path, "columns", data)
    assert isinstance(first, Fault)
    reason = reason.format(gap=repr(gap)[1:-1])
    assert (first.reason, first.place) == (reason, "lines 1-3")
    assert first.record.startswith(f"Ada{gap}B-PER\n")
    assert mentions(second) == [("Bo", "PER"), ("Cy", "PER")]


def test_label_may_hold_hyphens(tmp_path):
    (record,) = read(tmp_path, "columns", "Ada B-PER-first\nOkafor I-PER-first\nBo B-PER-last\n")
    assert mentions(record) == [("Ada Okafor", "PER-first"), ("Bo", "PER-last")]


def test_span_may_end_with_the_sentence_and_the_next_begins_anew(tmp_path):
    first, second = read(tmp_path, "columns", "x B-PER\ny B-PER\n\nz I-PER\n")
    assert mentions(first) == [("x", "PER"), ("y", "PER")]
    assert mentions(second) == [("z", "PER")]
    assert (first.notes, second.notes) == ((), (BEGINS,))


def test_offsets_count_characters_of_the_joined_tokens(tmp_path):
    (record,) = read(tmp_path, "columns", "🙂 O\n李雷 B-PER\nמשה B-PER\nZoë I-PER\n")
    assert record.text == "🙂 李雷 משה Zoë"
    assert triples(record) == [(2, 4, "PER"), (5, 12, "PER")]


def test_one_column_is_no_annotation(tmp_path):
    with pytest.raises(FileFault) as caught:
        read(tmp_path, "columns", "Ada\nOkafor\n")
    assert caught.value.reason == "its rows have one column: there are no tags"


def test_everything_about_a_sentence_is_said(tmp_path):
    (record,) = read(tmp_path, "columns", "Ada B-PER\n")
    assert isinstance(record, AnnotatedText)
    assert record.file == (tmp_path / "data").as_posix()
    assert (record.answer, record.exhaustive, record.split, record.id) == ("accept", True, None, None)


def test_no_break_space_inside_a_token_does_not_make_a_column(tmp_path):
    (record,) = read(tmp_path, "columns", "10\u00a0000 O\nAda B-PER\n")
    assert record.text == "10\u00a0000 Ada"
    assert triples(record) == [(7, 10, "PER")]


def test_tokens_are_handed_on(tmp_path):
    (record,) = read(tmp_path, "columns", "New York\tB-LOC\n\u200b\tO\n,\tO\n")
    assert record.text == "New York \u200b ,"
    assert record.tokens == ((0, 8), (9, 10), (11, 12))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["It O +", "German B-LOC -", "firm O +"], [("German", "LOC")]),
        (["It PRP O anna", "German JJ B-LOC anna", "firm NN O anna"], [("German", "LOC")]),
        (["O It", "B-LOC German", "O firm"], [("German", "LOC")]),
        (["1 It O", "2 German B-LOC", "3 firm O"], [("German", "LOC")]),
        (["It _ _ O", "German _ _ B-LOC", "firm _ _ O"], [("German", "LOC")]),
        (["It -X- _ O", "German -X- _ B-LOC", "firm -X- _ O"], [("German", "LOC")]),
        (["It PRP B-NP O", "German JJ B-NP B-LOC", "firm NN I-NP O"], [("German", "LOC")]),
        (["It O O", "German B-LOC B-LOC", "firm O O"], [("German", "LOC")]),
        (["It PRP B-NP", "German JJ I-NP", "firm NN O"], [("It German", "NP")]),
    ],
)
@pytest.mark.parametrize("gap", [" ", "\t"])
def test_columns_of_token_and_tag_are_found_wherever_they_stand(tmp_path, rows, expected, gap):
    data = "\n".join(rows).replace(" ", gap)
    (record,) = read(tmp_path, "columns", data)
    assert record.text == "It German firm"
    assert mentions(record) == expected
    assert is_sniffed(f"{data}\n\n")


TWO_LAYERS = "{}In O O\nNew B-LOC O\nYork I-LOC O\nTimes O B-ORG\n"


def test_two_columns_of_tags_are_a_choice_of_the_user(tmp_path):
    with pytest.raises(FileFault) as caught:
        read(tmp_path, "columns", TWO_LAYERS.format(""))
    assert caught.value.reason == "it has 2 tag columns: '2', '3'"
    assert caught.value.hint == "set layer in configs/convert.cfg to one of them"
    (record,) = read_with(tmp_path, TWO_LAYERS.format(""), layer="3")
    assert mentions(record) == [("Times", "ORG")]
    assert record.spans[0].layer == "3"


def test_column_of_tags_may_be_named_as_the_header_does(tmp_path):
    data = TWO_LAYERS.format("Token Outer Ner\n")
    (record,) = read_with(tmp_path, data, layer="Outer")
    assert mentions(record) == [("New York", "LOC")]
    with pytest.raises(FileFault) as caught:
        read_with(tmp_path, data, layer="Inner")
    assert caught.value.reason == "none of its columns is called 'Inner'"
    assert caught.value.hint == "set layer in configs/convert.cfg to one of 'Token', 'Outer', 'Ner'"


@pytest.mark.parametrize("header", ["word tag", "Token\tNER", "#words ner_tags"])
def test_header_is_no_token(tmp_path, header):
    (record,) = read(tmp_path, "columns", f"{header}\nAda B-PER\nleft O\n".replace(" ", "\t"))
    assert record.text == "Ada left"
    assert record.place == "lines 2-3"


def test_header_without_rows_is_refused(tmp_path):
    with pytest.raises(FileFault) as caught:
        read(tmp_path, "columns", "Token NER\n")
    assert caught.value.reason == "it has a header but no rows"


def test_labels_without_prefix_may_hold_spaces_and_slashes(tmp_path):
    data = "The\tOTHER\nStarry\tWork of Art\nNight\tWork of Art\nat\tOTHER\nMoMA\tORG/LOC\n"
    (record,) = read(tmp_path, "columns", data)
    assert mentions(record) == [("Starry Night", "Work of Art"), ("MoMA", "ORG/LOC")]
    assert is_sniffed(data * 3)


def test_tags_without_labels_are_entities(tmp_path):
    (record,) = read(tmp_path, "columns", "colon\tB\ncancer\tI\nis\tO\n")
    assert mentions(record) == [("colon cancer", "ENTITY")]
    assert layout_of(tmp_path / "data", DEFAULTS).scheme == NAMELESS


NUMBERED = "Ada\t1\nOkafor\t2\nleft\t0\n\nBo\t1\nstayed\t0\nat\t0\nhome\t0\n"


def test_tags_that_are_numbers_need_their_names(tmp_path):
    assert is_sniffed(NUMBERED)
    with pytest.raises(FileFault) as caught:
        read(tmp_path, "columns", NUMBERED)
    assert caught.value.reason == "its tags are numbers up to 2, without names"
    assert caught.value.hint == (
        "set tag_names in configs/convert.cfg, in the order of the numbers: [O, B-PER, I-PER]"
    )
    first, second = read_with(tmp_path, NUMBERED, tag_names=("O", "B-PER", "I-PER"))
    assert mentions(first) == [("Ada Okafor", "PER")]
    assert mentions(second) == [("Bo", "PER")]


def test_too_few_names_of_tags_are_refused(tmp_path):
    with pytest.raises(
        FileFault, match=r"numbers up to 2, but tag_names in configs/convert\.cfg has 2 names"
    ):
        read_with(tmp_path, NUMBERED, tag_names=("O", "B-PER"))


def test_one_sentence_a_line_is_read_with_or_without_parts_of_speech(tmp_path):
    first, second = read(tmp_path, "columns", "Ada|NNP|B-PER left|VBD|O\n||NN|O Bo|NNP|B-PER\n")
    assert mentions(first) == [("Ada", "PER")]
    assert (second.text, second.place, mentions(second)) == ("| Bo", "line 2", [("Bo", "PER")])
    (record,) = read(tmp_path, "columns", "Ada|I-PER Okafor|I-PER left|O")
    assert mentions(record) == [("Ada Okafor", "PER")]
    assert is_sniffed("Ada|I-PER Okafor|I-PER left|O")


def test_one_token_a_line_may_be_divided_by_bars(tmp_path):
    first, second = read(tmp_path, "columns", "Ada|B-PER\nOkafor|I-PER\n\nleft|O\n")
    assert mentions(first) == [("Ada Okafor", "PER")]
    assert second.text == "left"


def test_comments_above_a_sentence_name_it_and_give_its_text(tmp_path):
    data = (
        "# id 7f-3\tdomain=train\n# text = Ada, hi!\nAda _ _ B-PER\n, _ _ O\nhi _ _ O\n! _ _ O\n\n"
        "# sent_id = s2\n# text = Other words\n# _ _ O\nBo _ _ B-PER\n"
    )
    first, second = read(tmp_path, "columns", data)
    assert (first.id, first.text, first.place) == ("7f-3", "Ada, hi!", "lines 3-6")
    assert first.tokens == ((0, 3), (3, 4), (5, 7), (7, 8))
    assert (second.id, second.text, mentions(second)) == ("s2", "# Bo", [("Bo", "PER")])
    assert second.notes == (NOT_THE_TEXT,)


def test_comment_with_a_tab_as_germeval_has_them_is_none_of_the_tokens(tmp_path):
    data = "#\thttp://example.org [2009-10-17]\n1\tAda\tB-PER\n2\tleft\tO\n"
    (record,) = read(tmp_path, "columns", data)
    assert record.text == "Ada left"


def test_hashtag_that_lost_its_tag_is_rejected_and_not_taken_for_a_comment(tmp_path):
    first, second = read(tmp_path, "columns", "#nlp\nis\tO\n\nAda\tB-PER\nleft\tO\n")
    assert first.reason == "line 1 has too few columns: 1, not 2, in '#nlp'"
    assert mentions(second) == [("Ada", "PER")]


def test_row_without_token_and_tag_is_left_out(tmp_path):
    (record,) = read(tmp_path, "columns", "\tO\nAda\tB-PER\nOkafor\tI-PER\n\tO\nleft\tO\n")
    assert (record.text, mentions(record)) == ("Ada Okafor left", [("Ada Okafor", "PER")])
    assert record.notes == (LEFT_OUT,)


def test_empty_tag_is_outside_where_the_file_writes_no_other(tmp_path):
    (record,) = read(tmp_path, "columns", "Ada\tB-PER\nleft\t\nearly\t\n")
    assert (record.text, mentions(record)) == ("Ada left early", [("Ada", "PER")])


@pytest.mark.parametrize("end", ["\t", "\t\t", " "])
def test_separator_at_the_end_of_a_row_makes_no_column(tmp_path, end):
    (record,) = read(tmp_path, "columns", f"Ada\tB-PER{end}\nleft\tO\nearly\tO\n")
    assert mentions(record) == [("Ada", "PER")]


def test_row_with_spaces_in_a_file_of_tabs_is_read_if_it_ends_in_a_tag(tmp_path):
    (record,) = read(tmp_path, "columns", "Ada\tB-PER\nOkafor I-PER\nleft\tO\n")
    assert mentions(record) == [("Ada Okafor", "PER")]


def test_columns_may_be_padded_with_spaces(tmp_path):
    (record,) = read(tmp_path, "columns", " EU      B-ORG\nrejects  O\nGerman \tB-MISC\n")
    assert mentions(record) == [("EU", "ORG"), ("German", "MISC")]


@pytest.mark.parametrize(
    "shape", ["-DOCSTART- -X- O O\r\n", "-DOCSTART-\n\n", "-DOCSTART- O O\t\r\n\t\r\n"]
)
def test_every_shape_of_docstart_begins_a_document(tmp_path, shape):
    data = f"{shape}Ada\tB-PER\r\n\t\r\n{shape}Bo\tB-PER\r\nleft\tO\r\n"
    assert [record.group for record in read(tmp_path, "columns", data)] == ["Ada", "Bo left"]


def test_docstart_may_name_its_document(tmp_path):
    data = "-DOCSTART- (947testa CRICKET)\nAda O\nleft O\n\n-DOCSTART- (2 EU)\nBo B-PER\n"
    groups = [record.group for record in read(tmp_path, "columns", data)]
    assert groups == ["947testa CRICKET", "2 EU"]


def test_one_docstart_above_everything_groups_nothing(tmp_path):
    data = "-DOCSTART- -X- O\n\nAda -X- B-PER\n\nBo -X- B-PER\n"
    assert [record.group for record in read(tmp_path, "columns", data)] == [None, None]


def test_bytes_that_are_not_utf8_reject_their_sentence_only(tmp_path):
    first, second = read(tmp_path, "columns", b"Zo\xeb\tB-PER\n\nAda\tB-PER\n")
    assert first.reason == "the text contains bytes that are not UTF-8"
    assert mentions(second) == [("Ada", "PER")]


def test_control_bytes_stay_in_their_tokens(tmp_path):
    (record,) = read(tmp_path, "columns", "a\x0cb\x85c O\nAda B-PER\n")
    assert mentions(record) == [("Ada", "PER")]
    assert record.text == "a\x0cb\x85c Ada"


def test_file_with_marks_far_below_its_beginning_is_read(tmp_path):
    data = "a\tO\nword\tO\n\n" * 8_000 + "Ada\tPER\nis\tO\n\n"
    data = data.replace("PER", "B-PER")
    assert mentions(read(tmp_path, "columns", data)[-1]) == [("Ada", "PER")]


def test_table_without_tags_is_refused_in_words(tmp_path):
    with pytest.raises(FileFault) as caught:
        read(tmp_path, "columns", "Ada NNP\nleft VBD\n\nBo NNP\n")
    assert caught.value.reason == "none of its 2 columns contains tags such as O, B-PER and I-PER"


@pytest.mark.parametrize(
    "data",
    [
        "",
        "Ada left.\nBo stayed at home.\n",
        "Ada NNP\nleft VBD\n\nBo NNP\n",
        "id\ttext\tlabel\n1\tAda left\t0\n2\tBo stayed\t1\n",
        "a fine film\tother\na bad film\tpositive\nno film\tother\n",
        "T1\tPER 0 3\tAda\nT2\tPER 9 11\tBo\n",
        "26\t27\t37\tpain\tDisease\tD1\t\n26\t79\t91\tache\tDisease\tD2\t\n",
        '{"text": "Ada B-PER"}\n{"text": "left O"}\n',
        "#FORMAT=WebAnno TSV 3.3\n\n#Text=Ada left\n1-1\t0-3\tAda\tPER\n1-2\t4-8\tleft\t_\n",
        "# A heading\n\nSome Markdown with B-52 in it.\n",
        "a,b,c\n1,2,O\n",
    ],
)
def test_what_is_no_table_of_tagged_tokens_is_not_sniffed(data):
    assert not is_sniffed(data)


def test_sniffed_head_may_end_inside_a_row():
    assert is_sniffed("Ada B-PER\nleft O\n\nBo B-P")


@pytest.mark.parametrize(("data", "scheme"), [("a B-X\nb L-X\n", BILUO), ("a O\nb O\n", IOB2)])
def test_layout_tells_the_scheme(tmp_path, data, scheme):
    assert layout_of(written(tmp_path, data), DEFAULTS).scheme == scheme


def test_layout_of_labels_without_prefix(tmp_path):
    layout = layout_of(written(tmp_path, "a\tO\nb\tPER\nc\tO\n"), DEFAULTS)
    assert (layout.scheme, layout.token, layout.tag) == (RAW, 0, 1)


def test_comments_may_be_below_the_header_and_between_the_rows(tmp_path):
    data = (
        "TOKEN\tNE-COARSE\tNOTE\n# document_id = first\n# lang = en\nAda\tB-PER\t_\n# part = 2\n"
        "Okafor\tI-PER\t_\n\n# document_id = second\nleft\tO\t_\n#page=7\nB\tB-PER\t_\n"
    )
    first, second = read(tmp_path, "columns", data)
    assert (first.text, mentions(first)) == ("Ada Okafor", [("Ada Okafor", "PER")])
    assert (first.group, first.place) == ("first", "lines 4-6")
    assert (second.text, second.group, second.place) == ("left B", "second", "lines 9-11")


def test_row_below_a_comment_is_named_by_its_own_line(tmp_path):
    data = "Ada\tB-PER\n# part = 2\nleft\tX-PER\n\nBo\tB-PER\nand\tO\n"
    fault, _ = read(tmp_path, "columns", data)
    assert fault.reason.startswith("line 3: the tag 'X-PER'")


def test_labels_without_prefix_may_leave_little_outside(tmp_path):
    data = "Send\tO\nthe\tFORM\nyearly\tFORM\nleave\tFORM\nrequest\tFORM\n\n" * 9
    assert is_sniffed(data)
    assert mentions(read(tmp_path, "columns", data)[0]) == [("the yearly leave request", "FORM")]


def test_parts_of_speech_with_an_o_among_them_are_no_labels():
    rows = ["it O", "drew V", "a D", "big A", "map N", "of P", "her O", "land N", "and C", "left V"]
    assert not is_sniffed("\n".join(rows) + "\n\n" + "\n".join(rows[::-1]) + "\n")


@pytest.mark.parametrize(
    "prose",
    [
        "Notes for all: mark E-mail addresses as places, and leave out the names of products.\n",
        "E-mail us\nE-mail them\n",
        "Use B-PER for names\nUse I-PER inside them\n",
        "Mind the E-commerce firms\n\nBoth of the M-Pesa shops\n",
    ],
)
def test_a_few_lines_of_prose_are_no_columns(prose):
    assert not is_sniffed(prose)


@pytest.mark.parametrize("data", ["Ada O\nleft O\nOslo O\n", "Ada B-PER\nleft O", "Ada\tB-PER"])
def test_short_file_of_columns_is_recognised(data):
    assert is_sniffed(data)


SENTENCES = ["Ada B-PER\nOkafor I-PER\nleft O\n", "At O\nnoon O\nBo B-PER\ncame O\n"] * 3


def test_line_ends_that_are_there_twice_end_no_sentence(tmp_path):
    plain = "\n".join(SENTENCES)
    twice = read(tmp_path, "columns", plain.replace("\n", "\n\n"))
    once = read(tmp_path, "columns", plain)
    assert [(r.text, mentions(r)) for r in twice] == [(r.text, mentions(r)) for r in once]
    assert twice[1].place == "lines 9-15"


def test_blank_line_after_every_token_is_refused_where_nothing_ends_a_sentence(tmp_path):
    with pytest.raises(FileFault) as caught:
        read(tmp_path, "columns", "".join(SENTENCES).replace("\n", "\n\n"))
    assert caught.value.reason == (
        "a blank line follows every token, so it isn't clear where a sentence ends"
    )
    assert "line break" in caught.value.hint


def test_lines_of_a_sentence_each_may_have_blank_lines_between_them(tmp_path):
    assert len(read(tmp_path, "columns", "Ada|B-PER left|O\n\n" * 12)) == 12


def test_label_without_prefix_among_others_is_read_and_noted(tmp_path):
    data = "Ada B-PER\nleft O\nMonday DAY\n\nBo B-PER\nLi I-PER\nCy B-PER\nMay DAY\nFourth DAY\n"
    first, second = read(tmp_path, "columns", data)
    assert mentions(first) == [("Ada", "PER"), ("Monday", "DAY")]
    assert mentions(second) == [("Bo Li", "PER"), ("Cy", "PER"), ("May Fourth", "DAY")]
    assert first.notes == (BARE,)


def test_tag_that_means_nothing_is_shown_with_its_line_and_what_to_write(tmp_path):
    fault, _ = read(tmp_path, "columns", "Ada B-PER\nOkafor PER\n\nBo B-PER\nleft O\n")
    assert fault.reason == "line 2: the tag 'PER' is not in the file's scheme (IOB2)"
    assert fault.hint == "write B-PER where a span begins, I-PER inside it, O outside"


@given(
    sentences=st.lists(
        st.lists(st.sampled_from(["Ada\tB-PER", "Li\tI-PER", "left\tO"]), min_size=2, max_size=5),
        min_size=12,
        max_size=20,
    )
)
@settings(max_examples=20)
def test_file_with_doubled_line_ends_reads_as_the_one_without(sentences):
    plain = "\n\n".join(map("\n".join, [["left\tO", "Ada\tB-PER"], *sentences])) + "\n"
    with TemporaryDirectory() as folder:
        once = read(Path(folder), "columns", plain)
        twice = read(Path(folder), "columns", plain.replace("\n", "\n\n"))
    assert [(r.text, triples(r)) for r in twice] == [(r.text, triples(r)) for r in once]


def test_prose_is_refused_by_name_where_the_format_is_named(tmp_path):
    with pytest.raises(OtherTask, match="look like prose"):
        read(tmp_path, "columns", "Please mark each of the E-commerce firms.\n")
