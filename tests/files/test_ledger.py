"""The ledger of a run: neither a second analysis nor training again takes back what it notes."""

from scripts.files.ledger import ERRORS_SHOWN, LEDGER, entries, note_shown


def test_shown_errors_are_noted_once_for_each_test_set(tmp_path):
    run = tmp_path / "run"
    assert not note_shown(run, "a", asked=False)
    assert entries(run) == []
    assert note_shown(run, "a", asked=True)
    assert note_shown(run, "a", asked=True)
    assert note_shown(run, "a", asked=False)
    assert not note_shown(run, "b", asked=False)
    assert entries(run) == [{"what": ERRORS_SHOWN, "test": "a"}]


def test_entries_are_added_at_the_end_and_none_is_removed(tmp_path):
    run = tmp_path / "run"
    note_shown(run, "a", asked=True)
    first = (run / LEDGER).read_text(encoding="utf8")
    note_shown(run, "b", asked=True)
    assert (run / LEDGER).read_text(encoding="utf8").startswith(first)
    assert [entry["test"] for entry in entries(run)] == ["a", "b"]


def test_another_run_on_the_same_test_set_reports_it_too(tmp_path):
    note_shown(tmp_path / "first", "a", asked=True)
    assert note_shown(tmp_path / "second", "a", asked=False)
    assert not note_shown(tmp_path / "second", "b", asked=False)
    assert entries(tmp_path / "second") == []


def test_run_without_a_ledger_has_no_entries(tmp_path):
    assert entries(tmp_path) == []
