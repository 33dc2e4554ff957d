"""Files as readers want them: the encoding that XML declares, and encodings that can't be."""

import pytest

from scripts.annotation.text import FileFault
from scripts.formats.shared.unpacked import prepare

XML = '<?xml version="1.0" encoding="{}"?>\n<a>Größe</a>\n'


def prepared(folder, data, encoding="auto"):
    """Return what a reader finds of a file with this content."""
    path = folder / "a.xml"
    path.write_bytes(data)
    ((found, name),) = prepare(path, folder / "unpacked", encoding)
    assert name == path.as_posix()
    return found.read_bytes()


@pytest.mark.parametrize("declared", ["ISO-8859-1", "cp1252", "latin1"])
def test_xml_is_read_in_the_encoding_that_it_declares(tmp_path, declared):
    text = XML.format(declared)
    assert prepared(tmp_path, text.encode(declared)) == text.encode()


@pytest.mark.parametrize("declared", ["ISO-8859-1", "UTF-8", "ISO-8899-1", "hex", "us-ascii"])
def test_xml_that_is_in_utf8_whatever_it_declares_is_left_as_it_is(tmp_path, declared):
    data = XML.format(declared).encode()
    assert prepared(tmp_path, data) == data


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ['{"text": "Größe"}\n', "Ada\tB-PER\r\nleft\tO\r\n", "a" * 20_001])
def test_utf16_without_a_mark_is_known_by_its_zeros(tmp_path, codec, text):
    assert prepared(tmp_path, text.encode(codec)) == text.encode()


@pytest.mark.parametrize(
    "data", [b"Ada left.\n", bytes(range(256)), b"\0" * 100, b"\1\0\2\0" * 50, b"A\0B\0\0\0"]
)
def test_other_bytes_are_not_taken_for_utf16(tmp_path, data):
    assert prepared(tmp_path, data) == data


@pytest.mark.parametrize("encoding", ["klingon", "hex", "undefined"])
def test_encoding_that_python_does_not_have_for_texts_is_refused(tmp_path, encoding):
    with pytest.raises(FileFault, match=f"Python has no encoding '{encoding}'"):
        prepared(tmp_path, b"Ada", encoding)
