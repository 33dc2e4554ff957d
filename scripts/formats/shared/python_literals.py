"""Literals in Python files, read without executing a line.

In: a file of Python, such as one that begins with `TRAIN_DATA = [`. Out: the pairs in its lists.
"""

import ast
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from scripts.annotation.text import FileFault
from scripts.formats.shared.lines import whole_text

LARGEST = 1 << 25  # bytes of Python: its syntax tree takes fifty times as much memory
NOT_LITERAL = (ValueError, SyntaxError, TypeError, MemoryError, RecursionError)
Lists = ast.List | ast.Tuple


class BrokenValue(NamedTuple):
    """What stands where a value should: what is wrong with it, and its text."""

    reason: str
    record: str


def python_values(path: Path) -> Iterator[Any]:
    """Yield the items of every list of pairs that a Python file writes out, and pairs on their own.

    What can't be read without executing it is Broken. Raises FileFault when the file is no Python.
    """
    source = python_text(path)
    rows = re.split(r"\r\n?|\n", source)
    for statement in parsed_source(source, path.as_posix()).body:
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr) and statement.value:
            for node in items_of(statement.value):
                try:
                    yield ast.literal_eval(node)
                except NOT_LITERAL:
                    reason = f"the value that begins in line {node.lineno} is not a literal"
                    yield BrokenValue(reason, "\n".join(rows[node.lineno - 1 : node.end_lineno]))


def python_text(path: Path) -> str:
    """Return the text of a Python file, or raise FileFault when it is too large to be parsed."""
    if path.stat().st_size > LARGEST:
        reason = f"it is a Python literal of more than {LARGEST >> 20} MB"
        raise FileFault(path.as_posix(), reason, "write it as JSON: json.dump(TRAIN_DATA, file)")
    return whole_text(path)


def parsed_source(source: str, file: str) -> ast.Module:
    """Return the syntax tree of a Python file, or raise FileFault when it is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes that a later Python forbids
            return ast.parse(source)
    except SyntaxError as error:
        reason = f"not valid Python in line {error.lineno or 1} ({error.msg})"
    except (ValueError, MemoryError, RecursionError):
        reason = "not valid Python (NUL characters, bytes that are not UTF-8, or nested too deeply)"
    raise FileFault(file, reason, "correct it there, or write the data as JSON")


def items_of(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the items of a list that begins with a pair, or the pair itself."""
    if is_pair(node):
        yield node
    elif isinstance(node, Lists) and node.elts and is_pair(node.elts[0]):
        yield from node.elts


def is_pair(node: ast.expr) -> bool:
    """Say whether an expression is a pair of something and a container."""
    if not isinstance(node, Lists) or len(node.elts) != 2:
        return False
    first, second = node.elts
    return not isinstance(first, Lists) and isinstance(second, ast.Dict | Lists)
