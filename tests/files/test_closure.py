"""The code of a step: what it imports directly, through others, in functions, and templates."""

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.files.closure import code_of_steps, registered

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path):
    """Return a function that writes files of a small project and gives the code of its steps."""

    known: dict[str, list[str]] = {}

    def code(files: dict[str, str], *scripts: str) -> dict[str, dict[str, str]]:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf8")
        commands = [{"name": line.split()[2][8:], "script": [line]} for line in scripts]
        return code_of_steps(tmp_path, commands, known)

    return code


FILES = {
    "scripts/__init__.py": "",
    "scripts/one.py": "from scripts.room.helper import help\n",
    "scripts/two.py": "import json\nimport spacy\n",
    "scripts/room/__init__.py": "",
    "scripts/room/helper.py": "import scripts.room.deeper\n",
    "scripts/room/deeper.py": "VALUE = 1\n",
    "scripts/room/unused.py": "VALUE = 2\n",
}
ONE = "python -m scripts.one corpus --seed=${vars.seed}"
TWO = "python -m scripts.two corpus"


def test_imports_are_followed_and_what_nothing_imports_is_left_out(project):
    code = project(FILES, ONE, TWO)
    helpers = {"scripts/room/__init__.py", "scripts/room/deeper.py", "scripts/room/helper.py"}
    assert set(code["one"]) == helpers | {"scripts/__init__.py", "scripts/one.py"}
    assert set(code["two"]) == {"scripts/__init__.py", "scripts/two.py"}


def test_change_of_a_helper_changes_exactly_the_steps_that_import_it(project):
    before = project(FILES, ONE, TWO)
    after = project({"scripts/room/deeper.py": "VALUE = 3\n"}, ONE, TWO)
    changed = {name for name, value in after["one"].items() if before["one"].get(name) != value}
    assert changed == {"scripts/room/deeper.py"}
    assert after["two"] == before["two"]


def test_import_of_a_module_from_its_room_is_followed(project):
    code = project({**FILES, "scripts/two.py": "from scripts.room import deeper\n"}, TWO)
    assert "scripts/room/deeper.py" in code["two"]


def test_import_in_a_function_is_followed(project):
    text = "def run():\n    from scripts.room import helper\n    return helper\n"
    assert "scripts/room/deeper.py" in project({**FILES, "scripts/two.py": text}, TWO)["two"]


def test_circle_of_imports_ends(project):
    files = {**FILES, "scripts/room/deeper.py": "from scripts.room import helper\n"}
    assert "scripts/room/deeper.py" in project(files, ONE)["one"]


def test_template_beside_a_module_that_names_it_is_code(project):
    text = 'PAGE = "page.html.jinja"\n'
    files = {"scripts/room/page.html.jinja": "<p>", "scripts/room/other.css": "p {}"}
    code = project({**FILES, **files, "scripts/room/deeper.py": text}, ONE)
    assert "scripts/room/page.html.jinja" in code["one"]
    assert "scripts/room/other.css" not in code["one"]


def test_all_that_the_shipped_steps_import_when_they_run_is_found():
    found = code_of_steps(ROOT, [{"name": "report", "script": ["python -m scripts.report corpus"]}], {})
    show = "import sys, scripts.report as _; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", show], cwd=ROOT, capture_output=True, text=True, check=True
    )
    modules = [name for name in done.stdout.split() if name.startswith("scripts.reporting.")]
    assert "scripts.reporting.page" in modules
    assert {f"{name.replace('.', '/')}.py" for name in modules} <= set(found["report"])


def test_a_command_of_spacy_may_run_every_function_that_a_config_can_name():
    train = {"name": "train", "script": ["python -m spacy train configs/config.cfg --output out"]}
    named = {f"{module.replace('.', '/')}.py" for module in registered()}
    assert "scripts/training/wandb_logger.py" in named
    assert named <= set(code_of_steps(ROOT, [train], {})["train"])
    assert registered() == sorted(
        {p.module for p in importlib.metadata.distribution("ner-template").entry_points}
    )


def test_a_command_that_loads_the_pipeline_runs_the_functions_of_its_components():
    evaluate = {"name": "evaluate", "script": [ONE], "deps": ["training/default/model-best"]}
    code = code_of_steps(ROOT, [evaluate], {})["evaluate"]
    assert "scripts/training/cluster_embed.py" in code
    assert "scripts/training/wandb_logger.py" not in code
