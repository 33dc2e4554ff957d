"""Versions of one text by several annotators, side by side."""

from collections import Counter

from scripts.annotation.text import AnnotatedText
from scripts.conversion.versions import REPEATED, by_text, versions


def row(annotator: str, place: str, id: str | None = None) -> AnnotatedText:
    return AnnotatedText("Ada left.", (), "a.jsonl", place, id=id, annotator=annotator)


def places(*rows: AnnotatedText) -> list[dict[str, str]]:
    return [{name: record.place for name, record in each.items()} for each in versions(rows, Counter())]


def test_text_is_the_same_whatever_line_breaks_end_it():
    one, two = (AnnotatedText(text, (), "a", "1") for text in ("Ada left.", "Ada left.\n"))
    assert by_text(one, None) == by_text(two, "train")


def test_each_annotator_has_one_version():
    assert places(row("Ann", "1"), row("Bo", "2", id="x")) == [{"Ann": "1", "Bo": "2"}]


def test_text_that_occurs_twice_is_told_apart_by_its_identifier():
    found = places(row("Ann", "1", "a"), row("Ann", "2", "b"), row("Bo", "3", "b"), row("Bo", "4", "a"))
    assert found == [{"Ann": "1", "Bo": "4"}, {"Ann": "2", "Bo": "3"}]


def test_without_common_identifiers_occurrences_are_taken_in_order():
    found = places(row("Ann", "1"), row("Bo", "2", "x"), row("Bo", "3", "y"))
    assert found == [{"Bo": "2", "Ann": "1"}, {"Bo": "3"}]


def test_second_row_of_one_annotator_with_the_same_identifier_is_counted():
    left_out: Counter[str] = Counter()
    found = list(versions([row("Ann", "1", "a"), row("Ann", "2", "a"), row("Bo", "3", "a")], left_out))
    assert [each["Ann"].place for each in found] == ["1"]
    assert left_out == {REPEATED: 1}
