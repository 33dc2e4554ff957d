"""WebAnno and INCEpTION TSV: values, offsets, numbers of annotations, layers, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.formats.base import Options
from scripts.formats.detection import detect
from scripts.formats.webanno.document import FOUND_BY_TEXT, NUMBER_AGAIN
from scripts.formats.webanno.reader import FORMAT, unescaped
from scripts.formats.webanno.token_rows import utf16_places
from tests.formats.reading import mentions, read, triples, written

ENTITY = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
POS = "de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS"
BEGIN = f"#FORMAT=WebAnno TSV 3.3\n#T_SP={ENTITY}|value\n\n\n"
HINT = "export the document again"


def document(*rows, text="Ada met Bo"):
    """Return a file of one sentence."""
    return BEGIN + "\n".join([f"#Text={text}", *rows]) + "\n"


def one(folder, data):
    """Return the only record of a file."""
    (record,) = read(folder, "webanno_tsv", data)
    return record


def faulty(folder, data):
    """Return the reason why a file is no good."""
    fault = one(folder, data)
    assert fault.place == "document"
    return fault.reason


def test_grammar_of_the_docstring_is_what_is_read(tmp_path):
    data = document("1-1\t0-3\tAda\tA|B[3]\t", "1-2\t4-7\tmet\tB[3]\t", "1-3\t8-10\tBo\t*\t")
    data = data.replace("1-2\t", "1-1.1\t0-2\tAd\tC\\[x\\]\t\n1-2\t")
    found = mentions(one(tmp_path, data))
    assert found == [("Ada", "A"), ("Ada met", "B"), ("Ad", "C[x]"), ("Bo", "NamedEntity")]


@pytest.mark.parametrize(
    ("value", "label"),
    [
        ("\\_", "_"),
        ("\\*", "*"),
        ("a\\|b", "a|b"),
        ("a\\\\", "a\\"),
        ("a\\->b", "a->b"),
        ("a\\tb\\nc", "a\tb\nc"),
        ("a\\[1\\]", "a[1]"),
        ("a\\[1\\][7]", "a[1]"),
        ("I-PER", "I-PER"),
    ],
)
def test_backslashes_before_what_would_mean_something_are_taken_off(tmp_path, value, label):
    data = document(f"1-1\t0-3\tAda\t{value}\t", "1-2\t4-7\tmet\t_\t", "1-3\t8-10\tBo\t_\t")
    assert triples(one(tmp_path, data)) == [(0, 3, label)]


@pytest.mark.parametrize(
    ("version", "text", "expected"),
    [
        ((3, 0), "a\\tb\\u00E9", "a\\tb\\u00E9"),
        ((3, 1), '\\uD83D\\uDE0A \\"\\t\\\\ \\/ \\101', '\U0001f60a "\t\\ / A'),
        ((3, 3), "a\\tb\\r\\\\n \\u00E9 \\d \\\x01", "a\tb\r\\n \\u00E9 \\d \x01"),
    ],
)
def test_text_is_unescaped_as_its_version_escapes_it(version, text, expected):
    assert unescaped(text, version) == expected


@pytest.mark.parametrize("offsets", [("0-2", "3-6"), ("0-1", "2-5")], ids=["utf16", "characters"])
def test_tokens_tell_whether_offsets_count_utf16_units_or_characters(tmp_path, offsets):
    rows = [f"1-1\t{offsets[0]}\t\U0001f60a\t_\t", f"1-2\t{offsets[1]}\tAda\tPER\t"]
    record = one(tmp_path, document(*rows, text="\U0001f60a Ada"))
    assert mentions(record) == [("Ada", "PER")]
    assert record.notes == ()


def test_sentence_may_begin_with_white_space_before_its_first_token(tmp_path):
    record = one(tmp_path, document("1-1\t5-8\tAda\tPER\t", text="  Ada"))
    assert (record.text, triples(record)) == ("     Ada", [(5, 8, "PER")])


def test_tokens_whose_offsets_are_wrong_are_found_in_the_sentence(tmp_path):
    rows = [
        "1-1\t0-3\tAda\tPER[1]\t",
        "1-2\t3-5\tme\tPER[1]\t",
        "1-3\t5-6\tt\t_\t",
        "1-4\t9-11\tBo\t_\t",
    ]
    record = one(tmp_path, document(*rows, text="Ada met Bo"))
    assert mentions(record) == [("Ada me", "PER")]
    assert record.notes == (FOUND_BY_TEXT,)


def test_sentences_whose_offsets_begin_anew_stand_on_lines_of_their_own(tmp_path):
    data = document("1-1\t0-3\tAda\tPER\t", text="Ada") + "\n#Text=Bo\n2-1\t0-2\tBo\tPER\t\n"
    record = one(tmp_path, data)
    assert (record.text, mentions(record)) == ("Ada\nBo", [("Ada", "PER"), ("Bo", "PER")])


def test_huge_gap_between_sentences_is_no_huge_text(tmp_path):
    data = document("1-1\t0-3\tAda\tPER\t", text="Ada")
    data += "\n#Text=Bo\n2-1\t900000000000000-900000000000002\tBo\tPER\t\n"
    record = one(tmp_path, data)
    assert len(record.text) < 2000
    assert mentions(record) == [("Ada", "PER"), ("Bo", "PER")]


def test_annotation_over_a_sentence_boundary_is_one(tmp_path):
    data = document("1-1\t0-3\tAda\tPER[1]\t", text="Ada") + "\n#Text=Bo\n2-1\t4-6\tBo\tPER[1]\t\n"
    assert mentions(one(tmp_path, data)) == [("Ada\nBo", "PER")]


def test_number_that_comes_again_after_a_gap_is_another_annotation(tmp_path):
    rows = ["1-1\t0-3\tAda\tPER[1]\t", "1-2\t4-7\tmet\t_\t", "1-3\t8-10\tBo\tPER[1]\t"]
    record = one(tmp_path, document(*rows))
    assert mentions(record) == [("Ada", "PER"), ("Bo", "PER")]
    assert record.notes == (NUMBER_AGAIN,)


def test_document_without_any_layer_is_a_text_without_entities(tmp_path):
    record = one(tmp_path, "#FORMAT=WebAnno TSV 3.3\n\n\n#Text=Ada\n1-1\t0-3\tAda\t\n")
    assert (record.text, record.spans, record.annotated) == ("Ada", (), None)


LAYERS = (
    f"#FORMAT=WebAnno TSV 3.3\n#T_SP={POS}|PosValue|coarseValue\n#T_SP={ENTITY}|identifier|value\n"
    "#T_SP=webanno.custom.Sense|first|second\n\n\n#Text=Ada\n1-1\t0-3\tAda\tNNP\tPROPN\tQ1\tPER\ta\tb\t\n"
)


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        ("", [("NamedEntity", "PER"), ("Sense.first", "a"), ("Sense.second", "b")]),
        ("NamedEntity.identifier", [("NamedEntity.identifier", "Q1")]),
        (ENTITY, [(ENTITY, "PER")]),
        ("POS.coarseValue", [("POS.coarseValue", "PROPN")]),
        ("Sense.second", [("Sense.second", "b")]),
    ],
)
def test_layer_and_feature_that_the_user_names_are_read(tmp_path, layer, expected):
    (record,) = FORMAT.read(written(tmp_path, LAYERS), Options(layer=layer))
    found = [(span.layer, span.label) for span in record.spans]
    assert [pair for pair in found if not layer or pair[0] == layer] == expected


def test_two_layers_of_one_short_name_go_by_their_whole_names(tmp_path):
    header = "#FORMAT=WebAnno TSV 3.2\n#T_SP=a.Span|value\n#T_SP=b.Span|\n\n\n"
    data = f"{header}#Text=Ada\n1-1\t0-3\tAda\tX\t*\t\n"
    assert [(span.layer, span.label) for span in one(tmp_path, data).spans] == [
        ("a.Span", "X"),
        ("b.Span", "Span"),
    ]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (["1-1\t0-3\tAda"], "line 6 has 3 columns, but the header names 4 or more"),
        (["1-1\tx\tAda\t_\t"], "line 6 has no offsets and no token"),
        (["1-1\t0-3"], "line 6 has no offsets and no token"),
        (["1-1\t0-3\tAda\t_\t", "met"], "line 7 is neither a comment nor a token: 'met'"),
        (["1-1\t0-3\tAda\t_\t"], "its last sentence has words that have no line"),
        (
            ["1-1\t0-3\tEve\t_\t"],
            "in the sentence of line 6, token 'Eve' was expected next in the text, which has 'Ada "
            "met Bo'",
        ),
        (["1-1\t0-3\tAda\t_\t", "1-1.1\t2-9\tx\t_\t"], "line 7: 'x' is not at 2-9"),
        (["1-1\t0-3\tAda\t_\t", "1-1.1\t2-99\tx\t_\t"], "line 7: 2-99 is not inside its sentence"),
        (
            ["1-1\t0-3\tAda\t_\t", "1-2\t0-3\tAda\t_\t", "1-3\t8-10\tBo\t_\t"],
            "in the sentence of line 6, tokens overlap",
        ),
    ],
)
def test_document_that_contradicts_itself_is_a_fault_with_its_line(tmp_path, rows, reason):
    assert faulty(tmp_path, document(*rows)) == reason


def test_tokens_without_their_sentence_are_a_fault(tmp_path):
    reason = "before line 5 there is no `#Text=` with its sentence"
    assert faulty(tmp_path, BEGIN + "1-1\t0-3\tAda\t_\t\n") == reason


def test_header_without_sentences_is_a_fault(tmp_path):
    assert faulty(tmp_path, BEGIN) == "the document has no text"


def test_carriage_returns_at_the_ends_of_lines_change_nothing(tmp_path):
    data = document("1-1\t0-3\tAda\tPER\t", "1-2\t4-7\tmet\t_\t", "1-3\t8-10\tBo\tPER\t")
    assert one(tmp_path, data) == one(tmp_path, data.replace("\n", "\r\n"))


TSV_2 = f" # {ENTITY} | value\n#id=1\n#text=Ada Bo\n1-1\tAda\tB-PER\t\n1-2\tBo\tI-PER\t\n\n"


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (["B-A", "B-A"], [("Ada", "A"), ("Bo", "A")]),
        (["B-A", "I-A"], [("Ada Bo", "A")]),
        (["A", "I-B"], [("Ada", "A"), ("Bo", "B")]),
        (["B-A|B-B", "O-_|I-B"], [("Ada", "A"), ("Ada Bo", "B")]),
        (["B-A|B-B", "I-A"], [("Ada Bo", "A"), ("Ada", "B")]),
        ([f"{ENTITY}_", "_"], [("Ada", "NamedEntity")]),
    ],
)
def test_tags_of_tsv_2_begin_and_continue_annotations_by_their_place(tmp_path, tags, expected):
    rows = "".join(
        f"1-{n}\t{w}\t{t}\t\n" for n, (w, t) in enumerate(zip(["Ada", "Bo"], tags, strict=True), 1)
    )
    data = f" # {ENTITY} | value\n#id=1\n#text=Ada Bo\n{rows}\n"
    assert sorted(mentions(one(tmp_path, data))) == sorted(expected)


def test_row_of_tsv_2_with_too_few_columns_is_a_fault(tmp_path):
    reason = "line 4 has 2 columns, but its header names 3 or more"
    assert faulty(tmp_path, TSV_2.replace("\tB-PER\t", "")) == reason


@pytest.mark.parametrize(
    "data",
    [
        "# text = Ada\n# sent_id = 1\n1\tAda\tAda\tPROPN\tNNP\t_\t0\troot\t_\t_\n",
        "#id=1\n#text=Ada\n",
        "Ada\tB-PER\nleft\tO\n",
        "# a.b | c\nAda B-PER\n",
        "1-2\t0-3\tAda\tPER\n",
        "",
    ],
    ids=["conllu", "no rows", "columns", "comment", "no header", "empty"],
)
def test_files_of_other_tools_are_not_taken(tmp_path, data):
    try:
        assert detect(written(tmp_path, data)).name != "webanno_tsv"
    except ValueError as fault:
        assert "format" in str(fault) or "empty" in str(fault)


@pytest.mark.parametrize("data", [BEGIN, TSV_2, "#T_SP=a.B|c\n#Text=x\n1-1\t0-1\tx\t_\n"])
def test_files_of_every_version_are_recognised(tmp_path, data):
    assert detect(written(tmp_path, data)).name == "webanno_tsv"


words = st.lists(st.text("aé\U0001f60a", min_size=1, max_size=4), min_size=1, max_size=6)


@given(st.lists(words, min_size=1, max_size=3), st.integers(0, 3))
def test_offsets_are_right_whatever_stands_before_them(tmp_path_factory, sentences, gap):
    lines, at, expected = [BEGIN.rstrip("\n") + "\n\n"], 0, []
    for number, sentence in enumerate(sentences, 1):
        lines.append(f"\n#Text={' '.join(sentence)}\n")
        for place, word in enumerate(sentence, 1):
            size = len(word.encode("utf-16-le")) // 2
            lines.append(f"{number}-{place}\t{at}-{at + size}\t{word}\tL{len(expected)}\t\n")
            expected.append((word, f"L{len(expected)}"))
            at += size + 1
        at += gap - 1 if gap else -1
    record = one(tmp_path_factory.mktemp("x"), "".join(lines))
    assert mentions(record) == expected
    assert tuple(record.text[start:end] for start, end in record.tokens) == tuple(w for w, _ in expected)


@given(st.text())
def test_every_unit_of_utf16_has_its_character(text):
    places = utf16_places(text)
    units = text.encode("utf-16-le", "surrogatepass")
    assert len(places) == len(units) // 2 + 1
    for unit, place in enumerate(places):
        if place >= 0:
            assert len(text[:place].encode("utf-16-le", "surrogatepass")) == 2 * unit
