"""A judge that changes under way is noticed soon; one that does not is left in peace."""

import random

import pytest

from windrow.statistics.agreement import mcnemar
from windrow.statistics.sequential import Cusum, fixed_n, run_length, sprt_expected

ANCHORS, BATCH, EVERY = 300, 20, 10


def test_a_steady_judge_adds_nothing_up():
    cusum = Cusum(k=0.5, h=5)
    assert [cusum.add(x) for x in (0.4, -0.4, 0.3, 0.1, -0.2)] == [None] * 5
    assert cusum.up == cusum.down == 0


def test_a_lasting_shift_is_noticed_on_its_side_with_where_it_began():
    cusum = Cusum(k=0.5, h=5)
    alarms = [cusum.add(x) for x in (0.1, -0.3, 0.2, -2, -2, -2, -2)]
    assert alarms == [None] * 6 + ["down"]
    assert cusum.last_good("down") == 3
    cusum.reset()
    assert cusum.add(-2) is None
    assert cusum.last_good("down") == 7


def test_one_that_looks_both_ways_tells_up_from_down():
    cusum = Cusum(k=0.5, h=3)
    assert [cusum.add(2) for _ in range(3)] == [None, None, "up"]


@pytest.mark.parametrize(("shift", "runs"), [(0.0, 400), (1.0, 3000)])
def test_computed_run_lengths_are_those_of_the_cusum_itself(shift, runs):
    rng = random.Random(21)
    lengths = []
    for _ in range(runs):
        cusum = Cusum(k=0.5, h=3)
        while cusum.add(rng.gauss(shift, 1)) is None:
            pass
        lengths.append(cusum.seen)
    error = (sum(x * x for x in lengths) / runs - (sum(lengths) / runs) ** 2) ** 0.5 / runs**0.5
    assert sum(lengths) / runs == pytest.approx(run_length(0.5, 3, shift, sides=2), abs=3 * error)


@pytest.mark.parametrize("size", [sprt_expected, fixed_n])
def test_rates_that_no_test_can_tell_apart_are_refused(size):
    with pytest.raises(ValueError, match="two different rates"):
        size(0.05, 0.05)


def watched(rng, before, after, *, drift_at=10_000, until=12_000):
    """The judgment at which the alarm is raised, or None: every tenth judgment is an anchor, whose agreement with
    people is summed in batches; what the CUSUM suspects, McNemar's test has to confirm.

    Three in ten verdicts on an anchor are drawn anew each round, the others stay as they were at calibration.
    """
    calibrated = [rng.random() < before for _ in range(ANCHORS)]
    rate = sum(calibrated) / ANCHORS
    cusum, seen = Cusum(k=0.5, h=5), []
    for judgment in range(EVERY, until + 1, EVERY):
        anchor = len(seen) % ANCHORS
        agrees = calibrated[anchor] if rng.random() > 0.3 else rng.random() < before
        if judgment > drift_at:
            agrees = agrees and rng.random() < after / before
        seen.append((calibrated[anchor], agrees))
        if len(seen) % BATCH:
            continue
        agreed = sum(now for _, now in seen[-BATCH:])
        side = cusum.add((agreed / BATCH - rate) / (rate * (1 - rate) / BATCH) ** 0.5)
        if side is None:
            continue
        since = seen[cusum.last_good(side) * BATCH :]
        lost = sum(was and not now for was, now in since)
        if mcnemar(lost, sum(now and not was for was, now in since)) < 0.05:
            return judgment
    return None


@pytest.mark.parametrize(("before", "after"), [(0.95, 0.80), (0.90, 0.75)])
def test_a_drift_planted_at_judgment_ten_thousand_is_found_within_two_thousand(before, after):
    rng = random.Random(4)
    alarms = [watched(rng, before, after) for _ in range(200)]
    false = sum(alarm is not None and alarm <= 10_000 for alarm in alarms)
    found = sum(alarm is not None and alarm > 10_000 for alarm in alarms)
    assert false <= 8
    assert found >= 0.97 * (200 - false)


@pytest.mark.parametrize("before", [0.95, 0.90])
def test_a_judge_that_stays_as_it_was_is_seldom_suspected(before):
    rng = random.Random(5)
    assert sum(watched(rng, before, before) is not None for _ in range(200)) <= 10
