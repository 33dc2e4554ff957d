"""Files that are no annotations: each is called what it is."""

import pickle
import sqlite3
import zipfile

import pytest

from scripts.annotation.text import FileFault, OtherTask
from scripts.formats.base import DEFAULTS
from scripts.formats.detection import detect
from scripts.formats.shared.unpacked import prepare
from tests.formats.reading import written

NAMED = {
    "an image (PNG)": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "an image (JPEG)": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "a PDF document": b"%PDF-1.7\n%\xe2\xe3",
    "an Office document from before 2007": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 8,
    "a Git LFS pointer, not the file itself": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    ),
    "a video": b"\0\0\0\x20ftypisom\0\0\0",
    "a 7z archive": b"7z\xbc\xaf'\x1c\0\x04",
    "a tar archive": b"a.jsonl" + b"\0" * 250 + b"ustar\x0000",
    "a pickle file, which can run any code when it is opened": pickle.dumps([("Ada", {"entities": []})]),
    "a binary file": bytes(range(64)),
    "a web page, perhaps an error page of the tool": b"\n<!DOCTYPE html><html><body>Log in",
    "a spaCy config": b'[nlp]\nlang = "en"\n\n[training.optimizer]\n@optimizers = "Adam.v1"\n',
    "an empty JSON file": b"[]\n",
    "an image annotation file (COCO)": b'{"images": [{"id": 1}], "annotations": [{"bbox": [0, 0]}]}',
    "an image annotation file (LabelMe)": b'{"version": "5", "shapes": [], "imagePath": "a.png"}',
    "a header without rows": b"text,entities\n",
    "a table of texts, each with a class": b"text,label\nAda slept.,dull\nAda left.,news\n",
}


@pytest.mark.parametrize("what", NAMED)
def test_file_is_called_what_it_is(tmp_path, what):
    with pytest.raises(OtherTask) as caught:
        detect(written(tmp_path, NAMED[what]))
    assert caught.value.reason == f"this is {what}"
    assert caught.value.hint


def test_text_without_annotations_is_called_so(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"Ada left, and Bo came.\nThen both slept.\n")
    with pytest.raises(OtherTask, match="this is a text without annotations"):
        detect(path)


def test_spreadsheet_is_to_be_saved_as_a_table(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(OtherTask, match="this is an Office document") as caught:
        detect(path)
    assert "CSV" in caught.value.hint


def test_database_is_not_opened(tmp_path):
    with sqlite3.connect(tmp_path / "prodigy.db") as database:
        database.execute("CREATE TABLE example (content)")
    database.close()
    with pytest.raises(OtherTask, match="this is an SQLite database"):
        detect(tmp_path / "prodigy.db")


def test_archive_in_an_archive_is_called_one(tmp_path):
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("data.jsonl", '{"text": "Ada"}')
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.write(inner, "export/inner.zip")
    ((unpacked, name),) = prepare(tmp_path / "outer.zip", tmp_path / "unpacked")
    assert name.endswith("outer.zip/export/inner.zip")
    with pytest.raises(OtherTask, match="this is a zip archive inside another archive") as caught:
        detect(unpacked)
    assert caught.value.hint == "unpack the outer archive, and put its files in the folder"


def test_bytes_that_may_be_text_name_the_var_for_their_encoding(tmp_path):
    with pytest.raises(OtherTask, match="a binary file") as caught:
        detect(written(tmp_path, "李雷来了\n".encode("utf-16-le")))
    assert "encoding in configs/convert.cfg" in caught.value.hint


@pytest.mark.parametrize("suffix", [".txt", ".srt", ".log"])
@pytest.mark.parametrize(
    "text",
    ["1\n00:00:01,000 --> 00:00:02,000\nAda left.\n", "[10:02] <Ada> Bo left.\n[10:03] <Bo> Hm.\n"],
)
def test_text_that_begins_like_json_is_called_a_text(tmp_path, suffix, text):
    path = tmp_path / f"a{suffix}"
    path.write_text(text, encoding="utf8")
    with pytest.raises(OtherTask, match="this is a text without annotations"):
        detect(path)


@pytest.mark.parametrize("line", ["[Ada](P) left.", "[PER Ada] left.", "[b]Ada[/b] left.", "[('Ada', x"])
def test_text_with_marks_in_brackets_or_python_is_not_called_one_without_annotations(tmp_path, line):
    path = tmp_path / "a.txt"
    path.write_text(f"{line}\n", encoding="utf8")
    try:
        detect(path)
    except FileFault as fault:
        assert fault.reason.startswith("its format is not recognised")


@pytest.mark.parametrize(
    "data",
    [
        "text,start,end,label\nAda left.,0,3,PER\nBo left.,0,2,PER\n",
        "Text\tEntity\tLabel\nAda left.\tAda\tPER\nBo left.\tBo\tPER\n",
        '{"sentence": "Ada left.", "start": 0, "end": 3, "label": "PER"}\n' * 2,
        '{"text": "Ada left.", "start": 0, "end": 3, "label": "PER"}\n' * 2,
        '{"text": "Ada left.", "begin": 0, "end": 3, "type": "PER"}\n' * 2,
        '[{"text": "Ada left.", "mention": "Ada", "label": "PER"}]',
    ],
)
def test_one_mention_a_row_is_called_so_and_says_how_to_gather_them(tmp_path, data):
    path = written(tmp_path, data)
    with pytest.raises(FileFault) as caught:
        list(detect(path).read(path, DEFAULTS))
    assert type(caught.value) is FileFault  # no other task: it has entities, which must not go unread
    assert caught.value.reason == "it has one entity per row, which is not supported"
    assert '"spans": [{"start"' in caught.value.hint
