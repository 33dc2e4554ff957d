"""What became of a span that did not go through as it was marked, with the tokens around it.

In: character spans, and their Doc. Out: notes that are listed among the rejects.
"""

from dataclasses import dataclass, replace

from spacy.tokens import Doc, Span

from scripts.annotation.text import CharSpan, Unusable
from scripts.conversion.span_outcomes import OUT_OF_TEXT

CONTEXT = 3  # tokens shown on either side of a span in the list of rejects


@dataclass(frozen=True, slots=True)
class Change:
    """One span that did not go through as it was marked.

    outcome: `trimmed` or `adjusted` (kept), or one of `LOST`.
    tokens: the tokens that the span touches and up to three on either side.
    """

    span: CharSpan
    mention: str
    tokens: tuple[str, ...]
    outcome: str
    reason: str
    hint: str


def unplaced(marked: CharSpan, problem: Unusable) -> Change:
    """Return the note on a span that has no place in its text."""
    return Change(marked, marked.mention or "", (), OUT_OF_TEXT, problem.reason, problem.hint)


def note(doc: Doc, text: str, span: CharSpan, outcome: str, reason: str, hint: str) -> Change:
    """Return what became of one span, with the tokens around it; text: the Doc's."""
    area = touched(doc, text, span.start, span.end)
    around: tuple[str, ...] = ()
    if area is not None:
        around = tuple(token.text for token in doc[max(0, area.start - CONTEXT) : area.end + CONTEXT])
    return Change(span, text[span.start : span.end], around, outcome, reason, hint)


def touched(doc: Doc, text: str, start: int, end: int) -> Span | None:
    """Return the tokens that share a visible character with `text[start:end]`, or None.

    text: the Doc's, which spaCy would put together again.
    """
    span = trim(text, CharSpan(start, end, ""))
    return doc.char_span(span.start, span.end, alignment_mode="expand") if span else None


def trim(text: str, span: CharSpan) -> CharSpan | None:
    """Return `span` without white space at its ends, or None when nothing is left."""
    mention = text[span.start : span.end]
    if mention and not (mention[0].isspace() or mention[-1].isspace()):
        return span
    start = span.start + len(mention) - len(mention.lstrip())
    end = span.end - (len(mention) - len(mention.rstrip()))
    return replace(span, start=start, end=end) if start < end else None


def as_marked(span: Span) -> CharSpan:
    """Return the character offsets of a span of tokens."""
    return CharSpan(span.start_char, span.end_char, span.label_)


def describe(span: Span) -> str:
    """Return a span as a person would name it: `PERSON 'Ada Okafor' 5-15`."""
    return f"{span.label_} {span.text!r} {span.start_char}-{span.end_char}"
