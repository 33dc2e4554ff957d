"""What is found, how it is split, what is remembered, and what changes inputs.json and what does not."""

import os
import subprocess
import sys
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import pytest
import spacy
import srsly
from typer.testing import CliRunner

from scripts import inputs as step
from scripts.annotation.text import FileFault
from scripts.conversion.finding import fixed_part
from scripts.files import atomic, fingerprint
from scripts.files.ledger import note
from scripts.inputs import drop_damaged_lock, inputs, look_for_room
from scripts.settings.files import FILES
from tests.corpora import CONFIG, ROOT

COMMANDS = srsly.read_yaml(ROOT / "project.yml")["commands"]
GOOD_LOCK = (
    "inputs:\n  cmd: python -m scripts.inputs\n  deps:\n  - path: configs/config.cfg\n    md5: abc\n"
)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Work in an empty folder, so that names in inputs.json are short and relative."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def parsed(tmp_path_factory):
    """What the files of code refer to, which takes a second to find."""
    folder = tmp_path_factory.mktemp("parsed")
    step.write_code(ROOT, COMMANDS, folder)
    return atomic.read_json(folder / "code.cache.json")


@pytest.fixture(autouse=True)
def code_is_parsed_once(parsed, monkeypatch):
    """Let the first `inputs` in a folder know what code refers to, as each later one does."""

    def read_cache(path):
        first = path.name == "code.cache.json" and not path.exists()
        return dict(parsed) if first else step_reads(path)

    step_reads = step.read_cache
    monkeypatch.setattr(step, "read_cache", read_cache)


