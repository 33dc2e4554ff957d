"""Mentions that are entities here and nothing there: what counts as nothing, and what does not."""

import pytest
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from scripts.corpus.docs import SOURCE
from scripts.quality.finding import Occurrences
from scripts.quality.statistics import CorpusStatistics
from scripts.quality.unlabelled import UnlabelledFinder

VOCAB = Vocab()


def doc(place: str, text: str, *ents: tuple[int, int], missing: tuple[int, ...] = ()) -> Doc:
    """Return a Doc as `read_docs` yields it, split at spaces, with persons given by tokens."""
    found = Doc(VOCAB, words=text.split())
    persons = [Span(found, start, end, label="PERSON") for start, end in ents]
    found.set_ents(persons, missing=[found[i : i + 1] for i in missing], default="outside")
    found.user_data[SOURCE] = {"file": "a.jsonl", "place": place}
    return found


def unlabelled(*docs: Doc, mention: str = "Ada", least: int = 2) -> Occurrences:
    """Return where a mention is found unlabelled in Docs, beside two in which it is an entity."""
    words = mention.split()
    known = [doc(f"line {n}", f"{mention} left", (0, len(words))) for n in (1, 2)]
    statistics = CorpusStatistics()
    for each in (*known, *docs):
        statistics.add(each, "train")
    finder = UnlabelledFinder(statistics, VOCAB, least=least)
    for each in (*known, *docs):
        finder.add(each)
    return statistics.names[mention].unlabelled


def test_mention_outside_of_entities_is_found_at_every_place():
    found = unlabelled(doc("line 3", "and Ada sang"), doc("line 4", "Ada met Ada"))
    assert found == Occurrences(3, ["a.jsonl, line 3", "a.jsonl, line 4", "a.jsonl, line 4"])


def test_mention_of_several_tokens_is_found_as_a_whole():
    found = unlabelled(
        doc("line 3", "the New York team"), doc("line 4", "New roads"), mention="New York"
    )
    assert found == Occurrences(1, ["a.jsonl, line 3"])


@pytest.mark.parametrize(
    "other",
    [
        doc("line 3", "Ada Okafor sang", (0, 2)),  # inside of another entity
        doc("line 3", "ada sang"),  # another spelling
        doc("line 3", "Adam sang"),  # another word
        doc("line 3", "Ada sang", missing=(0,)),  # nobody said that it is none
    ],
)
def test_mention_is_not_found_where_it_is_no_miss(other):
    assert unlabelled(other) == Occurrences(0, [])


def test_mention_inside_of_a_span_that_is_no_entity_is_no_miss():
    nested = doc("line 3", "Ada of York Minster", (1, 4))  # the longest of two that overlap
    nested.spans["sc"] = [Span(nested, 0, 3, "NAME"), Span(nested, 1, 4, "PLACE")]
    statistics = CorpusStatistics("sc")
    for at, known in enumerate((doc("line 1", "Ada left"), doc("line 2", "Ada sang"))):
        known.spans["sc"] = [Span(known, 0, 1, "PERSON")]
        statistics.add(known, ("train", "dev")[at])
    finder = UnlabelledFinder(statistics, VOCAB, least=2)
    finder.add(nested)
    assert statistics.names["Ada"].unlabelled.count == 0


def test_mention_half_inside_of_an_entity_is_no_miss():
    assert unlabelled(doc("line 3", "York Minster New York", (0, 3)), mention="New York").count == 0


def test_mention_that_is_an_entity_too_rarely_is_not_looked_for():
    assert unlabelled(doc("line 3", "and Ada sang"), least=3).count == 0


def test_corpus_without_entities_has_nothing_to_find():
    statistics = CorpusStatistics()
    finder = UnlabelledFinder(statistics, VOCAB, least=1)
    finder.add(doc("line 1", "and Ada sang"))
    assert statistics.names == {}
