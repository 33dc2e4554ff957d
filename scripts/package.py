"""Step `package`: the trained pipeline as a wheel that contains its description and its test scores.

In: the run's `pipeline`, `metrics.json`, the intervals of `analyze` and the counts of `convert`. Out:
`packages/*.whl`, built without network.
"""

import os
import shutil
import subprocess
import sys
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

import typer
from packaging.version import Version
from spacy.cli.package import package as spacy_package
from spacy.util import load_config, registry, walk_dict

from scripts.conversion.outcome import Counts
from scripts.files import atomic, fingerprint, names
from scripts.files.contract import read, read_if_there
from scripts.files.step import run as run_step
from scripts.files.terminal import listed, msg, printable, refuse, say
from scripts.reporting.model_card import Intervals, MadeFrom, body, head
from scripts.scoring.analysis import Analysis
from scripts.scoring.metrics import TOO_FEW, EntityMetrics, percent
from scripts.training.licence import LICENCE
from scripts.training.record import RunRecord

OURS = "scripts.training."  # registered functions
EPOCH = "315532800"  # 1980, the earliest date in a zip: the same pipeline makes the same wheel

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def package_cli(
    run: Path = typer.Argument(..., help="The run's folder", exists=True, file_okay=False),
    corpus: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
    name: str = typer.Option(..., help="Name of the pipeline, without the language"),
    version: str = typer.Option(..., help="Version of the package"),
    license: str = typer.Option(..., help="Licence of the trained pipeline"),
) -> None:
    """Build an installable wheel of the trained pipeline."""
    lang = atomic.read_json(run / "pipeline" / "meta.json")["lang"]
    name = name.removeprefix(f"{lang}_")  # which spaCy puts before it
    if problems := list(names.problems({"name": name, "version": version})):
        refuse("The package can't be called that", problems)
    version = str(Version(version))
    step = f"evaluate . --vars.run {run.resolve().name}"
    metrics = read(run / "metrics.json", EntityMetrics, step)
    counts = read(corpus / "counts.json", Counts, "convert")
    record = read_if_there(run / "run.json", RunRecord, f"train . --vars.run {run.resolve().name}")
    analysis = read_if_there(
        run / "analysis.json", Analysis, f"analyze . --vars.run {run.resolve().name}"
    )
    of_training = (record or {}).get("counts") in (None, fingerprint.of_path(corpus / "counts.json"))
    if not of_training:
        reason = f"The corpus is no longer the one that {printable(run.name)} was trained on"
        hint = "The model card says nothing about the size of the sets. To make them: weasel run all"
        msg.warn(reason, f"{hint} . --vars.run {run.resolve().name}, with its annotations.")
    sizes = counts if of_training else None
    made_from = MadeFrom(metrics, intervals_of(analysis, metrics), sizes, record or {})
    with atomic.replacing(run / "packages") as folder:
        wheel = package(run / "pipeline", folder, made_from, name=name, version=version, license=license)
    show(run, corpus, run / "packages" / wheel, made_from)


def intervals_of(analysis: Analysis | None, metrics: EntityMetrics) -> Intervals:
    """Return the intervals of an analysis, if it is one of the same test set with the same scores."""
    if analysis is None or not is_of(analysis, metrics):
        return {"confidence": None, "all": {}, "labels": {}}
    scores = analysis["test"]["scores"]
    return {
        "confidence": analysis["bootstrap"]["confidence"],
        "all": scores["micro"]["intervals"],
        "labels": {label: row["intervals"] for label, row in scores["labels"].items()},
    }


def is_of(analysis: Analysis, metrics: EntityMetrics) -> bool:
    """Say whether an analysis has the scores of `metrics.json`, and not those of an earlier pipeline."""
    micro = analysis["test"]["scores"]["micro"]
    found = (analysis["fingerprints"]["test"], micro["p"], micro["r"], micro["f"])
    return found == (metrics.get("fingerprint"), metrics["ents_p"], metrics["ents_r"], metrics["ents_f"])


def package(
    model: Path, folder: Path, made_from: MadeFrom, *, name: str, version: str, license: str
) -> str:
    """Build a wheel of `model` in `folder` and return its file name.

    The scores on the test set go into the wheel's meta as `test_performance`, next to spaCy's own
    `performance`, which is for the dev set, and their intervals as `test_intervals`. Ends the program
    when the build fails.
    """
    metrics = made_from.metrics
    staged = folder / "model"
    shutil.copytree(model, staged)
    meta = atomic.read_json(staged / "meta.json")
    meta |= {"name": name, "version": version, "license": license}
    meta |= {"test_performance": metrics, "test_intervals": made_from.intervals}
    meta["description"] = description(metrics)
    atomic.write_json(staged / "meta.json", meta)
    card = body(meta, description(metrics), made_from)
    atomic.write_text(staged / "README.md", card)
    full_name = f"{meta['lang']}_{name}"
    code = code_files(staged)
    add_licence(staged, code)
    spacy_package(
        staged,
        folder,
        name=name,
        version=version,
        code_paths=code,
        create_sdist=False,
        create_wheel=False,
        require_parent=True,
        silent=True,
    )
    source = folder / f"{full_name}-{version}"
    leave_out_this_project(source / "meta.json")
    add_card(source, full_name, head(meta, metrics) + card)
    build_wheel(source, folder)
    for leftover in (staged, source):
        atomic.remove(leftover)
    return next(path.name for path in folder.iterdir() if path.suffix == ".whl")


