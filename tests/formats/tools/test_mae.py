"""MAE and MedTator: spans in parts, tags of whole documents, relations, and files that look alike."""

import pytest

from scripts.annotation.text import Fault
from scripts.formats.detection import detect
from scripts.formats.readers import FORMATS
from scripts.formats.shared.head import Head
from scripts.formats.tools import mae
from tests.formats.reading import mentions, read, written


def document(*tags, text="Ada met Bo"):
    """Return a document with these tags."""
    listed = "\n".join(tags)
    return f"<Task>\n<TEXT><![CDATA[{text}]]></TEXT>\n<TAGS>\n{listed}\n</TAGS>\n</Task>"


def test_spans_of_either_version_are_read_and_relations_passed_over(tmp_path):
    tags = (
        '<PER id="P0" spans="0~3" text="Ada"/>',
        '<PER id="P1" start="8" end="10" text="Bo"/>',
        '<MET id="M0" fromID="P0" toID="P1"/>',
    )
    path = written(tmp_path, document(*tags))
    assert detect(path).name == "mae"
    (record,) = read(tmp_path, "mae", document(*tags))
    assert (mentions(record), record.notes) == ([("Ada", "PER"), ("Bo", "PER")], ())


def test_parts_with_only_white_space_between_them_are_one(tmp_path):
    (record,) = read(tmp_path, "mae", document('<X spans="0~3,4~7"/>', '<Y spans="0~3,8~10"/>'))
    assert [(span.start, span.end, span.parts) for span in record.spans] == [
        (0, 7, ()),
        (0, 10, ((0, 3), (8, 10))),
    ]


def test_tag_of_the_whole_document_is_left_out_and_counted(tmp_path):
    (record,) = read(tmp_path, "mae", document('<GOOD id="G0" spans="-1~-1" text=""/>'))
    assert (record.spans, record.notes, record.annotated) == ((), (mae.OF_THE_DOCUMENT,), True)


def test_document_without_tags_does_not_say_whether_anybody_looked(tmp_path):
    (record,) = read(tmp_path, "mae", document())
    assert record.annotated is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (document('<PER spans="0-3"/>'), "a tag PER has the spans '0-3'"),
        (document('<PER spans="a~3"/>'), "offset 'a' is not a whole number"),
        (document(text=" "), "the document has no text"),
        (document()[:-9], "it is not valid XML"),
    ],
)
def test_document_that_can_not_be_used_is_a_fault(tmp_path, data, reason):
    (fault,) = read(tmp_path, "mae", data)
    assert isinstance(fault, Fault)
    assert fault.reason.startswith(reason)


@pytest.mark.parametrize(
    "data",
    ["<a><b><TEXT>Ada</TEXT></b></a>", "<a>TEXT <TEXT>", '{"a": "<a><TEXT>"}', "<TEXT>Ada</TEXT>"],
)
def test_other_xml_is_not_taken_for_it(tmp_path, data):
    assert not FORMATS["mae"].sniff(Head.of(written(tmp_path, data)))


def test_tag_whose_place_can_not_be_read_leaves_the_others(tmp_path):
    tags = ('<PER spans="8-10"/>', '<PER spans="0~3"/>', '<GOOD spans="-1~-1"/>')
    (record,) = read(tmp_path, "mae", document(*tags))
    assert mentions(record) == [("Ada", "PER")]
    assert [span.reason for span in record.unread] == ["a tag PER has the spans '8-10', not START~END"]
    assert record.notes == (mae.OF_THE_DOCUMENT,)
