"""The command `apply`: real pipelines on files of every kind, killed in the middle, and run again."""

import csv
import gzip
import json
import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest
import spacy
from spacy.tokens import DocBin
from typer.testing import CliRunner

from scripts.apply import app, job_of
from scripts.bulk import run as bulk_run
from scripts.bulk.pool import annotate_here
from scripts.bulk.run import run
from scripts.bulk.sources import source_of
from scripts.files import atomic
from tests.corpora import ROOT
from tests.pipelines import fixed, save

WORDS = {"Ada": "PERSON", "Acme": "ORG"}


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    return save(fixed(WORDS), tmp_path_factory.mktemp("run")) / "model-best"


@pytest.fixture
def annotate(pipeline, tmp_path, monkeypatch):
    """Run the command on texts in a folder of its own, in this process."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments, processes=1):
        options = [f"--pipeline={pipeline}", f"--processes={processes}"]
        return CliRunner().invoke(app, [*options, *arguments])

    return command


def write_lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf8")


def rows_in(path):
    return [json.loads(line) for line in path.read_text(encoding="utf8").splitlines()]


def test_each_record_is_written_with_all_its_fields_and_its_entities(annotate, tmp_path):
    write_lines(tmp_path / "in.jsonl", [{"n": 1, "text": "Ada left Acme."}, {"text": "", "n": 2}])
    found = annotate("in.jsonl", "out.jsonl")
    assert found.exit_code == 0, found.output
    ada = {"start": 0, "end": 3, "label": "PERSON", "text": "Ada"}
    acme = {"start": 9, "end": 13, "label": "ORG", "text": "Acme"}
    assert rows_in(tmp_path / "out.jsonl") == [
        {"n": 1, "text": "Ada left Acme.", "entities": [ada, acme]},
        {"text": "", "n": 2, "entities": []},
    ]
    assert "2 of 2 records" in found.output
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "in.jsonl",
        "out.jsonl",
        "out.jsonl.about.json",
    ]


def texts_of(path):
    return [(row["text"], [entity["label"] for entity in row["entities"]]) for row in rows_in(path)]


@pytest.mark.parametrize("name", ["in.csv", "in.csv.gz", "in.tsv"])
def test_table_with_byte_order_mark_and_line_ends_of_windows_is_read(annotate, tmp_path, name):
    between = "\t" if "tsv" in name else ";"
    lines = ["body;n", '"Ada;\r\nleft";1', "Acme;2"]
    data = "\ufeff" + "\r\n".join(line.replace(";", between) for line in lines)
    data = data.encode()
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    found = annotate(name, "out.jsonl", "--text=body", "--entities=found")
    assert found.exit_code == 0, found.output
    first, second = rows_in(tmp_path / "out.jsonl")
    assert (first["body"], first["n"]) == (f"Ada{between}\r\nleft", "1")
    assert [entity["label"] for entity in second["found"]] == ["ORG"]


def test_row_with_another_number_of_cells_leaves_the_other_rows_of_a_table_alone(annotate, tmp_path):
    (tmp_path / "in.csv").write_text("id;text;x\n1;Ada;y\n2;short\n3;a;b;c\n", encoding="utf8")
    found = annotate("in.csv", "out.jsonl")
    assert found.exit_code == 0, found.output
    assert texts_of(tmp_path / "out.jsonl") == [("Ada", ["PERSON"])]
    rejected = rows_in(tmp_path / "out.jsonl.rejected.jsonl")
    assert [row["reason"] for row in rejected] == [
        f"it has {number} cells, and the header has 3" for number in (2, 4)
    ]


def test_separator_in_quotes_says_nothing_about_what_is_between_the_cells(annotate, tmp_path):
    table = '"a;b;c;d",text\n1,Ada\n2\n3,a,b\n'
    (tmp_path / "in.csv").write_text(table, encoding="utf8")
    found = annotate("in.csv", "out.jsonl")
    assert found.exit_code == 0, found.output
    assert texts_of(tmp_path / "out.jsonl") == [("Ada", ["PERSON"])]


def test_folder_is_read_in_the_order_of_names_each_text_file_as_a_text(annotate, tmp_path):
    (tmp_path / "texts/b").mkdir(parents=True)
    (tmp_path / "texts/b/2.txt").write_text("\ufeffAda\nand Acme", encoding="utf8")
    (tmp_path / "texts/a.txt.gz").write_bytes(gzip.compress(b"Nobody\r\n"))
    (tmp_path / "texts/README.md").write_text("Ada")
    found = annotate("texts", "out.jsonl")
    assert found.exit_code == 0, found.output
    assert [row["id"] for row in rows_in(tmp_path / "out.jsonl")] == ["a.txt.gz", "b/2.txt"]
    assert texts_of(tmp_path / "out.jsonl") == [("Nobody\n", []), ("Ada\nand Acme", ["PERSON", "ORG"])]
    assert "Skipped   1 files" in found.output
    assert annotate("texts", "lines.jsonl", "--lines").exit_code == 0
    assert [row["line"] for row in rows_in(tmp_path / "lines.jsonl")] == [1, 1, 2]


def test_record_that_cannot_be_used_is_rejected_with_its_place_and_the_reason(annotate, tmp_path):
    bad = [b"{", b"[1]", b'{"text": null}', b'{"text": 1}', b'{"text": "\xff"}', b'{"text": "\\ud83d"}']
    bad += [
        b'{"text": "aaaaaaaaaaaaa"}',
        b'{"text": "Ada", "entities": 1}',
        b'{"text": "a", "text": "b"}',
    ]
    lines = [b'\xef\xbb\xbf{"text": "Ada"}', b"", *bad, b'{"text": "\\ud83d\\ude00 Acme"}']
    (tmp_path / "in.jsonl").write_bytes(b"\r\n".join(lines))
    found = annotate("in.jsonl", "out.jsonl", "--max-length=12")
    assert found.exit_code == 0, found.output
    assert texts_of(tmp_path / "out.jsonl") == [("Ada", ["PERSON"]), ("\U0001f600 Acme", ["ORG"])]
    rejected = rows_in(tmp_path / "out.jsonl.rejected.jsonl")
    assert [row["place"] for row in rejected] == [f"line {number}" for number in range(3, 12)]
    reasons = "JSON", "object", "there is no", "no string", "UTF-8", "surrogate", "13 char"
    for row, part in zip(rejected, (*reasons, "--entities", "occurs twice"), strict=True):
        assert part in row["reason"]
    assert "2 of 11 records" in found.output
    assert "Rejected  9; reasons: " in found.output


def test_file_of_which_nothing_can_be_used_ends_the_command_with_an_error(annotate, tmp_path):
    (tmp_path / "in.jsonl").write_bytes('{"text": "Ada"}'.encode("utf-16"))
    found = annotate("in.jsonl", "out.jsonl")
    assert found.exit_code == 1
    assert "None of the 1 records" in found.output
    assert "UTF-16" in rows_in(tmp_path / "out.jsonl.rejected.jsonl")[0]["reason"]


def test_table_holds_the_fields_of_the_records_and_entities_as_json(annotate, tmp_path):
    rows = [{"text": "Ada, yes", "a": [1], "b": None}, {"text": "no", "a": "x", "c": 1}]
    write_lines(tmp_path / "in.jsonl", rows)
    found = annotate("in.jsonl", "out.csv", "--keep=a,b")
    assert found.exit_code == 0, found.output
    with (tmp_path / "out.csv").open(encoding="utf8", newline="") as stream:
        header, first, second = csv.reader(stream)
    assert header == ["text", "a", "b", "entities"]
    assert first[:3] == ["Ada, yes", "[1]", ""]
    assert json.loads(first[3])[0]["label"] == "PERSON"
    assert second == ["no", "x", "", "[]"]


def test_field_to_keep_that_no_record_has_is_said(annotate, tmp_path):
    write_lines(tmp_path / "in.jsonl", [{"text": "Ada", "a": 1}])
    found = annotate("in.jsonl", "out.jsonl", "--keep=a,b,c")
    assert found.exit_code == 0, found.output
    assert "No record among the first 1,000 has b, c" in " ".join(found.output.split())
    assert rows_in(tmp_path / "out.jsonl")[0]["a"] == 1


def test_columns_and_docs_have_the_same_entities(annotate, tmp_path):
    write_lines(tmp_path / "in.jsonl", [{"text": "Ada left", "id": "a b", "n": 1 << 70}])
    assert annotate("in.jsonl", "out.iob").exit_code == 0
    expected = "-DOCSTART- (a b)\tO\n\nAda\tB-PERSON\nleft\tO\n\n"
    assert (tmp_path / "out.iob").read_text(encoding="utf8") == expected
    assert annotate("in.jsonl", "out.spacy").exit_code == 0
    (doc,) = DocBin().from_disk(tmp_path / "out.spacy").get_docs(spacy.blank("en").vocab)
    assert [(ent.text, ent.label_) for ent in doc.ents] == [("Ada", "PERSON")]
    assert doc.user_data["record"] == {"id": "a b", "n": str(1 << 70)}


def test_parquet_keeps_its_types_and_those_of_json_follow_from_the_values(annotate, tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    table = pa.table({"text": ["Ada", None], "n": pa.array([1, 2], pa.int8())})
    parquet.write_table(table, tmp_path / "in.parquet")
    found = annotate("in.parquet", "out.parquet")
    assert found.exit_code == 0, found.output
    written = parquet.read_table(tmp_path / "out.parquet")
    assert written.schema.field("n").type == pa.int8()
    assert [entity["label"] for entity in written["entities"][0].as_py()] == ["PERSON"]
    assert rows_in(tmp_path / "out.parquet.rejected.jsonl")[0]["place"] == "row 2"
    write_lines(tmp_path / "in.jsonl", [{"text": "Ada", "a": {"b": 1}, "n": 1}, {"text": "x", "n": "x"}])
    assert annotate("in.jsonl", "json.parquet").exit_code == 0
    first, second = parquet.read_table(tmp_path / "json.parquet").to_pylist()
    assert (first["a"], first["n"], second["a"], second["n"]) == ('{"b": 1}', "1", None, "x")


def test_complete_output_is_kept_and_one_of_other_texts_is_not_replaced_unasked(annotate, tmp_path):
    write_lines(tmp_path / "in.jsonl", [{"text": "Ada"}])
    assert annotate("in.jsonl", "out.jsonl").exit_code == 0
    assert "nothing to do" in annotate("in.jsonl", "out.jsonl").output
    write_lines(tmp_path / "in.jsonl", [{"text": "Ada"}, {"text": "Acme"}])
    refused = annotate("in.jsonl", "out.jsonl")
    assert refused.exit_code == 1
    assert "out.jsonl was made from other input" in refused.output
    refused = annotate("in.jsonl", "out.jsonl", "--max-length=9")
    assert "other input and settings" in refused.output
    assert annotate("in.jsonl", "out.jsonl", "--again").exit_code == 0
    assert len(rows_in(tmp_path / "out.jsonl")) == 2


def test_job_that_another_process_completes_meanwhile_is_not_done_twice(annotate, tmp_path, monkeypatch):
    write_lines(tmp_path / "in.jsonl", [{"text": "Ada"}])
    lock = bulk_run.only_run_in_folder

    def after_another(folder):
        """Take the lock when the other process has returned it."""
        monkeypatch.setattr(bulk_run, "only_run_in_folder", lock)
        assert annotate("in.jsonl", "out.jsonl").exit_code == 0
        return lock(folder)

    monkeypatch.setattr(bulk_run, "only_run_in_folder", after_another)
    found = annotate("in.jsonl", "out.jsonl")
    assert found.exit_code == 0, found.output
    assert "nothing to do" in found.output
    assert texts_of(tmp_path / "out.jsonl") == [("Ada", ["PERSON"])]
    assert not (tmp_path / "out.jsonl.unfinished").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("none.jsonl", "out.jsonl"), "none.jsonl does not exist"),
        (("in.jsonl", "out.docx"), "of no known kind"),
        (("in.jsonl", "in.jsonl"), "among the texts"),
        ((".", "out.jsonl"), "among the texts"),
        (("in.json", "out.jsonl"), "of no known kind"),
        (("", "out.jsonl"), "Name the texts"),
        (("in.jsonl", "out.jsonl", "--pipeline=nowhere"), "no pipeline nowhere"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_written(annotate, tmp_path, arguments, said):
    for name in ("in.jsonl", "in.json"):
        write_lines(tmp_path / name, [{"text": "Ada"}])
    found = annotate(*arguments)
    assert found.exit_code == 1
    assert said in found.output
    assert len(list(tmp_path.iterdir())) == 2


def test_run_without_a_pipeline_is_named_in_the_command_that_trains_it(tmp_path):
    write_lines(tmp_path / "in.jsonl", [{"text": "Ada"}])
    texts, output, run = (str(tmp_path / name) for name in ("in.jsonl", "out.jsonl", "second"))
    found = CliRunner().invoke(app, [texts, output, "--run", run])
    assert found.exit_code == 1
    assert "weasel run all . --vars.run second" in " ".join(found.output.split())


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.iob", "out.spacy", "out.parquet"])
def test_job_that_was_interrupted_goes_on_and_writes_the_same_bytes(
    pipeline, tmp_path, monkeypatch, name
):
    if name == "out.parquet":
        pytest.importorskip("pyarrow")
    monkeypatch.setattr("scripts.bulk.outputs.SHARD", 4)
    monkeypatch.setattr("scripts.bulk.outputs.SELDOM", 0.0)
    rows = [{"text": f"Ada {number}", "n": number} for number in range(20)]
    write_lines(tmp_path / "in.jsonl", [*rows, {}, {"text": "Acme", "n": "last"}])
    source = source_of(tmp_path / "in.jsonl", lines=False, longest=100)
    forms = {".spacy": "docbin", ".conll": "iob"}
    ending = "." + name.split(".")[1]
    job = replace(job_of(str(pipeline)), form=forms.get(ending, ending[1:]), records=2)
    job = replace(job, columns=("text", "n") if ending == ".csv" else ())

    def stopping(chunks, job, processes):
        for number, found in enumerate(annotate_here(chunks, job, 1)):
            if number == 5:
                raise KeyboardInterrupt
            yield found

    with pytest.raises(KeyboardInterrupt):
        run(job, source, tmp_path / name, stopping, 1)
    assert not (tmp_path / name).exists()
    taken = []

    def noting(chunks, job, processes):
        for chunk, found in annotate_here(chunks, job, 1):
            taken.append(chunk.number)
            yield chunk, found

    state, _ = run(job, source, tmp_path / name, noting, 1)
    assert taken[0] in (4, 5)
    assert (state["records"], state["rejected"]) == (21, 1)
    run(job, source, tmp_path / f"other{ending}", annotate_here, 1)
    assert contents(tmp_path / name) == contents(tmp_path / f"other{ending}")


def contents(path):
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return [file.read_bytes() for file in files]


@pytest.mark.parametrize(("name", "form"), [("out.jsonl", "jsonl"), ("out.spacy", "docbin")])
def test_output_stays_when_a_job_that_began_again_is_killed_before_it_saves_anything(
    pipeline, tmp_path, name, form
):
    write_lines(tmp_path / "in.jsonl", [{"text": "Ada"}])
    source = source_of(tmp_path / "in.jsonl", lines=False, longest=100)
    job = replace(job_of(str(pipeline)), form=form)
    run(job, source, tmp_path / name, annotate_here, 1)
    before = contents(tmp_path / name)

    def stopping(chunks, job, processes):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(job, source, tmp_path / name, stopping, 1, again=True)
    state, worked = run(job, source, tmp_path / name, stopping, 1)
    assert contents(tmp_path / name) == before
    assert (state["complete"], worked) == (True, False)
    assert not (tmp_path / f"{name}.unfinished").exists()


@pytest.mark.parametrize(("name", "form"), [("out.spacy", "docbin"), ("out.parquet", "parquet")])
def test_output_stays_when_a_job_is_killed_before_its_unfinished_folder_is_removed(
    pipeline, tmp_path, monkeypatch, name, form
):
    if form == "parquet":
        pytest.importorskip("pyarrow")
    write_lines(tmp_path / "in.jsonl", [{"text": "Ada"}])
    source = source_of(tmp_path / "in.jsonl", lines=False, longest=100)
    job = replace(job_of(str(pipeline)), form=form)
    remove = atomic.remove

    def stopping(path):
        if path.name == f"{name}.unfinished":
            raise KeyboardInterrupt
        remove(path)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(atomic, "remove", stopping)
        run(job, source, tmp_path / name, annotate_here, 1)
    before = contents(tmp_path / name)
    assert before
    run(job, source, tmp_path / name, annotate_here, 1)
    assert contents(tmp_path / name) == before
    assert not (tmp_path / f"{name}.unfinished").exists()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="kills as POSIX systems do")
def test_command_that_was_killed_goes_on_in_two_processes_without_losing_or_doubling_a_record(
    pipeline, annotate, tmp_path
):
    write_lines(tmp_path / "in.jsonl", [{"text": f"Ada {n} " + "word " * 20} for n in range(30_000)])
    command = [sys.executable, "-m", "scripts.apply", str(tmp_path / "in.jsonl")]
    command += [str(tmp_path / "out.jsonl"), f"--pipeline={pipeline}", "--processes=1"]
    with subprocess.Popen(command, cwd=ROOT) as process:
        while not (tmp_path / "out.jsonl.unfinished/state.json").exists():
            assert process.poll() is None
            time.sleep(0.01)
        process.kill()
    assert not (tmp_path / "out.jsonl").exists()
    begun = json.loads((tmp_path / "out.jsonl.unfinished/state.json").read_text())
    assert 0 < begun["chunks"] < 30
    subprocess.run([*command[:-1], "--processes=2"], cwd=ROOT, check=True)
    assert [int(row["text"].split()[1]) for row in rows_in(tmp_path / "out.jsonl")] == [*range(30_000)]
