"""Standard output that takes every character, and obeys none, whoever prints it."""

import io
import os
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from scripts.files.streams import DISPLAY, SafeStream
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
