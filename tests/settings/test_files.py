"""Settings files: what is read, what a run may change, and what is refused in which words."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from scripts.settings.base import read_settings
from scripts.settings.check import CheckSettings
from scripts.settings.convert import ConvertSettings
from scripts.settings.files import FILES, STEPS, WrongSettings, read_file, read_files, write_steps
from scripts.settings.gate import GateSettings
from scripts.settings.report import AnalyzeSettings, ReportFile


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Work in a folder with empty settings files, whatever the user's hold."""
    monkeypatch.chdir(tmp_path)
    Path("configs").mkdir()
    for name in FILES:
        Path(f"configs/{name}.cfg").touch()
    Path("configs/label_map.yml").touch()


def write(name: str, text: str) -> None:
    Path(f"configs/{name}").write_text(text, encoding="utf8")


def changed(given: str) -> dict[str, object]:
    """Return the settings that a value of vars.set changes, by their places."""
    return {
        f"{name}.{key}": value
        for name, settings in read_files(Path("configs"), given).items()
        for key, value in settings
        if value != getattr(FILES[name](), key)
    }


def problems(given: str = "") -> list[str]:
    """Return what is wrong with the files and a value of vars.set."""
    with pytest.raises(WrongSettings) as caught:
        read_files(Path("configs"), given)
    return caught.value.problems


def test_empty_files_give_the_defaults():
    assert read_files(Path("configs")) == {name: model() for name, model in FILES.items()}


def test_values_need_no_quotes():
    write("convert.cfg", '[convert]\nmisaligned = expand\noffsets = "utf16"\nlabels = PERSON, ORG\n')
    write("report.cfg", "[report]\nerrors_of = dev,test\nwandb_texts = true\n")
    found = read_files(Path("configs"))
    assert found["convert"] == ConvertSettings(
        misaligned="expand", offsets="utf16", labels=("ORG", "PERSON")
    )
    assert found["report"] == ReportFile(errors_of="dev,test", wandb_texts=True)


def test_file_may_begin_with_a_byte_order_mark():
    Path("configs/check.cfg").write_text("[check]\nunlabelled = 4\n", encoding="utf-8-sig")
    assert read_files(Path("configs"))["check"] == CheckSettings(unlabelled=4)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", {}),
        ("  ", {}),
        ("convert.misaligned=expand", {"convert.misaligned": "expand"}),
        (
            "convert.misaligned=expand report.resamples=500",
            {"convert.misaligned": "expand", "report.resamples": 500},
        ),
        (
            "  report.resamples=500\n  report.examples=6 ",
            {"report.resamples": 500, "report.examples": 6},
        ),
        ("report.errors_of=dev,test", {"report.errors_of": "dev,test"}),
        (
            "convert.labels=PERSON, ORG check.unlabelled=4",
            {"convert.labels": ("ORG", "PERSON"), "check.unlabelled": 4},
        ),
        ("convert.tag_names=[O, B-PER, I-PER]", {"convert.tag_names": ("O", "B-PER", "I-PER")}),
        (
            "convert.fields=text=body, spans=marks, start=span.begin convert.layer=a b",
            {"convert.fields": "text=body, spans=marks, start=span.begin", "convert.layer": "a b"},
        ),
        ("convert.text_field='a b.c=d' convert.layer=''", {"convert.text_field": "a b.c=d"}),
        ("convert.format= report.examples=6", {"convert.format": "", "report.examples": 6}),
        ("convert.layer=3", {"convert.layer": "3"}),
        ("convert.layer='3'", {"convert.layer": "3"}),
        ("report.wandb_texts=true", {"report.wandb_texts": True}),
        ("gate.min_label_f=PERSON=0.8,ORG=0.7", {"gate.min_label_f": {"PERSON": 0.8, "ORG": 0.7}}),
    ],
)
def test_settings_can_be_changed_for_one_run(given, expected):
    assert changed(given) == expected


