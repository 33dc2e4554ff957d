"""A corpus that training reads as a stream, in an order that has nothing to do with the source's.

spaCy shuffles what it holds in memory; what it reads as a stream it takes as it comes. So the Docs of
all shards are dealt out to as many shards anew, by a hash of where they stood: the order is random, the
same for everybody, and no more than one shard is in memory at a time.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
import srsly
from spacy.strings import StringStore
from spacy.tokens import DocBin
from spacy.training.corpus import FILE_TYPE

from scripts.corpus.docs import ATTRIBUTES, parts_of, sources_path
from scripts.files import atomic

LISTS = ("tokens", "spaces", "cats", "span_groups", "flags")  # what a DocBin has of each Doc
WIDTH = 8  # bytes of a hash, and of the length before each DocBin of a pile


def shuffle_shards(path: Path) -> None:
    """Deal the Docs of the corpus `path`, whose shards wait to be joined, out to as many shards anew."""
    shards, sources = (sorted(parts_of(p).glob("*")) for p in (path, sources_path(path)))
    piles = path.with_name(f"{path.name}.piles")
    piles.mkdir()
    for number, (shard, source) in enumerate(zip(shards, sources, strict=True)):
        docs = DocBin().from_disk(shard)
        lines = source.read_text(encoding="utf8").split("\n")[:-1]
        keys = [key_of(number, at) for at in range(len(docs))]
        strings = StringStore(docs.strings)
        words = words_of(docs)
        others = {string for string in docs.strings if strings[string] not in words}
        for pile in sorted({key % len(shards) for key in keys}):
            chosen = [at for at, key in enumerate(keys) if key % len(shards) == pile]
            with (piles / f"{pile:05}{FILE_TYPE}").open("ab") as stream:
                part = DocBin(attrs=ATTRIBUTES)
                take(part, docs, chosen)
                part.strings = others | {strings[word] for word in words_of(part)}
                put(stream, packed(part))
                put(stream, b"".join(keys[at].to_bytes(WIDTH, "big") for at in chosen))
                put(stream, "\n".join(lines[at] for at in chosen).encode())
        shard.unlink()
        source.unlink()
    for pile_path in sorted(piles.iterdir()):
        docs, lines = sorted_pile(pile_path)
        docs.to_disk(parts_of(path) / pile_path.name)
        with atomic.open_text(parts_of(sources_path(path)) / f"{pile_path.stem}.jsonl") as text:
            text.writelines(f"{line}\n" for line in lines)
    atomic.remove(piles)


def key_of(shard: int, at: int) -> int:
    """Return the hash of a place among the shards."""
    return int.from_bytes(hashlib.blake2b(f"{shard} {at}".encode(), digest_size=WIDTH).digest(), "big")


def words_of(docs: DocBin) -> set[int]:
    """Return the words of a DocBin as spaCy numbers them; its other strings are labels and norms."""
    return set(np.concatenate([tokens[:, 0] for tokens in docs.tokens]).tolist())


def take(target: DocBin, docs: DocBin, order: Sequence[int]) -> None:
    """Give a DocBin the Docs of another one, in this order."""
    for name in LISTS:
        values = getattr(docs, name)
        setattr(target, name, [values[at] for at in order])


def sorted_pile(path: Path) -> tuple[DocBin, list[str]]:
    """Return the Docs of a pile, and the lines about where they came from, in the order of the keys."""
    found = DocBin(attrs=ATTRIBUTES)
    keys: list[bytes] = []
    lines: list[str] = []
    with path.open("rb") as stream:
        while data := got(stream):
            found.merge(unpacked(data))
            packed = got(stream)
            keys += [packed[at : at + WIDTH] for at in range(0, len(packed), WIDTH)]
            lines += got(stream).decode().split("\n")
    order = sorted(range(len(keys)), key=keys.__getitem__)
    take(found, found, order)
    return found, [lines[at] for at in order]


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


def put(stream: BinaryIO, data: bytes) -> None:
    """Write some bytes after their number."""
    stream.write(len(data).to_bytes(WIDTH, "big"))
    stream.write(data)


def got(stream: BinaryIO) -> bytes:
    """Return the next bytes that were put, none at the end."""
    return stream.read(int.from_bytes(stream.read(WIDTH), "big"))
