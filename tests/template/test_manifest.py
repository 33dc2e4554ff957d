"""The manifest against the code: deps, commands, settings, and what pyproject.toml and README say."""

import ast
import filecmp
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import srsly
from setuptools import find_packages

from scripts.files.step import unquoted
from scripts.settings.files import FILES, STEPS, read_file
from tests.corpora import CONFIG
from tests.template.settings_page import PAGE, entries, filled

ROOT = Path(__file__).parents[2]
MANIFEST = srsly.read_yaml(ROOT / "project.yml")
COMMANDS = {command["name"]: command for command in MANIFEST["commands"]}
STEP_FILES = {path.stem for path in (ROOT / "scripts").glob("*.py")} - {"__init__"}
README = (ROOT / "README.md").read_text(encoding="utf8")


@pytest.mark.parametrize("name", [n for n in COMMANDS if n != "inputs"])
def test_a_step_that_may_be_skipped_depends_on_its_code(name: str) -> None:
    command = COMMANDS[name]
    deps = command.get("deps", [])
    own = [f"scripts/{name}.py"] if name in STEP_FILES else []
    may_be_skipped = bool(command.get("outputs")) and not command.get("no_skip")
    assert (f"corpus/code/{name}.json" in deps) == may_be_skipped
    assert [dep for dep in deps if dep.startswith("scripts/")] == (own if may_be_skipped else [])


def test_every_step_module_is_a_command_and_runs_under_its_name() -> None:
    assert set(COMMANDS) >= STEP_FILES
    for name in STEP_FILES:
        assert any(f"python -m scripts.{name} " in line for line in COMMANDS[name]["script"])
        assert (ROOT / f"tests/test_{name}.py").is_file(), f"tests/test_{name}.py is missing"


def test_commands_use_nothing_of_a_shell_but_words_in_quotes() -> None:
    for command in COMMANDS.values():
        for line in command["script"]:
            assert line.startswith("python -m ")
            words = [word.strip('"') if word[0] == word[-1] == '"' else word for word in line.split()]
            assert not re.search(r"[\"'|&;<>`\\]", " ".join(words)), line


def test_every_var_in_a_command_is_in_quotes_so_that_it_may_hold_spaces_or_be_empty() -> None:
    for command in COMMANDS.values():
        for line in command["script"]:
            for word in line.split():
                assert "${" not in word or word[0] == word[-1] == '"', word


@pytest.mark.parametrize("posix", [True, False], ids=["posix", "windows"])
@pytest.mark.parametrize(
    "value", ["", "my data/two words.jsonl", "it's", "C:/data", "PERSON=0.8, ORG=0.7", "a.b='c d' e.f="]
)
def test_value_of_a_var_arrives_as_it_is_on_every_system(posix: bool, value: str) -> None:
    for command in COMMANDS.values():
        for line in command["script"]:
            plain = [word.replace('"', "") for word in line.split()]
            expected = [re.sub(r"\$\{vars\.\w+\}", lambda _: value, word) for word in plain]
            filled = re.sub(r"\$\{vars\.\w+\}", lambda _: value, line)
            assert unquoted(shlex.split(filled, posix=posix)) == expected  # as weasel splits it


def test_every_command_has_help_and_every_var_a_comment() -> None:
    assert all(command["help"] for command in COMMANDS.values())
    lines = (ROOT / "project.yml").read_text(encoding="utf8").splitlines()
    for name in MANIFEST["vars"]:
        at = next(i for i, line in enumerate(lines) if line.startswith(f"  {name}:"))
        assert lines[at - 1].lstrip().startswith("#"), f"vars.{name} has no comment"


def test_every_var_is_used() -> None:
    text = (ROOT / "project.yml").read_text(encoding="utf8")
    for name in MANIFEST["vars"]:
        assert f"${{vars.{name}}}" in text, f"vars.{name} is not used"


def test_manifest_is_short() -> None:
    assert len((ROOT / "project.yml").read_text(encoding="utf8").splitlines()) <= 450
    assert len(MANIFEST["vars"]) <= 20


def test_page_of_settings_carries_all_vars_and_settings() -> None:
    page = PAGE.read_text(encoding="utf8")
    assert page == filled(page), "run: python -m tests.template.settings_page"
    for file in ("project.yml", *(f"configs/{name}.cfg" for name in FILES)):
        assert f"<!-- table: {file} -->" in page


