import json
import os
import signal
import subprocess
import sys
import time

import pytest
import srsly
from typer.testing import CliRunner

from scripts import experiments as step
from tests.corpora import ROOT
from tests.trials.conftest import tiny  # noqa: F401  (a fixture)

# A step that is started as a program locks its folder, so that tests use one each.
OF_PROJECT = {**os.environ, "PYTHONPATH": str(ROOT)}
VARIANTS = {
    "base": {},
    "longer": {"overrides": {"training.max_steps": 24}},
    "half": {"share": 0.5, "seeds": [0]},
}


@pytest.fixture
def run(tiny, tmp_path):  # noqa: F811
    """Run the step with these variants, in a folder."""

    def run(variants=VARIANTS, folder="out", code=0, **values):
        file = write(tiny, variants, **values)
        arguments = [str(tiny / "corpus"), str(tmp_path / folder), f"--file={file}", "--config=tiny.cfg"]
        done = CliRunner().invoke(step.app, arguments)
        assert done.exit_code == code, done.output
        return done.output

    return run


def write(folder, variants, **values):
    path = folder / "experiments.yml"
    srsly.write_yaml(path, {"seeds": [0, 1], "variants": variants, **values})
    return path


def summary_in(folder):
    return json.loads((folder / "summary.json").read_text(encoding="utf8"))


@pytest.fixture(scope="module")
def compared(tiny, tmp_path_factory):  # noqa: F811
    """The folder of a comparison, and what was printed."""
    folder = tmp_path_factory.mktemp("compared")
    file = write(tiny, VARIANTS)
    arguments = [str(tiny / "corpus"), str(folder), f"--file={file}", "--config=tiny.cfg"]
    done = CliRunner().invoke(step.app, arguments)
    assert done.exit_code == 0, done.output
    return folder, done.output


@pytest.mark.slow
def test_variants_are_compared_on_the_dev_set_and_one_is_scored_on_the_test_set(compared):
    folder, said = compared
    found = summary_in(folder)
    assert list(found["variants"]) == ["base", "longer", "half"]
    assert found["reference"] == "base"
    assert found["variants"]["base"]["scores"]["difference"] is None
    assert found["variants"]["half"]["documents"] == 18
    assert found["variants"]["half"]["seeds"] == [0]
    assert "With one seed, an interval covers chance in the documents only" in " ".join(said.split())
    assert len(found["variants"]["longer"]["curves"]["1"]) > len(
        found["variants"]["base"]["curves"]["1"]
    )
    means = {name: row["scores"]["f"]["mean"] for name, row in found["variants"].items()}
    assert found["chosen"] == max(means, key=means.get)
    tested = json.loads((folder / "test.json").read_text(encoding="utf8"))
    assert [entry["name"] for entry in tested] == [found["chosen"]]
    assert f"The dev set chose {found['chosen']}" in said
    assert "The test set was scored once" in (folder / "report.html").read_text(encoding="utf8")


@pytest.mark.slow
def test_only_the_chosen_pipelines_are_kept(compared):
    folder, _ = compared
    kept = {path.parent.name for path in folder.glob("*/model-best")}
    chosen = summary_in(folder)["chosen"]
    assert kept == {f"{chosen}-seed-{n}" for n in summary_in(folder)["variants"][chosen]["seeds"]}


@pytest.mark.slow
def test_what_is_trained_is_not_trained_again_and_a_new_variant_is(run, tiny, tmp_path):  # noqa: F811
    run({"base": {}})
    results = {path: path.stat().st_mtime_ns for path in tmp_path.glob("out/*/result.json")}
    first = summary_in(tmp_path / "out")
    said = run({"base": {}, "half": {"share": 0.5}})
    earlier = [line.endswith(" (trained earlier)") for line in said.splitlines() if line.startswith("[")]
    assert sorted(earlier) == [False, False, True, True]
    assert {path: path.stat().st_mtime_ns for path in results} == results
    second = summary_in(tmp_path / "out")
    assert (
        second["variants"]["base"]["scores"]["by_seed"] == first["variants"]["base"]["scores"]["by_seed"]
    )
    assert len(list(tmp_path.glob("out/*/result.json"))) == 4


@pytest.mark.slow
def test_test_set_that_was_scored_for_several_variants_is_said_to_be(run, tmp_path):
    run({"half": {"share": 0.5}})
    said = run({"longer": {"overrides": {"training.max_steps": 60}}})
    assert "scored before, for half" in said
    assert "also scored for" in (tmp_path / "out" / "report.html").read_text(encoding="utf8")
    again = run({"half": {"share": 0.5}})  # its pipelines are there still, and so is its score
    assert "scored before" not in again
    entries = json.loads((tmp_path / "out/test.json").read_text(encoding="utf8"))
    other = [{**entry, "test": "of another test set"} for entry in entries[:1]]
    (tmp_path / "out/test.json").write_text(json.dumps([*other, *entries[1:]]), encoding="utf8")
    assert "scored before" not in run({"longer": {"overrides": {"training.max_steps": 60}}})


