"""Compares pairs of expressions that arrive as JSON lines on standard input. Run by path, never imported.

SymPy reads some expressions by evaluating them, and what it reads here a model wrote: so before the first is read this
process is bounded in memory and lets itself open, start and reach nothing any more.
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
from pathlib import Path

MEMORY = 2 * 1024**3
DIGITS = 15
MOST_EXPONENT = 64
GUARD = Path(__file__).parents[1] / "sandbox"


def main() -> None:
    """Answer line by line until the input ends."""
    _compared("x^2+1", "\\frac{1}{2}")  # so that everything is imported
    _shut()
    for line in sys.stdin:
        expected, said = json.loads(line)
        try:
            answer = _compared(expected, said)
        except Exception as error:  # noqa: BLE001 - a model may write anything; what cannot be read is not equal
            answer = {"same": False, "unread": f"{said!r} ({type(error).__name__})"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _shut() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on Windows
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    libraries = [place for place in sys.path if place]
    sys.path.insert(0, str(GUARD))
    from guard import guard  # type: ignore[import-not-found]  # noqa: PLC0415 - it lies beside the sandbox

    guard(libraries)


def _compared(expected: str, said: str) -> dict[str, object]:
    from math_verify import verify  # type: ignore[import-untyped,import-not-found,unused-ignore]  # noqa: PLC0415
    from sympy import Expr, Pow, simplify  # type: ignore[import-untyped,import-not-found,unused-ignore]  # noqa: PLC0415

    gold, target = _read(expected), _read(said)
    if not gold or not target:
        return {"same": False, "unread": repr(said if gold else expected), "reference": not gold}
    if verify(gold, target, float_rounding=DIGITS, timeout_seconds=None):
        return {"same": True}

    def tame(expression: Expr) -> bool:  # a tower of powers would be worked out to the last digit
        exponents = [power.exp for power in expression.atoms(Pow) if power.exp.is_number]
        return all(exponent.is_Rational and abs(exponent) <= MOST_EXPONENT for exponent in exponents)

    pairs = [(one, other) for one in gold for other in target if isinstance(one, Expr) and isinstance(other, Expr)]
    return {"same": any(tame(one - other) and simplify((one - other).doit()) == 0 for one, other in pairs)}


def _read(text: str) -> list[object]:
    """What math-verify parses, floats turned into the fractions that their decimals are. Nothing, where it read only a
    part: "3 sqrt(2)" is not 3."""
    from math_verify import parse  # type: ignore[import-untyped,import-not-found,unused-ignore]  # noqa: PLC0415
    from sympy import Basic, Rational  # type: ignore[import-untyped,import-not-found,unused-ignore]  # noqa: PLC0415

    written = re.sub(r"(?<!\\)\bsqrt\s*\(([^()]*)\)", r"\\sqrt{\1}", text.replace("**", "^"))
    written = re.sub(r"(?<!\\)\bpi\b", r"\\pi ", written)
    marked = written if "$" in text or "\\(" in text or "\\[" in text else f"${written}$"
    exact: list[object] = []
    for one in parse(marked, parsing_timeout=None):
        if isinstance(one, str):
            continue  # the text itself: two readings are compared, never two spellings
        if not _digits(text) <= _digits(str(one)):
            return []
        if isinstance(one, Basic):
            one = one.replace(lambda part: part.is_Float, lambda part: Rational(str(part)))  # noqa: PLW2901
        exact.append(one)
    return exact


def _digits(text: str) -> set[str]:
    return {letter for letter in text if letter.isdigit() and letter != "0"}


if __name__ == "__main__":
    main()
