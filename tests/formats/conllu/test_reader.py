"""CoNLL-U: words, tokens of several words, spaces, documents, and the ways to say what is an entity."""

from pathlib import Path

import pytest

from scripts.annotation.text import Fault, FileFault
from scripts.formats.base import Options
from scripts.formats.columns.rows import NOT_THE_TEXT
from scripts.formats.conllu.brackets import UNCLOSED, UNOPENED, UNTYPED
from scripts.formats.conllu.reader import WIDER
from scripts.formats.readers import FORMATS
from scripts.formats.shared.head import Head
from tests.formats.reading import mentions, read, written


def rows(*words):
    """Return CoNLL-U lines for words given as (ID, FORM, MISC)."""
    return "".join(f"{number}\t{form}" + "\t_" * 7 + f"\t{misc}\n" for number, form, misc in words)


def only(folder, data, **given):
    """Return the only sentence of a file, read with options."""
    (record,) = FORMATS["conllu"].read(written(folder, data), Options(**given))
    return record


def is_sniffed(data):
    """Say whether the beginning of a file looks like CoNLL-U."""
    return FORMATS["conllu"].sniff(Head(Path("data"), data.encode()))


PLAIN = rows((1, "Ada", "NER=B-PER"), (2, "Lee", "SpaceAfter=No|NER=I-PER"), (3, ".", "NER=O"))


@pytest.mark.parametrize(
    ("first", "next_", "outside"),
    [
        ("NER=B-PER", "NER=I-PER", "NER=O"),
        ("name=B-PER", "name=I-PER", "name=O"),
        ("start_char=0|ner=B-PER", "ner=E-PER", "ner=O"),
        ("NE=I-PER", "NE=I-PER", "_"),
        ("B-PER", "I-PER", "_"),
        ("NE=PER_1", "NE=PER_1", "_"),
        ("Entity=(PER-1-Ada", "Entity=1)", "_"),
        ("NamedEntity=PER", "NamedEntity=PER", "_"),
    ],
)
def test_entity_is_said_in_misc_in_many_ways(tmp_path, first, next_, outside):
    data = "# global.Entity = etype-GRP-identity\n" + rows(
        (1, "Ada", first), (2, "Lee", f"{next_}|SpaceAfter=No"), (3, ".", outside)
    )
    record = only(tmp_path, data)
    assert (record.text, mentions(record)) == ("Ada Lee.", [("Ada Lee", "PER")])
    assert record.notes == ()
    assert is_sniffed(data)


def test_token_of_several_words_stands_in_the_text_and_empty_words_do_not(tmp_path):
    words = [(1, "va", "NER=O"), ("2-3", "al", "_"), (2, "a", "NER=O"), (3, "el", "NER=B-LOC")]
    words += [(4, "Prado", "NER=I-LOC"), ("4.1", "ir", "NER=B-PER")]
    record = only(tmp_path, rows(*words))
    assert record.text == "va al Prado"
    assert record.tokens == ((0, 2), (3, 5), (6, 11))
    assert mentions(record) == [("al Prado", "LOC")]
    assert record.notes == (WIDER,)


def test_tag_of_a_token_of_several_words_counts_for_all_of_them(tmp_path):
    words = [("1-2", "Dell'Ada", "ner=S-PER"), (1, "Dell'", "_"), (2, "Ada", "_"), (3, "va", "ner=O")]
    record = only(tmp_path, rows(*words))
    assert (mentions(record), record.notes) == ([("Dell'Ada", "PER")], ())


def test_text_in_a_comment_is_the_text_if_its_tokens_follow_in_it(tmp_path):
    record = only(tmp_path, f"# sent_id = s1\n# text = Ada\u00a0 Lee.\n{PLAIN}")
    assert (record.text, record.id) == ("Ada\u00a0 Lee.", "s1")
    assert record.tokens == ((0, 3), (5, 8), (8, 9))
    assert mentions(record) == [("Ada\u00a0 Lee", "PER")]


