"""Standard output that takes every character, and obeys none, whoever prints it."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.files.streams import DISPLAY, EXPLAINED, SafeStream, explained
from scripts.files.terminal import LAYOUT, is_seen

PROGRAM = """
from scripts.files.streams import guard_streams
guard_streams()
print(input())
"""


def test_name_in_another_script_is_printed_as_escapes_where_it_must(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PYTHONIOENCODING": "cp1252",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input="Łódź\n".encode(),
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert done.stdout.strip() == "\\u0141\xf3d\\u017a".encode("cp1252")


def printed(program: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a program whose streams are safe, and return what it printed."""
    start = "from scripts.files.streams import guard_streams; guard_streams()\n"
    plain = {"PYTHONPATH": str(Path(__file__).parents[2]), "ANSI_COLORS_DISABLED": "1"}
    command = [sys.executable, "-c", start + program]
    return subprocess.run(
        command, env={**os.environ, **plain, **environment}, capture_output=True, check=True
    )


NASTY = r"\x1b[31mred\x1b]0;title\x07\u202e\x9b2J\rGröße"
SAFE = NASTY.encode()


def test_messages_of_ours_and_of_spacy_and_prints_and_errors_obey_no_foreign_string():
    program = f"""
import sys, wasabi
from scripts.files.terminal import msg, say
wasabi.msg.warn("{NASTY}")
msg.good("{NASTY}", "{NASTY}")
msg.table([("{NASTY}", 1)], header=("{NASTY}", "b"))
msg.divider("{NASTY}")
say("{NASTY}")
"""
    done = printed(program, PYTHONIOENCODING="utf8")
    assert done.stdout.count(SAFE) == 7
    assert not set(done.stdout.replace(b"\x1b[1m", b"").replace(b"\x1b[0m", b"")) & set(b"\x1b\x07\r")


def test_what_is_printed_in_another_way_keeps_colours_and_progress_only():
    program = """
import sys
print("\\x1b[31mred\\x1b[0m \\x1b]0;title\\x07 \\u202eabc \\x9b2J", file=sys.stderr)
sys.stderr.write("\\r 50%\\x1b[K")
"""
    done = printed(program, PYTHONIOENCODING="utf8")
    expected = b"\x1b[31mred\x1b[0m \\x1b]0;title\\x07 \\u202eabc \\x9b2J\n\r 50%\x1b[K"
    assert done.stderr.replace(os.linesep.encode(), b"\n") == expected


def test_message_with_an_umlaut_is_printed_where_output_is_not_utf8():
    program = "from scripts.files.terminal import msg\nmsg.warn('Größe', 'Größe')"
    for encoding in ("latin-1", "cp1252", "ascii", "utf-16-le"):
        done = printed(program, PYTHONIOENCODING=encoding)
        shown = "Größe".encode(encoding, "backslashreplace")
        assert done.stdout.count(shown) == 2, encoding


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_no_text_gets_anything_but_layout_colours_and_progress_through(text: str) -> None:
    raw = io.BytesIO()
    stream = SafeStream(raw, encoding="utf8", errors="backslashreplace", newline="\n")
    assert stream.write(text) == len(text)
    stream.flush()
    rest = DISPLAY.sub("", raw.getvalue().decode("utf8"))
    assert all(is_seen(character) or character in LAYOUT for character in rest)


# As spaCy prints them: with and without colours, an icon of UTF-8 or ASCII, and a line end.
SPACY = [
    "\x1b[38;5;4mℹ {}\x1b[0m",
    "\x1b[38;5;4mℹ {}\x1b[0m\n",
    "[i] {}\n",
    "ℹ {}",
]
NO_LABELS = "No label data found for component 'tok2vec'"
RATE = "Initial learn rate: 0.0"


@pytest.mark.parametrize("message", SPACY)
@pytest.mark.parametrize("line", [NO_LABELS, RATE])
def test_line_of_spacy_that_looks_like_an_error_is_explained(message: str, line: str) -> None:
    (note,) = (note for pattern, note in EXPLAINED.items() if re.fullmatch(pattern, line))
    assert explained(message.format(line)) == message.format(f"{line} ({note})")


@pytest.mark.parametrize(
    "line",
    [
        "Initial learn rate: 0.001",
        "Initial learn rate: 0.05",
        f"{RATE} {NO_LABELS}",
        f"a text about 'Initial learn rate: 0.0', {RATE}",
        f"{RATE}\nmore",
        "No label data found",
        "Saving label data for component 'ner' to corpus/labels/ner.json",
        "",
    ],
)
@pytest.mark.parametrize("message", SPACY)
def test_every_other_line_of_spacy_is_left_as_it_is(message: str, line: str) -> None:
    assert explained(message.format(line)) == message.format(line)


@given(st.text())
def test_no_other_text_is_changed(text: str) -> None:
    assert explained(text) == text


def test_lines_are_explained_where_spacy_prints_them() -> None:
    """Both ways in which spaCy prints: through wasabi, and as one string to standard output."""
    program = f"""
import sys, wasabi
from scripts.files.streams import SpacyStream
guard_streams(SpacyStream)
wasabi.msg.info("{NO_LABELS}")
sys.stdout.write(wasabi.Printer(no_print=True).info("{RATE}") + "\\n")
"""
    start = "from scripts.files.streams import guard_streams\n"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", start + program]
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf8", check=True)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)
    assert plain.splitlines() == [
        f"ℹ {line} ({note})" for line, note in zip((NO_LABELS, RATE), EXPLAINED.values(), strict=True)
    ]


def test_spacy_still_prints_the_lines_that_are_explained() -> None:
    """Else the patterns are of no use any more."""
    from spacy.cli import init_pipeline
    from spacy.training import loop

    labels, training = (Path(module.__file__).read_text("utf8") for module in (init_pipeline, loop))
    assert "No label data found for component '{name}'" in labels
    assert 'msg.info(f"Initial learn rate: {optimizer.learn_rate}")' in training


def test_colours_are_left_out_where_no_color_is_set() -> None:
    done = printed("print('\\x1b[31mred\\x1b[0m')", NO_COLOR="1", PYTHONIOENCODING="utf8")
    assert done.stdout.strip() == b"red"
    done = printed("print('\\x1b[31mred\\x1b[0m')", NO_COLOR="", PYTHONIOENCODING="utf8")
    assert done.stdout.strip() == b"\x1b[31mred\x1b[0m"
