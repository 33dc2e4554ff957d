"""DocBins that are made by what is inside of them: each reads back as the one that spaCy makes."""

import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import DocBin
from spacy.vocab import Vocab

from scripts.conversion.doc_bins import DocBinSplitter, EntityBin, packed, part_of, unpacked
from scripts.corpus.docs import ATTRIBUTES

NLP = spacy.blank("en")
TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=4).map(
    lambda texts: [*texts, "Don't go to Mr. O'Neill, he's in  Zürich.", ""]
)


def annotated_docs(texts):
    """Return Docs with entities, unknown tokens, spans, and now and then tokens of the source."""
    found = []
    for number, text in enumerate(texts):
        doc = NLP.make_doc(text)
        spans = [doc[at : at + 1] for at in range(0, len(doc), 3)]
        doc.spans["sc"] = [doc.char_span(s.start_char, s.end_char, label="SPAN") for s in spans]
        entities = [doc.char_span(s.start_char, s.end_char, label=f"L{s.start}") for s in spans]
        doc.set_ents(entities, missing=[doc[1:2]] if len(doc) > 2 else [], default="outside")
        doc.has_unknown_spaces = number % 2 == 1
        found.append(doc)
    return found


def contents(docs):
    """Return everything about Docs that a corpus must keep, read as spaCy reads them."""
    found = list(DocBin().from_bytes(docs.to_bytes()).get_docs(Vocab()))
    return [(doc.to_json(), doc.to_bytes(), doc.has_unknown_spaces) for doc in found]


def spacys(docs):
    """Return Docs in the DocBin that spaCy makes of them."""
    return DocBin(attrs=ATTRIBUTES, docs=docs)


@settings(max_examples=25)
@given(TEXTS)
def test_bin_of_entities_reads_back_as_spacys_own(texts):
    ours = EntityBin()
    for doc in (docs := annotated_docs(texts)):
        ours.add(doc)
    assert contents(ours) == contents(spacys(docs))
    assert ours.strings <= spacys(docs).strings
    assert "SPAN" in ours.strings


@settings(max_examples=25)
@given(TEXTS, st.randoms(use_true_random=False))
def test_part_of_a_bin_reads_back_as_spacys_own_of_the_same_docs(texts, random):
    docs = annotated_docs(texts)
    chosen = random.sample(range(len(docs)), random.randint(1, len(docs)))
    expected = contents(spacys([docs[at] for at in chosen]))
    ours = EntityBin()
    for doc in docs:
        ours.add(doc)
    stored = DocBin().from_bytes(ours.to_bytes())
    assert contents(part_of(stored, chosen)) == expected
    dealt = DocBinSplitter(stored).part(chosen)
    assert contents(dealt) == expected
    assert dealt.strings <= stored.strings


@settings(max_examples=25)
@given(TEXTS)
def test_bin_that_was_packed_reads_back_as_spacys_own(texts):
    docs = spacys(annotated_docs(texts))
    assert contents(unpacked(packed(docs))) == contents(docs)


def test_parts_have_the_words_of_their_own_docs_only():
    docs = EntityBin()
    for doc in annotated_docs(["one", "two"]):
        docs.add(doc)
    part = DocBinSplitter(DocBin().from_bytes(docs.to_bytes())).part([1])
    assert "two" in part.strings
    assert "one" not in part.strings
