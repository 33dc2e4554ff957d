"""The benchmark of configs: a real run that is killed and goes on, its summary, table and plot."""

import json
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import psutil
import pytest
import srsly
from spacy.util import load_config
from spacy.vocab import Vocab
from typer.testing import CliRunner

from benchmarks import ablation, config_tables
from benchmarks.config_plot import boxes_around, overlap, plot
from benchmarks.config_results import DEV, RESULTS, TEST, Row, append, read_rows, summaries
from benchmarks.config_tables import config_table, figures
from benchmarks.pretrain import PRETRAINED, pretrain
from benchmarks.raw_texts import RAW, put_raw_texts
from benchmarks.starter import analysed
from benchmarks.training import f_of, prepared
from benchmarks.training import train as train_config
from scripts.corpus.docs import stored_docs
from scripts.trials.pool import run_one
from scripts.trials.prepare import Preparation
from scripts.trials.trial import Trial
from tests.corpora import make_corpus
from tests.template.conftest import ROOT, records, write_jsonl

MADE_WITH = {
    "training": "t",
    "corpus": "d",
    "versions": {"spacy": "3.8"},
    "machine": {"cores": 2},
}


def row(name: str, seed: int = 0, test: float | None = 70.0, seconds: float = 50.0, **made: object):
    """Return a line of the results. The quickstart took 100 s and predicts 1,000 words a second."""
    fast = name != "quickstart"
    return {
        "corpus": "starter",
        "config": name,
        "seed": seed,
        "texts": {"train": 500, "dev": 100, "test": 200},
        "dev": 71.0,
        "test": test,
        "training": {
            "processor_seconds": seconds if fast else 100.0,
            "seconds": 1.0,
            "jobs": 1,
        },
        "prediction": {
            "words_per_second": [2000.0, 4000.0, 3000.0] if fast else [1000.0] * 3,
            "peak": [50, 50, 50] if fast else [100] * 3,
            "quickstart_words_per_second": [1000.0] * 3,
            "quickstart_peak": [100, 100, 100],
        },
        "size": 2_000_000,
        "made_with": {**MADE_WITH, **made},
    }


# --- a real run ---


@pytest.mark.slow
def test_killed_run_leaves_no_process_and_goes_on_where_it_was(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "tiny/all.jsonl", records())
    corpora, results = tmp_path / "corpora.yml", tmp_path / "results.jsonl"
    srsly.write_yaml(corpora, [{"name": "tiny", "path": str(tmp_path / "tiny"), "language": "en"}])
    command = [sys.executable, "-m", "benchmarks.configs", "--quick", f"--corpora={corpora}"]
    command += ["--only-configs=config.cfg", "--seeds=0", "--steps=2", "--rounds=1", "--words=100"]
    command += [f"--results={results}", f"--work={tmp_path / 'work'}"]
    trials = tmp_path / "work/tiny/training/benchmark"
    ended = trials / "quickstart-0/result.json"
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as running:
        started = []
        while running.poll() is None and not (started and ended.is_file()):
            time.sleep(0.1)
            if ended.is_file():  # the second training has begun
                started = psutil.Process(running.pid).children(recursive=True)
        running.kill()
    assert psutil.wait_procs(started, timeout=60)[1] == []
    assert read_rows(results) == []
    before = ended.stat().st_mtime_ns
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "tiny, seed 0: 2 trainings" in done.stdout
    assert ended.stat().st_mtime_ns == before
    first, second = read_rows(results)
    assert (first["config"], second["config"]) == ("quickstart", "config.cfg")
    assert first["made_with"]["corpus"] == second["made_with"]["corpus"]
    assert first["test"] is second["test"] is None  # a quick run
    assert second["prediction"]["quickstart_words_per_second"][0] > 0
    assert not (trials / "config-0").exists()
    assert (trials / "quickstart-0/model-best").is_dir()
    again = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf8", check=False)
    assert (again.returncode, len(read_rows(results))) == (0, 2), again.stdout + again.stderr
    assert "tiny, seed 0: 0 trainings" in again.stdout


# --- variants ---


@pytest.mark.slow
def test_variants_of_the_ablation_change_values_that_the_config_trains_with(tmp_path: Path) -> None:
    texts = ["[Ada](PERSON) saw [Acme](ORG)."]
    corpus = make_corpus(tmp_path, train=texts, dev=texts, test=texts)
    preparation = Preparation(tmp_path / "trials")
    for name, values in ablation.VARIANTS.items():
        trial = Trial(name, str(ROOT / "tests/config.cfg"), overrides=values, corpus=str(corpus))
        assert preparation.task(trial).fingerprint


