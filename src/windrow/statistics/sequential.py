"""Tests that look as the data come: how many rows a sequential test needs, and a CUSUM that notices drift.

The CUSUM's run lengths are computed (Brook and Evans 1972), not simulated: they say beforehand how often it cries wolf
and how late it is.
"""

from __future__ import annotations

from itertools import pairwise
from math import log, sqrt
from statistics import NormalDist
from typing import Literal

Side = Literal["up", "down"]
STATES = 80


def sprt_expected(p0: float, p1: float, alpha: float = 0.05, beta: float = 0.05) -> tuple[float, float]:
    """How many rows Wald's sequential test of the rates `p0` against `p1` looks at on average, where `p0` is true and
    where `p1` is (Wald 1947, 5.4: without the overshoot, hence a little few)."""
    _rates(p0, p1)
    hit, miss = log(p1 / p0), log((1 - p1) / (1 - p0))
    upper, lower = log((1 - beta) / alpha), log(beta / (1 - alpha))
    under_p0 = ((1 - alpha) * lower + alpha * upper) / (p0 * hit + (1 - p0) * miss)
    under_p1 = (beta * lower + (1 - beta) * upper) / (p1 * hit + (1 - p1) * miss)
    return under_p0, under_p1


def fixed_n(p0: float, p1: float, alpha: float = 0.05, beta: float = 0.05) -> float:
    """How many rows a one-sided test of fixed size needs for the same errors (normal approximation, not rounded)."""
    _rates(p0, p1)
    false_alarm, miss = NormalDist().inv_cdf(1 - alpha), NormalDist().inv_cdf(1 - beta)
    return ((false_alarm * sqrt(p0 * (1 - p0)) + miss * sqrt(p1 * (1 - p1))) / (p1 - p0)) ** 2


def _rates(p0: float, p1: float) -> None:
    if not (0 < p0 < 1 and 0 < p1 < 1 and p0 != p1):
        msg = f"two different rates between 0 and 1 are needed: {p0} and {p1}"
        raise ValueError(msg)


class Cusum:
    """A two-sided cumulative sum (Page 1954) of standardized values: 0 on average and of spread 1 while all is well.

    `k` is what a value may be off before it counts, half of the shift to be noticed; `h` how much must add up. Feed it
    the means of batches: single yes-or-no values are far from normal, and its run lengths do not hold for them.
    """

    def __init__(self, k: float = 0.5, h: float = 5.0) -> None:
        self.k = k
        self.h = h
        self.up = 0.0
        self.down = 0.0
        self.seen = 0
        self._start: dict[Side, int] = {"up": 0, "down": 0}

    def add(self, x: float) -> Side | None:
        """Take the next value. The side on which the sum is now above `h`, or None."""
        self.seen += 1
        self.up = self._grown("up", self.up, x)
        self.down = self._grown("down", self.down, -x)
        if max(self.up, self.down) <= self.h:
            return None
        return "up" if self.up > self.down else "down"

    def _grown(self, side: Side, total: float, x: float) -> float:
        grown = total + x - self.k
        if grown <= 0:
            self._start[side] = self.seen
            return 0.0
        return grown

    def last_good(self, side: Side) -> int:
        """How many values had been taken when the sum of that side was last at nought: where the change is likely to
        have begun (Page's estimate)."""
        return self._start[side]

    def reset(self) -> None:
        """Start afresh, after an alarm was looked into."""
        self.up = self.down = 0.0
        self._start = {"up": self.seen, "down": self.seen}


def run_length(k: float = 0.5, h: float = 5.0, shift: float = 0.0, *, sides: int = 1) -> float:
    """How many normal values a CUSUM takes on average until it cries, after a shift of `shift` standard deviations.

    One side is a Markov chain over `STATES` slices of [0, h], solved exactly; two sides are joined by their rates.
    """
    upward = _one_sided(k, h, shift)
    return upward if sides == 1 else 1 / (1 / upward + 1 / _one_sided(k, h, -shift))


def _one_sided(k: float, h: float, shift: float) -> float:
    width = 2 * h / (2 * STATES - 1)
    normal = NormalDist(shift - k)
    edges = [normal.cdf((step + 0.5) * width) for step in range(-STATES, STATES)]
    matrix = []
    for at in range(STATES):
        reached = edges[STATES - at : 2 * STATES - at]
        row = [-reached[0], *(lower - upper for lower, upper in pairwise(reached)), 1.0]
        row[at] += 1.0
        matrix.append(row)
    return _solve(matrix)[0]


def _solve(matrix: list[list[float]]) -> list[float]:
    """Gauss's elimination; the last column is the right-hand side. The chain's matrix is diagonally dominant."""
    size = len(matrix)
    for pivot in range(size):
        top = matrix[pivot]
        for below in matrix[pivot + 1 :]:
            factor = below[pivot] / top[pivot]
            if factor:
                for column in range(pivot, size + 1):
                    below[column] -= factor * top[column]
    solution = [0.0] * size
    for at in reversed(range(size)):
        known = sum(matrix[at][column] * solution[column] for column in range(at + 1, size))
        solution[at] = (matrix[at][size] - known) / matrix[at][at]
    return solution
