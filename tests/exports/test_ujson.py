"""What pandas' ujson does to floats, as recorded from pandas 3: reading, writing and reading again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.flow.exports.ujson import survives


@pytest.mark.parametrize("value", [1.7, -3.97, 1e-11, 0.123456789012345, 1e-12, 3.7067074730487494e17])
def test_floats_that_ujson_was_seen_to_change(value):
    assert not survives(value)


@pytest.mark.parametrize("value", [0.0, -0.0, 0.5, 0.1, 2.5, 100.25, 19.99, 1e17, -1234567.0])
def test_floats_that_ujson_was_seen_to_keep(value):
    assert survives(value)


@given(st.integers(-(10**6), 10**6), st.integers(0, 8))
def test_binary_fractions_always_survive(whole, eighths):
    assert survives(whole + eighths / 8)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_float_is_judged(value):
    assert survives(value) in {True, False}
