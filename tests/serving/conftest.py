"""A server that the tests of this folder share."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def client() -> Iterator:
    """A client of a server with small limits; skips where the packages of the service are missing."""
    from tests.serving.running import fixed_entities, running

    with running(fixed_entities()) as found:
        yield found
