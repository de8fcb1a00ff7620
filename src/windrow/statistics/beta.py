"""The incomplete beta function and its inverse: what exact binomial tails and Clopper-Pearson bounds are made of.

The standard library has the gamma function and no more. The continued fraction is the usual one (Abramowitz and Stegun
26.5.8), summed by Lentz's method; it is good to about twelve digits up to counts in the millions.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, lgamma, log, log1p

TINY = 1e-300
MOST_TERMS = 100_000
BISECTIONS = 200


def incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularized incomplete beta function I_x(a, b), for x in [0, 1] and a, b > 0."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _continued_fraction(x, a, b) / a
    return 1.0 - front * _continued_fraction(1 - x, b, a) / b


def _continued_fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, _reciprocal(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = _reciprocal(1 + even * d), _away_from_zero(1 + even / c)
        value *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = _reciprocal(1 + odd * d), _away_from_zero(1 + odd / c)
        value *= d * c
        if abs(d * c - 1) < 1e-15:  # noqa: PLR2004 - the spacing of doubles near one
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > TINY else TINY


def _reciprocal(value: float) -> float:
    return 1 / _away_from_zero(value)


@lru_cache(maxsize=4096)
def beta_quantile(share: float, a: float, b: float) -> float:
    """The x at which I_x(a, b) reaches `share`, by bisection down to neighbouring doubles."""
    low, high = 0.0, 1.0
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if incomplete_beta(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def binomial_below(k: float, n: float, rate: float) -> float:
    """The chance of at most `k` hits in `n` trials of `rate` each."""
    if k < 0:
        return 0.0
    return 1.0 if k >= n else incomplete_beta(1 - rate, n - k, k + 1)
