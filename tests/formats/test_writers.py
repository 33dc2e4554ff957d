"""Every writer: its format is found again, and reads back as it was, or the writer says what doesn't."""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.annotation.offset_units import in_characters
from scripts.annotation.text import AnnotatedText, CharSpan
from scripts.formats.base import DEFAULTS
from scripts.formats.brat.writer import LABEL, MARK, NAME
from scripts.formats.detection import detect
from scripts.formats.readers import FORMATS
from scripts.formats.shared.tagging import OVERLAPPING, SPACES, WORDLESS
from scripts.formats.writer_base import GROUP, ID, META, PARTIAL, WRONG, Losses
from scripts.formats.writers import WRITERS
from tests.formats.records import records

MODULES = Path(__file__).parents[2] / "scripts/formats"
# For each format that holds texts as they are: what of a record comes back unless its loss was said.
LOST = {
    "id": (ID, NAME),
    "group": (GROUP,),
    "meta": (META,),
    "wrong": (WRONG,),
    "exhaustive": (PARTIAL,),
}
STANDOFF = ("jsonl", "prodigy", "label_studio", "doccano", "brat")
TOKENS = ("columns", "hf_tokens")
READ = [name for name in WRITERS if name in FORMATS]  # the others have no reader yet to prove them
# A text that shows which column holds tags, for others to stand behind.
PLAIN = AnnotatedText(
    "Ada met Li.",
    (CharSpan(0, 3, "PERSON"), CharSpan(8, 10, "PERSON")),
    "a",
    "b",
    tokens=((0, 3), (4, 7), (8, 10), (10, 11)),
)


def round_trip(name: str, given: Iterable[AnnotatedText]) -> tuple[list[AnnotatedText], Losses]:
    """Return what the reader makes of what the writer wrote, and what the writer says got lost."""
    writer, format = WRITERS[name], FORMATS[name]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"train{writer.ending}"
        losses = +writer.write(iter(given), path)
        files = sorted(path.glob("*.ann")) if path.is_dir() else [path]
        found = [record for file in files for record in format.read(file, DEFAULTS)]
    assert all(isinstance(record, AnnotatedText) for record in found), found
    return [in_our_words(record, format.unit) for record in found], losses


def in_our_words(record: AnnotatedText, unit: str | None) -> AnnotatedText:
    """Return a record that was read with its offsets in characters, as `convert` turns them."""
    plain = {
        kind: tuple(
            CharSpan(span.start, span.end, span.label)
            for span in in_characters(record.text, getattr(record, kind), unit or "characters")
        )
        for kind in ("spans", "wrong")
    }
    return AnnotatedText(**{**fields(record), **plain})


def fields(record: AnnotatedText) -> dict[str, Any]:
    """Return the fields of a record by name."""
    return {name: getattr(record, name) for name in AnnotatedText.__dataclass_fields__}


def together(found: list[AnnotatedText]) -> dict[str, Any]:
    """Return what the rows of one text say together."""
    kinds = {
        kind: {span for record in found for span in getattr(record, kind)} for kind in ("spans", "wrong")
    }
    return fields(found[0]) | kinds | {"exhaustive": any(record.exhaustive for record in found)}


def test_every_writer_is_registered():
    assert len(list(MODULES.glob("*/*writer.py"))) == len(WRITERS)
    assert set(WRITERS) == {*STANDOFF, *TOKENS}


@pytest.mark.parametrize("name", sorted({*STANDOFF} & {*READ}))
@settings(max_examples=100, deadline=None)
@given(before=records())
def test_text_and_spans_read_back_as_they_were_and_the_rest_unless_it_is_said(name, before):
    found, losses = round_trip(name, [before])
    if not found:
        assert name == "prodigy"
        return
    after = together(found)
    if MARK not in losses:
        assert after["text"] == before.text
    if LABEL not in losses:
        assert after["spans"] == set(before.spans)
    for field, reasons in LOST.items():
        expected = getattr(before, field)
        if name == "brat" and field == "id" and expected is None:
            continue  # a file has to have a name: its text's number
        if not losses.keys() & set(reasons):
            assert after[field] == (set(expected) if field == "wrong" else expected), field
    assert (before.missing == ()) or PARTIAL in losses


