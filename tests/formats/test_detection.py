"""Finding the format of a file from its contents, and what every reader in the registry must do."""

import json
from contextlib import suppress

import pytest
import spacy
from spacy.tokens import Doc, DocBin

from scripts.corpus.text import AnnotatedText, Fault, FileFault
from scripts.formats import FORMATS, detect
from scripts.formats.base import DEFAULTS
from tests.formats.reading import read, written

BOM = b"\xef\xbb\xbf"
TEXTS = ["Ada Okafor met Zoë 🙂.", "李雷 left Siemens.", "Nothing here."]


def lines_of(*records):
    """Return records as JSON lines."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def docbin():
    """Return the bytes of a DocBin of three documents."""
    vocab = spacy.blank("en").vocab
    docs = [Doc(vocab, words=text.split(), ents=["B-X"] + ["O"] * text.count(" ")) for text in TEXTS]
    return DocBin(docs=docs).to_bytes()


# One file a format, of three records each.
SAMPLES = {
    "docbin": docbin(),
    "prodigy": lines_of(
        *(
            {"text": text, "_task_hash": n, "spans": [{"start": 0, "end": 2, "label": "X"}]}
            | {"answer": "accept"}
            for n, text in enumerate(TEXTS)
        )
    ),
    "jsonl": lines_of(*({"text": text, "spans": [[0, 2, "X"]]} for text in TEXTS)),
    "pairs": json.dumps([(text, {"entities": [(0, 2, "X")]}) for text in TEXTS]).encode(),
    "columns": "\n".join(
        "".join(f"{word} NN {'O' if n else 'B-X'}\n" for n, word in enumerate(text.split()))
        for text in TEXTS
    ).encode(),
}
TEXT_FORMATS = sorted(SAMPLES.keys() - {"docbin"})
by_format = pytest.mark.parametrize("name", sorted(SAMPLES))
by_text_format = pytest.mark.parametrize("name", TEXT_FORMATS)


def outcome(folder, name, data):
    """Return what a reader yields until it ends, and the reason if it stops with a FileFault."""
    records = []
    try:
        for record in FORMATS[name].read(written(folder, data), DEFAULTS):
            records.append(record)  # noqa: PERF402 (what came before a fault counts)
    except FileFault as fault:
        assert fault.mend
        assert fault.file.endswith("data")
        return records, fault.reason
    return records, None


def test_every_format_has_a_sample():
    assert FORMATS
    assert set(SAMPLES) == set(FORMATS)


@by_format
def test_format_is_registered_under_its_own_name_with_a_title(name):
    assert FORMATS[name].name == name
    assert FORMATS[name].title


@by_format
def test_format_is_found_from_content_alone(tmp_path, name):
    assert detect(written(tmp_path, SAMPLES[name])).name == name


@by_format
def test_sample_is_read_whole(tmp_path, name):
    records = read(tmp_path, name, SAMPLES[name])
    assert [record.text.split() for record in records] == [text.split() for text in TEXTS]
    assert all(isinstance(record, AnnotatedText) and len(record.spans) == 1 for record in records)


@by_format
def test_reading_twice_gives_the_same(tmp_path, name):
    assert read(tmp_path, name, SAMPLES[name]) == read(tmp_path, name, SAMPLES[name])


@by_format
def test_every_record_says_its_file_and_its_own_place(tmp_path, name):
    records = read(tmp_path, name, SAMPLES[name])
    assert {record.file for record in records} == {(tmp_path / "data").as_posix()}
    assert len({record.place for record in records}) == len(records)


@by_text_format
def test_byte_order_mark_changes_nothing(tmp_path, name):
    plain = read(tmp_path, name, SAMPLES[name])
    assert detect(written(tmp_path, BOM + SAMPLES[name])).name == name
    assert read(tmp_path, name, BOM + SAMPLES[name]) == plain


@by_text_format
def test_carriage_returns_at_line_ends_change_nothing(tmp_path, name):
    plain = read(tmp_path, name, SAMPLES[name])
    windows = SAMPLES[name].replace(b"\n", b"\r\n")
    assert detect(written(tmp_path, windows)).name == name
    assert read(tmp_path, name, windows) == plain


@by_format
def test_empty_file_read_by_name_holds_nothing_or_is_refused(tmp_path, name):
    assert outcome(tmp_path, name, b"")[0] == []


@by_format
def test_file_cut_off_at_any_byte_is_read_in_part_or_refused(tmp_path, name):
    data = SAMPLES[name]
    whole = read(tmp_path, name, data)
    for size in range(1, len(data), 1 if name in TEXT_FORMATS else 9):
        with suppress(FileFault):
            detect(written(tmp_path, data[:size]))
        records, reason = outcome(tmp_path, name, data[:size])
        assert all(isinstance(record, AnnotatedText | Fault) for record in records)
        if name == "columns":  # that a row or a sentence is missing can't be told
            assert reason or records[:-1] == whole[: len(records) - 1]
        elif reason is None:  # only a cut between two lines can't be told
            assert records == whole[: len(records)]
            assert data[:size].endswith(b"\n") or data[size:].startswith(b"\n")


@by_format
@pytest.mark.parametrize("position", [0.1, 0.5, 0.9])
def test_damaged_byte_is_never_a_crash(tmp_path, name, position):
    data = bytearray(SAMPLES[name])
    data[int(len(data) * position)] ^= 0xFF
    records, reason = outcome(tmp_path, name, bytes(data))
    assert records or reason


@by_format
@pytest.mark.parametrize("other", sorted(SAMPLES))
def test_file_of_another_format_is_never_a_crash(tmp_path, name, other):
    records, reason = outcome(tmp_path, name, SAMPLES[other])
    assert records or reason


@pytest.mark.parametrize("data", [b"", BOM, b" \n\t\r\n", BOM + b"\n\n"])
def test_file_with_nothing_in_it_is_called_empty(tmp_path, data):
    with pytest.raises(FileFault) as caught:
        detect(written(tmp_path, data))
    assert caught.value.reason == "it is empty"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_called_so_when_it_has_a_mark(tmp_path, encoding):
    mark = b"" if encoding == "utf-16" else "\ufeff".encode(encoding)
    with pytest.raises(FileFault) as caught:
        detect(written(tmp_path, mark + '{"text": "Ada"}'.encode(encoding)))
    assert caught.value.reason == "it is UTF-16"


@pytest.mark.parametrize(
    "data",
    [
        "Only prose, and\nno annotation.\n",
        '{\n  "data": [\n    {"text": "Ada"}\n  ]\n}\n',
        "[1, 2, 3]",
        '["Ada"]',
        "text,label\nAda,PER\n",
        "T1\tPerson 0 3\tAda\n",
        "-DOCSTART- O\n",
        "\0\0\0\0",
        "\x78\x9c",
        "[" * 70_000,
    ],
    ids=["prose", "object", "numbers", "texts", "csv", "brat", "docstart", "nul", "zlib", "brackets"],
)
def test_file_in_no_known_format_is_refused_with_the_list_of_known_ones(tmp_path, data):
    with pytest.raises(FileFault) as caught:
        detect(written(tmp_path, data.encode("latin-1")))
    assert caught.value.reason == "its format is not recognised"
    assert all(name in caught.value.mend for name in FORMATS)


def test_prodigy_is_recognised_though_its_first_line_is_longer_than_what_is_looked_at(tmp_path):
    task = {"text": "Ada", "_task_hash": 1}
    data = lines_of({**task, "meta": {"note": "x" * 50_000}}, task)
    assert detect(written(tmp_path, data)).name == "prodigy"


def test_json_lines_are_recognised_when_the_first_is_longer_than_what_is_looked_at(tmp_path):
    assert detect(written(tmp_path, lines_of({"text": "x" * 200_000}))).name == "jsonl"


def test_json_lines_with_a_broken_line_are_still_recognised(tmp_path):
    assert detect(written(tmp_path, b'{"text": "Ada"}\n{broken\n')).name == "jsonl"


def test_columns_with_a_few_rows_that_are_off_are_still_recognised(tmp_path):
    assert detect(written(tmp_path, b"Ada B-PER\nbad\nleft O\nBo I-PER\n")).name == "columns"
