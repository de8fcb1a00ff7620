"""The published and tabulated figures of small-sample statistics come out again."""

import pytest

from windrow.statistics.agreement import Confusion, kappa_error, mcnemar, mcnemar_power
from windrow.statistics.intervals import (
    clopper_pearson,
    operating_characteristic,
    smallest_sample,
    survey_sample,
    upper_bound,
    wilson,
)
from windrow.statistics.sequential import fixed_n, run_length, sprt_expected

PERCENT = 100


@pytest.mark.parametrize(
    ("k", "n", "score", "exact", "places"),
    [
        (0, 200, (0, 1.88), (0, 1.83), 2),
        (0, 300, (0, 1.26), (0, 1.22), 2),
        (5, 100, (2.15, 11.18), (1.64, 11.28), 2),
        (50, 500, (7.67, 12.94), (7.51, 12.97), 2),
        (100, 500, (16.7, 23.7), (16.6, 23.8), 1),
    ],
)
def test_intervals_of_a_share(k, n, score, exact, places):
    for interval, expected in ((wilson(k, n), score), (clopper_pearson(k, n), exact)):
        assert (round(interval.low * PERCENT, places), round(interval.high * PERCENT, places)) == expected


@pytest.mark.parametrize(
    ("bound", "failures", "sizes"),
    [
        (0.01, (0, 1, 2), [299, 473, 628]),
        (0.02, (0, 1, 2), [149, 236, 313]),
        (0.05, (0, 1, 2, 5, 10), [59, 93, 124, 208, 336]),
        (0.10, (0, 1, 2, 5, 10), [29, 46, 61, 103, 167]),
    ],
)
def test_acceptance_samples(bound, failures, sizes):
    assert [smallest_sample(bound, k) for k in failures] == sizes
    for k, n in zip(failures, sizes, strict=True):
        assert upper_bound(k, n) < bound <= upper_bound(k, n - 1)


@pytest.mark.parametrize(
    ("p0", "p1", "sequential", "fixed"),
    [(0.02, 0.05, (218, 163), 385), (0.05, 0.10, (159, 128), 290), (0.10, 0.20, (72, 60), 133)],
)
def test_expected_sizes_of_a_sequential_test(p0, p1, sequential, fixed):
    assert tuple(round(size) for size in sprt_expected(p0, p1)) == sequential
    assert round(fixed_n(p0, p1)) == fixed


def test_samples_out_of_a_finite_population():
    sizes = [survey_sample(population, 0.02, 0.10) for population in (1_000, 5_000, 10_000, 50_000)]
    assert sizes == [464, 737, 796, 850]


def test_operating_characteristic_of_accepting_below_ten_percent():
    at = {rate: operating_characteristic(rate, 500, 0.10) for rate in (0.05, 0.07, 0.15)}
    assert round(at[0.05].accept, 3) == 0.988
    assert (round(at[0.07].accept, 2), round(at[0.07].undecided, 2)) == (0.61, 0.39)
    assert round(at[0.15].full_pass, 2) == 0.93


@pytest.mark.parametrize(("h", "calm", "shifted"), [(4, 350, 8.4), (5, 930, 10.2)])
def test_run_lengths_of_a_one_sided_cusum(h, calm, shifted):
    assert run_length(0.5, h) == pytest.approx(calm, rel=0.05)
    assert run_length(0.5, h, 1.0) == pytest.approx(shifted, rel=0.05)


@pytest.mark.parametrize(("h", "calm", "shifted"), [(4, 168, 8.38), (5, 465, 10.4)])
def test_run_lengths_of_a_two_sided_cusum_are_those_of_lucas_and_crosier(h, calm, shifted):
    assert run_length(0.5, h, sides=2) == pytest.approx(calm, rel=0.005)
    assert run_length(0.5, h, 1.0, sides=2) == pytest.approx(shifted, rel=0.005)


@pytest.mark.parametrize(
    ("lost", "gained", "powers"),  # what is gained by chance: verdicts of two rounds correlate by 0.7 underneath
    [(0.13, 0.03, (0.67, 0.94, 0.99)), (0.09, 0.04, (0.20, 0.45, 0.60))],
)
def test_power_to_see_agreement_fall_from_ninety_percent(lost, gained, powers):
    assert [mcnemar_power(n, lost, gained) for n in (100, 200, 300)] == pytest.approx(powers, abs=0.03)


def test_mcnemar_is_the_exact_sign_test_of_what_changed():
    assert mcnemar(0, 6) == pytest.approx(2 / 64)
    assert mcnemar(1, 9) == mcnemar(9, 1) == pytest.approx(2 * 11 / 1024)
    assert mcnemar(5, 5) == mcnemar(0, 0) == 1.0


def test_standard_error_of_kappa_at_two_hundred_labels():
    nine_in_ten = Confusion(tp=90, fp=10, fn=10, tn=90)
    assert nine_in_ten.kappa() == pytest.approx(0.8)
    assert kappa_error(nine_in_ten) == pytest.approx(0.042, abs=0.0005)


def test_standard_error_of_kappa_of_a_lopsided_table_is_that_of_the_delta_method():
    lopsided = (45, 25, 15, 15)
    shares = [count / 100 for count in lopsided]

    def kappa(tp, fp, fn, tn):
        total = tp + fp + fn + tn
        chance = ((tp + fn) * (tp + fp) + (fp + tn) * (fn + tn)) / total**2
        return ((tp + tn) / total - chance) / (1 - chance)

    def slope(cell):
        step = 1e-6
        up, down = ([share + (at == cell) * way for at, share in enumerate(shares)] for way in (step, -step))
        return (kappa(*up) - kappa(*down)) / (2 * step)

    slopes = [slope(cell) for cell in range(4)]
    mean = sum(share * each for share, each in zip(shares, slopes, strict=True))
    variance = sum(share * each**2 for share, each in zip(shares, slopes, strict=True)) - mean**2
    assert Confusion(*lopsided).kappa() == pytest.approx(0.1304, abs=0.0001)
    assert kappa_error(Confusion(*lopsided)) == pytest.approx((variance / 100) ** 0.5, rel=1e-4)
