"""Watch a run's network traffic: a hook in every Python process, and a server that takes all requests.

The hook sees what Python does; programs in other languages, such as wandb's service, are led to the
server by the variables that name a proxy, which Go's and Python's libraries follow.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

# Python imports a module of this name at its start, before anything else can run.
HOOK = """
import json
import os
import sys

EVENTS = ("connect", "sendto", "sendmsg", "getaddrinfo", "gethostbyname", "gethostbyaddr", "getnameinfo")
WATCHED = {f"socket.{name}" for name in EVENTS}


def note(event, arguments):
    line = {"event": event, "arguments": repr(arguments), "program": " ".join(sys.orig_argv[1:3])}
    data = (json.dumps(line) + "\\n").encode()
    file = os.open(os.environ["NETWORK_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, data)
    os.close(file)


def hook(event, arguments):
    if event in WATCHED and not allowed(arguments):
        note(event, arguments)


def allowed(arguments):
    # a socket comes first where there is one, then the address: a path, or a host and a port
    address = next((part for part in arguments if isinstance(part, (str, bytes, tuple))), "")
    if isinstance(address, tuple):
        address = address[0]
    elif arguments and not isinstance(arguments[0], (str, bytes)):
        return True  # a path: a socket within this machine
    return address in ("127.0.0.1", "::1", "localhost", b"127.0.0.1", b"::1", b"localhost")


sys.addaudithook(hook)
note("start", ())
"""


@dataclass(frozen=True, slots=True)
class Watched:
    """What a run is given so that its traffic is seen, and what was seen."""

    folder: Path
    url: str
    requests: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which a run is watched."""
        proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), self.url)
        proxies |= {name.lower(): url for name, url in proxies.items()}
        sink = {"WANDB_BASE_URL": self.url, "NO_PROXY": "", "no_proxy": "", **proxies}
        return {**sink, "PYTHONPATH": str(self.folder), "NETWORK_LOG": str(self.folder / "log.jsonl")}

    def lines(self) -> list[dict[str, Any]]:
        """Return what the hook noted, in order."""
        text = (self.folder / "log.jsonl").read_text(encoding="utf8")
        return [json.loads(line) for line in text.splitlines()]

    def programs(self) -> set[str]:
        """Return the programs that ran with the hook, by the beginning of their arguments."""
        return {line["program"] for line in self.lines() if line["event"] == "start"}

    def attempts(self) -> list[str]:
        """Return every attempt to reach another machine, and every request that came to the server."""
        noted = [line for line in self.lines() if line["event"] != "start"]
        return [*(f"{n['program']}: {n['event']}{n['arguments']}" for n in noted), *self.requests]


@contextmanager
def watched(folder: Path) -> Iterator[Watched]:
    """Yield what a run needs to be watched; the server runs as long."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(HOOK, encoding="utf8")
    requests: list[str] = []

    class Sink(BaseHTTPRequestHandler):
        """Answers everything as a server does that has nothing, and keeps the first line."""

        def handle_one_request(self) -> None:
            requests.append(self.rfile.readline().decode("latin-1").strip() or "a connection")
            self.close_connection = True
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    server = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Watched(folder, f"http://127.0.0.1:{server.server_port}", requests)
    finally:
        server.shutdown()
        server.server_close()
