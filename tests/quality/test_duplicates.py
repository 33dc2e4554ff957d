"""Texts on two sides of a split: equal but for case and spaces, nearly equal, and only alike."""

import pytest

from scripts.quality.duplicates import SHORT, Duplicate, DuplicateIndex, jaccard, shingles

TEXT = "The committee agreed to postpone the repair of the old bridge until the water had fallen."
CHINESE = "委员会昨天决定把旧桥的修理推迟到河水退去以后，并且请工程师再检查一次桥墩和栏杆。"


def remembering(*texts: str, threshold: float = 0.8) -> DuplicateIndex:
    """Return Duplicates that remember texts as lines of test."""
    found = DuplicateIndex(threshold)
    for number, text in enumerate(texts, start=1):
        found.add(text, "test", f"a.jsonl, line {number}")
    return found


@pytest.mark.parametrize("text", [TEXT, TEXT.upper(), f"  {TEXT}\n", TEXT.replace(" ", "\u00a0\t")])
def test_text_equal_but_for_case_and_spaces_is_a_twin_of_similarity_one(text):
    assert list(remembering("Something else.", TEXT).find(text)) == [
        Duplicate("test", "a.jsonl, line 2", 1.0, copies=1)
    ]


def test_full_width_forms_are_equal_to_plain_ones():
    assert [
        each.similarity for each in remembering("Room 4, Mill Road!").find("Ｒoom ４， Mill Road！")
    ] == [1.0]


def test_equal_texts_of_one_split_are_one_twin_that_counts_them():
    (duplicate,) = remembering(TEXT, "Something else.", TEXT).find(TEXT)
    assert (duplicate.source, duplicate.copies) == ("a.jsonl, line 1", 2)


def test_equal_texts_of_two_splits_are_two_twins():
    found = remembering(TEXT)
    found.add(TEXT, "dev", "b.jsonl, line 1")
    assert [(each.split, each.copies) for each in found.find(TEXT)] == [
        ("test", 1),
        ("dev", 1),
    ]


def test_crowd_of_boilerplate_is_not_compared_whole():
    near = [f"{TEXT[:-1]} in the year {year}." for year in range(1000, 1300)]
    found = list(remembering(*near).find(f"{TEXT[:-1]} in the year 1999."))
    assert 1 <= len(found) <= 50 * 10
    assert len({each.source for each in found}) < len(near)


@pytest.mark.parametrize(
    ("text", "near"),
    [
        (TEXT, TEXT.replace("The", "This")),
        (TEXT, TEXT + " So"),
        (CHINESE, CHINESE.replace("昨天", "今天")),
        (CHINESE, CHINESE + "是吗？"),
    ],
)
def test_nearly_equal_text_is_a_twin_below_similarity_one(text, near):
    (duplicate,) = remembering(text, threshold=0.6).find(near)
    assert 0.6 <= duplicate.similarity < 1


def test_similarity_is_the_share_of_common_runs_of_six_characters():
    text, other = "abcdefghijklmnopqrstuvwxyzabcdef", "abcdefghijklmnopqrstuvwxyzabcdeg"
    runs = [{t[i : i + 6] for i in range(len(t) - 5)} for t in (text, other)]
    share = len(runs[0] & runs[1]) / len(runs[0] | runs[1])
    (duplicate,) = remembering(text, threshold=0.0).find(other)
    assert duplicate.similarity == pytest.approx(share)


def test_pair_at_the_threshold_is_a_twin_and_above_it_is_not():
    near = TEXT.replace("The", "This")
    (duplicate,) = remembering(TEXT).find(near)
    assert list(remembering(TEXT, threshold=duplicate.similarity).find(near)) == [duplicate]
    assert list(remembering(TEXT, threshold=duplicate.similarity + 1e-9).find(near)) == []


def test_texts_that_share_a_sentence_only_are_no_twins():
    found = remembering(f"{TEXT} The vote was close, and the mayor left before it ended.")
    assert (
        list(found.find(f"{TEXT} Nothing was said of the ferry, which had been late all summer.")) == []
    )


def test_short_texts_are_twins_only_when_they_are_equal():
    short = "Thank you for the letter!"
    assert len(short) < SHORT
    found = remembering(short, threshold=0.1)
    assert list(found.find("Thank you for the letter.")) == []
    assert [each.similarity for each in found.find("thank you for the letter!")] == [1.0]


def test_nothing_is_found_where_nothing_is_remembered():
    assert list(DuplicateIndex(0.0).find(TEXT)) == []


def test_shares_are_taken_of_all_runs_that_either_text_has():
    assert jaccard({1, 2, 3}, [2, 3, 4, 5]) == pytest.approx(2 / 5)


def test_text_too_short_to_tell_has_no_shingles():
    assert shingles("x" * (SHORT - 1)) == set()
    assert len(shingles("x" * SHORT)) == 1
