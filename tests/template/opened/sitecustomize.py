"""Note which files of a project each of its steps reads, for a test to hold against project.yml.

Python imports this file at its start where its folder is on PYTHONPATH. In: the environment variable
OPENED, the log. Out: lines of JSON with the arguments of the step and the path of a file that it reads.
"""

import json
import os
import sys

WRITING = os.O_WRONLY | os.O_RDWR
STEP = "OPENED_BY"  # environment variable: the arguments of the step that started this process


def watch(log: str) -> None:
    """Note each file below the current folder that this process opens to read it."""
    arguments = sys.orig_argv[1:]
    if any(argument.startswith("scripts.") for argument in arguments[:2]):
        os.environ[STEP] = " ".join(arguments)
    if STEP not in os.environ or not os.path.isfile("project.yml"):  # noqa: PTH113  weasel; a build
        return
    here = os.getcwd() + os.sep  # noqa: PTH109  (before anything is imported)
    stream = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def hook(event: str, found: tuple) -> None:
        if event != "open" or isinstance(found[0], int) or not isinstance(found[2], int):
            return
        path = os.path.abspath(os.fsdecode(found[0]))  # noqa: PTH100
        if path.startswith(here) and not found[2] & WRITING:
            name = path[len(here) :].replace("\\", "/")
            os.write(stream, (json.dumps([os.environ[STEP], name]) + "\n").encode())

    sys.addaudithook(hook)


if "OPENED" in os.environ:
    watch(os.environ["OPENED"])
