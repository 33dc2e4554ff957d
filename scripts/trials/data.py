"""A part of a corpus: a share of the training set, the set without some files, or without a fold.

In: the corpus. Out: a folder like it, which a config can be trained on: `train.spacy` with the documents
of the part, its counts, and the dev set, labels and inputs of the whole corpus (for folds see `folds`).
Shares are nested: a larger one has the documents of a smaller one and more. Documents of one group stay
together.
"""

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from spacy.tokens import DocBin
from spacy.vocab import Vocab

from scripts.conversion.outcome import Counts
from scripts.corpus.docs import ATTRIBUTES, DocSource, shards_of, sources_path
from scripts.files import atomic, fingerprint
from scripts.files.contract import read
from scripts.scoring.document import resampling_unit
from scripts.training.filling import Refusal
from scripts.trials.folds import LEARNED_FROM, write_without
from scripts.trials.part_counts import PartCounts
from scripts.trials.trial import Trial

COPIED = ("dev.spacy", "dev.sources.jsonl", "inputs.json", "labels")
TRAIN = "train.spacy"
CODE = ("data.py", "folds.py", "part_counts.py")  # what makes parts


def part_for(trial: Trial, folder: Path) -> Path:
    """Return the folder with the part of the corpus that a trial learns from; see `part_of`."""
    corpus = Path(trial.corpus)
    if trial.fold is None:
        return part_of(corpus, folder, trial.share, trial.without)
    fold, folds = trial.fold
    names = [f"{split}{ending}" for split in LEARNED_FROM for ending in (".spacy", ".sources.jsonl")]
    named: dict[str, Any] = {"fold": fold, "folds": folds}
    named |= {name: fingerprint.of_path(corpus / name) for name in (*names, "inputs.json")}
    return made_once(folder, named, lambda made: write_without(corpus, made, fold, folds))


def part_of(corpus: Path, folder: Path, share: float, without: Sequence[str]) -> Path:
    """Return the folder with a part of a corpus, which is made in `folder` unless it is there.

    The whole corpus is its own part. Raises Refusal when the part would be empty, or when a pattern in
    `without` fits no file.
    """
    if share == 1.0 and not without:
        return corpus
    files = (corpus / TRAIN, sources_path(corpus / TRAIN), *(corpus / name for name in COPIED))
    named = {"share": share, "without": sorted(without)}
    named |= {path.name: fingerprint.of_path(path) for path in files if path.exists()}
    return made_once(
        folder, named, lambda made: write_part(corpus, made, kept_of(corpus, share, without))
    )


def made_once(folder: Path, named: dict[str, Any], write: Callable[[Path], None]) -> Path:
    """Return the folder of a part, which is written unless it is there.

    named: all that decides what is in it, but for the code. write: writes a new folder.
    """
    code = [fingerprint.of_file(Path(__file__).with_name(name)) for name in CODE]
    target = folder / fingerprint.of_text(json.dumps([named, code]))[:16]
    if not target.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, suffix=atomic.TEMPORARY) as temporary:
            made = Path(temporary) / target.name
            write(made)
            try:
                made.rename(target)
            except OSError:  # another process has made it meanwhile
                if not target.is_dir():
                    raise
    return target


def kept_of(corpus: Path, share: float, without: Sequence[str]) -> list[bool]:
    """Return for each document of the training set whether it belongs to the part.

    Groups are taken in the order of their hashes, until the share of the documents is reached.
    """
    with sources_path(corpus / TRAIN).open(encoding="utf8") as lines:
        sources: list[DocSource] = [json.loads(line) for line in lines]
    files = {source["file"] for source in sources}
    for pattern in without:
        if not any(fits(file, pattern) for file in files):
            reason = f"No file of the training set fits {pattern!r} in `without`"
            raise Refusal(reason, f"The files are: {', '.join(sorted(files))}.")
    units = [
        None
        if any(fits(source["file"], pattern) for pattern in without)
        else resampling_unit(source["file"], source["place"], source["group"])
        for source in sources
    ]
    sizes = Counter(unit for unit in units if unit is not None)
    left = share * sizes.total()
    chosen: set[str] = set()
    for unit in sorted(sizes, key=fingerprint.of_text):
        if chosen and sizes[unit] > left:
            break
        chosen.add(unit)
        left -= sizes[unit]
    if not chosen:
        raise Refusal("The training set would be empty", "Leave out fewer files.")
    return [unit in chosen for unit in units]


def fits(file: str, pattern: str) -> bool:
    """Say whether a pattern means a file: its whole path, or the end of it."""
    return fnmatchcase(file, pattern) or fnmatchcase(file, f"*/{pattern}")


def write_part(corpus: Path, folder: Path, kept: Sequence[bool]) -> None:
    """Write the part of a corpus with the documents of the training set that are kept."""
    folder.mkdir()
    for name in COPIED:
        if (corpus / name).is_dir():
            shutil.copytree(corpus / name, folder / name)
        elif (corpus / name).exists():
            shutil.copy(corpus / name, folder / name)
    source = corpus / TRAIN
    if source.is_dir():
        (folder / TRAIN).mkdir()
    counts, following = PartCounts(), iter(kept)
    for shard in shards_of(source):
        docs = DocBin().from_disk(shard).get_docs(Vocab())
        part = DocBin(attrs=ATTRIBUTES)
        for doc in docs:
            if next(following):
                part.add(doc)
                counts.add(doc)
        part.to_disk(folder / shard.relative_to(corpus))
    with (
        sources_path(source).open(encoding="utf8") as lines,
        atomic.open_text(sources_path(folder / TRAIN)) as written,
    ):
        written.writelines(line for line, keep in zip(lines, kept, strict=True) if keep)
    whole = read(corpus / "counts.json", Counts, "convert")
    atomic.write_json(folder / "counts.json", counts.of_part(whole))
