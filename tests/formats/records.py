"""Annotated texts as `export` hands them to a writer, made up by hypothesis."""

from itertools import pairwise

from hypothesis import strategies as st

from scripts.annotation.text import AnnotatedText, CharSpan

WORDS = (
    "Ada",
    "李雷",
    "عمر",
    "👩🏽‍🚀",
    "🙂",
    "é",
    "e\u0301",
    "naïve",
    "#tag",
    "O'Neil",
    '"',
    "\\",
    "-",
    "B-X",
    "&amp;",
)
BETWEEN = (" ", " ", " ", "", "\n", "\r\n", "\t", "  ", "\u00a0", "\u2028")
LABELS = ("PERSON", "ORG", "job title", "B-X", "O", "a/b", "Größe", "人")
NAMES = st.sampled_from(("doc-1", "a/b: c", "人.txt", "con", "x" * 80, "A", "a", "(1) b")) | st.none()
FREE = st.dictionaries(
    st.sampled_from(("kind", "text", "label", "id", "data", "Größe")),
    st.sampled_from(("mail", 1, None, ["a"], {"b": "c"})),
    max_size=2,
)


@st.composite
def texts(draw, words=WORDS, between=BETWEEN):
    """Return a text and its tokens: words, and white space that is no single space after one."""
    text, tokens = "", []
    for number in range(draw(st.integers(1, 6))):
        gap = draw(st.sampled_from(between)) if number else ""
        if gap not in ("", " "):
            tokens.append((len(text), len(text) + len(gap)))
        text += gap
        word = draw(st.sampled_from(words))
        tokens.append((len(text), len(text) + len(word)))
        text += word
    return text, tuple(tokens)


@st.composite
def spans_over(draw, text, tokens, labels, overlapping):
    """Return spans over whole tokens, none beginning or ending in white space."""
    words = [place for place in tokens if text[slice(*place)].strip()]
    found = set()
    for _ in range(draw(st.integers(0, 4))):
        first = draw(st.integers(0, len(words) - 1))
        last = draw(st.integers(first, min(first + 2, len(words) - 1)))
        found.add(CharSpan(words[first][0], words[last][1], draw(st.sampled_from(labels))))
    ordered = sorted(found, key=lambda span: (span.start, span.end, span.label))
    if overlapping or all(one.end <= two.start for one, two in pairwise(ordered)):
        return tuple(ordered)
    return tuple(ordered[:1])


@st.composite
def records(draw, *, words=WORDS, between=BETWEEN, labels=LABELS, overlapping=True, partial=True):
    """Return a record as `annotated` makes it of a Doc.

    overlapping: whether its spans may overlap. partial: whether something in it may be unknown or wrong.
    """
    text, tokens = draw(texts(words, between))
    spans = draw(spans_over(text, tokens, labels, overlapping))
    wrong = draw(spans_over(text, tokens, labels, overlapping)) if partial else ()
    exhaustive = draw(st.booleans()) if partial else True
    unknown = partial and exhaustive and draw(st.booleans())
    return AnnotatedText(
        text=text,
        spans=spans,
        file="assets/mine.jsonl",
        place="line 1",
        id=draw(NAMES),
        group=draw(NAMES),
        split="train",
        annotated=True,
        exhaustive=exhaustive or not (spans or wrong),
        missing=tokens[:1] if unknown else (),
        wrong=tuple(span for span in wrong if span not in spans),
        tokens=tokens,
        meta=draw(FREE),
    )
