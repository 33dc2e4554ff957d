"""Which split a name gives, and that a text's split depends on nothing but what it says."""

from collections import Counter
from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.annotation.normalising import normalised, position
from scripts.annotation.splits import SPLIT_NAMES, SPLITS, split_named_by
from scripts.conversion.splitting import choose_split, thresholds_by_rank, thresholds_for

BOTH = {"dev", "test"}
SHARES = {"dev": 0.1, "test": 0.2}
TEXTS = [f"Text number {number} about entity {number * 7919 % 5000}." for number in range(5000)]


def side(text, missing=BOTH, **shares):
    """Return the split of a text with the shares that project.yml ships."""
    return choose_split(position(text), thresholds_for(**{**SHARES, **shares}), missing)


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("train.jsonl", "train"),
        ("training.conll", "train"),
        ("dev.jsonl", "dev"),
        ("emerging.dev.conll", "dev"),
        ("valid.jsonl", "dev"),
        ("fashion-val.jsonl", "dev"),
        ("validation_2.jsonl", "dev"),
        ("development.txt", "dev"),
        ("eng.devel", None),  # what stands behind the last dot is what kind of file it is
        ("TEST.spacy", "test"),
        ("fashion_brands_eval.jsonl", "test"),
        ("evaluation (1).json", "test"),
        ("my testing.txt", "test"),
        ("train2.jsonl", "train"),
        ("2train.jsonl", "train"),
        ("train-training.jsonl", "train"),
        ("test/part1.jsonl", "test"),
        ("mine/Validation/a/b.jsonl", "dev"),
        ("train/dev.jsonl", "dev"),
        ("test/train/part.jsonl", "train"),
        ("trainset.jsonl", "train"),
        ("my_TestSet.json", "test"),
        ("valset/part1.jsonl", "dev"),
        ("dataset.jsonl", None),
        ("testsets.jsonl", None),
        ("data.jsonl", None),
        ("contest.jsonl", None),
        ("trainer.jsonl", None),
        ("latest.jsonl", None),
        ("value.jsonl", None),
        ("data.test", None),
        ("notes/data.jsonl", None),
    ],
)
def test_file_name_or_its_nearest_telling_folder_gives_the_split(name, split):
    assert split_named_by(PurePath(name)) == split


@pytest.mark.parametrize("word", SPLIT_NAMES)
def test_every_name_is_understood_as_file_and_as_folder(word):
    assert split_named_by(PurePath(f"my_{word.upper()}-1.jsonl")) == SPLIT_NAMES[word]
    assert split_named_by(PurePath(word) / "a.jsonl") == SPLIT_NAMES[word]
    assert SPLIT_NAMES[word] in SPLITS


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("train_dev.jsonl", "dev and train"),
        ("test-eval-val.jsonl", "dev and test"),
        ("train+test/a.jsonl", "test and train"),
        ("train.dev.test.jsonl", "dev and test and train"),
    ],
)
def test_name_that_says_two_splits_is_refused(name, says):
    with pytest.raises(ValueError, match=f"^its name contains several splits: {says}$"):
        split_named_by(PurePath(name))


def test_file_name_decides_before_a_folder_that_says_two_splits():
    assert split_named_by(PurePath("train_and_test/dev.jsonl")) == "dev"


def test_shares_are_roughly_what_was_asked_for():
    counts = Counter(side(text) for text in TEXTS)
    assert set(counts) == set(SPLITS)
    # 5,000 draws: five standard deviations are 0.028 for a share of 0.2, less for the others
    assert counts["test"] / len(TEXTS) == pytest.approx(0.2, abs=0.028)
    assert counts["dev"] / len(TEXTS) == pytest.approx(0.1, abs=0.022)


