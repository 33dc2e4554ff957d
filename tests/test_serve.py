"""The command `serve` as a program: it starts, answers and ends, or says why it can't."""

import os
import re
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest
from typer.testing import CliRunner

from scripts import serve as step
from tests.corpora import ROOT
from tests.pipelines import fixed, save

PATIENCE = 60
# Makes a Python in which the optional packages are not installed.
WITHOUT = (
    "import sys; sys.modules.update(fastapi=None, uvicorn=None)\nfrom scripts.serve import app; app()"
)


@pytest.fixture
def run(tmp_path):
    """A run's folder with a pipeline of fixed entities."""
    return save(fixed({"Ada": "PERSON"}), tmp_path / "run")


def needs_packages():
    for name in ("fastapi", "uvicorn"):
        pytest.importorskip(name, reason=f"{name} is not installed: see requirements-serve.txt")


@pytest.mark.slow
def test_service_starts_answers_and_ends_when_it_is_interrupted(run):
    needs_packages()
    command = [sys.executable, "-m", "scripts.serve", str(run), "--set", "serve.port=0"]
    flags = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP} if os.name == "nt" else {}
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "encoding": "utf8"}
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, **options, **flags) as service:
        try:
            line = service.stdout.readline()
            (address,) = re.findall(r"http://127\.0\.0\.1:\d+", line)
            began = time.monotonic()
            while time.monotonic() - began < PATIENCE:
                try:
                    answer = httpx.post(f"{address}/v1/entities", json={"text": "Ada"}, trust_env=False)
                    break
                except httpx.ConnectError:
                    time.sleep(0.1)
            assert answer.json()["entities"][0]["label"] == "PERSON"
            service.send_signal(signal.CTRL_BREAK_EVENT if os.name == "nt" else signal.SIGINT)
            rest = service.stdout.read()
            assert service.wait(PATIENCE) == 0 or os.name == "nt"
        finally:
            service.kill()
    assert "Ada" not in rest
    assert os.name == "nt" or rest.splitlines()[-1] == "The service has ended."


def test_missing_packages_are_named_with_the_file_that_installs_them(run):
    command = [sys.executable, "-c", WITHOUT, str(run)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf8", check=False)
    assert done.returncode == 1
    said = " ".join((done.stdout + done.stderr).split())
    assert "serve needs fastapi and uvicorn" in said
    assert "python -m pip install -r requirements-serve.txt" in said


def test_folder_without_a_pipeline_is_refused_with_what_to_do(tmp_path):
    needs_packages()
    done = CliRunner().invoke(step.app, [str(tmp_path)])
    assert done.exit_code == 1
    assert "There is no trained pipeline in" in " ".join(done.output.split())
    assert "Train one: weasel run all . --vars.run" in done.output


def test_setting_that_can_not_be_is_refused(run):
    needs_packages()
    done = CliRunner().invoke(step.app, [str(run), "--set", "serve.port=70000"])
    assert done.exit_code == 1
    assert "serve.port in vars.set is 70000; it can be a whole number from 0 to 65535" in " ".join(
        done.output.split()
    )


def test_port_that_is_taken_is_refused_with_how_to_choose_another(run):
    needs_packages()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = CliRunner().invoke(step.app, [str(run), "--set", f"serve.port={port}"])
    said = " ".join(done.output.split())
    assert done.exit_code == 1
    assert f"The service can't listen at 127.0.0.1 port {port}" in said
    assert "weasel run serve . --vars.set serve.port=8080" in said
