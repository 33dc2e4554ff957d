"""Texts that an export only names: found beside it by their name, never anywhere else."""

import pytest

from scripts.annotation.text import Unusable
from scripts.formats.shared.addresses import file_at, is_address, text_at


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/a/b.txt?x=1",
        "s3://bucket/a b.txt".replace(" ", "%20"),
        "gs://bucket/a",
        "/data/upload/1/a.txt",
        "/data/local-files/?d=texts/a.txt",
        "a.txt",
        " https://example.org ",
    ],
)
def test_address_as_a_whole_is_one(text):
    assert is_address(text)


@pytest.mark.parametrize(
    "text", ["", "Ada", "see https://example.org", "data", "https://a b", "x" * 9999]
)
def test_text_with_or_without_an_address_in_it_is_none(text):
    assert not is_address(text)


@pytest.mark.parametrize(
    "address",
    [
        "a.txt",
        "https://example.org/x/a.txt?Signature=b.txt#c",
        "s3://bucket/a.txt",
        "/data/upload/1/0a1b2c3d-a.txt",
        "/data/local-files/?d=some/where/a.txt",
        "file:///home/ada/a.txt",
        "../../a.txt",
    ],
)
def test_file_is_found_beside_by_its_name(tmp_path, address):
    (tmp_path / "a.txt").write_text("Ada")
    assert file_at(tmp_path, address) == tmp_path / "a.txt"


def test_file_below_is_found_the_way_the_address_has_it(tmp_path):
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts/a b.txt").write_text("Ada")
    assert file_at(tmp_path, "s3://bucket/x/texts/a%20b.txt") == tmp_path / "texts/a b.txt"


@pytest.mark.parametrize(
    "address",
    ["../b.txt", "..%2Fb.txt", "..\\b.txt", "/", "", "a\0.txt", "https://", "x" * 9999, "link.txt"],
)
def test_nothing_outside_of_the_folder_is_found(tmp_path, address):
    (tmp_path / "b.txt").write_text("secret")
    (tmp_path / "in").mkdir()
    (tmp_path / "in/link.txt").symlink_to(tmp_path / "b.txt")
    assert file_at(tmp_path / "in", address) is None


def test_text_is_read_as_it_is(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfAda\r\n")
    assert text_at(tmp_path, "https://example.org/nowhere", "a.txt") == "Ada\r\n"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "a.txt: the record has no text"),
        (b"%PDF-1.7", "a.txt: it is a PDF file, not text"),
        (b"Ad\xe4", "a.txt: the text contains bytes that are not UTF-8"),
    ],
)
def test_file_without_a_usable_text_is_unusable(tmp_path, data, reason):
    (tmp_path / "a.txt").write_bytes(data)
    with pytest.raises(Unusable) as caught:
        text_at(tmp_path, "a.txt")
    assert caught.value.reason == reason


def test_message_about_a_missing_text_holds_no_keys(tmp_path):
    with pytest.raises(Unusable) as caught:
        text_at(tmp_path, "https://example.org/a.txt?Signature=secret")
    assert "https://example.org/a.txt'" in caught.value.reason
    assert "secret" not in caught.value.reason
