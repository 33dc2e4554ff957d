"""The same words elsewhere in the corpus: how often they have a label, and how often none.

In: documents, twice. Out: counts by words. Words of the test set count for its own documents only, so
that nothing in it has a say about the training set.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from scripts.scoring.document import Document, Entity

TEST = "test"
UNMARKED = ""  # in place of a label
# A word, a sign, or one character of a script that writes no spaces between words.
SPACELESS = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"[{SPACELESS}]|(?:(?![{SPACELESS}])\w)+|[^\w\s]")

Words = tuple[str, ...]


def words_of(text: str) -> Words:
    """Return the words of a text, whatever space is between them."""
    return tuple(WORD.findall(text))


def words_at(document: Document, entity: Entity) -> Words:
    """Return the words of an entity."""
    return words_of(document.text[entity.start : entity.end])


class Elsewhere:
    """Counts of words by label.

    `note` sees all documents first, then `count_unmarked` sees them again.
    """

    def __init__(self) -> None:
        self._counts: dict[bool, dict[Words, Counter[str]]] = {True: {}, False: {}}  # by whether in test
        self._names: set[Words] = set()
        self._lengths: dict[str, set[int]] = defaultdict(set)  # of names, by their first word

    def note(self, split: str, document: Document, found: Iterable[Entity]) -> None:
        """Count the gold entities of a document, and remember what pipelines found in it."""
        counts = self._counts[split == TEST]
        for entity in set(document.gold):
            counts.setdefault(words_at(document, entity), Counter())[entity.label] += 1
        for entity in {*document.gold, *found}:
            name = words_at(document, entity)
            if name:
                self._names.add(name)
                self._lengths[name[0]].add(len(name))

    def count_unmarked(self, split: str, document: Document) -> None:
        """Count where the noted words are in a document without being an entity or a part of one."""
        counts = self._counts[split == TEST]
        for place in self.unmarked(document):
            counts.setdefault(words_at(document, place), Counter())[UNMARKED] += 1

    def unmarked(self, document: Document) -> Iterator[Entity]:
        """Yield the places where noted words are no part of an entity, and are known not to be."""
        covered = bytearray(len(document.text))
        known = [(entity.start, entity.end) for entity in document.gold]
        for start, end in (*known, *document.unknown):
            covered[start:end] = b"\1" * (end - start)
        found = [(match.start(), match.end(), match[0]) for match in WORD.finditer(document.text)]
        for at, (start, _, first) in enumerate(found):
            for length in self._lengths.get(first, ()):
                stretch = found[at : at + length]
                if len(stretch) < length:  # the text ends before
                    continue
                end = stretch[-1][1]
                if tuple(word for *_, word in stretch) in self._names and not any(covered[start:end]):
                    yield Entity(start, end, UNMARKED)

    def times(self, split: str, words: Sequence[str], label: str) -> int:
        """Return how often words have a label, or none, as far as a document of this split may know."""
        name = tuple(words)
        seen = self._counts[False].get(name, Counter())[label]
        return seen + (self._counts[True].get(name, Counter())[label] if split == TEST else 0)

    def labels(self, split: str, words: Words) -> Counter[str]:
        """Return the same for all labels, `UNMARKED` among them."""
        seen = self._counts[False].get(words, Counter())
        return seen + self._counts[True].get(words, Counter()) if split == TEST else seen
