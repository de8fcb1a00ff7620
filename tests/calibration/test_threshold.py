"""A judge's figures are right, a threshold is reported where it was not chosen, and too few rows say nothing."""

import random

import pytest

from windrow.calibration.gold import labelled
from windrow.calibration.measure import LEAST, Judged, corrected, coverage, measured, warnings
from windrow.calibration.threshold import chosen
from windrow.statistics.agreement import Confusion


def gold(count, share=0.5):
    return labelled((f"gold:{at}", {"output": f"row {at}", "label": at < count * share}) for at in range(count))


def scores(items, seed, *, noise):
    """A judge that sees the truth through noise: scores in steps of a tenth."""
    dice = random.Random(seed)
    return [
        Judged(item.id, item.label, score=round(min(1.0, max(0.0, item.label * 0.5 + 0.25 + dice.gauss(0, noise))), 1))
        for item in items
    ]


def test_a_threshold_is_chosen_on_one_half_and_reported_on_the_other():
    items = gold(400)
    found = chosen(items, scores(items, 1, noise=0.3), own=0.5, target=0.9)
    assert found.chosen_on == (100, 100)
    assert len(set(found.reported)) == found.figures.confusion.n == 200
    assert found.threshold > 0.5
    assert found.figures.precision["value"] >= 0.8


def test_what_is_reported_is_unbiased_where_what_it_was_chosen_on_would_flatter():
    """The target is what a judge without any skill reaches only by luck; on the other half the luck is gone."""
    lucky = []
    for seed in range(200):
        items = gold(100)
        dice = random.Random(seed)
        judged = [Judged(item.id, item.label, score=round(dice.random(), 1)) for item in items]
        found = chosen(items, judged, own=0.5, target=0.6)
        if not found.why:
            lucky.append(found.figures.precision["value"])
    assert len(lucky) > 40
    assert sum(lucky) / len(lucky) == pytest.approx(0.5, abs=0.05)


def test_the_lowest_threshold_that_reaches_the_target_keeps_the_most_rows():
    items = gold(200)
    judged = [Judged(item.id, item.label, score=0.75 if item.label else 0.25) for item in items]
    found = chosen(items, judged, own=0.9, target=0.95)
    assert (found.threshold, found.reached) == (0.75, "open")  # 50 of 50: Wilson's interval begins at .93
    assert chosen(items, judged, own=0.9, target=0.9).reached == "yes"


def test_a_row_that_failed_a_critical_question_passes_no_threshold():
    judged = Judged("x", label=True, score=0.9, passed=False, vetoed=True)
    assert judged.passes(0.1) is False
    assert Judged("x", label=True, unscored="timeout").passes(0.0) is None


def test_a_target_that_nothing_reaches_is_said_and_the_rubrics_own_threshold_stays():
    items = gold(200)
    judged = [Judged(item.id, item.label, score=1.0) for item in items]
    found = chosen(items, judged, own=0.7, target=0.95)
    assert (found.threshold, found.reached) == (0.7, "no")
    assert "no threshold with 10 passes or more reaches a precision of 0.95" in found.why


def test_too_few_rows_of_a_kind_choose_nothing_and_all_rows_measure_the_rubrics_own_threshold():
    items = gold(60, share=0.9)
    found = chosen(items, [Judged(item.id, item.label, score=0.8) for item in items], own=0.7)
    assert found.chosen_on is None
    assert len(found.reported) == 60
    assert "only 3 bad rows" in found.why


def test_figures_that_rest_on_too_few_rows_are_not_given_and_it_is_said_which():
    figures = measured([(True, True)] * 40 + [(False, False)] * (LEAST - 1))
    assert figures.specificity is None
    assert figures.kappa is None
    assert figures.sensitivity["value"] == 1.0
    assert figures.precision["value"] == 1.0
    told = warnings(figures, 49)
    assert any("specificity is not given: only 9 bad rows" in line for line in told)
    assert any(line.startswith("kappa is not given") for line in told)
    assert not any(line.startswith("sensitivity") for line in told)


def test_unscored_rows_are_neither_passes_nor_fails():
    judged = [
        *(Judged(f"a{at}", label=True, score=1.0) for at in range(30)),
        *(Judged(f"b{at}", label=False, score=0.0) for at in range(30)),
        *(Judged(f"c{at}", label=False, unscored="timeout") for at in range(15)),
        *(Judged(f"d{at}", label=True, unscored="unparsed") for at in range(5)),
        Judged("e", label=True, skipped=True),
    ]
    items = labelled((one.id, {"output": one.id, "label": one.label}) for one in judged)
    found = chosen(items, judged, own=0.5)
    assert found.chosen_on == (15, 15)
    assert found.figures.confusion == Confusion(15, 0, 0, 15)
    assert coverage(judged) == {
        "value": 0.75, "scored": 60, "due": 80, "skipped": 1, "unscored": {"timeout": 15, "unparsed": 5},
    }  # fmt: skip


def test_a_judge_that_throws_a_coin_is_warned_of():
    dice = random.Random(3)
    figures = measured((at % 2 == 0, dice.random() < 0.5) for at in range(300))
    assert abs(figures.kappa["value"]) < 0.15
    assert any("by chance alone" in line for line in warnings(figures, 300))
    assert corrected(150, 300, figures.confusion).value is None


def test_a_judge_that_passes_everything_says_nothing_and_cannot_be_corrected():
    figures = measured((at % 2 == 0, True) for at in range(300))
    assert any("passes every row" in line for line in warnings(figures, 300))
    found = corrected(300, 300, figures.confusion)
    assert (found.value, found.low, found.high) == (None, 0.0, 1.0)
    assert "cannot be corrected" in found.method


def test_a_good_judge_is_warned_of_in_nothing():
    figures = measured([(True, True)] * 95 + [(True, False)] * 5 + [(False, False)] * 92 + [(False, True)] * 8)
    assert warnings(figures, 200) == []
    assert figures.kappa["value"] == pytest.approx(0.87)
    assert figures.sensitivity["low"] < 0.95 < figures.sensitivity["high"]
    assert figures.told()["confusion"] == {"tp": 95, "fp": 8, "fn": 5, "tn": 92}


def test_a_corrected_rate_finds_the_truth_where_the_judges_own_rate_does_not():
    """300 of 1000 rows are good; the judge passes .9 of them, and .2 of the bad ones: 41 % in all."""
    gold_figures = Confusion(180, 40, 20, 160)
    found = corrected(410, 1_000, gold_figures)
    assert found.value == pytest.approx(0.3, abs=0.005)
    assert found.low < 0.3 < found.high < 0.41
