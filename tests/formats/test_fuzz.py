"""Damage to every sample: it is read in part or refused in words, and the counts add up.

A failure says what the damage was; `damaged(files, seed)` makes the same files again.
"""

import json
import shutil
import zlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from random import Random
from typing import get_args

import pytest

from scripts.annotation.text import FileFault
from scripts.convert import convert
from scripts.corpus.tokenizer import LanguageError
from scripts.formats.base import Format
from scripts.formats.detection import AUTO
from scripts.formats.file_roles import find_roles
from scripts.formats.readers import FORMATS
from scripts.inputs import inputs
from scripts.settings.convert import (
    Contradictions,
    Discontinuous,
    Exhaustive,
    Mentions,
    Misaligned,
    Overlapping,
    Segment,
    Unmarked,
)
from tests.corpora import CONFIG, settings
from tests.formats.cases import CASES, SAMPLES, files_of, options_of, reader_options
from tests.formats.damage import Files, damaged
from tests.formats.proving import read_in_part, suppress_in_order, watched

PLACES = 16  # in the files of a case, at which they are cut off, and have another byte
READINGS = 20  # random damages of each case that are only read
CONVERSIONS = 10  # random damages of each case that go through all of `convert`
CHOICES = {  # of the user, for conversions
    "offsets": ("auto", "auto", "utf16", "bytes", "crlf_as_one", "utf16+inclusive", "unescaped+late"),
    "tokens": ("pipeline", "pipeline", "source"),
    "spans_key": ("", "sc"),
    "misaligned": get_args(Misaligned),
    "overlapping": get_args(Overlapping),
    "discontinuous": get_args(Discontinuous),
    "mentions": get_args(Mentions),
    "unmarked": get_args(Unmarked),
    "exhaustive": get_args(Exhaustive),
    "annotators": ("majority", "first", "last", "error", "ada"),
    "contradictions": get_args(Contradictions),
    "segment": get_args(Segment),
    "longest": (10, 100_000),
    "label_map": ({}, {"PER": "PERSON", "PERSON": None}),
}
by_case = pytest.mark.parametrize("case", CASES)


def original(case: str) -> Files:
    """Return the files of a case by their names."""
    return {path.relative_to(SAMPLES / case).as_posix(): path.read_bytes() for path in files_of(case)}


def seeds(case: str, count: int) -> range:
    """Return as many seeds, which stay the same for a case whatever other cases there are."""
    first = zlib.crc32(case.encode())
    return range(first, first + count)


def laid(folder: Path, files: Files) -> list[Path]:
    """Return the paths of files that were written to an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return sorted(folder / name for name in files)


def places(files: Files, count: int) -> Iterator[tuple[str, int]]:
    """Yield places in the files, as many as `count` in all but at least two in each."""
    most = max(2, count // len(files))
    for name, data in files.items():
        yield from ((name, at) for at in range(0, len(data), -(-len(data) // most) or 1))


def cut_off(files: Files, count: int) -> Iterator[tuple[str, Files]]:
    """Yield the files with one of them cut off, at many places, and what was done."""
    for name, at in places(files, count):
        yield f"{name} cut off after {at} bytes", files | {name: files[name][:at]}


def with_another_byte(files: Files, count: int) -> Iterator[tuple[str, Files]]:
    """Yield the files with another byte in one of them, at many places, and what was done."""
    for name, at in places(files, count):
        changed = bytearray(files[name])
        changed[at] ^= (0xFF, 0x5C, 0x22)[at % 3]
        yield f"{name} with {changed[at]:#x} as byte {at}", files | {name: bytes(changed)}


def damaged_at_random(files: Files, case: str, count: int) -> Iterator[tuple[str, Files]]:
    """Yield the files with random damages, and the seeds that make them again."""
    for seed in seeds(case, count):
        yield f"damaged(files, {seed})", damaged(files, seed)


@by_case
def test_damaged_file_is_read_in_part_or_refused_in_words(tmp_path, case, share):
    files, own, options = original(case), FORMATS[case.split("/")[0]], options_of(case)
    most, random = int(PLACES * share), damaged_at_random(files, case, int(READINGS * share))
    for what, changed in chain(cut_off(files, most), with_another_byte(files, most), random):
        paths = laid(tmp_path / "damaged", changed)
        with watched(f"{case}: {what}"):
            formats: dict[Path, Format] = {}
            with suppress_in_order():
                formats = find_roles(paths, options.get("format", AUTO)).annotations
            chosen = reader_options(options)
            records = [r for path in formats for r in read_in_part(path, formats[path], chosen)]
            assert len({(record.file, record.place) for record in records}) == len(records)
            for path in paths:  # whatever it looks like now
                if formats.get(path) is not own:
                    read_in_part(path, own)


@by_case
def test_damaged_file_is_converted_with_counts_that_add_up_or_refused(
    tmp_path, monkeypatch, case, share
):
    monkeypatch.setattr("scripts.inputs.versions", lambda _: {})  # the same each time, and slow to find
    monkeypatch.setattr("scripts.conversion.writing.blank_pipeline", lambda _: None)  # English is there
    files, options = original(case), options_of(case)
    options["tag_names"] = tuple(options.get("tag_names", ()))
    fixed = {"format": AUTO, "max_rejected": 1.0, "dev": 0.3, "test": 0.3, **options}
    raw, corpus = tmp_path / "raw", tmp_path / "corpus"
    for seed in seeds(case, int(CONVERSIONS * share)):
        random = Random(seed)
        chosen = {name: random.choice(values) for name, values in CHOICES.items()}
        laid(raw, damaged(files, seed))
        laid(corpus, {})
        with watched(f"{case}: damaged(files, {seed})"):
            try:
                given = settings(**{**chosen, **fixed})
                convert(inputs(str(raw), corpus, config=CONFIG, lang="en"), given, corpus)
            except (FileFault, LanguageError) as fault:
                assert str(fault)
                assert fault.hint
            prove_counts(corpus)


def prove_counts(corpus: Path) -> None:
    """Fail unless every record and every span of a conversion is counted in one place."""
    path = next(
        (p for p in (corpus / "conversion.json", corpus / "failed/conversion.json") if p.is_file()), None
    )
    if path is None:  # refused before anything was counted
        return
    report = json.loads(path.read_text(encoding="utf8"))
    records, spans = report["records"], report["spans"]
    ends = ("accepted", "ignored", "rejected", "merged")
    assert records["read"] + records["pieces"] == sum(records[end] for end in ends)
    assert spans["read"] == sum(
        count for end, count in spans.items() if end not in ("read", "trimmed", "adjusted")
    )
    assert sum(report["ignored"].values()) == records["ignored"]
    assert sum(report["rejected"].values()) == records["rejected"]
    for end in ("read", *ends):
        assert sum(file.get(end, 0) for file in report["files"].values()) == records[end]
    splits = report["splits"].values()
    assert sum(split["documents"] for split in splits) == records["accepted"]
    assert sum(split["entities"] for split in splits) == spans["kept"]
    assert all(sum(split["labels"].values()) == split["entities"] for split in splits)


def test_damage_is_the_same_for_the_same_seed_and_changes_something():
    for case in CASES[::7]:
        files = original(case)
        assert [damaged(files, seed) for seed in range(9)] == [damaged(files, seed) for seed in range(9)]
        assert any(damaged(files, seed) != files for seed in range(9))