def test_change_for_one_run_goes_before_the_file():
    write("report.cfg", "[report]\nresamples = 300\nexamples = 3\n")
    found = read_files(Path("configs"), "report.resamples=500")["report"]
    assert found == ReportFile(resamples=500, examples=3)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (
            "convert.misalined=x",
            "there is no setting 'convert.misalined'; did you mean convert.misaligned?",
        ),
        (
            "convret.misaligned=x",
            "there is no setting 'convret.misaligned'; did you mean convert.misaligned?",
        ),
        (
            "report.misaligned=x",
            "there is no setting 'report.misaligned'; did you mean convert.misaligned?",
        ),
        ("misaligned=expand", "there is no setting 'misaligned'; did you mean convert.misaligned?"),
        ("report.resamples 500", "'report.resamples 500' is not of the form setting=value; "),
        ("report.resamples = 5", "'report.resamples = 5' is not of the form setting=value; "),
        ("expand", "'expand' is not of the form setting=value; write it like convert.misal"),
        (
            "training.max_steps=10",
            "there is no setting 'training.max_steps'; training is configured in configs/config.cfg",
        ),
        ("convert.dev=0.1 convert.dev=0.3", "convert.dev is there twice; give it once"),
    ],
)
def test_change_that_names_no_setting_is_refused_with_the_nearest_name(given, problem):
    (found,) = problems(given)
    assert found.startswith(f"vars.set: {problem}")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("convert.misaligned=guess", "it can be missing, expand, contract, drop or error"),
        ("convert.dev=0", "it can be a number between 0 and 1"),
        ("convert.dev=nan", "it can be a number between 0 and 1"),
        ("convert.max_rejected=2", "it can be a number from 0 to 1"),
        ("convert.longest=0", "it can be a whole number from 1 up"),
        ("convert.longest=1.5", "it can be a whole number from 1 up"),
        ("check.long_document=0", "it can be a number above 0"),
        ("report.resamples=many", "it can be a whole number from 100 up"),
        ("report.wandb_texts=perhaps", "it can be true or false"),
        ("convert.layer=true", "it can be text, in quotes"),
        ("convert.labels=7", "it can be names separated by commas, in quotes"),
        ("gate.min_label_f=7", "it can be pairs separated by commas, in quotes: PERSON=0.8,ORG=0.7"),
        ("gate.undecided=", "it can be pass or fail"),
    ],
)
def test_wrong_value_is_refused_with_what_it_can_be(given, problem):
    place, _, value = given.partition("=")
    (found,) = problems(given)
    assert found.startswith(f"{place} in vars.set is ")
    assert value in found
    assert found.endswith(problem)


def test_wrong_value_in_a_file_is_refused_by_its_place():
    write("report.cfg", "[report]\nresamples = many\n")
    assert problems() == [
        "resamples in configs/report.cfg is 'many'; it can be a whole number from 100 up"
    ]


def test_everything_that_is_wrong_is_named_at_once():
    write("report.cfg", "[report]\nresamples = 1\nconfidence = 95\n")
    write("check.cfg", "[check]\nmax_leked = 0.1\nunlabeled = 2\n")
    expected = (
        "vars.set: there is no setting 'x.y'; ",
        "configs/check.cfg has no setting 'max_leked'; ",
        "configs/check.cfg has no setting 'unlabeled'; ",
        "resamples in configs/report.cfg is 1; ",
        "confidence in configs/report.cfg is 95; ",
        "gate.undecided in vars.set is 'maybe'; ",
    )
    for problem, beginning in zip(problems("gate.undecided=maybe x.y=1"), expected, strict=True):
        assert problem.startswith(beginning)


def test_unknown_setting_in_a_file_is_refused_with_the_nearest_name():
    write("convert.cfg", "[convert]\nmisalined = drop\n")
    assert problems() == ["configs/convert.cfg has no setting 'misalined'; did you mean misaligned?"]


