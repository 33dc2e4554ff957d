"""Settings and vars on weasel's command line, in real runs of `inputs`."""

import json

import pytest

from tests.template.conftest import Project


def settings(project: Project, step: str) -> dict[str, object]:
    """Return the settings that a step was given."""
    found = json.loads((project.folder / f"corpus/settings/{step}.json").read_text(encoding="utf8"))
    assert isinstance(found, dict)
    return found


def test_settings_of_one_run_arrive_as_they_are(fresh: Project) -> None:
    fields = "text=body, spans=marks, start=span.begin"
    given = f"convert.fields={fields} convert.layer= convert.labels='A b,C' report.errors_of=dev,test"
    run = fresh.weasel("run", "inputs", ".", "--vars.set", given)
    assert run.code == 0, run.output
    found = settings(fresh, "convert")
    assert (found["fields"], found["layer"], found["labels"]) == (fields, "", ["A b", "C"])
    assert settings(fresh, "analyze")["errors_of"] == "dev,test"
    assert fresh.weasel("run", "inputs").code == 0
    assert settings(fresh, "analyze")["errors_of"] == "dev"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("--vars.misaligned", "expand"),
            "There is no vars.misaligned; misaligned is a setting in configs/convert.cfg.",
        ),
        (("--vars.anotations", "assets/mine"), "There is no vars.anotations; did you mean annotations?"),
        (
            ("--vars.set", "convert.misalined=expand"),
            "there is no setting 'convert.misalined'; did you mean convert.misaligned?",
        ),
        (
            ("--vars.set", "report.resamples=1"),
            "report.resamples in vars.set is 1; it can be a whole number from 100 up",
        ),
    ],
)
def test_name_or_value_that_cannot_be_stops_the_run(
    arguments: tuple[str, str], said: str, fresh: Project
) -> None:
    run = fresh.weasel("run", "all", ".", *arguments)
    assert run.code == 1
    assert said in " ".join(run.output.split())
    assert not (fresh.folder / "corpus/inputs.json").exists()
    assert "Traceback" not in run.output


def test_step_alone_says_that_settings_of_one_run_are_for_inputs(finished: Project) -> None:
    run = finished.weasel("run", "report", ".", "--force", "--vars.set", "report.wandb_texts=true")
    assert run.code == 0, run.output
    assert "--vars.set changes nothing for report alone" in run.output
    assert "changes nothing" not in finished.weasel("run", "report", ".", "--force").output
