from pathlib import Path

import pytest

from scripts.conversion.outcome import Counts
from scripts.corpus.docs import read_docs
from scripts.files.contract import read
from scripts.training.filling import Refusal
from scripts.trials.data import fits, kept_of, part_of
from tests.corpora import make_corpus, record


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Path:
    """A corpus of 40 texts in groups of two."""
    rows = [{**record(f"[Ada](PERSON) saw {n}."), "group": f"g{n // 2}"} for n in range(40)]
    return make_corpus(tmp_path_factory.mktemp("parts"), train=rows, dev=rows[:2], test=rows[2:4])


def texts(folder: Path) -> list[str]:
    return [doc.text for doc in read_docs(folder / "train.spacy")]


def test_whole_corpus_is_its_own_part(corpus, tmp_path):
    assert part_of(corpus, tmp_path, 1.0, ()) == corpus
    assert not list(tmp_path.iterdir())


def test_shares_are_nested_and_keep_groups_together(corpus, tmp_path):
    parts = [texts(part_of(corpus, tmp_path, share, ())) for share in (0.125, 0.25, 0.5)]
    assert [len(part) for part in parts] == [4, 10, 20]
    assert set(parts[0]) < set(parts[1]) < set(parts[2]) < set(texts(corpus))
    for part in parts:
        numbers = sorted(int(text.split()[-1][:-1]) for text in part)
        assert numbers == sorted(2 * (n // 2) + i for n in numbers[::2] for i in (0, 1))


def test_part_has_counts_and_everything_that_training_reads(corpus, tmp_path):
    part = part_of(corpus, tmp_path, 0.5, ())
    counts = read(part / "counts.json", Counts, "convert")
    assert counts["splits"]["train"]["documents"] == 20
    assert counts["splits"]["train"]["labels"] == {"PERSON": 20}
    assert sum(counts["lengths"].values()) == sum(counts["span_lengths"].values()) == 20
    assert (part / "dev.spacy").read_bytes() == (corpus / "dev.spacy").read_bytes()
    assert counts["splits"]["dev"] == read(corpus / "counts.json", Counts, "convert")["splits"]["dev"]


def test_part_is_made_once_and_is_the_same_bytes_again(corpus, tmp_path):
    first = part_of(corpus, tmp_path / "a", 0.5, ())
    made = (first / "train.spacy").stat().st_mtime_ns
    assert part_of(corpus, tmp_path / "a", 0.5, ()) == first
    assert (first / "train.spacy").stat().st_mtime_ns == made
    second = part_of(corpus, tmp_path / "b", 0.5, ())
    assert (first / "train.spacy").read_bytes() == (second / "train.spacy").read_bytes()
    assert [path.name for path in (tmp_path / "a").iterdir()] == [first.name]


def test_other_groups_make_another_part(corpus, tmp_path):
    """The texts are the same, but groups decide which of them belong to a part."""
    rows = [{**record(f"[Ada](PERSON) saw {n}."), "group": f"h{n // 4}"} for n in range(40)]
    other = make_corpus(tmp_path / "other", train=rows, dev=rows[:2], test=rows[2:4])
    assert (other / "train.spacy").read_bytes() == (corpus / "train.spacy").read_bytes()
    first, second = (part_of(each, tmp_path / "parts", 0.5, ()) for each in (corpus, other))
    assert set(texts(first)) != set(texts(second))


def test_files_are_left_out_by_name_or_pattern(tmp_path):
    corpus = make_corpus(tmp_path, train=["[Ada](PERSON) ran."], dev=["No."], test=["Nor."])
    assert kept_of(corpus, 1.0, ()) == [True]
    with pytest.raises(Refusal, match="would be empty"):
        kept_of(corpus, 1.0, ["train.jsonl"])
    with pytest.raises(Refusal, match="No file of the training set fits 'news"):
        kept_of(corpus, 1.0, ["news*.jsonl"])
    assert fits("assets/mine/news-1.jsonl", "news*.jsonl")
    assert not fits("assets/old-news.jsonl", "news*.jsonl")


def test_smallest_share_has_a_group(corpus):
    assert sum(kept_of(corpus, 0.001, ())) == 2
