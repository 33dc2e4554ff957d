"""The console logger shows the plan in numbers, though functions compute them."""

import io
from typing import Any

import pytest
import spacy

from scripts.files import atomic
from scripts.training.console import console_logger


def info(step: int) -> dict[str, Any]:
    """Return what spaCy hands to a logger at one evaluation."""
    return {
        "step": step,
        "epoch": 0,
        "words": 10,
        "score": 0.5,
        "losses": {"ner": 12.5},
        "other_scores": {"ents_f": 0.5, "ents_p": 0.25},
    }


def printed(training: dict[str, Any]) -> str:
    """Return what the logger prints over a training of one evaluation, bar included."""
    nlp = spacy.blank("en")
    nlp.add_pipe("ner")
    weights = {"ents_f": 1.0, "ents_p": 0.0}
    nlp.config["training"] |= {"score_weights": weights, **training}
    out = io.StringIO()
    log_step, finalize = console_logger()(nlp, out, out)
    log_step(info(0))
    log_step(None)
    finalize()
    return out.getvalue()


def test_numbers_are_computed_and_shown(tmp_path):
    atomic.write_json(tmp_path / "counts.json", {"lengths": {"90": 150}})
    batcher = {"@batchers": "spacy.batch_by_sequence.v1", "size": 1}
    bounds = {"passes": 5.0, "batcher": batcher, "minimum": 600, "maximum": 20_000}
    steps = {"@misc": "ner_template.steps.v1", "counts": str(tmp_path / "counts.json"), **bounds}
    every = {"@misc": "ner_template.interval.v1", "steps": "${training.max_steps}", "times": 10}
    shown = printed({"max_steps": steps, "eval_frequency": every})
    assert "Up to 750 steps, dev evaluated every 75, on " in shown


def test_plain_numbers_are_shown_as_they_are():
    shown = printed({"max_steps": 40, "eval_frequency": 20})
    assert "Up to 40 steps, dev evaluated every 20, on " in shown


@pytest.mark.parametrize("column", ["LOSS NER", "ENTS_F", "12.50", "50.00", "25.00"])
def test_table_of_spacy_follows(column):
    assert column in printed({"max_steps": 40, "eval_frequency": 20})
