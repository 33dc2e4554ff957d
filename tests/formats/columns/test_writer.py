"""Columns: a token and its tag a line, whatever the tokens hold."""

from dataclasses import replace

from scripts.annotation.text import AnnotatedText, CharSpan
from scripts.formats.columns.writer import LABEL, NAME, SPLIT, UNWRITABLE, WRITER
from scripts.formats.shared.tagging import OVERLAPPING, SPACES, WORDLESS
from scripts.formats.writer_base import Losses

RECORD = AnnotatedText(
    "Ada Okafor left",
    (CharSpan(0, 10, "job title"),),
    "assets/mine.jsonl",
    "line 1",
    tokens=((0, 3), (4, 10), (11, 15)),
)


def written(folder, *records):
    """Return the column file of some records, and the losses."""
    losses = WRITER.write(records, folder / "train.conll")
    return (folder / "train.conll").read_bytes().decode(), +losses


def test_token_and_tag_have_a_tab_between_them_and_texts_a_blank_line(tmp_path):
    text, losses = written(tmp_path, RECORD, replace(RECORD, spans=()))
    assert text == ("Ada\tB-job title\nOkafor\tI-job title\nleft\tO\n\nAda\tO\nOkafor\tO\nleft\tO\n\n")
    assert losses == Losses()


def test_longest_of_overlapping_spans_keeps_the_tokens_and_the_others_are_counted(tmp_path):
    spans = (CharSpan(0, 3, "A"), CharSpan(0, 10, "B"), CharSpan(4, 15, "C"))
    text, losses = written(tmp_path, replace(RECORD, spans=spans))
    assert text == "Ada\tO\nOkafor\tB-C\nleft\tI-C\n\n".replace("Ada\tO", "Ada\tB-A")
    assert losses == Losses({OVERLAPPING: 1})


def test_neighbours_of_one_label_stay_two(tmp_path):
    text, _ = written(tmp_path, replace(RECORD, spans=(CharSpan(0, 3, "A"), CharSpan(4, 10, "A"))))
    assert text == "Ada\tB-A\nOkafor\tB-A\nleft\tO\n\n"


def test_texts_of_a_group_stand_under_one_document_and_what_follows_under_another(tmp_path):
    one = AnnotatedText("Hi", (), "a", "b", group="mail (2)\t3", tokens=((0, 2),))
    text, losses = written(tmp_path, one, one, replace(one, group=None))
    assert text == "-DOCSTART- (mail (2) 3)\tO\n\nHi\tO\n\nHi\tO\n\n-DOCSTART-\tO\n\nHi\tO\n\n"
    assert losses == Losses({NAME: 1})


def test_tokens_of_white_space_are_left_out_and_spans_go_on_over_them(tmp_path):
    record = AnnotatedText(
        "Ada\nOkafor", (CharSpan(0, 10, "P"),), "a", "b", tokens=((0, 3), (3, 4), (4, 10))
    )
    assert written(tmp_path, record) == ("Ada\tB-P\nOkafor\tI-P\n\n", Losses({SPACES: 1}))


def test_token_with_white_space_in_it_is_several_rows_of_one_span(tmp_path):
    record = AnnotatedText("10\u00a0000 €", (CharSpan(0, 6, "SUM"),), "a", "b", tokens=((0, 6), (7, 8)))
    assert written(tmp_path, record) == ("10\tB-SUM\n000\tI-SUM\n€\tO\n\n", Losses({SPLIT: 1}))


def test_tokens_that_mean_something_to_a_column_file_lose_that_meaning(tmp_path):
    record = AnnotatedText("-DOCSTART- \ufeff", (), "a", "b", tokens=((0, 10), (11, 12)))
    text, losses = written(tmp_path, record)
    assert text == "-\tO\nDOCSTART-\tO\n\n"
    assert losses == Losses({SPLIT: 1, UNWRITABLE: 1})


def test_label_with_a_tab_or_a_line_break_stays_one_column(tmp_path):
    text, losses = written(tmp_path, replace(RECORD, spans=(CharSpan(0, 3, "A\tB\n"),)))
    assert text.startswith("Ada\tB-A B\nOkafor")
    assert losses == Losses({LABEL: 1})


def test_span_of_white_space_has_no_word_to_tag(tmp_path):
    _, losses = written(tmp_path, replace(RECORD, spans=(CharSpan(3, 4, "A"),)))
    assert losses == Losses({WORDLESS: 1})
