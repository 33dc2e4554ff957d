"""Every sample is found by its contents and read as its expected.json says."""

import json
import shutil

import pytest

from scripts.formats.detection import AUTO
from scripts.formats.file_roles import find_roles
from scripts.formats.readers import FORMATS, tried_before
from scripts.formats.shared.head import Head
from tests.formats.cases import CASES, SAMPLES, files_of, options_of, read_files, told

BOM = b"\xef\xbb\xbf"


def test_every_format_has_a_case_and_every_case_a_format():
    assert CASES
    with_texts = {name for name, format in FORMATS.items() if not format.names}
    assert {case.split("/")[0] for case in CASES} == with_texts


@pytest.mark.parametrize("case", CASES)
def test_sample_is_found_and_read_as_expected(tmp_path, case):
    own, paths, options = case.split("/")[0], files_of(case), options_of(case)
    expected = json.loads((SAMPLES / case / "expected.json").read_text(encoding="utf8"))

    named = options.get("format", AUTO)
    assert named == (own if FORMATS[own].by_name_only else AUTO), "it is named only where it must be"
    for path in paths:
        others = unstated(path, own)
        why = f"{path.name} fits {others} too: make their sniff stricter, or that of {own}, or name"
        assert not others, f"{why} them in `before` or `after` of {own}"
    found = {format.name for format in find_roles(paths, named).annotations.values()}
    assert found == {own}, "its format is found"

    records = read_files(paths, options)
    assert [told(record, SAMPLES / case) for record in records] == expected, "it is read as expected"
    places = [(record.file, record.place) for record in records]
    assert len(set(places)) == len(places), "every record has its own place"
    assert {file for file, _ in places} <= {path.as_posix() for path in paths}, "its file is named"

    copies = [marked(path, tmp_path / path.relative_to(SAMPLES / case)) for path in paths]
    again = [told(record, tmp_path) for record in read_files(copies, options)]
    assert again == expected, "a byte order mark, and carriage returns in JSON, change nothing"


def unstated(path, own):
    """Return the formats that a file could be in, and that aren't stated to be tried after its own."""
    head, earlier = Head.of(path), tried_before(FORMATS)
    fitting = {
        name for name, format in FORMATS.items() if not format.by_name_only and format.sniff(head)
    }
    return {name for name in fitting - {own} if own not in earlier[name]} if own in fitting else set()


def marked(path, copy):
    """Copy a file of text with a byte order mark, and with CR LF where it is JSON."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, copy)
    data = path.read_bytes()
    if b"\0" in data or data.startswith(BOM) or not is_utf8(data):
        return copy
    if data[:1] in (b"{", b"[") and b"\r" not in data:
        data = data.replace(b"\n", b"\r\n")
    copy.write_bytes(BOM + data)
    return copy


def is_utf8(data):
    """Say whether some bytes are UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
