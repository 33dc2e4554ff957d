"""Labels without what nobody sees, and labels that are tags of pieces of entities."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.annotation.text import AnnotatedText, CharSpan
from scripts.conversion.labelling import BEGINS, JOINED, OUTSIDE, LabelCleaner, clean_map, cleaned
from scripts.conversion.tags_in_labels import tags_among


@pytest.mark.parametrize(
    ("label", "clean"),
    [
        ("ORG ", "ORG"),
        ("\u00a0ORG", "ORG"),
        ("O\u200bRG\ufeff", "ORG"),
        ("OR\u200dG", "ORG"),
        ("\u202eORG", "ORG"),
        ("Erste\u00a0 Hilfe", "Erste Hilfe"),
        ("Gro\u0308\u00dfe", "Gr\u00f6\u00dfe"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("\u200b", "\u200b"),
        ("", ""),
    ],
)
def test_label_has_no_characters_that_nobody_sees(label, clean):
    assert cleaned(label) == clean


@given(st.text(max_size=12))
def test_cleaning_twice_changes_nothing(label):
    assert cleaned(cleaned(label)) == cleaned(label)


def test_label_map_is_cleaned_and_its_clean_entries_win():
    assert clean_map({"A": "X ", "A ": "Y", " B": None}) == {"A": "X", "B": None}


@pytest.mark.parametrize(
    ("labels", "tags"),
    [
        ({"B-PER", "I-PER", "B-LOC", "O"}, {"B-PER", "I-PER", "B-LOC", "O"}),
        ({"B-PER", "L-PER", "U-LOC"}, {"B-PER", "L-PER", "U-LOC"}),
        ({"B-PER", "I-PER", "E-MAIL", "EVENT"}, {"B-PER", "I-PER"}),
        ({"B-PER", "B-LOC", "O"}, {"B-PER", "B-LOC", "O"}),
        ({"B-CELL", "E-MAIL", "PER", "O"}, set()),
        ({"E-MAIL", "O"}, set()),
        ({"B-CELL", "B-PER"}, set()),
        ({"P", "O", "L"}, set()),
        ({"VITAMIN-B", "VITAMIN-I", "Group_B", "Group_I", "O"}, set()),
        ({"B-PER", "I-PER", "PER-B"}, {"B-PER", "I-PER"}),
    ],
)
def test_labels_are_tags_where_all_together_prove_it(labels, tags):
    assert tags_among(labels, whole=True) == tags


@pytest.mark.parametrize("pattern", ["LABEL {}", "E-{}"])
def test_time_is_linear_in_the_number_of_labels(monkeypatch, pattern):
    looked_at = []

    def spied(labels, *, whole):
        looked_at.append(len(labels))
        return tags_among(labels, whole=whole)

    monkeypatch.setattr("scripts.conversion.labelling.tags_among", spied)
    labels = LabelCleaner("characters")
    for n in range(1000):
        labels.read(AnnotatedText("Ada", (CharSpan(0, 3, pattern.format(n)),), "f", str(n)))
    labels.end()
    assert 0 < sum(looked_at) < 4000
    assert not labels.due


LABELS = st.sets(st.sampled_from(["B-A", "I-A", "L-A", "U-A", "B-B", "E-MAIL", "S-1", "O", "PER"]))


@given(LABELS, LABELS)
def test_further_labels_acquit_none_that_was_found_before_the_end(some, others):
    assert tags_among(some, whole=False) <= tags_among(some | others, whole=False)
    assert tags_among(some, whole=False) <= tags_among(some, whole=True)


def read(text, *spans, unit="characters"):
    """Return the spans of a text whose labels are tags, and what became of the others."""
    labels = LabelCleaner(
        unit, tags=tags_among({span[2] for span in spans} | {"B-X", "I-X"}, whole=True)
    )
    record = AnnotatedText(text, tuple(CharSpan(*span) for span in spans), "f", "1")
    found = labels.read(record).spans
    return [(s.start, s.end, s.label) for s in found], dict(labels.excluded | labels.notes)


def test_pieces_are_joined_over_white_space_and_o_is_no_entity():
    spans = (8, 11, "O"), (4, 7, "I-X"), (0, 3, "B-X"), (12, 15, "B-X")
    assert read("Ada Lou met Bo!", *spans) == ([(0, 7, "X"), (12, 15, "X")], {JOINED: 1, OUTSIDE: 1})


def test_piece_that_continues_nothing_begins_a_span():
    spans = (0, 3, "B-X"), (8, 10, "I-X")
    assert read("Ada met Bo", *spans) == ([(0, 3, "X"), (8, 10, "X")], {BEGINS: 1})


def test_pieces_are_neighbours_in_the_unit_of_their_offsets():
    spans = (3, 6, "B-X"), (7, 10, "I-X")
    assert read("\U0001f642 Ada Lou", *spans, unit="utf16") == ([(3, 10, "X")], {JOINED: 1})


@pytest.mark.parametrize(
    ("named", "tags"), [("B-Y", set()), ("I-X", set()), ("L-Y", {"B-X", "I-X", "L-X", "B-Y", "O"})]
)
def test_no_label_that_comes_later_makes_tags_labels_again(named, tags):
    labels = LabelCleaner("characters", kept=[named])
    was_due = False
    for n, label in enumerate(("B-X", "I-X", "O", "L-Y", "L-X", "B-Y")):
        labels.read(AnnotatedText("Ada", (CharSpan(0, 3, label),), "f", str(n)))
        was_due = was_due or labels.due
        assert labels.due == was_due
    labels.end()
    assert (labels.due, labels.tags_seen()) == (was_due, tags)


def test_tag_that_the_user_names_is_a_label():
    labels = LabelCleaner("characters", kept=["B-X"])
    record = AnnotatedText("Ada Lou", (CharSpan(0, 3, "B-X"), CharSpan(4, 7, "I-X")), "f", "1")
    assert labels.read(record) == record
    labels.end()
    assert not labels.due
