"""Step `inputs`: find the annotation files and write down everything that the later steps depend on.

In: `vars`, the settings in configs/ and the config. Out: `corpus/inputs.json` (files, the config's [nlp]
block); for each step its settings (`corpus/settings/`) and the code that it runs
(`corpus/code/`); the versions of the packages that decide a result (`corpus/environment.json`), build
the wheel (`corpus/packaging.json`) or make the report (`corpus/reporting.json`); what is in the
pipeline that `vars.baseline` names (`corpus/baseline.json`); and of which texts errors of the test set
were shown (`corpus/ledger.json`).
Runs every time, so it is quick: it loads no spaCy and hashes no file twice.
"""

import configparser
import importlib.metadata
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, cast

import srsly
import typer
from confection import Config

from scripts.annotation.splits import split_named_by
from scripts.annotation.text import FileFault
from scripts.conversion.corrections import CORRECTIONS, hashes_in
from scripts.conversion.finding import annotation_files
from scripts.conversion.inputs import InputFile, Inputs
from scripts.corpus.marks import stored_spans_key
from scripts.files import atomic, fingerprint, names
from scripts.files.closure import code_of_steps
from scripts.files.ledger import GATHERED, gathered
from scripts.files.step import run as run_step
from scripts.files.terminal import listed, msg, printable, refuse, size
from scripts.settings import given_vars
from scripts.settings.base import Settings
from scripts.settings.convert import ConvertSettings
from scripts.settings.files import WrongSettings, read_files, write_steps

NLP_UNUSED = ("pipeline", "batch_size", "disabled", "vectors")  # [nlp] values that no tokenizer sees
NO_TOKENIZER = (None, "ner_template.numpy_blas.v1")  # callbacks in [nlp] that change no tokenizer
# The packages that decide what is converted, what is learned, and what the wheel is.
CONVERSION = (
    r"spacy|regex|defusedxml|pyarrow|dkpro-cassis|pydantic.*|jieba|spacy-pkuseg|sudachi.*|mecab.*|"
    r"pythainlp|pyvi"
)
RESULT = (
    r"spacy.*|thinc.*|numpy|blis|cymem|preshed|murmurhash|srsly|catalogue|confection|torch|cupy.*|"
    r"curated.*|transformers|tokenizers"
)
PACKAGING = r"build|setuptools|wheel"
REPORTING = r"nervaluate|jinja2"
ROOT = Path(__file__).parents[1]  # the project's folder
CONFIGS, TRAINING = Path("configs"), Path("training")
CURVE = "learning_curve.json"  # what `curve` writes
MOST_SHOWN = 20  # files that are named on the screen
LONGEST_PATH = 300  # characters of a path on the screen
ROOM = 300_000_000  # bytes, for the pipeline, twice, and its wheel
CORPUS_SIZE = 4  # bytes of corpus, predictions and temporary files for one of annotations

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def inputs_cli(
    annotations: str = typer.Argument(..., help="File, folder or pattern with the annotations"),
    folder: Path = typer.Argument(..., help="Folder to write to: corpus"),
    lang: str = typer.Option(..., help="Language code, which replaces the config's"),
    config: str = typer.Option(..., help="The config to train, in configs/"),
    given: str = typer.Option("", "--set", help="Settings for this run: convert.misaligned=expand …"),
    name: str = typer.Option("entities", help="Name of the pipeline"),
    version: str = typer.Option("0.1.0", help="Version of the package"),
    run: str = typer.Option("default", help="Name of this run"),
    seed: str = typer.Option("0", help="Random seed"),
    gpu_id: str = typer.Option("-1", help="GPU to use, or -1 for the CPU"),
    reference: str = typer.Option("", help="Runs to compare this one with"),
    baseline_labels: str = typer.Option("baseline_labels.yml", help="Labels of the baseline"),
    export_format: str = typer.Option("jsonl", help="Format that `export` writes"),
    baseline: str = typer.Option("", help="A pipeline to compare with: a package or a folder"),
) -> None:
    """Find the annotation files, check vars and settings, and write what the later steps depend on."""
    drop_damaged_lock(Path("project.lock"))
    manifest = srsly.read_yaml(ROOT / "project.yml")
    if problems := list(given_vars.problems(manifest["vars"])):
        refuse("weasel would ignore a var", problems)
    values = {"annotations": annotations, "lang": lang, "config": config, "name": name}
    values |= {"version": version, "run": run, "seed": seed, "reference": reference}
    values |= {"baseline_labels": baseline_labels, "export_format": export_format, "gpu_id": gpu_id}
    if problems := list(names.problems(values)) or list(lacking(config, reference)):
        refuse("A value in project.yml can't be used", problems)
    try:
        settings = read_files(CONFIGS, given)
        found = inputs(annotations, folder, config=CONFIGS / config, lang=lang, corrections=CORRECTIONS)
        write_steps(folder, with_spans_key(settings, CONFIGS / config))
        write_code(ROOT, manifest["commands"], folder)
        atomic.write_json_if_changed(folder / "baseline.json", contents_of(baseline))
        atomic.write_json_if_changed(folder / GATHERED, gathered(TRAINING))
    except WrongSettings as error:
        refuse("A setting can't be used", error.problems)
    except FileFault as error:
        msg.fail(str(error), error.hint, exits=1)
    show(found)
    look_for_room(TRAINING / run, sum(file["bytes"] for file in found["files"]))


