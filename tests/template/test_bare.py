"""The trained pipeline without this project: a Python with spaCy, what spaCy needs, and the wheel."""

import importlib.metadata as metadata
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.template.conftest import Project, Run

EARLIER = "3.8.13"  # a patch version of spaCy that works with the same versions of what spaCy needs
PROGRAM = """
import importlib.metadata as metadata
import importlib.util
import sys

import spacy
from spacy.training import Example

for name in ("scripts", "wandb", "spacy_lookups_data"):
    assert importlib.util.find_spec(name) is None, name
names = [entry.name for each in metadata.distributions() for entry in each.entry_points]
assert names and not [name for name in names if name.startswith("ner_template")]


def examples(nlp):
    entities = {"entities": [(0, 10, "DATE")]}  # which no pipeline would find by itself
    return [Example.from_dict(nlp.make_doc("Ada Okafor found the ferry late again."), entities)]


def found(nlp):
    doc = nlp("Ada Okafor found the ferry late again.")
    return [(entity.text, entity.label_) for entity in doc.ents]


for name in sys.argv[1:]:  # the wheel first: the folder needs its code
    nlp = spacy.load(name)
    lines = nlp.config.to_str().splitlines()
    ours = {line.split('"')[1] for line in lines if '= "ner_template.' in line}
    assert ours <= {"ner_template.ClusterEmbed.v1", "ner_template.load_clusters.v1"}  # of the wheel
    rates = nlp.create_optimizer().schedules["learn_rate"]
    print("RATES", [round(next(rates), 6) for _ in range(3)])
    nlp.update(examples(nlp))  # without an optimizer
    before = found(nlp)

    nlp = spacy.load(name)
    optimizer = nlp.resume_training()
    losses = {}
    for _ in range(100):
        nlp.update(examples(nlp), sgd=optimizer, losses=losses)
    assert before != found(nlp) == [("Ada Okafor", "DATE")], (before, found(nlp))
print("CONFIG", importlib.util.find_spec("en_entities").submodule_search_locations[0])
"""


def needed_by(name: str) -> set[str]:
    """Return the installed packages that a package brings, itself included."""
    found: set[str] = set()
    todo = [name]
    while todo:
        package = canonicalize_name(todo.pop())
        if package not in found:
            found.add(package)
            needs = (Requirement(line) for line in metadata.requires(package) or ())
            todo += [
                each.name for each in needs if not each.marker or each.marker.evaluate({"extra": ""})
            ]
    return found


def lend(package: str, target: Path) -> None:
    """Make an installed package available in another folder for packages."""
    distribution = metadata.distribution(package)
    site = Path(str(distribution.locate_file("")))
    for name in {path.parts[0] for path in distribution.files or ()} - {"..", "__pycache__"}:
        if not (target / name).exists():
            try:
                (target / name).symlink_to((site / name).resolve())
            except OSError:  # Windows, without the right to make links
                copy = shutil.copytree if (site / name).is_dir() else shutil.copy
                copy(site / name, target / name)


class Bare:
    """A Python of its own."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder / "venv", with_pip=False)
        scripts = "Scripts" if os.name == "nt" else "bin"
        self.folder, self.python = folder, folder / "venv" / scripts / "python"
        self.site = Path(self.run("-c", "import sysconfig; print(sysconfig.get_path('purelib'))").output)

    def run(self, *arguments: str) -> Run:
        """Run this Python in its folder, and nothing of the Python that runs the tests."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        done = subprocess.run(
            [str(self.python), *arguments],
            cwd=self.folder,
            env={**environment, "PYTHONUTF8": "1", "ANSI_COLORS_DISABLED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf8",
            check=False,
        )
        return Run(done.returncode, done.stdout.strip())


PIP = (sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target")


@pytest.fixture
def bare(original: tuple[Project, Run], tmp_path: Path) -> Bare:
    """A Python with spaCy and the wheel of a finished run."""
    found = Bare(tmp_path)
    for package in needed_by("spacy"):
        lend(package, found.site)
    (wheel,) = (original[0].folder / "training/default/packages").glob("*.whl")
    subprocess.run([*PIP, str(found.site), "--no-index", str(wheel)], check=True)
    return found


@pytest.fixture(params=[None, EARLIER])
def versioned(request: pytest.FixtureRequest, bare: Bare, tmp_path: Path) -> Bare:
    """The same, with the installed spaCy or with another patch version from the package index."""
    if request.param:
        other = tmp_path / "other"
        command = [*PIP, str(other), f"spacy=={request.param}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if "connection" in done.stderr.lower():
            pytest.skip(f"spacy {request.param} can't be downloaded: no network")
        assert done.returncode == 0, done.stderr
        (bare.site / "other.pth").write_text(f"import sys; sys.path.insert(0, {str(other)!r})\n")
    version = bare.run("-c", "import spacy; print(spacy.__version__)").output
    assert version == (request.param or metadata.version("spacy"))
    return bare


@pytest.mark.slow
def test_installed_wheel_has_the_same_scores_under_this_and_another_version_of_spacy(
    original: tuple[Project, Run], versioned: Bare
) -> None:
    folder = original[0].folder
    options = (str(folder / "corpus/test.spacy"), "--output", "scores.json")
    done = versioned.run("-m", "spacy", "evaluate", "en_entities", *options)
    assert done.code == 0, done.output
    found = json.loads((versioned.folder / "scores.json").read_text(encoding="utf8"))
    expected = json.loads((folder / "training/default/metrics.json").read_text(encoding="utf8"))
    assert expected["ents_f"] > 0
    assert {key: found[key] for key in ("ents_p", "ents_r", "ents_f")} == {
        key: expected[key] for key in ("ents_p", "ents_r", "ents_f")
    }


@pytest.mark.slow
def test_pipeline_is_updated_and_trained_again_with_nothing_but_spacy_and_its_wheel(
    original: tuple[Project, Run], bare: Bare
) -> None:
    folder = original[0].folder
    updated = bare.run("-c", PROGRAM, "en_entities", str(folder / "training/default/model-best"))
    assert updated.code == 0, updated.output
    assert updated.output.count("RATES [0.0, 2e-05, 4e-05]") == 2  # after the first, of 100 steps
    package = Path(updated.output.rpartition("CONFIG ")[2].strip())
    (config,) = package.glob("en_entities-*/config.cfg")
    paths = [f"--paths.{split}={folder / 'corpus' / split}.spacy" for split in ("train", "dev")]
    (bare.folder / "code.py").write_text("import en_entities\n", encoding="utf8")
    options = ("--output", "again", "--code", "code.py", *paths)
    again = bare.run("-m", "spacy", "train", str(config), *options)
    assert again.code == 0, again.output
    show = "import spacy, en_entities; print(spacy.load('again/model-best').get_pipe('ner').labels)"
    labels = bare.run("-c", show)
    assert labels.output == "('DATE', 'PERSON')"
