"""What is counted of a judge, and what cannot be said from it."""

import random

import pytest

from windrow.statistics.agreement import Confusion, kappa_interval, mcnemar, mcnemar_power


def test_a_judge_is_counted_against_people():
    gold = Confusion.of([(True, True)] * 8 + [(False, True)] * 2 + [(True, False)] * 1 + [(False, False)] * 4)
    assert gold == Confusion(tp=8, fp=2, fn=1, tn=4)
    assert (gold.n, gold.good, gold.bad) == (15, 9, 6)
    assert (gold.sensitivity, gold.specificity, gold.precision) == (8 / 9, 4 / 6, 0.8)
    assert gold.agreement == 0.8
    assert 0.8 in gold.precision_interval()


def test_a_share_of_nothing_is_not_a_number():
    silent = Confusion.of([])
    assert (silent.sensitivity, silent.specificity, silent.precision, silent.agreement, silent.kappa()) == (None,) * 5
    assert Confusion(tp=5, fp=0, fn=0, tn=0).specificity is None


def test_kappa_is_none_of_a_judge_and_people_who_only_ever_say_yes():
    assert Confusion(tp=50, fp=0, fn=0, tn=0).kappa() is None
    assert Confusion(tp=25, fp=25, fn=25, tn=25).kappa() == 0.0
    assert Confusion(tp=95, fp=5, fn=0, tn=0).kappa() == 0.0  # 95 % agreement, none of it beyond chance


def test_perfect_agreement_on_few_rows_is_not_certainty():
    few, many = (kappa_interval(Confusion(tp=n, fp=0, fn=0, tn=n)) for n in (10, 1000))
    assert few.high == many.high == 1.0
    assert few.low < 0.75
    assert many.low > 0.99


@pytest.mark.parametrize("n", [60, 200])
def test_the_interval_of_kappa_holds_kappa_as_often_as_it_says(n):
    rng = random.Random(8)
    held = 0
    for _ in range(500):
        labels = [rng.random() < 0.6 for _ in range(n)]
        gold = Confusion.of((label, label if rng.random() < 0.85 else not label) for label in labels)
        held += (0.85 - 0.514) / (1 - 0.514) in kappa_interval(gold)  # 0.514 by chance: 0.6 * 0.57 + 0.4 * 0.43
    assert held >= 465


def test_mcnemar_finds_what_it_should_and_no_more_often_than_it_may():
    assert mcnemar_power(300, 0.05, 0.05) <= 0.05
    assert mcnemar_power(300, 0.20, 0.02) > 0.999
    assert mcnemar_power(50, 0.0, 0.0) == 0.0
    assert mcnemar_power(8, 1.0, 0.0) == 1.0


def test_mcnemar_of_thousands_is_still_exact():
    assert mcnemar(4900, 5100) == pytest.approx(0.0466, abs=0.0005)
