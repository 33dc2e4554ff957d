"""What spaCy's DocBin is inside: the one module that reads and sets more of it than is documented.

In: Docs, or the DocBins of shards. Out: DocBins made sooner than spaCy makes them, or of some Docs of
another one, or sent to another process without being compressed. Tests compare them with `DocBin`.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import srsly
from spacy.strings import StringStore
from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from scripts.corpus.docs import ATTRIBUTES

WORD, LABEL = 0, 1 + ATTRIBUTES.index("ENT_TYPE")  # columns of a DocBin's tokens; words come first
LISTS = ("tokens", "spaces", "cats", "span_groups", "flags")  # what a DocBin has of each Doc


class EntityBin(DocBin):
    """A DocBin of Docs that have words, entities and spans, and nothing else, which is made sooner.

    spaCy collects nine strings of every token, which takes longer than to tokenise; here only those are
    kept that the Docs are made of, and looked up once a shard. All Docs must share one vocabulary.
    """

    def __init__(self) -> None:
        super().__init__(attrs=ATTRIBUTES)
        self._labels: set[int] = set()  # of spans in groups
        self._vocab: Vocab | None = None

    def add(self, doc: Doc) -> None:
        """Add a Doc."""
        self._vocab = doc.vocab
        values: Any = doc.to_array(["ORTH", *ATTRIBUTES, "SPACY"])
        self.tokens.append(values[:, :-1])
        self.spaces.append(values[:, -1:].astype(bool))
        self.flags.append({"has_unknown_spaces": doc.has_unknown_spaces})
        self.cats.append(doc.cats)
        self.span_groups.append(doc.spans.to_bytes())
        if doc.spans:
            self._labels.update(span.label for group in doc.spans.values() for span in group)

    def to_bytes(self) -> bytes:
        """Return the Docs as spaCy stores them."""
        if self._vocab is not None:
            tokens = np.concatenate(self.tokens)
            columns = (tokens[:, column] for column in (WORD, LABEL))
            numbers = self._labels.union(*(np.unique(column).tolist() for column in columns))
            self.strings = {self._vocab.strings[number] for number in numbers}
        return bytes(super().to_bytes())


def part_of(docs: DocBin, chosen: Sequence[int]) -> DocBin:
    """Return the chosen Docs of a DocBin as another one, in this order, with the strings of all."""
    part = DocBin(attrs=ATTRIBUTES)
    for name in LISTS:
        values = getattr(docs, name)
        setattr(part, name, [values[at] for at in chosen])
    part.strings = set(docs.strings)
    return part


class DocBinSplitter:
    """Deal out the Docs of a DocBin, each part with no more strings than it needs.

    A DocBin doesn't say which Docs its labels belong to, so that every part has all of them.
    """

    def __init__(self, docs: DocBin) -> None:
        self.docs = docs
        self.strings = StringStore(docs.strings)
        words = words_of(docs)
        self.labels = {string for string in docs.strings if self.strings[string] not in words}

    def part(self, chosen: Sequence[int]) -> DocBin:
        """Return the chosen Docs, in this order."""
        part = part_of(self.docs, chosen)
        part.strings = self.labels | {str(self.strings[word]) for word in words_of(part)}
        return part


def words_of(docs: DocBin) -> set[int]:
    """Return the words of a DocBin as spaCy numbers them; its other strings are labels."""
    found = [tokens[:, WORD] for tokens in docs.tokens]
    return set(np.unique(np.concatenate(found)).tolist()) if found else set()


def packed(docs: DocBin) -> bytes:
    """Return a DocBin as bytes, which unlike its own are not compressed: they are soon read again."""
    lists = {name: getattr(docs, name) for name in LISTS} | {"strings": sorted(docs.strings)}
    arrays = {name: [values.tobytes() for values in lists[name]] for name in ("tokens", "spaces")}
    return bytes(srsly.msgpack_dumps(lists | arrays))


def unpacked(data: bytes) -> DocBin:
    """Return the DocBin that `packed` made these bytes of."""
    docs = DocBin(attrs=ATTRIBUTES)
    for name, values in srsly.msgpack_loads(data).items():
        setattr(docs, name, values)
    docs.strings = set(docs.strings)
    width = len(docs.attrs)
    docs.tokens = [np.frombuffer(one, dtype=np.uint64).reshape(-1, width) for one in docs.tokens]
    docs.spaces = [np.frombuffer(one, dtype=bool).reshape(-1, 1) for one in docs.spaces]
    return docs
