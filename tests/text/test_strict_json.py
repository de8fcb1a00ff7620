"""Strict JSON: what other readers would take differently is refused, with a code."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.text.strict_json import NotStrict, is_whole, loads

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(values)
def test_what_is_strict_is_read_as_python_reads_it(value):
    assert loads(json.dumps(value)) == value


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("malformed", ""),
        ("malformed", "{'a': 1}"),
        ("malformed", '{"a": 1} and more'),
        ("nan", "[NaN]"),
        ("nan", "-Infinity"),
        ("nan", "1e999"),
        ("nan", '{"a": [-2.5E+400]}'),
        ("nan", "9" * 400 + ".5"),
        ("duplicate_key", '{"a": {"b": 1, "b": 1}}'),
        ("int64", "9223372036854775808"),
        ("int64", "-" + "9" * 5000),
        ("surrogate", r'"\ud83d"'),
        ("surrogate", '"\ud83d"'),
        ("deep", "[" * 101 + "]" * 101),
        ("deep", '{"a":' * 5000 + "1" + "}" * 5000),
    ],
)
def test_each_trap_has_its_code(code, text):
    with pytest.raises(NotStrict) as caught:
        loads(text)
    assert caught.value.code == code


def test_a_whole_pair_is_no_half():
    assert loads(r'"\ud83d\ude00"') == "😀"
    assert is_whole("😀")
    assert not is_whole("\ude00")
