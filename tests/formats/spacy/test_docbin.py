"""spaCy's DocBin: what it holds is read, and a damaged one is refused."""

import zlib
from contextlib import suppress

import numpy
import pytest
import spacy
import srsly
from hypothesis import given
from hypothesis import strategies as st
from spacy.attrs import ENT_IOB, ENT_TYPE
from spacy.tokens import Doc, DocBin, Span

from scripts.annotation.text import Fault, FileFault
from tests.formats.reading import mentions, read

VOCAB = spacy.blank("en").vocab
NO_LABEL = numpy.array([[3, 0], [2, 0]], dtype="uint64")
I_WITHOUT_B = numpy.array([[1, 0], [2, 0]], dtype="uint64")


def made(words, ents=None, spaces=None):
    """Return a Doc of these words, with entities as BILUO or IOB tags."""
    return Doc(VOCAB, words=words, spaces=spaces, ents=ents)


def packed(*docs, **options):
    """Return the bytes of a DocBin file."""
    return DocBin(docs=docs, **options).to_bytes()


def test_documents_are_read_with_their_entities_and_numbers(tmp_path):
    docs = [
        made(["Ada", "Okafor", "left"], ["B-PERSON", "I-PERSON", "O"]),
        made(["李雷", "。"], ["B-PERSON", "O"], [False, False]),
    ]
    first, second = read(tmp_path, "docbin", packed(*docs))
    assert first.text == "Ada Okafor left "
    assert mentions(first) == [("Ada Okafor", "PERSON")]
    assert (second.text, mentions(second)) == ("李雷。", [("李雷", "PERSON")])
    assert [first.place, second.place] == ["document 1", "document 2"]
    assert first.exhaustive
    assert first.missing == ()


def test_tokens_that_are_not_annotated_stay_unknown(tmp_path):
    doc = made(["Ada", "met", "Bo"], ["B-PERSON", "O", ""])
    doc.set_ents([doc[0:1]], missing=[doc[2:3]], default="outside")
    (record,) = read(tmp_path, "docbin", packed(doc))
    assert record.exhaustive
    assert record.missing == ((8, 10),)


def test_document_without_any_annotation_is_not_exhaustive(tmp_path):
    (record,) = read(tmp_path, "docbin", packed(made(["Ada", "left"])))
    assert (record.exhaustive, record.spans, record.missing) == (False, (), ())


def test_document_known_to_hold_no_entity_is_exhaustive(tmp_path):
    (record,) = read(tmp_path, "docbin", packed(made(["Ada", "left"], ["O", "O"])))
    assert (record.exhaustive, record.spans) == (True, ())


def test_file_with_few_attributes_is_enough(tmp_path):
    doc = made(["Ada", "left"], ["B-PERSON", "O"])
    (record,) = read(tmp_path, "docbin", packed(doc, attrs=["ENT_IOB", "ENT_TYPE"]))
    assert mentions(record) == [("Ada", "PERSON")]


def test_document_without_visible_text_is_a_fault_and_the_rest_is_read(tmp_path):
    docs = [made([]), made([" \n"]), made(["Ada"], ["B-PERSON"])]
    *faults, good = read(tmp_path, "docbin", packed(*docs))
    assert [(fault.place, fault.reason) for fault in faults] == [
        ("document 1", "the record has no text"),
        ("document 2", "the record has no text"),
    ]
    assert mentions(good) == [("Ada", "PERSON")]


def test_blocked_token_is_no_entity(tmp_path):
    doc = made(["Ada", "left"]).from_array([ENT_IOB, ENT_TYPE], NO_LABEL)
    (record,) = read(tmp_path, "docbin", packed(doc))
    assert record.spans == ()


def test_entity_whose_label_is_blank_is_a_fault(tmp_path):
    doc = made(["Ada", "left"])
    doc.set_ents([doc.char_span(0, 3, label=" ")])
    (fault,) = read(tmp_path, "docbin", packed(doc))
    assert isinstance(fault, Fault)
    assert fault.reason == "an entity has no label"


