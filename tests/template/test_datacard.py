"""The data card's figures: each function on cases counted by hand, and that the card is current."""

import json
import re
from pathlib import Path

import pytest
import spacy
from typer.testing import CliRunner

from benchmarks import datacard
from benchmarks.datacard import BEGIN, END, MASK, Text
from tests.corpora import record

TOKENIZER = spacy.blank("en").tokenizer
CARD = f"# Card\n\n{BEGIN}\n\nold\n{END}\n\n## After\n"


def text(marked: str, id: str = "news-001", split: str = "train", genre: str = "news") -> Text:
    """Return a document of a text with its mentions in brackets, as `[Ada](PERSON)`."""
    made = record(marked)
    tokens = tuple((token.idx, token.text) for token in TOKENIZER(made["text"]) if not token.is_space)
    return Text(id, genre, None, split, made["text"], datacard.spans_of(made), tokens)


def cells(table: str) -> list[list[str]]:
    """Return the cells of a Markdown table, cut as a renderer does: at each pipe without a backslash."""
    lines = table.strip().splitlines()
    return [re.split(r" ?(?<!\\)\| ?", line)[1:-1] for line in lines if not line.startswith("|---")]


# --- the card ---


def test_card_is_current() -> None:
    done = CliRunner().invoke(datacard.app, ["--check"])
    assert done.exit_code == 0, done.output


def test_check_fails_on_a_card_with_another_figure_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = tmp_path / "README.md"
    card.write_text(CARD, encoding="utf8")
    monkeypatch.setattr(datacard, "CARD", card)
    done = CliRunner().invoke(datacard.app, ["--check"])
    assert done.exit_code == 1
    told = "assets/README.md is out of date; update it: python -m benchmarks.datacard"
    assert done.output.strip() == told
    assert card.read_text(encoding="utf8") == CARD


def test_written_card_passes_the_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = tmp_path / "README.md"
    card.write_text(CARD, encoding="utf8")
    monkeypatch.setattr(datacard, "CARD", card)
    assert CliRunner().invoke(datacard.app, []).exit_code == 0
    assert CliRunner().invoke(datacard.app, ["--check"]).exit_code == 0
    written = card.read_text(encoding="utf8")
    assert written.startswith("# Card\n\n<!-- figures")
    assert written.endswith("<!-- end of figures -->\n\n## After\n")


def test_figures_replace_what_stands_between_the_markers_alone() -> None:
    fresh = datacard.with_figures(CARD, "new\n")
    assert fresh == f"# Card\n\n{BEGIN}\n\nnew\n\n{END}\n\n## After\n"
    assert datacard.with_figures(fresh, "new\n") == fresh


def test_corpus_is_read_split_by_split_without_white_space_among_the_tokens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    span = {"start": 0, "end": 3, "label": "PERSON"}
    for split in ("test", "dev", "train"):
        row = {"id": split, "genre": "log", "text": "Ada  \n ran.", "spans": [span]}
        (tmp_path / f"{split}.jsonl").write_text(json.dumps(row) + "\n", encoding="utf8")
    monkeypatch.setattr(datacard, "CORPUS", tmp_path)
    corpus = datacard.read_corpus()
    assert [one.split for one in corpus] == [one.id for one in corpus] == ["train", "dev", "test"]
    assert corpus[0].tokens == ((0, "Ada"), (7, "ran"), (10, "."))
    assert corpus[0].spans == ((0, 3, "PERSON"),)
    assert corpus[0].group is None


# --- sizes and new mentions ---


def test_sizes_count_documents_tokens_and_mentions_by_kind_and_in_all() -> None:
    corpus = [
        text("[Ada](PERSON) left [Acme](ORG) on [Monday](DATE)."),  # 6 tokens
        text("Rain all day."),  # 4 tokens
        text("ok [Mei](PERSON)", genre="chat"),  # 2 tokens
    ]
    table = datacard.sizes("Genre", ((one.genre, one) for one in corpus))
    assert cells(table) == [
        ["Genre", "Documents", "No entities", "Tokens", "PERSON", "ORG", "DATE", "per 100 tokens"],
        ["news", "2", "1", "10", "1", "1", "1", "30.0"],
        ["chat", "1", "0", "2", "1", "0", "0", "50.0"],
        ["all", "3", "1", "12", "2", "1", "1", "33.3"],
    ]


