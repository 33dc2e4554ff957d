"""Step `check`: what would spoil training or make the score a lie, before time is spent on either.

In: the corpus that `convert` wrote, and the config. Out: `corpus/check.json` (findings, each with its
documents), `corpus/debug_data.txt` (what spaCy's own `debug data` says), and a summary on the console.
Exit code 1 when training would be meaningless.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import typer
from spacy.cli._util import show_validation_error
from spacy.language import Language
from spacy.tokens import DocBin
from spacy.util import load_config, load_model_from_config
from spacy.vocab import Vocab

from scripts.conversion.splitting import SPLITS
from scripts.corpus.docs import ATTRIBUTES, read_docs, source_of, stored_docs
from scripts.corpus.marks import spans_key_of
from scripts.corpus.tokenizer import blank_pipeline
from scripts.files import atomic
from scripts.files.step import run as run_step
from scripts.files.terminal import msg, printable, say
from scripts.quality.duplicates import Duplicates
from scripts.quality.finding import STOP, WARN, Finding, Places
from scripts.quality.labels import name_findings
from scripts.quality.survey import Survey
from scripts.quality.unlabelled import UnlabelledFinder

SHOWN = 3  # places of a finding that the console names
LONGEST = 300  # characters of what a finding says that the console shows
# `spacy debug data` looks through all documents once for each label.
MOST_LABELS = 100  # 2,000 short documents take 15 seconds with as many, over 3 minutes with 300
PATIENCE = 180  # seconds that it may take

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on something is a finding; each field is a var of project.yml.

    examples: entities of a label in train. near_duplicate: similarity of two texts, 0 to 1.
    unlabelled: places where a mention is not marked. length: times the median number of tokens.
    leaked: share of test documents that train has word for word, from which the run stops.
    """

    examples: int
    near_duplicate: float
    unlabelled: int
    length: float
    leaked: float


@app.command()
def check_cli(
    folder: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
    config: Path = typer.Option(..., help="The config that will be trained"),
    examples: int = typer.Option(..., help="Fewer entities of a label in train than this are few"),
    near_duplicate: float = typer.Option(..., help="Similarity from which texts are near duplicates"),
    unlabelled: int = typer.Option(..., help="Unmarked places from which a mention is suspicious"),
    length: float = typer.Option(..., help="Times the median length from which a text is long"),
    leaked: float = typer.Option(..., help="Share of test texts found in train that stops the run"),
    debug_docs: int = typer.Option(..., help="Documents that spaCy's debug data reads at most"),
) -> None:
    """Look for what would spoil training or make the score a lie."""
    limits = Limits(examples, near_duplicate, unlabelled, length, leaked)
    inputs = atomic.read_json(folder / "inputs.json")
    with show_validation_error(config):
        key = spans_key_of(load_model_from_config(load_config(config)).config)
    findings = check(folder, blank_pipeline(inputs["nlp"]), limits, key)
    atomic.write_json(folder / "check.json", {"findings": [asdict(finding) for finding in findings]})
    show(findings, folder)
    try:
        refuse_many_labels(folder)
        with show_validation_error(config):
            output = debug_data(folder, config, debug_docs)
    except NoDebugData as error:
        output = f"{error}\n"
        msg.info(str(error))
    atomic.write_text(folder / "debug_data.txt", output)
    if any(finding.severity == STOP for finding in findings):
        sys.exit(1)


def check(folder: Path, nlp: Language, limits: Limits, spans_key: str | None = None) -> list[Finding]:
    """Return what is wrong with the corpus in `folder`, what stops the run first.

    nlp: a blank pipeline of the corpus's language. spans_key: of the spans in `doc.spans` that
    the config trains on, None where it is entities. Reads the corpus twice, as a stream.
    """
    survey = Survey()
    duplicates = Duplicates(limits.near_duplicate)
    twins: dict[tuple[str, bool], Places] = {}
    leaked: dict[str, int] = {}  # texts of test that train has: how many documents of test have each
    for split in reversed(SPLITS):  # test and dev are remembered, train is looked up in them
        for doc in read_docs(folder / f"{split}.spacy", nlp.vocab):
            survey.add(doc, split)
            source = source_of(doc)
            for twin in duplicates.find(doc.text):
                if twin.split != split:
                    pair = f"{source} ({split}) and {twin.source} ({twin.split})"
                    key = (f"{split} and {twin.split}", twin.similarity == 1.0)
                    twins.setdefault(key, Places()).add(pair)
                    if (split, twin.split, twin.similarity) == ("train", "test", 1.0):
                        leaked[twin.source] = twin.copies
            if split != "train":
                duplicates.add(doc.text, split, source)
    finder = UnlabelledFinder(survey, nlp.vocab, least=2)
    for split in SPLITS:
        for doc in read_docs(folder / f"{split}.spacy", nlp.vocab):
            finder.add(doc)
    found = [
        *partial_findings(atomic.read_json(folder / "counts.json")["splits"], spans_key),
        *label_findings(survey, limits),
        *name_findings(survey.labels),
        *twin_findings(twins, sum(leaked.values()), survey, limits),
        *mention_findings(survey, limits),
        *shape_findings(survey, limits),
    ]
    return sorted(found, key=lambda finding: finding.severity != STOP)


