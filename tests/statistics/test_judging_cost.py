"""The comparison of ways of judging counts every call and keeps what it says it keeps."""

import asyncio

import judging
import pytest


@pytest.fixture(scope="module")
def rows():
    return judging.planted(500, 0.30, "test")


@pytest.fixture(scope="module")
def bench(rows):
    return judging.Bench(rows, "test")


@pytest.fixture(scope="module")
def strong(bench, rows):
    return asyncio.run(judging.everything(bench, rows, "strong"))


def test_as_many_rows_are_bad_as_were_planted(rows):
    assert sum(not row.good for row in rows) == pytest.approx(150, abs=2)
    assert {row.stratum for row in rows} == set(judging.STRATA)


def test_a_strong_judge_of_every_row_is_asked_once_for_each(strong, rows):
    assert (strong.strong, strong.cheap) == (len(rows), 0)
    assert 0.96 < strong.precision < 1


def test_two_passes_ask_fewer_strong_judges_and_keep_no_worse(bench, rows, strong):
    gold = judging.Confusion(tp=270, fp=2, fn=6, tn=122)
    careful = asyncio.run(judging.two_passes(bench, rows, accept=judging.CAREFUL, gold=gold, seed="test"))
    assert careful.ended.startswith("full_pass")
    assert careful.strong < 0.2 * strong.strong
    assert 4 * len(rows) <= careful.cheap <= 5 * len(rows)
    assert careful.precision >= strong.precision
    assert len({row.id for row in careful.kept}) == len(careful.kept)


def test_what_is_accepted_on_its_sample_has_lost_the_rows_that_failed_there():
    rows = judging.planted(1_000, 0.005, "clean")
    bench = judging.Bench(rows, "clean")
    gold = judging.Confusion(tp=2_700, fp=20, fn=60, tn=1_220)
    out = asyncio.run(judging.two_passes(bench, rows, accept=judging.PROMISED, gold=gold, seed="test"))
    assert out.ended.startswith("accept")
    assert out.cheap < 5 * 400
    assert 0 < len(rows) - len(out.kept) < 20
    assert out.precision > 1 - judging.PROMISED