def test_unseen_counts_distinct_strings_of_test_that_train_has_not_with_this_label() -> None:
    corpus = [
        text("[Ada](PERSON) and [April](DATE)"),
        text("[Mei](PERSON)", split="dev"),
        text("[Ada](PERSON) [Mei](PERSON) [Mei](PERSON) [April](PERSON) [ada](PERSON)", split="test"),
    ]
    assert datacard.unseen(corpus, "PERSON") == (4, 3)  # dev does not count, case does
    assert datacard.unseen(corpus, "DATE") == (0, 0)


# --- agreement and planted errors ---


def test_agreement_is_twice_the_equal_spans_by_all_spans_of_both() -> None:
    first = {"a": {(0, 3, "PERSON"), (5, 9, "ORG")}, "b": {(0, 3, "PERSON")}}
    second = {"a": {(0, 3, "PERSON"), (5, 8, "ORG")}, "b": set()}
    assert datacard.agreement(first, second, "all") == pytest.approx(2 * 1 / 5)
    assert datacard.agreement(first, second, "PERSON") == pytest.approx(2 * 1 / 3)
    assert datacard.agreement(first, second, "ORG") == 0.0
    assert datacard.agreement(first, second, "DATE") is None


def test_agreement_tells_equal_spans_of_two_documents_apart() -> None:
    first, second = {"a": {(0, 3, "ORG")}, "b": set()}, {"a": set(), "b": {(0, 3, "ORG")}}
    assert datacard.agreement(first, second, "all") == 0.0


def test_agreement_needs_the_same_label() -> None:
    passes = {"a": {(0, 3, "ORG")}}, {"a": {(0, 3, "PERSON")}}
    assert [datacard.agreement(*passes, label) for label in ("all", "ORG", "PERSON")] == [0.0] * 3
    assert datacard.agreement(passes[0], passes[0], "all") == 1.0


def write_round(folder: Path, first: list[dict], second: list[dict]) -> None:
    """Write both passes of a round."""
    folder.mkdir()
    for name, rows in (("first", first), ("second", second)):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf8")


def test_agreement_table_has_a_row_a_round_and_a_dash_where_there_is_nothing_to_agree_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, mei = ({"start": at, "end": at + 3, "label": "PERSON"} for at in (0, 4))
    rows = [{"id": "a", "spans": [ada, mei]}], [{"id": "a", "spans": [ada]}]
    write_round(tmp_path / "round-2", *rows)
    write_round(tmp_path / "round-1", rows[1], rows[1])
    monkeypatch.setattr(datacard, "ANNOTATION", tmp_path)
    assert cells(datacard.agreement_table()) == [
        ["Round", "Documents", "Entities", "PERSON", "ORG", "DATE", "all"],
        ["round 1", "1", "1", "100.0", "–", "–", "100.0"],
        ["round 2", "1", "2", "66.7", "–", "–", "66.7"],
    ]


def test_passes_over_other_documents_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_round(tmp_path / "round-1", [{"id": "a", "spans": []}], [{"id": "b", "spans": []}])
    monkeypatch.setattr(datacard, "ANNOTATION", tmp_path)
    with pytest.raises(ValueError, match="the two annotations are not of the same documents"):
        list(datacard.rounds())


GOLD, WRONG = [0, 3, "PERSON"], [0, 3, "ORG"]


@pytest.mark.parametrize(
    ("old", "new", "gold", "planted", "fixed"),
    [
        (WRONG, GOLD, GOLD, WRONG, True),
        (None, GOLD, GOLD, None, True),  # dropped, and put back
        (WRONG, None, None, WRONG, True),  # added, and taken out
        (WRONG, None, GOLD, WRONG, False),  # noticed, not fixed
        (WRONG, [0, 4, "PERSON"], GOLD, WRONG, False),
        ([0, 4, "ORG"], GOLD, GOLD, WRONG, False),
        (None, WRONG, GOLD, None, False),
    ],
)
def test_change_mends_an_error_when_it_goes_from_what_was_planted_to_gold(
    old: object, new: object, gold: object, planted: object, fixed: bool
) -> None:
    change, error = {"old": old, "new": new}, {"gold": gold, "planted": planted}
    assert datacard.fixes(change, error) is fixed


