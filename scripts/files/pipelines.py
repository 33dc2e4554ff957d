"""Where the pipeline of a run is."""

from pathlib import Path

SCORED, BEST = "pipeline", "model-best"


def pipeline_of(run: Path) -> Path:
    """Return the folder of a run's pipeline: with scores of entities, else as training left it."""
    return run / SCORED if (run / SCORED).is_dir() else run / BEST
