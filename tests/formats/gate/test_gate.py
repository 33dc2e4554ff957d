"""GATE XML: spans between nodes, annotation sets as layers, what is not an entity, what is broken."""

import pytest

from scripts.annotation.text import Fault, FileFault
from scripts.formats.base import DEFAULTS, Options
from scripts.formats.detection import detect
from scripts.formats.gate.gate import LEFT_OUT, MARKUPS_LEFT_OUT
from scripts.formats.readers import FORMATS
from scripts.formats.shared.head import Head
from tests.formats.reading import mentions, triples, written

TEXT = '<Node id="0"/>Ada<Node id="3"/> met <Node id="8"/>Bo<Node id="10"/>.'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<GateDocument version="3">\n'


def mark(kind="Person", start=0, end=3):
    """Return an annotation."""
    return f'<Annotation Id="1" Type="{kind}" StartNode="{start}" EndNode="{end}">\n</Annotation>\n'


def document(marks="", text=TEXT, name=' Name="Key"', features=""):
    """Return a document with one annotation set."""
    return (
        f"{HEAD}<GateDocumentFeatures>{features}</GateDocumentFeatures>\n"
        f"<TextWithNodes>{text}</TextWithNodes>\n"
        f"<AnnotationSet{name}>\n{marks}</AnnotationSet>\n</GateDocument>"
    )


def only(folder, data, options=DEFAULTS):
    """Return what is read of a document."""
    (record,) = FORMATS["gate"].read(written(folder, data), options)
    return record


def test_span_stands_where_its_nodes_stand_whatever_they_are_called(tmp_path):
    text = '🙂 <Node id="3"/>Ada<Node id="6"/> &amp; <Node id="x"/>Bo<Node id="99"/>'
    record = only(tmp_path, document(mark(start=3, end=6) + mark(start="x", end=99), text))
    assert record.text == "🙂 Ada & Bo"
    assert mentions(record) == [("Ada", "Person"), ("Bo", "Person")]
    assert FORMATS["gate"].unit is None


def test_document_says_neither_that_somebody_looked_nor_that_nobody_did(tmp_path):
    assert only(tmp_path, document()).annotated is None


@pytest.mark.parametrize(
    ("name", "layer"), [('  Name="Key"', "Key"), ("", "default"), (' Name=""', "default")]
)
def test_annotation_set_is_a_layer(tmp_path, name, layer):
    (span,) = only(tmp_path, document(mark(), name=name)).spans
    assert span.layer == layer


def test_annotations_that_no_entity_has_are_left_out_and_noted(tmp_path):
    record = only(tmp_path, document(mark("Token") + mark("Sentence", 0, 10) + mark(start=8, end=10)))
    assert (triples(record), record.notes) == ([(8, 10, "Person")], (LEFT_OUT,))


def test_tags_of_the_file_that_gate_read_are_no_entities_unless_they_are_chosen(tmp_path):
    data = document(mark("b"), name=' Name="Original markups"')
    record = only(tmp_path, data)
    assert (record.spans, record.notes) == ((), (MARKUPS_LEFT_OUT,))
    record = only(tmp_path, data, Options(layer="Original markups"))
    assert (triples(record), record.notes) == ([(0, 3, "b")], ())


@pytest.mark.parametrize(
    ("marks", "tokens"),
    [
        ("", None),
        (mark("Token", 8, 10) + mark("Token") + mark("Token"), ((0, 3), (8, 10))),
        (mark("Token", 0, 8) + mark("Token"), None),
        (mark("Token", 3, 3) + mark("Token"), None),
    ],
)
def test_tokens_of_gate_are_kept_if_they_do_not_overlap(tmp_path, marks, tokens):
    assert only(tmp_path, document(marks)).tokens == tokens


def test_short_features_of_the_document_are_kept(tmp_path):
    pairs = {"topic": "a &lt; b", "gate.SourceURL": "x", "MimeType": "x", "long": "x" * 300}
    features = "".join(
        f'<Feature><Name className="java.lang.String">{name}</Name>\n<Value>{value}</Value></Feature>'
        for name, value in pairs.items()
    )
    assert only(tmp_path, document(features=features)).meta == {"topic": "a < b"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (document(text=" \n"), "the document has no text"),
        (document(mark("")), "span 0-3 has no label"),
        (document(mark(end=7)), "an annotation 'Person' refers to the node '7', which does not exist"),
        (document(mark())[:-9], "it is not valid XML (unclosed token: line 9, column 0)"),
        (
            document(text="a < b"),
            "it is not valid XML (not well-formed (invalid token): line 4, column 18)",
        ),
        (
            document(text="caf\xe9").encode("latin-1"),
            "it is not valid XML (not well-formed (invalid token): line 4, column 18)",
        ),
        (
            document().replace("<GateDocument", '<!DOCTYPE a [<!ENTITY b "c">]>\n<GateDocument', 1),
            "it declares XML entities or refers to external ones (EntitiesForbidden)",
        ),
        (document().replace("UTF-8", "no-such"), None),
    ],
)
def test_document_that_can_not_be_used_is_a_fault(tmp_path, data, reason):
    record = only(tmp_path, data)
    if reason is None:  # what it says of its encoding doesn't matter as long as it is UTF-8
        assert record.text == "Ada met Bo."
        return
    assert isinstance(record, Fault)
    assert (record.place, record.reason) == ("document", reason)
    assert record.hint


def test_file_that_is_none_of_gate_is_refused(tmp_path):
    with pytest.raises(FileFault, match="it is not GATE XML"):
        only(tmp_path, "<html></html>")


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "windows-1252"])
def test_document_is_read_in_the_encoding_that_it_names(tmp_path, encoding):
    data = document(mark(), text=TEXT.replace("met", "mét")).replace("UTF-8", encoding)
    record = only(tmp_path, data.encode(encoding))
    assert record.text == "Ada mét Bo."


@pytest.mark.parametrize("encoding", ["macroman", "utf-16"])
def test_document_that_was_put_into_utf_8_is_read_so_though_it_names_another(tmp_path, encoding):
    record = only(tmp_path, document(text="mét").replace("UTF-8", encoding))
    assert record.text == "mét"


@pytest.mark.parametrize(
    ("written_as", "text"),
    [
        ("a\x0bb", "a b"),
        ("a&#1;b", "a b"),
        ("a&#xFFFF;b", "a b"),
        ("&#55357;&#56832;\x01", "😀 "),
        ("&#xD83D;&#xDE00;&#233;", "😀é"),
        ("&#55357;b", " b"),
        ("a\x01<![CDATA[&#1;]]>", "a &#1;"),
        ("a&#9999999;b", "a b"),
    ],
)
def test_characters_that_xml_forbids_are_mended_and_noted(tmp_path, written_as, text):
    record = only(tmp_path, document(text=f"Ada {written_as}"))
    assert record.text == f"Ada {text}"
    assert record.notes == ("characters that XML doesn't allow: read as spaces",)


@pytest.mark.parametrize(
    ("data", "ours"),
    [
        (document(), True),
        ("<GateDocument>", True),
        ("<!-- a --><GateDocument>", True),
        ("<collection><document/></collection>", False),
        ("<xmi:XMI/>", False),
        ("text about <GateDocument>", False),
        ("", False),
    ],
)
def test_format_is_found_by_its_root(tmp_path, data, ours):
    path = written(tmp_path, data)
    assert FORMATS["gate"].sniff(Head.of(path)) is ours
    if ours:
        assert detect(path).name == "gate"