def partial_findings(splits: dict[str, Any], key: str | None) -> Iterator[Finding]:
    """Yield what is wrong where what is not marked may be an entity all the same.

    splits: the counts of `convert`.
    """
    partial = {split: counts["not_exhaustive"] for split, counts in splits.items()}
    many = sum(partial.values())
    if many and key is not None:
        message = f"{many} documents are not annotated exhaustively, and spancat can't take that"
        advice = "it learns that whatever isn't marked is no span: train a config with ner, or mark all"
        yield Finding("not exhaustive", STOP, message, advice, Places(many))
    elif partial["train"] == splits["train"]["documents"] > 0:
        message = "no document of train is annotated exhaustively: nothing teaches what is no entity"
        advice = "add texts in which every entity is marked, or texts without any"
        yield Finding("not exhaustive", WARN, message, advice, Places(partial["train"]))


def label_findings(survey: Survey, limits: Limits) -> Iterator[Finding]:
    """Yield what is wrong with the number of entities: none at all, in one split only, or few."""
    for split in SPLITS:
        if not any(split in places for places in survey.labels.values()):
            advice = "annotate more, or let vars.dev and vars.test draw the splits from all texts"
            places = survey.documents[split]
            yield Finding("no entities", STOP, f"{split} has no entity at all", advice, places)
    for label, by_split in sorted(survey.labels.items()):
        counts = {split: by_split[split].count if split in by_split else 0 for split in SPLITS}
        present = [split for split in SPLITS if counts[split]]
        if len(present) < len(SPLITS):
            absent = ", ".join(split for split in SPLITS if not counts[split])
            message = f"{label} is in {' and '.join(present)}, but not in {absent}"
            advice = "without train it can't be learned, without test not measured: annotate more of it"
            yield Finding("label not in all splits", WARN, message, advice, joined(by_split))
        if 0 < counts["train"] < limits.examples:
            message = f"{label} has {counts['train']} entities in train, fewer than {limits.examples}"
            advice = "annotate more of it, or merge or drop it in the label map"
            yield Finding("few examples", WARN, message, advice, by_split["train"])


def joined(by_split: dict[str, Places]) -> Places:
    """Return the places of a label in all splits together."""
    named = [f"{place} ({split})" for split, places in by_split.items() for place in places.named]
    return Places(sum(places.count for places in by_split.values()), named)


def twin_findings(
    twins: dict[tuple[str, bool], Places], leaked: int, survey: Survey, limits: Limits
) -> Iterator[Finding]:
    """Yield the texts that two splits share, word for word or nearly.

    leaked: documents of test that train has word for word.
    """
    for (splits, equal), places in sorted(twins.items(), reverse=True):
        how = "are the same" if equal else "are nearly the same"
        message = f"{places.count} pairs of texts in {splits} {how}: the score flatters"
        advice = "delete one of each pair, or give both the same `group`"
        stops = (
            equal
            and splits == "train and test"
            and leaked > limits.leaked * survey.documents["test"].count
        )
        kind = "text in two splits" if equal else "near-duplicate in two splits"
        yield Finding(kind, STOP if stops else WARN, message, advice, places)
    for group, by_split in sorted(survey.groups.items()):
        if len(by_split) > 1:
            message = f"group {group[:60]!r} is in {' and '.join(by_split)}: the score flatters"
            advice = "keep the texts of a group in one file"
            yield Finding("group in two splits", WARN, message, advice, joined(by_split))