def test_planted_table_counts_what_was_found_in_the_same_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = [
        {"id": "a", "kind": "label", "gold": GOLD, "planted": WRONG},
        {"id": "b", "kind": "label", "gold": GOLD, "planted": WRONG},
        {"id": "a", "kind": "added", "gold": None, "planted": [5, 8, "DATE"]},
    ]
    changes = [
        {"id": "a", "old": WRONG, "new": GOLD, "why": "a person"},
        {"id": "c", "old": WRONG, "new": GOLD, "why": "a person"},
        {"id": "a", "old": [5, 8, "DATE"], "new": None, "why": "no date"},
    ]
    (tmp_path / "planted.json").write_text(json.dumps({"planted": planted}), encoding="utf8")
    lines = "".join(json.dumps(change) + "\n" for change in changes)
    (tmp_path / "review.jsonl").write_text(lines, encoding="utf8")
    monkeypatch.setattr(datacard, "ANNOTATION", tmp_path)
    assert cells(datacard.planted_table()) == [
        ["Kind", "Planted", "Found"],
        ["added", "1", "1"],
        ["label", "2", "1"],
        ["all", "3", "2"],
    ]


# --- contexts, runs and words of names ---


def test_each_mention_is_one_mask_however_many_words_it_has() -> None:
    words, at = datacard.masked(text("Then [Ada de Lund](PERSON) [Acme](ORG) met, on [3 May](DATE)"))
    assert words == ["then", MASK, MASK, "met", ",", "on", MASK]
    assert at == [(1, 2), (2, 3), (6, 7)]


def test_text_without_mentions_is_its_words_in_lower_case() -> None:
    assert datacard.masked(text("Rain, ALL day")) == (["rain", ",", "all", "day"], [])


def test_contexts_are_two_words_on_either_side_with_other_mentions_masked() -> None:
    found = datacard.contexts([text("We met [Ada](PERSON), [Mei](PERSON) and Bo on [Monday](DATE)")])
    assert found["before"] == {"we met": 1, f"{MASK} ,": 1, "bo on": 1}
    assert found["after"] == {f", {MASK}": 1, "and bo": 1, "": 1}


def test_contexts_table_gives_shares_of_all_mentions() -> None:
    words = ("a f k p", "b g l q", "c h m r", "d i n s", "e j o t")
    marked = ["{} {} [Ada](PERSON) {} {}".format(*four.split()) for four in words]
    rows = cells(datacard.contexts_table([text(one) for one in marked]))
    assert rows[0] == ["before", "after"]
    assert rows[1] == ["`a f` … (20.0%)", "… `k p` (20.0%)"]
    assert len(rows) == 6


@pytest.mark.parametrize("words", ["a |", "| |", "` ,", "a *", "<b >", "__ x"])
def test_context_stays_one_cell_and_keeps_its_words(words: str) -> None:
    shown = datacard.shown(words)
    (_, row) = cells(datacard.table(("before", "after"), [(shown, "x")]))
    assert row == [shown, "x"]
    fence, inside = re.fullmatch(r"(`+) ?(.+?) ?\1", shown).groups()
    assert inside.replace("\\|", "|") == words
    assert fence not in inside


def test_edge_of_the_text_is_named() -> None:
    assert datacard.shown("") == "(edge of the text)"


def test_runs_know_the_documents_that_share_them_whatever_the_names() -> None:
    one = text("Dear [Ada](PERSON), see you soon", "email-001")
    other = text("dear [Mei Li](PERSON), see us", "email-002")
    found = datacard.runs([one, other, one], 4)
    assert found["dear", MASK, ",", "see"] == {"email-001", "email-002"}
    assert found[MASK, ",", "see", "you"] == {"email-001"}
    assert len(found) == 4
    assert datacard.runs([text("too short")], 4) == {}


def test_name_words_are_those_of_persons_and_organisations_with_a_capital() -> None:
    corpus = [
        text("[J. van Lund](PERSON) of [Lund Mills](ORG) in [May](DATE)", "bio-001"),
        text("[Lund](PERSON) and May", "bio-002"),
    ]
    assert datacard.name_words(corpus) == {"Lund": {"bio-001", "bio-002"}, "Mills": {"bio-001"}}
