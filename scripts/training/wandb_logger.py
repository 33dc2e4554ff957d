"""Record a training run with Weights & Biases: offline unless turned on, and never in the way.

In: what spaCy logs at each evaluation. Out: a run under the run's folder (`wandb leet` shows it, `wandb
sync` sends it). Scores, losses, the config without paths, and fingerprints are logged; no texts, host or
user name, program arguments, local paths or console output. `spacy.WandbLogger.v5` takes neither a mode
nor a folder, and stops the training when it can't log.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from wasabi import msg

from scripts.files import fingerprint
from scripts.training.record import Logged, WandbNames
from scripts.training.wandb_mode import disabled_by, group_of, mode_of, prepare, tags_of

if TYPE_CHECKING:  # `report` imports this module, and is quicker without spaCy
    from spacy.language import Language

LOGIN_SECONDS = 30  # how long wandb may wait for a key at a terminal before training goes on without
PRIVATE: dict[str, Any] = {  # settings that keep to this machine what wandb would collect by itself
    "console": "off",
    "disable_code": True,
    "disable_git": True,
    "host": "",
    "username": "",
    "email": "",
    "program": "",
    "program_relpath": "",
    "program_abspath": "",
    "silent": True,
    "x_disable_meta": True,
    "x_disable_stats": True,
    "x_disable_machine_info": True,
    "x_save_requirements": False,
}


def wandb_logger(
    project: str,
    run: Path,
    files: dict[str, Path],
    group: str | None = None,
    tags: list[str] | None = None,
) -> Callable[..., Logged]:
    """Return a logger for wandb.

    project, group, tags: names in wandb; WANDB_RUN_GROUP and WANDB_TAGS add to them.
    run: the run's folder, which gives the run its name.
    files: by name, the files whose SHA-256 are logged with the config, to tell runs apart.
    The mode comes from the environment variable WANDB_MODE: offline (the default), online or disabled;
    WANDB_DISABLED turns wandb off as well.
    """

    def setup(nlp: "Language", *_: IO[str]) -> Logged:
        if reason := disabled_by(os.environ):
            msg.info(f"wandb is disabled ({reason}): this run is not recorded there")
            return no_step, no_end
        mode = mode_of(os.environ)
        config = without_paths(nlp.config.interpolate())
        paths = {name: Path(path) for name, path in files.items()}
        prints = {name: fingerprint.of_path(path) for name, path in paths.items() if path.exists()}
        config["fingerprints"] = prints
        try:
            names = names_of(project, group, tags)
            recording = start(names, Path(run), mode, config)
        except Exception as error:  # see start; or wandb is not installed
            give_up(error)
            return no_step, no_end
        return log_to(recording)

    return setup


def names_of(project: str, group: str | None, tags: list[str] | None) -> WandbNames:
    """Return the names of a run in wandb, by its config and the environment."""
    return {
        "project": project,
        "group": group_of(os.environ, group),
        "tags": tags_of(os.environ, tags),
    }


def start(
    names: WandbNames, run: Path, mode: str, config: dict[str, Any], kind: str = "training"
) -> Any:
    """Return a started wandb run; one that can't go online (no key, no network) is recorded offline.

    kind: what wandb calls the type of the job.
    """
    prepare(mode)
    import wandb  # here, so that a pipeline trains without it

    run.mkdir(parents=True, exist_ok=True)
    options: dict[str, Any] = {
        "mode": mode,
        "project": names["project"],
        "group": names["group"],
        "tags": names.get("tags"),
        "job_type": kind,
        "name": run.name,
        "dir": str(run),
        "config": config,
    }
    options["settings"] = wandb.Settings(login_timeout=LOGIN_SECONDS, **PRIVATE)
    try:
        recording = wandb.init(**options)
    except Exception as error:  # wandb raises its own errors, the network's, and the system's
        if mode == "offline":
            raise
        msg.warn(f"wandb can't go online ({brief(error)}): recording offline", "Key: wandb login")
        recording = wandb.init(**{**options, "mode": "offline"})
    where = Path(recording.settings.sync_dir)
    msg.info(f"wandb records this run ({recording.settings.mode}); to look at it:")
    print(f"  wandb leet {shorter(where)}")  # noqa: T201
    return recording


def log_to(recording: Any) -> Logged:
    """Return the functions that log a step and end the run; the first failure ends the logging."""
    broken = False

    def log_step(info: dict[str, Any] | None) -> None:
        nonlocal broken
        if info is None or broken:
            return
        try:
            recording.log(flat(info), step=info["step"])
        except Exception as error:  # see setup
            broken = True
            give_up(error)

    def finalize() -> None:
        with suppress(Exception):  # the model is trained; what wandb could not finish is said above
            recording.finish()

    return log_step, finalize


def no_step(info: dict[str, Any] | None) -> None:
    """Log nothing."""


def no_end() -> None:
    """End nothing."""


def give_up(error: Exception) -> None:
    """Say that wandb records no further, and that training goes on."""
    msg.warn(f"wandb does not record this run: {brief(error)}", "Training goes on without it.")


def brief(error: Exception) -> str:
    """Return an error's kind and its first words."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


def shorter(path: Path) -> Path:
    """Return a path as seen from the current folder, where that is possible."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def flat(info: dict[str, Any]) -> dict[str, float]:
    """Return the numbers of one evaluation: score, other scores by label, losses, epoch and words."""
    found = {"score": info["score"], "epoch": info["epoch"], "words": info["words"]}
    found |= {f"loss_{name}": float(value) for name, value in info["losses"].items()}
    for name, value in info["other_scores"].items():
        if isinstance(value, int | float):
            found[name] = value
        elif isinstance(value, dict):
            found |= {f"{name}/{label}/{k}": v for label, prf in value.items() for k, v in prf.items()}
    return found


def without_paths(node: Any) -> Any:
    """Return a config without its paths: the section of that name, and every value with a separator."""
    if isinstance(node, dict):
        kept = {key: without_paths(value) for key, value in node.items() if key != "paths"}
        return {key: value for key, value in kept.items() if value is not None}
    if isinstance(node, list):
        return [without_paths(value) for value in node]
    return None if isinstance(node, str) and ("/" in node or "\\" in node) else node
