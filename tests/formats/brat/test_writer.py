"""brat's files: names that every file system takes, mentions on one line, labels that brat can hold."""

import re
from dataclasses import replace

import pytest

from scripts.annotation.text import AnnotatedText, CharSpan
from scripts.formats.brat.writer import LABEL, LONGEST, MARK, NAME, WRITER, type_name
from scripts.formats.writer_base import GROUP, META, Losses

RECORD = AnnotatedText(
    "Ada\r\n Okafor left.", (CharSpan(0, 12, "PERSON"),), "assets/mine.jsonl", "line 1", id="x7"
)


def files(folder):
    """Return the contents of the files of a folder, by name."""
    return {path.name: path.read_bytes().decode() for path in sorted(folder.iterdir())}


def test_span_over_two_lines_is_written_line_by_line(tmp_path):
    losses = WRITER.write([RECORD], tmp_path / "train")
    assert files(tmp_path / "train") == {
        "x7.ann": "T1\tPERSON 0 3;6 12\tAda Okafor\n",
        "x7.txt": "Ada\r\n Okafor left.",
    }
    assert +losses == Losses()


def test_text_without_spans_has_an_empty_ann(tmp_path):
    WRITER.write([replace(RECORD, spans=())], tmp_path / "train")
    assert files(tmp_path / "train")["x7.ann"] == ""


@pytest.mark.parametrize(
    ("id", "name"),
    [
        ("x7", "x7"),
        ("mail/2024: 3", "mail_2024_3"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("文書-1", "文書-1"),
        ("con", "_con"),
        ("LPT1.old", "_LPT1.old"),
        ("...", "000001"),
        ("", "000001"),
        (None, "000001"),
        ("x" * 300, "x" * LONGEST),
    ],
)
def test_name_of_a_file_is_the_identifier_as_far_as_a_file_can_have_it(tmp_path, id, name):
    losses = WRITER.write([replace(RECORD, id=id)], tmp_path / "train")
    assert set(files(tmp_path / "train")) == {f"{name}.ann", f"{name}.txt"}
    assert losses[NAME] == (id not in (name, None))


def test_texts_of_one_identifier_get_names_of_their_own(tmp_path):
    losses = WRITER.write([RECORD, RECORD, replace(RECORD, id="x7-2")], tmp_path / "train")
    assert [name for name in files(tmp_path / "train") if name.endswith(".txt")] == [
        "x7-2-2.txt",
        "x7-2.txt",
        "x7.txt",
    ]
    assert losses[NAME] == 2


def test_label_that_brat_could_not_read_is_written_so_that_it_can_and_that_is_said(tmp_path):
    losses = WRITER.write([replace(RECORD, spans=(CharSpan(0, 3, "job title"),))], tmp_path / "train")
    assert files(tmp_path / "train")["x7.ann"] == f"T1\t{type_name('job title')} 0 3\tAda\n"
    assert losses[LABEL] == 1


def test_beginning_of_a_text_is_never_taken_for_a_byte_order_mark(tmp_path):
    record = replace(RECORD, text="\ufeffAda left.", spans=(CharSpan(1, 4, "PERSON"),))
    losses = WRITER.write([record], tmp_path / "train")
    assert files(tmp_path / "train") == {"x7.ann": "T1\tPERSON 1 4\tAda\n", "x7.txt": "\u2060Ada left."}
    assert losses[MARK] == 1


def test_group_and_metadata_are_said_to_be_left_out(tmp_path):
    losses = WRITER.write([replace(RECORD, group="g", meta={"a": 1, "b": 2})], tmp_path / "train")
    assert +losses == Losses({GROUP: 1, META: 2})


def test_labels_have_different_names_and_those_that_brat_can_hold_their_own():
    labels = ["ORG", "B-1_x", "job title", "job_title", "job/title", "人名", "地名", "Größe", "a", "A"]
    names = [type_name(label) for label in labels]
    assert len(set(names)) == len(labels)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", name) for name in names)
    assert {"ORG", "B-1_x", "job_title", "a", "A"} <= {*names}
    assert names[2] == "job_title-0a4116"


def test_configuration_lists_the_labels_and_allows_overlaps():
    assert WRITER.tool_files(["ORG", "job_title"]) == {
        "annotation.conf": "[entities]\nORG\njob_title\n\n"
        "[relations]\n<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>\n\n"
        "[events]\n\n[attributes]\n"
    }


def test_brat_shows_labels_as_they_are_though_their_names_have_codes():
    labels = ["ORG", "job title", "人名", "!a | b"]
    found = WRITER.tool_files(labels)
    names = [type_name(label) for label in labels]
    assert "[entities]\n" + "\n".join(names) + "\n" in found["annotation.conf"]
    assert found["visual.conf"].startswith(
        f"[labels]\n{names[1]} | job title\n{names[2]} | 人名\n{names[3]} | a b\n\n[drawing]\n"
    )