def test_text_with_a_nul_character_is_a_fault(tmp_path):
    (fault,) = read(tmp_path, "docbin", packed(made(["a\0b"], ["O"])))
    assert fault.reason == "the text contains a NUL character"


def damaged(**changes):
    """Return the bytes of a DocBin some of whose fields are wrong though its checksum is right."""
    fields = srsly.msgpack_loads(zlib.decompress(packed(made(["Ada", "left"], ["B-PERSON", "O"]))))
    return zlib.compress(srsly.msgpack_dumps({**fields, **changes}))


@pytest.mark.parametrize(
    "data",
    [
        zlib.compress(b"version"),
        zlib.compress(srsly.msgpack_dumps({"version": "0.1"})),
        damaged(tokens=b"\x01\x02\x03"),
        damaged(strings=[]),
        packed(made(["Ada", "left"]).from_array([ENT_IOB, ENT_TYPE], I_WITHOUT_B)),
    ],
    ids=["no map", "few fields", "tokens", "strings", "I without B"],
)
def test_damaged_file_is_refused_whole(tmp_path, data):
    with pytest.raises(FileFault) as caught:
        read(tmp_path, "docbin", data)
    assert caught.value.reason.startswith("not a readable .spacy file (")
    assert "\n" not in caught.value.reason
    assert caught.value.hint == "write it again"


def grouped(words, ents, **groups):
    """Return a Doc with span groups, each a list of (first token, end, label)."""
    doc = made(words, ents)
    for name, spans in groups.items():
        doc.spans[name] = [Span(doc, *span) for span in spans]
    return doc


def layers(record):
    """Return the spans of a record as (layer, mention)."""
    return [(span.layer, record.text[span.start : span.end]) for span in record.spans]


def test_group_that_says_more_than_the_entities_makes_layers_of_every_document(tmp_path):
    ents = ["B-PERSON", "O"]
    docs = [
        grouped(["Ada", "left"], ents, sc=[(0, 1, "PERSON")]),
        grouped(["Bo", "left"], ents, sc=[(0, 2, "EVENT")]),
        grouped(["Cy", "left"], ents),
    ]
    assert [layers(record) for record in read(tmp_path, "docbin", packed(*docs))] == [
        [("ents", "Ada"), ("sc", "Ada")],
        [("ents", "Bo"), ("sc", "Bo left")],
        [("ents", "Cy")],
    ]


def test_group_that_repeats_the_entities_is_no_layer(tmp_path):
    doc = grouped(["Ada", "left"], ["B-PERSON", "O"], sc=[(0, 1, "PERSON")], empty=[])
    (record,) = read(tmp_path, "docbin", packed(doc))
    assert layers(record) == [("", "Ada")]


def test_incorrect_spans_are_wrong_and_no_layer(tmp_path):
    doc = grouped(["Ada", "left"], ["B-PERSON", "O"], incorrect_spans=[(1, 2, "PERSON")])
    (record,) = read(tmp_path, "docbin", packed(doc))
    assert layers(record) == [("", "Ada")]
    assert [(span.start, span.end, span.label) for span in record.wrong] == [(4, 8, "PERSON")]


def test_tokens_of_the_document_are_kept(tmp_path):
    (record,) = read(tmp_path, "docbin", packed(made(["Ada", "left", "."], spaces=[True, False, False])))
    assert record.tokens == ((0, 3), (4, 8), (8, 9))


def test_document_with_a_span_group_only_is_annotated(tmp_path):
    doc = grouped(["Ada", "left"], None, sc=[(0, 1, "PERSON")])
    (record,) = read(tmp_path, "docbin", packed(doc))
    assert (layers(record), record.exhaustive) == ([("sc", "Ada")], True)


@pytest.mark.slow
@given(st.data())
def test_damage_with_a_right_checksum_is_never_a_crash(tmp_path_factory, data):
    content = bytearray(zlib.decompress(WHOLE))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(FileFault):
        read(tmp_path_factory.mktemp("docs"), "docbin", zlib.compress(bytes(content)))


WHOLE = packed(
    grouped(["Ada", "left"], ["B-PERSON", "O"], sc=[(0, 2, "X")], incorrect_spans=[(1, 2, "X")])
)
