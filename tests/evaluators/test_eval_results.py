"""A result is measured or says why not, and is never taken for its own verdict."""

import pytest

from windrow.evaluators.results import BatchResult, EvalError, EvalResult

WHY = EvalError("the judge timed out", type="timeout")
GOOD = EvalResult("a", score=1.0, passed=True)
BAD = EvalResult("b", score=0.2, passed=False)
OPEN = EvalResult("c", score=0.5)
LOST = EvalResult("d", status="unscored", error=WHY)
EMPTY = EvalResult("e", status="skipped", reason="nothing to judge")


@pytest.mark.parametrize("result", [GOOD, BAD, OPEN, LOST, EMPTY])
def test_a_result_is_neither_true_nor_false(result):
    with pytest.raises(TypeError, match=r"result\.passed is True"):
        bool(result)


@pytest.mark.parametrize("status", ["failed", "unscored", "skipped"])
@pytest.mark.parametrize("measured", [{"score": 0.0}, {"score": 1.0}, {"passed": False}, {"passed": True}])
def test_what_was_not_measured_has_no_score_and_no_verdict(status, measured):
    with pytest.raises(ValueError, match="has no score"):
        EvalResult("x", status=status, error=WHY, **measured)


@pytest.mark.parametrize("score", [-0.01, 1.01, 7, float("nan"), float("inf")])
def test_a_score_out_of_range_is_not_clamped(score):
    with pytest.raises(ValueError, match="no score between 0 and 1"):
        EvalResult("x", score=score)


def test_a_completed_result_has_a_score_and_an_unscored_one_a_reason():
    with pytest.raises(ValueError, match="completed result has a score"):
        EvalResult("x")
    for status in ("failed", "unscored"):
        with pytest.raises(ValueError, match="says why"):
            EvalResult("x", status=status)


def test_a_status_that_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="'error' is none of completed, failed, unscored, skipped"):
        EvalResult("x", status="error")


def test_an_error_is_a_sentence_with_a_type():
    assert WHY == "the judge timed out"
    assert (WHY.type, f"{WHY}") == ("timeout", "the judge timed out")


def test_a_batch_tells_coverage_from_passing_and_leaves_out_what_could_not_be_judged():
    batch = BatchResult((GOOD, BAD, OPEN, LOST, EMPTY))
    assert (batch.coverage, batch.success_rate) == (3 / 4, 3 / 5)
    assert batch.pass_rate == 1 / 2
    assert [len(batch), batch[1], batch.get("d"), batch.get("z")] == [5, BAD, LOST, None]
    assert list(batch) == [GOOD, BAD, OPEN, LOST, EMPTY]


def test_a_batch_in_which_nothing_was_judged_has_no_pass_rate():
    assert BatchResult((LOST, EMPTY)).pass_rate is None
    assert BatchResult((LOST,)).coverage == 0.0
    assert BatchResult(()).coverage == 0.0
