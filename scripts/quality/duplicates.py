"""Texts that are in two splits, word for word or nearly.

In: the texts of dev and test to remember, then texts to look up. Memory grows with dev and test alone.
"""

import hashlib
import heapq
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from scripts.annotation.normalising import normalised

SHINGLE = 6  # characters; needs no words, so it serves languages without spaces
SKETCH = 10  # smallest shingle hashes by which a text is looked up
SHORT = 30  # characters; shorter texts are alike by chance, so only equality counts
CROWD = 50  # texts compared that share one hash: boilerplate would else compare all with all


@dataclass(slots=True)
class IndexedText:
    """A text of one split: the first document that has it, how many have it, its shingles in order."""

    split: str
    source: str
    shingles: array  # type: ignore[type-arg]
    copies: int = 1


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A remembered text that is like the one looked up; 1.0: equal but for case and spaces."""

    split: str
    source: str
    similarity: float
    copies: int


class DuplicateIndex:
    """Remember texts, and find those that are equal or nearly equal to another.

    threshold: the Jaccard similarity of two sets of character shingles from which texts are near
    duplicates. Candidates share one of the ten smallest hashes of a text (a bottom-k sketch, Broder
    1997, "On the resemblance and containment of documents"), so a pair at 0.8 is missed about never.
    """

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold
        self._texts: list[IndexedText] = []
        self._equal: dict[bytes, dict[str, int]] = defaultdict(dict)
        self._sketch: dict[int, list[int]] = defaultdict(list)

    def add(self, text: str, split: str, source: str) -> None:
        """Remember a text; further copies in the same split are only counted."""
        plain = normalised(text)
        equal = self._equal[digest(plain)]
        if split in equal:
            self._texts[equal[split]].copies += 1
            return
        hashes = shingles(plain)
        equal[split] = len(self._texts)
        for value in heapq.nsmallest(SKETCH, hashes):
            if len(self._sketch[value]) < CROWD:
                self._sketch[value].append(len(self._texts))
        self._texts.append(IndexedText(split, source, array("L", sorted(hashes))))

    def find(self, text: str) -> Iterator[Duplicate]:
        """Yield the remembered texts that equal `text` or come near it, in the order they were added."""
        plain = normalised(text)
        equal = set(self._equal.get(digest(plain), {}).values())
        hashes = shingles(plain)
        near = {n for value in hashes for n in self._sketch.get(value, ())} - equal
        for number in sorted(equal | near):
            other = self._texts[number]
            similarity = 1.0 if number in equal else jaccard(hashes, other.shingles)
            if number in equal or similarity >= self.threshold:
                yield Duplicate(other.split, other.source, similarity, other.copies)


def digest(plain: str) -> bytes:
    """Return a short stand-in for a normalised text."""
    return hashlib.blake2b(plain.encode("utf8", "surrogatepass"), digest_size=16).digest()


def shingles(plain: str) -> set[int]:
    """Return the hashes of all runs of six characters, or none for a text too short to tell."""
    if len(plain) < SHORT:
        return set()
    return {zlib.crc32(plain[i : i + SHINGLE].encode()) for i in range(len(plain) - SHINGLE + 1)}


def jaccard(hashes: set[int], other: "array[int]") -> float:
    """Return the share of shingles that two texts have in common."""
    common = sum(value in hashes for value in other)
    return common / (len(hashes) + len(other) - common)
