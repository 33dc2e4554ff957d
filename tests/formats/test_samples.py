"""Every golden case of every format is found by its contents and read as expected.json says."""

import json

import pytest

from scripts.formats.detection import AUTO
from scripts.formats.readers import FORMATS
from scripts.formats.sources import find_sources
from tests.formats.cases import CASES, SAMPLES, files_of, options_of, read_case, told


def test_every_format_has_a_case_and_every_case_a_format():
    assert CASES
    with_texts = {name for name, format in FORMATS.items() if not format.names}
    assert {case.split("/")[0] for case in CASES} == with_texts


@pytest.mark.parametrize("case", CASES)
def test_case_is_found_to_be_in_its_format(case):
    format = FORMATS[case.split("/")[0]]
    named = options_of(case).get("format", AUTO)
    assert (named == AUTO) or (format.by_name_only and named == format.name)
    assert set(find_sources(files_of(case), named).sources.values()) == {format}


@pytest.mark.parametrize("case", CASES)
def test_case_is_read_as_expected(case):
    expected = json.loads((SAMPLES / case / "expected.json").read_text(encoding="utf8"))
    assert [told(record, SAMPLES / case) for record in read_case(case)] == expected
