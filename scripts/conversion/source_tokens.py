"""Docs with the tokens that the annotation file fixed, instead of the pipeline's own."""

from spacy.language import Language
from spacy.tokens import Doc

from scripts.annotation.text import AnnotatedText, Unusable


def source_tokens(record: AnnotatedText, nlp: Language) -> Doc:
    """Return the Doc with the file's own tokens, marked so that training and scoring keep them.

    Raises Unusable when the source has none, or when they leave out something visible.
    """
    if record.tokens is None:
        raise Unusable(
            "the source has no tokens of its own", "set tokens in configs/convert.cfg to pipeline"
        )
    words: list[str] = []
    spaces: list[bool] = []
    end = 0
    for start, stop in (*record.tokens, (len(record.text), len(record.text))):
        if not end <= start <= stop <= len(record.text):
            reason = f"its token {start}-{stop} overlaps the previous one, or is not in the text"
            raise Unusable(reason, "set tokens in configs/convert.cfg to pipeline")
        gap = record.text[end:start]
        if gap.strip():
            raise Unusable(
                f"{gap.strip()[:40]!r} is not part of any token",
                "set tokens in configs/convert.cfg to pipeline",
            )
        if words and gap.startswith(" "):
            spaces[-1], gap = True, gap[1:]
        if gap:  # white space beyond one space is a token of its own
            words.append(gap)
            spaces.append(False)
        if start < stop:
            words.append(record.text[start:stop])
            spaces.append(False)
        end = stop
    doc = Doc(nlp.vocab, words=words, spaces=spaces)
    doc.has_unknown_spaces = True  # spaCy's corpus reader then keeps these tokens
    return doc
