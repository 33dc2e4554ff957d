"""A colleague gets the corpus, the pipeline and the report from a remote, without training."""

from pathlib import Path

import srsly

from scripts.files import fingerprint
from tests.template.conftest import ROOT, Project, change_annotations

MANIFEST = srsly.read_yaml(ROOT / "project.yml")
ALWAYS = ["inputs", "config", "compare"]  # steps that run every time


def outputs() -> list[str]:
    """Return the outputs of all steps of `all`, for the run `default`."""
    steps = MANIFEST["workflows"]["all"]
    found = (c["outputs"] for c in MANIFEST["commands"] if c["name"] in steps)
    return [output.replace("${vars.run}", "default") for each in found for output in each]


def push(project: Project) -> Path:
    """Push everything to the default remote, and return its folder."""
    run = project.weasel("push")
    assert run.code == 0, run.output
    return (project.folder / MANIFEST["remotes"]["default"]).resolve()


def test_outputs_that_were_pushed_are_pulled_in_a_fresh_copy_where_nothing_is_trained(
    finished: Project, fresh: Project
) -> None:
    remote = push(finished)
    assert remote == (fresh.folder / MANIFEST["remotes"]["default"]).resolve()
    assert any(remote.iterdir())
    for arguments in (("run", "inputs"), ("pull",)):
        run = fresh.weasel(*arguments)
        assert run.code == 0, run.output
    for output in outputs():
        ours, theirs = fresh.folder / output, finished.folder / output
        assert fingerprint.of_path(ours) == fingerprint.of_path(theirs), output
    run = fresh.weasel("run", "all")
    assert run.code == 0, run.output
    assert run.ran == ALWAYS
    listed = fresh.weasel("run", "runs")
    assert " default " in listed.output


def test_what_was_made_from_other_annotations_is_not_pulled(finished: Project, fresh: Project) -> None:
    push(finished)
    change_annotations(fresh)
    for arguments in (("run", "inputs"), ("pull",)):
        run = fresh.weasel(*arguments)
        assert run.code == 0, run.output
    assert not (fresh.folder / "corpus/train.spacy").exists()
    assert not (fresh.folder / "training/default").exists()
