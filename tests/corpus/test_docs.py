"""Docs on disk: what is written is read back, in one file or in shards, with where it came from."""

import json

import pytest
import spacy
from spacy.tokens import Doc, DocBin, Span
from spacy.training import Corpus

from scripts.annotation.text import AnnotatedText, CharSpan
from scripts.conversion.alignment import align
from scripts.conversion.shards import ShardWriter, join_shards
from scripts.corpus.docs import SOURCE, read_docs, source_of, sources_path, stored_docs, unannotated

NLP = spacy.blank("en")


def records(number):
    """Return annotated texts that differ in everything that is kept about their source."""
    return [
        AnnotatedText(
            text=f"  Zoë {n}\n met 李雷 🙂",
            spans=(CharSpan(2, 5, "PER"), CharSpan(2, 5, "ORG")),
            file="assets/über.jsonl",
            place=f"line {n}",
            id=str(n) if n % 2 else None,
            group=f"group {n}",
            missing=((9, 12),),
            meta={"n": n, "nested": {"李": [1.5, None, True]}},
        )
        for n in range(number)
    ]


def write(path, annotated, shard=100):
    """Write annotated texts as a corpus, so many to a shard, and return their Docs."""
    written = []
    for number, first in enumerate(range(0, len(annotated), shard)):
        with ShardWriter(path, number) as writer:
            for record in annotated[first : first + shard]:
                doc = NLP.make_doc(record.text)
                written.append(align(record, doc, spans_key="sc").doc)
                writer.add(doc, record)
    join_shards(path)
    return written


def content(doc):
    """Return everything about a Doc that a corpus must keep."""
    return (
        doc.text,
        [(token.text, token.whitespace_, token.ent_iob, token.ent_type_) for token in doc],
        [(span.start, span.end, span.label_) for span in doc.spans["sc"]],
    )


def test_docs_come_back_with_their_tokens_entities_unknown_tokens_and_spans(tmp_path):
    written = write(tmp_path / "train.spacy", records(3))
    read = list(read_docs(tmp_path / "train.spacy", NLP.vocab))
    assert [content(doc) for doc in read] == [content(doc) for doc in written]
    assert {token.ent_iob for token in read[0]} == {0, 2, 3}
    assert len(read[0].spans["sc"]) == 2


def test_docs_come_back_with_where_they_came_from(tmp_path):
    annotated = records(3)
    write(tmp_path / "train.spacy", annotated)
    for doc, record in zip(read_docs(tmp_path / "train.spacy", NLP.vocab), annotated, strict=True):
        assert doc.user_data[SOURCE] == {
            "file": record.file,
            "place": record.place,
            "id": record.id,
            "group": record.group,
            "meta": record.meta,
        }
        assert source_of(doc) == f"assets/über.jsonl, {record.place}"


def test_few_docs_are_one_file_and_nothing_is_left_beside_it(tmp_path):
    write(tmp_path / "train.spacy", records(3))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["train.sources.jsonl", "train.spacy"]
    assert (tmp_path / "train.spacy").is_file()


def test_corpus_without_docs_is_a_file_that_reads_as_empty(tmp_path):
    write(tmp_path / "dev.spacy", [])
    assert list(read_docs(tmp_path / "dev.spacy", NLP.vocab)) == []


@pytest.mark.parametrize(("number", "shards"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (23, 12)])
def test_many_docs_are_a_folder_of_shards_in_order(tmp_path, number, shards):
    path = tmp_path / "train.spacy"
    write(path, records(number), shard=2)
    assert path.is_dir() == (shards > 1)
    if shards > 1:
        names = sorted(shard.name for shard in path.iterdir())
        assert names == [f"{n:05}.spacy" for n in range(shards)]
        assert all(len(DocBin().from_disk(path / name)) <= 2 for name in names)
    read = list(read_docs(path, NLP.vocab))
    assert [doc.user_data[SOURCE]["place"] for doc in read] == [f"line {n}" for n in range(number)]
    assert [doc[2].text for doc in read] == [str(n) for n in range(number)]


def test_spacy_reads_a_folder_of_shards_as_it_reads_a_file(tmp_path):
    write(tmp_path / "file.spacy", records(5))
    write(tmp_path / "folder.spacy", records(5), shard=2)
    file, folder = (
        [content(example.reference) for example in Corpus(tmp_path / f"{name}.spacy")(NLP)]
        for name in ("file", "folder")
    )
    assert file == folder
    assert len(file) == 5


def test_docs_can_be_read_without_their_sources(tmp_path):
    write(tmp_path / "train.spacy", records(3))
    sources_path(tmp_path / "train.spacy").unlink()
    assert len(list(stored_docs(tmp_path / "train.spacy", NLP.vocab))) == 3


@pytest.mark.parametrize("kept", [0, 2, 4])
def test_other_number_of_sources_than_docs_is_refused(tmp_path, kept):
    path = tmp_path / "train.spacy"
    write(path, records(3))
    lines = sources_path(path).read_text(encoding="utf8").splitlines(keepends=True)
    sources_path(path).write_text("".join((lines * 2)[:kept]), encoding="utf8")
    with pytest.raises(ValueError, match="have different numbers of documents"):
        list(read_docs(path, NLP.vocab))


def test_same_docs_give_the_same_bytes(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder / "train.spacy", records(4))
    for name in ("train.spacy", "train.sources.jsonl"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_half_a_surrogate_pair_in_what_is_kept_beside_the_text_survives(tmp_path):
    record = AnnotatedText("Ada", (), "f", "line 1", id="\ud83d", meta={"note": "\udc00"})
    write(tmp_path / "train.spacy", [record])
    (doc,) = read_docs(tmp_path / "train.spacy", NLP.vocab)
    assert doc.user_data[SOURCE]["id"] == "\ud83d"
    line = sources_path(tmp_path / "train.spacy").read_text(encoding="utf8")
    assert json.loads(line)["meta"] == {"note": "\udc00"}


def test_docs_come_in_the_order_in_which_spacys_own_reader_has_them(tmp_path):
    path = tmp_path / "train.spacy"
    write(path, records(23), shard=2)
    ours = [doc.text for doc in stored_docs(path)]
    assert ours == [example.reference.text for example in Corpus(path)(NLP)]
    assert len(ours) == 23


@pytest.mark.parametrize("fixed", [False, True])
def test_documents_to_predict_have_the_tokens_that_spacys_corpus_gives_them(fixed, tmp_path):
    made = Doc(NLP.vocab, words=["Acme-based", "can't"], spaces=[True, False])
    made.has_unknown_spaces = fixed
    made.set_ents([Span(made, 0, 1, label="ORG")], default="outside")
    DocBin(docs=[made]).to_disk(tmp_path / "dev.spacy")
    (example,) = Corpus(tmp_path / "dev.spacy")(NLP)
    found = unannotated(made, NLP)
    assert [token.text for token in found] == [token.text for token in example.predicted]
    assert (found.text, len(found)) == (made.text, 2 if fixed else 5)
    assert not found.has_annotation("ENT_IOB")