def build_wheel(source: Path, folder: Path) -> None:
    """Build the package folder `source` into a wheel in `folder`, with what is installed already."""
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder),
        str(source),
    ]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH}
    done = subprocess.run(
        command, env=environment, capture_output=True, encoding="utf8", errors="replace", check=False
    )
    if done.returncode:
        msg.fail("Building the wheel failed", (done.stdout + done.stderr)[-2000:], exits=1)


def code_files(model: Path) -> list[Path]:
    """Return the files of ours with functions that the packaged pipeline itself needs."""
    config = load_config(model / "config.cfg")
    wanted = {
        ("factories", value["factory"]) for value in config["components"].values() if "factory" in value
    }
    for section in ("nlp", "components"):
        for keys, value in walk_dict(config[section]):
            if keys[-1].startswith("@"):
                wanted.add((keys[-1][1:], value))
    found = set()
    for kind, function in wanted:
        # First the entry points: spaCy knows factories only once a pipeline has been made.
        for point in entry_points(group=f"spacy_{kind}", name=function):
            if point.module.startswith(OURS):
                found.add(Path(str(import_module(point.module).__file__)))
        kinds = registry.get_registry_names()
        if kind in kinds and registry.has(kind, function):
            about = registry.find(kind, function)
            if str(about.get("module")).startswith(OURS):
                found.add(Path(str(about["file"])))
    return sorted(found)


def add_licence(model: Path, code: list[Path]) -> None:
    """Put the licence of files of ours, which has to go with them, where `spacy package` takes it."""
    if code:
        about = f"{listed([path.name for path in code])}:\n\n{LICENCE}"
        atomic.write_text(model / "LICENSES_SOURCES", about)


def leave_out_this_project(meta_path: Path) -> None:
    """Take this project out of the package's requirements: its code is copied in, it is no package."""
    meta = atomic.read_json(meta_path)
    meta["requirements"] = [r for r in meta["requirements"] if not r.startswith("ner-template")]
    atomic.write_json(meta_path, meta)


def description(metrics: EntityMetrics) -> str:
    """Return one sentence on the pipeline and its score."""
    labels = [label for label, prf in metrics["ents_per_type"].items() if prf["support"]]
    few = (
        f", which has {TOO_FEW} entities or documents for a reliable score" if metrics["too_few"] else ""
    )
    score = f"F {percent(metrics['ents_f'])} on its test set{few}"
    return f"Named entity recognition ({listed(labels)}): {score}"


def add_card(source: Path, full_name: str, card: str) -> None:
    """Put the card with its head into the package itself.

    The README.md beside the pipeline has no head: `spacy huggingface-hub push` writes one above it.
    """
    atomic.write_text(source / full_name / "README.md", card)
    with (source / "MANIFEST.in").open("a", encoding="utf8") as manifest:
        manifest.write(f"\ninclude {full_name}/README.md\n")
    atomic.write_text(source / "setup.cfg", "[options]\ninclude_package_data = True\n")


def show(run: Path, corpus: Path, wheel: Path, made_from: MadeFrom) -> None:
    """Print where everything is and what to type next."""
    metrics, counts = made_from.metrics, made_from.counts
    p, r, f = percent(metrics["ents_p"]), percent(metrics["ents_r"]), percent(metrics["ents_f"])
    try_it = f'{shown_python()} -m scripts.try "Type a sentence here."'
    if run.name != "default":
        try_it += f" --run {run.as_posix()}"
    msg.divider("Packaged")
    few = f", {TOO_FEW} to judge" if metrics["too_few"] else ""
    say(f"Test F    {f} (precision {p}, recall {r}, {metrics['support']} entities{few})")
    if counts:
        say(f"Rejects   {rejects(counts, corpus)}")
    say(f"Model     {(run / 'pipeline').as_posix()}")
    say(f"Wheel     {wheel.as_posix()}")
    say(f"Try it    {try_it}")


def rejects(counts: Counts, corpus: Path) -> str:
    """Return how many records and spans rejected.jsonl lists as lost, and how many were left out apart.

    counts: counts.json of `convert`. Every span that was read and not kept is in exactly one of these.
    """
    records, spans = counts["records"]["rejected"], counts["spans"]
    apart = {"excluded": spans["excluded"], "dropped": spans["dropped"]}
    lost = spans["read"] - spans["kept"] - sum(apart.values())
    told = f"{records} records, {lost} spans; see {(corpus / 'rejected.jsonl').as_posix()}"
    others = ", ".join(f"{count} {why}" for why, count in apart.items() if count)
    if not others:
        return told
    return f"{told} (other spans: {others}; see {(corpus / 'conversion.json').as_posix()})"


def shown_python() -> str:
    """Return the running Python as a person would type it here."""
    path = Path(sys.executable)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else path.name


if __name__ == "__main__":
    run_step(app)