@pytest.mark.parametrize("name", sorted({*TOKENS} & {*READ}))
@settings(max_examples=100, deadline=None)
@given(
    before=records(between=(" ", " ", "", "\n"), words=("Ada", "李雷", "🙂", "#tag", '"', "-", "B-X"))
)
def test_words_and_their_labels_read_back_as_they_were_and_the_rest_unless_it_is_said(name, before):
    (_, after), losses = round_trip(name, [PLAIN, before])
    losses -= Losses({SPACES: 1})
    assert [after.text[slice(*place)] for place in after.tokens or ()] == words(before)
    if SPACES not in losses:
        assert after.text == before.text
    if not losses.keys() & {OVERLAPPING, WORDLESS}:
        assert sorted(mentions(after)) == sorted(mentions(before))
    for field, reasons in LOST.items():
        if not losses.keys() & set(reasons):
            assert getattr(after, field) == getattr(before, field), field


def words(record: AnnotatedText) -> list[str]:
    """Return the tokens of a record but for those of white space."""
    found = (record.text[start:end] for start, end in record.tokens or ())
    return [word for word in found if word.strip()]


def mentions(record: AnnotatedText) -> list[tuple[list[str], str]]:
    """Return the words of each span of a record, and its label."""
    return [
        (
            [
                record.text[start:end]
                for start, end in record.tokens or ()
                if span.start <= start < span.end and record.text[start:end].strip()
            ],
            span.label,
        )
        for span in record.spans
    ]


@pytest.mark.parametrize("name", READ)
@settings(max_examples=30, deadline=None)
@given(given=st.lists(records(overlapping=False, partial=False), min_size=2, max_size=4))
def test_texts_keep_their_order_and_their_number(name, given):
    given = [PLAIN, *given]
    found, _ = round_trip(name, given)
    assert len(found) == len(given)
    if name in STANDOFF and name != "brat":  # whose files stand in the order of their names
        assert [record.text for record in found] == [record.text for record in given]


@pytest.mark.parametrize("name", READ)
def test_format_is_found_again_by_itself(name, tmp_path):
    text = "🙂 Ada met 李雷"
    spans = (CharSpan(2, 5, "PERSON"), CharSpan(10, 12, "PERSON"))
    tokens = ((0, 1), (2, 5), (6, 9), (10, 12))
    record = AnnotatedText(text, spans, "assets/mine.jsonl", "line 1", id="7", tokens=tokens)
    path = tmp_path / f"train{WRITERS[name].ending}"
    assert not +WRITERS[name].write([record], path) - Losses({ID: 1})
    files = sorted(path.glob("*.ann")) if path.is_dir() else [path]
    assert [detect(file).name for file in files] == [name]


@pytest.mark.parametrize("name", WRITERS)
def test_same_texts_are_written_the_same_and_with_line_feeds(name, tmp_path):
    record = AnnotatedText("Ada left.", (CharSpan(0, 3, "A\tB"),), "a", "b", tokens=((0, 3), (4, 9)))
    contents = []
    for number in (1, 2):
        path = tmp_path / f"{number}{WRITERS[name].ending}"
        WRITERS[name].write([record, record], path)
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        contents.append([file.read_bytes() for file in files])
    assert contents[0] == contents[1]
    assert not any(b"\r" in content for content in contents[0])


@pytest.mark.parametrize("name", WRITERS)
def test_writer_takes_records_one_by_one(name, tmp_path):
    alive = []

    def given():
        for number in range(5):
            alive.append(number)
            yield AnnotatedText(f"Ada {number}", (), "a", "b", tokens=((0, 3), (4, 5)))

    WRITERS[name].write(given(), tmp_path / f"train{WRITERS[name].ending}")
    assert alive == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("name", WRITERS)
def test_split_without_a_text_is_written_and_read_as_none(name, tmp_path):
    path = tmp_path / f"dev{WRITERS[name].ending}"
    assert not +WRITERS[name].write([], path)
    assert path.exists()
