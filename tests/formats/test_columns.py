r"""CoNLL-style columns: tag schemes, separators, documents, and rows that are off."""

import pytest

from scripts.corpus.text import AnnotatedText, Fault, FileFault
from scripts.formats.columns import survey
from tests.formats.reading import mentions, read, triples, written

# What may follow what, as data: for every scheme, "" is the beginning of a sentence. A pair leads to
# the spans of a two-token sentence "a b", or to the fault of the row that is off.
A, B, AB = (0, 1), (2, 3), (0, 3)
FOLLOWS_NO_B = "I-X follows no B- tag (IOB2)"
CHANGES = "I-Y changes the label inside a span (IOB2)"
NO_SPAN = "follows no span of its own label (IOB1)"
NOT_OPEN = "continues a span that is not open (BILUO)"
UNCLOSED = "leaves the span before it unclosed (BILUO)"
NEVER = "the last span is never closed (BILUO)"
STEPS = {
    "IOB2": {
        ("O", "O"): [],
        ("O", "B-X"): [(*B, "X")],
        ("O", "I-X"): FOLLOWS_NO_B,
        ("I-X", "O"): FOLLOWS_NO_B,
        ("B-X", "O"): [(*A, "X")],
        ("B-X", "B-X"): [(*A, "X"), (*B, "X")],
        ("B-X", "B-Y"): [(*A, "X"), (*B, "Y")],
        ("B-X", "I-X"): [(*AB, "X")],
        ("B-X", "I-Y"): CHANGES,
    },
    "IOB1": {
        ("O", "O"): [],
        ("O", "I-X"): [(*B, "X")],
        ("O", "B-X"): f"B-X {NO_SPAN}",
        ("B-X", "O"): f"B-X {NO_SPAN}",
        ("I-X", "O"): [(*A, "X")],
        ("I-X", "I-X"): [(*AB, "X")],
        ("I-X", "I-Y"): [(*A, "X"), (*B, "Y")],
        ("I-X", "B-X"): [(*A, "X"), (*B, "X")],
        ("I-X", "B-Y"): f"B-Y {NO_SPAN}",
    },
    "BILUO": {
        ("O", "O"): [],
        ("O", "U-X"): [(*B, "X")],
        ("O", "B-X"): NEVER,
        ("O", "I-X"): f"I-X {NOT_OPEN}",
        ("O", "L-X"): f"L-X {NOT_OPEN}",
        ("U-X", "O"): [(*A, "X")],
        ("U-X", "U-X"): [(*A, "X"), (*B, "X")],
        ("U-X", "B-X"): NEVER,
        ("U-X", "I-X"): f"I-X {NOT_OPEN}",
        ("U-X", "L-X"): f"L-X {NOT_OPEN}",
        ("B-X", "O"): f"O {UNCLOSED}",
        ("B-X", "U-X"): f"U-X {UNCLOSED}",
        ("B-X", "B-X"): f"B-X {UNCLOSED}",
        ("B-X", "I-X"): NEVER,
        ("B-X", "I-Y"): f"I-Y {NOT_OPEN}",
        ("B-X", "L-X"): [(*AB, "X")],
        ("B-X", "L-Y"): f"L-Y {NOT_OPEN}",
        ("I-X", "L-X"): f"I-X {NOT_OPEN}",
        ("L-X", "O"): f"L-X {NOT_OPEN}",
    },
}
# Sentences that settle the scheme of the file beyond doubt; each has four rows.
PROOF = {
    "IOB2": "p B-X\nq B-Y\nr B-X\ns B-Y\n\n",
    "IOB1": "p I-X\nq I-Y\nr I-X\ns I-Y\n\n",
    "BILUO": "p B-X\nq I-X\nr L-X\ns U-Y\n\n",
}
TO_BIOES = str.maketrans("LU", "ES")
CASES = [
    (scheme, *pair, expected) for scheme, steps in STEPS.items() for pair, expected in steps.items()
]


def last(folder, data):
    """Return the last sentence of a file."""
    return read(folder, "columns", data)[-1]


