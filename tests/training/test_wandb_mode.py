"""How wandb records, by the environment: offline unless asked, and then it sends nothing at all."""

import os

import pytest

from scripts.training.wandb_mode import disabled_by, mode_of, prepare

TELEMETRY = "WANDB_ERROR_REPORTING"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An environment of its own, in which nobody has chosen anything."""
    alone: dict[str, str] = {}
    monkeypatch.setattr(os, "environ", alone)
    return alone


@pytest.mark.parametrize(
    ("value", "mode"),
    [
        (None, "offline"),
        ("", "offline"),
        ("  ", "offline"),
        ("offline", "offline"),
        ("dryrun", "offline"),
        ("Offline", "offline"),
        ("online", "online"),
        ("run", "online"),
        ("disabled", "disabled"),
    ],
)
def test_mode_is_what_the_environment_says(value, mode, capsys):
    assert mode_of({} if value is None else {"WANDB_MODE": value}) == mode
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("value", ["onlin", "shared", "true", "on\x1b[2J"])
def test_wrong_mode_is_named_and_counts_as_offline(value, capsys):
    assert mode_of({"WANDB_MODE": value}) == "offline"
    said = " ".join(capsys.readouterr().out.split())
    assert f"WANDB_MODE is {value.replace(chr(27), chr(92) + 'x1b')}" in said.replace("'", "")
    assert "Set WANDB_MODE to offline, online or disabled" in said
    assert "\x1b[2J" not in said


@pytest.mark.parametrize("value", ["true", "1", "yes", "True"])
@pytest.mark.parametrize("mode", ["", "online", "nonsense"])
def test_wandb_is_disabled_whatever_the_mode(value, mode):
    environment = {"WANDB_DISABLED": value, "WANDB_MODE": mode}
    assert mode_of(environment) == "disabled"
    assert disabled_by(environment) == "WANDB_DISABLED"


@pytest.mark.parametrize("value", ["", "false", "0", "No"])
def test_wandb_is_not_disabled_by_a_no(value):
    assert disabled_by({"WANDB_DISABLED": value}) is None
    assert disabled_by({"WANDB_DISABLED": value, "WANDB_MODE": "disabled"}) == "WANDB_MODE"


def test_offline_the_users_own_telemetry_settings_are_overruled(environment):
    environment |= {TELEMETRY: "true", "WANDB_MODE": "nonsense"}
    prepare("offline")
    assert environment[TELEMETRY] == "false"
    assert environment["WANDB_MODE"] == "offline"


@pytest.mark.parametrize(("chosen", "kept"), [(None, "false"), ("true", "true")])
def test_online_telemetry_is_off_unless_the_user_turned_it_on(environment, chosen, kept):
    environment |= {} if chosen is None else {TELEMETRY: chosen}
    prepare("online")
    assert environment[TELEMETRY] == kept
    assert environment["WANDB_MODE"] == "online"
    assert "WANDB_DOCKER" not in environment


@pytest.mark.parametrize(("mode", "kept"), [("offline", False), ("online", True)])
def test_offline_run_has_a_service_of_its_own(mode, kept, environment):
    environment["WANDB_SERVICE"] = "of a parent process"
    prepare(mode)
    assert ("WANDB_SERVICE" in environment) is kept
