"""The registry of readers: the order in which detection tries the formats is stated, and complete."""

from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from scripts.files.closure import Closure
from scripts.formats.base import EVERY_OTHER
from scripts.formats.readers import FORMATS, in_order

ROOT = Path(__file__).parents[2]
A, B, C = (replace(FORMATS["prodigy"], name=name) for name in "abc")


def names(*formats):
    return list(in_order(formats))


def test_formats_are_in_alphabetical_order_where_nothing_else_is_stated():
    assert names(C, A, B) == ["a", "b", "c"]


def test_format_comes_before_those_that_it_names_and_after_those_that_it_names():
    assert names(A, B, replace(C, before=("a",))) == ["b", "c", "a"]
    assert names(replace(A, after=("c",)), B, C) == ["b", "c", "a"]


def test_formats_that_nearly_anything_fits_come_last():
    assert names(replace(A, after=(EVERY_OTHER,)), replace(B, after=(EVERY_OTHER,)), C) == [
        "c",
        "a",
        "b",
    ]


@pytest.mark.parametrize(
    ("formats", "reason"),
    [
        ((A, A), "two formats are called 'a'"),
        ((A, replace(B, before=("x",))), "b names the format 'x', which doesn't exist"),
        ((A, replace(B, after=("x",))), "b names the format 'x', which doesn't exist"),
        (
            (replace(A, before=("b",)), replace(B, before=("a",))),
            "formats name one another in a circle: a < b < a",
        ),
    ],
)
def test_order_that_can_not_be_is_refused(formats, reason):
    with pytest.raises(ValueError, match=reason):
        in_order(formats)


def test_every_module_with_a_format_is_in_the_registry_and_in_the_code_of_convert():
    code = Closure(ROOT, {}).hashes(["scripts.convert"])
    for path in ROOT.glob("scripts/formats/**/*.py"):
        if "\nFORMAT = " in path.read_text(encoding="utf8"):
            name = path.relative_to(ROOT).as_posix()
            format = import_module(name.removesuffix(".py").replace("/", ".")).FORMAT
            assert FORMATS[format.name] is format
            assert name in code
