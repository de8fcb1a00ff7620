"""The true pass rate behind a judge that errs: what it says, corrected by how often it was wrong on labelled rows.

A judge that passes 90 % of good rows and 20 % of bad ones reports neither the good rows' share nor anything near it.
Rogan and Gladen (1978) solve for that share. What is not known of the judge itself, whose sensitivity and specificity
come from a small labelled set, goes into the interval by drawing them anew (a parametric bootstrap, from Jeffreys'
posteriors, so that a judge without an error among 20 labels is not taken for one without errors).
"""

from __future__ import annotations

import random
from math import sqrt
from typing import TYPE_CHECKING

from windrow.statistics.agreement import Confusion
from windrow.statistics.intervals import CONFIDENCE, Estimate

if TYPE_CHECKING:
    from collections.abc import Iterable

DRAWS = 2000
LEAST_SKILL = 0.1
"""A judge can be corrected where sensitivity + specificity - 1 is surely above this. At 0 it does not tell good rows
from bad ones, and near 0 the corrected figure is made of the labelled set's own noise."""
JEFFREYS = 0.5


def rogan_gladen(p_obs: float, se: float, sp: float) -> float | None:
    """The true share behind an observed one: (p_obs + sp - 1) / (se + sp - 1), clipped to [0, 1]. None where the judge
    passes bad rows as often as good ones."""
    skill = se + sp - 1
    return None if skill <= 0 else min(1.0, max(0.0, (p_obs + sp - 1) / skill))


def corrected_rate(
    passed: float,
    judged: float,
    gold: Confusion,
    *,
    seed: int | str = 0,
    draws: int = DRAWS,
    confidence: float = CONFIDENCE,
) -> Estimate:
    """The share of good rows among those of which the judge passed `passed` of `judged`, as people would label them.

    `gold` counts the same judge against labels. Its labelled rows may hold another share of good ones: only the errors
    within the good and within the bad are read. Counts may be fractional (an effective sample).
    """
    if not 0 <= passed <= judged:
        msg = f"no pass rate: {passed} of {judged}"
        raise ValueError(msg)
    if judged <= 0:
        return _unknown("nothing was judged")
    se, sp = gold.sensitivity, gold.specificity
    if se is None or sp is None:
        return _unknown(f"the labelled set has no {'bad' if sp is None else 'good'} row")
    value = rogan_gladen(passed / judged, se, sp)
    tail = (1 - confidence) / 2
    drawn = _draws(passed, judged, gold, random.Random(f"corrected:{seed}"), draws)
    unskilled = sum(each is None for each in drawn)
    if value is None or unskilled > tail * draws:
        return _unknown(f"the judge may pass bad rows nearly as often as good ones (skill {se + sp - 1:.2f})")
    low, high = _middle([each for each in drawn if each is not None], confidence)
    low, high = (0.0 if passed == 0 else low), (1.0 if passed == judged else high)
    return Estimate(value, min(low, value), max(high, value), "rogan-gladen, bootstrapped")


def _draws(passed: float, judged: float, gold: Confusion, rng: random.Random, draws: int) -> list[float | None]:
    """The corrected share, each time with another judge and another sample that the counts allow; None for a judge
    without skill."""
    found: list[float | None] = []
    for _ in range(draws):
        se = _share(rng, gold.tp, gold.fn)
        sp = _share(rng, gold.tn, gold.fp)
        p_obs = _share(rng, passed, judged - passed)
        found.append(rogan_gladen(p_obs, se, sp) if se + sp - 1 > LEAST_SKILL else None)
    return found


def prediction_powered(
    labelled: Iterable[tuple[bool, bool]],
    unlabelled: Iterable[bool],
    *,
    seed: int | str = 0,
    draws: int = DRAWS,
    confidence: float = CONFIDENCE,
) -> Estimate:
    """The share of good rows in a set of which a random part has labels and all of it verdicts.

    `labelled` are pairs of (people pass, the judge passes), drawn at random from the very set; `unlabelled` the judge's
    verdicts on the rest. Prediction-powered inference (Angelopoulos et al. 2023) with its best weight, which for yes or
    no is post-stratification: how good the passed are, and how good the failed, weighted by how many were passed and
    failed in all. Right with any judge, and never much wider than the labels alone; with a good one far narrower.
    """
    gold = Confusion.of(labelled)
    verdicts = [bool(verdict) for verdict in unlabelled]
    if gold.n == 0:
        return _unknown("no row has a label")
    everything = gold.n + len(verdicts)
    passed = gold.tp + gold.fp + sum(verdicts)
    value = _weighted(passed / everything, gold)
    rng = random.Random(f"prediction-powered:{seed}")
    low, high = _middle(
        [
            (share := _share(rng, passed, everything - passed)) * _share(rng, gold.tp, gold.fp)
            + (1 - share) * _share(rng, gold.fn, gold.tn)
            for _ in range(draws)
        ],
        confidence,
    )
    low, high = (0.0 if gold.good == 0 else low), (1.0 if gold.bad == 0 else high)
    return Estimate(value, min(low, value), max(high, value), "prediction-powered")


def _weighted(passed: float, gold: Confusion) -> float:
    """The share of good rows, given how good the passed and the failed are; a kind without labels is as good as all."""
    overall = gold.good / gold.n
    among_passed = gold.precision if gold.precision is not None else overall
    failed = gold.fn + gold.tn
    among_failed = gold.fn / failed if failed else overall
    return passed * among_passed + (1 - passed) * among_failed


def _share(rng: random.Random, hits: float, misses: float) -> float:
    return rng.betavariate(hits + JEFFREYS, misses + JEFFREYS)


def _middle(drawn: list[float], confidence: float) -> tuple[float, float]:
    """Where the middle `confidence` of the draws begins and ends, and one standard error of the draws' own chance
    further out: fewer draws make an interval wider, never bolder."""
    drawn.sort()
    tail = (1 - confidence) / 2
    cut = max(0, int(tail * len(drawn) - sqrt(tail * (1 - tail) * len(drawn))))
    return drawn[cut], drawn[-1 - cut]


def _unknown(why: str) -> Estimate:
    return Estimate(None, 0.0, 1.0, f"cannot be corrected: {why}")
