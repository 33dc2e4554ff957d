"""HAREM: alternatives, categories left open, what nobody annotated, markup that is none of its own."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.annotation.text import AnnotatedText
from scripts.formats.detection import detect
from scripts.formats.research import harem
from tests.formats.reading import mentions, read, written

PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\r"), max_size=12)
ANA = '<EM ID="1" CATEG="PESSOA">Ana</EM>'


def documents(*texts):
    """Return a collection of documents with a paragraph each."""
    found = "\n".join(f'<DOC DOCID="{n}">\n<P>{text}</P>\n</DOC>' for n, text in enumerate(texts))
    return f"<colHAREM>\n{found}\n</colHAREM>\n"


@given(st.lists(st.tuples(PLAIN, PLAIN.filter(str.strip))), PLAIN)
def test_text_and_entities_are_what_was_marked(parts, rest):
    markup = "".join(
        f'{html.escape(text)}<EM CATEG="OBRA">{html.escape(mention)}</EM>' for text, mention in parts
    )
    document = harem.HaremDocument()
    document.take(f"<DOC><P>{markup}{html.escape(rest)}</P></DOC>")
    whole = "".join(text + mention for text, mention in parts) + rest
    assert document.text == whole.lstrip()
    found = [document.text[s.start : s.end] for s in document.spans]
    expected = [mention for _, mention in parts]
    assert found[1:] == expected[1:]
    assert [mention.strip() for mention in found] == [mention.strip() for mention in expected]


@pytest.mark.parametrize(
    "data",
    [
        documents(f"{ANA} saiu."),
        f"{ANA} saiu.\nChove.\n",
        "<DOC>\n<DOCID>1</DOCID>\n<TEXTO>\n<PESSOA>Ana</PESSOA> saiu.\n</TEXTO>\n</DOC>\n",
        f"<DOC DOCID='1'>\n<P>\n{ANA}\nsaiu.\n<P>Chove.\n</DOC>\n",
    ],
    ids=["second", "lines", "first", "open paragraphs"],
)
def test_collections_and_what_systems_write_are_found(tmp_path, data):
    assert detect(written(tmp_path, data)).name == "harem"
    records = read(tmp_path, "harem", data)
    assert mentions(records[0]) == [("Ana", "PESSOA")]
    assert all(isinstance(record, AnnotatedText) and "<" not in record.text for record in records)


def test_first_alternative_is_read_and_counted(tmp_path):
    other = '<EM CATEG="LOCAL">Rio</EM>|Rio'
    (record,) = read(tmp_path, "harem", documents(f"{ANA} viu o <ALT>{other}</ALT> | e saiu."))
    assert record.text == "Ana viu o Rio | e saiu."
    assert mentions(record) == [("Ana", "PESSOA"), ("Rio", "LOCAL")]
    assert record.notes == (harem.ALTERNATIVE,)


def test_what_has_no_category_and_what_is_omitted_is_unknown(tmp_path):
    data = documents(f"{ANA} viu <EM>isto</EM>. <OMITIDO>Lista: Rio</OMITIDO>")
    (record,) = read(tmp_path, "harem", data)
    assert [record.text[start:end] for start, end in record.missing] == ["isto", "Lista: Rio"]
    assert mentions(record) == [("Ana", "PESSOA")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<NOVO>Ana</NOVO>", "it has an element '<NOVO>' that is not part of HAREM"),
        (f"<EM CATEG='PESSOA'>{ANA}", "'</P>' ends an entity that never began"),
        ("Ana</EM>", "'</EM>' ends an entity that never began"),
        ("<ALT>Ana<ALT>|Ana</ALT></ALT>", "<ALT> within another one, or </ALT> without one"),
        ("<ALT><EM CATEG='PESSOA'>Ana</ALT></EM>", "</ALT> is inside an entity"),
        ("", "the document has no text"),
    ],
)
def test_document_with_other_markup_is_a_fault_and_the_rest_is_read(tmp_path, text, reason):
    fault, record = read(tmp_path, "harem", documents(text, f"{ANA} saiu."))
    assert fault.place == "document 1"
    assert fault.reason.startswith(reason)
    assert mentions(record) == [("Ana", "PESSOA")]


def test_document_that_is_cut_off_is_a_fault(tmp_path):
    whole = documents(f"{ANA} saiu.", f"{ANA} e")
    record, fault = read(tmp_path, "harem", whole[: whole.rindex("</P>")])
    assert isinstance(record, AnnotatedText)
    assert fault.reason == "<DOC> is never closed"
