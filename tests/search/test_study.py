"""The study of a sweep: what is tried next, and what an interruption leaves of it."""

from pathlib import Path
from typing import Any

import pytest

optuna = pytest.importorskip("optuna", reason="requirements-sweep.txt is not installed")

from optuna.trial import TrialState  # noqa: E402

from scripts.search.running import Pruning  # noqa: E402
from scripts.search.space import Sweep  # noqa: E402
from scripts.search.study import (  # noqa: E402
    ask,
    ended,
    importances,
    open_study,
    overrides,
    stops,
    total,
)

SWEEP: dict[str, Any] = {
    "method": "bayes",
    "run_cap": 15,
    "metric": {"name": "score", "goal": "maximize"},
    "parameters": {
        "training.dropout": {"min": 0.0, "max": 0.5},
        "a.rate": {"distribution": "log_uniform_values", "min": 0.001, "max": 0.1},
        "a.depth": {"min": 1, "max": 4},
        "a.tables": {"values": [[], ["en"], None, "x"]},
        "a.fixed": {"value": 7},
    },
}


def sweep(**changes: Any) -> Sweep:
    return Sweep.model_validate({**SWEEP, **changes})


def row(step: int, score: float) -> dict[str, Any]:
    return {"step": step, "epoch": 0, "words": 0, "score": score, "losses": {}, "scores": {}}


def reached(values: dict[str, Any]) -> float:
    """Return a score that depends on the values alone."""
    return 1 - abs(values["training.dropout"] - 0.2) - abs(values["a.depth"] - 3) / 10


def train(study: optuna.Study, asked: Sweep, most: int) -> None:
    """Run trials without training, four evaluations each."""
    for _ in range(most):
        trial = ask(study, asked, seed=0)
        if trial is None:
            return
        score = reached(overrides(asked, trial.params))
        for evaluation in range(1, 5):
            if stops(trial, row(evaluation, score * evaluation / 4), evaluation):
                study.tell(trial, state=TrialState.PRUNED)
                break
        else:
            study.tell(trial, score)


def contents(study: optuna.Study) -> list[Any]:
    return [(t.number, t.params, t.state, t.intermediate_values, t.value) for t in study.get_trials()]


def test_values_are_within_the_sweep_and_lists_come_back_as_lists(tmp_path):
    asked = sweep()
    study = open_study(tmp_path / "study", asked)
    train(study, asked, 15)
    tried = [overrides(asked, trial.params) for trial in study.get_trials()]
    assert {len(values) for values in tried} == {5}
    assert all(0 <= values["training.dropout"] <= 0.5 for values in tried)
    assert all(0.001 <= values["a.rate"] <= 0.1 for values in tried)
    assert {values["a.depth"] for values in tried} <= {1, 2, 3, 4}
    assert all(values["a.tables"] in ([], ["en"], None, "x") for values in tried)
    assert {values["a.fixed"] for values in tried} == {7}
    assert ask(study, asked, seed=0) is None


@pytest.mark.parametrize("method", ["bayes", "random"])
@pytest.mark.parametrize("evaluations", [0, 1, 4])
def test_interrupted_study_tries_the_same_again_and_then_what_it_would_have_tried(
    method: str, evaluations: int, tmp_path: Path
) -> None:
    asked = sweep(method=method, early_terminate={"type": "hyperband", "min_iter": 1, "eta": 2})
    whole = open_study(tmp_path / "whole", asked)
    train(whole, asked, 15)
    states = {trial.state for trial in whole.get_trials()}
    assert states == {TrialState.COMPLETE, TrialState.PRUNED}
    path = tmp_path / "killed"
    study = open_study(path, asked)
    train(study, asked, 11)
    trial = ask(study, asked, seed=0)
    assert trial is not None
    for evaluation in range(1, evaluations + 1):
        stops(trial, row(evaluation, evaluation / 4), evaluation)
    path.with_name("killed.lock").touch()  # of a process that was killed as it wrote
    with path.open("ab") as journal:
        journal.write(b'{"op_code": 4, "torn')
    study = open_study(path, asked)
    assert ended(study) == 11
    train(study, asked, 15)
    assert contents(study) == contents(whole)


def test_trial_that_was_about_to_get_its_values_gets_the_same(tmp_path):
    asked = sweep(method="random")
    whole = open_study(tmp_path / "whole", asked)
    train(whole, asked, 3)
    study = open_study(tmp_path / "killed", asked)
    train(study, asked, 2)
    trial = study.ask()  # it has none yet
    trial.suggest_float("training.dropout", 0.0, 0.5)
    study = open_study(tmp_path / "killed", asked)
    assert len(study.get_trials()) == 2
    train(study, asked, 1)
    assert contents(study) == contents(whole)


