"""Command `serve`: the trained pipeline as a page and JSON endpoints on this computer.

In: a pipeline, and configs/serve.cfg, which is read here because a server needs no corpus. Out: a
service that runs until Ctrl-C ends it. Needs the packages of requirements-serve.txt.
"""

import gc
import importlib.util
import logging
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

import spacy
import typer
from spacy.language import Language
from thinc.api import require_gpu

from scripts.files.pipelines import pipeline_of, to_type
from scripts.files.step import run as run_step
from scripts.files.terminal import msg, printable, refuse, say
from scripts.settings.files import WrongSettings, read_one
from scripts.settings.serve import ServeSettings

SETTINGS = Path("configs/serve.cfg")
NEEDED = ("fastapi", "uvicorn")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LONGEST = 300

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def serve_cli(
    run: Path = typer.Argument(..., help="The run's folder, or that of a pipeline"),
    given: str = typer.Option("", "--set", help="Settings for this time: serve.port=8080 …"),
    name: str = typer.Option("", help="Name to show, if not that of the pipeline"),
    version: str = typer.Option("", help="Version to show, if not that of the pipeline"),
    gpu_id: int = typer.Option(-1, help="GPU to read texts on, or -1 for the CPU"),
) -> None:
    """Serve the trained pipeline: a page to try it, and JSON endpoints."""
    if missing := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
        hint = "Install what it needs: python -m pip install -r requirements-serve.txt"
        msg.fail(f"serve needs {' and '.join(missing)}", hint, exits=1)
    try:
        settings = read_one(SETTINGS, ServeSettings, given)
    except WrongSettings as error:
        refuse("A setting can't be used", error.problems)
    if gpu_id >= 0:
        require_gpu(gpu_id)
    nlp = load(run)
    nlp.meta |= {"name": name or nlp.meta["name"], "version": version or nlp.meta["version"]}
    with listening(settings) as listener:
        serve(nlp, settings, listener)


def load(run: Path) -> Language:
    """Return the pipeline of a run, or that in a folder; ends the program where there is none."""
    model = pipeline_of(run) if pipeline_of(run).is_dir() else run
    if not (model / "config.cfg").is_file() or not (model / "meta.json").is_file():
        hint = f"Train one: {to_type('all', run)}"
        msg.fail(f"There is no trained pipeline in {run.as_posix()}", hint, exits=1)
    try:
        return spacy.load(model)
    except (OSError, ValueError, ImportError) as error:
        said = printable(" ".join(str(error).split()), LONGEST)
        msg.fail(f"The pipeline in {model.as_posix()} can't be loaded: {said}", exits=1)
        raise


def listening(settings: ServeSettings) -> socket.socket:
    """Return a socket that listens at the address in the settings; ends the program without one."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Not `socket.create_server`: asyncio sends small packets at once only where the protocol is named.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":  # elsewhere it would let two programs have the same port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen()
    except OSError as error:
        listener.close()
        place = f"{printable(settings.host)} port {settings.port}"
        hint = "Choose another one: weasel run serve . --vars.set serve.port=8080"
        msg.fail(f"The service can't listen at {place}: {error.strerror or error}", hint, exits=1)
        raise
    return listener


def serve(nlp: Language, settings: ServeSettings, listener: socket.socket) -> None:
    """Answer requests until the program is interrupted."""
    from scripts.serving.server import full_name, server_of

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    try:
        server = server_of(nlp, settings)
    except ValueError as error:
        msg.fail("The pipeline can't be served", str(error), exits=1)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    msg.good(f"{full_name(nlp)} is at http://{host}:{listener.getsockname()[1]}")
    if settings.host not in LOOPBACK:
        msg.warn("The service has no passwords", "Everybody who reaches this address can use it.")
    say("Ctrl-C ends the service.")
    sys.stdout.flush()  # also where output is a file
    gc.freeze()  # what is loaded stays, so that it need not be looked through again and again
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    say("The service has ended.")


if __name__ == "__main__":
    run_step(app, writes=False)