def mention_findings(survey: Survey, limits: Limits) -> Iterator[Finding]:
    """Yield mentions that are labelled in different ways, or here and not there; the worst first."""
    ranked = sorted(survey.mentions.items(), key=lambda item: (-item[1].labelled, item[0]))
    for text, mention in ranked:
        if len(mention.labels) > 1:
            ways = sorted(mention.labels.items(), key=lambda item: (-item[1].count, item[0]))
            message = f"{text!r} is " + ", ".join(f"{label} {p.count} times" for label, p in ways)
            named = [f"{place} ({label})" for label, at in ways for place in at.named]
            places = Places(mention.labelled, named)
            yield Finding("mention with two labels", WARN, message, "decide case by case", places)
    for text, mention in sorted(ranked, key=lambda item: (-item[1].unlabelled.count, item[0])):
        if mention.unlabelled.count >= limits.unlabelled:
            nothing = mention.unlabelled.count
            message = f"{text!r} is an entity {mention.labelled} times and nothing {nothing} times"
            advice = "mark it where it was missed; a word that is a name only sometimes is in order"
            yield Finding("mention left unlabelled", WARN, message, advice, mention.unlabelled)


def shape_findings(survey: Survey, limits: Limits) -> Iterator[Finding]:
    """Yield entities with punctuation at an edge, and documents far longer than the rest."""
    for token, places in sorted(survey.edges.items(), key=lambda item: (-item[1].count, item[0])):
        message = f"{places.count} entities begin or end in {token!r}"
        advice = "leave it out of the span unless it belongs to the name"
        yield Finding("punctuation at an edge", WARN, message, advice, places)
    bound = limits.length * survey.median_length
    long = Places()
    for tokens, source in sorted(survey.longest, reverse=True):
        if tokens > bound:
            long.add(f"{source} ({tokens:,} tokens)")
    if long.count:
        message = f"documents over {bound:,.0f} tokens, {limits.length:g} times the median"
        advice = "cut them at paragraphs into records with one `group`: training slows and needs memory"
        yield Finding("long document", WARN, message, advice, long)


class NoDebugData(Exception):
    """Raised when `spacy debug data` would take too long, or took too long; the text says why."""


def refuse_many_labels(folder: Path) -> None:
    """Raise NoDebugData when the corpus has so many labels that `spacy debug data` takes very long."""
    splits = atomic.read_json(folder / "counts.json")["splits"]
    labels = {label for split in splits.values() for label in split["labels"]}
    if len(labels) > MOST_LABELS:
        reason = f"the corpus has {len(labels):,} labels, and with over {MOST_LABELS} it takes very long"
        raise NoDebugData(f"spacy debug data was left out: {reason}")


def debug_data(folder: Path, config: Path, limit: int) -> str:
    """Return what `spacy debug data` prints on the first `limit` documents of train and of dev.

    Its exit code is not ours: it fails a corpus of fewer than a hundred documents.
    Raises NoDebugData when it takes longer than `PATIENCE`.
    """
    with tempfile.TemporaryDirectory() as temporary:
        command = [sys.executable, "-m", "spacy", "debug", "data", str(config), "--verbose"]
        for split in ("train", "dev"):
            path = Path(temporary) / f"{split}.spacy"
            docs = islice(stored_docs(folder / f"{split}.spacy", Vocab()), limit)
            DocBin(attrs=ATTRIBUTES, docs=docs).to_disk(path)
            command.append(f"--paths.{split}={path}")
        environment = {"NO_COLOR": "1", "ANSI_COLORS_DISABLED": "1", "PYTHONUTF8": "1"}
        environment["PYTHONIOENCODING"] = "utf8"  # stronger than PYTHONUTF8, where the user has set it
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                encoding="utf8",
                errors="backslashreplace",
                env={**os.environ, **environment},
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            reason = f"it took more than {PATIENCE} seconds; fewer documents (vars.debug_docs) take less"
            raise NoDebugData(f"spacy debug data was ended: {reason}") from None
    # wasabi prints bold headings and clears lines whatever the environment says
    plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", f"{done.stdout}\n{done.stderr}").strip()
    return f"spacy debug data ended with code {done.returncode}\n{plain}\n"


def show(findings: list[Finding], folder: Path) -> None:
    """Print the findings by kind, the worst of each kind with its first places."""
    kinds: dict[str, list[Finding]] = {}
    for finding in findings:
        kinds.setdefault(finding.kind, []).append(finding)
    for kind, found in kinds.items():
        worst = found[0]
        more = f" (and {len(found) - 1} more of this kind)" if len(found) > 1 else ""
        title = f"{kind}: {printable(worst.message, LONGEST)}{more}"
        if worst.severity == STOP:
            msg.fail(title, worst.advice)
        else:
            msg.warn(title, worst.advice)
        for place in worst.places.named[:SHOWN]:
            say(f"    {printable(place, LONGEST)}")
    if not findings:
        msg.good("Nothing found that would spoil training")
    else:
        many = "1 finding; its" if len(findings) == 1 else f"{len(findings):,} findings; their"
        msg.info(f"{many} documents are in {folder.as_posix()}/check.json")


if __name__ == "__main__":
    run_step(app)