def test_splits_that_leave_nothing_to_train_on_are_refused():
    write("convert.cfg", "[convert]\ndev = 0.4\ntest = 0.6\n")
    assert problems() == [
        "configs/convert.cfg: dev and test together leave no texts for the training set"
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[chekc]\nunlabelled = 3\n", "it has the section [chekc]; its only section is [check]"),
        ("[check.more]\nunlabelled = 3\n", "can't be read: "),
        ("unlabelled = 3\n", "can't be read: "),
        ("[check]\nunlabelled\n", "can't be read: "),
        ("[check]\nunlabelled = ${no.such}\n", "can't be read: "),
        ("[check]\nunlabelled = 3\nunlabelled = 4\n", "can't be read: "),
    ],
)
def test_file_that_is_no_settings_file_is_refused_in_one_line(text, problem):
    write("check.cfg", text)
    (found,) = problems()
    assert found.startswith("configs/check.cfg")
    assert problem in found
    assert "\n" not in found


def test_file_that_is_not_there_is_refused_with_what_to_do():
    Path("configs/check.cfg").unlink()
    (found,) = problems()
    assert found.startswith("configs/check.cfg: there is no such file; restore it, or ")


def test_file_that_is_no_text_is_refused():
    Path("configs/check.cfg").write_bytes(b"[check]\n\xff\xfe\n")
    (found,) = problems()
    assert found.startswith("configs/check.cfg can't be read: ")


def test_value_in_a_message_is_harmless():
    (found,) = problems("convert.misaligned=\x1b[31m" + "x" * 1000)
    assert "\x1b" not in found
    assert len(found) < 500


def test_steps_read_what_was_written_for_them(tmp_path):
    write_steps(tmp_path, read_files(Path("configs"), "check.few_examples=7 convert.label_map="))
    found = read_settings(tmp_path, "analyze", AnalyzeSettings)
    assert found == AnalyzeSettings(few_examples=7)
    assert {path.stem for path in (tmp_path / "settings").iterdir()} == set(STEPS)


@pytest.mark.parametrize("text", [None, "{", '{"max_leked": 1}'])
def test_step_whose_settings_cannot_be_read_names_the_command_that_writes_them(text, tmp_path, capsys):
    path = tmp_path / "settings/check.json"
    if text is not None:
        path.parent.mkdir()
        path.write_text(text, encoding="utf8")
    with pytest.raises(SystemExit):
        read_settings(tmp_path, "check", CheckSettings)
    assert "Create it again: weasel run inputs" in capsys.readouterr().out


def test_change_in_one_file_changes_only_what_its_steps_read(tmp_path):
    def contents(given: str) -> dict[str, bytes]:
        write_steps(tmp_path, read_files(Path("configs"), given))
        return {path.stem: path.read_bytes() for path in (tmp_path / "settings").iterdir()}

    before = contents("")
    intervals = {"analyze", "compare", "experiments", "curve", "sweep", "agreement"}
    for given, steps in (
        ("convert.misaligned=drop", {"convert", "agreement"}),
        ("convert.spans_key=sc", {"convert", "export", "agreement"}),
        ("check.unlabelled=4", {"check"}),
        ("check.few_examples=4", {"check", "analyze"}),
        ("report.resamples=500", intervals),
        ("report.examples=6", {"analyze", "agreement"}),
        ("report.wandb_texts=true", {"report"}),
        ("suggest.diversity=0.1", {"suggest"}),
        ("gate.min_f=0.5", set()),
    ):
        after = contents(given)
        assert {step for step in before if before[step] != after[step]} == steps


def test_settings_that_did_not_change_are_not_written_again(tmp_path):
    write_steps(tmp_path, read_files(Path("configs")))
    path = tmp_path / "settings/check.json"
    before = path.stat().st_mtime_ns
    write_steps(tmp_path, read_files(Path("configs")))
    assert path.stat().st_mtime_ns == before


def test_no_two_files_have_a_setting_of_the_same_name():
    names = [name for model in FILES.values() for name in model.model_fields]
    assert len(names) == len(set(names))
    assert all(set(model.model_fields) <= set(names) for model in STEPS.values())


def test_settings_are_what_they_are():
    with pytest.raises(ValidationError):
        CheckSettings().unlabelled = 4


def test_one_file_can_be_read_by_itself():
    assert read_file(Path("configs/gate.cfg"), GateSettings, {"min_f": 0.5}).min_f == 0.5
