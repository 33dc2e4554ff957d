"""spaCy's own binary format: a DocBin file, as `spacy convert` or this project writes it.

Only the text and the entities are used; the pipeline's own tokenizer sees the text anew.
Source: https://spacy.io/api/docbin. The attributes are msgpack in zlib, never pickle.
"""

import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.corpus.text import AnnotatedText, CharSpan, Fault, FileFault, Unusable
from scripts.formats.base import Format, Options, Reading
from scripts.formats.fields import LABEL_MEND, usable_text
from scripts.formats.head import Head

if TYPE_CHECKING:
    from spacy.tokens import Doc


def sniff(head: Head) -> bool:
    """Say whether the file is a zlib stream that begins like a DocBin's msgpack map."""
    if not head.data.startswith(b"\x78"):
        return False
    try:
        return b"version" in zlib.decompressobj().decompress(head.data, 256)
    except zlib.error:
        return False


def read(path: Path, options: Options) -> Reading:
    """Yield the documents of a DocBin file. It is one block: spaCy reads it whole."""
    import spacy  # here, for the other formats need no spaCy to be read
    from spacy.tokens import DocBin

    file = path.as_posix()
    try:
        docs = DocBin().from_disk(path).get_docs(spacy.blank("xx").vocab)
        for number, doc in enumerate(docs, start=1):
            yield record_of(doc, file, f"document {number}")
    except Exception as error:  # whatever zlib, msgpack or spaCy make of a damaged file
        said = " ".join(str(error).split())[:200]
        raise FileFault(file, f"not a readable .spacy file ({said})", "write it again") from None


def record_of(doc: "Doc", file: str, place: str) -> AnnotatedText | Fault:
    """Return the annotated text that a Doc holds, or what is wrong with it."""
    try:
        if not doc.text.strip():
            raise Unusable("the record has no text", "leave it out")
        marked = doc.has_annotation("ENT_IOB")
        if any(not ent.label_.strip() for ent in doc.ents):
            raise Unusable("an entity has no label", LABEL_MEND)
        return AnnotatedText(
            text=usable_text(doc.text),
            spans=tuple(CharSpan(e.start_char, e.end_char, e.label_) for e in doc.ents),
            file=file,
            place=place,
            exhaustive=marked,
            missing=tuple((t.idx, t.idx + len(t)) for t in doc if marked and t.ent_iob == 0),
        )
    except Unusable as error:
        return Fault(file, place, doc.text[:200], error.reason, error.mend)


FORMAT = Format("docbin", "spaCy DocBin (.spacy)", sniff, read, None)
