"""Step `inputs`: find the annotation files and write down all that the later steps depend on.

In: `vars` and the config. Out: `corpus/inputs.json` (files, settings, the config's [nlp] block) for
`convert`, `corpus/environment.json` (versions of the packages that decide a result) for the rest, and
`corpus/packaging.json` and `corpus/reporting.json` (versions of what builds the wheel, and of what makes
the analysis and the report), and `corpus/code/` (the files of code that each step runs).
Runs every time, so it is quick: it loads no spaCy and hashes no file twice.
"""

import glob
import importlib.metadata
import os
import platform
import re
import shutil
import sys
import tempfile
from dataclasses import asdict
from functools import cache
from itertools import takewhile
from pathlib import Path, PurePath
from typing import Any, TypeVar

import srsly
import typer
from confection import Config

from scripts.annotation.text import FileFault
from scripts.conversion.settings import Settings, read_label_map, read_labels, read_names
from scripts.conversion.splitting import split_named_by
from scripts.files import atomic, fingerprint, names
from scripts.files.closure import code_of_steps
from scripts.files.step import run as run_step
from scripts.files.terminal import listed, msg, printable, refuse
from scripts.files.visible import NEVER_DATA, is_visible

NLP_UNUSED = ("pipeline", "batch_size", "disabled", "vectors")  # [nlp] values that no tokenizer sees
# The packages that decide what is converted, what is learned, and what the wheel is.
CONVERSION = (
    r"spacy|regex|defusedxml|pyarrow|dkpro-cassis|ijson|jieba|spacy-pkuseg|sudachi.*|mecab.*|"
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
MOST_SHOWN = 20  # files that are named on the screen
LONGEST_PATH = 300  # characters of a path on the screen
MB = 1 << 20
ROOM = 300 * MB  # for the pipeline, twice, and its wheel
CORPUS_SIZE = 4  # bytes of corpus, predictions and temporary files for one of annotations

PathT = TypeVar("PathT", bound=PurePath)

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def inputs_cli(
    annotations: str = typer.Argument(..., help="File, folder or pattern with the annotations"),
    folder: Path = typer.Argument(..., help="Folder to write inputs.json and environment.json to"),
    config: str = typer.Option(..., help="The config that will be trained, in configs/"),
    lang: str = typer.Option(..., help="Language code, in place of the config's"),
    run: str = typer.Option("default", help="Name of this run"),
    reference: str = typer.Option("", help="Runs to compare this one with"),
    name: str = typer.Option("entities", help="Name of the pipeline"),
    version: str = typer.Option("0.1.0", help="Version of the package"),
    baseline_labels: str = typer.Option("baseline_labels.yml", help="Labels of the baseline"),
    export_format: str = typer.Option("jsonl", help="Format that `export` writes"),
    seed: str = typer.Option("0", help="Seed of everything random"),
    format: str = typer.Option("auto", help="Format of the files, or auto"),
    dev: float = typer.Option(..., help="Share of texts for dev, where no file gives a dev split"),
    test: float = typer.Option(..., help="Share of texts for test, where no file gives a test split"),
    misaligned: str = typer.Option(..., help="What to do with a span that cuts through a token"),
    overlapping: str = typer.Option(..., help="Which of several overlapping spans is the entity"),
    offsets: str = typer.Option(..., help="What the files' offsets count"),
    spans_key: str = typer.Option("", help="Key of doc.spans that keeps all spans, or empty"),
    labels: str = typer.Option("", help="Closed set of labels (commas, or a file), or empty"),
    label_map: str = typer.Option("", help="YAML file that renames, merges or drops labels, or empty"),
    max_rejected: float = typer.Option(..., help="Share of records that may be unusable"),
    encoding: str = typer.Option("auto", help="Encoding of the files, or auto"),
    layer: str = typer.Option("", help="Annotation layer to read, where there are several"),
    text_field: str = typer.Option("", help="Field that holds the text, where there are several"),
    tag_names: str = typer.Option("", help="Names of numbered tags (commas, or a file), or empty"),
    fields: str = typer.Option("", help="Where a JSON record has what (text=body,…), or empty"),
    unmarked: str = typer.Option("empty", help="What a text without any mark is"),
    exhaustive: str = typer.Option("auto", help="Whether what is not marked is known to be no entity"),
    annotators: str = typer.Option("majority", help="Which of several annotators counts"),
    contradictions: str = typer.Option("unknown", help="What a span both accepted and rejected is"),
    discontinuous: str = typer.Option("drop", help="What to do with a span in several parts"),
    mentions: str = typer.Option("unique", help="Where a mention without offsets stands"),
    tokens: str = typer.Option("pipeline", help="Whose tokens the corpus has"),
    segment: str = typer.Option("no", help="Behind what long texts are cut"),
    longest: int = typer.Option(100_000, help="Characters from which a text is long"),
    stream_from: int = typer.Option(100_000, help="Documents of train above which training streams"),
) -> None:
    """Find the annotation files and write corpus/inputs.json and corpus/environment.json."""
    drop_damaged_lock(Path("project.lock"))
    values = {"annotations": annotations, "run": run, "reference": reference, "config": config}
    values |= {"baseline_labels": baseline_labels, "export_format": export_format, "lang": lang}
    values |= {"name": name, "version": version, "label_map": label_map, "seed": seed}
    values |= {"labels": labels, "tag_names": tag_names}
    if problems := list(names.problems(values)):
        refuse("A value in project.yml can't be used", problems)
    try:
        settings = Settings(
            format=format,
            dev=dev,
            test=test,
            misaligned=misaligned,
            overlapping=overlapping,
            offsets=offsets,
            spans_key=spans_key,
            labels=read_labels(labels),
            label_map=read_label_map(label_map),
            max_rejected=max_rejected,
            encoding=encoding,
            layer=layer,
            text_field=text_field,
            tag_names=read_names(tag_names),
            fields=fields,
            unmarked=unmarked,
            exhaustive=exhaustive,
            annotators=annotators,
            contradictions=contradictions,
            discontinuous=discontinuous,
            mentions=mentions,
            tokens=tokens,
            segment=segment,
            longest=longest,
            stream_from=stream_from,
        )
    except (OSError, ValueError) as error:
        msg.fail(
            "Can't read the labels or the label map",
            f"{label_map}: {printable(str(error), 500)}",
            exits=1,
        )
    if problems := settings.problems():
        refuse("A value in project.yml can't be used", problems)
    try:
        found = inputs(annotations, folder, config=CONFIGS / config, lang=lang, settings=settings)
        write_code(ROOT, folder)
    except FileFault as error:
        msg.fail(str(error), error.hint, exits=1)
    show(found)
    look_for_room(TRAINING / run, sum(file["bytes"] for file in found["files"]))


def show(found: dict[str, Any]) -> None:
    """Print the files that were found, the first of many."""
    for file in found["files"][:MOST_SHOWN]:
        split = file["split"] or "split by hash"
        msg.info(f"{printable(file['path'], LONGEST_PATH)} ({file['bytes']:,} bytes, {split})")
    if (more := len(found["files"]) - MOST_SHOWN) > 0:
        msg.info(f"and {more:,} more files: corpus/inputs.json")
    if found["left_aside"]:
        msg.info(f"Left aside: {listed(found['left_aside'])}")


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
        title = f"{free / MB:,.0f} MB are free for {folder.as_posix()}"
        msg.warn(title, f"Corpus, pipeline and wheel may need {needed / MB:,.0f} MB: make room.")


def inputs(
    annotations: str, folder: Path, *, config: Path, lang: str, settings: Settings
) -> dict[str, Any]:
    """Write inputs.json and environment.json to `folder`, if they changed; return the former.

    annotations: a file, a folder (searched with its subfolders) or a pattern.
    Raises FileFault when there is nothing to read, or when the config can't be read.
    """
    base, paths = find_files(annotations)
    data = [path for path in paths if not NEVER_DATA.fullmatch(path.name)]
    if not data:
        hint = "set vars.annotations to your file, folder or pattern"
        raise FileFault(annotations, why_nothing(annotations, paths), hint)
    found = {
        "annotations": annotations,
        "files": describe_files(data, base, folder / "inputs.cache.json"),
        "left_aside": [path.name for path in paths if path not in data],
        "settings": asdict(settings),
        "nlp": read_nlp_block(config, lang),
        "versions": versions(CONVERSION),
    }
    atomic.write_json_if_changed(folder / "inputs.json", found)
    atomic.write_json_if_changed(folder / "environment.json", versions(RESULT))
    atomic.write_json_if_changed(folder / "packaging.json", versions(PACKAGING))
    atomic.write_json_if_changed(folder / "reporting.json", versions(REPORTING))
    return found


def find_files(annotations: str) -> tuple[Path, list[Path]]:
    """Return the folder that file names are relative to, and all files that are meant, in name order."""
    path = Path(annotations)
    if path.is_file():
        return path.parent, [path]
    if path.is_dir():
        children = (child for child in path.rglob("*") if child.is_file())
        return path, sorted(child for child in children if is_visible(child.relative_to(path)))
    matches = sorted(Path(name) for name in glob.glob(annotations, recursive=True))
    return fixed_part(path), [match for match in matches if match.is_file()]


def fixed_part(pattern: PathT) -> PathT:
    """Return the folder of a pattern that all that it matches lies in."""
    return type(pattern)(*takewhile(lambda part: not glob.has_magic(part), pattern.parts))


def why_nothing(annotations: str, left: list[Path]) -> str:
    """Return in words why there is no annotation file at a place.

    left: the files that were found there but hold no data, such as a README.
    """
    path = Path(annotations)
    if left:
        return f"it holds no annotation file, only {listed([one.name for one in left])}"
    if path.is_dir():
        next(os.scandir(path), None)  # a folder that can't be read is no empty one
        return "the folder holds no file"
    if path.exists():
        return "it is a pipe or a device; a file is needed, which can be read more than once"
    if path.is_symlink():
        return f"it is a link to {printable(str(path.readlink()), LONGEST_PATH)}, which is not there"
    if glob.has_magic(annotations):
        return "no file matches this pattern"
    return "there is no such file or folder"


def describe_files(paths: list[Path], base: Path, cache_path: Path) -> list[dict[str, Any]]:
    """Return name, split, size and hash of each file, once more all train if only some name a split.

    cache_path: hashes by name, size and time of change, so that a file that did not change is not read.
    """
    cache = read_cache(cache_path)
    fresh: dict[str, list[Any]] = {}
    files = []
    for path in paths:
        name = path.as_posix()
        try:
            split = split_named_by(path.relative_to(base))
        except ValueError as error:
            raise FileFault(name, str(error), "rename it so that it says one split") from None
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
    except (OSError, ValueError, KeyError) as error:
        hint = "compare it with configs/config.cfg, or set vars.config to one that works"
        raise FileFault(config.as_posix(), f"its [nlp] section can't be read ({error})", hint) from None
    unused = NLP_UNUSED if block.get("lang") in (None, lang) else (*NLP_UNUSED, "tokenizer")
    return {**{key: value for key, value in block.items() if key not in unused}, "lang": lang}


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
        found.setdefault(package.metadata["Name"].lower().replace("_", "-"), package.version)
    return sorted(found.items())


def write_code(root: Path, folder: Path) -> None:
    """Write `code/<step>.json` for each step of a project with the code that it runs, if that changed.

    Raises FileFault when a file of code is not valid Python.
    """
    commands = srsly.read_yaml(root / "project.yml")["commands"]
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
        msg.warn("project.lock was damaged and is deleted", "Every step will run again.")


if __name__ == "__main__":
    run_step(app)
