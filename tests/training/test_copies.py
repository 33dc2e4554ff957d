"""Files that are copied into packages: several copies are used together, whichever comes first."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.training import entity_confidence, fast_ner

FILES = {module.FACTORY: Path(str(module.__file__)) for module in (entity_confidence, fast_ner)}
USE = """
import sys
sys.path.insert(0, {folder!r})
import {first}, {second}
import spacy
print(spacy.blank("en").add_pipe({factory!r}).__class__.__name__)
"""


@pytest.mark.parametrize("factory", FILES)
@pytest.mark.parametrize("own_first", [True, False])
def test_copy_in_a_package_is_loaded_beside_the_file(factory, own_first, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(f"from . import {factory}\n", encoding="utf8")
        (tmp_path / name / f"{factory}.py").write_bytes(FILES[factory].read_bytes())
    names = ["one, two", f"scripts.training.{factory}"]
    first, second = reversed(names) if own_first else names
    program = USE.format(folder=str(tmp_path), first=first, second=second, factory=factory)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() in ("EntityConfidence", "FastEntityRecognizer")