def write(name: str, text: str = '{"text": "Hello."}\n') -> Path:
    """Write a file and the folders above it."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf8")
    return path


def found(annotations: str = "mine", config: Path = CONFIG, lang: str = "en") -> Any:
    """Return what `inputs` finds, written to corpus/."""
    return inputs(annotations, Path("corpus"), config=config, lang=lang)


def splits(annotations: str = "mine") -> dict[str, str | None]:
    """Return the split of each file found, by its name."""
    return {file["path"]: file["split"] for file in found(annotations)["files"]}


def variant(old: str, new: str) -> Path:
    """Write a copy of the default config with one place changed."""
    text = CONFIG.read_text(encoding="utf8")
    assert text.count(old) == 1
    return write("variant.cfg", text.replace(old, new))


def run_inputs(*options: str, annotations: str = "mine") -> tuple[int, str]:
    """Run the command with all defaults, some replaced; return exit code and output."""
    code, output = printed(*options, annotations=annotations)
    return code, " ".join(output.split())


def printed(*options: str, annotations: str = "mine") -> tuple[int, str]:
    """Do the same, and return the output as it is."""
    write("configs/config.cfg", CONFIG.read_text(encoding="utf8"))
    for name in (*(f"{file}.cfg" for file in FILES), "label_map.yml"):
        if not Path("configs", name).exists():
            write(f"configs/{name}", "")
    done = CliRunner().invoke(
        step.app, [annotations, "corpus", "--config=config.cfg", "--lang=en", *options]
    )
    return done.exit_code, done.output


def test_one_file_is_found_by_its_name():
    write("mine/a.jsonl")
    write("mine/b.jsonl")
    assert splits("mine/a.jsonl") == {"mine/a.jsonl": None}


def test_folder_is_searched_with_its_subfolders_in_name_order():
    for name in ("mine/b.jsonl", "mine/deep/er/c.jsonl", "mine/a.jsonl"):
        write(name)
    assert list(splits("mine")) == ["mine/a.jsonl", "mine/b.jsonl", "mine/deep/er/c.jsonl"]


@pytest.mark.parametrize("pattern", ["mine/*.jsonl", "mi*/[ab].jsonl", "./mine/?.jsonl"])
def test_pattern_finds_what_it_matches(pattern):
    for name in ("mine/b.jsonl", "mine/a.jsonl", "mine/a.txt", "mine/deep/c.jsonl"):
        write(name)
    assert list(splits(pattern)) == ["mine/a.jsonl", "mine/b.jsonl"]


def test_pattern_with_two_stars_finds_files_at_any_depth():
    for name in ("mine/a.jsonl", "mine/deep/er/c.jsonl"):
        write(name)
    assert list(splits("mine/**/*.jsonl")) == ["mine/a.jsonl", "mine/deep/er/c.jsonl"]


def test_absolute_pattern_is_found_like_a_relative_one(here):
    write("mine/train.jsonl")
    write("mine/test.jsonl")
    folder = here.as_posix()
    assert splits(f"{folder}/mine/*.jsonl") == {
        f"{folder}/mine/test.jsonl": "test",
        f"{folder}/mine/train.jsonl": "train",
    }


def test_files_that_are_no_data_are_skipped_and_named():
    for name in ("README.md", "readme", "LICENSE.txt", "licence", "NOTICE", ".hidden", "a.jsonl~"):
        write(f"mine/{name}")
    write("mine/a.jsonl")
    write("mine/readmes.jsonl")
    result = found()
    assert [file["path"] for file in result["files"]] == ["mine/a.jsonl", "mine/readmes.jsonl"]
    left = [".hidden", "LICENSE.txt", "NOTICE", "README.md", "a.jsonl~", "licence", "readme"]
    assert sorted(result["skipped_files"]) == left


def test_hidden_folders_are_not_searched():
    for name in ("mine/a.jsonl", "mine/.git/b.jsonl", "mine/__MACOSX/c.jsonl"):
        write(name)
    result = found()
    assert [file["path"] for file in result["files"]] == ["mine/a.jsonl"]
    assert result["skipped_files"] == []


def test_hidden_folder_above_the_annotations_does_not_hide_them():
    write(".cache/mine/a.jsonl")
    assert list(splits(".cache/mine")) == [".cache/mine/a.jsonl"]


@pytest.mark.parametrize(
    ("annotations", "reason"),
    [
        ("mine", "the folder contains no files"),
        ("nowhere", "there is no such file or folder"),
        ("mine/*.jsonl", "no file matches this pattern"),
        ("nowhere/a.jsonl", "there is no such file or folder"),
    ],
)
def test_where_there_is_nothing_to_read_the_message_names_the_place_and_says_why(annotations, reason):
    Path("mine").mkdir()
    with pytest.raises(FileFault) as caught:
        found(annotations)
    assert str(caught.value) == f"{annotations}: {reason}"
    assert "vars.annotations" in caught.value.hint
    assert not Path("corpus/inputs.json").exists()


def test_folder_with_nothing_but_a_readme_has_nothing_to_read():
    write("mine/README.md")
    with pytest.raises(FileFault, match=r"^mine: it contains no annotation file, only README\.md$"):
        found()


@pytest.mark.skipif(sys.platform == "win32", reason="has no pipes with names")
def test_pipe_is_refused_as_what_it_is():
    os.mkfifo("pipe")
    with pytest.raises(FileFault, match=r"^pipe: it is a pipe or a device; a file is needed"):
        found("pipe")


def test_link_to_nothing_is_refused_as_what_it_is():
    try:
        Path("link").symlink_to("gone.jsonl")
    except OSError:
        pytest.skip("this system lets this user make no links")
    with pytest.raises(FileFault, match=r"^link: it is a link to gone\.jsonl, which does not exist$"):
        found("link")


def test_splits_are_named_by_files_and_folders():
    for name in ("brands_train.jsonl", "brands_eval.jsonl", "valid/part1.jsonl"):
        write(f"mine/{name}")
    assert splits() == {
        "mine/brands_eval.jsonl": "test",
        "mine/brands_train.jsonl": "train",
        "mine/valid/part1.jsonl": "dev",
    }


def test_unnamed_files_are_train_when_others_name_a_split():
    write("mine/more.jsonl")
    write("mine/test.jsonl")
    assert splits() == {"mine/more.jsonl": "train", "mine/test.jsonl": "test"}


def test_unnamed_files_stay_open_when_none_names_a_split():
    write("mine/more.jsonl")
    write("mine/texts.jsonl")
    assert splits() == {"mine/more.jsonl": None, "mine/texts.jsonl": None}


def test_folder_above_the_annotations_names_no_split():
    write("test/mine/a.jsonl")
    assert splits("test/mine") == {"test/mine/a.jsonl": None}


def test_name_that_says_two_splits_is_refused():
    write("mine/train_dev.jsonl")
    with pytest.raises(FileFault) as caught:
        found()
    assert str(caught.value) == "mine/train_dev.jsonl: its name contains several splits: dev and train"


def test_size_and_hash_of_each_file_are_noted():
    path = write("mine/a.jsonl", "abc")
    (file,) = found()["files"]
    assert file["bytes"] == 3
    assert file["sha256"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert file["path"] == path.as_posix()


def test_file_that_did_not_change_is_not_read_again_and_one_that_did_is(monkeypatch):
    read: list[str] = []
    real = fingerprint.of_file
    monkeypatch.setattr(fingerprint, "of_file", lambda path: read.append(path.name) or real(path))
    write("mine/a.jsonl", "one")
    write("mine/b.jsonl", "two")
    first = found()
    assert read == ["a.jsonl", "b.jsonl"]
    assert found() == first
    assert read == ["a.jsonl", "b.jsonl"]
    stat = write("mine/b.jsonl", "TWO").stat()  # as long as before
    os.utime("mine/b.jsonl", ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000))
    assert found()["files"][1]["sha256"] != first["files"][1]["sha256"]
    assert read == ["a.jsonl", "b.jsonl", "b.jsonl"]


def test_cache_that_cannot_be_read_is_made_anew():
    write("mine/a.jsonl")
    first = found()
    write("corpus/inputs.cache.json", '{"mine/a.js')
    assert found() == first


def test_nothing_is_written_when_nothing_changed():
    write("mine/a.jsonl")
    found()
    names = ("inputs.json", "environment.json", "inputs.cache.json")
    before = [(Path("corpus") / name).stat().st_mtime_ns for name in names]
    found()
    assert [(Path("corpus") / name).stat().st_mtime_ns for name in names] == before


def written(config: Path = CONFIG, lang: str = "en") -> str:
    """Return inputs.json after another look."""
    found(config=config, lang=lang)
    return Path("corpus/inputs.json").read_text(encoding="utf8")


def test_inputs_stay_the_same_when_only_training_changes_in_the_config():
    write("mine/a.jsonl")
    first = written()
    assert written(variant("\ndropout = 0.2\n", "\ndropout = 0.3\n")) == first
    assert written(variant("\nbatch_size = 1000\n", "\nbatch_size = 64\n")) == first


def test_inputs_change_with_the_name_of_a_file():
    path = write("mine/a.jsonl")
    first = written()
    path.rename("mine/b.jsonl")
    assert written() != first


def test_inputs_change_with_the_content_of_a_file():
    write("mine/a.jsonl", "one")
    first = written()
    write("mine/a.jsonl", "three")
    assert written() != first


def test_inputs_change_with_the_language():
    write("mine/a.jsonl")
    assert written(lang="de") != written()


def test_inputs_change_with_the_tokenizer_of_the_config():
    write("mine/a.jsonl")
    first = written()
    assert written(variant('"spacy.Tokenizer.v1"', '"mine.Tokenizer.v1"')) != first


def test_inputs_change_with_what_runs_after_creation():
    write("mine/a.jsonl")
    first = written()
    callback = '\n[nlp.after_creation]\n@callbacks = "mine.v1"\n\n[components]\n'
    without = CONFIG.read_text(encoding="utf8").replace("after_creation = null\n", "", 1)
    assert written(write("variant.cfg", without.replace("\n[components]\n", callback, 1))) != first


def test_inputs_do_not_change_with_what_multiplies_matrices():
    write("mine/a.jsonl")
    first = written()
    assert written(variant("threads = 1", "threads = 2")) == first
    text = CONFIG.read_text(encoding="utf8")
    begin = text.index("[nlp.after_pipeline_creation]")
    end = text.index("[nlp.tokenizer]", begin)
    without = text.replace(text[begin:end], "").replace(
        "after_creation = null\n", "after_creation = null\nafter_pipeline_creation = null\n", 1
    )
    assert written(write("variant.cfg", without)) == first


def test_language_of_the_vars_stands_in_for_the_one_of_the_config():
    write("mine/a.jsonl")
    assert found(lang="zh")["nlp"]["lang"] == "zh"
    assert "tokenizer" not in found(lang="zh")["nlp"]  # that of the config is for its own language
    assert "tokenizer" in found(lang="en")["nlp"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[nlp\nlang", "File contains no section headers"),
        ("[paths]\ntrain = null\n", "there is none"),
        ("[nlp]\nlang = null\nlang = null\n", "option 'lang' in section 'nlp' already exists"),
        ("[nlp]\nlang = null\n[nlp]\n", "section 'nlp' already exists"),
        ("[nlp]\nlang = $HOME\n", "'$' must be followed by"),
    ],
)
def test_config_without_a_readable_nlp_section_is_refused_in_one_line(text, why):
    write("mine/a.jsonl")
    with pytest.raises(FileFault, match=r"^broken\.cfg: its \[nlp\] section can't be read") as caught:
        found(config=write("broken.cfg", text))
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)


def test_config_that_is_not_there_is_refused_by_name():
    write("mine/a.jsonl")
    with pytest.raises(FileFault, match=r"^none\.cfg: its \[nlp\] section can't be read"):
        found(config=Path("none.cfg"))


def test_versions_that_decide_a_result_are_noted():
    write("mine/a.jsonl")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    conversion = found()["versions"]
    assert conversion["python"] == python
    assert "spacy" in conversion
    assert "thinc" not in conversion
    result = atomic.read_json(Path("corpus/environment.json"))
    assert {"python", "machine", "spacy", "thinc", "numpy"} <= set(result)
    assert "pytest" not in result


def test_command_says_what_it_found():
    write("mine/a.jsonl", "abc")
    write("mine/test.jsonl")
    write("mine/README.md")
    code, output = run_inputs()
    assert code == 0
    assert "mine/a.jsonl (3 bytes, train)" in output
    assert "Skipped: README.md" in output


def test_setting_that_cannot_be_ends_the_command_with_the_reason_before_anything_is_written():
    write("mine/a.jsonl")
    code, output = run_inputs("--set=convert.misaligned=guess")
    assert code == 1
    assert "convert.misaligned in vars.set is 'guess'; it can be missing, expand, contract," in output
    write("configs/report.cfg", "[report]\nresample = 500\n")
    code, output = run_inputs()
    assert code == 1
    assert "configs/report.cfg has no setting 'resample'; did you mean resamples?" in output
    assert not Path("corpus").exists()


def test_each_step_is_given_the_settings_that_it_reads():
    write("mine/a.jsonl")
    write("configs/check.cfg", "[check]\nfew_examples = 7\n")
    code, output = run_inputs("--set=report.resamples=500 convert.spans_key=sc")
    assert code == 0, output
    assert atomic.read_json(Path("corpus/settings/analyze.json")) == {
        "few_examples": 7,
        "resamples": 500,
        "confidence": 0.95,
        "errors_of": "dev",
        "examples": 5,
        "context": 120,
    }
    assert atomic.read_json(Path("corpus/settings/export.json")) == {"spans_key": "sc"}


SPANCAT = """
[nlp]
lang = "en"
pipeline = ["spancat"]

