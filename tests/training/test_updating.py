"""A pipeline that is trained further: labels are added, entities of the old ones are predicted."""

import json
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training import Example

from scripts.files import atomic
from scripts.training.updating import add_labels, old_pipeline, rehearsal
from tests.pipelines import fixed, update

TEXT = "Ada met Bo of Acme on Monday."


def saved(texts: list[Doc], path: Path) -> Path:
    """Write Docs as a corpus."""
    DocBin(docs=texts).to_disk(path)
    return path


def counts(folder: Path, *labels: str) -> Path:
    """Write what `convert` counted: the labels of the training set."""
    atomic.write_json(
        folder / "counts.json", {"splits": {"train": {"labels": dict.fromkeys(labels, 1)}}}
    )
    return folder / "counts.json"


def gold(*entities: tuple[int, int, str], **others: str) -> Doc:
    """Return the text with entities from token to token."""
    doc = spacy.blank("en").make_doc(TEXT)
    doc.set_ents([spacy.tokens.Span(doc, *entity) for entity in entities], **others)
    return doc


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A pipeline that marks some words."""
    nlp = fixed({"Ada": "PERSON", "Bo": "PERSON", "Bo of Acme": "ORG", "on Monday": "DATE"})
    nlp.add_pipe("sentencizer")
    nlp.to_disk(tmp_path / "old")
    return tmp_path / "old"


def entities(example: Example) -> list[tuple[str, str]]:
    """Return the gold entities of an example."""
    return [(entity.text, entity.label_) for entity in example.reference.ents]


def read(folder: Path, old: Path, doc: Doc, *labels: str, raw: Path | None = None) -> list[Example]:
    """Return what is read of a corpus with one Doc whose training set has these labels."""
    path = saved([doc], folder / "train.spacy")
    return list(rehearsal(path, old, counts(folder, *labels), raw)(spacy.blank("en")))


def test_entities_of_labels_that_are_not_annotated_are_predicted(tmp_path, old):
    (example,) = read(tmp_path, old, gold((6, 7, "DATE")), "DATE")
    assert entities(example) == [("Ada", "PERSON"), ("Bo of Acme", "ORG"), ("Monday", "DATE")]
    assert not example.predicted.ents
    assert all(token.ent_iob for token in example.reference)


def test_annotated_labels_are_left_as_they_are(tmp_path, old):
    (example,) = read(tmp_path, old, gold((2, 3, "PERSON")), "PERSON", "DATE")
    assert entities(example) == [("Bo", "PERSON")]  # the old ORG overlaps it, and the rest is annotated


def test_tokens_that_are_not_annotated_get_the_entities_too_and_stay_unknown_else(tmp_path, old):
    (example,) = read(tmp_path, old, gold((6, 7, "DATE"), default="missing"), "DATE")
    assert entities(example)[0] == ("Ada", "PERSON")
    assert [token.text for token in example.reference if token.ent_iob == 0] == ["met", "on", "."]


@pytest.mark.parametrize(("labels", "unknown"), [(("NEW",), ["It", "was", "."]), (("PERSON",), [])])
def test_raw_texts_have_predictions_of_all_labels(tmp_path, old, labels, unknown):
    raw = tmp_path / "raw.jsonl"
    raw.write_text(json.dumps({"text": "It was Bo."}) + "\n", encoding="utf8")
    _, example = read(tmp_path, old, gold(), *labels, raw=raw)
    assert entities(example) == [("Bo", "PERSON")]
    assert [token.text for token in example.reference if token.ent_iob == 0] == unknown


def test_components_that_mark_no_entities_are_not_run(old):
    assert old_pipeline(str(old)).pipe_names == ["entity_ruler"]


def test_old_pipeline_that_is_not_there_is_refused(tmp_path, capsys):
    reader = rehearsal(tmp_path / "train.spacy", tmp_path / "none", counts(tmp_path, "DATE"))
    with pytest.raises(SystemExit):
        list(reader(spacy.blank("en")))
    assert "Train it first, or install it" in " ".join(capsys.readouterr().out.split())


def trained() -> Language:
    """Return a pipeline that knows persons."""
    nlp = spacy.blank("en")
    nlp.add_pipe("ner")
    doc = nlp.make_doc(TEXT)
    doc.set_ents([spacy.tokens.Span(doc, 0, 1, "PERSON")])
    update(nlp, [doc], 20)
    return nlp


def test_added_label_changes_no_prediction_and_is_learned_and_saved(tmp_path):
    nlp = trained()
    add_labels("ner", counts(tmp_path, "DATE", "PERSON"))(nlp)
    assert nlp.get_pipe("ner").labels == ("DATE", "PERSON")
    assert [entity.label_ for entity in nlp(TEXT).ents] == ["PERSON"]
    both = gold((0, 1, "PERSON"), (6, 7, "DATE"))
    optimizer = nlp.resume_training()
    for _ in range(40):
        nlp.update([Example(nlp.make_doc(TEXT), both)], sgd=optimizer)
    nlp.to_disk(tmp_path / "new")
    for each in (nlp, spacy.load(tmp_path / "new")):
        found = [(entity.text, entity.label_) for entity in each(TEXT).ents]
        assert found == [("Ada", "PERSON"), ("Monday", "DATE")]
