"""JSON as every trainer reads it: what Python's own parser forgives is refused here, in words a user understands.

Python accepts NaN, reads 1e999 as infinity, lets the last of two equal keys win, keeps integers of any size and
decodes half a surrogate pair.
Each of these loads differently, or not at all, in Arrow, in pandas and in JavaScript.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

INT64 = range(-(2**63), 2**63)
DEEPEST = 100  # nesting; beyond it readers (and Python's own stack) give up


class NotStrict(ValueError):
    """Text that is not strict JSON. `code` is one of: malformed, nan, duplicate_key, int64, surrogate, deep."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(what)
        self.code = code


def loads(text: str) -> Any:  # noqa: ANN401 - any JSON value
    """The value that `text` spells. Raises NotStrict."""
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise NotStrict("malformed", f"{error.msg} at character {error.pos}") from None
    except RecursionError:
        raise NotStrict("deep", f"nested more than {DEEPEST} deep") from None
    if "\\u" in text or not text.isascii():
        _refuse_half_pairs(value)
    if text.count("[") + text.count("{") > DEEPEST and _depth(value) > DEEPEST:
        raise NotStrict("deep", f"nested more than {DEEPEST} deep")
    return value


def is_whole(text: str) -> bool:
    """Whether `text` can be written as UTF-8: no half of a surrogate pair in it."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise NotStrict("duplicate_key", f"the key {twice!r} stands twice in one object")
    return found


def _constant(name: str) -> NoReturn:
    raise NotStrict("nan", f"{name} is not JSON")


def _decimal(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise NotStrict("nan", f"{digits[:24]} is larger than any number can be")
    return number


def _whole_number(digits: str) -> int:
    # Longer than any int64, and converting a very long one is slow or refused.
    number = int(digits) if len(digits) <= len(str(INT64[0])) else None
    if number is None or number not in INT64:
        raise NotStrict("int64", f"{digits[:24]} does not fit 64 bits")
    return number


def _refuse_half_pairs(value: Any) -> None:  # noqa: ANN401 - any JSON value
    if not is_whole(json.dumps(value, ensure_ascii=False)):
        raise NotStrict("surrogate", "half of a surrogate pair cannot be written as UTF-8")


def _depth(value: Any) -> int:  # noqa: ANN401 - any JSON value
    deepest, pending = 0, [(value, 1)]
    while pending:
        item, depth = pending.pop()
        if isinstance(item, dict | list):
            deepest = max(deepest, depth)
            pending += [(child, depth + 1) for child in (item.values() if isinstance(item, dict) else item)]
    return deepest


_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_constant=_constant, parse_float=_decimal, parse_int=_whole_number
)
