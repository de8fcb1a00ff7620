"""Planted defect rates: what should be accepted is; what is worse than promised is not, but in one run of twenty."""

import random

import pytest

from windrow.statistics.agreement import Confusion
from windrow.statistics.intervals import Interval
from windrow.statistics.sampling import Stratum, allocate, sample_size
from windrow.statistics.two_pass import LOOKS, decide, look_confidence, take_look

ROWS = {"support": 6_000, "legal": 3_000, "code": 1_000}


@pytest.mark.parametrize(
    ("low", "high", "decision"),
    [
        (0.00, 0.049, "accept"),
        (0.00, 0.05, "extend"),
        (0.04, 0.20, "extend"),
        (0.051, 0.20, "full_pass"),
        (0.30, 0.50, "full_pass"),
        (0.401, 0.60, "stop"),
    ],
)
def test_the_interval_decides(low, high, decision):
    assert decide(Interval(low, high), accept=0.05, regenerate=0.40, look=1) == decision


def test_after_the_last_look_every_row_is_judged():
    assert [decide(Interval(0.01, 0.2), look=look) for look in (1, 2, 3)] == ["extend", "extend", "full_pass"]


def test_each_look_gets_its_share_of_the_error():
    assert look_confidence(0.95, 3) == pytest.approx(1 - 0.05 / 3)


def test_limits_that_contradict_each_other_are_refused():
    with pytest.raises(ValueError, match="at most regenerate"):
        decide(Interval(0.0, 0.1), accept=0.5, regenerate=0.4)


def filtered(rng, rate, *, accept=0.05, judge=None):
    """How the rule ends on ten thousand rows with that rate of defects, uneven over the strata, and how many were
    judged. `judge` is (se, sp, labels of each kind); without it defects are seen as they are."""
    weights = {"support": 0.7, "legal": 1.0, "code": 2.8}
    bad = {name: round(size * rate * weights[name]) for name, size in ROWS.items()}
    se, sp, labels = judge or (1.0, 1.0, 0)
    gold = None
    if judge:
        tp, tn = (sum(rng.random() < share for _ in range(labels)) for share in (se, sp))
        gold = Confusion(tp=tp, fp=labels - tn, fn=labels - tp, tn=tn)
    shares = [allocate(ROWS, sample_size(sum(ROWS.values())) * 2**look) for look in range(LOOKS)]
    order = {
        name: [rng.random() < (sp if one < bad[name] else 1 - se) for one in rng.sample(range(size), shares[-1][name])]
        for name, size in ROWS.items()
    }
    for look, share in enumerate(shares, 1):
        strata = [Stratum(ROWS[name], n, sum(order[name][:n])) for name, n in share.items()]
        taken = take_look(strata, gold=gold, accept=accept, look=look, seed=rng.random())
        if taken.decision != "extend":
            break
    return taken.decision, taken.judged


def ends(rate, runs, **how):
    rng = random.Random(f"{rate} {how}")
    return [filtered(rng, rate, **how) for _ in range(runs)]


@pytest.mark.parametrize("rate", [0.0505, 0.06])
def test_a_set_worse_than_promised_is_accepted_in_at_most_one_run_of_twenty(rate):
    assert sum(decision == "accept" for decision, _ in ends(rate, 200)) <= 10


def test_a_good_set_is_accepted_on_its_sample():
    good = ends(0.01, 100)
    assert [decision for decision, _ in good].count("accept") >= 98
    assert sum(judged for _, judged in good) / 100 < 600


@pytest.mark.parametrize(("rate", "decision"), [(0.12, "full_pass"), (0.30, "full_pass"), (0.60, "stop")])
def test_a_bad_set_is_judged_in_full_and_a_hopeless_one_not_at_all(rate, decision):
    assert [end for end, _ in ends(rate, 100)].count(decision) >= 97


def test_near_the_limit_three_looks_are_taken_and_then_all_is_judged():
    near = ends(0.045, 40)
    assert {judged for _, judged in near} <= {500, 1_000, 2_000}
    assert [decision for decision, _ in near].count("full_pass") > 20
    assert "extend" not in {decision for decision, _ in near}


def test_a_judge_that_errs_still_lets_nothing_worse_than_promised_pass():
    assert sum(decision == "accept" for decision, _ in ends(0.0505, 40, judge=(0.92, 0.60, 150))) <= 2


def test_a_judge_that_fails_good_rows_is_corrected_for_it():
    rng = random.Random(6)
    bad = sum(rng.random() < 0.90 for _ in range(5)) + sum(rng.random() < 0.03 for _ in range(495))
    strata = [Stratum(10_000, 500, bad)]
    gold = Confusion(tp=970, fp=20, fn=30, tn=180)
    with_labels, without = take_look(strata, gold=gold), take_look(strata)
    assert without.corrected is None
    assert with_labels.corrected.value < 0.6 * with_labels.observed.value
    assert 0.01 in with_labels.corrected.interval


def test_a_set_is_never_accepted_on_the_word_of_a_judge_without_skill():
    look = take_look([Stratum(10_000, 500, 1)], gold=Confusion(tp=50, fp=48, fn=50, tn=52))
    assert look.corrected.value is None
    assert look.decision == "full_pass"


def test_a_look_that_saw_nothing_decides_nothing_in_favour():
    assert take_look([Stratum(500, 0, 0)]).decision == "full_pass"
    assert take_look([Stratum(500, 0, 0)], gold=Confusion(tp=50, fp=5, fn=5, tn=50)).decision == "full_pass"
