"""The true rate lies in the corrected interval, and not in the naive one: 500 simulated judges each."""

import random

import pytest

from windrow.statistics.agreement import Confusion
from windrow.statistics.correction import corrected_rate, prediction_powered, rogan_gladen
from windrow.statistics.intervals import wilson

SIMULATIONS = 500
DRAWS = 300  # fewer than the default: coverage is checked, not the last digit of an end


def hits(rng, n, rate):
    return sum(rng.random() < rate for _ in range(n))


def measured(rng, se, sp, good, bad):
    """A judge against labels of so many good and bad rows."""
    tp, tn = hits(rng, good, se), hits(rng, bad, sp)
    return Confusion(tp=tp, fp=bad - tn, fn=good - tp, tn=tn)


def judged(rng, se, sp, rows, rate):
    """How many of the rows are good, and how many of all the judge passes."""
    good = hits(rng, rows, rate)
    return good, hits(rng, good, se) + hits(rng, rows - good, 1 - sp)


@pytest.mark.parametrize(
    ("se", "sp", "rate", "labels", "rows"),
    [
        (0.90, 0.80, 0.90, (100, 100), 1_000),
        (0.90, 0.80, 0.99, (150, 50), 1_000),
        (0.98, 0.70, 0.80, (20, 20), 500),
        (0.95, 0.85, 0.50, (30, 30), 300),
    ],
)
def test_corrected_the_interval_holds_the_truth_and_naively_it_does_not(se, sp, rate, labels, rows):
    rng = random.Random(f"{se} {sp} {rate}")
    corrected = naive = 0
    for simulation in range(SIMULATIONS):
        gold = measured(rng, se, sp, *labels)
        _, passed = judged(rng, se, sp, rows, rate)
        corrected += rate in corrected_rate(passed, rows, gold, seed=simulation, draws=DRAWS).interval
        naive += rate in wilson(passed, rows)
    assert corrected >= 0.93 * SIMULATIONS
    assert naive < 0.80 * SIMULATIONS


@pytest.mark.parametrize(("se", "sp"), [(0.55, 0.50), (0.50, 0.50), (0.20, 0.70)])
def test_a_judge_that_hardly_tells_good_from_bad_is_not_corrected(se, sp):
    rng = random.Random(17)
    answered = wrong = 0
    for simulation in range(200):
        gold = measured(rng, se, sp, 100, 100)
        estimate = corrected_rate(judged(rng, se, sp, 1_000, 0.9)[1], 1_000, gold, seed=simulation, draws=DRAWS)
        if estimate.value is None:
            assert (estimate.low, estimate.high) == (0.0, 1.0)
            assert estimate.method.startswith("cannot be corrected: the judge may pass bad rows")
        answered += estimate.value is not None
        wrong += 0.9 not in estimate.interval
    assert answered <= 10
    assert wrong <= 10


def test_on_the_edge_of_what_can_be_corrected_few_invented_figures_slip_through():
    rng = random.Random(19)
    wrong = 0
    for simulation in range(SIMULATIONS):
        gold = measured(rng, 0.75, 0.50, 60, 60)
        estimate = corrected_rate(judged(rng, 0.75, 0.50, 500, 0.9)[1], 500, gold, seed=simulation, draws=DRAWS)
        wrong += 0.9 not in estimate.interval
    assert wrong <= 0.07 * SIMULATIONS


def test_rogan_and_gladens_formula():
    assert rogan_gladen(0.83, 0.9, 0.8) == pytest.approx(0.9)  # 0.9 * 0.9 + 0.1 * 0.2
    assert rogan_gladen(0.05, 0.9, 0.8) == 0.0
    assert rogan_gladen(0.95, 0.9, 0.8) == 1.0
    assert rogan_gladen(0.5, 0.5, 0.5) is None
    assert rogan_gladen(0.5, 0.3, 0.4) is None


def test_the_same_seed_gives_the_same_interval_and_leaves_the_global_generator_alone():
    gold = Confusion(tp=90, fp=20, fn=10, tn=80)
    random.seed(3)
    before = random.getstate()
    first, again, other = (corrected_rate(800, 1_000, gold, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first.value == other.value
    assert first != other
    assert random.getstate() == before


def test_labels_of_one_kind_only_cannot_correct():
    assert "no bad row" in corrected_rate(8, 10, Confusion(tp=50, fp=0, fn=2, tn=0)).method
    assert "no good row" in corrected_rate(8, 10, Confusion(tp=0, fp=3, fn=0, tn=40)).method
    assert corrected_rate(0, 0, Confusion(tp=9, fp=1, fn=1, tn=9)).value is None


def test_a_pass_rate_that_is_none_is_refused():
    with pytest.raises(ValueError, match="no pass rate: 3 of 2"):
        corrected_rate(3, 2, Confusion(tp=9, fp=1, fn=1, tn=9))


def test_more_labels_make_the_corrected_interval_narrower():
    few, many = (corrected_rate(8_000, 10_000, Confusion(tp=9 * n, fp=2 * n, fn=n, tn=8 * n)).interval for n in (3, 60))
    assert many.high - many.low < 0.4 * (few.high - few.low)


@pytest.mark.parametrize(
    ("se", "sp", "rate", "labels", "rows"),
    [(0.95, 0.70, 0.97, 200, 600), (0.55, 0.50, 0.80, 100, 500)],
)
def test_labels_on_a_part_and_verdicts_on_all_hold_the_truth_with_any_judge(se, sp, rate, labels, rows):
    rng = random.Random(f"powered {se}")
    held = naive = 0
    for simulation in range(SIMULATIONS):
        pairs = []
        for _ in range(labels):
            good = rng.random() < rate
            pairs.append((good, rng.random() < (se if good else 1 - sp)))
        _, passed = judged(rng, se, sp, rows, rate)
        verdicts = [True] * passed + [False] * (rows - passed)
        held += rate in prediction_powered(pairs, verdicts, seed=simulation, draws=DRAWS).interval
        naive += rate in wilson(passed, rows)
    assert held >= 0.93 * SIMULATIONS
    assert naive < 0.80 * SIMULATIONS


def test_a_good_judge_makes_labels_go_further_and_a_coin_does_not():
    pairs = [(True, True)] * 85 + [(False, False)] * 13 + [(False, True), (True, False)]
    alone = wilson(86, 100)
    helped = prediction_powered(pairs, [True] * 8_600 + [False] * 1_400)
    coin = prediction_powered(
        [(good, at % 2 == 0) for at, (good, _) in enumerate(pairs)], [True] * 5_000 + [False] * 5_000
    )
    assert helped.high - helped.low < 0.5 * (alone.high - alone.low)
    assert coin.high - coin.low == pytest.approx(alone.high - alone.low, rel=0.15)
    assert (helped.value, coin.value) == (pytest.approx(0.86, abs=0.005), pytest.approx(0.86))


def test_without_a_label_nothing_is_estimated():
    assert prediction_powered([], [True, False]).method == "cannot be corrected: no row has a label"


def test_labels_that_are_all_good_leave_room_for_all_to_be_good():
    estimate = prediction_powered([(True, True)] * 40, [True] * 60)
    assert (estimate.value, estimate.high) == (1.0, 1.0)
    assert estimate.low < 0.97
