"""Several trained pipelines that look at the same texts: how they are named, loaded and asked.

In: names of packages, folders and patterns. Out: pipelines, and for each text the share of them that has
an entity. Of a pipeline with `ner`, a beam search shows what else it considered; with `spancat`, the
share of a span is its score; the others, and a beam of one, have each entity that they find for certain.
Source of the beam's shares: M. Honnibal, Beam search in spaCy's `EntityRecognizer.beam_parse`,
https://spacy.io/api/entityrecognizer.
"""

import glob
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.pipeline import EntityRecognizer
from spacy.tokens import Doc
from spacy.util import is_package

from scripts.corpus.marks import spans_key_of
from scripts.corpus.new_words import forgetting
from scripts.files import fingerprint
from scripts.files.terminal import listed, msg, printable, refuse

LONGEST = 300  # characters of an error on the screen

Found = dict[tuple[int, int, str], float]  # by start, end and label in characters: the share


def pipeline_names(patterns: Iterable[str], what: str, where: str) -> list[str]:
    """Return the pipelines that a setting names; ends the program where there are none.

    what: they are (`teachers`). where: the setting, for the hint.
    """
    found = list(chain.from_iterable(matching(pattern) for pattern in patterns))
    missing = [name for name in found if not is_package(name) and not Path(name).is_dir()]
    if missing or not found:
        reason = f"{listed(missing)} can't be found" if missing else "there are none"
        hint = "Train them first (for example: weasel run all . --vars.run seed1 --vars.seed 1), "
        refuse(f"No {what}: {reason}", [f"{hint}or correct {where}."])
    return found


def matching(pattern: str) -> list[str]:
    """Return the folders that a pattern matches, in order; a name that is no pattern as it is."""
    if not glob.has_magic(pattern):
        return [pattern]
    return sorted(Path(path).as_posix() for path in glob.glob(pattern)) or [pattern]


def load(name: str, what: str, where: str) -> Language:
    """Return a pipeline; ends the program where it can't be loaded. what, where: see above."""
    try:
        return spacy.load(name)
    except (OSError, ValueError, ImportError) as error:
        said = printable(" ".join(str(error).split()), LONGEST)
        hint = f"Install what it needs, or correct {where}."
        msg.fail(f"The {what} {printable(name)} can't be loaded: {said}", hint, exits=1)
        raise


def identity(name: str, nlp: Language) -> str:
    """Return what changes whenever a pipeline does: a folder's hash, a package's version."""
    return fingerprint.of_path(Path(name)) if Path(name).is_dir() else str(nlp.meta["version"])


def shares_of(nlp: Language, texts: Sequence[str], beam: int) -> list[Found]:
    """Return for each text the entities that a pipeline has in mind, each with its share.

    beam: how many analyses of a text are compared; 1 for the best one alone.
    """
    names = nlp.pipe_names
    key = spans_key_in(nlp)
    ner = next((name for name in names if isinstance(nlp.get_pipe(name), EntityRecognizer)), None)
    with forgetting(nlp):
        if key is not None:
            return [span_shares(doc, key) for doc in nlp.pipe(texts)]
        if beam < 2 or ner is None:
            return [
                {(entity.start_char, entity.end_char, entity.label_): 1.0 for entity in doc.ents}
                for doc in nlp.pipe(texts)
            ]
        before = names[: names.index(ner)]
        docs = list(nlp.pipe(texts, disable=[name for name in names if name not in before]))
        return beam_shares(nlp.get_pipe(ner), docs, beam)


def spans_key_in(nlp: Language) -> str | None:
    """Return the key of `doc.spans` where a pipeline puts what it finds, None for `doc.ents`."""
    try:
        return spans_key_of(nlp.config)
    except ValueError:  # a component that this project does not know sets `doc.ents`
        return None


def span_shares(doc: Doc, key: str) -> Found:
    """Return the spans of a Doc, each with its score; 1 where the component gives none."""
    group = doc.spans.get(key, [])
    scores = getattr(group, "attrs", {}).get("scores", [1.0] * len(group))
    return {
        (span.start_char, span.end_char, span.label_): float(score)
        for span, score in zip(group, scores, strict=True)
    }


def beam_shares(ner: EntityRecognizer, docs: list[Doc], beam: int) -> list[Found]:
    """Return for each Doc the share of the beam's weight that has an entity."""
    filled = [doc for doc in docs if len(doc)]
    beams = iter(ner.beam_parse(filled, beam_width=beam, beam_density=0.0) if filled else ())
    found: list[Found] = []
    for doc in docs:
        shares: Found = {}
        for weight, entities in ner.moves.get_beam_parses(next(beams)) if len(doc) else ():
            for start, end, label in entities:
                span = doc[start:end]
                key = (span.start_char, span.end_char, label)
                shares[key] = shares.get(key, 0.0) + weight
        found.append(shares)
    return found
