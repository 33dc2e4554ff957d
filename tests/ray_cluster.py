"""A real Ray with two workers, which a module of tests shares. Skips where ray is not installed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.corpora import ROOT


@contextmanager
def two_workers() -> Iterator[Any]:
    """Start Ray for a while, and yield its module."""
    ray = pytest.importorskip("ray", reason="requirements-cluster.txt is not installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.delenv("RAY_ADDRESS", raising=False)
        start(ray)
        yield ray
        ray.shutdown()


def start(ray: Any, tries: int = 3) -> None:
    """Start Ray, which gives up after half a minute on a busy machine."""
    try:
        ray.init(num_cpus=2, include_dashboard=False, logging_level="error", log_to_driver=False)
    except Exception:  # it raises no other kind
        ray.shutdown()
        if tries == 1:
            raise
        start(ray, tries - 1)
