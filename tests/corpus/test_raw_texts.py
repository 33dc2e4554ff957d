"""Raw texts are read line by line, and those that the corpus has are left out."""

from pathlib import Path

import pytest

from scripts.corpus.raw_texts import RawTextError, texts_in, unseen_texts
from tests.corpora import make_corpus


def write(folder: Path, **files: str) -> Path:
    """Write files to a folder, each named `<stem>_<suffix>`, and return the folder."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        stem, _, suffix = name.rpartition("_")
        (folder / f"{stem}.{suffix}").write_text(text, encoding="utf8")
    return folder


def test_lines_of_txt_and_jsonl_files_are_read_in_the_order_of_the_names(tmp_path):
    folder = write(
        tmp_path / "raw",
        b_txt="\ufeffOne.\n\n  Two.  \n---\n",
        a_jsonl='{"text": "Three\\nlines.", "id": 3}\n\n',
        README_md="No text.",
    )
    write(folder / "more", c_TXT="Four.", d_JSONL='{"text": "Five."}')
    assert list(texts_in(folder)) == ["Three\nlines.", "One.", "Two.", "Four.", "Five."]


def test_hidden_files_and_readme_are_no_texts(tmp_path):
    folder = write(tmp_path / "raw", README_txt="About these texts.", **{"._a_txt": "\x00\x05"})
    write(folder / ".ipynb_checkpoints", a_txt="Old.")
    write(folder / "more", a_txt="New.")
    assert list(texts_in(folder)) == ["New."]


def test_folder_that_is_empty_or_not_there_has_no_texts(tmp_path):
    assert list(texts_in(tmp_path)) == []
    assert list(texts_in(tmp_path / "nowhere")) == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Ada left.", 'mine.jsonl, line 2: this is no JSON; write a line as {"text": "…"}'),
        ('{"body": "Ada left."}', 'mine.jsonl, line 2: there is no "text" with a string'),
        ("[1]", 'mine.jsonl, line 2: there is no "text" with a string'),
    ],
)
def test_line_without_a_text_is_named(tmp_path, line, message):
    folder = write(tmp_path / "raw", mine_jsonl='{"text": "Fine."}\n' + line)
    with pytest.raises(RawTextError) as found:
        list(texts_in(folder))
    assert message in str(found.value)


def test_file_that_is_not_utf_8_is_named(tmp_path):
    (tmp_path / "old.txt").write_bytes("Café".encode("latin-1"))
    with pytest.raises(RawTextError, match=r"old\.txt is not UTF-8; save it as UTF-8"):
        list(texts_in(tmp_path))


def test_texts_that_the_corpus_has_are_left_out_and_counted(tmp_path):
    corpus = make_corpus(tmp_path, train=["[Ada](PERSON) left."], dev=["It rained."], test=["Bo sang."])
    raw = "ADA  left.\nit rained.\nNew.\nBo sang.\nBo sang.\n" + "long " * 30
    texts = unseen_texts(write(tmp_path / "texts", a_txt=raw), corpus, longest=100)
    assert list(texts) == ["New."]
    assert texts.left_out == {"train": 1, "dev": 1, "test": 2, "too long": 1}
