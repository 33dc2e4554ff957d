"""brat standoff: its lines, its texts beside them, the two files of a BioNLP task, what it refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.annotation.text import AnnotatedText, CharSpan, Fault, FileFault
from scripts.formats.base import DEFAULTS, Options
from scripts.formats.brat.lines import text_bound
from scripts.formats.brat.reader import MARK_COUNTED, READ_TOO, STRAY, in_one
from scripts.formats.detection import detect
from scripts.formats.file_roles import find_roles
from scripts.formats.readers import FORMATS
from scripts.formats.shared.head import Head
from tests.formats.reading import triples

TEXT = "Ada met Bo in\nNew York."
ADA = "T1\tPER 0 3\tAda\n"


def laid(folder, text: str | bytes | None = TEXT, name="doc", **files: str):
    """Return the path of the first annotation file (by ending) of a text in a folder."""
    if text is not None:
        (folder / f"{name}.txt").write_bytes(text.encode() if isinstance(text, str) else text)
    for ending, data in files.items():
        (folder / f"{name}.{ending}").write_bytes(data.encode())
    return folder / f"{name}.{next(iter(files))}"


def only(path, options=DEFAULTS):
    """Return what is read of one annotation file."""
    (record,) = FORMATS["brat"].read(path, options)
    return record


def sniffed(path):
    """Say whether a file is taken for one of brat's."""
    return FORMATS["brat"].sniff(Head.of(path))


def test_line_has_an_identifier_a_label_offsets_of_its_parts_and_their_text():
    parts = ((0, 5), (16, 23))
    span = CharSpan(0, 23, "Loc", parts=parts)
    assert text_bound("T1\tLoc 0 5;16 23\tNorth America") == ("T1", span)
    assert text_bound("T1\tLoc 0 5;16 23\tNorth America")[1].mention == "North America"


@pytest.mark.parametrize(
    "line",
    [
        "T2\tPER 8 10\tBo",
        "T2\tPER 8 10",
        "T2\tPER 8 10\t",
        "T2 PER 8 10 Bo",
        "T2\tPER\t8\t10\tBo",
        "T2\tPER 8 10 \tBo",
    ],
)
def test_line_is_read_though_its_tabs_are_spaces_or_its_text_is_missing(tmp_path, line):
    assert triples(only(laid(tmp_path, ann=f"{ADA}{line}\n"))) == [(0, 3, "PER"), (8, 10, "PER")]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("T2\tPER 8\tBo", "it marks no span ('T2\\tPER 8\\tBo')"),
        ("T2\tPER x 10\tBo", "it marks no span ('T2\\tPER x 10\\tBo')"),
        ("T2\t8 10\tBo", "it marks no span ('T2\\t8 10\\tBo')"),
        ("T2\tPER 8 9;10\tBo", "it marks no span ('T2\\tPER 8 9;10\\tBo')"),
        (f"T2\tPER 8 1{'0' * 18}", f"it marks no span ('T2\\tPER 8 1{'0' * 18}')"),
        ("T\tPER 8 10\tBo", "it has no identifier such as T1 ('T\\tPER 8 10\\tBo')"),
        ("1\tPER 8 10\tBo", "it has no identifier such as T1 ('1\\tPER 8 10\\tBo')"),
        ("T2\tP\ud800 8 10\tBo", None),
    ],
)
def test_document_with_a_line_that_marks_nothing_is_a_fault_that_names_the_line(tmp_path, line, said):
    path = laid(tmp_path, ann=ADA)
    path.write_bytes(f"{ADA}{line}\n".encode(errors="surrogatepass"))
    record = only(path)
    assert isinstance(record, Fault)
    assert record.reason.startswith("line 2: ")
    assert record.record.startswith("T1\tPER 0 3\tAda")
    if said:
        assert record.reason == f"line 2: {said}"
        assert record.hint == "write it as T1 [tab] LABEL START END [tab] TEXT"


def test_line_of_the_second_file_that_marks_nothing_is_named(tmp_path):
    record = only(laid(tmp_path, a1=ADA, a2="T2\tPER\n"))
    assert record.reason == "line 1: it marks no span ('T2\\tPER') in doc.a2"


