"""Entity lists: dictionaries become patterns beside a corpus, and are no corpus of their own."""

import json

import pytest
import spacy

from scripts.annotation.text import OtherTask
from scripts.convert import convert
from scripts.formats.base import DEFAULTS
from scripts.formats.detection import detect
from scripts.formats.readers import FORMATS
from scripts.inputs import inputs
from tests import corpora
from tests.formats.reading import written

LIST = (
    '\ufeffText,Type\r\nAda Okafor,PERSON\r\n"Lind, Jonas",PERSON\r\n\r\nMei,\r\nQuay Street,PLACE\r\n'
)


def test_list_is_named_and_holds_no_texts(tmp_path):
    path = written(tmp_path, LIST)
    assert detect(path).name == "entity_list"
    with pytest.raises(OtherTask, match="this is an entity list"):
        next(FORMATS["entity_list"].read(path, DEFAULTS))


def test_list_beside_annotations_becomes_patterns_that_spacy_takes(tmp_path):
    raw, corpus = tmp_path / "raw", tmp_path / "corpus"
    raw.mkdir()
    corpus.mkdir()
    rows = [{"text": f"Ada met Bo {n} times.", "spans": [[0, 3, "PERSON"]]} for n in range(40)]
    (raw / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf8")
    (raw / "names.csv").write_text(LIST, encoding="utf8", newline="")
    settings = corpora.settings(format="auto")
    found = inputs(str(raw), corpus, config=corpora.CONFIG, lang="en")
    report = convert(found, settings, corpus)
    (told,) = report["skipped_files"].values()
    assert told == (
        "it is an entity list: 3 names were written to patterns.jsonl; 1 rows have no name or type"
    )
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").from_disk(corpus / "patterns.jsonl")
    doc = nlp("Ada Okafor saw Lind, Jonas in Quay Street.")
    assert [(ent.text, ent.label_) for ent in doc.ents] == [
        ("Ada Okafor", "PERSON"),
        ("Lind, Jonas", "PERSON"),
        ("Quay Street", "PLACE"),
    ]