def test_positions_are_spread_evenly():
    tenths = Counter(int(position(text) * 10) for text in TEXTS)
    assert sorted(tenths) == list(range(10))
    assert all(400 < count < 600 for count in tenths.values())


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("Ada left.", 0.354297968),
        ("Zoë 🙂", 0.432389374),
        ("昨天李雷去了北京", 0.682278552),
        ("", 0.893167516),
        ("thread 9", 0.199310049),
        ("Siemens AG", 0.470210643),
        ("Nobody.", 0.246286778),
    ],
)
def test_position_of_a_text_is_the_same_on_every_machine_and_for_ever(text, where):
    assert position(text) == pytest.approx(where, abs=1e-9)


def test_only_splits_that_no_file_gives_are_taken():
    for missing in (set(), {"dev"}, {"test"}):
        assert {side(text, missing) for text in TEXTS} == {"train", *missing}


def test_text_is_in_test_whether_or_not_dev_is_open_too():
    for text in TEXTS[:500]:
        assert (side(text) == "test") == (side(text, {"test"}) == "test")
        assert (side(text) == "dev") == (side(text, {"dev"}) == "dev")


def test_larger_dev_share_moves_texts_from_train_to_dev_only():
    moves = Counter((side(text), side(text, dev=0.3)) for text in TEXTS)
    assert {before: after for before, after in moves if before != after} == {"train": "dev"}
    assert moves["train", "dev"] > 0


@given(st.lists(st.sampled_from(TEXTS)), st.sampled_from(TEXTS))
def test_adding_texts_moves_nothing(more, text):
    before = side(text)
    for other in more:
        side(other)
    assert side(text) == before


@pytest.mark.parametrize(
    "copy",
    [
        "Zoë met the ﬁrst CEO",
        "ZOË MET THE FIRST CEO",
        "  Zoë\tmet the\n\nfirst\u00a0 CEO ",
        "Zoe\u0308 met the first CEO",
        "Zoë met the ｆｉｒｓｔ CEO",
    ],
)
def test_copies_that_differ_in_case_white_space_and_code_points_are_one_text(copy):
    text = "Zoë met the first CEO"
    assert normalised(copy) == normalised(text) == "zoë met the first ceo"
    assert position(copy) == position(text)


@pytest.mark.parametrize(
    "other", ["Zoe met the first CEO", "Zoë met the first CEO.", "Zoëmet the first CEO"]
)
def test_texts_that_say_something_else_are_other_texts(other):
    assert position(other) != position("Zoë met the first CEO")


# Any text at all, half surrogate pairs too: a group may be anything that JSON can hold.
ANY_TEXT = st.text(st.characters())


@given(ANY_TEXT, st.sampled_from(["", " ", "\n\t "]))
def test_position_depends_on_nothing_but_the_normalised_text(text, space):
    assert 0 <= position(text) < 1
    assert position(text) == position(space + text + space)
    assert position(text) == position(" ".join(text.split()))
    if normalised(normalised(text)) == normalised(text):  # a few letters fold twice
        assert position(text) == position(normalised(text))


@given(
    st.sets(st.floats(0, 1, exclude_max=True), max_size=40),
    st.sampled_from([BOTH, {"dev"}, {"test"}, set()]),
    st.floats(0.01, 0.5),
    st.floats(0.01, 0.49),
)
def test_few_texts_fill_every_split_in_the_order_of_their_positions(positions, missing, dev, test):
    thresholds = thresholds_by_rank(positions, dev=dev, test=test, missing=missing)
    if thresholds is None:
        least = sum(max(1, round(share * len(positions))) for share in by_name(missing, dev, test))
        assert least >= len(positions)
        return
    sides = [choose_split(where, thresholds, missing) for where in sorted(positions)]
    assert set(sides) == {"train", *missing}
    assert sides == sorted(sides, key=["test", "dev", "train"].index)
    for name, share in (("dev", dev), ("test", test)):
        assert sides.count(name) == (max(1, round(share * len(positions))) if name in missing else 0)


def by_name(missing, dev, test):
    """Return the shares of the splits that no file gives."""
    return [share for name, share in (("dev", dev), ("test", test)) if name in missing]