def test_line_that_is_no_annotation_is_passed_over_and_noted(tmp_path):
    record = only(laid(tmp_path, ann=f"hello\n{ADA}and more\n\n"))
    assert (triples(record), record.notes) == ([(0, 3, "PER")], (STRAY,))


def test_file_without_any_line_of_brat_is_a_fault(tmp_path):
    record = only(laid(tmp_path, ann="hello\n"))
    assert record.reason == "none of its lines is a brat annotation"


def test_lines_of_other_kinds_are_passed_over_without_a_word(tmp_path):
    others = ("R1\tA Arg1:T1 Arg2:T1\t", "*\tEquiv T1 T1", "A1\tN T1", "M1\tN E1", "N1\tR T1 W:1\tAda")
    record = only(laid(tmp_path, ann="\n".join((*others, "#1\tNote T1\tx", ADA))))
    assert (triples(record), record.notes, record.annotated) == ([(0, 3, "PER")], (), True)


@pytest.mark.parametrize("data", ["", "\n", "\ufeff"])
def test_empty_annotation_file_does_not_say_whether_anybody_looked(tmp_path, data):
    record = only(laid(tmp_path, ann=data))
    assert (record.text, record.spans, record.annotated) == (TEXT, (), None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "its text file is missing (doc.txt)"),
        ("", "its text is empty (doc.txt)"),
        (b"\xef\xbb\xbf\r\n", "its text is empty (doc.txt)"),
        (b"Ad\xe9", "the text contains bytes that are not UTF-8"),
        ("Ada\0", "the text contains a NUL character"),
    ],
)
def test_document_without_a_text_that_can_be_used_is_a_fault(tmp_path, text, reason):
    assert only(laid(tmp_path, text, ann=ADA)).reason == reason


def test_text_file_is_not_its_own_text(tmp_path):
    record = only(laid(tmp_path, None, txt=ADA))
    assert record.reason == "its text file is missing (doc.txt)"


def test_carriage_returns_stay_in_the_text_and_not_in_the_mention(tmp_path):
    record = only(laid(tmp_path, "Hi\r\nAda\r\n", ann="T1\tPER 4 7\tAda\r\n"))
    assert record.text == "Hi\r\nAda\r\n"
    assert [span.mention for span in record.spans] == ["Ada"]


def test_mention_that_runs_over_lines_is_put_together_again(tmp_path):
    record = only(laid(tmp_path, ann="T1\tLOC 11 22\tin\nNew York\nT2\tPER 0 3\tAda\n"))
    assert [span.mention for span in record.spans] == ["in\nNew York", "Ada"]
    assert record.notes == ()


def test_parts_on_two_lines_are_one_span(tmp_path):
    record = only(laid(tmp_path, ann="T1\tLOC 11 13;14 22\tin New York\n"))
    assert record.spans == (CharSpan(11, 22, "LOC"),)


def test_parts_with_a_word_between_them_stay_parts(tmp_path):
    record = only(laid(tmp_path, ann="T1\tX 0 3;4 7;11 13\tAda met in\n"))
    assert record.spans == (CharSpan(0, 13, "X", parts=((0, 7), (11, 13))),)


@given(st.lists(st.integers(0, len(TEXT)), min_size=2, max_size=8))
def test_parts_cover_the_same_words_after_they_are_joined(numbers):
    places = sorted(numbers)
    parts = tuple(zip(places[::2], places[1::2], strict=False))
    span = in_one(CharSpan(parts[0][0], parts[-1][1], "X", parts=parts), TEXT)
    assert seen(span.parts or ((span.start, span.end),)) == seen(parts)


def seen(parts):
    """Return where the characters of some parts stand, but for white space."""
    return {at for start, end in parts for at in range(start, end) if not TEXT[at].isspace()}


def test_offsets_that_count_the_byte_order_mark_are_moved_because_the_mentions_say_so(tmp_path):
    marked = b"\xef\xbb\xbf" + TEXT.encode()
    record = only(laid(tmp_path, marked, ann="T1\tPER 1 4\tAda\nT2\tX 1 4;9 11\tAda Bo\n"))
    assert record.text == TEXT
    assert record.notes == (MARK_COUNTED,)
    assert record.spans == (CharSpan(0, 3, "PER"), CharSpan(0, 10, "X", parts=((0, 3), (8, 10))))
    plain = only(laid(tmp_path, marked, "plain", ann=ADA))
    assert (triples(plain), plain.notes) == ([(0, 3, "PER")], ())