@pytest.mark.slow
def test_variant_with_another_reader_of_the_training_set_is_trained(tmp_path: Path) -> None:
    """On two texts, for four steps, with few word clusters."""
    texts = ["[Ada](PERSON) saw [Acme](ORG).", "[Bo](PERSON) left [Corp](ORG)."]
    corpus = make_corpus(tmp_path, train=texts, dev=texts, test=texts)
    short = {"schedule.minimum": 4, "schedule.maximum": 4, "initialize.before_init.limit": 10}
    values = {**ablation.VARIANTS["other entities, new in each pass"], **short}
    trial = Trial("one", str(ROOT / "tests/config.cfg"), overrides=values, corpus=str(corpus))
    assert run_one(trial, tmp_path / "trials")["reason"] == ""


# --- the starter corpus ---


@pytest.mark.slow
def test_pipeline_of_the_starter_benchmark_is_analysed(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "tiny/all.jsonl", records())
    with prepared(str(tmp_path / "tiny"), "en") as folder:
        test = analysed(folder, 0, "--training.max_steps", "2", "--training.eval_frequency", "2")["test"]
    assert test["scores"]["micro"]["support"] > 0
    assert {"gain", "micro"} <= set(test["baselines"]["dictionary"])


# --- texts without annotations ---


@pytest.mark.slow
def test_half_of_the_training_texts_are_pretrained_on_and_the_rest_is_trained_on(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "tiny/all.jsonl", records())
    with prepared(str(tmp_path / "tiny"), "en") as folder:
        train = folder / "corpus/train.spacy"
        before = {doc.text for doc in stored_docs(train, Vocab())}
        put_raw_texts(folder, None)
        left = {doc.text for doc in stored_docs(train, Vocab())}
        raw = {line["text"] for line in srsly.read_jsonl(folder / RAW / "half.jsonl")}
        assert (left | raw, left & raw) == (before, set())
        assert abs(len(left) - len(raw)) <= 1
        pretrain(folder, 1)
        options = ("--training.max_steps", "1", "--training.eval_frequency", "1")
        assert train_config(folder, PRETRAINED, 0, "training/run", *options).pipeline.is_dir()
        assert load_config(folder / PRETRAINED)["initialize"]["init_tok2vec"]


# --- results ---


def test_line_that_was_cut_off_is_left_out_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "results/configs.jsonl"
    append(path, row("a.cfg"))
    with path.open("a", encoding="utf8") as stream:
        stream.write('{"corpus": "sta')
    assert read_rows(path) == [row("a.cfg")]
    append(path, row("b.cfg"))
    assert read_rows(path) == [row("a.cfg"), row("b.cfg")]


def test_summary_has_medians_of_the_ratios_to_the_quickstart_of_the_same_seed() -> None:
    rows = [row("quickstart"), row("quickstart", 1)]
    rows += [row("a.cfg", 0, 70.0, 20.0), row("a.cfg", 1, 72.0, 40.0)]
    quickstart, ours = summaries(rows, TEST)
    assert (quickstart.training, quickstart.speed, quickstart.memory) == (1.0, 1.0, 1.0)
    assert ours.f == [70.0, 72.0]
    assert (ours.training, ours.speed, ours.memory) == (pytest.approx(0.3), 3.0, 0.5)
    assert (ours.seconds, ours.megabytes) == (30.0, 2.0)


def test_row_made_with_an_earlier_config_no_longer_counts() -> None:
    rows = [row("quickstart"), row("a.cfg", 0, 60.0, training="old"), row("a.cfg", 1, 70.0)]
    assert summaries(rows, TEST)[1].f == [70.0]


def test_time_is_not_compared_with_that_of_another_machine() -> None:
    rows = [row("quickstart", machine={"cores": 64}), row("a.cfg")]
    ours = summaries(rows, TEST)[1]
    assert (ours.training, ours.f) == (None, [70.0])


def test_time_is_compared_with_that_of_a_quickstart_on_the_same_machine() -> None:
    other = {"cores": 64}
    rows = [row("quickstart"), row("a.cfg"), row("quickstart", machine=other)]
    rows += [row("b.cfg", seconds=20.0, machine=other), row("b.cfg", 1, machine=other)]
    quickstart, first, second = summaries(rows, TEST)
    assert (quickstart.f, quickstart.training) == ([70.0], 1.0)
    assert (first.training, second.training) == (0.5, 0.2)


def test_of_two_rows_with_the_same_seed_the_later_one_counts() -> None:
    rows = [row("quickstart"), row("a.cfg", 0, 60.0), row("a.cfg", 1, 80.0), row("a.cfg", 0, 70.0)]
    assert summaries(rows, TEST)[1].f == [70.0, 80.0]