def test_sweep_of_fixed_values_has_one_trial_after_the_other(tmp_path):
    asked = sweep(method="random", run_cap=2, parameters={"a.b": {"value": [1]}})
    study = open_study(tmp_path / "study", asked)
    ask(study, asked, seed=0)
    study = open_study(tmp_path / "study", asked)
    assert [trial.state for trial in study.get_trials()] == [TrialState.WAITING]
    trial = ask(study, asked, seed=0)
    assert trial is not None and overrides(asked, trial.params) == {"a.b": [1]}


def test_trial_that_was_running_while_a_later_one_ended_keeps_its_number(tmp_path):
    asked = sweep(method="random", run_cap=3)
    study = open_study(tmp_path / "study", asked)
    first, second = ask(study, asked, seed=0), ask(study, asked, seed=0)
    assert first is not None and second is not None
    study.tell(second, 0.5)
    study = open_study(tmp_path / "study", asked)
    assert [trial.state for trial in study.get_trials()] == [TrialState.WAITING, TrialState.COMPLETE]
    repeated = ask(study, asked, seed=0)
    assert repeated is not None
    assert (repeated.number, repeated.params) == (0, first.params)
    third = ask(study, asked, seed=0)
    assert third is not None and third.number == 2
    assert ask(study, asked, seed=0) is None


def test_grid_has_every_combination_once(tmp_path):
    parameters = {"a.b": {"values": [1, [2]]}, "a.c": {"min": 3, "max": 4}, "a.d": {"value": 0}}
    asked = sweep(method="grid", parameters=parameters)
    assert total(asked) == 4
    study = open_study(tmp_path / "study", asked)
    while trial := ask(study, asked, seed=0):
        study.tell(trial, 0.5)
    tried = [tuple(overrides(asked, trial.params).values()) for trial in study.get_trials()]
    assert tried == [(1, 3, 0), (1, 4, 0), ([2], 3, 0), ([2], 4, 0)]


def test_grid_of_numbers_at_a_distance(tmp_path):
    parameters = {"a.b": {"distribution": "q_uniform", "min": 0.1, "max": 0.4, "q": 0.1}}
    asked = sweep(method="grid", parameters=parameters)
    study = open_study(tmp_path / "study", asked)
    while trial := ask(study, asked, seed=0):
        study.tell(trial, 0.5)
    assert [trial.params["a.b"] for trial in study.get_trials()] == [0.1, 0.2, 0.3, 0.4]


def test_numbers_at_a_distance_are_multiples_of_it(tmp_path):
    parameters = {"a.b": {"distribution": "q_uniform", "min": 0.05, "max": 0.5, "q": 0.05}}
    asked = sweep(method="random", parameters=parameters)
    study = open_study(tmp_path / "study", asked)
    while trial := ask(study, asked, seed=0):
        study.tell(trial, 0.5)
    tried = [overrides(asked, trial.params)["a.b"] for trial in study.get_trials()]
    assert all(len(str(value)) <= 4 for value in tried)


def test_more_trials_go_on_where_fewer_ended(tmp_path):
    few, more = sweep(run_cap=3), sweep(run_cap=5)
    train(open_study(tmp_path / "study", few), few, 9)
    study = open_study(tmp_path / "study", more)
    assert ended(study) == 3
    train(study, more, 9)
    assert ended(study) == 5


def test_another_seed_tries_other_values(tmp_path):
    asked = sweep()
    trials = [ask(open_study(tmp_path / f"{seed}", asked), asked, seed) for seed in (0, 1, 0)]
    first, second, _ = (trial.params for trial in trials if trial)
    assert first != second


def test_parameter_that_decides_the_score_is_the_most_important(tmp_path):
    asked = sweep(method="random", run_cap=30)
    study = open_study(tmp_path / "study", asked)
    train(study, asked, 30)
    found = importances(study)
    assert max(found, key=found.__getitem__) in ("training.dropout", "a.depth")
    assert sum(found.values()) == pytest.approx(1)


def test_importance_is_unknown_after_too_few_trials(tmp_path):
    asked = sweep()
    study = open_study(tmp_path / "study", asked)
    train(study, asked, 2)
    assert importances(study) == {}


@pytest.mark.parametrize(
    ("rule", "first"),
    [({"min_iter": 3}, 3), ({"max_iter": 27, "s": 2}, 3), ({"max_iter": 4, "s": 3}, 1)],
)
def test_first_evaluation_that_may_end_a_trial_is_that_of_wandb(rule, first):
    asked = sweep(early_terminate={"type": "hyperband", **rule})
    assert asked.early_terminate is not None and asked.early_terminate.first == first


def test_trial_that_a_cluster_starts_again_is_not_compared_as_if_it_had_gone_on(tmp_path):
    asked = sweep(early_terminate={"type": "hyperband", "min_iter": 1, "eta": 2})
    study = open_study(tmp_path / "study.journal", asked)
    train(study, asked, 6)
    watch = Pruning(ask(study, asked, seed=0))
    for _ in range(2):  # its worker dies after four evaluations
        for step in (0, 10, 20, 30):
            assert watch(None, row(step, 1.0)) is None
    assert watch.seen == 4
