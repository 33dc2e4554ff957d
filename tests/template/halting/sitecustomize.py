"""Halt one process of a run at the moment that a test names, so that the test can kill it right there.

Python imports this file at its start where its folder is on PYTHONPATH. In: the environment variable
HALT, see `tests.template.test_interruption.Moment`. Out: the file `told`, once the process stands still.
"""

import json
import os
import sys
import time

WRITING = os.O_WRONLY | os.O_RDWR


def watch(command: str, event: str, path: str, told: str) -> None:
    """Halt this process when it runs `command` and is about to do `event` to a file named `path`."""
    if command not in " ".join(sys.orig_argv):
        return
    halted = False

    def halt() -> None:
        nonlocal halted
        halted = True
        with open(told, "w", encoding="utf8") as stream:  # noqa: PTH123  (before anything is imported)
            stream.write(str(os.getpid()))
        while True:
            time.sleep(0.05)

    def hook(happened: str, arguments: tuple) -> None:
        if halted or happened != ("open" if event == "torn" else event):
            return
        if happened == "open" and not (isinstance(arguments[2], int) and arguments[2] & WRITING):
            return
        named = arguments[1 if event == "os.rename" else 0]
        if not isinstance(named, int) and os.fsdecode(named).replace("\\", "/").endswith(path):
            if event == "torn":
                os.truncate(named, 0)
            halt()

    if event == "start":
        halt()
    sys.addaudithook(hook)


if "HALT" in os.environ:
    watch(**json.loads(os.environ["HALT"]))