def test_quick_row_counts_for_the_dev_set_only() -> None:
    rows: list[Row] = [row("quickstart"), row("a.cfg", test=None)]
    assert [each.config for each in summaries(rows, TEST)] == ["quickstart"]
    assert [each.f for each in summaries(rows, DEV)] == [[71.0], [71.0]]


@pytest.mark.parametrize(
    ("scores", "f"),
    [
        ({"ents_f": 0.5, "spans_sc_f": 0.7}, 50.0),
        ({"ents_f": None, "spans_sc_f": 0.7}, 70.0),
        ({"spans_sc_f": 0.7, "spans_sc_per_type": {}}, 70.0),
    ],
)
def test_f_is_that_of_entities_or_else_of_spans(scores: dict[str, float], f: float) -> None:
    assert f_of(scores) == f


# --- table and plot ---


def test_table_has_our_configs_from_fast_to_slow_and_then_the_rivals() -> None:
    rows = [
        row("quickstart"),
        row("ner_demo"),
        row("b.cfg", seconds=90.0),
        row("a.cfg"),
        row("a.cfg", 1),
    ]
    table = config_table(summaries(rows, TEST), TEST)
    assert table.startswith("**starter** (500 / 100 / 200 texts)\n\n| Config | F on the test set |")
    cells = [re.split(r" ?\| ?", line)[1:-1] for line in table.splitlines()[4:]]
    assert [line[0] for line in cells] == ["`a.cfg`", "`b.cfg`", "quickstart", "ner_demo"]
    assert cells[0] == ["`a.cfg`", "70.0 ± 0.0", "2", "50", "0.50", "3.00", "0.50", "2.0"]


def test_figures_are_by_config_and_corpus() -> None:
    found = figures(summaries([row("quickstart"), row("a.cfg", 0, 70.1)], TEST))
    assert found["corpora"] == ["starter"]
    assert list(found["configs"]) == ["a.cfg", "quickstart"]
    assert found["configs"]["a.cfg"]["starter"] == {
        "f": 70.1,
        "spread": 0.0,
        "seeds": 1,
        "training": 0.5,
        "speed": 3.0,
        "memory": 0.5,
        "megabytes": 2.0,
    }


def test_plot_names_each_config_once_in_each_panel_and_no_name_covers_another() -> None:
    names = ["quickstart", *(f"config-{number}.cfg" for number in range(6))]
    svg = plot(summaries([row(name) for name in names], TEST))  # all but one in the same place
    texts = [each for each in ET.fromstring(svg).iter() if each.tag.endswith("text")]  # noqa: S314
    for name in (Path(name).stem for name in names):
        assert [each.text for each in texts].count(name) == 2
    places = [
        (each.get("x"), each.get("y")) for each in texts if (each.text or "").startswith("config-")
    ]
    assert len(set(places)) == 12


def test_places_of_a_label_do_not_cover_the_point() -> None:
    assert not any(overlap(box, (97, 97, 103, 103)) for box in boxes_around(100, 100, 60))


def test_plot_leaves_out_what_is_far_below_the_others() -> None:
    names = [f"{name}.cfg" for name in ("best", "lower", "far-below")]
    rows = [row(name, test=f) for name, f in zip(names, (70.0, 20.0, 10.0), strict=True)]
    svg = plot(summaries([row("quickstart"), *rows], TEST))
    assert [name in svg for name in ("best", "lower", "far-below")] == [True, True, False]


def test_plot_without_results_is_empty() -> None:
    assert ET.fromstring(plot([])).find("text") is None  # noqa: S314


def test_page_plot_and_figures_agree_with_the_results() -> None:
    done = CliRunner().invoke(config_tables.app, ["--check"])
    assert done.exit_code == 0, done.output


# --- the manifest ---


def test_manifest_runs_commands_of_this_folder_with_options_that_they_have() -> None:
    manifest = srsly.read_yaml(ROOT / "benchmarks/project.yml")
    commands = {command["name"]: command for command in manifest["commands"]}
    assert set(manifest["workflows"]["all"]) <= set(commands)
    for command in commands.values():
        for line in command["script"]:
            module = re.match(r"python -m benchmarks\.(\w+)", line)
            assert module is not None
            code = (ROOT / f"benchmarks/{module[1]}.py").read_text(encoding="utf8")
            for option in re.findall(r"--([\w-]+)", line):
                assert f"{option.replace('-', '_')}: " in code


def test_results_say_what_they_were_made_with_and_name_no_path() -> None:
    for line in read_rows(RESULTS):
        assert line["made_with"]["versions"]["spacy"]
        assert "/" not in json.dumps(line["made_with"])
