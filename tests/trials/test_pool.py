import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psutil
import pytest
import spacy

from scripts.trials.pool import run_all, run_one
from scripts.trials.prepare import Preparation
from scripts.trials.train import Children, conversation, run
from scripts.trials.trial import ALL
from tests.corpora import ROOT
from tests.trials.tiny import ENDLESS, tiny_trial

ENDLESS_PARENT = """
import json, sys
from pathlib import Path
from scripts.trials.pool import run_all
from scripts.trials.trial import Trial
values = json.loads(sys.argv[1])
list(run_all([Trial(**values)], Path(sys.argv[2]), jobs=1))
"""


def results_of(trials, folder, **options):
    return {result["trial"]["name"]: result for result in run_all(trials, folder, **options)}


def without_costs(result):
    return {key: value for key, value in result.items() if key != "costs"}


def test_trial_is_trained_and_scored_and_its_folder_is_complete(tiny, tmp_path):
    result = run_one(tiny_trial(tiny), tmp_path)
    assert result["status"] == "ok"
    assert result["dev"][ALL]["support"] == 16
    assert result["score"] == pytest.approx(result["dev"][ALL]["f"])
    assert [row["step"] for row in result["curve"]] == [0, 4, 8, 12]
    assert result["learned_from"]["labels"] == {"ORG": 36, "PERSON": 36}
    assert result["costs"]["processor_seconds"] > 0
    assert json.loads((tmp_path / "one" / "result.json").read_text(encoding="utf8")) == result
    assert not (tmp_path / "one" / "model-last").exists()
    assert "Trial" not in (tmp_path / "one" / "model-best" / "config.cfg").read_text(encoding="utf8")
    assert spacy.load(tmp_path / "one" / "model-best")("Ada met Acme.").ents is not None


def test_trial_whose_vectors_are_not_there_is_not_trained_without_them(tiny, tmp_path):
    values = {
        "initialize.vectors": "no_such_vectors",
        "components.ner.model.tok2vec.pretrained_vectors": True,
    }
    result = run_one(tiny_trial(tiny, overrides=values), tmp_path)
    assert (result["status"], result["costs"]) == ("failed", None)
    assert "no_such_vectors was not found" in result["reason"]


@pytest.mark.slow
def test_trial_with_a_result_of_the_same_is_not_trained_again_and_changes_are(tiny, tmp_path):
    first = run_one(tiny_trial(tiny), tmp_path)
    changed = (tmp_path / "one" / "result.json").stat().st_mtime_ns
    assert run_one(tiny_trial(tiny), tmp_path) == first
    assert (tmp_path / "one" / "result.json").stat().st_mtime_ns == changed
    other = run_one(tiny_trial(tiny, overrides={"training.dropout": 0.4}), tmp_path)
    assert other["fingerprint"] != first["fingerprint"]


@pytest.mark.slow
def test_trials_at_once_give_the_same_as_one_after_the_other(tiny, tmp_path):
    trials = [tiny_trial(tiny, f"seed-{seed}", seed=seed) for seed in (0, 1)]
    trials.append(tiny_trial(tiny, "half", share=0.5))
    one = results_of(trials, tmp_path / "one", jobs=1)
    three = results_of(trials, tmp_path / "three", jobs=3)
    assert {name: without_costs(result) for name, result in one.items()} == {
        name: without_costs(result) for name, result in three.items()
    }
    assert one["half"]["learned_from"]["documents"] == 18
    assert len({result["fingerprint"] for result in one.values()}) == 3


@pytest.mark.slow
def test_trial_that_fails_says_why_and_the_others_go_on(tiny, tmp_path):
    broken = tiny_trial(
        tiny, "broken", overrides={"training.dropout": 0.1, "training.eval_frequency": 0}
    )
    refused = tiny_trial(tiny, "refused", overrides={"training.droput": 0.1})
    found = results_of([broken, refused, tiny_trial(tiny)], tmp_path)
    assert found["broken"]["status"] == found["refused"]["status"] == "failed"
    assert "ZeroDivisionError" in found["broken"]["reason"]
    assert "no value training.droput" in found["refused"]["reason"]
    assert found["one"]["status"] == "ok"
    assert not (tmp_path / "broken" / "model-best").exists()