EVENT = {"a1": ADA, "a2": "T2\tMeeting 4 7\tmet\nE1\tMeeting:T2 Who:T1\n"}


def test_two_files_of_one_text_are_one_document(tmp_path):
    path = laid(tmp_path, **EVENT)
    record = only(path)
    assert triples(record) == [(0, 3, "PER"), (4, 7, "Meeting")]
    assert record.notes == (READ_TOO,)
    found = find_roles(sorted(tmp_path.iterdir()))
    assert list(found.annotations) == [path]
    assert {other.name for other in found.companions} == {"doc.a2", "doc.txt"}


@pytest.mark.parametrize("layer", ["entities", "events"])
def test_layer_tells_entities_from_the_words_that_events_hang_on(tmp_path, layer):
    record = only(laid(tmp_path, **EVENT), Options(layer=layer))
    assert [span.layer for span in record.spans] == ["entities", "events"]
    assert record.notes == ()


def test_file_of_events_is_read_alone_when_there_is_no_other(tmp_path):
    assert triples(only(laid(tmp_path, a2=EVENT["a2"]))) == [(4, 7, "Meeting")]


def test_files_of_all_endings_for_one_text_are_read_once(tmp_path):
    path = laid(tmp_path, ann=ADA, **EVENT)
    assert list(find_roles(sorted(tmp_path.iterdir())).annotations) == [path]


def test_settings_and_texts_belong_to_the_annotations_though_they_look_like_others(tmp_path):
    (tmp_path / "annotation.conf").write_text("PER O\nLOC O\nORG B-X\n", encoding="utf8")
    nested = tmp_path / "a" / "b"
    nested.mkdir(parents=True)
    path = laid(nested, "Ada B-PER\nmet O\nBo B-PER\n", ann=ADA)
    files = [tmp_path / "annotation.conf", path, path.with_suffix(".txt")]
    found = find_roles(files)
    assert list(found.annotations) == [path]
    assert set(found.companions) == {files[0], files[2]}


def test_format_is_found_by_its_lines_or_by_the_text_beside_an_empty_file(tmp_path):
    assert detect(laid(tmp_path, None, "marks", ann=ADA)).name == "brat"
    assert sniffed(laid(tmp_path, None, "odd", data=ADA))
    assert sniffed(laid(tmp_path, TEXT, "empty", ann=""))
    assert sniffed(laid(tmp_path, TEXT, "notes", ann="#1\tAnnotatorNotes T1\tx\n"))
    assert not sniffed(laid(tmp_path, None, "alone", ann=""))
    with pytest.raises(FileFault, match="it is empty"):
        detect(laid(tmp_path, None, "alone", ann=""))


@pytest.mark.parametrize(
    "data",
    [
        "#FORMAT=WebAnno TSV 3.2\n\n#Text=Ada\n1-1\t0-3\tAda\tPER\n",
        "123|t|Ada\n123|a|x\n123\t0\t3\tAda\tPER\tW1\n",
        "Ada\tB-PER\nT1\tO\n",
        "17512723\tT1\tCHEMICAL\t27\t30\tS-n\n",
        "Sentence #\tWord\tPOS\tTag\n",
        "Ada met Bo. T1 PER 0 3 Ada\n",
    ],
)
def test_file_of_another_tool_is_not_brat(tmp_path, data):
    assert not sniffed(laid(tmp_path, None, tsv=data))
    assert not sniffed(laid(tmp_path, TEXT, "beside", txt=data))


def test_record_names_its_file_and_is_known_by_the_name_of_its_text(tmp_path):
    record = only(laid(tmp_path, name="note [1].v2 ü", ann=ADA))
    assert isinstance(record, AnnotatedText)
    assert (record.id, record.place) == ("note [1].v2 ü", "document")
    assert record.file == (tmp_path / "note [1].v2 ü.ann").as_posix()
