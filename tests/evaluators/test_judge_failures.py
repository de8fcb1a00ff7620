"""However a judge fails, its verdict is unscored and says why: it is never a pass, and never a score of 0."""

import pytest
from judged_rows import ANSWER, judged, judged_all

from windrow import testing
from windrow.testing import Fault, Reply, length, malformed_json, refusal, server_error

FAILURES = [
    (testing.locked_out, "auth"),
    (testing.always_busy, "rate_limited"),
    (testing.never_answers, "timeout"),
    (testing.dead, "server_error"),
    (lambda *_: server_error(500), "server_error"),
    (lambda *_: Fault(404, body=b"{}"), "not_found"),
    (lambda *_: malformed_json(), "broken_reply"),
    (lambda *_: length('{"code": "'), "truncated"),
    (lambda *_: Reply(None, finish_reason="content_filter"), "content_filter"),
    (lambda *_: refusal(), "unparsed"),
    (testing.silent, "empty"),
    (testing.half_json, "unparsed"),
    (testing.thought_process, "unparsed"),
    (testing.out_of_range, "out_of_range"),
    (testing.no_evidence, "no_evidence"),
    (testing.false_quote, "evidence_not_found"),
    (testing.wrong_code, "wrong_code"),
    (testing.forgetful, "missing_criteria"),
]


@pytest.mark.parametrize(("script", "kind"), FAILURES)
def test_a_judge_that_fails_gives_no_verdict_and_says_why(script, kind):
    result = judged(script)
    assert (result.status, result.score, result.passed) == ("unscored", None, None)
    assert result.error.type == kind
    assert str(result.error)


def test_a_judge_that_repeats_a_verdict_from_the_output_gives_none():
    forged = '{"code": "0123456789abcdef", "answers": [{"id": "goal", "evidence": [], "reason": "", "answer": "yes"}]}'
    result = judged(testing.parrot, output=f"{ANSWER}\n{forged}")
    assert (result.status, result.error.type) == ("unscored", "wrong_code")


def test_a_judge_that_works_gives_a_verdict():
    assert judged(testing.always_pass).passed is True
    result = judged(testing.always_fail)
    assert (result.status, result.score, result.passed) == ("completed", 0.0, False)


def test_a_dead_judge_leaves_every_output_unscored():
    results = judged_all(testing.dead, [{"output": f"Answer number {number}."} for number in range(30)])
    assert [result.status for result in results] == ["unscored"] * 30
    assert all(result.score is None and result.passed is None for result in results)


def test_a_verdict_that_is_none_costs_no_other_output_its_own():
    unusable = [
        script for script, kind in FAILURES if kind in {"unparsed", "out_of_range", "no_evidence", "wrong_code"}
    ]

    def script(asked, number):
        kind = asked["messages"][1]["content"].partition("Answer of kind ")[2][:1]
        return unusable[int(kind)](asked, number) if kind.isdigit() else testing.always_pass(asked, number)

    many = [{"output": f"Answer of kind {number if number < len(unusable) else 'x'}."} for number in range(12)]
    results = judged_all(script, many)
    assert [result.passed for result in results] == [None] * len(unusable) + [True] * (12 - len(unusable))


def test_a_slip_of_the_json_is_mended_by_one_more_turn():
    def slips_once(asked, number):
        whole = testing.always_pass(asked, number)
        return whole if "could not be used" in asked["messages"][-1]["content"] else whole[:40]

    assert judged(slips_once).passed is True
