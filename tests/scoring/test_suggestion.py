"""What texts are worth: disagreement, length, diversity, and the best of many in little memory."""

import random

import pytest

from scripts.scoring.document import Entity
from scripts.scoring.suggestion import (
    Best,
    Candidate,
    Chosen,
    Ranking,
    Taste,
    candidate_of,
    choose,
    committee_shares,
    entropy,
    features,
    in_dispute,
    spread_out,
)

ADA = Entity(0, 3, "PERSON")


def candidate(number: int, text: str, share: float = 0.5) -> Candidate:
    """Return the candidate of a text whose first three characters are in dispute."""
    return candidate_of(number, [(text, {ADA: share})])


def test_members_of_a_committee_count_the_same():
    other = Entity(8, 10, "ORG")
    assert committee_shares([{ADA: 1.0}, {ADA: 0.5, other: 1.0}]) == {ADA: 0.75, other: 0.5}


def test_disagreement_is_greatest_where_half_have_an_entity():
    assert entropy(0.5) == 1
    assert entropy(0.2) == pytest.approx(entropy(0.8))
    assert entropy(0) == entropy(1) == 0
    assert candidate(0, "Ada left.", 1.0).doubt == 0


def test_document_of_several_texts_has_the_doubts_of_all():
    found = candidate_of(0, [("Ada left", {ADA: 0.5}), ("Bob left", {ADA: 0.5}), ("No", {})])
    assert (found.doubt, found.words) == (2, 5)


def test_long_text_is_worth_less_for_each_word_and_as_much_without_weight():
    short, long = candidate(0, "Ada left."), candidate(1, "Ada left" + " early" * 50)
    assert Taste(length=1).rank(short) > 3 * Taste(length=1).rank(long)
    assert Taste(length=0).rank(short) == Taste(length=0).rank(long)


def test_name_and_words_that_were_chosen_before_count_less():
    found = [
        candidate(0, "Ada left us."),
        candidate(1, "Ada is here."),
        candidate(2, "Bob is here?", 0.3),
    ]
    order = [one.number for _, one in choose(found, 3, Taste(diversity=0.5))]
    assert order == [0, 2, 1]
    assert [one.number for _, one in choose(found, 3, Taste(diversity=0.0))] == [0, 1, 2]


def test_copies_are_not_chosen_twice():
    ranking = Ranking(Taste(), count=5, random_share=0.2, seed=0)
    for number in range(6):
        new = ranking.add(candidate(number, "Ada  left." if number % 2 else "ada left."))
        assert new is (number == 0)
    assert len(ranking.chosen()) == 1
    assert (ranking.documents, ranking.words, ranking.disputed) == (1, 2, 1)


def test_of_few_documents_the_share_is_drawn_and_not_all():
    ranking = Ranking(Taste(), count=100, random_share=0.2, seed=0)
    for number in range(10):
        ranking.add(candidate(number, f"Ada saw {number}"))
    gains = [choice.gain for choice in ranking.chosen()]
    assert (len(gains), gains.count(None)) == (10, 2)


def test_choice_by_weighing_again_only_the_top_is_the_choice_by_weighing_all():
    rng = random.Random(0)
    words = ["ada", "bob", "cyd", "dan", "eve", "left", "came", "in", "out"]
    found = [
        candidate(number, " ".join(rng.choices(words, k=rng.randint(1, 8))), rng.random())
        for number in range(60)
    ]
    taste = Taste(0.7, 0.6)
    lazy = [(round(gain, 9), one.number) for gain, one in choose(found, 25, taste)]

    chosen, eager, left = Chosen(taste), [], list(found)
    for _ in range(25):
        best = max(left, key=lambda one: (chosen.gain(one), -one.number))
        eager.append((round(chosen.gain(best), 9), best.number))
        chosen.add(best)
        left.remove(best)
    assert lazy == eager


def test_undisputed_texts_are_not_chosen():
    assert choose([candidate(0, "Ada left.", 1.0)], 3, Taste()) == []


def test_best_of_many_are_kept_and_of_copies_the_first():
    best = Best(2)
    for number, rank in enumerate([1.0, 3.0, 2.0, 3.0, 0.5]):
        best.add(rank, candidate(number, f"Ada {number}"))
    best.add(9.0, candidate(9, "Ada 1"))
    assert [one.number for one in best.in_order()] == [1, 3]


def test_random_texts_are_the_same_whatever_order_texts_come_in_and_others_for_another_seed():
    def drawn(order: list[int], seed: int) -> set[int]:
        ranking = Ranking(Taste(), count=10, random_share=1.0, seed=seed)
        for number in order:
            ranking.add(candidate(number, f"Ada saw {number}"))
        return {choice.number for choice in ranking.chosen()}

    there = list(range(200))
    assert drawn(there, 0) == drawn(there[::-1], 0) != drawn(there, 1)


def test_random_texts_are_spread_evenly_among_the_best():
    ranking = Ranking(Taste(), count=20, random_share=0.2, seed=0)
    for number in range(100):
        ranking.add(candidate(number, f"Ada saw {number}"))
    at = [place for place, choice in enumerate(ranking.chosen()) if choice.gain is None]
    assert at == [2, 7, 12, 17]
    assert spread_out([], [1, 2]) == [1, 2]


def test_features_of_a_long_text_are_a_sample_that_like_texts_share():
    words = [f"word{number}" for number in range(1000)]
    one, two = set(features(words)), set(features(["other", *words]))
    assert len(one) == 200
    assert len(one & two) > 190


def test_disputed_entities_are_said_in_words():
    assert in_dispute("Ada left.", {ADA: 0.667, Entity(4, 8, "ORG"): 0.01}) == [
        "PERSON 'Ada' 0–3, share 0.67"
    ]
