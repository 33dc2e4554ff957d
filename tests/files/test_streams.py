"""Standard output that takes every character, where the terminal's encoding does not."""

import os
import subprocess
import sys
from pathlib import Path

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
