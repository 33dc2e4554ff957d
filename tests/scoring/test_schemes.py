"""The four schemes: strict is spaCy's exact match; the others by hand and by nervaluate's own sums."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from nervaluate import Evaluator
from seqeval.metrics.v1 import precision_recall_fscore_support
from seqeval.scheme import IOB2
from spacy.scorer import get_ner_prf
from spacy.tokens import Doc
from spacy.training import Example

from scripts.scoring.document import MODEL, Entity
from scripts.scoring.schemes import COUNTED, Schemes, for_nervaluate
from tests.scoring.documents import doc_pairs, entities, from_docs


def counted(gold: str, predicted: str) -> dict[str, dict[str, int]]:
    """Return by scheme the counts above zero of one document."""
    schemes = Schemes()
    schemes.add(entities(gold), entities(predicted))
    return {
        name: {key: row[key] for key in COUNTED if row[key]} for name, row in schemes.figures().items()
    }


def test_ends_become_inclusive_once():
    (entity,) = for_nervaluate([Entity(3, 7, "A")])
    assert (entity.start, entity.end, entity.label) == (3, 6, "A")


def test_mentions_that_only_touch_share_nothing():
    for row in counted("[ab](A)cd", "ab[cd](A)").values():
        assert row == {"missed": 1, "spurious": 1}


def test_mentions_that_share_one_character_overlap():
    assert counted("[ab](A)cd", "a[bcd](A)") == {
        "strict": {"incorrect": 1},
        "exact": {"incorrect": 1},
        "partial": {"partial": 1},
        "type": {"correct": 1},
    }


@pytest.mark.parametrize(
    ("predicted", "strict", "exact", "partial", "type_"),
    [
        ("[Ada Lee](A) left", "correct", "correct", "correct", "correct"),
        ("[Ada Lee](B) left", "incorrect", "correct", "correct", "incorrect"),
        ("[Ada](A) Lee left", "incorrect", "incorrect", "partial", "correct"),
        ("[Ada](B) Lee left", "incorrect", "incorrect", "partial", "incorrect"),
        ("Ada Lee left", "missed", "missed", "missed", "missed"),
    ],
)
def test_each_scheme_judges_one_mention_by_hand(predicted, strict, exact, partial, type_):
    found = counted("[Ada Lee](A) left", predicted)
    expected = {"strict": strict, "exact": exact, "partial": partial, "type": type_}
    assert found == {name: {kind: 1} for name, kind in expected.items()}


def test_figures_of_a_small_case_by_hand():
    """Gold has three: one found, one found in part, one missed; one prediction is spurious."""
    schemes = Schemes()
    schemes.add(entities("[Ada](A) met [Bo Lind](A)"), entities("[Ada](A) met [Bo](A) Lind"))
    schemes.add(entities("[Oslo](B) is far"), entities("Oslo is [far](B)"))
    found = schemes.figures()
    for name, share in (("strict", 1 / 3), ("exact", 1 / 3), ("partial", 1.5 / 3), ("type", 2 / 3)):
        assert [found[name][key] for key in "prf"] == [pytest.approx(share)] * 3


def test_nothing_annotated_leaves_recall_and_f_undefined():
    schemes = Schemes()
    assert {row["p"] for row in schemes.figures().values()} == {None}
    schemes.add((), entities("[Ada](A)"))
    for row in schemes.figures().values():
        assert (row["p"], row["r"], row["f"], row["spurious"]) == (0.0, None, None, 1)


@given(st.lists(doc_pairs(unknown=False), min_size=1, max_size=5))
def test_strict_is_spacys_exact_match_to_the_last_digit(pairs):
    schemes = Schemes()
    for pair in pairs:
        made = from_docs(*pair)
        schemes.add(made.gold, made.predicted[MODEL])
    theirs = get_ner_prf([Example(*pair) for pair in pairs])
    support = sum(len(gold.ents) for _, gold in pairs)
    found = schemes.figures()["strict"]
    assert found["p"] == theirs["ents_p"]
    assert (found["r"], found["f"]) == (
        (theirs["ents_r"], theirs["ents_f"]) if support else (None, None)
    )


def tags(doc: Doc) -> list[str]:
    """Return the tags of the tokens, as seqeval reads them."""
    return [f"{t.ent_iob_}-{t.ent_type_}" if t.ent_type_ else "O" for t in doc]


@given(st.lists(doc_pairs(unknown=False), min_size=1, max_size=5))
def test_strict_is_seqevals_strict_score(pairs):
    schemes = Schemes()
    for pair in pairs:
        made = from_docs(*pair)
        schemes.add(made.gold, made.predicted[MODEL])
    found = schemes.figures()["strict"]
    predicted, gold = ([tags(doc) for doc in docs] for docs in zip(*pairs, strict=True))
    assume(any(doc.ents for pair in pairs for doc in pair))  # else seqeval has no label to report
    p, r, f, support = precision_recall_fscore_support(
        gold, predicted, average="micro", mode="strict", scheme=IOB2, zero_division=0
    )
    assert found["correct"] + found["incorrect"] + found["missed"] == support
    assert found["p"] == pytest.approx(p)
    if support:
        assert (found["r"], found["f"]) == (pytest.approx(r), pytest.approx(f))


@given(st.lists(doc_pairs(unknown=False), min_size=1, max_size=4))
def test_sums_over_documents_are_those_of_nervaluates_own_evaluator(pairs):
    schemes = Schemes()
    sides = {"gold": [], "predicted": []}
    for pair in pairs:
        made = from_docs(*pair)
        schemes.add(made.gold, made.predicted[MODEL])
        for side, found in (("gold", made.gold), ("predicted", made.predicted[MODEL])):
            rows = [{"label": m.label, "start": m.start, "end": m.end - 1} for m in found]
            sides[side].append(rows)
    evaluator = Evaluator(sides["gold"], sides["predicted"], tags=list("ABC"), loader="dict")
    theirs = evaluator.evaluate()["overall"]
    for name, row in schemes.figures().items():
        other = theirs["ent_type" if name == "type" else name]
        assert {key: row[key] for key in COUNTED} == {key: getattr(other, key) for key in COUNTED}
        if row["f"] is not None:
            assert (row["p"], row["r"], row["f"]) == (other.precision, other.recall, other.f1)
