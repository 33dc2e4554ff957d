"""A real server on a free port of loopback, with a pipeline of fixed entities.

A test module that imports this one is skipped where the packages of the service are not installed.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from spacy.language import Language

from scripts.serve import listening
from scripts.settings.serve import ServeSettings
from tests.pipelines import fixed

for name in ("fastapi", "uvicorn"):
    pytest.importorskip(name, reason=f"{name} is not installed: see requirements-serve.txt")

PATIENCE = 10  # seconds
SETTINGS = {
    "port": 0,
    "max_characters": 200,
    "max_signs": 200,
    "max_texts": 5,
    "max_bytes": 4000,
    "max_requests": 4,
}
NAMES = {"Ada": "PERSON", "Okafor": "PERSON", "May": "DATE", "Acme": "ORG"}


def fixed_entities() -> Language:
    """Return a pipeline of fixed entities."""
    return fixed(NAMES)


@contextmanager
def running(nlp: Language, **changes: object) -> Iterator[httpx.Client]:
    """Serve a pipeline in a thread, and yield a client of it."""
    from scripts.serving.server import server_of

    settings = ServeSettings(**{**SETTINGS, **changes})
    with listening(settings) as listener:
        server = server_of(nlp, settings)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        began = time.monotonic()
        while not server.started and time.monotonic() - began < PATIENCE:
            time.sleep(0.02)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with httpx.Client(base_url=address, timeout=PATIENCE, trust_env=False) as client:
            yield client
        server.should_exit = True
        thread.join(PATIENCE)
