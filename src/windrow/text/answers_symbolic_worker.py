"""Compares pairs of expressions that arrive as JSON lines on standard input. Run by path, never imported."""

from __future__ import annotations

import contextlib
import json
import sys

MEMORY = 2 * 1024**3
DIGITS = 15


def main() -> None:
    """Answer line by line until the input ends."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on Windows
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for line in sys.stdin:
        expected, said = json.loads(line)
        try:
            answer = _compared(expected, said)
        except Exception as error:  # noqa: BLE001 - a model may write anything; what cannot be read is not equal
            answer = {"same": False, "unread": f"{said!r} ({type(error).__name__})"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _compared(expected: str, said: str) -> dict[str, object]:
    from math_verify import verify  # type: ignore[import-untyped,import-not-found,unused-ignore]  # noqa: PLC0415

    gold, target = _read(expected), _read(said)
    if not gold or not target:
        return {"same": False, "unread": repr(expected if not gold else said)}
    return {"same": bool(verify(gold, target, float_rounding=DIGITS, timeout_seconds=None))}


def _read(text: str) -> list[object]:
    """What math-verify parses, floats turned into the fractions that their decimals are."""
    from math_verify import parse  # type: ignore[import-untyped,import-not-found,unused-ignore]  # noqa: PLC0415
    from sympy import Basic, Rational  # type: ignore[import-untyped,import-not-found,unused-ignore]  # noqa: PLC0415

    marked = text if "$" in text or "\\(" in text or "\\[" in text else f"${text}$"
    found = parse(marked, parsing_timeout=None)
    exact: list[object] = []
    for one in found:
        if isinstance(one, str):
            continue  # the text itself: two readings are compared, never two spellings
        if isinstance(one, Basic):
            one = one.replace(lambda part: part.is_Float, lambda part: Rational(str(part)))  # noqa: PLW2901
        exact.append(one)
    return exact


if __name__ == "__main__":
    main()
