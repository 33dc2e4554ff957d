"""Settings of all tests. `pytest` runs all but tests/template: what no edit of a user breaks."""

import compileall
import os
import signal
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

# The tests run in several processes: one thread each, and for the programs that they start.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

# A shell starts a program in the background with Ctrl-C switched off, and that would be passed on.
signal.signal(signal.SIGINT, signal.default_int_handler)

# No property-based test fails because it is slow. `pytest -m "not slow"` tries fewer examples.
settings.register_profile("all", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=20)

TESTS = Path(__file__).parent
TEMPLATE = TESTS / "template"
# Tests that bring all that they read, so that tests/template/test_edited.py leaves them out: folders and
# files. A test in them fails if this process reads what a user edits.
BRING_THEIR_OWN = ("annotation", "bulk", "conversion", "corpus", "formats", "quality", "reporting")
BRING_THEIR_OWN += ("search", "serving", "settings", "trials")
BRING_THEIR_OWN += ("test_agreement.py", "test_analyze.py", "test_apply.py", "test_check.py")
BRING_THEIR_OWN += ("test_confidence.py", "test_config.py", "test_crossvalidate.py", "test_curve.py")
BRING_THEIR_OWN += ("test_evaluate.py", "test_experiments.py", "test_export.py", "test_labels.py")
BRING_THEIR_OWN += ("test_merge.py", "test_predict.py", "test_pretrain.py", "test_report.py")
BRING_THEIR_OWN += (
    "test_review.py",
    "test_runs.py",
    "test_suggest.py",
    "test_sweep.py",
    "test_teach.py",
)
BRING_THEIR_OWN += ("test_vectors.py", "training/test_cluster_embed.py", "training/test_committee.py")
BRING_THEIR_OWN += ("training/test_copy_weights.py", "training/test_updating.py")
EDITED = tuple(str(TESTS.parent / name) for name in ("project.yml", "configs", "assets"))
read: set[str] = set()  # paths among those


def note(event: str, arguments: tuple) -> None:
    """Note a file that a user edits when it is opened."""
    if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
        path = os.path.abspath(os.fsdecode(arguments[0]))  # noqa: PTH100  (it follows no links)
        if path.startswith(EDITED):
            read.add(path)


def wrongly_read(where: Path) -> str:
    """Return what is wrong about what was read since the last call, if anything is.

    where: the file of the test, or a folder of tests.
    """
    found = sorted(read)
    read.clear()
    if not found or not any(where.is_relative_to(TESTS / name) for name in BRING_THEIR_OWN):
        return ""
    return (
        f"read {', '.join(found)}, which users edit: take a copy, or see BRING_THEIR_OWN in {__file__}"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Choose how many examples are tried, and compile the code once for all processes and copies."""
    settings.load_profile("quick" if is_quick(config) else "all")
    if not hasattr(config, "workerinput"):
        compileall.compile_dir(TESTS.parent / "scripts", quiet=1)
    sys.addaudithook(note)


def is_quick(config: pytest.Config) -> bool:
    """Say whether the slow tests are left out."""
    return "not slow" in config.option.markexpr


@pytest.fixture(scope="session")
def share(request: pytest.FixtureRequest) -> float:
    """The share of their examples that tests try which make many themselves."""
    return 0.2 if is_quick(request.config) else 1.0


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the tests of the template itself aside unless they are named: `pytest tests/template`."""
    named = any("template" in Path(argument.split("::")[0]).parts for argument in config.args)
    return True if collection_path == TEMPLATE and not named else None


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Refuse a module that reads what a user edits where tests bring their own."""
    read.clear()
    report = yield
    if reason := wrongly_read(collector.path):
        report.outcome, report.longrepr = "failed", reason
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin to note what a test and its fixtures read."""
    read.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Fail a test that reads what a user edits where tests bring their own."""
    yield
    if reason := wrongly_read(item.path):
        pytest.fail(reason, pytrace=False)
