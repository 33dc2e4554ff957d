"""Rasa's training data: its kinds of markup, examples that are broken, files that hold none."""

import pytest

from scripts.annotation.text import FileFault, OtherTask
from scripts.formats.base import DEFAULTS
from scripts.formats.detection import detect
from scripts.formats.readers import FORMATS
from tests.formats.reading import mentions, read, written


def only(folder, example):
    """Return what is read of one example in YAML."""
    (record,) = read(folder, "rasa_nlu", f"nlu:\n- intent: x\n  examples: |\n    - {example}\n")
    return record


@pytest.mark.parametrize(
    ("example", "found"),
    [
        ("[Ada](name) left", [("Ada", "name")]),
        ("[Ada](name:ADA) left", [("Ada", "name")]),
        ('[Ada]{"entity": "name", "value": "A"} left', [("Ada", "name")]),
        ('[Ada][{"entity": "a"}, {"entity": "b"}] left', [("Ada", "a"), ("Ada", "b")]),
        ("[Ada] (name) left", []),
    ],
)
def test_markup_is_taken_out_of_the_text(tmp_path, example, found):
    record = only(tmp_path, example)
    assert mentions(record) == found
    assert record.text.startswith("Ada left" if found else "[Ada] (name)")


@pytest.mark.parametrize(
    ("example", "reason"),
    [
        ("[Ada]{entity: name}", "what follows 'Ada' is not valid JSON"),
        ("[Ada]{}", "span '[Ada]{}' has no label"),
        ("[ ](name)", "the example has no text"),
    ],
)
def test_broken_example_is_a_fault(tmp_path, example, reason):
    assert only(tmp_path, example).reason == reason


@pytest.mark.parametrize("key", ["stories", "rules", "intents"])
def test_another_file_of_rasas_is_named(tmp_path, key):
    path = written(tmp_path, f'version: "3.1"\n{key}:\n- a: b\n')
    assert detect(path).name == "rasa_nlu"
    with pytest.raises(OtherTask, match="without examples"):
        list(FORMATS["rasa_nlu"].read(path, DEFAULTS))


@pytest.mark.parametrize("data", ["nlu:\n- intent: x\n  examples: |\n - y: [\n", "nlu:\n- intent: *x\n"])
def test_broken_yaml_is_refused(tmp_path, data):
    path = written(tmp_path, data)
    with pytest.raises(FileFault, match="not valid YAML"):
        list(FORMATS["rasa_nlu"].read(path, DEFAULTS))


def test_aliases_that_would_grow_without_end_do_no_harm(tmp_path):
    rows = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    data = "\n".join(rows) + "\nnlu:\n- intent: x\n  examples: *a59\n"
    assert len(read(tmp_path, "rasa_nlu", data)) == 2
