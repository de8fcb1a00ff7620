"""What an interval promises, for any counts."""

from bisect import bisect_left
from math import comb
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.statistics.beta import beta_quantile, binomial_below, incomplete_beta
from windrow.statistics.intervals import (
    Interval,
    area_interval,
    clopper_pearson,
    lower_bound,
    operating_characteristic,
    smallest_sample,
    upper_bound,
    wilson,
)

COUNTS = st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
KINDS = pytest.mark.parametrize("kind", [wilson, clopper_pearson])


def exactly(k, n, rate):
    return sum(comb(n, i) * rate**i * (1 - rate) ** (n - i) for i in range(k + 1))


@KINDS
@given(counts=COUNTS, confidence=st.floats(0.5, 0.999))
def test_an_interval_holds_what_was_seen_and_stays_a_share(kind, counts, confidence):
    k, n = counts
    interval = kind(k, n, confidence)
    assert 0 <= interval.low <= interval.high <= 1
    assert n == 0 or (k / n) in interval


@KINDS
@given(counts=COUNTS)
def test_defects_and_passes_are_two_sides_of_one_interval(kind, counts):
    k, n = counts
    mirrored = kind(n - k, n).complement
    assert (mirrored.low, mirrored.high) == pytest.approx((kind(k, n).low, kind(k, n).high), abs=1e-9)


@KINDS
def test_a_sample_of_nothing_says_nothing(kind):
    assert kind(0, 0) == Interval(0.0, 1.0)


@KINDS
def test_a_count_that_is_no_share_is_refused(kind):
    with pytest.raises(ValueError, match="no share: 3 of 2"):
        kind(3, 2)
    with pytest.raises(ValueError, match="between 0 and 1"):
        kind(1, 2, 95)


@pytest.mark.parametrize("rate", [0.003, 0.02, 0.1, 0.37, 0.9])
def test_clopper_pearson_is_never_short_of_its_confidence_and_wilson_close_to_it(rate):
    n = 150
    chance = [exactly(k, n, rate) - (exactly(k - 1, n, rate) if k else 0) for k in range(n + 1)]
    held = {kind: sum(p for k, p in enumerate(chance) if rate in kind(k, n)) for kind in (wilson, clopper_pearson)}
    assert held[clopper_pearson] >= 0.95
    assert held[wilson] >= 0.91


@given(counts=COUNTS.filter(lambda c: 0 < c[0] < c[1]), confidence=st.floats(0.6, 0.99))
def test_one_sided_bounds_are_where_the_exact_tail_says(counts, confidence):
    k, n = counts
    assert binomial_below(k, n, upper_bound(k, n, confidence)) == pytest.approx(1 - confidence, abs=1e-9)
    assert 1 - binomial_below(k - 1, n, lower_bound(k, n, confidence)) == pytest.approx(1 - confidence, abs=1e-9)


@given(counts=COUNTS, rate=st.floats(0.001, 0.999))
def test_tails_of_the_binomial_are_the_sums_they_stand_for(counts, rate):
    k, n = counts
    assert binomial_below(k, n, rate) == pytest.approx(exactly(k, n, rate), abs=1e-10)


def test_the_incomplete_beta_is_right_where_it_is_known():
    assert incomplete_beta(0.3, 1, 1) == pytest.approx(0.3)
    assert incomplete_beta(0.25, 0.5, 0.5) == pytest.approx(1 / 3)  # arcsine
    assert incomplete_beta(0.5, 1e6, 1e6) == pytest.approx(0.5)
    assert beta_quantile(0.75, 2, 1) == pytest.approx(0.75**0.5)


def test_an_acceptance_sample_that_nothing_could_pass_is_refused():
    with pytest.raises(ValueError, match="no acceptance sample"):
        smallest_sample(0.0, 0)


@pytest.mark.parametrize("rate", [0.01, 0.1, 0.4])
def test_the_ways_a_sampling_rule_ends_are_all_there_is(rate):
    ends = operating_characteristic(rate, 60, 0.1)
    assert ends.accept + ends.full_pass + ends.undecided == pytest.approx(1)
    by_hand = sum(
        exactly(k, 60, rate) - (exactly(k - 1, 60, rate) if k else 0) for k in range(61) if wilson(k, 60).high < 0.1
    )
    assert ends.accept == pytest.approx(by_hand, abs=1e-12)


def test_an_area_of_chance_is_as_sure_as_the_mann_whitney_test_is():
    interval = area_interval(0.5, 40, 60)
    edge = interval.high
    at_chance = ((40 + 60 + 1) / (12 * 40 * 60)) ** 0.5  # standard deviation of U / (m n) where nothing differs
    assert 0.5 - interval.low == pytest.approx(edge - 0.5)
    assert edge - 0.5 == pytest.approx(1.96 * at_chance, rel=0.06)


@pytest.mark.parametrize("size", [20, 120])
def test_an_area_of_one_is_not_certain_and_less_so_of_few_texts(size):
    interval = area_interval(1.0, size, size)
    assert interval.high == 1.0
    assert 1.0 - interval.low == pytest.approx(2.0 / size, rel=0.15)
    assert area_interval(0.0, size, size).high == pytest.approx(1 - interval.low)


def test_at_least_nineteen_of_twenty_areas_lie_within_their_interval_which_is_no_wider_than_need_be():
    """Two normal samples whose true area is 0.92 (Phi(d / sqrt 2) for d = 1.987)."""
    rng, held, width, times = Random(3), 0, 0.0, 400
    for _ in range(times):
        ours, theirs = sorted(rng.gauss(1.987, 1) for _ in range(30)), sorted(rng.gauss(0, 1) for _ in range(45))
        area = sum(bisect_left(theirs, one) for one in ours) / (30 * 45)
        interval = area_interval(area, 30, 45)
        held += 0.92 in interval
        width += (interval.high - interval.low) / times
    assert held / times >= 0.95
    assert width < 0.16


@pytest.mark.parametrize("given", [(1.1, 5, 5), (0.5, 0, 5), (float("nan"), 5, 5)])
def test_what_is_no_area_has_no_interval(given):
    with pytest.raises(ValueError, match="no area"):
        area_interval(*given)
