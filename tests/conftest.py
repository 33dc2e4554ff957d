"""Settings of all tests. `pytest` runs all but tests/template: what no edit of a user breaks."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The tests run in several processes: one thread each, and for the programs that they start.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

# No property-based test fails because it is slow. `pytest -m "not slow"` tries fewer examples.
settings.register_profile("all", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=20)

TEMPLATE = Path(__file__).parent / "template"


def pytest_configure(config: pytest.Config) -> None:
    """Choose how many examples the property-based tests try."""
    settings.load_profile("quick" if "not slow" in config.option.markexpr else "all")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the tests of the template itself aside unless they are named: `pytest tests/template`."""
    named = any("template" in Path(argument.split("::")[0]).parts for argument in config.args)
    return True if collection_path == TEMPLATE and not named else None
