"""spaCy's own binary format: a DocBin file, as `spacy convert` or this project writes it.

Read are the text, its tokens, the entities and `doc.spans`: each group that doesn't only repeat the
entities is an annotation layer, and besides one the entities are the layer `ents`. The group
`incorrect_spans` holds spans that are known to be wrong.
Source: https://spacy.io/api/docbin. The attributes are msgpack in zlib, never pickle.
"""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.annotation.text import AnnotatedText, CharSpan, Fault, FileFault, Unusable
from scripts.formats.base import Format, Options, Records
from scripts.formats.shared.fields import LABEL_HINT, usable_text
from scripts.formats.shared.head import Head
from scripts.formats.spacy.span_groups import WRONG, layered, says_more

if TYPE_CHECKING:
    from spacy.tokens import Doc, DocBin, Span

# What zlib, msgpack, numpy and spaCy raise for damaged files, as 20,000 of them have shown.
DAMAGE = (zlib.error, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, MemoryError)


def sniff(head: Head) -> bool:
    """Say whether the file is a zlib stream that begins like a DocBin's msgpack map."""
    if not head.data.startswith(b"\x78"):
        return False
    try:
        return b"version" in zlib.decompressobj().decompress(head.data, 256)
    except zlib.error:
        return False


def read(path: Path, options: Options) -> Records:
    """Yield the documents of a DocBin file. It is one block: spaCy reads it whole."""
    from spacy.tokens import DocBin  # here, for the other formats need no spaCy to be read

    file = path.as_posix()
    try:
        docs = DocBin().from_disk(path)
        several = has_groups(docs) and any(
            says_more(ents_of(doc), groups_of(doc)) for doc in docs_of(docs)
        )
        for number, doc in enumerate(docs_of(docs), start=1):
            yield record_of(doc, file, f"document {number}", several)
    except DAMAGE as error:
        said = " ".join(str(error).split())[:200]
        raise FileFault(file, f"not a readable .spacy file ({said})", "write it again") from None


def docs_of(docs: "DocBin") -> Iterator["Doc"]:
    """Yield the documents of a DocBin."""
    import spacy

    yield from docs.get_docs(spacy.blank("xx").vocab)


def has_groups(docs: "DocBin") -> bool:
    """Say whether a document has span groups besides that of wrong spans."""
    import srsly

    for data in set(docs.span_groups):
        groups = srsly.msgpack_loads(data) if data else []
        if groups and not (isinstance(groups, dict) and list(groups.values()) == [[WRONG]]):
            return True
    return False


def ents_of(doc: "Doc") -> tuple[CharSpan, ...]:
    """Return the entities of a document."""
    return tuple(map(char_span, doc.ents))


def groups_of(doc: "Doc") -> dict[str, tuple[CharSpan, ...]]:
    """Return the span groups of a document by their names."""
    return {name: tuple(map(char_span, group)) for name, group in doc.spans.items()}


def char_span(span: "Span") -> CharSpan:
    """Return a span of a Doc as a span of its text."""
    return CharSpan(span.start_char, span.end_char, span.label_)


def record_of(doc: "Doc", file: str, place: str, several: bool) -> AnnotatedText | Fault:
    """Return the annotated text that a Doc holds, or what is wrong with it.

    several: whether documents of the file have layers besides their entities.
    """
    try:
        if not doc.text.strip():
            raise Unusable("the record has no text", "leave it out")
        marked = doc.has_annotation("ENT_IOB")
        groups = groups_of(doc)
        known = marked or bool(groups.keys() - {WRONG})
        spans = layered(ents_of(doc), groups, several=several)
        if any(not span.label.strip() for span in spans):
            raise Unusable("an entity has no label", LABEL_HINT)
        return AnnotatedText(
            text=usable_text(doc.text),
            spans=spans,
            file=file,
            place=place,
            annotated=True if known else None,
            exhaustive=known,
            missing=tuple((t.idx, t.idx + len(t)) for t in doc if marked and t.ent_iob == 0),
            wrong=groups.get(WRONG, ()),
            tokens=tuple((token.idx, token.idx + len(token)) for token in doc),
        )
    except Unusable as error:
        return Fault(file, place, doc.text[:200], error.reason, error.hint)


FORMAT = Format("docbin", "spaCy DocBin (.spacy)", sniff, read, None)
