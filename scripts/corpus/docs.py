"""The Docs of a corpus, read back as a stream, each with where it came from.

A corpus is one file (`corpus/train.spacy`) or, once it is large, a folder of that name with numbered
files in it; spaCy's own corpus reader takes both. Sources are kept in `train.sources.jsonl`, one line a
Doc, and not in the DocBin: what a DocBin holds besides tokens is unpacked at every read, and spaCy reads
the dev set again at every evaluation.
"""

import json
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab
from typing_extensions import TypedDict

ATTRIBUTES = ["ENT_IOB", "ENT_TYPE"]  # all that a corpus of entities needs beside words and spaces
SUFFIX = ".spacy"  # of a corpus, and of the files in a folder that is one
SOURCE = "source"  # key in doc.user_data of a Doc that was read: its line of the sources file


class DocSource(TypedDict):
    """A line of the sources file: where a Doc came from."""

    file: str
    place: str
    id: str | None
    group: str | None
    meta: dict[str, Any]


def sources_path(path: Path) -> Path:
    """Return the file that says where the Docs of a corpus came from."""
    return path.with_suffix(".sources.jsonl")


def source_of(doc: Doc) -> str:
    """Return where a Doc that `read_docs` read came from, as messages name it: `file, place`."""
    source: DocSource = doc.user_data[SOURCE]
    return f"{source['file']}, {source['place']}"


def read_docs(path: Path, vocab: Vocab | None = None) -> Iterator[Doc]:
    """Yield the Docs of a corpus, a shard at a time and in order, each with its source.

    vocab: of the Docs; without one each shard has its own, so that new words don't pile up.
    Raises ValueError when there are not as many sources as Docs: the files do not belong together.
    """
    with sources_path(path).open(encoding="utf8") as lines:
        for doc, line in zip_longest(stored_docs(path, vocab), lines):
            if doc is None or line is None:
                names = f"{path.as_posix()} and {sources_path(path).name}"
                hint = "create both again: weasel run convert"
                raise ValueError(f"{names} have different numbers of documents; {hint}")
            doc.user_data[SOURCE] = json.loads(line)
            yield doc


def stored_docs(path: Path, vocab: Vocab | None = None) -> Iterator[Doc]:
    """Yield the Docs of a corpus as they are stored, a shard at a time and in order; see `read_docs`."""
    for shard in shards_of(path):
        yield from DocBin().from_disk(shard).get_docs(Vocab() if vocab is None else vocab)


def unannotated(doc: Doc, nlp: Language) -> Doc:
    """Return a Doc's text for a pipeline to predict, with the tokens that spaCy's `Corpus` gives it.

    These are the pipeline's own, or those of the Doc where `convert` took them from the annotation file.
    Training and `spacy evaluate` read the corpus in this way.
    """
    if not doc.has_unknown_spaces:
        return nlp.make_doc(doc.text)
    words, spaces = zip(*((token.text, bool(token.whitespace_)) for token in doc), strict=True)
    return Doc(nlp.vocab, words=list(words), spaces=list(spaces))


def shards_of(path: Path) -> list[Path]:
    """Return the files of a corpus in the order in which spaCy's own corpus reader reads them."""
    return sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [path]
