"""Offsets as a browser counts them."""

from hypothesis import given
from hypothesis import strategies as st

from scripts.formats.shared.utf16 import in_utf16


@given(text=st.text(st.sampled_from("aé李🙂👩\u200d\u0301\uffff\U0010ffff")))
def test_every_offset_is_the_number_of_utf16_units_before_it(text):
    units = in_utf16(text)
    for offset in range(len(text) + 1):
        assert units(offset) == len(text[:offset].encode("utf-16-le")) // 2
