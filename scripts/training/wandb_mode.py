"""Whether wandb records a run and whether it may send anything: offline unless the environment says so.

In: the environment variables WANDB_MODE and WANDB_DISABLED. Out: the mode, and an environment in which
wandb, its service and its telemetry contact no server unless the mode is online. Group and tags of a run
can come from the environment, too.
"""

import os
from collections.abc import Iterable, Mapping

from wasabi import msg

from scripts.files.terminal import printable

MODE, DISABLED, SERVICE = "WANDB_MODE", "WANDB_DISABLED", "WANDB_SERVICE"
GROUP, TAGS = "WANDB_RUN_GROUP", "WANDB_TAGS"
MODES = {  # what may be in WANDB_MODE, the old names of wandb included, and what it means
    "": "offline",
    "offline": "offline",
    "dryrun": "offline",
    "online": "online",
    "run": "online",
    "disabled": "disabled",
}
NO = ("", "0", "false", "f", "no", "n", "off")
# Telemetry is sent by default even in a run that is recorded offline: wandb's settings of the process
# are online, though those of the run are not. The first switch is wandb's own; the second is that of
# OpenTelemetry, for a version of wandb that has another one.
NO_TELEMETRY = {"WANDB_ERROR_REPORTING": "false", "OTEL_SDK_DISABLED": "true"}
# In a Kubernetes pod wandb asks the cluster for the name of the image, unless it is given.
NO_QUESTIONS = {"WANDB_DOCKER": ""}


def disabled_by(environment: Mapping[str, str]) -> str | None:
    """Return the name of the environment variable that turns wandb off, or None when none does."""
    if environment.get(DISABLED, "").strip().lower() not in NO:
        return DISABLED
    return MODE if wanted(environment) == "disabled" else None


def mode_of(environment: Mapping[str, str]) -> str:
    """Return how wandb is to record: offline (the default), online or disabled.

    A value that is none of these is named, and counts as offline.
    """
    if disabled_by(environment):
        return "disabled"
    value = environment.get(MODE, "")
    if wanted(environment) not in MODES:
        reason = f"{MODE} is '{printable(value)}', which is not a mode: recording offline"
        msg.warn(reason, f"Set {MODE} to offline, online or disabled")
    return MODES.get(wanted(environment), "offline")


def group_of(environment: Mapping[str, str], group: str | None) -> str | None:
    """Return the group of a run: the one in its config, or else that of the environment."""
    return group or environment.get(GROUP) or None


def tags_of(environment: Mapping[str, str], tags: Iterable[str] | None) -> list[str]:
    """Return the tags of a run: those in its config, and those of the environment."""
    given = (tag.strip() for tag in environment.get(TAGS, "").split(","))
    return list(dict.fromkeys([*(tags or ()), *filter(None, given)]))


def wanted(environment: Mapping[str, str]) -> str:
    """Return what WANDB_MODE is set to, without regard to case."""
    return environment.get(MODE, "").strip().lower()


def prepare(mode: str) -> None:
    """Set the environment of this process, and of wandb's service, so that wandb keeps to the mode.

    Call it before wandb is imported: settings of a run come too late for what wandb does at its start.
    Online, telemetry is off unless the user turned it on: messages of exceptions can have texts in them.
    """
    os.environ[MODE] = mode  # the settings of the process, which those of a run don't change
    if mode == "online":
        os.environ.update({**NO_TELEMETRY, **os.environ})
    else:
        os.environ.update({**NO_TELEMETRY, **NO_QUESTIONS})
        # The service of a parent process (a notebook, say) would write to a folder in its own directory.
        os.environ.pop(SERVICE, None)
