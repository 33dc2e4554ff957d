"""Which room may import which: a table, held against every import of every module."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = "scripts"

# For each room, the rooms that its modules may import.
MAY_IMPORT = {
    "annotation": set(),
    "bulk": {"annotation", "files", "formats", "corpus", "trials"},
    "files": set(),
    "formats": {"annotation", "files"},
    "corpus": {"annotation", "files", "scoring"},
    "settings": {"annotation", "files", "formats"},
    "conversion": {"annotation", "files", "formats", "settings", "corpus"},
    "training": {"files", "corpus"},
    "quality": {"annotation", "files", "corpus"},
    "scoring": set(),
    "reporting": {"annotation", "files", "scoring", "training", "quality"},
    "search": {"files", "scoring", "training", "trials"},
    "tracking": {"files", "scoring", "training", "trials"},
    "diagnosis": {"annotation", "files", "corpus", "scoring", "settings", "training"},
    "serving": {"files", "corpus", "settings"},
    "trials": {"annotation", "files", "corpus", "scoring", "training"},
}
# Modules that any room may import: they say what a file of ours contains, and import only one another.
CONTRACTS = {
    f"{PACKAGE}.conversion.{name}" for name in ("inputs", "outcome", "reasons", "span_outcomes", "sums")
}
# Steps that may import a room which is nobody else's; other rooms are for every step.
ONLY_FOR = {
    "conversion": {"inputs", "convert", "merge", "review", "agreement"},
    "formats": {"convert", "export", "merge", "review", "agreement", "suggest"},
    "serving": {"serve"},
    "diagnosis": {"doctor"},
}
WITHOUT_SPACY = {"annotation", "files", "scoring"}

Import = tuple[str, str]


def name_of(path: Path) -> str:
    """Return the name under which a file of code is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted((ROOT / PACKAGE).rglob("*.py"))}


def names_in(node: ast.AST) -> Iterator[str]:
    """Yield the modules that a statement may import."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        for alias in node.names:
            inner = f"{node.module}.{alias.name}"
            yield inner if inner in MODULES else node.module


def imports_of(module: str) -> set[str]:
    """Return the modules that a module imports, inside of functions too."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf8"))
    return {name for node in ast.walk(tree) for name in names_in(node)} - {module}


IMPORTS = sorted((module, name) for module in MODULES for name in imports_of(module))
OURS = [(module, name) for module, name in IMPORTS if name in MODULES]


def room_of(module: str) -> str | None:
    """Return the room of a module, None for a step."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and (ROOT / PACKAGE / parts[1]).is_dir() else None


def step_of(module: str) -> str | None:
    """Return the step that a module is, None for others."""
    parts = module.split(".")
    return parts[1] if len(parts) == 2 and room_of(module) is None else None


def shown(imports: list[Import]) -> str:
    """Return imports that break a rule, one a line."""
    return "\n".join(f"{module} imports {name}" for module, name in imports)


def breaks_table(module: str, name: str) -> bool:
    """Say whether a room imports one that it may not."""
    room, other = room_of(module), room_of(name) if name in MODULES else None
    if room is None or other in (None, room) or name in CONTRACTS:
        return False
    return other not in MAY_IMPORT[room]


def breaks_steps(module: str, name: str) -> bool:
    """Say whether a step is imported, or imports a room that is for other steps only."""
    if name not in MODULES:
        return False
    if step_of(name):
        return True
    step, other = step_of(module), room_of(name)
    if step is None or other is None or name in CONTRACTS:
        return False
    return step not in ONLY_FOR.get(other, {step})


def breaks_silence(module: str, name: str) -> bool:
    """Say whether a room that knows nothing of spaCy imports it."""
    return room_of(module) in WITHOUT_SPACY and name.split(".")[0] == "spacy"


def test_every_room_is_in_the_table():
    rooms = {room_of(module) for module in MODULES} - {None}
    assert rooms == set(MAY_IMPORT)


def test_rooms_import_only_what_the_table_lets_them():
    assert not shown([pair for pair in OURS if breaks_table(*pair)])


def test_no_step_is_imported_and_conversion_is_for_its_own_steps():
    assert not shown([pair for pair in OURS if breaks_steps(*pair)])


def test_contracts_import_only_one_another():
    assert not shown([(m, name) for m, name in OURS if m in CONTRACTS and name not in CONTRACTS])


def test_rooms_that_know_nothing_of_spacy_do_not_import_it():
    assert not shown([pair for pair in IMPORTS if breaks_silence(*pair)])


def test_private_modules_of_spacy_are_imported_in_one_place():
    private = {m for m, name in IMPORTS if name.startswith("spacy.") and "._" in name}
    assert private == {"scripts.training.spacy_cli"}


def circle(imports: list[Import]) -> str | None:
    """Return a circle of imports, or None without one."""
    graph: dict[str, set[str]] = {}
    for module, name in imports:
        graph.setdefault(module, set()).add(name)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return " is imported by ".join(error.args[1])
    return None


def test_modules_import_in_no_circle():
    assert circle(OURS) is None


def test_rooms_import_in_no_circle():
    between = [(room_of(m), room_of(name)) for m, name in OURS if name not in CONTRACTS]
    assert circle([(a, b) for a, b in between if a and b and a != b]) is None


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("scripts.files.rows", "scripts.annotation.text"),
        ("scripts.corpus.docs", "scripts.conversion.shards"),
        ("scripts.scoring.counts", "scripts.corpus.docs"),
    ],
)
def test_import_against_the_table_would_be_noticed(module, name):
    assert breaks_table(module, name)


def test_step_that_is_imported_would_be_noticed():
    assert breaks_steps("scripts.check", "scripts.convert")
    assert breaks_steps("scripts.report", "scripts.conversion.splitting")
