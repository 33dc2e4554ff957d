"""Each pass over the training set has all of its documents, and a sample of the silver ones."""

import random
from collections import Counter
from pathlib import Path

import pytest
import spacy
from spacy.tokens import DocBin

from scripts.training.gold_and_silver import gold_and_silver

NLP = spacy.blank("en")


@pytest.fixture
def corpora(tmp_path: Path) -> tuple[Path, str]:
    """A corpus of 20 documents, and a folder of 30 others in two files."""
    gold, silver = tmp_path / "train.spacy", tmp_path / "silver.spacy"
    write(gold, [f"gold {n}" for n in range(20)])
    silver.mkdir()
    write(silver / "00000.spacy", [f"silver {n}" for n in range(20)])
    write(silver / "00001.spacy", [f"silver {n}" for n in range(20, 30)])
    return gold, silver.as_posix()


def write(path: Path, texts: list[str]) -> None:
    """Write texts without entities as a corpus."""
    DocBin(docs=map(NLP.make_doc, texts)).to_disk(path)


def passes(corpora: tuple[Path, str], count: int, seed: int = 0, **values: float) -> list[list[str]]:
    """Return the texts of some passes."""
    random.seed(seed)
    path, silver = corpora
    read = gold_and_silver(path, gold_preproc=False, silver=silver, **values)
    return [[example.text for example in read(NLP)] for _ in range(count)]


def test_each_pass_has_all_gold_and_another_sample_of_silver(corpora):
    first, second = passes(corpora, 2, ratio=0.5)
    for texts in (first, second):
        assert Counter(text.split()[0] for text in texts) == {"gold": 20, "silver": 10}
        assert len(set(texts)) == 30
    assert set(first) != set(second)
    assert [text for text in first if "gold" in text] != [text for text in second if "gold" in text]


def test_ratio_beyond_what_there_is_takes_all(corpora):
    assert len(passes(corpora, 1, ratio=9.0)[0]) == 50
    assert len(passes(corpora, 1, ratio=0.0)[0]) == 20


def test_seed_decides(corpora):
    assert passes(corpora, 2) == passes(corpora, 2)
    assert passes(corpora, 2) != passes(corpora, 2, seed=1)


def test_gold_and_silver_are_mixed_even_if_little_is_shuffled_at_a_time(corpora):
    kinds = [text.split()[0] for text in passes(corpora, 1, ratio=1.0, shuffled=1)[0]]
    assert len(kinds) == 40
    assert "gold" in kinds[:10]
    assert "silver" in kinds[:10]


def test_limit_is_for_the_training_set_alone(corpora):
    texts = passes(corpora, 1, ratio=1.0, limit=4)[0]
    assert Counter(text.split()[0] for text in texts) == {"gold": 4, "silver": 4}