def lacking(config: str, reference: str) -> Iterator[str]:
    """Yield what vars name that is not there, a sentence each."""
    if not (CONFIGS / config).is_file():
        known = sorted(path.name for path in CONFIGS.glob("*.cfg"))
        close = [f"{config}.cfg"] if f"{config}.cfg" in known else get_close_matches(config, known, 1)
        hint = f"did you mean {close[0]}?" if close else "weasel run configs lists those that there are"
        yield f"vars.config is {printable(config)}, which is not in {CONFIGS}/; {hint}"
    for name in names.runs_in(reference):
        if not (TRAINING / name).is_dir():
            known = sorted(path.parent.name for path in TRAINING.glob("*/run.json"))
            others = f"the runs are: {listed(known)}" if known else "there are no runs yet"
            yield f"vars.reference names the run {printable(name)}, which is not there; {others}"


def contents_of(baseline: str) -> dict[str, str | None]:
    """Return a hash of the folder of another pipeline, or the version of its package, by its name."""
    if not baseline:
        return {}
    if Path(baseline).exists():
        return {baseline: fingerprint.of_path(Path(baseline))}
    try:
        return {baseline: importlib.metadata.version(baseline)}
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return {baseline: None}


def show(found: Inputs) -> None:
    """Print the files that were found, the first of many."""
    for file in found["files"][:MOST_SHOWN]:
        split = file["split"] or "split by hash"
        msg.info(f"{printable(file['path'], LONGEST_PATH)} ({size(file['bytes'])}, {split})")
    if (more := len(found["files"]) - MOST_SHOWN) > 0:
        msg.info(f"and {more:,} more files, listed in corpus/inputs.json")
    if corrections := found.get("corrections"):
        msg.info(f"Corrections: {listed(list(corrections))}")
    if found["skipped_files"]:
        msg.info(f"Skipped: {listed(found['skipped_files'])}")


def look_for_room(folder: Path, annotations: int) -> None:
    """Prove that a folder can be written, or where it will be made, and warn where little space is left.

    annotations: bytes of the files that are converted. Raises OSError for what can't be written: better
    now than when a pipeline is trained and can't be saved.
    """
    place = next(above for above in (folder, *folder.parents) if above.is_dir())
    with tempfile.TemporaryFile(dir=place) as probe:
        probe.write(b"?")
    free, needed = shutil.disk_usage(place).free, ROOM + CORPUS_SIZE * annotations
    if free < needed:
        title = f"Only {size(free)} of disk space are free for {folder.as_posix()}"
        msg.warn(title, f"Corpus, pipeline and wheel may need {size(needed)}. Free some disk space.")


def inputs(
    annotations: str, folder: Path, *, config: Path, lang: str, corrections: Path | None = None
) -> Inputs:
    """Write inputs.json and environment.json to `folder`, if they changed; return the former.

    annotations: a file, a folder (searched with its subfolders) or a pattern. corrections: the folder
    of `merge`.
    Raises FileFault when there is nothing to read, or when the config can't be read.
    """
    base, data, skipped = annotation_files(annotations)
    found: Inputs = {
        "annotations": annotations,
        "files": describe_files(data, base, folder / "inputs.cache.json"),
        "skipped_files": skipped,
        "nlp": read_nlp_block(config, lang),
        "versions": versions(CONVERSION),
    }
    if corrections and (files := hashes_in(corrections)):
        found["corrections"] = files
    atomic.write_json_if_changed(folder / "inputs.json", found)
    atomic.write_json_if_changed(folder / "environment.json", versions(RESULT))
    atomic.write_json_if_changed(folder / "packaging.json", versions(PACKAGING))
    atomic.write_json_if_changed(folder / "reporting.json", versions(REPORTING))
    if not (folder / CURVE).is_file():  # `report` depends on it, whether or not `curve` has run
        atomic.write_json(folder / CURVE, {"curve": None})
    return found


