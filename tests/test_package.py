"""A wheel that is real: built, looked into, built again, installed elsewhere and loaded."""

import importlib
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import spacy
import srsly
from spacy.util import load_config
from typer.testing import CliRunner

import scripts.training
from scripts import analyze
from scripts import package as step
from scripts.corpus.marks import FAST
from scripts.files import atomic, fingerprint
from scripts.package import code_files, description
from scripts.reporting import model_card
from tests.corpora import ROOT
from tests.predictions import counts, write_counts, write_predictions
from tests.scoring.documents import document

PATTERNS = [{"label": "PERSON", "pattern": "Ada Okafor"}]
PERSON = {"p": 0.5, "r": 0.75, "f": 0.6, "support": 40, "too_few": False}
DATE = {"p": 0.0, "r": None, "f": None, "support": 0, "too_few": True}
METRICS = {
    "ents_p": 0.4,
    "ents_r": 0.75,
    "ents_f": 0.521739,
    "support": 40,
    "too_few": False,
    "ents_per_type": {"DATE": DATE, "PERSON": PERSON},
}
OPTIONS = {"name": "mine", "version": "1.10", "license": "CC-BY-4.0"}
WHEEL = "en_mine-1.10-py3-none-any.whl"
# Makes a Python in which this project is neither installed nor importable.
ALONE = """
import importlib.metadata as metadata, sys
sys.path.insert(0, {target!r})
sys.modules["scripts"] = None
found = [each for each in metadata.distributions() if each.metadata["Name"] != "ner-template"]
metadata.distributions = lambda **_: found
"""
# A module of a user's in scripts/training/, with a function that a component needs: 65 is ORTH, the
# attribute that an entity ruler compares unless told otherwise.
MINE = """
from spacy.util import registry


@registry.misc("tests.orth.v1")
def orth():
    return 65
"""

SPANS = {"read": 20, "kept": 7, "misaligned": 2, "dropped": 3, "trimmed": 1, "excluded": 8}
RECORD = {"seed": 7, "corpus": {"train": "aaa", "dev": None}, "versions": {"spacy": "3.8.1"}}
SIZES = {"train": (30, 400, 50), "dev": (3, 40, 5), "test": (6, 80, 10)}
NONE = dict.fromkeys(
    ("without_entities", "partly_annotated", "without_annotation", "not_exhaustive", "wrong_spans"), 0
)
SPLITS = {
    split: {"documents": d, "tokens": t, "entities": e, **NONE, "labels": {}, "lost_labels": {}}
    for split, (d, t, e) in SIZES.items()
}
COUNTS = {**counts(SPLITS), "records": {"rejected": 3}, "spans": SPANS}


def make_run(folder: Path, config: dict[str, Any] | None = None) -> None:
    """Write a run with a pipeline of fixed entities, its metrics, and a corpus's counts."""
    nlp = spacy.blank("en")
    # As in a config of spaCy's own: a function of ours that training needs and the package does not.
    nlp.config["training"]["before_to_disk"] = {"@callbacks": "ner_template.stand_alone.v1"}
    nlp.add_pipe("entity_ruler", config=config or {}).add_patterns(PATTERNS)
    (folder / "run").mkdir()
    nlp.to_disk(folder / "run" / "pipeline")
    atomic.write_json(folder / "run" / "metrics.json", METRICS)
    atomic.write_json(folder / "run" / "run.json", RECORD)
    atomic.write_json(folder / "corpus" / "counts.json", COUNTS)


def run_package(folder: Path, **changes: str) -> Any:
    """Run the command as project.yml does."""
    options = [f"--{key}={value}" for key, value in {**OPTIONS, **changes}.items()]
    return CliRunner().invoke(step.app, [str(folder / "run"), str(folder / "corpus"), *options])


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> tuple[Path, str]:
    """The path of a built wheel, and what the command printed."""
    folder = tmp_path_factory.mktemp("package")
    make_run(folder)
    done = run_package(folder)
    assert done.exit_code == 0, done.output
    (wheel,) = (folder / "run" / "packages").iterdir()
    return wheel, done.output


