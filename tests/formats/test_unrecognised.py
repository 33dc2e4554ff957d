"""A file that no reader knows: what is seen in it, and the formats that come nearest."""

import json

import pytest

from scripts.annotation.text import FileFault
from scripts.formats.detection import detect
from scripts.formats.readers import FORMATS
from scripts.formats.shared.head import Head
from scripts.formats.unrecognised import NEAREST, definition, nearest, seen
from tests.formats.reading import written

SEEN = {
    "JSON lines with the keys `id`, `body`": '{"id": 1, "body": "Ada"}\n{"id": 2}\n',
    "a JSON object with the keys `documents`": '{"documents": [{"txt": "Ada"}]}',
    "a JSON list of objects with the keys `body`, `marks`": '[{"body": "Ada", "marks": 3}]',
    "a JSON list of values of type str": '["Ada"]',
    "a JSON value of type int": "3",
    "a JSON list of objects without keys": "[{}, {}, {}, {}]",
    "one line of text, the first of which is '{a: 3, b: 4}'": "{a: 3, b: 4}",
    "Python, or JSON that is broken, with the keys `a`": '{"a": oops}',
    "Python, or JSON that is broken": "X = [('Ada', 3)]",
    "XML with the root `TEI`": '<?xml version="1.0"?>\n<TEI>\n<p>Ada</p>\n</TEI>',
    "a table with the columns `id`, `city`": "id,city\n1,Oban\n2,Iona\n",
    "Python, or JSON that is broken, with the keys `tags`": "TRAIN = [('Ada', {'tags': 3})]\n",
    "2 lines of text, the first of which is 'Just a note.'": "Just a note.\n\nAnother one.\n",
    "one line of text, the first of which is '-DOCSTART- O'": "-DOCSTART- O\n",
    "one line of text, the first of which is ''": "\u00a0\n\u2003",
    r"a JSON object with the keys `\u202ea`": '{\n"\u202ea": 1}',
}


@pytest.mark.parametrize("what", SEEN)
def test_message_says_what_was_seen_and_names_three_formats(tmp_path, what):
    with pytest.raises(FileFault) as caught:
        detect(written(tmp_path, SEEN[what]))
    assert caught.value.reason == f"its format is not recognised: it contains {what}"
    assert sum(f"{name} ({format.title})" in caught.value.hint for name, format in FORMATS.items()) == 3
    assert "docs/formats.md" in caught.value.hint


def test_field_that_looks_like_spans_is_named_with_how_to_read_it(tmp_path):
    record = {"id": "7", "title": "Ada left.", "scenes": [{"start": 0, "end": 3, "type": "action"}]}
    with pytest.raises(FileFault, match="its format is not recognised") as caught:
        detect(written(tmp_path, json.dumps([record])))
    assert (
        "fields in configs/convert.cfg to text=title,spans=scenes,start=start,end=end,label=type "
        in caught.value.hint
    )


def test_many_names_are_not_all_shown(tmp_path):
    head = Head.of(written(tmp_path, json.dumps({f"key {n}": n for n in range(5000)})))
    assert seen(head).endswith(" and 4992 more") or len(seen(head)) < 500


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ('{"tagClasses": [], "_task_hash": 3, "_input_hash": 4, "_view_id": "x"}', "prodigy"),
        ('{"extractedEntities": [], "assets": {"documents": [{"location": "a"}]}}', "azure_ner"),
        ("TRAIN = [('Ada', {'tags': 5})]\n", "pairs"),
        ("[Ada](PERSON) left.\n", "inline_brackets"),
        ("<PER>Ada left.\nThen Bo</PER> came.\n", "inline_xml"),
        ("<corpus><passage><infon>x</infon></passage></corpus>", "bioc_xml"),
        ("<corpus><TextWithNodes>x</TextWithNodes></corpus>", "gate"),
    ],
)
def test_format_whose_definition_has_the_names_is_among_the_nearest(tmp_path, data, name):
    found = nearest(Head.of(written(tmp_path, data)), FORMATS.values())
    assert len(found) == NEAREST
    assert name in {format.name for format in found}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_a_definition(name):
    assert len(definition(FORMATS[name])) > 100 or FORMATS[name].grammar.count('"') > 4


def test_keys_of_a_tool_of_the_table_are_its_definition():
    assert '"denotations"' in definition(FORMATS["pubannotation"])
    assert '"full_text"' in definition(FORMATS["presidio"])
