"""The text for pull requests: its table as GitHub reads it, and words that try to be Markdown."""

import re

import pytest
from markdown_it import MarkdownIt

from scripts.files.terminal import is_seen
from scripts.report import report
from scripts.reporting.markdown import advice_text, markdown, plain
from scripts.reporting.report_data import read_report_data
from tests.reporting.runs import HOSTILE, LABELS, hostile, make_run, many

RENDER = MarkdownIt("commonmark", {"html": True}).enable("table")


def words_of(markdown_text: str) -> str:
    """Return the words that a reader sees, or fail when there is anything but words."""
    inline = RENDER.parseInline(markdown_text)[0]
    assert {token.type for token in inline.children} <= {"text", "text_special"}, inline.children
    return "".join(token.content for token in inline.children)


@pytest.mark.parametrize(
    "words",
    [
        "a|b",
        "`code`",
        "<b>bold</b>",
        "*x* _y_ ~~z~~",
        "[a](b)",
        "![i](x)",
        "&amp;",
        "\\",
        "\\|",
        "$x$",
        "a_b",
    ],
)
def test_words_are_read_as_they_are(words: str) -> None:
    assert words_of(plain(words)) == words


def test_words_on_several_lines_come_on_one() -> None:
    assert plain("a\nb\r\n| c") == "a b &#124; c"


def test_names_of_users_and_issues_are_no_mentions() -> None:
    assert plain("@ada #12 a@b") == "@\u2060ada #\u2060 12 a@\u2060b".replace("\u2060 ", "\u2060")


def test_addresses_are_no_links() -> None:
    assert "://" not in plain("see https://example.org")
    assert "www." not in plain("see www.example.org")


def test_directions_and_control_characters_are_shown_as_escapes() -> None:
    words = words_of(plain("a\u202eb\x00c\ud800\u200b\xad"))
    assert words == r"a\u202eb\x00c\ud800\u200b\xad"


def test_joiners_that_spelling_needs_stay() -> None:
    assert words_of(plain("نامه\u200cها 👩\u200d👧")) == "نامه\u200cها 👩\u200d👧"


def test_hostile_texts_leave_nothing_unseen_in_the_file(tmp_path) -> None:
    run, corpus = make_run(tmp_path, hostile(), hostile())
    report(run, corpus)
    text = (run / "report.md").read_text(encoding="utf8")
    assert not [c for c in set(text) - {"\n", "\u2060"} if not is_seen(c)]  # the joiner is ours
    assert r"\\u202eשם" in text


def test_commands_in_advice_stay_code() -> None:
    assert advice_text("raise `training.max_steps`") == "raise `training.max_steps`"
    assert advice_text("run `check`; a|`b c`") == "run `check`; a&#124;\\`b c\\`"


def test_table_has_a_row_for_all_and_for_each_label(tmp_path) -> None:
    text = markdown(read_report_data(*make_run(tmp_path, many(), many())))
    assert "| All labels | 100.0 | 75.0 | 85.7 |" in text
    assert "| GPE | 100.0 | 75.0 | 85.7 |" in text
    assert re.search(r"\*\*F on the test set 85\.7 ± \d\.\d \(95% interval ", text)
    assert re.search(r"Gain over a dictionary \+85\.7 ± \d\.\d points \(95% interval ", text)
    assert text.index("F on the test set") < text.index("| All labels") < text.index("What to do next")


def test_table_of_hostile_labels_has_as_many_cells_in_each_row(tmp_path) -> None:
    text = markdown(read_report_data(*make_run(tmp_path, hostile(), hostile())))
    tokens = RENDER.parse(text)
    rows = [number for number, token in enumerate(tokens) if token.type == "tr_open"]
    assert len(rows) == 2 + len(LABELS)
    cells = [token.content for token in tokens if token.type == "inline" and token.level == 4]
    assert not any(token.type.startswith("html") for token in tokens)
    assert len([token for token in tokens if token.type == "td_open"]) == 7 * (len(rows) - 1)
    assert any("a&#124;b" in cell for cell in cells)
    assert HOSTILE["script"] not in text


def test_small_test_set_says_too_few_and_gives_no_result(tmp_path) -> None:
    text = markdown(read_report_data(*make_run(tmp_path, many(8), many())))
    assert "**F on the test set 85.7 (too few to judge).**" in text
    assert "| All labels | 100.0 | 75.0 | 85.7 | – | 0.0 | 16 (too few) |" in text
    assert "| GPE | 100.0 | 75.0 | 85.7 | – | 0.0 | 8 (too few) |" in text
    assert "margin of error" not in text


def test_other_runs_are_compared_in_words(tmp_path) -> None:
    data = read_report_data(*make_run(tmp_path, many(), many()))
    data.comparison.append({"run": "old|er", "conclusion": "No difference."})
    assert "Compared with the run old&#124;er: No difference." in markdown(data)