def content(wheel: Path, ending: str) -> str:
    """Return the one text in a wheel whose name ends so."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(ending))
        return archive.read(name).decode()


def load(wheel: Path, target: Path, program: str) -> str:
    """Install a wheel into an empty folder; return what a program prints where this project is not."""
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*install, "--target", str(target), str(wheel)], check=True, capture_output=True)
    command = [sys.executable, "-c", ALONE.format(target=str(target)) + program]
    done = subprocess.run(command, cwd=target, capture_output=True, encoding="utf8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_sizes_of_another_corpus_are_not_in_the_card(tmp_path):
    make_run(tmp_path)
    atomic.write_json(tmp_path / "run" / "run.json", {**RECORD, "counts": "of another corpus"})
    done = run_package(tmp_path)
    assert done.exit_code == 0, done.output
    assert "no longer the one that run was trained on" in " ".join(done.output.split())
    assert "Rejects" not in done.output
    (wheel,) = (tmp_path / "run" / "packages").iterdir()
    card = content(wheel, "METADATA")
    assert "| training set | – | – | – | `aaa` |" in card
    of_it = fingerprint.of_path(tmp_path / "corpus" / "counts.json")
    atomic.write_json(tmp_path / "run" / "run.json", {**RECORD, "counts": of_it})
    done = run_package(tmp_path)
    assert "no longer" not in done.output
    (wheel,) = (tmp_path / "run" / "packages").iterdir()
    assert "| training set | 30 | 400 | 50 | `aaa` |" in content(wheel, "METADATA")


def test_wheel_is_named_by_language_name_and_version_and_is_all_that_is_left(built):
    wheel, _ = built
    assert wheel.name == WHEEL
    assert sorted(path.name for path in wheel.parent.parent.iterdir()) == [
        "metrics.json",
        "packages",
        "pipeline",
        "run.json",
    ]


def test_meta_in_the_wheel_says_what_it_is_and_how_well_it_did_on_test(built):
    meta = json.loads(content(built[0], "en_mine/meta.json"))
    assert (meta["lang"], meta["name"], meta["version"]) == ("en", "mine", "1.10")
    assert meta["license"] == "CC-BY-4.0"
    assert meta["labels"] == {"entity_ruler": ["PERSON"]}
    assert meta["test_performance"] == METRICS
    assert meta["description"] == "Named entity recognition (PERSON): F 52.2 on its test set"


def test_score_on_too_few_entities_or_documents_says_so_in_the_wheel():
    told = description({**METRICS, "too_few": True})
    assert told.endswith(
        "F 52.2 on its test set, which has too few entities or documents for a reliable score"
    )


def requirements(wheel: Path) -> list[str]:
    """Return the names of the packages that a wheel requires."""
    lines = content(wheel, "METADATA").splitlines()
    wanted = [line.split(": ")[1] for line in lines if line.startswith("Requires-Dist: ")]
    return [re.split(r"[<>=~ ]", each)[0] for each in wanted]


def test_wheel_requires_spacy_and_nothing_else(built):
    assert requirements(built[0]) == ["spacy"]


def test_readme_has_the_table_of_scores_on_test(built):
    readme = content(built[0], "en_mine-1.10/README.md")
    assert readme.startswith("# en_mine 1.10\n")
    assert "| Label | Precision | Recall | F | Support |\n|---|---:|---:|---:|---:|\n" in readme
    assert "| all | 40.0 | 75.0 | 52.2 | 40 |\n| DATE | 0.0 | – | – | 0 (too few) |\n" in readme
    assert "| PERSON | 50.0 | 75.0 | 60.0 | 40 |\n" in readme
    assert "Licence: CC-BY-4.0." in readme
    assert "## Intended use and limits" in readme
    assert "| training set | 30 | 400 | 50 | `aaa` |\n| dev set | 3 | 40 | 5 | – |\n" in readme
    assert "Trained with seed 7 and spacy 3.8.1." in readme


@pytest.fixture(scope="module")
def analysed(tmp_path_factory) -> Path:
    """A run whose test set has 40 documents with PERSON, every other one missed, and 20 with DATE."""
    folder = tmp_path_factory.mktemp("analysed")
    make_run(folder)
    texts = ("[Ada](PERSON) left in [May](DATE).", "[Ada](PERSON) left.")
    nothing = ("Ada left in May.", "Ada left.")
    found = (texts[0], nothing[1])
    documents = [
        document(texts[n % 2], found[n % 2], nothing[n % 2], place=f"line {n}") for n in range(40)
    ]
    write_predictions(folder / "run", documents)
    done = CliRunner().invoke(analyze.app, [str(folder / "run"), str(write_counts(folder / "other"))])
    assert done.exit_code == 0, done.output
    analysis = atomic.read_json(folder / "run" / "analysis.json")
    micro, labels = (analysis["test"]["scores"][name] for name in ("micro", "labels"))
    metrics = {
        **{f"ents_{key}": micro[key] for key in "prf"},
        **{key: micro[key] for key in ("support", "too_few")},
        "ents_per_type": {label: {key: row[key] for key in PERSON} for label, row in labels.items()},
        "fingerprint": analysis["fingerprints"]["test"],
    }
    atomic.write_json(folder / "run" / "metrics.json", metrics)
    return folder


def test_card_and_meta_have_the_intervals_of_the_analysis(analysed):
    done = run_package(analysed)
    assert done.exit_code == 0, done.output
    (wheel,) = (analysed / "run" / "packages").iterdir()
    scores = atomic.read_json(analysed / "run" / "analysis.json")["test"]["scores"]
    found = json.loads(content(wheel, "en_mine/meta.json"))["test_intervals"]
    assert found["confidence"] == 0.95
    # spaCy rounds the numbers of a meta.json to ten digits
    assert found["all"]["f"] == pytest.approx(scores["micro"]["intervals"]["f"])
    assert found["labels"]["PERSON"]["r"] == pytest.approx(scores["labels"]["PERSON"]["intervals"]["r"])
    assert found["labels"]["DATE"] == {}  # too few
    card = content(wheel, "en_mine/README.md")
    low, high = (f"{100 * bound:.1f}" for bound in found["labels"]["PERSON"]["f"])
    assert "| Label | Precision | Recall | F | 95% interval of F | Support |\n|---|---:|" in card
    assert f"| PERSON | 100.0 | 50.0 | 66.7 | {low}–{high} | 40 |\n" in card
    assert "| DATE | 100.0 | 100.0 | 100.0 | – | 20 (too few) |\n" in card


@pytest.mark.parametrize("change", [{"fingerprint": "another"}, {"ents_r": 0.6}])
def test_intervals_of_another_test_set_or_pipeline_are_left_out(analysed, tmp_path, change):
    shutil.copytree(analysed, tmp_path / "run")
    path = tmp_path / "run" / "run" / "metrics.json"
    atomic.write_json(path, {**atomic.read_json(path), **change})
    done = run_package(tmp_path / "run")
    assert done.exit_code == 0, done.output
    (wheel,) = (tmp_path / "run" / "run" / "packages").iterdir()
    assert "interval" not in content(wheel, "en_mine/README.md")
    none = {"confidence": None, "all": {}, "labels": {}}
    assert json.loads(content(wheel, "en_mine/meta.json"))["test_intervals"] == none


def test_card_in_the_package_has_the_head_that_hugging_face_reads(built):
    card = content(built[0], "en_mine/README.md")
    _, head, body = card.split("---\n", 2)
    assert body == content(
        built[0], "en_mine-1.10/README.md"
    )  # to which spacy huggingface-hub adds a head
    found = srsly.yaml_loads(head)
    assert found["tags"] == ["spacy", "token-classification"]
    assert (found["language"], found["license"]) == (["en"], "cc-by-4.0")
    (result,) = found["model-index"][0]["results"]
    assert found["model-index"][0]["name"] == "en_mine"
    assert result["task"] == {"name": "NER", "type": "token-classification"}
    assert {each["type"]: each["value"] for each in result["metrics"]} == {
        "precision": METRICS["ents_p"],
        "recall": METRICS["ents_r"],
        "f_score": METRICS["ents_f"],
    }


def test_card_of_a_pipeline_without_a_score_has_no_index_of_scores():
    meta = {"lang": "xx", "name": "mine", "license": ""}
    head = model_card.head(meta, {**METRICS, "ents_f": None})
    assert srsly.yaml_loads(head.strip("-\n")) == {
        "tags": ["spacy", "token-classification"],
        "language": ["multilingual"],
    }


def test_command_ends_with_scores_places_and_what_to_type_next(built):
    lines = [" ".join(line.split()) for line in built[1].splitlines()]
    assert "Test F 52.2 (precision 40.0, recall 75.0, 40 entities)" in lines
    corpus = (built[0].parents[2] / "corpus").as_posix()
    told = f"Rejects 3 records, 2 spans; see {corpus}/rejected.jsonl (other spans: "
    assert f"{told}8 excluded, 3 dropped; see {corpus}/conversion.json)" in lines
    none = {"records": {"rejected": 0}, "spans": {"read": 2, "kept": 2, "dropped": 0, "excluded": 0}}
    assert step.rejects(none, Path("corpus")) == "0 records, 0 spans; see corpus/rejected.jsonl"
    assert f"Wheel {built[0].as_posix()}" in lines
    assert lines[-1].endswith(f'-m scripts.try "Type a sentence here." --run {built[0].parents[1]}')


def test_same_pipeline_makes_the_same_wheel_byte_for_byte_and_replaces_the_old_one(built, tmp_path):
    shutil.copytree(built[0].parents[2], tmp_path / "copy")
    (tmp_path / "copy" / "run" / "packages" / "en_mine-0.9-py3-none-any.whl").touch()
    done = run_package(tmp_path / "copy")
    assert done.exit_code == 0, done.output
    (again,) = (tmp_path / "copy" / "run" / "packages").iterdir()
    assert again.read_bytes() == built[0].read_bytes()


def test_installed_wheel_loads_where_this_project_is_not(built, tmp_path):
    program = "import spacy; doc = spacy.load('en_mine')('Hello Ada Okafor.')\n"
    program += "print([(e.text, e.label_) for e in doc.ents])"
    assert load(built[0], tmp_path, program) == "[('Ada Okafor', 'PERSON')]"


@pytest.mark.slow
def test_function_of_ours_that_the_pipeline_needs_travels_with_it_and_is_no_requirement(
    tmp_path, monkeypatch
):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "mine.py").write_text(MINE, encoding="utf8")
    monkeypatch.setattr(
        scripts.training, "__path__", [*scripts.training.__path__, str(tmp_path / "code")]
    )
    importlib.import_module("scripts.training.mine")
    make_run(tmp_path, {"phrase_matcher_attr": {"@misc": "tests.orth.v1"}})
    assert code_files(tmp_path / "run" / "pipeline") == [tmp_path / "code" / "mine.py"]
    done = run_package(tmp_path)
    assert done.exit_code == 0, done.output
    wheel = tmp_path / "run" / "packages" / WHEEL
    assert requirements(wheel) == ["spacy"]
    licence = content(wheel, "licenses/LICENSES_SOURCES")
    assert licence.startswith("mine.py:\n\nMIT License\n\nCopyright (c) 2026 the ner-template authors\n")
    program = "import en_mine; print(en_mine.load()('Hello Ada Okafor.').ents)"
    assert load(wheel, tmp_path / "target", program) == "(Ada Okafor,)"


def test_component_of_ours_is_found_before_any_pipeline_was_made(tmp_path):
    spacy.blank("en").to_disk(tmp_path)
    config = load_config(tmp_path / "config.cfg")
    config["components"] = {"ner": {"factory": FAST}}
    config.to_disk(tmp_path / "config.cfg")
    program = "import pathlib, sys; from scripts.package import code_files\n"
    program += "print(*(path.name for path in code_files(pathlib.Path(sys.argv[1]))))"
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [f"{FAST}.py"]


def test_pipeline_of_spacys_own_functions_takes_no_code_along(built):
    assert code_files(built[0].parents[1] / "pipeline") == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": "first"}, "vars.version is 'first': write a version like 0.1.0"),
        ({"version": ""}, "vars.version is '': write a version like 0.1.0"),
        ({"name": "my-names"}, "vars.name is 'my-names': use only letters from a to z"),
        ({"name": "2nd"}, "vars.name is '2nd': use only letters"),
        ({"name": "mine_"}, "vars.name is 'mine_': use only letters"),
        ({"name": "Größe"}, "vars.name is 'Größe': use only letters"),
        ({"name": ""}, "vars.name is '': use only letters"),
    ],
)
def test_name_or_version_that_cannot_be_ends_the_command_and_leaves_the_old_wheel(
    tmp_path, change, message
):
    make_run(tmp_path)
    old = tmp_path / "run" / "packages" / WHEEL
    old.parent.mkdir()
    old.touch()
    done = run_package(tmp_path, **change)
    assert done.exit_code == 1
    assert message in " ".join(done.output.split())
    assert old.is_file()


def test_name_that_begins_with_the_language_is_used_as_it_is(tmp_path):
    make_run(tmp_path)
    done = run_package(tmp_path, name="en_mine")
    assert done.exit_code == 0, done.output
    assert [path.name for path in (tmp_path / "run" / "packages").iterdir()] == [WHEEL]


def test_labels_that_are_markup_or_span_lines_do_no_harm_in_the_wheel(tmp_path):
    make_run(tmp_path)
    nasty = ["<script>alert(1)</script>", "a|b", "[x](http://evil.example)", "A\nB", "C\x1b[31m\u202eD"]
    many = [f"LABEL_{number:04}" for number in range(3000)]
    metrics = {**METRICS, "ents_per_type": dict.fromkeys([*nasty, *many], PERSON)}
    atomic.write_json(tmp_path / "run" / "metrics.json", metrics)
    done = run_package(tmp_path, license="CC\n# BY")
    assert done.exit_code == 0, done.output
    (wheel,) = (tmp_path / "run" / "packages").iterdir()
    readme = content(wheel, "METADATA").split("\n\n", 1)[1]
    assert not set(readme) & set("\x1b\u202e\x07")
    assert "<script>" not in readme
    assert "://evil" not in readme
    (row,) = (line for line in readme.splitlines() if line.startswith("| a&"))
    assert row == "| a&#124;b | 50.0 | 75.0 | 60.0 | 40 |"
    assert not re.search("^(B|# BY)", readme, re.MULTILINE)
    said = json.loads(content(wheel, "en_mine/meta.json"))["description"]
    assert "\\x1b[31m\\u202e" in said
    assert "and 2,995 more" in said
    assert "\n" not in said


def test_build_that_fails_ends_the_command_and_leaves_the_old_wheel(tmp_path, monkeypatch):
    make_run(tmp_path)
    old = tmp_path / "run" / "packages" / WHEEL
    old.parent.mkdir()
    old.touch()
    # a build that can't find the sources of the package
    monkeypatch.setattr(step, "leave_out_this_project", lambda meta: (meta.parent / "setup.py").unlink())
    done = run_package(tmp_path)
    assert done.exit_code == 1
    assert "Building the wheel failed" in done.output
    assert [path.name for path in old.parent.iterdir()] == [WHEEL]
    assert not old.with_name("packages.tmp").exists()
