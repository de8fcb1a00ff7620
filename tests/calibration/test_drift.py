"""A judge that changes is noticed while it judges; one that does not is left in peace."""

import random
from datetime import date

import pytest

from windrow.calibration.drift import DriftWatch, Standing, due
from windrow.errors import ConfigError

ANCHORS = 200
EVERY = 10  # one judgment in ten is of an anchor
PLANTED = 10_000


class Simulated:
    """A judge on anchors. A share of its errors, `recurring`, are always on the same rows, as a judge asked at
    temperature 0 has them; the others fall where they will."""

    def __init__(self, seed, *, agreement=0.9, recurring=0.8, anchors=ANCHORS):
        self.dice = random.Random(seed)
        self.rates = [
            float(self.dice.random() < agreement) if self.dice.random() < recurring else agreement
            for _ in range(anchors)
        ]
        self.baseline = {str(at): self.dice.random() < rate for at, rate in enumerate(self.rates)}
        self.order = list(range(anchors))
        self.left = 1.0

    def drift(self, *, before, after):
        self.left = after / before

    def right(self, turn):
        if turn % len(self.order) == 0:
            self.dice.shuffle(self.order)
        anchor = self.order[turn % len(self.order)]
        return str(anchor), self.dice.random() < self.rates[anchor] * self.left


def watched(judge, watch, start, end):
    """The alarms between two places in the stream of judgments."""
    alarms = []
    for at in range(start, end, EVERY):
        anchor, right = judge.right(at // EVERY)
        alarm = watch.observe(anchor, right, at=at)
        if alarm is not None:
            alarms.append(alarm)
    return alarms


def planted(seed, after, **judge):
    """(alarms before the drift, judgments from the drift to the first alarm or None, that alarm)."""
    simulated = Simulated(seed, **judge)
    watch = DriftWatch(simulated.baseline)
    early = watched(simulated, watch, 0, PLANTED)
    simulated.drift(before=0.9, after=after)
    late = watched(simulated, watch, PLANTED, PLANTED + 2_000)
    return len(early), late[0] if late else None


@pytest.mark.parametrize(
    ("after", "recurring", "detected", "false_alarms"),
    [(0.8, 0.8, 0.9, 0.1), (0.7, 0.8, 0.99, 0.1), (0.8, 0.0, 0.72, 0.5), (0.7, 0.0, 0.98, 0.5)],
)
def test_a_drift_at_judgment_10000_is_noticed_within_2000_and_peace_is_kept_before(
    after, recurring, detected, false_alarms
):
    runs = [planted(seed, after, recurring=recurring) for seed in range(100)]
    assert sum(alarm is not None for _, alarm in runs) / len(runs) >= detected
    assert sum(early for early, _ in runs) / len(runs) <= false_alarms


def test_the_alarm_says_when_the_judge_was_last_good():
    alarms = [alarm for _, alarm in (planted(seed, 0.6) for seed in range(40)) if alarm]
    off = sorted(alarm.last_good - PLANTED for alarm in alarms)
    assert len(alarms) == 40
    assert all(alarm.last_good < alarm.at and alarm.side == "down" for alarm in alarms)
    assert abs(off[len(off) // 2]) <= 200  # half of the estimates lie closer than twenty anchors


def test_a_judge_that_turns_its_verdicts_round_is_noticed_at_once():
    watch = DriftWatch(dict.fromkeys(map(str, range(50)), True))
    alarms = [watch.observe(str(at), False, at=at) for at in range(10)]
    assert alarms[:9] == [None] * 9
    assert alarms[9].by == "cusum"
    assert alarms[9].last_good == 0
    assert (alarms[9].lost, alarms[9].gained, alarms[9].agreement, alarms[9].baseline) == (10, 0, 0.0, 1.0)
    assert "0% of the latest 10 anchors, and it was 100%" in str(alarms[9])


def test_errors_that_move_to_other_rows_while_their_share_stays_are_no_alarm_and_are_told():
    baseline = {str(at): at % 2 == 0 for at in range(100)}
    watch = DriftWatch(baseline)
    alarms = [watch.observe(str(at % 100), at % 2 == 1) for at in range(100)]
    assert [alarm for alarm in alarms if alarm] == []
    assert (watch.told()["lost"], watch.told()["gained"]) == (50, 50)


def test_a_judge_that_becomes_better_is_another_judge_too():
    watch = DriftWatch({str(at): at % 2 == 0 for at in range(100)})
    alarms = [alarm for at in range(100) if (alarm := watch.observe(str(at), True))]
    assert alarms[0].side == "up"


def test_a_judge_that_is_down_disagrees_with_nobody_and_is_counted():
    watch = DriftWatch(dict.fromkeys(map(str, range(20)), True))
    assert [watch.observe(str(at % 20), None) for at in range(500)] == [None] * 500
    assert watch.told() == {
        "anchors": 0, "unscored": 500, "baseline": 1.0, "agreement": None, "lost": 0, "gained": 0,
    }  # fmt: skip


def test_an_alarm_starts_the_watch_afresh():
    watch = DriftWatch(dict.fromkeys(map(str, range(50)), True))
    first = [at for at in range(50) if watch.observe(str(at), False, at=at)]
    assert first == [9, 19, 29, 39, 49]
    again = DriftWatch(dict.fromkeys(map(str, range(50)), True))
    alarms = [alarm for at in range(50) if (alarm := again.observe(str(at), at >= 10, at=at))]
    assert [(alarm.at, alarm.last_good) for alarm in alarms] == [(9, 0)]


def test_an_anchor_that_was_never_measured_is_no_anchor():
    watch = DriftWatch({"known": True})
    with pytest.raises(ConfigError, match="'strange' is not among the rows"):
        watch.observe("strange", True)
    with pytest.raises(ConfigError, match="no anchor"):
        DriftWatch({})


THEN = Standing(date(2026, 3, 1), "openai/judge", "f1", judgments=1_000)


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (Standing(date(2026, 3, 8), "openai/judge", "f1", 5_999), []),
        (Standing(date(2026, 3, 9), "openai/judge", "f1", 1_000), ["8 days"]),
        (Standing(date(2026, 3, 1), "openai/judge", "f1", 6_000), ["5000 judgments"]),
        (Standing(date(2026, 3, 1), "openai/other", "f1", 1_000), ["openai/other"]),
        (Standing(date(2026, 3, 1), "openai/judge", "f2", 1_000), ["wording"]),
        (Standing(date(2026, 4, 1), "openai/other", "f2", 9_000), ["openai/other", "wording", "31 days", "8000"]),
    ],
)
def test_anchors_are_judged_anew_after_days_after_judgments_and_for_another_judge(now, why):
    said = due(THEN, now)
    assert len(said) == len(why)
    assert all(word in sentence for word, sentence in zip(why, said, strict=True))
