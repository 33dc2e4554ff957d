"""The note that errors of test were shown: neither a second analysis nor training anew takes it back."""

from scripts.files import atomic
from scripts.training.shown import SHOWN, note_shown, shown_before


def test_errors_are_noted_once_for_each_test_set(tmp_path):
    path = tmp_path / "run.json"
    atomic.write_json(path, {"seed": 0})
    assert not note_shown(path, "a", asked=False)
    assert atomic.read_json(path) == {"seed": 0}
    assert note_shown(path, "a", asked=True)
    assert note_shown(path, "a", asked=True)
    assert note_shown(path, "a", asked=False)
    assert not note_shown(path, "b", asked=False)
    assert atomic.read_json(path) == {"seed": 0, SHOWN: ["a"]}


def test_note_is_carried_into_a_new_record(tmp_path):
    path = tmp_path / "run.json"
    assert shown_before(path) == {}
    atomic.write_json(path, {"seed": 0})
    assert shown_before(path) == {}
    note_shown(path, "a", asked=True)
    assert {"seed": 1, **shown_before(path)} == {"seed": 1, SHOWN: ["a"]}


def test_another_run_on_the_same_test_set_says_so_too(tmp_path):
    note_shown(tmp_path / "first/run.json", "a", asked=True)
    assert note_shown(tmp_path / "second/run.json", "a", asked=False)
    assert not note_shown(tmp_path / "second/run.json", "b", asked=False)
