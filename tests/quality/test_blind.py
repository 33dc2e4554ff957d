"""Places for a blind verdict: flags and as many random places of the same sort, and their count."""

import random

import pytest
import srsly

from benchmarks import blind
from benchmarks.blind import FLAG, RANDOM, chosen, places_in, with_verdicts, written
from tests.scoring.documents import document

MEMBERS = ["model"]
GOLD = "[Ada](PERSON) met Bo in Oslo, and Zoe stayed."
FOUND = "Ada met [Bo](PERSON) in Oslo, and Zoe stayed."


@pytest.fixture
def documents():
    """Documents of which every third has a wrong annotation and a missing one."""
    return {
        ("train", number): document(GOLD, FOUND if number % 3 == 0 else None, place=f"line {number}")
        for number in range(30)
    }


def test_each_flag_has_a_random_place_of_its_sort_and_none_comes_twice(documents):
    rows = [(*name, each) for name, each in documents.items()]
    places = chosen(lambda: rows, documents, MEMBERS, 12, random.Random(0))
    assert len({(place.document, place.entity) for place in places}) == len(places) == 24
    for annotated in (True, False):
        mine = [place.source for place in places if bool(place.entity.label) is annotated]
        assert mine.count(FLAG) == mine.count(RANDOM) > 0
    order = [place.source for place in places]
    assert order != sorted(order)
    again = chosen(lambda: rows, documents, MEMBERS, 12, random.Random(0))
    assert again == places
    lines = list(written(places, documents))
    assert len(lines) == 24
    assert not any(word in "".join(lines) for word in (FLAG, RANDOM))  # nothing tells which is which
    assert "(PERSON): [[Ada]] met Bo in Oslo, and Zoe stayed." in "".join(lines)
    assert "(nothing annotated): Ada met [[Bo]] in Oslo, and Zoe stayed." in "".join(lines)


def test_places_without_annotation_are_names_first():
    text = document(GOLD)
    assert [text.text[place.start : place.end] for place in places_in(text, annotated=False)] == [
        "Bo",
        "Oslo",
        "Zoe",
    ]
    assert places_in(document("[Ada](PERSON)"), annotated=False) == []


def test_too_few_places_end_the_program(documents, capsys):
    rows = [(*name, each) for name, each in documents.items() if name[1] == 0]
    with pytest.raises(SystemExit):
        chosen(lambda: rows, dict([next(iter(documents.items()))]), MEMBERS, 12, random.Random(0))
    assert "too few places" in capsys.readouterr().out


KEY = [{"corpus": "mine", "source": source, "place": []} for source in (FLAG, RANDOM, FLAG)]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("1 right\n2 perhaps\n", "No verdict on 2, 3"),
        ("1 right\n2\n3 wrong\n", "No verdict on 2"),
        ("1 right\n2 wrong\n3 wrong\n3 right\n", "4 verdicts on 3 places"),
    ],
)
def test_one_verdict_on_each_place_is_needed(tmp_path, capsys, lines, said):
    path = tmp_path / "verdicts.txt"
    path.write_text(lines, encoding="utf8")
    with pytest.raises(SystemExit):
        with_verdicts(KEY, path)
    assert said in capsys.readouterr().out


def test_verdicts_are_counted_by_source_and_take_the_place_of_earlier_ones(
    tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(blind, "RESULTS", tmp_path / "blind.jsonl")
    other = {"corpus": "another", "source": FLAG, "place": [], "verdict": "right"}
    srsly.write_jsonl(blind.RESULTS, [other])
    path = tmp_path / "verdicts.txt"
    path.write_text("1 right\n3 wrong because of that\n2 unclear\n\n", encoding="utf8")
    for _ in range(2):
        blind.keep_verdicts("mine", with_verdicts(KEY, path))
    printed = capsys.readouterr().out
    assert "mine, flag: 1 right, 1 wrong, 0 unclear of 2" in printed
    assert "mine, random: 0 right, 0 wrong, 1 unclear of 1" in printed
    rows = list(srsly.read_jsonl(blind.RESULTS))
    assert [(row["corpus"], row["verdict"]) for row in rows] == [
        ("another", "right"),
        ("mine", "right"),
        ("mine", "unclear"),
        ("mine", "wrong"),
    ]
