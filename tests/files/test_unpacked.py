"""Files as readers want them: the encoding that XML declares, and encodings that can't be."""

import pytest

from scripts.corpus.text import FileFault
from scripts.files.unpacked import prepare

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


@pytest.mark.parametrize("encoding", ["klingon", "hex", "undefined"])
def test_encoding_that_python_does_not_have_for_texts_is_refused(tmp_path, encoding):
    with pytest.raises(FileFault, match=f"there is no encoding '{encoding}'"):
        prepared(tmp_path, b"Ada", encoding)
