"""One pass over Docs: what is counted, and under which name each document is remembered."""

import spacy
from spacy.tokens import Doc, Span

from scripts.corpus.docs import SOURCE
from scripts.quality import statistics as module
from scripts.quality.finding import Occurrences
from scripts.quality.statistics import CorpusStatistics

VOCAB = spacy.blank("xx").vocab  # one that knows what punctuation is


def doc(place: str, words: list[str], *ents: tuple[int, int, str]) -> Doc:
    """Return a Doc as `read_docs` yields it, with entities given by tokens."""
    found = Doc(VOCAB, words=words)
    found.ents = [Span(found, start, end, label=label) for start, end, label in ents]
    found.user_data[SOURCE] = {"file": "a.jsonl", "place": place}
    return found


def statistics_of(*docs: tuple[str, Doc]) -> CorpusStatistics:
    """Return the statistics of Docs, each given with its split."""
    found = CorpusStatistics()
    for split, each in docs:
        found.add(each, split)
    return found


def test_labels_are_counted_once_for_each_entity_by_label_and_split():
    found = statistics_of(
        ("train", doc("line 1", ["Ada", "met", "Bo"], (0, 1, "PERSON"), (2, 3, "PERSON"))),
        ("test", doc("line 2", ["Ada", "in", "May"], (0, 1, "PERSON"), (2, 3, "DATE"))),
    )
    assert found.labels == {
        "PERSON": {
            "train": Occurrences(2, ["a.jsonl, line 1", "a.jsonl, line 1"]),
            "test": Occurrences(1, ["a.jsonl, line 2"]),
        },
        "DATE": {"test": Occurrences(1, ["a.jsonl, line 2"])},
    }
    assert {split: at.count for split, at in found.documents.items()} == {"train": 1, "test": 1}


def test_mention_keeps_its_tokens_and_the_places_of_each_label():
    found = statistics_of(
        ("train", doc("line 1", ["New", "York", "won"], (0, 2, "ORG"))),
        ("dev", doc("line 2", ["in", "New", "York"], (1, 3, "GPE"))),
        ("dev", doc("line 3", ["New", "York", "lost"], (0, 2, "ORG"))),
    )
    mention = found.names["New York"]
    assert mention.words == ("New", "York")
    assert mention.labelled == 3
    assert mention.labels["ORG"] == Occurrences(2, ["a.jsonl, line 1", "a.jsonl, line 3"])
    assert mention.labels["GPE"] == Occurrences(1, ["a.jsonl, line 2"])
    assert mention.unlabelled.count == 0


def test_spans_under_a_key_count_in_place_of_entities_and_labels_of_one_span_go_together():
    nested = doc("line 1", ["New", "York", "Times"], (0, 3, "ORG"))
    triples = [(0, 3, "ORG"), (0, 2, "LOC"), (0, 2, "CITY")]
    nested.spans["sc"] = [Span(nested, start, end, label=label) for start, end, label in triples]
    found = CorpusStatistics("sc")
    found.add(nested, "train")
    assert {label: at["train"].count for label, at in found.labels.items()} == {
        "ORG": 1,
        "LOC": 1,
        "CITY": 1,
    }
    names = found.names.items()
    labels = {text: {label: at.count for label, at in name.labels.items()} for text, name in names}
    assert labels == {"New York Times": {"ORG": 1}, "New York": {"CITY + LOC": 1}}


def test_punctuation_or_white_space_at_an_edge_is_remembered_with_the_mention():
    found = statistics_of(
        ("train", doc("line 1", ["met", "Ada", ","], (1, 3, "PERSON"))),
        ("train", doc("line 2", ["\n", "Bo", "left"], (0, 2, "PERSON"))),
    )
    assert found.edges == {
        ",": Occurrences(1, ["a.jsonl, line 1: PERSON 'Ada ,'"]),
        "\n": Occurrences(1, ["a.jsonl, line 2: PERSON '\\n Bo'"]),
    }


def test_punctuation_inside_of_an_entity_is_in_order():
    found = statistics_of(("train", doc("line 1", ["Linden", "&", "Croft"], (0, 3, "ORG"))))
    assert found.edges == {}


def test_entity_with_the_same_mark_at_both_edges_is_counted_once():
    found = statistics_of(
        ("train", doc("line 1", ['"', "Ada", '"'], (0, 3, "PERSON"))),
        ("train", doc("line 2", ["?", "who"], (0, 1, "PERSON"))),
    )
    assert {edge: places.count for edge, places in found.edges.items()} == {'"': 1, "?": 1}


def test_median_length_is_that_of_all_splits_and_zero_without_documents():
    lengths = [1, 1, 5, 9, 300]
    found = statistics_of(*(("train", doc(f"line {n}", ["a"] * n)) for n in lengths))
    assert found.median_length == 5
    assert CorpusStatistics().median_length == 0


def test_only_the_longest_documents_are_remembered_by_name(monkeypatch):
    monkeypatch.setattr(module, "LONGEST", 2)
    found = statistics_of(*(("train", doc(f"line {n}", ["a"] * n)) for n in (7, 3, 9, 1)))
    assert sorted(found.longest) == [(7, "a.jsonl, line 7"), (9, "a.jsonl, line 9")]
    assert len(found.lengths) == 4
