"""The same seed draws the same sample, each stratum is hit, and the estimate says how much it does not know."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.statistics.intervals import Interval, clopper_pearson, wilson
from windrow.statistics.sampling import Stratum, allocate, draw, effective_size, sample_size, stratified_rate

SIZES = st.dictionaries(st.text(min_size=1, max_size=4), st.integers(0, 300), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("population", "n"),
    [(0, 0), (1, 1), (399, 399), (400, 200), (4_000, 200), (10_000, 500), (40_000, 2_000), (10**6, 2_000)],
)
def test_how_many_rows_are_looked_at(population, n):
    assert sample_size(population) == n


def test_a_larger_share_is_looked_at_within_the_same_limits():
    assert sample_size(20_000, 0.10) == 2_000
    assert sample_size(3_000, 0.10) == 300


@given(sizes=SIZES, n=st.integers(0, 2_000), least=st.integers(0, 40))
def test_each_stratum_is_hit_and_none_is_asked_for_more_than_it_has(sizes, n, least):
    given_rows = allocate(sizes, n, least)
    real = {name for name, size in sizes.items() if size}
    assert set(given_rows) == real
    assert all(1 <= given_rows[name] <= sizes[name] for name in real)
    assert sum(given_rows.values()) == min(max(n, len(real)), sum(sizes.values()))


@given(sizes=SIZES, n=st.integers(0, 1_000), more=st.integers(0, 1_000))
def test_looking_further_takes_from_no_stratum(sizes, n, more):
    first, second = allocate(sizes, n), allocate(sizes, n + more)
    assert all(second[name] >= share for name, share in first.items())


def test_thirty_rows_each_and_then_in_proportion():
    sizes = {"large": 9_000, "small": 900, "tiny": 40, "three": 3}
    assert allocate(sizes, 500) == {"large": 425, "small": 42, "tiny": 30, "three": 3}
    assert allocate(sizes, 40) == {"large": 13, "small": 12, "tiny": 12, "three": 3}


IDS = {name: [f"{name}-{i}" for i in range(size)] for name, size in (("en", 900), ("日本語", 70), ("rare", 4))}


def test_the_same_seed_draws_the_same_rows_whatever_their_order():
    shuffled = {name: random.Random(2).sample(ids, len(ids)) for name, ids in reversed(IDS.items())}
    assert draw(IDS, 200, seed=7) == draw(shuffled, 200, seed=7)
    assert draw(IDS, 200, seed=7) != draw(IDS, 200, seed=8)


def test_a_larger_sample_contains_the_smaller_one():
    small, large = draw(IDS, 200, seed=7), draw(IDS, 400, seed=7)
    assert all(large[name][: len(ids)] == ids for name, ids in small.items())
    assert {name: len(ids) for name, ids in small.items()} == allocate({"en": 900, "日本語": 70, "rare": 4}, 200)


def test_a_row_that_joins_moves_no_other_row_of_its_stratum_but_the_last():
    joined = {**IDS, "en": ["newcomer", *IDS["en"]]}
    before, after = (set(draw(ids, 200, seed=7)["en"]) for ids in (IDS, joined))
    assert len(before - after) <= 1


def test_every_row_has_the_same_chance():
    counts = dict.fromkeys(IDS["en"], 0)
    for seed in range(400):
        for one in draw({"en": IDS["en"]}, 90, seed=seed)["en"]:
            counts[one] += 1
    assert sum(counts.values()) == 400 * 90
    assert all(15 <= count <= 70 for count in counts.values())  # 40 on average, spread 6


def test_one_stratum_is_the_plain_interval_of_an_endless_supply():
    huge = stratified_rate([Stratum(10**9, 200, 20)])
    assert huge.value == 0.1
    assert (huge.low, huge.high) == pytest.approx((wilson(20, 200).low, wilson(20, 200).high), abs=2e-4)
    few = stratified_rate([Stratum(10**9, 200, 2)])
    assert (few.low, few.high) == pytest.approx((clopper_pearson(2, 200).low, clopper_pearson(2, 200).high), abs=2e-4)
    assert (huge.method, few.method) == ("stratified, wilson", "stratified, clopper-pearson")


def test_a_sample_of_most_rows_knows_more():
    half, endless = stratified_rate([Stratum(400, 200, 20)]), stratified_rate([Stratum(10**9, 200, 20)])
    assert half.high - half.low == pytest.approx((endless.high - endless.low) * 0.5**0.5, rel=0.05)
    whole = stratified_rate([Stratum(200, 200, 20), Stratum(50, 50, 0)])
    assert (whole.low, whole.value, whole.high, whole.method) == (0.08, 0.08, 0.08, "counted")


def test_strata_weigh_as_much_as_they_are_large():
    assert stratified_rate([Stratum(900, 30, 0), Stratum(100, 30, 15)]).value == pytest.approx(0.05)


def test_a_stratum_in_which_nothing_was_judged_may_be_anything():
    seen, unseen = Stratum(900, 900, 9), Stratum(100, 0, 0)
    estimate = stratified_rate([seen, unseen])
    assert estimate.value == pytest.approx(0.01)
    assert (estimate.low, estimate.high) == pytest.approx((0.009, 0.109))
    assert stratified_rate([unseen]).value is None
    assert stratified_rate([]).interval == Interval(0.0, 1.0)


def test_pure_strata_are_not_taken_for_certainty():
    estimate = stratified_rate([Stratum(500, 30, 30), Stratum(500, 30, 0)])
    assert estimate.high - estimate.low > 0.2


def test_counts_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="no sample: 3 defects in 2 of 10"):
        Stratum(10, 2, 3)


def test_errors_of_a_judge_do_not_vanish_when_all_is_judged():
    assert effective_size([Stratum(300, 300, 30)], finite=False) == pytest.approx(299, rel=0.01)


@pytest.mark.parametrize(
    "planted", [{"a": (4_000, 0.01)}, {"a": (3_000, 0.04), "b": (900, 0.20), "c": (100, 0.60)}, {"a": (900, 0.3)}]
)
def test_the_stratified_interval_holds_the_truth(planted):
    rng = random.Random(12)
    held = 0
    for _ in range(500):
        sizes = {name: size for name, (size, _) in planted.items()}
        bad = {name: round(size * rate) for name, (size, rate) in planted.items()}
        strata = [
            Stratum(sizes[name], n, sum(i < bad[name] for i in rng.sample(range(sizes[name]), n)))
            for name, n in allocate(sizes, 300).items()
        ]
        held += sum(bad.values()) / sum(sizes.values()) in stratified_rate(strata).interval
    assert held >= 465