@pytest.mark.parametrize(("scheme", "previous", "next_", "expected"), CASES)
def test_tag_after_tag_is_a_span_or_a_fault_named_by_line(tmp_path, scheme, previous, next_, expected):
    record = last(tmp_path, f"{PROOF[scheme]}a {previous}\nb {next_}\n")
    if isinstance(expected, list):
        assert triples(record) == expected
    else:
        assert isinstance(record, Fault)
        line = 6 if expected.startswith(f"{previous} ") and previous != next_ else 7
        assert record.reason == f"line {line}: {expected}"
        assert record.place == "lines 6-7"


@pytest.mark.parametrize(
    ("previous", "next_", "expected"), [case[1:] for case in CASES if "U" in case[0]]
)
def test_bioes_is_biluo_with_other_letters(tmp_path, previous, next_, expected):
    tags = [tag.translate(TO_BIOES) for tag in (previous, next_)]
    proof = PROOF["BILUO"].translate(TO_BIOES)
    record = last(tmp_path, f"{proof}a {tags[0]}\nb {tags[1]}\n")
    if isinstance(expected, list):
        assert triples(record) == expected
    else:
        letters = expected.replace("L-", "E-").replace("U-", "S-")
        assert record.reason.endswith(f": {letters}")


@pytest.mark.parametrize(
    ("tags", "scheme"),
    [
        ("O O", "IOB2"),
        ("B-X I-X O", "IOB2"),
        ("I-X I-X O", "IOB1"),
        ("I-X B-X I-X", "IOB1"),
        ("B-X O I-Y O I-Y", "IOB1"),
        ("B-X O B-Y O I-Y", "IOB2"),
        ("B-X L-X", "BILUO"),
        ("O U-X", "BILUO"),
        ("B-X E-X", "BILUO"),
        ("S-X", "BILUO"),
    ],
)
def test_scheme_is_the_one_that_fewer_tags_contradict(tmp_path, tags, scheme):
    rows = "".join(f"w {tag}\n" for tag in tags.split())
    assert survey(written(tmp_path, rows)) == (2, scheme)


def test_scheme_is_settled_by_the_whole_file_and_not_by_its_beginning(tmp_path):
    first, second = read(tmp_path, "columns", "a O\nb B-X\n\nc B-X\nd L-X\n")
    assert first.reason == f"line 2: {NEVER}"
    assert mentions(second) == [("c d", "X")]


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
        ("Okafor", "line 2 has too few columns: 1, not 2"),
        ("Okafor NN I-PER", "line 2 has too many columns: 3, not 2"),
        ("\tI-PER", "line 2 has no token"),
        (" \tI-PER", "line 2 has no token"),
        ("Okafor\t", "line 2 has no tag: ''"),
        ("Okafor PER", "line 2 has no tag: 'PER'"),
        ("Okafor I-", "line 2 has no tag: 'I-'"),
        ("Okafor I", "line 2 has no tag: 'I'"),
        ("Okafor X-PER", "line 2 has no tag: 'X-PER'"),
        ("Okafor i-PER", "line 2 has no tag: 'i-PER'"),
        ("Oka\0for I-PER", "the text holds a NUL character"),
    ],
)
def test_row_that_is_off_rejects_its_sentence_and_no_other(tmp_path, row, reason):
    first, second = read(tmp_path, "columns", f"Ada B-PER\n{row}\nleft O\n\nBo B-PER\n")
    assert isinstance(first, Fault)
    assert (first.reason, first.place) == (reason, "lines 1-3")
    assert first.record.startswith("Ada\tB-PER\n")
    assert mentions(second) == [("Bo", "PER")]


def test_label_may_hold_hyphens(tmp_path):
    (record,) = read(tmp_path, "columns", "Ada B-PER-first\nOkafor I-PER-first\nBo B-PER-last\n")
    assert mentions(record) == [("Ada Okafor", "PER-first"), ("Bo", "PER-last")]


def test_span_may_end_with_the_sentence_and_the_next_begins_anew(tmp_path):
    first, second = read(tmp_path, "columns", "x B-PER\ny B-PER\n\nz I-PER\n")
    assert mentions(first) == [("x", "PER"), ("y", "PER")]
    assert second.reason == "line 4: I-PER follows no B- tag (IOB2)"


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
