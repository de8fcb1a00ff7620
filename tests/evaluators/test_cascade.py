"""A cheap judge decides where its annotators agree, a strong one where they do not, and then a person."""

import asyncio
import itertools
import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judged import opinion, small_judge, with_judges

from windrow import testing
from windrow.errors import ConfigError
from windrow.evaluators.annotators import HABITS, as_annotator, habit
from windrow.evaluators.cascade import Confidence, cascade
from windrow.evaluators.inputs import resolve
from windrow.evaluators.names import rubric_named
from windrow.evaluators.panel import panel
from windrow.evaluators.pointwise import judge_rubric
from windrow.evaluators.results import EvalError, EvalResult
from windrow.testing import bad_request, never_answers, rate_limited, server_error


def annotator_of(request):
    """The number of the annotator that a request is made as."""
    text = request["messages"][0]["content"]
    return next((number for number in range(1, 5) if habit(number) in text), 0)


def saying(*verdicts):
    """A judge whose annotators say these things."""

    def judge(request, _):
        said = verdicts[annotator_of(request)]
        return opinion(said) if isinstance(said, bool) else said

    return judge


def asked(*, strong=(), confidence=None, **scripts):
    """What comes of a cascade over servers: `judge` is the cheap one, `strong` names the roles of the panel above."""

    async def work(ask):
        async def above():
            return await panel(lambda role: small_judge(ask, role), strong, name="above")

        return await cascade(
            lambda role, number: small_judge(as_annotator(ask, number), role),
            above if strong else None,
            confidence=confidence,
        )

    return with_judges(work, keep=True, **scripts)


def test_annotators_who_agree_decide_and_the_rest_are_not_asked():
    said, servers = asked(judge=saying(True, True, True, True, False))
    assert (said.passed, said.label, said.confidence) == (True, "pass", 0.8)
    assert servers["judge"].requests == 4
    assert said.metadata["levels"] == {"cheap": 4}
    assert said.metadata["level"] == "cheap"
    assert [vote.judge for vote in said.votes] == ["judge#0", "judge#1", "judge#2", "judge#3"]


def test_each_annotator_is_asked_in_words_of_its_own_and_the_first_as_the_model_itself():
    _, servers = asked(judge=saying(False, True, False, False, False))
    asked_as = [body["messages"][-1]["content"] for body in servers["judge"].bodies]
    assert len(set(asked_as)) == 5
    assert sorted(text.startswith("Is tea good?") for text in asked_as) == [False] * 4 + [True]
    assert len(set(HABITS)) == len(HABITS)
    assert habit(0) == ""
    assert habit(len(HABITS)) not in HABITS


def test_annotators_who_differ_leave_it_to_the_strong_judges():
    said, servers = asked(
        judge=saying(True, False, True, False, True),
        strong=("one", "two", "three"),
        one=opinion(False),
        two=opinion(False),
        three=opinion(True),
    )
    assert (said.passed, said.metadata["level"]) == (False, "strong")
    assert said.metadata["levels"] == {"cheap": 4, "strong": 3}
    assert said.metadata["calls"] == 7 == sum(server.requests for server in servers.values())
    assert [vote.judge for vote in said.votes][-3:] == ["one", "two", "three"]


def test_where_nobody_is_sure_a_person_must_look():
    differing = saying(True, False, True, False, True)
    alone, _ = asked(judge=differing)
    assert (alone.status, alone.passed, alone.score) == ("unscored", None, None)
    assert alone.error.type == "escalated"
    torn, _ = asked(judge=differing, strong=("one", "two"), one=opinion(True), two=opinion(False))
    assert (torn.status, torn.error.type, torn.metadata["level"]) == ("unscored", "escalated", "human")


@pytest.mark.parametrize(
    ("kind", "silence"),
    {
        "auth": lambda *_: bad_request("no such key", status=401),
        "rate_limited": lambda *_: rate_limited(),
        "server_error": lambda *_: server_error(),
        "timeout": never_answers,
        "unparsed": "Thought process:",
    }.items(),
)
def test_a_cheap_judge_that_is_dead_is_no_persons_work_and_never_a_verdict(kind, silence):
    said, _ = asked(judge=silence)
    assert (said.status, said.passed, said.score) == ("unscored", None, None)
    assert said.error.type == kind
    assert said.votes[0].error == kind
    above, _ = asked(judge=silence, strong=("one",), one=opinion(True))
    assert (above.passed, above.metadata["level"]) == (True, "strong")
    dead, _ = asked(judge=saying(True, False, True, False, True), strong=("one",), one=silence)
    assert (dead.status, dead.error.type) == ("unscored", kind)