def test_two_trials_of_one_name_are_refused(tiny, tmp_path):
    with pytest.raises(ValueError, match="same name"):
        list(run_all([tiny_trial(tiny), tiny_trial(tiny)], tmp_path))


@pytest.mark.slow
def test_watch_sees_each_evaluation_and_may_stop_a_trial(tiny, tmp_path):
    seen = []

    def watch(trial, row):
        seen.append((trial.name, row["step"]))
        return "bad" if row["step"] == 4 else None

    result = run_one(tiny_trial(tiny, overrides=ENDLESS), tmp_path, watch=watch)
    assert (result["status"], result["reason"]) == ("pruned", "bad")
    assert seen == [("one", 0), ("one", 2), ("one", 4)]
    assert [row["step"] for row in result["curve"]] == [0, 2, 4]
    assert not (tmp_path / "one" / "model-best").exists()


@pytest.mark.slow
def test_leaving_the_loop_ends_what_is_running(tiny, tmp_path):
    trials = [tiny_trial(tiny), tiny_trial(tiny, "endless", overrides=ENDLESS)]
    for _ in run_all(trials, tmp_path, jobs=2):
        break
    assert not workers()
    assert (tmp_path / "one" / "result.json").is_file()
    assert not (tmp_path / "endless" / "result.json").exists()


@pytest.mark.slow
def test_trial_ends_with_its_parent_and_begins_again(tiny, tmp_path):
    trial = tiny_trial(tiny, overrides=ENDLESS)
    values = {"name": "one", "config": trial.config, "corpus": trial.corpus, "overrides": ENDLESS}
    command = [sys.executable, "-c", ENDLESS_PARENT, json.dumps(values), str(tmp_path)]
    parent = subprocess.Popen(command, cwd=ROOT)
    wait_for(lambda: (tmp_path / "one" / "model-last").exists())
    started = workers(parent.pid)
    parent.kill()
    parent.wait()
    wait_for(lambda: not any(process.is_running() for process in started))
    assert started
    assert not (tmp_path / "one" / "result.json").exists()
    assert run_one(tiny_trial(tiny), tmp_path)["status"] == "ok"


def test_other_corpus_than_the_trial_is_for_is_refused(tiny, tmp_path):
    task = Preparation(tmp_path).task(tiny_trial(tiny))
    result = run(replace(task, corpus="another"), tmp_path / "one", Children())
    assert result["status"] == "failed"
    assert "not the corpus" in result["reason"]


def test_other_code_than_the_trial_was_made_with_is_refused(tiny, tmp_path):
    task = Preparation(tmp_path).task(tiny_trial(tiny))
    name = "scripts/trials/scores.py"
    other = replace(task, code={**task.code, name: "of another version"})
    result = run(other, tmp_path / "one", Children())
    assert result["status"] == "failed"
    assert f"{name} on " in result["reason"]
    assert "is not what this trial began with" in result["reason"]


@pytest.mark.slow
def test_many_threads_may_ask_for_one_trial_each(tiny, tmp_path):
    with ThreadPoolExecutor(2) as pool:
        trials = [tiny_trial(tiny, f"{number}", seed=number) for number in range(2)]
        found = list(pool.map(lambda trial: run_one(trial, tmp_path), trials))
    assert [result["status"] for result in found] == ["ok", "ok"]


def test_half_a_line_of_a_process_that_was_killed_is_no_evaluation():
    program = """print('{"evaluated": {}}'); print('{"eval', end='')"""
    command = [sys.executable, "-c", program]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        assert list(conversation(process, {})) == [{"evaluated": {}}]


def workers(parent=None):
    children = psutil.Process(parent).children(recursive=True)
    return [process for process in children if "scripts.trials.worker" in process.cmdline()]


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)
