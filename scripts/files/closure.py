"""Which code a step runs: its module, the modules it imports, and the files next to them that they name.

In: the commands of project.yml and the code itself, which is parsed and not run. Out: for each step, its
files with their hashes. A folder of code can't be a dep of weasel's, since it has `__pycache__` in it.
What a file refers to is remembered by its hash, so that it is parsed once.
"""

import ast
import importlib.metadata
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from scripts.files import fingerprint

PACKAGE = "scripts"
OWN = re.compile(rf"python -m ({PACKAGE}(?:\.\w+)+)")
FILE_NAME = re.compile(r"[\w-]+(?:\.[\w-]+)+")
# spaCy trains a config, which may name any function of ours. A trained
# pipeline runs functions of these kinds.
SPACY = re.compile(r"\bspacy ")
PIPELINES = ("model-best", "pipeline")
IN_PIPELINES = ("spacy_architectures", "spacy_factories", "spacy_layers", "spacy_misc")

References = dict[str, list[str]]  # by a file's hash, the modules and files that it names


def code_of_steps(
    root: Path, commands: Iterable[Mapping[str, Any]], known: References
) -> dict[str, dict[str, str]]:
    """Return for each command the files of code that it runs, each with its hash, in name order.

    root: the folder with project.yml. commands: those of project.yml. known: what files with these
    hashes refer to; what is new is added.
    Raises SyntaxError when a file is no Python.
    """
    if fingerprint.of_file(Path(__file__)) not in known:  # another version of this file remembered it
        known.clear()
    found = Closure(root, known)
    return {command["name"]: found.hashes(modules_of(command)) for command in commands}


def modules_of(command: Mapping[str, Any]) -> list[str]:
    """Return the modules of this project that a command starts with."""
    lines = command.get("script", [])
    modules = [match[1] for line in lines for match in OWN.finditer(line)]
    if any(map(SPACY.search, lines)):
        return modules + registered()
    if any(Path(dep).name in PIPELINES for dep in command.get("deps", [])):
        return modules + registered(IN_PIPELINES)
    return modules


def registered(groups: Iterable[str] | None = None) -> list[str]:
    """Return the modules whose functions a config may name: those of these entry points, or all."""
    points = importlib.metadata.entry_points()
    chosen = groups or [group for group in points.groups if group.startswith("spacy_")]
    modules = {point.module for group in chosen for point in points.select(group=group)}
    return sorted(module for module in modules if module.startswith(f"{PACKAGE}."))


class Closure:
    """What the files of one project import. known: see `code_of_steps`."""

    def __init__(self, root: Path, known: References) -> None:
        self.root = root
        self.known = known
        self._hashes: dict[Path, str] = {}
        self._imports: dict[Path, list[Path]] = {}
        self._files: dict[str, list[Path]] = {}

    def hashes(self, modules: Iterable[str]) -> dict[str, str]:
        """Return the files that running these modules brings along, with their hashes."""
        seen: set[Path] = set()
        todo = [path for module in modules for path in self.files_of(module)]
        while todo:
            path = todo.pop()
            if path not in seen:
                seen.add(path)
                todo += self.imports(path)
        return {path.relative_to(self.root).as_posix(): self.hash(path) for path in sorted(seen)}

    def hash(self, path: Path) -> str:
        """Return the hash of a file."""
        if path not in self._hashes:
            self._hashes[path] = fingerprint.of_file(path)
        return self._hashes[path]

    def imports(self, path: Path) -> list[Path]:
        """Return the files of this project that a file imports, or names and has next to it."""
        if path not in self._imports:
            named = self.named(path) if path.suffix == ".py" else []
            beside = (path.with_name(name) for name in named if not name.endswith(".py"))
            modules = [file for name in named for file in self.files_of(name)]
            self._imports[path] = modules + [file for file in beside if file.is_file()]
        return self._imports[path]

    def named(self, path: Path) -> list[str]:
        """Return what a file of code refers to."""
        digest = self.hash(path)
        if digest not in self.known:
            tree = ast.parse(path.read_text(encoding="utf8"), filename=str(path))
            self.known[digest] = sorted({*modules_imported(tree), *files_named(tree)})
        return self.known[digest]

    def files_of(self, module: str) -> list[Path]:
        """Return the files that importing a module of this project runs, its packages' included."""
        if module not in self._files:
            parts = module.split(".") if module.split(".")[0] == PACKAGE else []
            packages = [self.root.joinpath(*parts[:n], "__init__.py") for n in range(1, len(parts) + 1)]
            own = [self.root.joinpath(*parts).with_suffix(".py")] if parts else []
            self._files[module] = [path for path in (*packages, *own) if path.is_file()]
        return self._files[module]


def modules_imported(tree: ast.Module) -> Iterator[str]:
    """Yield the names that may be modules of this project among those that code imports."""
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        yield from (name for name in names if name.split(".")[0] == PACKAGE)


def files_named(tree: ast.Module) -> Iterator[str]:
    """Yield the strings of code that may be the name of a file next to it: a template, say."""
    for node in ast.walk(tree):
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, str) and FILE_NAME.fullmatch(value):
            yield value
