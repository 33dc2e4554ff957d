"""Word vectors for a language: converted, taken from a pipeline, distilled, or learned from raw texts.

In: a pipeline without components; and a file, the name of a pipeline or of a sentence transformer, or
texts. Out: the same pipeline with vectors, as `spacy init vectors` makes one.
"""

import math
from collections import Counter
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.training.initialize import convert_vectors, load_vectors_into_model, open_file
from spacy.util import load_language_data, registry
from spacy.vectors import Mode, Vectors

from scripts.training.word_clusters import Floats

PROBABILITIES, CLUSTERS = "lexeme_prob", "lexeme_cluster"  # tables of spacy-lookups-data
BATCH = 256  # words that a sentence transformer encodes at a time


class NoVectors(ValueError):
    """Raised when vectors can't be made; `hint` says what to do."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.hint = hint


def convert(nlp: Language, path: Path, *, words: int, keep: int, any_case: bool) -> None:
    """Read the vectors of a file in word2vec's text format, which may be compressed.

    words: how many are read, from the beginning of the file; 0 for all. keep: see `prune`.
    any_case: see `share_case`. Raises NoVectors.
    """
    if not path.is_file():
        raise NoVectors(f"{path.as_posix()} does not exist", "Set source to the file with the vectors.")
    try:
        convert_vectors(nlp, path, truncate=words, prune=-1, name=title(nlp))
        said = None if nlp.vocab.vectors.size else "its first line has no numbers"
    except (ValueError, IndexError, RuntimeError, SystemExit) as error:
        said = str(error)
    if said or not np.isfinite(nlp.vocab.vectors.data).all():
        reason = f"{path.as_posix()} can't be read as word vectors: {fault_in(path) or said}"
        hint = (
            "A line has a word and its numbers, separated by spaces; the first line may have two counts."
        )
        raise NoVectors(reason, hint)
    prune(nlp, keep)
    if any_case:
        share_case(nlp.vocab.vectors)


def fault_in(path: Path) -> str | None:
    """Return what is wrong with the first line of a file of vectors that is no vector, if one is not."""
    width = 0
    try:
        for number, line in enumerate(open_file(path), 1):
            parts = line.rstrip().split(" ")
            if number == 1:
                header = len(parts) == 2 and all(part.isdecimal() for part in parts)
                width = int(parts[1]) if header else len(parts) - 1
                if header:
                    continue
            if len(parts) <= width:
                return f"line {number:,} has {len(parts) - 1:,} numbers instead of {width:,}"
            if wrong := next((part for part in parts[-width:] if not is_finite(part)), None):
                return f"line {number:,} has {wrong!r} in place of a number"
    except (OSError, ValueError) as error:
        return str(error)
    return None if width else "it has no vectors"


def is_finite(text: str) -> bool:
    """Say whether a text is a number, and neither infinite nor nan."""
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def take(nlp: Language, name: str, *, keep: int) -> None:
    """Take the vectors of an installed pipeline, or of one in a folder. Raises NoVectors."""
    try:
        load_vectors_into_model(nlp, name)
    except OSError:
        hint = f"Install it (python -m spacy download {name}), or set source to a folder."
        raise NoVectors(f"The pipeline {name} was not found", hint) from None
    if not nlp.vocab.vectors.shape[0]:
        raise NoVectors(f"The pipeline {name} has no word vectors", "Set source to one that has.")
    prune(nlp, keep)


def prune(nlp: Language, keep: int) -> None:
    """Keep the vectors of the first words, so many; other words get the most similar one. 0 keeps all.

    spaCy's prune_vectors keeps a vector that two words share twice, so it isn't used. Rows without words
    are left out. floret's table can't be pruned.
    """
    vectors = nlp.vocab.vectors
    if vectors.mode == Mode.floret:
        return
    order = list(dict.fromkeys(row for row in vectors.key2row.values() if row >= 0))
    kept = vectors.data[order[: keep or None]]
    targets = (kept / np.linalg.norm(kept, axis=1, keepdims=True).clip(min=1e-9)).T
    place = {row: number for number, row in enumerate(order[: len(kept)])}
    for start in range(len(kept), len(order), BATCH):
        others = order[start : start + BATCH]
        place |= zip(others, np.argmax(vectors.data[others] @ targets, axis=1).tolist(), strict=True)
    pruned = Vectors(strings=nlp.vocab.strings, data=kept, name=vectors.name)
    for key, row in vectors.key2row.items():
        if row >= 0:
            pruned.add(key, row=place[row])
    nlp.vocab.vectors = pruned


def share_case(vectors: Vectors) -> None:
    """Let the lower-case, capitalised and upper-case form of a word share its vector, if they have none.

    spaCy could look words up in lower case, but does not save that it should.
    """
    for key, row in list(vectors.key2row.items()):
        word = vectors.strings[key]
        for form in (word.lower(), word.capitalize(), word.upper()):
            if form not in vectors:
                vectors.add(form, row=row)


def distil(nlp: Language, name: str, words: list[str], *, dimensions: int, any_case: bool) -> None:
    """Get the vectors that a sentence transformer gives to single words, with fewer dimensions.

    name: on the Hugging Face hub, or a folder. any_case: see `share_case`. Raises NoVectors.
    Source of the method: https://github.com/MinishLab/model2vec
    """
    library = needed("sentence_transformers")
    try:
        encoder = library.SentenceTransformer(name)
    except (OSError, ValueError) as error:
        reason = (
            f"The sentence transformer {name} can't be loaded ({' '.join(str(error).split())[:200]})"
        )
        raise NoVectors(reason, "Set source to its name on the hub, or to its folder.") from None
    encoded = forms(words, any_case)
    found = encoder.encode(encoded, batch_size=BATCH, show_progress_bar=True, convert_to_numpy=True)
    give(nlp, encoded, principal(np.asarray(found, dtype="float32"), dimensions))
    if any_case:
        vectors = nlp.vocab.vectors
        share_case(vectors)
        for word in words:  # in every form that occurs, such as McCartney
            if word.strip() and word not in vectors:
                vectors.add(word, row=vectors.find(key=word.lower()))


def give(nlp: Language, words: list[str], data: Floats) -> None:
    """Give words their vectors, a row of `data` for each."""
    for word in words:
        nlp.vocab.strings.add(word)  # Vectors keeps only hashes
    nlp.vocab.vectors = Vectors(strings=nlp.vocab.strings, data=data, keys=words, name=title(nlp))


def learn(
    nlp: Language, texts: Iterable[str], *, dimensions: int, rows: int, epochs: int, least: int
) -> None:
    """Let floret learn vectors from texts; it has one for every word, also for unseen ones.

    rows: of the table of subwords. epochs: passes over the texts. least: occurrences of a word that is
    learned as a whole. Raises NoVectors. For floret see https://github.com/explosion/floret
    """
    library = needed("floret")
    with TemporaryDirectory() as folder:
        corpus, vectors = Path(folder) / "texts.txt", Path(folder) / "vectors.floret"
        count = write_tokens(nlp, texts, corpus)
        if not count:
            raise NoVectors("There are no texts to learn vectors from", "Put texts into the folder.")
        try:
            model = library.train_unsupervised(
                str(corpus), mode="floret", model="cbow", hashCount=2, bucket=rows, dim=dimensions,
                epoch=epochs, minCount=least, minn=4, maxn=5, thread=1, verbose=0,
            )  # fmt: skip
        except ValueError as error:
            raise NoVectors(f"floret can't learn from these texts ({error})", "Add texts.") from None
        model.save_floret_vectors(str(vectors))
        convert_vectors(nlp, vectors, truncate=0, prune=-1, name=title(nlp), mode="floret")


def write_tokens(nlp: Language, texts: Iterable[str], path: Path) -> int:
    """Write a text a line, its tokens separated by spaces; return how many tokens there are."""
    count = 0
    with path.open("w", encoding="utf8", errors="replace", newline="\n") as lines:
        for text in texts:
            tokens = [token.text for token in nlp.make_doc(text) if not token.is_space]
            count += len(tokens)
            lines.write(" ".join(tokens) + "\n")
    return count


def title(nlp: Language) -> str:
    """Return the name of the vectors: spaCy warns where vectors of a pipeline have none."""
    return f"{nlp.lang}_vectors"


def needed(library: str) -> Any:
    """Return a library of requirements-vectors.txt. Raises NoVectors if it is not installed."""
    try:
        return import_module(library)
    except ImportError:
        name = library.replace("_", "-")
        hint = "Install it: python -m pip install -r requirements-vectors.txt"
        raise NoVectors(f"This method needs {name}, which is not installed", hint) from None


def principal(vectors: Floats, dimensions: int) -> Floats:
    """Return vectors with only so many principal components, on average as long as random ones are.

    A component has a variance of 1 on average: the layer that reads vectors starts with small weights.
    """
    centred = vectors - vectors.mean(axis=0)
    _, components = np.linalg.eigh(centred.T @ centred)
    kept = centred @ components[:, ::-1][:, :dimensions]
    return cast(Floats, (kept / (kept.std() or 1.0)).astype("float32"))


def frequent_words(lang: str, most: int | None) -> list[str]:
    """Return the most frequent words of a language, if spacy-lookups-data has a table of them.

    most: how many, None for all.
    """
    tables = registry.lookups.get(lang) if registry.has("lookups", lang) else {}
    table = next((tables[name] for name in (PROBABILITIES, CLUSTERS) if name in tables), None)
    if table is None:
        return []
    known = cast(dict[str, float], load_language_data(table))
    if PROBABILITIES in tables:
        return sorted(known, key=lambda word: (-known[word], word))[:most]
    return [word for word, path in known.items() if path][:most]


def forms(words: Iterable[str], any_case: bool) -> list[str]:
    """Return distinct words in order, in lower case if case is to be ignored, without spaces."""
    found = (word.lower() if any_case else word for word in words)
    return list(dict.fromkeys(word for word in found if word.strip()))


def words_with_vectors(nlp: Language, words: Iterable[str]) -> tuple[NDArray[np.uint64], Floats]:
    """Return the hashes of words and their vectors: all in the table, or these words for floret.

    The words are in the order of the source, which usually is that of their frequency.
    """
    vectors = nlp.vocab.vectors
    if vectors.mode == Mode.floret:
        distinct = forms(words, any_case=False)
        keys = np.array([nlp.vocab.strings.add(word) for word in distinct], dtype="uint64")
        return keys, np.asarray(vectors.get_batch(distinct), dtype="float32")
    known = {key: row for key, row in vectors.key2row.items() if row >= 0}
    keys = np.array(list(known), dtype="uint64")
    return keys, np.asarray(vectors.data[list(known.values())], dtype="float32")


def counted_words(nlp: Language, texts: Iterable[str]) -> Counter[str]:
    """Return how often each word occurs in texts."""
    return Counter(token.text for text in texts for token in nlp.make_doc(text) if not token.is_space)
