"""Places for a blind verdict: flags and as many random places of the same sort, and their count."""

import random

import pytest
import srsly

from benchmarks import blind
from benchmarks.blind import FLAG, RANDOM, chosen, places_in, read_verdicts, written
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


def test_verdict_on_each_place_is_needed(tmp_path, capsys):
    path = tmp_path / "verdicts.txt"
    path.write_text("1 right\n3 wrong\n2 unclear\n\n", encoding="utf8")
    assert read_verdicts(path, 3) == ["right", "unclear", "wrong"]
    path.write_text("1 right\n2 perhaps\n", encoding="utf8")
    with pytest.raises(SystemExit):
        read_verdicts(path, 3)
    assert "No verdict on 2, 3" in capsys.readouterr().out


def test_kept_verdicts_are_counted_by_source(capsys):
    if not blind.RESULTS.is_file():
        pytest.skip("nothing was judged")
    rows = list(srsly.read_jsonl(blind.RESULTS))
    assert {row["verdict"] for row in rows} <= set(blind.VERDICTS)
    for corpus in {row["corpus"] for row in rows}:
        sources = [row["source"] for row in rows if row["corpus"] == corpus]
        assert sources.count(FLAG) == sources.count(RANDOM)