def test_an_annotator_who_is_silent_is_not_a_smaller_number_of_annotators():
    broken = "no verdict at all"
    said, _ = asked(judge=saying(True, True, True, broken, False))
    assert (said.status, said.error.type) == ("unscored", "unparsed")  # four of five might have agreed
    said, _ = asked(judge=saying(True, True, broken, True, True))
    assert (said.passed, said.confidence) == (True, 0.8)


def test_a_calibration_may_ask_for_more_agreement_to_accept_than_to_reject():
    strict = Confidence(accept=1.0, reject=0.6)
    assert asked(judge=saying(True, True, True, True, False), confidence=strict)[0].error.type == "escalated"
    assert asked(judge=saying(True, True, True, True, True), confidence=strict)[0].passed is True
    assert asked(judge=saying(False, True, False, False, True), confidence=strict)[0].passed is False


@pytest.mark.parametrize("share", [0.5, 0.0, 1.01, -1.0, math.nan])
def test_a_confidence_that_would_let_both_verdicts_be_sure_is_refused(share):
    with pytest.raises(ConfigError, match=re.escape("above 0.5")):
        Confidence(accept=share)


def _scripted(verdicts, asked_of):
    async def judge_as(role, number):
        asked_of.append(number)
        said = verdicts[number]
        if said is None:
            return EvalResult("x", status="unscored", error=EvalError("it took too long", type="timeout"))
        return EvalResult("x", score=float(said), passed=said)

    return judge_as


@settings(max_examples=20)
@given(st.integers(1, 6), st.sampled_from([0.51, 0.6, 0.8, 0.95, 1.0]), st.sampled_from([0.51, 0.6, 0.8, 1.0]))
def test_stopping_early_changes_no_verdict_and_asks_nobody_in_vain(size, accept, reject):
    for verdicts in itertools.islice(itertools.product([True, False, None], repeat=size), 0, None, 7):
        asked_of = []
        judge_as = _scripted(verdicts, asked_of)
        said = asyncio.run(cascade(judge_as, annotators=size, confidence=Confidence(accept, reject)))
        sure = {
            True: verdicts.count(True) / size >= accept - 1e-9,
            False: verdicts.count(False) / size >= reject - 1e-9,
        }
        assert said.passed is next((verdict for verdict, yes in sure.items() if yes), None)
        assert asked_of == list(range(_fewest(verdicts, accept, reject)))


def _fewest(verdicts, accept, reject):
    """How many must be heard, one after the other, before it is clear what becomes of the row."""
    size = len(verdicts)
    accept, reject = math.ceil(accept * size - 1e-9), math.ceil(reject * size - 1e-9)
    for heard in range(1, size + 1):
        passes, fails = verdicts[:heard].count(True), verdicts[:heard].count(False)
        left = size - heard
        if passes >= accept or fails >= reject or (passes + left < accept and fails + left < reject):
            return heard
    return size


def test_a_rubric_is_read_with_the_habits_of_each_annotator_and_the_same_way_again():
    inputs = resolve({"input": "Name a river.", "output": "The Seine is a river."})
    rubric = rubric_named("task_adherence")

    async def work(ask):
        return await cascade(
            lambda role, number: judge_rubric(rubric, inputs, as_annotator(ask, number), role=role, sample=number)
        )

    heard = []
    for _ in range(2):
        said, servers = with_judges(work, keep=True, judge=testing.always_pass)
        assert (said.passed, said.judge.rubric_hash) == (True, rubric.hash)
        heard.append(sorted(body["messages"][0]["content"] for body in servers["judge"].bodies))
    assert heard[0] == heard[1]
    told = [[number for number in range(1, 5) if habit(number) in system] for system in heard[0]]
    assert sorted(told) == [[], [1], [2], [3]]
    assert len(set(heard[0])) == 4


def test_an_output_with_nothing_to_judge_is_skipped_and_asked_about_no_further():
    async def nothing(role, number):
        return EvalResult("x", status="skipped", reason="the output is empty")

    said = asyncio.run(cascade(nothing))
    assert said.status == "skipped"
