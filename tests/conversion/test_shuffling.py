"""Shuffled shards: the same Docs with their sources in another order, the same one each time."""

import json
from itertools import pairwise

import pytest
import spacy
from spacy.tokens import DocBin
from spacy.training import Corpus

from scripts.annotation.text import AnnotatedText, CharSpan
from scripts.conversion.alignment import align
from scripts.conversion.shards import ShardWriter, join_shards
from scripts.conversion.shuffling import shuffle_shards
from scripts.conversion.workers import Workers
from scripts.corpus.docs import read_docs

NLP = spacy.blank("en")
SHARD, DOCUMENTS = 50, 230


def write(path, shuffled=True, processes=1):
    """Write Docs in shards of 50, and return path."""
    for first in range(0, DOCUMENTS, SHARD):
        with ShardWriter(path, first // SHARD) as writer:
            for n in range(first, min(first + SHARD, DOCUMENTS)):
                spans = (CharSpan(0, 3, "PER"), CharSpan(0, 3, f"P{n % 3}"))
                record = AnnotatedText(f"Zoë isn't n{n}", spans, "a.jsonl", f"line {n}", id=str(n))
                writer.add(align(record, NLP.make_doc(record.text), spans_key="sc").doc, record)
    if shuffled:
        with Workers(processes) as workers:
            shuffle_shards(path, workers)
    join_shards(path)
    return path


def content(path):
    """Return what is known of each Doc, in order."""
    return [
        (doc.text, [e.label_ for e in doc.ents], [s.label_ for s in doc.spans["sc"]], doc.user_data)
        for doc in read_docs(path)
    ]


def test_every_document_is_there_once_with_its_source(tmp_path):
    plain = content(write(tmp_path / "plain.spacy", shuffled=False))
    mixed = content(write(tmp_path / "mixed.spacy"))
    assert mixed != plain
    assert sorted(mixed, key=str) == sorted(plain, key=str)
    assert all(text == f"Zoë isn't n{data['source']['id']}" for text, _, _, data in mixed)


def test_documents_of_a_shard_are_spread_over_all_and_stand_in_no_order(tmp_path):
    mixed = [int(data["source"]["id"]) for _, _, _, data in content(write(tmp_path / "mixed.spacy"))]
    halves = [sum(n < DOCUMENTS / 2 for n in part) for part in (mixed[:115], mixed[115:])]
    assert min(halves) > 40
    assert sum(second == first + 1 for first, second in pairwise(mixed)) < 10


@pytest.mark.slow
def test_order_is_the_same_each_time_and_in_two_processes(tmp_path):
    one, two = write(tmp_path / "one.spacy"), write(tmp_path / "two.spacy", processes=2)
    names = sorted(path.name for path in one.iterdir())
    assert names == sorted(path.name for path in two.iterdir())
    assert all((one / name).read_bytes() == (two / name).read_bytes() for name in names)


def test_spacys_own_reader_takes_them_and_words_of_other_shards_are_not_repeated(tmp_path):
    path = write(tmp_path / "mixed.spacy")
    assert sum(1 for _ in Corpus(path)(NLP)) == DOCUMENTS
    words = [string for shard in path.iterdir() for string in DocBin().from_disk(shard).strings]
    numbered = [word for word in words if word[:1] == "n" and word[1:].isdigit()]
    assert len(numbered) == len(set(numbered)) == DOCUMENTS


def test_nothing_is_left_beside_the_corpus(tmp_path):
    write(tmp_path / "mixed.spacy")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mixed.sources.jsonl", "mixed.spacy"]
    lines = (tmp_path / "mixed.sources.jsonl").read_text(encoding="utf8").splitlines()
    assert {json.loads(line)["id"] for line in lines} == {str(n) for n in range(DOCUMENTS)}
