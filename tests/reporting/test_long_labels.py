"""Labels that are as long as a text: they are cut wherever they are shown, and whole in a title."""

import re

import pytest

from scripts.package import description
from scripts.report import report
from scripts.reporting.model_card import MadeFrom, body
from scripts.scoring.metrics import rows, short
from tests.reporting.runs import make_run, of_spans
from tests.test_package import COUNTS

LONG, OTHER = "L" * 10_000, "M" * 10_000
RUN = re.compile("[LM]{100,}")  # what is left of such a label where it is not cut


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> dict[str, str]:
    """What the report of a run with such labels is: the page, the short text, and the advice."""
    text = "Ada met Bo and Cleo."
    gold = [(0, 3, LONG), (8, 10, LONG), (15, 19, OTHER)]
    found = [(0, 3, LONG), (8, 10, OTHER), (15, 19, OTHER)]
    documents = [of_spans(text, gold, found, place=f"line {number}") for number in range(40)]
    run, corpus = make_run(tmp_path_factory.mktemp("long"), documents, documents)
    advice = report(run, corpus).analysis["advice"]
    assert {"confused labels", "few examples"} <= {row["rule"] for row in advice}
    page = (run / "report.html").read_text(encoding="utf8")
    short_text = (run / "report.md").read_text(encoding="utf8")
    told = " ".join(f"{row['action']} {row['evidence']}" for row in advice)
    return {"page": page, "short text": short_text, "advice": told}


@pytest.mark.parametrize("name", ["page", "short text", "advice"])
def test_long_labels_are_cut_where_they_are_shown(name, written) -> None:
    shown = re.sub(r' title="[^"]*"', "", written[name])
    assert not RUN.search(shown)
    assert f"{'L' * 99}…" in shown


def test_title_on_the_page_has_the_whole_label(written) -> None:
    assert f' title="{LONG}">{"L" * 99}…</bdi>' in written["page"]


def test_table_of_evaluate_and_readme_of_the_wheel_have_the_label_cut() -> None:
    prf = {"p": 1.0, "r": 1.0, "f": 1.0, "support": 40, "too_few": False}
    metrics = {f"ents_{key}": 1.0 for key in "prf"} | {"support": 40, "too_few": False}
    metrics["ents_per_type"] = {LONG: prf}
    assert [row[0] for row in rows(metrics)] == ["all", f"{'L' * 99}…"]
    meta = {"lang": "en", "name": "x", "version": "1", "license": "MIT", "spacy_version": ">=3.8"}
    none = {"confidence": None, "all": {}, "labels": {}}
    made_from = MadeFrom(metrics, none, COUNTS, {})
    assert not RUN.search(body(meta, description(metrics), made_from))


@pytest.mark.parametrize(("length", "kept"), [(0, 0), (99, 99), (100, 100), (101, 99)])
def test_labels_are_cut_beyond_a_hundred_characters(length, kept) -> None:
    assert short("L" * length).count("L") == kept