@pytest.mark.parametrize("text", ["Eva Lee.", "Ada Lee. And more", "Ada"])
def test_text_of_other_tokens_is_not_believed(tmp_path, text):
    record = only(tmp_path, f"# text = {text}\n{PLAIN}")
    assert (record.text, record.notes) == ("Ada Lee.", (NOT_THE_TEXT,))


def test_offsets_are_right_after_characters_beyond_the_basic_plane(tmp_path):
    data = rows((1, "🙂🏽", "NER=O"), (2, "李雷", "NER=B-PER|SpaceAfter=No"), (3, "走", "NER=O"))
    record = only(tmp_path, data)
    assert (record.text, mentions(record)) == ("🙂🏽 李雷走", [("李雷", "PER")])


def test_documents_are_groups(tmp_path):
    data = (
        f"# newdoc id = d 1\n{PLAIN}\n# sent_id = 2\n{PLAIN}\n# newdoc\n\n{PLAIN}\n{PLAIN}\n"
        f"# newdoc id = d2\nbad\n\n{PLAIN}"
    )
    records = read(tmp_path, "conllu", data)
    groups = [None if isinstance(record, Fault) else record.group for record in records]
    assert groups == ["d 1", "d 1", "Ada Lee.", "Ada Lee.", None, "d2"]


def test_document_without_a_name_whose_first_sentence_is_no_good_is_named_by_its_second(tmp_path):
    fault, first, second = read(tmp_path, "conllu", f"# newdoc\nbad\n\n{PLAIN}\n{PLAIN}")
    assert isinstance(fault, Fault)
    assert (first.group, second.group) == ("Ada Lee.", "Ada Lee.")


def test_nested_entities_of_nametag_are_all_read(tmp_path):
    data = rows((1, "Jan", "NE=P_1-pf_2"), (2, "Hus", "NE=P_1-ps_3"), (3, "Eva", "NE=P_4"))
    assert mentions(only(tmp_path, data)) == [
        ("Jan Hus", "P"),
        ("Jan", "pf"),
        ("Hus", "ps"),
        ("Eva", "P"),
    ]


def test_brackets_nest_and_close_by_their_group(tmp_path):
    data = "# global.Entity = entity-GRP-identity\n" + rows(
        (1, "her", "Entity=(person-2-Eva(person-1-Ada)"),
        (2, "sister", "_"),
        (3, "of", "_"),
        (4, "Rome", "Entity=(place-3)2)"),
    )
    assert mentions(only(tmp_path, data)) == [
        ("her", "person"),
        ("Rome", "place"),
        ("her sister of Rome", "person"),
    ]


def test_entity_in_two_brackets_is_one_of_two_parts(tmp_path):
    data = "# global.Entity = eid-etype-head\n" + rows(
        (1, "Mr", "Entity=(e5[1/2]-person-1)"),
        (2, "and", "_"),
        (3, "Mrs", "Entity=(e6-person-1"),
        (4, "Lee", "Entity=(e5[2/2]-person-1)e6)"),
    )
    first, second = only(tmp_path, data).spans
    assert (first.start, first.end, first.parts) == (0, 14, ((0, 2), (11, 14)))
    assert (second.start, second.end, second.parts) == (7, 14, ())


def test_brackets_that_do_not_match_are_mended_and_noted(tmp_path):
    data = "# global.Entity = GRP-etype\n" + rows(
        (1, "Ada", "Entity=7)(1-person)"), (2, "of", "Entity=(2-)"), (3, "Rome", "Entity=(3-place")
    )
    record = only(tmp_path, data)
    assert mentions(record) == [("Ada", "person"), ("Rome", "place")]
    assert record.notes == (UNOPENED, UNCLOSED, UNTYPED)


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        ("ID FORM NER", "{n}\t{word}\t{tag}"),
        ("id form ner", "{n}\t{word}\t{tag}"),
        ("ID FORM LEMMA MY:NE", "{n}\t{word}\t_\t{tag}"),
        ("FORM UPOS NE", "{word}\tX\t{tag}"),
    ],
)
def test_conllu_plus_names_its_columns(tmp_path, columns, line):
    words = [("Ada", "B-PER"), ("Lee", "I-PER"), ("left", "O")]
    data = f"# global.columns = {columns}\n# text = Ada Lee left\n" + "".join(
        line.format(n=n, word=word, tag=tag) + "\n" for n, (word, tag) in enumerate(words, 1)
    )
    assert is_sniffed(data)
    assert mentions(only(tmp_path, data)) == [("Ada Lee", "PER")]


