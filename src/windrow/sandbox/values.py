"""Python values as JSON that says their types: what a tested function returned, told without trusting its class.

Only what the built-in base of an object holds is told, by the methods of that base. So an object that claims to equal
everything is told as what it is.
"""

from __future__ import annotations

import math
from typing import Any

MOST_DEPTH = 60
MOST_PARTS = 200_000
MOST_BITS = 100_000


class NotPlain(ValueError):
    """A value that nests too deep, or is too large to compare."""


def encode(value: Any) -> Any:  # noqa: ANN401 - any value of any program
    """`value` as JSON with types. What is not built of built-in types becomes {"other": …}, which equals nothing."""
    return _encoded(value, 0, [0])


def decode(told: Any) -> Any:  # noqa: ANN401 - the value that `encode` was given
    """The value, of built-in types."""
    if told is None or type(told) in (bool, str, int):
        return told
    ((kind, inner),) = told.items()
    plain = {"int": lambda: int(inner, 16), "float": lambda: float(inner), "bytes": lambda: bytes.fromhex(inner),
             "complex": lambda: complex(inner), "other": object}  # fmt: skip
    if kind in plain:
        return plain[kind]()
    if kind == "dict":
        return {decode(key): decode(one) for key, one in inner}
    return {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}[kind](decode(one) for one in inner)


def alike(got: Any, expected: Any, *, tolerance: float = 0.0) -> bool:  # noqa: ANN401 - encoded values
    """Whether two encoded values are equal as Python has it, but for true and 1, which differ. A list that JSON gave
    may stand for a tuple. `tolerance` is the largest difference of two floats, absolute."""
    one, other = _number(got), _number(expected)
    if one is not None and other is not None:
        return _close(one, other, tolerance)
    if isinstance(got, dict) and isinstance(expected, dict):
        ((kind, parts),), ((wanted, others),) = got.items(), expected.items()
        if kind != wanted and {kind, wanted} not in ({"list", "tuple"}, {"set", "frozenset"}):
            return False
        return kind != "other" and _parts_alike(kind, parts, others, tolerance)
    return type(got) is type(expected) and bool(got == expected)


def _parts_alike(kind: str, parts: Any, others: Any, tolerance: float) -> bool:  # noqa: ANN401 - likewise
    if kind in {"bytes", "complex"} or len(parts) != len(others):
        return bool(parts == others)
    pairs = zip(parts, others, strict=True)
    if kind == "dict":
        return all(alike(a[0], b[0]) and alike(a[1], b[1], tolerance=tolerance) for a, b in pairs)
    return all(alike(a, b, tolerance=tolerance) for a, b in pairs)


def _encoded(value: Any, depth: int, parts: list[int]) -> Any:  # noqa: ANN401 - any value of any program
    parts[0] += 1
    if depth > MOST_DEPTH or parts[0] > MOST_PARTS:
        raise NotPlain("the value nests too deep, or is too large")
    base = type(value)
    if value is None or base is bool:
        return value
    for kind, tell in _SCALARS:
        if issubclass(base, kind):
            return tell(value)
    if issubclass(base, dict):
        pairs = [[_encoded(k, depth + 1, parts), _encoded(v, depth + 1, parts)] for k, v in dict.items(value)]
        return {"dict": sorted(pairs, key=lambda pair: _order(pair[0]))}
    for several in (list, tuple, set, frozenset):
        if issubclass(base, several):
            inner = [_encoded(one, depth + 1, parts) for one in several.__iter__(value)]
            return {several.__name__: sorted(inner, key=_order) if several in (set, frozenset) else inner}
    return {"other": base.__name__[:80]}


def _integer(value: int) -> Any:  # noqa: ANN401 - JSON
    if value.bit_length() > MOST_BITS:
        raise NotPlain("an integer of too many digits")
    return value if value.bit_length() < 64 else {"int": hex(value)}  # noqa: PLR2004 - what every JSON reader holds


_SCALARS: tuple[tuple[type, Any], ...] = (
    (int, lambda value: _integer(int.__index__(value))),
    (float, lambda value: {"float": float.__repr__(value)}),
    (str, str.__str__),
    (bytes, lambda value: {"bytes": bytes.hex(value)}),
    (bytearray, lambda value: {"bytes": bytearray.hex(value)}),
    (complex, lambda value: {"complex": complex.__repr__(value)}),
)


def _order(told: Any) -> str:  # noqa: ANN401 - JSON
    number = _number(told)  # 1 and 1.0 are one key
    return repr(float(number)) if number is not None and abs(number) < 2**53 else repr(told)


def _number(told: Any) -> int | float | None:  # noqa: ANN401 - JSON
    if type(told) is int:
        return told
    if type(told) is dict and len(told) == 1:
        if "int" in told:
            return int(told["int"], 16)
        if "float" in told:
            return float(told["float"])
    return None


def _close(one: Any, other: Any, tolerance: float) -> bool:  # noqa: ANN401 - numbers
    if one == other:
        return True
    if not tolerance or not (isinstance(one, float) or isinstance(other, float)):
        return False
    if not (math.isfinite(one) and math.isfinite(other)):
        return False
    return bool(abs(one - other) <= tolerance)
