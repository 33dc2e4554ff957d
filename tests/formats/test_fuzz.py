"""Random damage to every golden case: it is read in part or refused in words, and the counts add up.

A failure says the seed of the damage: `damaged(files, seed)` makes the same files again.
"""

import json
import shutil
import signal
import zlib
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import pytest

from scripts.annotation.splits import SPLITS
from scripts.annotation.text import ACCEPT, AnnotatedText, Fault, FileFault
from scripts.conversion.settings import (
    ANNOTATORS,
    CONTRADICTIONS,
    DISCONTINUOUS,
    EXHAUSTIVE,
    MENTIONS,
    MISALIGNED,
    OVERLAPPING,
    SEGMENT,
    UNMARKED,
)
from scripts.convert import convert
from scripts.corpus.tokenizer import LanguageError
from scripts.formats.base import DEFAULTS
from scripts.formats.detection import AUTO
from scripts.formats.readers import FORMATS
from scripts.formats.sources import find_sources
from scripts.inputs import inputs
from tests.corpora import CONFIG, settings
from tests.formats.cases import CASES, SAMPLES, files_of, options_of, read_files
from tests.formats.damage import Files, damaged

READINGS = 20  # damages of each case that are only read
CONVERSIONS = 10  # damages of each case that go through all of `convert`
CHOICES = {  # of the user, for conversions
    "offsets": ("auto", "auto", "utf16", "bytes", "crlf_as_one", "utf16+inclusive", "unescaped+late"),
    "tokens": ("pipeline", "pipeline", "source"),
    "spans_key": ("", "sc"),
    "misaligned": MISALIGNED,
    "overlapping": OVERLAPPING,
    "discontinuous": DISCONTINUOUS,
    "mentions": MENTIONS,
    "unmarked": UNMARKED,
    "exhaustive": EXHAUSTIVE,
    "annotators": (*ANNOTATORS, "ada"),
    "contradictions": CONTRADICTIONS,
    "segment": SEGMENT,
    "longest": (10, 100_000),
    "label_map": ({}, {"PER": "PERSON", "PERSON": None}),
}
PATIENCE = 20  # seconds that one small file may take
by_case = pytest.mark.parametrize("case", CASES)


class HangError(BaseException):
    """Raised when reading doesn't come to an end."""


@contextmanager
def watched(case: str, seed: int):
    """Say which damage it was when something goes wrong; stop what hangs, where the system can."""

    def stop(*_):
        raise HangError(f"nothing came for {PATIENCE} seconds")

    can = hasattr(signal, "SIGALRM")
    before = signal.signal(signal.SIGALRM, stop) if can else None
    if can:
        signal.alarm(PATIENCE)
    try:
        yield
    except BaseException as error:
        error.add_note(f"{case}: damaged(files, {seed})")
        raise
    finally:
        if can:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, before)


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


def prove_in_order(record: AnnotatedText | Fault) -> None:
    """Fail unless a record is what everything after reading takes it for."""
    assert isinstance(record.file, str)
    assert record.place
    if isinstance(record, Fault):
        assert record.reason
        assert record.hint
        assert isinstance(record.record, str)
        return
    assert isinstance(record.text, str)
    assert isinstance(record.answer, str)
    assert record.split in (None, *SPLITS)
    assert all(value is None or isinstance(value, str) for value in (record.id, record.group))
    assert record.annotator is None or isinstance(record.annotator, str)
    json.dumps(dict(record.meta), default=str)
    if record.answer != ACCEPT:
        return
    record.text.encode()
    for span in (*record.spans, *record.wrong):
        assert all(
            type(offset) is int for pair in ((span.start, span.end), *span.parts) for offset in pair
        )
        assert isinstance(span.label, str)
        assert span.label.strip()
        span.label.encode()
        assert span.mention is None or isinstance(span.mention, str)
    for mention in record.unlocated:
        mention.text.encode()
        mention.label.encode()
    assert all(type(offset) is int for place in record.tokens or () for offset in place)


def in_order(fault: FileFault) -> bool:
    """Say whether an error tells all that it should."""
    return bool(fault.file and fault.reason and fault.hint)


@by_case
def test_damaged_file_is_read_in_part_or_refused_in_words(tmp_path, case):
    files, name = original(case), case.split("/")[0]
    for seed in seeds(case, READINGS):
        paths = laid(tmp_path / "damaged", damaged(files, seed))
        with watched(case, seed):
            try:
                records = read_files(paths, options_of(case))
            except FileFault as fault:
                assert in_order(fault)
                records = []
            for record in records:
                prove_in_order(record)
            assert len({(record.file, record.place) for record in records}) == len(records)
            for path in paths:  # whatever it looks like now
                try:
                    for record in FORMATS[name].read(path, DEFAULTS):
                        prove_in_order(record)
                except FileFault as fault:
                    assert in_order(fault)


@by_case
def test_damaged_file_is_converted_with_counts_that_add_up_or_refused(tmp_path, monkeypatch, case):
    monkeypatch.setattr("scripts.inputs.versions", lambda _: {})  # the same each time, and slow to find
    monkeypatch.setattr("scripts.conversion.writing.blank_pipeline", lambda _: None)  # English is there
    files, options = original(case), options_of(case)
    options["tag_names"] = tuple(options.get("tag_names", ()))
    fixed = {"format": AUTO, "max_rejected": 1.0, "dev": 0.3, "test": 0.3, **options}
    raw, corpus = tmp_path / "raw", tmp_path / "corpus"
    for seed in seeds(case, CONVERSIONS):
        random = Random(seed)
        chosen = {name: random.choice(values) for name, values in CHOICES.items()}
        laid(raw, damaged(files, seed))
        laid(corpus, {})
        with watched(case, seed):
            try:
                given = settings(**{**chosen, **fixed})
                convert(inputs(str(raw), corpus, config=CONFIG, lang="en", settings=given), corpus)
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


def test_undamaged_cases_are_in_order():
    for case in CASES:
        with suppress(FileFault):
            find_sources(files_of(case), options_of(case).get("format", AUTO))
        for record in read_files(files_of(case), options_of(case)):
            prove_in_order(record)
