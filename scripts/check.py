"""Step `check`: find problems that would harm training or inflate the score, before time is spent.

In: the corpus that `convert` wrote, and the config. Out: `corpus/check.json` (findings, each with its
documents), `corpus/debug_data.txt` (what spaCy's own `debug data` says), and a summary on the console.
Exit code 1 when training would be meaningless.
"""

import sys
from dataclasses import asdict
from pathlib import Path

import typer
from spacy.language import Language
from spacy.util import load_config, load_model_from_config

from scripts.annotation.splits import SPLITS
from scripts.conversion.inputs import Inputs
from scripts.conversion.outcome import Counts
from scripts.corpus.docs import read_docs, source_of
from scripts.corpus.marks import spans_key_of
from scripts.corpus.tokenizer import blank_pipeline
from scripts.files import atomic
from scripts.files.contract import read
from scripts.files.step import run as run_step
from scripts.files.terminal import msg
from scripts.quality.consistency import edge_findings, label_conflicts, missed_entities
from scripts.quality.coverage import exhaustiveness_findings, label_findings
from scripts.quality.debug_data import NoDebugData, debug_data, refuse_many_labels
from scripts.quality.duplicates import DuplicateIndex
from scripts.quality.finding import STOP, Finding
from scripts.quality.labels import name_findings
from scripts.quality.leaks import Leaks, group_findings
from scripts.quality.lengths import length_findings
from scripts.quality.showing import show
from scripts.quality.statistics import CorpusStatistics
from scripts.quality.unlabelled import UnlabelledFinder
from scripts.settings.base import read_settings
from scripts.settings.check import CheckSettings
from scripts.training.spacy_cli import show_validation_error

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def check_cli(
    folder: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
    config: Path = typer.Option(..., help="The config that will be trained"),
) -> None:
    """Look for problems that would harm training or inflate the score."""
    limits = read_settings(folder, "check", CheckSettings)
    inputs = read(folder / "inputs.json", Inputs, "inputs")
    with show_validation_error(config):
        key = spans_key_of(load_model_from_config(load_config(config)).config)
    try:
        findings = check(folder, blank_pipeline(inputs["nlp"]), limits, key)
    except ValueError as error:
        msg.fail("The corpus can't be checked", str(error), exits=1)
    atomic.write_json(folder / "check.json", {"findings": [asdict(finding) for finding in findings]})
    show(findings, folder)
    try:
        refuse_many_labels(folder)
        with show_validation_error(config):
            output = debug_data(folder, config, limits.debug_docs)
    except NoDebugData as error:
        output = f"{error}\n"
        msg.info(str(error))
    atomic.write_text(folder / "debug_data.txt", output)
    if any(finding.severity == STOP for finding in findings):
        sys.exit(1)


def check(
    folder: Path, nlp: Language, limits: CheckSettings, spans_key: str | None = None
) -> list[Finding]:
    """Return what is wrong with the corpus in `folder`, what stops the run first.

    nlp: a blank pipeline of the corpus's language. spans_key: of the spans in `doc.spans` that
    the config trains on, None where it is entities. Reads the corpus twice, as a stream. Raises
    ValueError when the corpus lacks the key, or its files do not belong together.
    """
    counts = read(folder / "counts.json", Counts, "convert")
    statistics, leaks = CorpusStatistics(spans_key), Leaks(DuplicateIndex(limits.near_duplicate))
    for split in reversed(SPLITS):  # the test and dev sets are remembered, the training set looked up
        for doc in read_docs(folder / f"{split}.spacy", nlp.vocab):
            statistics.add(doc, split)
            leaks.add(doc.text, split, source_of(doc))
    finder = UnlabelledFinder(statistics, nlp.vocab, least=2)
    for split in SPLITS:
        for doc in read_docs(folder / f"{split}.spacy", nlp.vocab):
            finder.add(doc)
    found = [
        *exhaustiveness_findings(counts["splits"], spans_key),
        *label_findings(statistics, limits.few_examples),
        *name_findings(statistics.labels),
        *leaks.findings(limits.max_leaked * statistics.documents["test"].count),
        *group_findings(statistics),
        *label_conflicts(statistics),
        *missed_entities(statistics, limits.unlabelled),
        *edge_findings(statistics),
        *length_findings(statistics, limits.long_document),
    ]
    return sorted(found, key=lambda finding: finding.severity != STOP)


if __name__ == "__main__":
    run_step(app)