@pytest.mark.parametrize("name", FILES)
def test_settings_file_has_every_setting_with_the_default_of_its_model(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    path, model = ROOT / f"configs/{name}.cfg", FILES[name]
    assert {key for key, _, _ in entries(path)} == set(model.model_fields)
    assert read_file(path, model, {}) == model()


@pytest.mark.parametrize("step", STEPS)
def test_step_depends_on_the_settings_that_it_reads(step: str) -> None:
    assert f"corpus/settings/{step}.json" in COMMANDS[step]["deps"]
    source = (ROOT / f"scripts/{step}.py").read_text(encoding="utf8")
    assert re.search(rf'read_settings\(\w+, "{step}", {STEPS[step].__name__}\)', source)


def test_readme_carries_what_weasel_document_generates(tmp_path: Path) -> None:
    shutil.copy(ROOT / "project.yml", tmp_path)
    shutil.copy(ROOT / "README.md", tmp_path)
    for folder in MANIFEST["directories"]:
        (tmp_path / folder).mkdir()
    (tmp_path / "assets/starter").mkdir()
    for path in (ROOT / "assets/starter").iterdir():
        shutil.copy(path, tmp_path / "assets/starter")
    command = [sys.executable, "-m", "weasel", "document", "--output", "README.md"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    fresh = (tmp_path / "README.md").read_text(encoding="utf8")
    assert fresh == README, "run: python -m weasel document --output README.md"


def test_ci_calls_the_test_command_of_readme() -> None:
    command = next(line for line in README.splitlines() if "requirements-dev.txt &&" in line)
    assert command in (ROOT / ".ci/run").read_text(encoding="utf8")


@pytest.mark.parametrize(
    "name", ["annotation/text", "annotation/offset_units", "conversion/splitting", "settings/convert"]
)
def test_formats_and_the_data_model_know_nothing_of_spacy(name: str) -> None:
    files = [ROOT / f"scripts/{name}.py", *(ROOT / "scripts/formats").rglob("*.py")]
    for path in files:
        for node in ast.parse(path.read_text(encoding="utf8")).body:  # docbin imports it in its reader
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            assert not any(found.split(".")[0] == "spacy" for found in names), path


def test_scoring_knows_nothing_of_files() -> None:
    for path in (ROOT / "scripts/scoring").glob("*.py"):
        text = path.read_text(encoding="utf8")
        assert "pathlib" not in text
        assert "open(" not in text


def test_requirements_are_pinned_and_name_no_registry() -> None:
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf8")
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = (ROOT / name).read_text(encoding="utf8").splitlines()
        wanted = [line for line in lines if line and not line.startswith(("#", "-"))]
        assert "-c constraints.txt" in lines
        assert wanted
        for line in wanted:
            assert re.fullmatch(r"[a-z0-9-]+==[0-9.]+", line), line
            assert line in constraints.splitlines(), f"{line} is not in constraints.txt"
        assert "://" not in "".join(lines)
    assert "://" not in constraints


def test_every_registered_function_exists_and_every_config_names_only_known_ones() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))
    known = {name for group in project["project"]["entry-points"].values() for name in group}
    configs = list((ROOT / "configs").glob("*.cfg"))
    assert configs
    for config in configs:
        named = re.findall(r'"(ner_template\.[\w.]+)"', config.read_text(encoding="utf8"))
        assert set(named) <= known
    for group in project["project"]["entry-points"].values():
        for target in group.values():
            module, function = target.split(":")
            source = (ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf8")
            assert f"def {function}(" in source


def test_config_that_tests_use_is_the_shipped_one() -> None:
    assert filecmp.cmp(CONFIG, ROOT / "configs/config.cfg", shallow=False), f"copy it to {CONFIG}"


def test_packages_of_pyproject_are_all_rooms() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))
    rooms = {path.parent for path in ROOT.glob("scripts/**/*.py")}
    found = find_packages(ROOT, include=project["tool"]["setuptools"]["packages"]["find"]["include"])
    assert {ROOT.joinpath(*name.split(".")) for name in found} == {*rooms, ROOT / "benchmarks"}
