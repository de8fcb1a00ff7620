"""How well a judge agrees with people, and whether two rounds of judging differ.

A *positive* is a row that people pass. Sensitivity is then the share of good rows that the judge passes, specificity
the share of bad rows that it fails, precision the share of good rows among those that it passes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import exp, lgamma, log, log1p, sqrt
from typing import TYPE_CHECKING

from windrow.statistics.beta import binomial_below
from windrow.statistics.intervals import CONFIDENCE, Interval, clopper_pearson, wilson, z_value

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Confusion:
    """A judge against people, counted. tp: both pass. fp: only the judge passes. fn: only people pass. tn: both fail.

    A share of nothing is None.
    """

    tp: int
    fp: int
    fn: int
    tn: int

    @classmethod
    def of(cls, pairs: Iterable[tuple[bool, bool]]) -> Confusion:
        """Counted from pairs of (people pass, the judge passes)."""
        counts = {(True, True): 0, (False, True): 0, (True, False): 0, (False, False): 0}
        for label, verdict in pairs:
            counts[bool(label), bool(verdict)] += 1
        return cls(*counts.values())

    @property
    def n(self) -> int:
        """How many were labelled and judged."""
        return self.tp + self.fp + self.fn + self.tn

    @property
    def good(self) -> int:
        """How many people pass."""
        return self.tp + self.fn

    @property
    def bad(self) -> int:
        """How many people fail."""
        return self.fp + self.tn

    @property
    def sensitivity(self) -> float | None:
        """The share of good rows that the judge passes."""
        return _share(self.tp, self.good)

    @property
    def specificity(self) -> float | None:
        """The share of bad rows that the judge fails."""
        return _share(self.tn, self.bad)

    @property
    def precision(self) -> float | None:
        """The share of good rows among those that the judge passes."""
        return _share(self.tp, self.tp + self.fp)

    @property
    def agreement(self) -> float | None:
        """The share on which judge and people say the same; chance alone makes it high where most rows are good."""
        return _share(self.tp + self.tn, self.n)

    def precision_interval(self, confidence: float = CONFIDENCE) -> Interval:
        """The Wilson interval of `precision`."""
        return wilson(self.tp, self.tp + self.fp, confidence)

    def kappa(self) -> float | None:
        """Agreement beyond chance (Cohen 1960): 1 is perfect, 0 is chance. None where either says always the same."""
        chance = self._chance()
        agreement = self.agreement
        return None if agreement is None or chance is None else (agreement - chance) / (1 - chance)

    def _chance(self) -> float | None:
        """How often they would agree by chance; None where nothing is left beyond it."""
        passes, total = self.tp + self.fp, self.n
        both_pass, both_fail = self.good * passes, self.bad * (total - passes)
        return None if both_pass + both_fail == total**2 else (both_pass + both_fail) / total**2


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def kappa_error(confusion: Confusion) -> float | None:
    """The standard error of kappa in large samples (Fleiss, Cohen and Everitt 1969)."""
    kappa, chance = confusion.kappa(), confusion._chance()  # noqa: SLF001 - one definition of chance agreement
    if kappa is None or chance is None:
        return None
    total = confusion.n
    good, passes, rest = confusion.good / total, (confusion.tp + confusion.fp) / total, 1 - kappa
    alike = sum(
        count / total * (1 - margins * rest) ** 2
        for count, margins in ((confusion.tp, good + passes), (confusion.tn, 2 - good - passes))
    )
    unlike = sum(
        count / total * margins**2
        for count, margins in ((confusion.fn, passes + 1 - good), (confusion.fp, 1 - passes + good))
    )
    variance = alike + rest**2 * unlike - (kappa - chance * rest) ** 2
    return sqrt(max(0.0, variance) / total) / (1 - chance)


def kappa_interval(confusion: Confusion, confidence: float = CONFIDENCE) -> Interval:
    """Kappa give or take its standard error. Where judge and people never differed, that error is nought, and the
    lower end is where exact bounds on the share of agreement put it."""
    kappa, error, chance = confusion.kappa(), kappa_error(confusion), confusion._chance()  # noqa: SLF001
    if kappa is None or error is None or chance is None:
        return Interval(-1.0, 1.0)
    if confusion.fp + confusion.fn == 0:
        return Interval((clopper_pearson(confusion.n, confusion.n, confidence).low - chance) / (1 - chance), 1.0)
    reach = z_value(confidence) * error
    return Interval(max(-1.0, kappa - reach), min(1.0, kappa + reach))


def mcnemar(b: int, c: int) -> float:
    """The exact two-sided p-value that items which changed one way (`b`) and the other (`c`) are equally likely
    (McNemar 1947, binomial). Items that did not change do not matter."""
    changed = b + c
    return min(1.0, 2 * binomial_below(min(b, c), changed, 0.5)) if changed else 1.0


def mcnemar_power(n: int, lost: float, gained: float, alpha: float = 0.05) -> float:
    """How often the exact test finds a change: of `n` items, a share of `lost` turned from right to wrong and one of
    `gained` from wrong to right. The sum over every outcome, not a simulation."""
    change = lost + gained
    if change <= 0:
        return 0.0
    return sum(_binomial(changed, n, change) * _found(changed, lost / change, alpha) for changed in range(n + 1))


def _found(changed: int, share: float, alpha: float) -> float:
    """The chance that `changed` items, of which each was lost with chance `share`, split unevenly enough."""
    most = _most_uneven(changed, alpha)
    if most < 0:
        return 0.0
    return binomial_below(most, changed, share) + binomial_below(most, changed, 1 - share)


@lru_cache(maxsize=4096)
def _most_uneven(changed: int, alpha: float) -> int:
    """The largest smaller part into which `changed` items may split for the test to find a change; -1 for none."""
    most = changed // 2
    while most >= 0 and mcnemar(most, changed - most) >= alpha:
        most -= 1
    return most


def _binomial(k: int, n: int, rate: float) -> float:
    if rate >= 1:
        return float(k == n)
    ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return exp(ways + k * log(rate) + (n - k) * log1p(-rate))
