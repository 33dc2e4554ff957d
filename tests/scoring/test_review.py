"""Flags: which place, which kind, in which order, and what says so."""

from scripts.scoring.document import Document, Entity
from scripts.scoring.elsewhere import UNMARKED, Elsewhere, words_of
from scripts.scoring.review import (
    BOUNDARY,
    INCONSISTENT,
    LABEL,
    MISSING,
    SPURIOUS,
    Dispute,
    Flag,
    corrected,
    disputes,
    ranked_documents,
    review,
)

MEMBERS = ["seed-0", "seed-1"]


def entity(text, words, label):
    start = text.index(words)
    return Entity(start, start + len(words), label)


def document(text, gold, *predicted, **values):
    """Return a document; gold and each prediction are given as words and labels."""
    marks = [tuple(entity(text, *one) for one in found) for found in (gold, *predicted)]
    named = dict(zip(MEMBERS, marks[1:], strict=True))
    return Document(text=text, tokens=9, gold=marks[0], predicted=named, **values)


def told(found):
    return [(one.kind, one.gold and one.gold.label, one.suggested, one.votes) for one in found]


ADA = "Ada Lee met Bo."
PERSON = ("Ada Lee", "PERSON")


def test_entity_that_all_find_is_not_disputed():
    assert not list(disputes(document(ADA, [PERSON], [PERSON], [PERSON]), MEMBERS, overlaps=False))


def test_each_kind_of_dispute_is_named_with_its_votes():
    org, part, bo = ("Ada Lee", "ORG"), ("Lee", "PERSON"), ("Bo", "PERSON")
    cases = {
        MISSING: ([], [bo], [bo], entity(ADA, *bo), 2),
        SPURIOUS: ([PERSON], [], [PERSON], None, 1),
        LABEL: ([PERSON], [org], [org], entity(ADA, *org), 2),
        BOUNDARY: ([PERSON], [part], [], entity(ADA, *part), 1),
    }
    for kind, (gold, first, second, suggested, votes) in cases.items():
        found = list(disputes(document(ADA, gold, first, second), MEMBERS, overlaps=False))
        assert [(one.kind, one.suggested, one.votes) for one in found] == [(kind, suggested, votes)]


def test_two_entities_that_should_be_one_are_flagged_once():
    gold = [("Ada", "PERSON"), ("Lee", "PERSON")]
    found = list(disputes(document(ADA, gold, [PERSON], [PERSON]), MEMBERS, overlaps=False))
    assert told(found) == [(BOUNDARY, "PERSON", entity(ADA, *PERSON), 2)]


def test_place_has_one_missing_entity_the_one_with_most_votes():
    found = list(disputes(document(ADA, [], [("Ada", "PERSON")], [PERSON]), MEMBERS, overlaps=False))
    assert len(found) == 1
    both = list(
        disputes(document(ADA, [], [PERSON, ("Bo", "PERSON")], [PERSON]), MEMBERS, overlaps=False)
    )
    assert [(one.suggested, one.votes) for one in both] == [
        (entity(ADA, *PERSON), 2),
        (entity(ADA, "Bo", "PERSON"), 1),
    ]


def test_what_is_unknown_or_known_to_be_wrong_is_no_missing_entity():
    bo = ("Bo", "PERSON")
    unknown = document(ADA, [], [bo], [bo], unknown=((12, 14),))
    wrong = document(ADA, [], [bo], [bo], wrong=(entity(ADA, *bo),))
    assert not list(disputes(unknown, MEMBERS, overlaps=False))
    assert not list(disputes(wrong, MEMBERS, overlaps=False))


def corpus(*more):
    """Return documents in which pipelines are right about Acme, and often wrong about Zed."""
    acme = ("Acme", "ORG")
    zed = ("Zed", "PERSON")
    rows = [document(f"{n}: Acme grew.", [acme], [acme], [acme]) for n in range(20)]
    rows += [document(f"{n}: Zed spoke.", [], [zed], [zed]) for n in range(10)]
    rows += [document(f"{n}: Then Zed left.", [zed], [zed], [zed]) for n in range(10)]
    return [("train", number, row) for number, row in enumerate([*rows, *more])]


def test_flag_with_reliable_votes_and_the_same_words_elsewhere_is_first():
    missed = document("At Acme.", [], [("Acme", "ORG")], [("Acme", "ORG")])
    rows = corpus(missed)
    flags = review(lambda: rows, MEMBERS)
    assert flags[0].words == "Acme"
    assert (flags[0].as_suggested, flags[0].as_gold) == (20, 0)
    assert flags[0].number == len(rows) - 1
    assert flags[0].strength > 0.9 > flags[1].strength
    assert ranked_documents(flags)[0] == ("train", len(rows) - 1)


