"""The settings in configs/serve.cfg."""

from typing import Annotated

from pydantic import Field

from scripts.settings.base import Settings, if_text


def read_hosts(value: str) -> tuple[str, ...]:
    """Return names of hosts from a list with commas. Raises ValueError for an empty list."""
    found = tuple(filter(None, (name.strip().lower() for name in value.split(","))))
    if not found:
        raise ValueError("name at least one host, for example localhost")
    if broken := next((name for name in found if "*" in name.removeprefix("*.") or "/" in name), None):
        raise ValueError(f"{broken!r} is not the name of a host, such as localhost or *.example.org")
    return found


class ServeSettings(Settings):
    """Where the service listens, and its limits."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    allowed_hosts: Annotated[tuple[str, ...], if_text(read_hosts)] = ("127.0.0.1", "localhost", "[::1]")
    max_characters: Annotated[int, Field(ge=1, le=1_000_000)] = 100_000
    max_signs: Annotated[int, Field(ge=1)] = 1000
    max_texts: Annotated[int, Field(ge=1)] = 256
    max_bytes: Annotated[int, Field(ge=1000)] = 1_000_000
    max_requests: Annotated[int, Field(ge=1)] = 64
    time_limit: Annotated[float, Field(gt=0)] = 60.0
