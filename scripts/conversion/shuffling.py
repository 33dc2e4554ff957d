"""A corpus that training reads as a stream, in an order that has nothing to do with the source's.

spaCy shuffles what it holds in memory; what it reads as a stream it takes as it comes. So the Docs of
all shards are dealt out to as many new shards, by a hash of where they were: the order is random, the
same for everybody, and no process has more than one shard in memory at a time.
"""

import hashlib
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from spacy.tokens import DocBin

from scripts.conversion.doc_bins import DocBinSplitter, packed, part_of, unpacked
from scripts.conversion.shards import parts_of
from scripts.conversion.workers import Workers
from scripts.corpus.docs import ATTRIBUTES, sources_path
from scripts.files import atomic

WIDTH = 8  # bytes of a hash, and of the length before each part of what a shard deals out


def shuffle_shards(path: Path, workers: Workers) -> None:
    """Deal the Docs of the corpus `path`, whose shards are not joined yet, out to as many new shards."""
    shards, sources = (sorted(parts_of(p).glob("*")) for p in (path, sources_path(path)))
    folder = path.with_name(f"{path.name}.piles")
    folder.mkdir()
    piles = [folder / shard.stem for shard in shards]  # of each shard, all that it deals out
    files = list(zip(shards, sources, strict=True))
    deals = ((number, *files[number], pile, len(piles)) for number, pile in enumerate(piles))
    gathers = ((number, piles, *files[number]) for number in range(len(files)))
    for _ in chain(workers.map(deal, deals), workers.map(gather, gathers)):
        pass
    atomic.remove(folder)


def deal(number: int, shard: Path, source: Path, target: Path, count: int) -> None:
    """Write the Docs of a shard, and the lines about where they came from, in piles, and delete it.

    number: of the shard. target: begins with where in it each of the `count` piles begins.
    """
    docs = DocBin().from_disk(shard)
    lines = source.read_text(encoding="utf8").split("\n")[:-1]
    keys = [key_of(number, at) for at in range(len(docs))]
    dealt: list[list[int]] = [[] for _ in range(count)]
    for at, key in enumerate(keys):
        dealt[key % count].append(at)
    splitter = DocBinSplitter(docs)
    begins = []
    with target.open("wb") as stream:
        stream.seek(WIDTH * count)
        for chosen in dealt:
            begins.append(stream.tell())
            put(stream, packed(splitter.part(chosen)))
            put(stream, b"".join(keys[at].to_bytes(WIDTH, "big") for at in chosen))
            put(stream, "\n".join(lines[at] for at in chosen).encode())
        stream.seek(0)
        stream.writelines(begin.to_bytes(WIDTH, "big") for begin in begins)
    shard.unlink()
    source.unlink()


def gather(number: int, piles: Sequence[Path], shard: Path, source: Path) -> None:
    """Write a new shard: the pile with its number of what each of them dealt out, in random order."""
    found = DocBin(attrs=ATTRIBUTES)
    keys: list[bytes] = []
    lines: list[str] = []
    for path in piles:
        with path.open("rb") as stream:
            stream.seek(WIDTH * number)
            stream.seek(int.from_bytes(stream.read(WIDTH), "big"))
            part = unpacked(got(stream))
            if not len(part):
                continue
            found.merge(part)
            joined = got(stream)
            keys += [joined[at : at + WIDTH] for at in range(0, len(joined), WIDTH)]
            lines += got(stream).decode().split("\n")
    if not keys:
        return
    order = sorted(range(len(keys)), key=keys.__getitem__)
    part_of(found, order).to_disk(shard)
    with atomic.open_text(source) as text:
        text.writelines(f"{lines[at]}\n" for at in order)


def key_of(shard: int, at: int) -> int:
    """Return the hash of a place among the shards."""
    return int.from_bytes(hashlib.blake2b(f"{shard} {at}".encode(), digest_size=WIDTH).digest(), "big")


def put(stream: BinaryIO, data: bytes) -> None:
    """Write some bytes after their number."""
    stream.write(len(data).to_bytes(WIDTH, "big"))
    stream.write(data)


def got(stream: BinaryIO) -> bytes:
    """Return the next bytes that were put, none at the end."""
    return stream.read(int.from_bytes(stream.read(WIDTH), "big"))
