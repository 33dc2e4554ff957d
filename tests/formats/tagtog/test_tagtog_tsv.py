"""tagtog's EntitiesTsv: a document cut into entities and the text between them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.annotation.text import Fault
from scripts.formats.readers import FORMATS
from scripts.formats.shared.head import Head
from scripts.formats.tagtog.tagtog_tsv import UNLABELLED, pieces_of
from tests.formats.reading import mentions, read

SAMPLE = "\tO\nAda Lee\tPerson\n left\n\nfor \tO\nRome\tLocation\n 🙂.\n\tO\n\n"
# Pieces of text as tagtog cuts them: what is between two entities may be empty, an entity may not.
texts = st.text(st.characters(exclude_characters="\t\r\0", exclude_categories=["Cs"]), max_size=9)
entities = st.tuples(texts.filter(str.strip), st.sampled_from(["Person", "Work of Art"]))


def is_sniffed(data):
    """Say whether the beginning of a file looks like EntitiesTsv."""
    return FORMATS["tagtog_tsv"].sniff(Head(Path("data"), data.encode()))


def test_text_is_put_together_as_it_was(tmp_path):
    assert is_sniffed(SAMPLE)
    (record,) = read(tmp_path, "tagtog_tsv", SAMPLE)
    assert record.text == "Ada Lee left\n\nfor Rome 🙂.\n"
    assert mentions(record) == [("Ada Lee", "Person"), ("Rome", "Location")]
    assert [span.mention for span in record.spans] == ["Ada Lee", "Rome"]
    assert (record.place, record.notes, record.tokens) == ("document", (), None)


@given(first=texts, rest=st.lists(st.tuples(entities, texts), max_size=5))
def test_pieces_are_put_together_wherever_lines_end(first, rest):
    data, text, spans = f"{first}\tO\n", first, []
    for (entity, label), after in rest:
        spans.append((len(text), len(text) + len(entity), label))
        data += f"{entity}\t{label}\n{after}\tO\n"
        text += entity + after
    found, marks, notes = pieces_of(f"{data}\n")
    assert (found, [(span.start, span.end, span.label) for span in marks]) == (text, spans)
    assert notes == ()


def test_text_after_the_last_label_is_kept_and_noted(tmp_path):
    (record,) = read(tmp_path, "tagtog_tsv", "Ada\tPerson\n left \tO\nRome\tCity\n at once.\n")
    assert (record.text, record.notes) == ("Ada left Rome at once.", (UNLABELLED,))


def test_carriage_returns_belong_to_the_text_and_not_to_the_labels(tmp_path):
    (record,) = read(tmp_path, "tagtog_tsv", "Ada\tPerson\r\n left\r\nlate\tO\r\n")
    assert (record.text, mentions(record)) == ("Ada left\r\nlate", [("Ada", "Person")])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "the document has no text"),
        ("\tO\n\n", "the document has no text"),
        ("Ada\t\n left\tO\n", "span 0-3 has no label"),
        ("A\0a\tPerson\n", "the text contains a NUL character"),
        (b"Zo\xeb\tPerson\n", "the text contains bytes that are not UTF-8"),
    ],
)
def test_document_that_is_off_is_rejected(tmp_path, data, reason):
    (fault,) = read(tmp_path, "tagtog_tsv", data)
    assert isinstance(fault, Fault)
    assert (fault.place, fault.reason) == ("document", reason)


@pytest.mark.parametrize(
    "data",
    [
        "",
        "Ada\tB-PER\nhas left\tO\nRome\tB-LOC\n",
        "Ada\tPER\nLee\tPER\nleft\tO\nat\tO\nonce\tO\n",
        "some words\tO\nmore words\tO\nAda\tPER\n",
        "a fine film\tpositive\na bad film\tnegative\n",
        "T1\tPER 0 3\tAda\nT2\tPER 9 11\tBo\n",
    ],
)
def test_tokens_and_other_tables_are_not_sniffed(data):
    assert not is_sniffed(data)
