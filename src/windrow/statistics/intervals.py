"""How far a share seen in a sample may be from the share it stands for: Wilson, Clopper-Pearson, and sample sizes.

Shares and confidences are in [0, 1]. Counts may be fractional: a weighted sample has an effective size. A sample of
nothing says nothing: its interval is [0, 1].
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

from windrow.statistics.beta import beta_quantile, binomial_below

if TYPE_CHECKING:
    from collections.abc import Callable

CONFIDENCE = 0.95
BISECTIONS = 50


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, both included."""

    low: float
    high: float

    def __contains__(self, share: float) -> bool:
        return self.low <= share <= self.high

    @property
    def complement(self) -> Interval:
        """The interval of one minus the share: of passes, where this one is of defects."""
        return Interval(1 - self.high, 1 - self.low)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share with its interval, and by which method. `value` is None where the data allow no estimate: then `method`
    says why, and the interval is all of [0, 1]."""

    value: float | None
    low: float
    high: float
    method: str

    @property
    def interval(self) -> Interval:
        """From `low` to `high`."""
        return Interval(self.low, self.high)


def z_value(confidence: float = CONFIDENCE) -> float:
    """How many standard errors a two-sided interval reaches to either side."""
    if not 0 < confidence < 1:
        msg = f"a confidence lies between 0 and 1: {confidence}"
        raise ValueError(msg)
    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson(k: float, n: float, confidence: float = CONFIDENCE) -> Interval:
    """The score interval of `k` hits in `n` trials (Wilson 1927): close to its confidence on average."""
    z = z_value(confidence)
    if not _checked(k, n):
        return Interval(0.0, 1.0)
    share, spread = k / n, z * z / n
    centre = (share + spread / 2) / (1 + spread)
    reach = z * sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return Interval(0.0 if k == 0 else max(0.0, centre - reach), 1.0 if k == n else min(1.0, centre + reach))


def clopper_pearson(k: float, n: float, confidence: float = CONFIDENCE) -> Interval:
    """The exact interval of `k` hits in `n` trials (Clopper and Pearson 1934): never short of its confidence."""
    one_sided = (1 + confidence) / 2
    return Interval(lower_bound(k, n, one_sided), upper_bound(k, n, one_sided))


def upper_bound(k: float, n: float, confidence: float = CONFIDENCE) -> float:
    """The exact one-sided bound that the share is below, with `k` hits in `n` trials."""
    z_value(confidence)
    return beta_quantile(confidence, k + 1, n - k) if _checked(k, n) and k < n else 1.0


def lower_bound(k: float, n: float, confidence: float = CONFIDENCE) -> float:
    """The exact one-sided bound that the share is above, with `k` hits in `n` trials."""
    z_value(confidence)
    return beta_quantile(1 - confidence, k, n - k + 1) if _checked(k, n) and k > 0 else 0.0


def _checked(k: float, n: float) -> bool:
    if not 0 <= k <= n:
        msg = f"no share: {k} of {n}"
        raise ValueError(msg)
    return n > 0


def area_interval(area: float, positives: int, negatives: int, confidence: float = CONFIDENCE) -> Interval:
    """The score interval of an area under the ROC curve, the Mann-Whitney statistic over two samples (Newcombe 2006,
    part 2, method 5). Wide still where one sample lies wholly above the other."""
    if not 0 <= area <= 1 or min(positives, negatives) < 1:
        msg = f"no area under a curve: {area} of {positives} and {negatives}"
        raise ValueError(msg)
    z, more = z_value(confidence), (positives + negatives) / 2 - 1

    def reaches(true: float) -> bool:
        """Whether the area seen is among those that `true` leads to."""
        spread = 1 + more * ((1 - true) / (2 - true) + true / (1 + true))
        return abs(true - area) <= z * sqrt(true * (1 - true) * spread / (positives * negatives))

    return Interval(_edge(0.0, area, reaches), _edge(1.0, area, reaches))


def _edge(outside: float, inside: float, reaches: Callable[[float], bool]) -> float:
    """Where `reaches` begins to hold, on the way from `outside` to `inside`."""
    if reaches(outside):
        return outside
    for _ in range(BISECTIONS):
        middle = (outside + inside) / 2
        outside, inside = (outside, middle) if reaches(middle) else (middle, inside)
    return inside


def smallest_sample(bound: float, failures: int, confidence: float = CONFIDENCE) -> int:
    """Acceptance sampling: the smallest sample in which `failures` defects still show, one-sided and exactly, that
    the defect rate is below `bound`."""
    if not 0 < bound < 1 or failures < 0:
        msg = f"no acceptance sample shows a rate below {bound} with {failures} failures"
        raise ValueError(msg)
    too_few, enough = failures, failures + 1
    while binomial_below(failures, enough, bound) > 1 - confidence:
        too_few, enough = enough, enough * 2
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        if binomial_below(failures, middle, bound) > 1 - confidence:
            too_few = middle
        else:
            enough = middle
    return enough


def survey_sample(population: int, margin: float, rate: float = 0.5, confidence: float = CONFIDENCE) -> int:
    """The sample out of a finite population that gives a share near `rate` to within `margin` either way
    (Cochran 1977, 4.6)."""
    endless = z_value(confidence) ** 2 * rate * (1 - rate) / margin**2
    return min(population, ceil(endless / (1 + endless / population)))


@dataclass(frozen=True, slots=True)
class Operating:
    """How often a sampling rule ends in each way, at one true defect rate. The three sum to 1."""

    accept: float
    full_pass: float
    undecided: float


def operating_characteristic(rate: float, n: int, limit: float, confidence: float = CONFIDENCE) -> Operating:
    """The rule "accept if the Wilson interval lies below `limit`, judge everything if it lies above", in one look at
    `n` rows of which each is defective with chance `rate`: exact binomial sums."""
    most_accepted = _last(n, lambda k: wilson(k, n, confidence).high < limit)
    fewest_refused = _last(n, lambda k: wilson(k, n, confidence).low <= limit) + 1
    accept = binomial_below(most_accepted, n, rate)
    full_pass = 1 - binomial_below(fewest_refused - 1, n, rate)
    return Operating(accept, full_pass, max(0.0, 1 - accept - full_pass))


def _last(n: int, holds: Callable[[int], bool]) -> int:
    """The largest count up to `n` for which `holds`, which holds up to some count and not beyond; -1 for none."""
    low, high = -1, n + 1
    while high - low > 1:
        middle = (low + high) // 2
        if holds(middle):
            low = middle
        else:
            high = middle
    return low
