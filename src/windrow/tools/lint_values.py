"""Whether a value that a definition gives (a default, a member of an enum) is of the type that it gives beside it."""

from __future__ import annotations

import re
from typing import Any

KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "integer": (int,), "number": (int, float),
    "boolean": (bool,), "null": (type(None),),
}  # fmt: skip
WHOLE = re.compile(r"-?\d{1,18}")
DECIMAL = re.compile(r"-?\d{1,18}\.\d{1,18}")


class Unfit(ValueError):
    """A value that its type does not allow, in words."""


def has_kind(value: object, kind: str) -> bool:
    """Whether `value` is of the JSON type `kind`; true and false are no numbers, and 5.0 is no integer."""
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, KINDS.get(kind, (object,)))


def fitted(value: Any, schema: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """`value` as the schema's type, rewritten where only its spelling is another ("3" for 3). Raises Unfit."""
    told = schema.get("type")
    kinds = [told] if isinstance(told, str) else told if isinstance(told, list) else []
    if not kinds or any(has_kind(value, kind) for kind in kinds):
        return value
    for kind in kinds:
        mended = _rewritten(value, str(kind))
        if mended is not _NOTHING:
            return mended
    raise Unfit(f"{value!r} is not of type {' or '.join(map(str, kinds))}"[:120])


_NOTHING: Any = object()


def _rewritten(value: object, kind: str) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, bool):
        return _NOTHING
    if isinstance(value, str):
        return _read(value.strip(), kind)
    if kind == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)
    return str(value) if kind == "string" and isinstance(value, int | float) else _NOTHING


def _read(text: str, kind: str) -> Any:  # noqa: ANN401 - JSON
    if kind in {"integer", "number"} and WHOLE.fullmatch(text):
        return int(text)
    if kind == "number" and DECIMAL.fullmatch(text):
        return float(text)
    if kind == "boolean" and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if (kind, text) in {("array", "[]"), ("object", "{}")}:
        return [] if kind == "array" else {}
    return _NOTHING
