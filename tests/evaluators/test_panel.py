"""A panel says what a strict majority of the declared judges says, and nothing else."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judged import opinion, small_judge, with_judges

from windrow.errors import ConfigError
from windrow.evaluators.inputs import resolve
from windrow.evaluators.pairwise import compare
from windrow.evaluators.panel import decided, panel
from windrow.evaluators.results import CriterionScore, EvalError, EvalResult
from windrow.testing import bad_request, empty, malformed_json, never_answers, rate_limited, server_error
from windrow.testing.examiners import prefers, prefers_first

ROLES = ("one", "two", "three")
SILENCES = {
    "auth": lambda *_: bad_request("no such key", status=401),
    "rate_limited": lambda *_: rate_limited(),
    "server_error": lambda *_: server_error(),
    "timeout": never_answers,
    "broken_reply": lambda *_: malformed_json(),
    "empty": lambda *_: empty(),
    "unparsed": "I would say it is good.",
}


def asked(**scripts):
    async def work(ask):
        return await panel(lambda role: small_judge(ask, role), tuple(scripts), name="tea")

    return with_judges(work, **scripts)[0]


def test_most_of_three_judges_decide_and_the_score_is_the_mean_of_all():
    said = asked(one=opinion(True, 0.9), two=opinion(False, 0.3), three=opinion(True, 0.6))
    assert (said.status, said.passed, said.label) == ("completed", True, "pass")
    assert said.score == pytest.approx(0.6)
    assert said.agreement == pytest.approx(2 / 3)
    assert [(vote.judge, vote.label, vote.score) for vote in said.votes] == [
        ("one", "pass", 0.9),
        ("two", "fail", 0.3),
        ("three", "pass", 0.6),
    ]
    assert said.metadata["counts"] == {"fail": 1, "pass": 2}
    assert said.judge.model == "one + two + three"


@pytest.mark.parametrize("kind", SILENCES)
def test_a_silent_judge_is_not_a_smaller_panel(kind):
    together = asked(one=opinion(True), two=opinion(True), three=SILENCES[kind])
    assert (together.passed, together.agreement) == (True, pytest.approx(2 / 3))
    assert together.votes[2].error == kind
    split = asked(one=opinion(True), two=SILENCES[kind], three=opinion(False))
    assert (split.status, split.passed, split.score) == ("unscored", None, None)
    assert split.error.type == "judge_disagreement"
    alone = asked(one=opinion(True), two=SILENCES[kind], three=SILENCES[kind])
    assert (alone.status, alone.passed, alone.error.type) == ("unscored", None, kind)


def test_a_tie_is_a_disagreement_and_no_verdict():
    said = asked(one=opinion(True), two=opinion(False))
    assert (said.status, said.error.type) == ("unscored", "judge_disagreement")
    assert said.agreement == 0.5
    assert "1 say fail, 1 say pass" in said.reason


def test_a_panel_of_nobody_or_of_one_judge_twice_is_refused():
    for roles in ((), ("one", "one")):
        with pytest.raises(ConfigError, match="named once"):
            asyncio.run(panel(small_judge, roles))


def test_members_of_one_family_are_told_of():
    models = {"one": ["openai/gpt-5"], "two": ["azure/gpt-4o"], "three": ["anthropic/claude-4"]}

    async def work(ask):
        return await panel(lambda role: small_judge(ask, role), ROLES, models=models)

    said, _ = with_judges(work, one=opinion(True), two=opinion(True), three=opinion(True))
    assert said.metadata["warnings"] == [
        "judges 'one' and 'two' are both of the family 'openai': their errors are not independent"
    ]


def test_each_question_is_answered_as_most_answer_it_with_the_evidence_of_one_who_did():
    def member(*verdicts):
        criteria = [
            CriterionScore(name, verdict, {"pass": 1.0, "fail": 0.0}.get(verdict), evidence=(f"{name} {verdict}",))
            for name, verdict in zip("ab", verdicts, strict=True)
        ]
        return EvalResult("x", score=0.5, passed=verdicts[0] == "pass", criteria=tuple(criteria))

    said = decided(
        {"one": member("fail", "fail"), "two": member("pass", "pass"), "three": member("pass", "unscored")}, name="x"
    )
    assert [(one.id, one.verdict, one.evidence) for one in said.criteria] == [
        ("a", "pass", ("a pass",)),
        ("b", "unscored", ()),
    ]
    assert said.criteria[0].score == pytest.approx(2 / 3)


def _result(said):
    if said == "silent":
        return EvalResult("x", status="unscored", error=EvalError("it took too long", type="timeout"))
    return EvalResult("x", score=float(said == "pass"), passed=said == "pass")


@given(st.lists(st.sampled_from(["pass", "fail", "silent"]), min_size=1, max_size=9))
def test_whatever_they_say_a_verdict_has_more_than_half_of_the_declared_behind_it(said):
    result = decided({str(place): _result(one) for place, one in enumerate(said)}, name="x")
    expected = next((one for one in ("pass", "fail") if said.count(one) * 2 > len(said)), None)
    assert result.passed is (None if expected is None else expected == "pass")
    assert (result.score is None) is (expected is None)
    assert len(result.votes) == len(said)


@pytest.mark.parametrize(
    ("third", "expected"), [(prefers(len), "a"), (prefers_first, ""), (prefers(lambda text: -len(text)), "b")]
)
def test_a_panel_compares_two_responses_by_the_majority_of_those_who_keep_to_their_word(third, expected):
    async def work(ask):
        inputs = resolve({"input": "Which river?"})
        return await panel(
            lambda role: compare("Which is better?", inputs, "It is the Seine.", "The Seine.", ask, role=role), ROLES
        )

    said, _ = with_judges(work, one=prefers(len), two=prefers(lambda text: -len(text)), three=third)
    assert (said.label, said.passed) == (expected, None)
    assert said.status == ("completed" if expected else "unscored")


def test_a_bug_in_a_judge_is_raised_and_not_taken_for_silence():
    async def broken(role):
        raise ZeroDivisionError(role)

    with pytest.raises(ZeroDivisionError):
        asyncio.run(panel(broken, ROLES))
