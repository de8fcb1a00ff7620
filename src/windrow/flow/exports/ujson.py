"""Whether a float comes through pandas' ujson unchanged, as `Json()` columns of `datasets` make it go.

ujson adds up digits times a rounded power of ten, so that 1.7 becomes 1.7000000000000002, and writes no more than ten
decimals. This retraces both (pandas 2 and 3, `ultrajsondec.c` and `ultrajsonenc.c`), checked against it float by float.
"""

from __future__ import annotations

import re

NUMBER = re.compile(r"(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?", re.ASCII)
DECIMALS_READ, DECIMALS_WRITTEN = 15, 10
POWERS = [float(f"1e-{places}") for places in range(DECIMALS_READ + 1)]
HUGE, TINY = 1e16, 1e-15  # beyond these ujson writes ten significant digits


def survives(value: float) -> bool:
    """Whether reading, writing and reading `value` again gives it back."""
    first = _read(repr(value))
    return _read(_written(first)) == value


def _read(text: str) -> float:
    found = NUMBER.fullmatch(text)
    if found is None:
        return float(text)
    sign, whole, decimals, exponent = found.groups()
    fraction = 0.0
    digits = (decimals or "")[:DECIMALS_READ]
    for digit in digits:
        fraction = fraction * 10.0 + int(digit)
    value = float(int(whole)) + fraction * POWERS[len(digits)]
    if exponent:
        value *= pow(10.0, float(exponent))
    return -value if sign else value


def _written(value: float) -> str:
    if value and not TINY <= abs(value) <= HUGE:
        return f"{value:.10g}"
    return repr(round(value, DECIMALS_WRITTEN))