@pytest.mark.slow
def test_failed_trial_is_reported_while_others_go_on(run, tmp_path):
    said = run({"base": {}, "bad&b": {"overrides": {"training.eval_frequency": 0}}}, code=1)
    assert "2 of 4 trials failed" in said
    found = summary_in(tmp_path / "out")
    assert found["chosen"] == "base"
    assert found["variants"]["bad&b"]["scores"] is None
    assert "ZeroDivisionError" in found["variants"]["bad&b"]["failed"]["0"]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf8")
    assert "bad&b" not in page
    assert "bad&amp;b" in page


@pytest.mark.slow
def test_run_that_was_killed_goes_on_and_has_the_same_summary(compared, tiny, tmp_path):  # noqa: F811
    undisturbed, _ = compared
    out, file = tmp_path / "out", write(tiny, VARIANTS)
    arguments = [str(tiny / "corpus"), str(out), f"--file={file}", "--config=tiny.cfg"]
    command = [sys.executable, "-m", "scripts.experiments", *arguments]
    killed = subprocess.Popen(command, cwd=tmp_path, env=OF_PROJECT, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while len(list(out.glob("*/result.json"))) < 2:
        assert time.monotonic() < deadline and killed.poll() is None
        time.sleep(0.05)
    killed.kill()
    killed.wait()
    assert not (out / "summary.json").exists()
    done = CliRunner().invoke(step.app, arguments)
    assert done.exit_code == 0, done.output
    assert (out / "summary.json").read_bytes() == (undisturbed / "summary.json").read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to one process")
def test_ctrl_c_ends_with_130_and_keeps_what_is_finished(tiny, tmp_path):  # noqa: F811
    out = tmp_path / "out"
    endless = {"overrides": {"training.max_steps": 10**6}, "seeds": [0]}
    file = write(tiny, {"base": {"seeds": [0]}, "endless": endless}, jobs=2)
    arguments = [str(tiny / "corpus"), str(out), f"--file={file}", "--config=tiny.cfg"]
    command = [sys.executable, "-m", "scripts.experiments", *arguments]
    process = subprocess.Popen(command, cwd=tmp_path, env=OF_PROJECT, stdout=subprocess.PIPE)
    deadline = time.monotonic() + 120
    while not (out / "base-seed-0" / "result.json").is_file():
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 130
    assert (out / "base-seed-0" / "result.json").is_file()
    assert not (out / "endless-seed-0" / "result.json").exists()


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"variants": {}}, "variants: Dictionary should have at least 1 item"),
        ({"variants": {"a": {"passes": 1}}}, "variants.a.passes: Extra inputs"),
        ({"variants": {"a b": {}}}, "can't contain spaces"),
        ({"variants": {"../a": {}}}, "can't contain /"),
        ({"variants": {"a": {"seeds": [1, 1]}}}, "not all different"),
        (
            {"variants": {"a": {}}, "curve": {"seeds": [1, 1]}},
            "curve.seeds: the seeds are not all different",
        ),
        ({"variants": {"wide": {}, "Wide": {}}}, "'wide' and 'Wide' would share a folder"),
        ({"variants": {"a": {}}, "reference": "b"}, "there is no variant 'b'"),
        ({"variants": {"a": {"share": 0}}}, "greater than 0"),
        ({"variants": {"a": {}}, "backend": "cloud"}, "backend: Input should be 'local' or 'ray'"),
        ({"variants": {"a": {}}, "curve": {"shares": [0.5, 0.25, 1]}}, "larger than the one before"),
    ],
)
def test_file_that_makes_no_sense_is_refused_in_words(tiny, tmp_path, values, reason):  # noqa: F811
    path = tmp_path / "experiments.yml"
    srsly.write_yaml(path, values)
    done = CliRunner().invoke(step.app, [str(tiny / "corpus"), str(tmp_path / "out"), f"--file={path}"])
    assert done.exit_code == 1
    assert reason in " ".join(done.output.split())


def test_cluster_without_ray_names_the_file_to_install(run, monkeypatch):
    monkeypatch.setattr("scripts.trials.cluster.find_spec", lambda name: None)
    said = run({"base": {}}, code=1, backend="ray")
    assert "requirements-cluster.txt" in said