def test_spaces_of_conllu_plus_without_misc_are_unknown(tmp_path):
    data = "# global.columns = ID FORM NE\n1\tHi\tO\n2\t!\tB-X\n"
    assert only(tmp_path, data).text == "Hi !"


def test_columns_without_a_form_are_refused(tmp_path):
    with pytest.raises(FileFault, match=r"its global\.columns line has no FORM"):
        read(tmp_path, "conllu", "# global.columns = ID NE\n1\tO\n")


def test_lines_without_the_columns_are_no_conllu(tmp_path):
    with pytest.raises(FileFault, match="none of its lines has the 10 columns of CoNLL-U"):
        read(tmp_path, "conllu", "Ada B-PER\n")


def test_two_layers_are_a_choice_of_the_user(tmp_path):
    data = rows((1, "Rom", "NE=B-GPE|ENE=B-City"), (2, "ist", "_"))
    with pytest.raises(FileFault) as caught:
        only(tmp_path, data)
    assert caught.value.reason == "it has 2 entity layers: 'NE', 'ENE'"
    record = only(tmp_path, data, layer="ENE")
    assert mentions(record) == [("Rom", "City")]
    assert record.spans[0].layer == "ENE"


@pytest.mark.parametrize(
    "misc", ["_", "SpaceAfter=No", "Entity=(e1-1", "NamedEntity=Yes", "Gloss=B-52|NE=_", "NER=O"]
)
def test_treebank_without_entities_is_refused_by_name(tmp_path, misc):
    data = rows((1, "Ada", misc), (2, "left", "Gloss=go|Ref=1"), (3, "x", "Gloss=it"))
    assert is_sniffed(data)
    with pytest.raises(FileFault) as caught:
        only(tmp_path, data)
    assert caught.value.reason == (
        "this is CoNLL-U without named entities: neither MISC nor another column contains any"
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2\tLee", "line 2 has too few columns: 2, not 10, in '2\\tLee'"),
        ("x\tLee" + "\t_" * 8, "line 2 has no word number: 'x'"),
        ("2\t" + "\t_" * 8, "line 2 has no word"),
        ("2\tL\0e" + "\t_" * 8, "the text contains a NUL character"),
        (
            "2\tLee" + "\t_" * 7 + "\tNER=PER",
            "line 2: the tag 'PER' is not in the file's scheme (IOB2)",
        ),
    ],
)
def test_row_that_is_off_rejects_its_sentence_and_no_other(tmp_path, line, reason):
    first, second = read(tmp_path, "conllu", rows((1, "Ada", "NER=B-PER")) + f"{line}\n\n" + PLAIN)
    assert isinstance(first, Fault)
    assert (first.place, first.reason) == ("lines 1-2", reason)
    assert mentions(second) == [("Ada Lee", "PER")]


@pytest.mark.parametrize(
    "data",
    [
        "",
        "Ada\tB-PER\nleft\tO\n",
        "1\tAda\tB-PER\n2\tleft\tO\n",
        "# sent_id = 1\nAda _ _ B-PER\n",
        "\t".join("abcdefghij") + "\n",
    ],
)
def test_other_columns_are_not_conllu(data):
    assert not is_sniffed(data)


def test_word_docstart_begins_a_document_and_is_no_sentence(tmp_path):
    marker = "# sent_id = 0\n" + rows((1, "-DOCSTART-", "NER=O")) + "\n"
    data = f"{marker}{PLAIN}\n{rows((1, 'left', 'NER=O'))}\n{marker}{rows((1, 'Bo', 'NER=B-PER'))}"
    records = read(tmp_path, "conllu", data)
    assert [record.text for record in records] == ["Ada Lee.", "left", "Bo"]
    assert [record.group for record in records] == ["Ada Lee.", "Ada Lee.", "Bo"]