def describe_files(paths: list[Path], base: Path, cache_path: Path) -> list[InputFile]:
    """Return name, split, size and hash of each file, once more all train if only some name a split.

    cache_path: hashes by name, size and time of change, so that a file that did not change is not read.
    """
    cache = read_cache(cache_path)
    fresh: dict[str, list[Any]] = {}
    files: list[InputFile] = []
    for path in paths:
        name = path.as_posix()
        try:
            split = split_named_by(path.relative_to(base))
        except ValueError as error:
            raise FileFault(name, str(error), "rename it so that it contains only one of them") from None
        stat = path.stat()
        state = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns]
        known = cache.get(name)
        digest = known[-1] if known and known[:-1] == state else fingerprint.of_file(path)
        fresh[name] = [*state, digest]
        files.append({"path": name, "split": split, "bytes": stat.st_size, "sha256": digest})
    if any(file["split"] for file in files):
        for file in files:
            file["split"] = file["split"] or "train"
    atomic.write_json_if_changed(cache_path, fresh)
    return files


def read_cache(path: Path) -> dict[str, list[Any]]:
    """Return what the last run remembered, or nothing when there was none or it can't be read."""
    try:
        return dict(atomic.read_json(path))
    except (OSError, ValueError, TypeError):
        return {}


def read_nlp_block(config: Path, lang: str) -> dict[str, Any]:
    """Return what of the config's [nlp] section makes the tokenizer, with `lang` in place of its own.

    A tokenizer belongs to the config's own language; for another one, that language's own is used.
    """
    try:
        block = dict(Config().from_disk(config)["nlp"])
    except (OSError, ValueError, KeyError, configparser.Error) as error:
        hint = "compare it with configs/config.cfg, or set vars.config to one that works"
        why = "there is none" if isinstance(error, KeyError) else " ".join(str(error).split())
        raise FileFault(config.as_posix(), f"its [nlp] section can't be read ({why})", hint) from None
    unused = NLP_UNUSED if block.get("lang") in (None, lang) else (*NLP_UNUSED, "tokenizer")
    used = {key: value for key, value in block.items() if key not in unused}
    return {
        **{key: value for key, value in used.items() if callback(value) not in NO_TOKENIZER},
        "lang": lang,
    }


def callback(value: Any) -> Any:
    """Return the name of the callback that a value of [nlp] is, and any other value as it is."""
    return value.get("@callbacks", value) if isinstance(value, dict) else value


def with_spans_key(files: dict[str, Settings], config: Path) -> dict[str, Settings]:
    """Return the settings of all files with a key for spans, if the config trains on spans.

    The key is that of the config's spancat, unless configs/convert.cfg has another one.
    """
    convert = cast(ConvertSettings, files["convert"])
    if convert.spans_key:
        return files
    key = stored_spans_key(Config().from_disk(config))
    return {**files, "convert": convert.model_copy(update={"spans_key": key})}


def versions(pattern: str) -> dict[str, str]:
    """Return the versions of Python and of the installed packages whose names match, in name order."""
    found = {"python": f"{sys.version_info.major}.{sys.version_info.minor}"}
    if pattern == RESULT:
        found["machine"] = platform.machine()
    return found | {name: version for name, version in installed() if re.fullmatch(pattern, name)}


@cache
def installed() -> list[tuple[str, str]]:
    """Return name and version of every installed package, in name order."""
    found: dict[str, str] = {}
    for package in importlib.metadata.distributions():
        metadata = package.metadata  # parsed each time that it is asked for
        found.setdefault(metadata["Name"].lower().replace("_", "-"), metadata["Version"])
    return sorted(found.items())


def write_code(root: Path, commands: list[dict[str, Any]], folder: Path) -> None:
    """Write `code/<step>.json` for each step of a project with the code that it runs, if that changed.

    root: the project's folder. commands: those of project.yml.
    Raises FileFault when a file of code is not valid Python.
    """
    cache = folder / "code.cache.json"
    known = read_cache(cache)
    try:
        steps = code_of_steps(root, commands, known)
    except (SyntaxError, ValueError) as error:
        file = getattr(error, "filename", None) or "scripts/"
        raise FileFault(file, f"it is not valid Python ({error})", "correct the code") from None
    for name, code in steps.items():
        atomic.write_json_if_changed(folder / "code" / f"{name}.json", code)
    used = {digest for code in steps.values() for digest in code.values()}
    kept = {digest: named for digest, named in known.items() if digest in used}
    atomic.write_json_if_changed(cache, kept)


def drop_damaged_lock(path: Path) -> None:
    """Delete a project.lock that an interrupted run left half written: weasel would stop on it."""
    if not path.is_file():
        return
    try:
        lock = srsly.read_yaml(path)
        whole = isinstance(lock, dict) and all(isinstance(entry, dict) for entry in lock.values())
    except ValueError:
        whole = False
    if not whole:
        path.unlink()
        msg.warn("project.lock was damaged and has been deleted", "Every step will run again.")


if __name__ == "__main__":
    run_step(app)
