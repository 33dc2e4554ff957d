"""Ground Truth manifests: several jobs, lines that no job labelled, jobs of other kinds."""

import json

import pytest

from scripts.annotation.text import OtherTask
from scripts.formats.base import DEFAULTS
from scripts.formats.detection import detect
from scripts.formats.file_roles import find_roles
from scripts.formats.readers import FORMATS
from tests.formats.reading import mentions, read, written

ENTITY = {"label": "NAME", "startOffset": 0, "endOffset": 3}


def line(*jobs, entities=(ENTITY,), kind="groundtruth/text-span"):
    """Return a line that some jobs labelled."""
    made = {job: {"annotations": {"entities": list(entities)}} for job in jobs}
    about = {f"{job}-metadata": {"type": kind, "human-annotated": "yes"} for job in jobs}
    return json.dumps({"source": "Ada left.", **made, **about})


def test_end_does_not_belong_to_the_span_and_the_job_is_its_layer(tmp_path):
    (record,) = read(tmp_path, "ground_truth", line("names", "more"))
    assert mentions(record) == [("Ada", "NAME")] * 2
    assert [span.layer for span in record.spans] == ["names", "more"]


def test_file_that_a_line_names_belongs_to_the_manifest(tmp_path):
    row = json.loads(line("names")) | {"source-ref": "s3://bucket/far/away/a.txt"}
    del row["source"]
    manifest, text = tmp_path / "out.manifest", tmp_path / "a.txt"
    manifest.write_text(json.dumps(row), encoding="utf8")
    text.write_bytes(b"Ada left.")
    found = find_roles([manifest, text])
    assert found.companions == {text: manifest}
    (record,) = FORMATS["ground_truth"].read(manifest, DEFAULTS)
    assert mentions(record) == [("Ada", "NAME")]


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ("yes", "the output of the job names has no list of entities"),
        ({"annotations": {"entities": ["Ada"]}}, "'Ada' is not an entity"),
        ({"annotations": {"entities": [{"startOffset": 0}]}}, "offset None is not a whole number"),
    ],
)
def test_broken_line_is_a_fault(tmp_path, made, reason):
    row = json.loads(line("names")) | {"names": made}
    fault, record = read(tmp_path, "ground_truth", json.dumps(row) + "\n" + line("names"))
    assert fault.reason == reason
    assert mentions(record) == [("Ada", "NAME")]


def test_job_of_another_kind_is_named(tmp_path):
    path = written(tmp_path, line("boxes", entities=(), kind="groundtruth/object-detection"))
    assert detect(path).name == "ground_truth"
    with pytest.raises(OtherTask, match="of another type: groundtruth/object-detection"):
        list(FORMATS["ground_truth"].read(path, DEFAULTS))
