"""Settings of all tests. `pytest` runs all but tests/template: what no edit of a user breaks."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("patient", deadline=None)  # no property-based test fails because it is slow
settings.load_profile("patient")

TEMPLATE = Path(__file__).parent / "template"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the tests of the template itself aside unless they are named: `pytest tests/template`."""
    named = any("template" in Path(argument.split("::")[0]).parts for argument in config.args)
    return True if collection_path == TEMPLATE and not named else None
