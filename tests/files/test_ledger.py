"""The ledger of a run: neither a second analysis nor training again takes back what it notes."""

from scripts.files.ledger import ERRORS_SHOWN, LEDGER, entries, gathered, hashes, note, were_shown

TEXTS = hashes(["Ada left.", "Bo sang."])
OTHERS = hashes(["Cy slept."])
OLD = {"what": ERRORS_SHOWN, "test": "hash of the file"}  # as earlier versions wrote a line


def test_shown_texts_are_noted_once(tmp_path):
    assert note(tmp_path) == []
    assert note(tmp_path, TEXTS) == [{"what": ERRORS_SHOWN, "texts": sorted(TEXTS)}]
    for shown in (TEXTS, ()):
        assert (
            note(tmp_path, shown)
            == entries(tmp_path)
            == [{"what": ERRORS_SHOWN, "texts": sorted(TEXTS)}]
        )


def test_entries_are_added_at_the_end_and_none_is_removed(tmp_path):
    note(tmp_path, TEXTS)
    first = (tmp_path / LEDGER).read_text(encoding="utf8")
    note(tmp_path, TEXTS | OTHERS)
    assert (tmp_path / LEDGER).read_text(encoding="utf8").startswith(first)
    assert [entry["texts"] for entry in entries(tmp_path)] == [sorted(TEXTS), sorted(OTHERS)]


def test_test_set_was_shown_if_some_of_its_texts_were(tmp_path):
    known = note(tmp_path, TEXTS)
    assert were_shown(known, TEXTS, "")
    assert were_shown(known, hashes(["Bo sang.", "Cy slept."]), "")
    assert not were_shown(known, OTHERS, "")
    assert not were_shown([], TEXTS, "")


def test_line_of_an_earlier_version_is_about_one_state_of_the_file():
    assert were_shown([OLD], TEXTS, "hash of the file")
    assert not were_shown([OLD], TEXTS, "hash of another")


def test_lines_of_all_folders_are_gathered_each_once(tmp_path):
    for name, shown in (("b", OTHERS), ("a", TEXTS), ("c", TEXTS), ("d", ())):
        note(tmp_path / name, shown)
    assert [entry["texts"] for entry in gathered(tmp_path)] == [sorted(TEXTS), sorted(OTHERS)]
    assert gathered(tmp_path / "none") == []


def test_run_without_a_ledger_has_no_entries(tmp_path):
    assert entries(tmp_path) == []
