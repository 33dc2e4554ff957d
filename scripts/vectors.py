"""Step `vectors`: word vectors and word clusters, for configs/vectors.cfg or a config of your own.

In: the settings in configs/word_vectors.cfg, and the training set and raw texts, if there are any. Out:
a folder that `[paths] vectors` of a config can name, with `clusters.msgpack`, which `path` in
`[initialize.before_init]` can name. Runs every time, since a package or a name on the internet can't be
a dep; the same source makes the same files.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import typer
from spacy.attrs import ORTH
from spacy.language import Language

from scripts.conversion.inputs import Inputs
from scripts.corpus.docs import stored_docs
from scripts.corpus.raw_texts import RawTextError, unseen_texts
from scripts.corpus.tokenizer import blank_pipeline
from scripts.files import atomic
from scripts.files.contract import read
from scripts.files.step import run as run_step
from scripts.files.terminal import msg, printable, say, size
from scripts.settings.base import read_settings
from scripts.settings.word_vectors import WordVectorsSettings
from scripts.training import word_vectors
from scripts.training.word_clusters import paths_in_tree, write_clusters
from scripts.training.word_vectors import (
    NoVectors,
    counted_words,
    frequent_words,
    words_with_vectors,
)

CLUSTERS = "clusters.msgpack"
LONGEST = 400  # characters of a reason

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def vectors_cli(
    corpus: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
    folder: Path = typer.Argument(..., help="Folder to write to: assets/vectors"),
) -> None:
    """Make word vectors and word clusters from the source in configs/word_vectors.cfg."""
    settings = read_settings(corpus, "vectors", WordVectorsSettings)
    nlp = blank_pipeline(read(corpus / "inputs.json", Inputs, "inputs")["nlp"])
    try:
        vectors(nlp, settings, corpus, folder)
    except NoVectors as error:
        msg.fail(printable(str(error), LONGEST), error.hint, exits=1)
    except RawTextError as error:
        msg.fail("A raw text can't be read", str(error), exits=1)
    show(nlp, corpus, folder)


def vectors(nlp: Language, settings: WordVectorsSettings, corpus: Path, folder: Path) -> None:
    """Give word vectors to `nlp`, and write it and the clusters of the vectors to `folder`.

    nlp: a pipeline without components. Raises NoVectors when there are none, and RawTextError.
    """
    if settings.method == "file":
        path = Path(settings.source)
        word_vectors.convert(
            nlp, path, words=settings.words, keep=settings.keep, any_case=settings.any_case
        )
    elif settings.method == "pipeline":
        word_vectors.take(nlp, settings.source, keep=settings.keep)
    elif settings.method == "transformer":
        frequent = frequent_words(str(nlp.lang), settings.words or None)
        words = [*frequent, *raw_words(nlp, settings, corpus)]
        if not words:
            reason = f"There are no words to encode: no table of frequent words has {nlp.lang}"
            raise NoVectors(reason, f"Put texts into {settings.raw_folder}.")
        word_vectors.distil(
            nlp, settings.source, words, dimensions=settings.dimensions, any_case=settings.any_case
        )
    else:
        word_vectors.learn(
            nlp,
            texts_of(nlp, settings, corpus),
            dimensions=settings.dimensions,
            rows=settings.floret_rows,
            epochs=settings.floret_epochs,
            least=settings.least_count,
        )
    with atomic.replacing(folder) as temporary:
        nlp.to_disk(temporary)
        if settings.cluster_depth:
            keys, found = words_with_vectors(nlp, raw_words(nlp, settings, corpus))
            paths = paths_in_tree(found, settings.cluster_depth)
            write_clusters(temporary / CLUSTERS, keys, paths)
            if not len(keys):
                msg.warn("No word has a cluster", f"Put texts into {settings.raw_folder}.")


def texts_of(nlp: Language, settings: WordVectorsSettings, corpus: Path) -> Iterator[str]:
    """Yield the texts of the training set, and raw texts that are in no set. Raises RawTextError."""
    for doc in stored_docs(corpus / "train.spacy"):
        yield doc.text
    yield from unseen_texts(Path(settings.raw_folder), corpus, nlp.max_length)


def raw_words(nlp: Language, settings: WordVectorsSettings, corpus: Path) -> list[str]:
    """Return the words that the raw texts have often enough, the most frequent first.

    The training set adds none. Otherwise each of its names would have a vector, and names of other texts
    would not: the pipeline would learn that a word without one is no name. Raises RawTextError.
    """
    counts = counted_words(nlp, unseen_texts(Path(settings.raw_folder), corpus, nlp.max_length))
    kept = [word for word, count in counts.items() if count >= settings.least_count]
    return sorted(kept, key=lambda word: (-counts[word], word))


def show(nlp: Language, corpus: Path, folder: Path) -> None:
    """Print what was made, how much of the training set it covers, and what to type next."""
    table = nlp.vocab.vectors
    rows, dimensions = table.shape
    docs = stored_docs(corpus / "train.spacy", nlp.vocab)
    tokens = np.concatenate([doc.to_array(ORTH) for doc in docs])
    found = sum(key in table for key in tokens.tolist()) / max(1, len(tokens))
    kind = f"{rows:,} vectors of {dimensions} dimensions ({size(table.data.nbytes)})"
    msg.good(f"{folder.as_posix()} has {kind}, for {found:.1%} of the tokens in the training set")
    say("Train with them: weasel run all . --vars.config vectors.cfg --vars.run vectors")


if __name__ == "__main__":
    run_step(app)
