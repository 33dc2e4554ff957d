"""Trials on a cluster, through Ray: the same tasks, each on whichever machine is free."""

from importlib.util import find_spec
from typing import Any, NoReturn

REQUIREMENTS = "requirements-cluster.txt"


class NoCluster(Exception):
    """Raised where no cluster can be used; says why, and what to do."""


def connect() -> tuple[Any, int]:
    """Return what trains a task on the cluster, and how many tasks it takes. Raises NoCluster."""
    if find_spec("ray") is None:
        refuse()
    raise NoCluster("Ray is not supported yet")


def refuse() -> NoReturn:
    """Say what to install."""
    raise NoCluster(f"Ray is not installed: pip install -r {REQUIREMENTS}")