def test_words_that_have_another_label_nearly_everywhere_are_inconsistent_without_a_vote():
    odd = document("Acme here.", [("Acme", "PERSON")], [("Acme", "PERSON")], [("Acme", "PERSON")])
    nothing = document("See Acme there.", [], [], [])
    flags = [f for f in review(lambda: corpus(odd, nothing), MEMBERS) if f.dispute.kind == INCONSISTENT]
    assert {(f.number, f.dispute.suggested.label, f.dispute.votes) for f in flags} == {
        (40, "ORG", 0),
        (41, "ORG", 0),
    }


def test_words_of_the_test_set_say_nothing_about_other_sets():
    acme = ("Acme", "ORG")
    rows = [("test", n, document(f"{n}: Acme grew.", [acme], [acme], [acme])) for n in range(9)]
    rows += [(split, 9, document("At Acme.", [], [acme], [acme])) for split in ("train", "test")]
    flags = {flag.split: flag for flag in review(lambda: rows, MEMBERS)}
    assert flags["train"].as_suggested == 0
    assert flags["test"].as_suggested == 9


def test_words_are_found_unmarked_whatever_space_is_between_them_but_not_inside_of_others():
    one = document("Ada Lee sat.", [PERSON], [], [])
    other = document("No Ada\n Lee, no Adalee, no Ada Lees.", [], [], [])
    counts = Elsewhere()
    for row in (one, other):
        counts.note("train", row, ())
    for row in (one, other):
        counts.count_unmarked("train", row)
    assert counts.times("train", words_of("Ada Lee"), "PERSON") == 1
    assert counts.times("train", words_of("Ada Lee"), UNMARKED) == 1


def test_words_at_the_end_of_a_text_are_counted_once_however_long_other_names_are():
    rows = [document("Bo Lee sat.", [("Bo Lee", "PERSON")], [], []), document("It was Bo", [], [], [])]
    rows.append(document("Bo sat.", [("Bo", "PERSON")], [], []))
    counts = Elsewhere()
    for row in rows:
        counts.note("train", row, ())
    for row in rows:
        counts.count_unmarked("train", row)
    assert counts.times("train", words_of("Bo"), UNMARKED) == 1


def test_words_of_scripts_without_spaces_are_single_characters():
    assert words_of("東京A社") == ("東", "京", "A", "社")


def test_corrected_document_has_the_strongest_of_suggestions_that_overlap():
    gold = [Entity(0, 3, "A"), Entity(5, 8, "B")]

    def flag(strength, before, after):
        return Flag("train", 0, "", None, "", Dispute(LABEL, before, after, 1), 0, 0, strength)

    flags = [
        flag(0.6, gold[0], Entity(0, 8, "A")),
        flag(0.9, gold[1], None),
        flag(0.5, None, Entity(2, 4, "C")),
    ]
    assert corrected(gold, flags) == [Entity(0, 8, "A")]
    assert corrected(gold, flags[2:]) == gold


YORK = "Acme York grew."
WHOLE, INNER = ("Acme York", "ORG"), ("York", "GPE")


def test_span_inside_another_one_can_be_missing_where_spans_may_overlap():
    row = document(YORK, [WHOLE], [WHOLE, INNER], [WHOLE, INNER])
    assert not list(disputes(row, MEMBERS, overlaps=False))
    inner = entity(YORK, *INNER)
    found = list(disputes(row, MEMBERS, overlaps=True))
    assert found == [Dispute(MISSING, None, inner, 2)]
    (flag,) = review(lambda: [("train", 0, row)], MEMBERS, overlaps=True)
    assert corrected(row.gold, [flag], overlaps=True) == [entity(YORK, *WHOLE), inner]
    assert corrected(row.gold, [flag]) == list(row.gold)


def test_span_that_is_suggested_in_place_of_another_is_not_missing_as_well():
    row = document(YORK, [("Acme", "ORG")], [WHOLE], [WHOLE])
    found = list(disputes(row, MEMBERS, overlaps=True))
    assert [(one.kind, one.suggested) for one in found] == [(BOUNDARY, entity(YORK, *WHOLE))]


def test_same_words_with_two_labels_are_consistent():
    both = [("York", "GPE"), ("York", "ORG")]
    rows = [document(YORK, both, both, both) for _ in range(5)]
    assert not review(lambda: [("train", n, row) for n, row in enumerate(rows)], MEMBERS, overlaps=True)


def test_inner_span_that_pipelines_often_miss_is_no_more_likely_wrong_than_any_other():
    texts = [f"Acme{n} York{n} grew." for n in range(40)]

    def strength(*outer):
        rows = []
        for n, text in enumerate(texts):
            whole, inner = (f"Acme{n} York{n}", "ORG"), (f"York{n}", "GPE")
            found = [mark for mark in (whole,) if outer] + ([inner] if n % 5 == 0 else [])
            gold = [mark for mark in (whole,) if outer] + [inner]
            rows.append(document(text, gold, found, found))
        flags = review(lambda: [("train", n, row) for n, row in enumerate(rows)], MEMBERS, overlaps=True)
        assert {flag.dispute.kind for flag in flags} == {SPURIOUS}
        return max(flag.strength for flag in flags)

    assert strength("ORG") == strength() < 0.1
