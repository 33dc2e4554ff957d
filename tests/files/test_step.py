"""What the system refuses, and Ctrl-C, in words; arguments as weasel hands them on."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.files.step import errors_in_words, unquoted

ROOT = Path(__file__).parents[2]
STEPS = sorted(path.stem for path in (ROOT / "scripts").glob("*.py") if path.stem != "__init__")
# A spaCy that takes so long to load that somebody presses Ctrl-C.
SLOW = "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(60)\n"


def read(path: str) -> None:
    """Read a file that can't be read, which ends the program."""
    with pytest.raises(SystemExit) as end, errors_in_words():
        Path(path).read_bytes()
    assert end.value.code == 1


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what was printed, on one line and without colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", " ".join(capsys.readouterr().out.split()))


def test_file_that_is_not_there_and_folder_in_place_of_a_file_are_named(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    read("none.json")
    assert "none.json does not exist weasel run all creates anything that is missing." in said(capsys)
    read("no\x1b]0;title\u202ene")
    assert r"no\x1b]0;title\u202ene does not exist" in said(capsys)
    Path("folder").mkdir()
    read("folder")
    assert "folder can't be read or written" in said(capsys)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no disk that is always full")
def test_full_disk_is_said_with_what_to_do(capsys):
    with pytest.raises(SystemExit), errors_in_words(), Path("/dev/full").open("w") as stream:
        stream.write("x")
        stream.flush()
    assert (
        "The disk is full: a file can't be written Free some disk space; weasel run all continues"
        in said(capsys)
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no disk that is always full")
def test_full_disk_is_said_when_a_folder_is_copied(tmp_path, capsys):
    for name in ("a", "b"):
        (tmp_path / "from" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "from" / name).write_text(name, encoding="utf8")

    def copied(source: str, _: str) -> None:
        shutil.copyfile(source if source.endswith("b") else f"{source}.gone", "/dev/full")

    with pytest.raises(SystemExit), errors_in_words():
        shutil.copytree(tmp_path / "from", tmp_path / "to", copy_function=copied)
    output = said(capsys)
    assert f"The disk is full: {tmp_path.as_posix()}/to/b can't be written Free some disk" in output
    assert "Errno" not in output


def test_file_that_cannot_be_copied_with_its_folder_is_named_whatever_the_system(tmp_path, capsys):
    (tmp_path / "from").mkdir()
    (tmp_path / "from/a.txt").write_text("a", encoding="utf8")

    def gone(source: str, _: str) -> None:
        raise shutil.SpecialFileError(f"{source} is a pipe")

    with pytest.raises(SystemExit), errors_in_words():
        shutil.copytree(tmp_path / "from", tmp_path / "to", copy_function=gone)
    output = said(capsys)
    assert "a.txt can't be read or written (" in output
    assert "Check what is at that path and move it away; weasel run all then continues" in output


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_folder_that_is_read_only_is_named(tmp_path, capsys):
    tmp_path.chmod(0o500)
    with pytest.raises(SystemExit), errors_in_words():
        (tmp_path / "a").write_text("x", encoding="utf8")
    assert "can't be read or written" in said(capsys)


def test_error_that_another_hides_is_said_in_its_place(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit), errors_in_words():
        try:
            Path("none").read_bytes()
        except OSError as error:
            raise OSError("E901") from error  # as spaCy does
    assert "none does not exist" in said(capsys)
    with pytest.raises(OSError, match="E050"), errors_in_words():
        raise OSError("E050")  # of which the system knows nothing


def test_gpu_that_is_not_there_is_said_with_what_to_do(capsys):
    with pytest.raises(SystemExit) as end, errors_in_words():
        raise ValueError("Cannot use GPU, CuPy is not installed")
    assert end.value.code == 1
    assert "Cannot use GPU, CuPy is not installed Install CuPy" in said(capsys)
    with pytest.raises(ValueError, match="another"), errors_in_words():
        raise ValueError("another")


def test_training_that_diverges_is_said_with_what_to_change(capsys):
    with pytest.raises(SystemExit) as end, errors_in_words():
        raise FloatingPointError("The loss of ner is no longer a number")
    assert end.value.code == 1
    found = said(capsys)
    assert "The loss of ner is no longer a number" in found
    assert "Lower the learning rate" in found


@pytest.mark.skipif(sys.platform == "win32", reason="has no limit on the size of a file")
def test_step_that_can_write_nothing_ends_with_words(tmp_path):
    limits = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))"
    program = f"{limits}; import runpy; runpy.run_module('scripts.inputs', run_name='__main__')"
    command = [sys.executable, "-c", program, "--help"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf8")
    assert done.returncode == 1
    assert "The disk is full: a file can't be written (File too large)" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="sends Ctrl-C in another way")
@pytest.mark.parametrize("module", [["scripts.convert"], ["scripts.files.step", "spacy", "train"]])
def test_ctrl_c_while_modules_are_loaded_says_how_to_go_on_without_a_traceback(tmp_path, module):
    (tmp_path / "spacy").mkdir()
    (tmp_path / "spacy" / "__init__.py").write_text(SLOW, encoding="utf8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", *module]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf8")
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "Run the same command again to go on" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="sends Ctrl-C in another way")
def test_ctrl_c_inside_a_step_says_how_to_go_on(tmp_path):
    (tmp_path / "slow.py").write_text(SLOW, encoding="utf8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "scripts.files.step", "slow"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf8")
    assert done.returncode == 130
    assert "Traceback" not in done.stderr
    assert "Run the same command again to go on" in done.stderr


def test_quotes_that_weasel_leaves_on_windows_are_taken_off_whole_words_only():
    given = ['"--annotations=my data"', '""', '"corpus"', "plain", 'Say "Hello" to "Ada"', '"', 'a"b"']
    expected = ["--annotations=my data", "", "corpus", "plain", 'Say "Hello" to "Ada"', '"', 'a"b"']
    assert unquoted(given) == expected


@pytest.mark.parametrize("name", STEPS)
def test_every_step_is_run_this_one_way(name):
    code = (ROOT / f"scripts/{name}.py").read_text(encoding="utf8")
    assert code.split('if __name__ == "__main__":\n')[1].startswith("    run_step(app")
    assert "from wasabi import msg" not in code
    assert "print(" not in code.replace("print(shown)", "")