[components]

[components.spancat]
factory = "spancat"
spans_key = "mine"
"""


@pytest.mark.parametrize(("given", "key"), [("", "mine"), ("--set=convert.spans_key=other", "other")])
def test_key_of_spans_is_that_of_the_config_unless_a_setting_names_another(given, key):
    write("mine/a.jsonl")
    write("configs/spans.cfg", SPANCAT)
    code, output = run_inputs("--config=spans.cfg", *filter(None, [given]))
    assert code == 0, output
    for reader in ("convert", "export"):
        assert atomic.read_json(Path(f"corpus/settings/{reader}.json"))["spans_key"] == key


def test_var_that_weasel_would_ignore_ends_the_command(monkeypatch):
    write("mine/a.jsonl")
    monkeypatch.setenv("WEASEL_CONFIG_OVERRIDES", "--vars.misaligned=expand --vars.anotations mine")
    code, output = run_inputs()
    assert code == 1
    assert "There is no vars.misaligned; misaligned is a setting in configs/convert.cfg." in output
    assert 'For one run: --vars.set "convert.misaligned=…"' in output
    assert "There is no vars.anotations; did you mean annotations?" in output


def test_missing_annotations_end_the_command_with_the_reason():
    code, output = run_inputs(annotations="nowhere")
    assert code == 1
    assert "nowhere: there is no such file or folder" in output


@pytest.mark.parametrize("place", ["", " ", ".", "..", "./", "mine/.."])
def test_nothing_named_does_not_mean_the_whole_project(here, place):
    write("mine/a.jsonl")
    code, output = run_inputs(annotations=place)
    assert code == 1
    assert f"vars.annotations is '{place}': it is" in output
    code, output = run_inputs(annotations=str(here))
    assert "the project's own folder" in output
    assert not Path("corpus").exists()


@pytest.mark.parametrize(
    ("place", "own"),
    [
        ("corpus", "corpus"),
        ("./corpus/rejected.jsonl", "corpus"),
        ("training/default/predictions/*.jsonl", "training"),
        ("mine/../configs/", "configs"),
        ("scripts", "scripts"),
        ("tests/**/*.jsonl", "tests"),
    ],
)
def test_folder_of_the_project_itself_holds_no_annotations(here, place, own):
    write(f"{own}/rejected.jsonl")
    write("mine/a.jsonl")
    for named in (place, f"{here.as_posix()}/{place}"):
        code, output = run_inputs(annotations=named)
        assert code == 1
        assert f"it is in {own}/, a folder of the project itself" in output
    assert not Path("corpus/inputs.json").exists()


@pytest.mark.parametrize("place", ["exports/jsonl", "mine/corpus/all.jsonl", "corpus.jsonl"])
def test_export_and_folder_named_like_one_of_the_project_are_read(place):
    write("corpus/rejected.jsonl")
    write(f"{place}/all.jsonl" if place.startswith("exports") else place)
    code, output = run_inputs(annotations=place)
    assert code == 0, output


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (
            "--config=cofig.cfg",
            "vars.config is cofig.cfg, which is not in configs/; did you mean config.cfg?",
        ),
        ("--config=config", "vars.config is config, which is not in configs/; did you mean config.cfg?"),
        ("--config=zzz", "which is not in configs/; weasel run configs lists those that there are"),
        ("--reference=old, defualt", "the run defualt, which is not there; the runs are: old"),
    ],
)
def test_config_and_reference_that_are_not_there_are_refused_at_once(option, message):
    write("mine/a.jsonl")
    write("training/old/run.json")
    code, output = run_inputs(option)
    assert code == 1
    assert message in output


def test_contents_of_the_baseline_are_noted():
    write("mine/a.jsonl")
    found = []
    for contents in ("one", "two"):
        write("other/config.cfg", contents)
        assert run_inputs("--baseline=other")[0] == 0
        found.append(atomic.read_json(Path("corpus/baseline.json"))["other"])
    assert found[0] != found[1]
    for name, version in (("spacy", spacy.__version__), ("no_such", None)):
        assert run_inputs(f"--baseline={name}")[0] == 0
        assert atomic.read_json(Path("corpus/baseline.json")) == {name: version}
    assert run_inputs()[0] == 0
    assert atomic.read_json(Path("corpus/baseline.json")) == {}


def test_ledgers_of_all_folders_are_gathered():
    write("mine/a.jsonl")
    assert run_inputs()[0] == 0
    assert atomic.read_json(Path("corpus/ledger.json")) == []
    note(Path("training/review"), ["abc"])
    assert run_inputs()[0] == 0
    assert [entry["texts"] for entry in atomic.read_json(Path("corpus/ledger.json"))] == [["abc"]]


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--run=../other", "vars.run is '../other': a name can't contain /"),
        ("--run=aux", "vars.run is 'aux': Windows reserves this name for a device"),
        ("--config=../secret.cfg", "vars.config is '../secret.cfg': it is a path to another folder"),
        ("--config=/etc/x.cfg", "vars.config is '/etc/x.cfg': it must be the name of a file"),
        ("--baseline-labels=C:/x.yml", "vars.baseline_labels is 'C:/x.yml': it must be the name of"),
        ("--export-format=..", "vars.export_format is '..': it is a path to another folder"),
        ("--reference=first, ../x", "vars.reference is 'first, ../x': a name can't contain /"),
        ("--lang=../en", "vars.lang is '../en': a language code consists of lower-case letters"),
        ("--name=Größe", "vars.name is 'Größe': use only letters from a to z"),
        ("--seed=abc", "vars.seed is 'abc': write a whole number from 0 to 4294967295"),
        ("--seed=-1", "vars.seed is '-1': write a whole number"),
        ("--seed=4294967296", "vars.seed is '4294967296': write a whole number"),
        ("--gpu-id=x", "vars.gpu_id is 'x': write the number of a GPU, from 0, or -1 for the CPU"),
        ("--gpu-id=-2", "vars.gpu_id is '-2': write the number of a GPU"),
        ("--version=new", "vars.version is 'new': write a version like 0.1.0"),
        ("--baseline-labels=a\x08b", "it contains \\x08, an invisible character; weasel treats"),
    ],
)
def test_var_that_leads_elsewhere_or_names_no_package_ends_the_command(option, message):
    write("mine/a.jsonl")
    code, output = run_inputs(option)
    assert code == 1
    assert message in output
    assert not Path("corpus").exists()


def test_all_such_vars_are_named_at_once_each_on_a_line_of_its_own():
    code, output = printed("--run=..", "--name=ö", annotations="")
    assert code == 1
    assert [line.split()[0] for line in output.splitlines() if line.startswith("vars.")] == [
        "vars.annotations",
        "vars.name",
        "vars.run",
    ]


def test_first_of_many_files_are_shown_and_the_others_counted():
    for number in range(45):
        write(f"mine/{number:02}.jsonl")
        write(f"mine/.hidden{number}")
    code, output = run_inputs()
    assert code == 0
    assert output.count(".jsonl (") == 20
    assert "and 25 more files, listed in corpus/inputs.json" in output
    assert "and 35 more" in output


def test_nasty_file_name_is_shown_with_escapes():
    try:
        write("mine/a\x1b[31m\u202e.jsonl")
    except OSError:
        pytest.skip("this system has no such file names")
    code, output = run_inputs()
    assert code == 0
    assert "mine/a\\x1b[31m\\u202e.jsonl (" in output


@pytest.mark.parametrize(
    ("pattern", "folder"),
    [
        (PurePosixPath("/data/mine/*.jsonl"), PurePosixPath("/data/mine")),
        (PurePosixPath("*.jsonl"), PurePosixPath()),
        (PureWindowsPath(r"C:\data\mi?e\**\a.jsonl"), PureWindowsPath("C:/data")),
        (PureWindowsPath(r"mine\*.jsonl"), PureWindowsPath("mine")),
    ],
)
def test_folder_of_a_pattern_is_what_comes_before_it(pattern, folder):
    assert fixed_part(pattern) == folder


def test_little_space_is_said_before_anything_is_trained(capsys):
    look_for_room(Path("training/default"), 0)
    assert capsys.readouterr().out == ""
    look_for_room(Path("training/default"), 1 << 60)
    assert "B of disk space are free for training/default" in capsys.readouterr().out
    assert not Path("training").exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "inputs:\n  cmd: 'python -m scr",
        "inputs:\n  cmd: a\nconv",
        "- inputs\n- convert\n",
        "inputs:\n",
        "inputs:\n  cmd: a\nconvert: null\n",
        "\x00\x00\x00",
    ],
)
def test_damaged_lock_is_deleted(text, capsys):
    lock = write("project.lock", text)
    drop_damaged_lock(lock)
    assert not lock.exists()
    assert "project.lock was damaged and has been deleted" in capsys.readouterr().out


def test_lock_that_is_no_text_is_deleted():
    Path("project.lock").write_bytes(b"inputs:\n  cmd: \xff\xfe\n")
    drop_damaged_lock(Path("project.lock"))
    assert not Path("project.lock").exists()


def test_good_lock_is_kept(capsys):
    lock = write("project.lock", GOOD_LOCK)
    drop_damaged_lock(lock)
    assert lock.read_text(encoding="utf8") == GOOD_LOCK
    drop_damaged_lock(Path("none.lock"))
    assert capsys.readouterr().out == ""


def test_command_deletes_a_damaged_lock_before_anything_else():
    write("project.lock", "inputs:\n  cmd: 'pyth")
    code, _ = run_inputs(annotations="nowhere")
    assert code == 1
    assert not Path("project.lock").exists()


def test_step_loads_no_spacy():
    program = "import sys, scripts.inputs; print(sorted({'spacy', 'thinc'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, encoding="utf8", check=True
    )
    assert done.stdout.strip() == "[]"


def test_each_step_has_a_file_with_the_code_that_it_runs(here):
    step.write_code(ROOT, COMMANDS, here)
    commands = atomic.read_json(here / "code/evaluate.json")
    assert commands["scripts/evaluate.py"] == fingerprint.of_file(ROOT / "scripts/evaluate.py")
    assert "scripts/scoring/metrics.py" in commands
    assert "scripts/convert.py" not in commands


def test_code_is_parsed_once_for_each_of_its_contents(here, monkeypatch):
    step.write_code(ROOT, COMMANDS, here)
    first = {path.name: path.read_bytes() for path in (here / "code").iterdir()}
    monkeypatch.setattr("ast.parse", None)
    step.write_code(ROOT, COMMANDS, here)
    assert {path.name: path.read_bytes() for path in (here / "code").iterdir()} == first


def test_code_that_is_no_python_is_refused_by_name(here):
    write("scripts/evaluate.py", "def broken(:\n")
    commands = [{"name": "evaluate", "script": ["python -m scripts.evaluate corpus"]}]
    with pytest.raises(FileFault, match=r"evaluate\.py: it is not valid Python"):
        step.write_code(here, commands, here / "corpus")
