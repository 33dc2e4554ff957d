"""Where the pipeline of a run is, and what to type to get one."""

from pathlib import Path

from scripts.files.terminal import printable

SCORED, BEST = "pipeline", "model-best"


def pipeline_of(run: Path) -> Path:
    """Return the folder of a run's pipeline: with scores of entities, else as training left it."""
    return run / SCORED if (run / SCORED).is_dir() else run / BEST


def to_type(step: str, run: Path, config: str = "") -> str:
    """Return the command that runs a step for a run, or `all`. config: in configs/, if it is known."""
    given = {"config": config if config != "config.cfg" else "", "run": run.resolve().name}
    if given["run"] == "default":
        given["run"] = ""
    options = "".join(f" --vars.{name} {printable(value)}" for name, value in given.items() if value)
    return f"weasel run {step} .{options}" if options else f"weasel run {step}"
