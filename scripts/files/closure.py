"""Which code a step runs: its module, the modules it imports, and the files beside them that they name.

In: the commands of project.yml and the code itself, which is parsed and not run. Out: for each step, its
files with their hashes. A folder of code can't be a dep of weasel's: it holds `__pycache__` too.
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
SPACY = re.compile(r"\bspacy ")  # a config may name any function of ours, so any of them may run


def code_of_steps(root: Path, commands: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """Return for each command the files of code that it runs, each with its hash, in name order.

    root: the folder with project.yml. commands: those of project.yml.
    Raises SyntaxError when a file is no Python.
    """
    found = Closure(root)
    return {command["name"]: found.hashes(modules_of(command)) for command in commands}


def modules_of(command: Mapping[str, Any]) -> list[str]:
    """Return the modules of this project that a command starts with."""
    lines = command.get("script", [])
    modules = [match[1] for line in lines for match in OWN.finditer(line)]
    return modules + (registered() if any(map(SPACY.search, lines)) else [])


def registered() -> list[str]:
    """Return the modules whose functions a config may name."""
    points = importlib.metadata.entry_points()
    groups = (group for group in points.groups if group.startswith("spacy_"))
    modules = {point.module for group in groups for point in points.select(group=group)}
    return sorted(module for module in modules if module.startswith(f"{PACKAGE}."))


class Closure:
    """What the files of one project import. Each file is parsed and hashed once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._imports: dict[Path, list[Path]] = {}
        self._hashes: dict[Path, str] = {}

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
        """Return the files of this project that a file imports, or names and has beside it."""
        if path.suffix != ".py":
            return []
        if path not in self._imports:
            tree = ast.parse(path.read_text(encoding="utf8"), filename=str(path))
            imported = [file for name in names_imported(tree) for file in self.files_of(name)]
            self._imports[path] = imported + files_named(tree, path.parent)
        return self._imports[path]

    def files_of(self, module: str) -> list[Path]:
        """Return the files that importing a module of this project runs, its packages' included."""
        parts = module.split(".")
        if parts[0] != PACKAGE:
            return []
        packages = (self.root.joinpath(*parts[:n], "__init__.py") for n in range(1, len(parts) + 1))
        own = self.root.joinpath(*parts).with_suffix(".py")
        return [path for path in (*packages, own) if path.is_file()]


def names_imported(tree: ast.Module) -> Iterator[str]:
    """Yield the names that may be modules among those that code imports, in functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def files_named(tree: ast.Module, folder: Path) -> list[Path]:
    """Return the files in a folder, other than code, that a string of the code names (a template)."""
    beside = {file.name: file for file in folder.glob("*.*") if file.suffix != ".py"}
    strings = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return [beside[value] for value in strings if isinstance(value, str) and value in beside]
