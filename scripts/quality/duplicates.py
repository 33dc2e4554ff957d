"""Texts that stand on two sides of a split, word for word or nearly.

In: the texts of dev and test to remember, then texts to look up. Memory grows with dev and test alone.
"""

import heapq
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from scripts.corpus.splitting import normalised

SHINGLE = 6  # characters; needs no words, so it serves languages without spaces
SKETCH = 10  # smallest shingle hashes by which a text is looked up
SHORT = 30  # characters; shorter texts are alike by chance, so only equality counts


@dataclass(frozen=True, slots=True)
class Twin:
    """A remembered text that is like the one looked up; 1.0: equal but for case and spaces."""

    split: str
    source: str
    similarity: float


class Duplicates:
    """Remember texts, and find those that are equal or nearly equal to another.

    threshold: the Jaccard similarity of two sets of character shingles from which texts are near
    duplicates. Candidates share one of the ten smallest hashes of a text (a bottom-k sketch, Broder
    1997, "On the resemblance and containment of documents"), so a pair at 0.8 is missed about never.
    """

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold
        self._texts: list[tuple[str, str, array]] = []  # type: ignore[type-arg]
        self._equal: dict[str, list[int]] = defaultdict(list)
        self._sketch: dict[int, list[int]] = defaultdict(list)

    def add(self, text: str, split: str, source: str) -> None:
        """Remember a text."""
        plain = normalised(text)
        hashes = shingles(plain)
        number = len(self._texts)
        self._texts.append((split, source, array("L", sorted(hashes))))
        self._equal[digest(plain)].append(number)
        for value in heapq.nsmallest(SKETCH, hashes):
            self._sketch[value].append(number)

    def find(self, text: str) -> Iterator[Twin]:
        """Yield the remembered texts that equal `text` or come near it, in the order they were added."""
        plain = normalised(text)
        equal = set(self._equal.get(digest(plain), ()))
        hashes = shingles(plain)
        near = {n for value in hashes for n in self._sketch.get(value, ())} - equal
        for number in sorted(equal | near):
            split, source, other = self._texts[number]
            if number in equal:
                yield Twin(split, source, 1.0)
            elif (similarity := jaccard(hashes, other)) >= self.threshold:
                yield Twin(split, source, similarity)


def digest(plain: str) -> str:
    """Return a short stand-in for a normalised text, equal only for equal texts."""
    return f"{len(plain)}-{zlib.crc32(plain.encode())}-{zlib.adler32(plain.encode())}"


def shingles(plain: str) -> set[int]:
    """Return the hashes of all runs of six characters, or none for a text too short to tell."""
    if len(plain) < SHORT:
        return set()
    return {zlib.crc32(plain[i : i + SHINGLE].encode()) for i in range(len(plain) - SHINGLE + 1)}


def jaccard(hashes: set[int], other: "array[int]") -> float:
    """Return the share of shingles that two texts have in common."""
    common = sum(value in hashes for value in other)
    return common / (len(hashes) + len(other) - common)
