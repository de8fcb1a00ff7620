"""An `Ask` outside of runs: answers, failures, giving up, keeping answers, letting go."""

import asyncio
import time

import pytest
from pydantic import BaseModel

from windrow import prompts
from windrow.errors import AnswerFailure, CallFailure, ConfigError, MissingError
from windrow.evaluation.asking import Asking
from windrow.ledger.sqlite import SQLiteLedger
from windrow.testing import FaultyServer, ScriptedTeacher, bad_request, rate_limited

TEMPLATES = {"probe": prompts.parse("---\nrole: judge\n---\nIs {{ text }} good?", name="probe")}


class Opinion(BaseModel):
    reason: str
    good: bool


GOOD = '{"reason": "it is", "good": true}'


def _judge(server, **settings):
    return {"judge": {"model": "openai/judge", "base_url": server.url, "retries": 0, **settings}}


async def _ask_all(asking, texts):
    async def one(text):
        return await asking.ask_for(text)("probe", schema=Opinion, role="judge", text=text)

    return await asyncio.gather(*map(one, texts), return_exceptions=True)


def asked(models, texts, **options):
    async def work():
        async with Asking.open(models, {}, templates=TEMPLATES, wait=0.0, **options) as asking:
            return await _ask_all(asking, texts)

    return asyncio.run(work())


def test_a_judge_is_asked_over_http_and_its_structure_is_what_comes_back():
    with FaultyServer(GOOD, keep=True) as server:
        (said,) = asked(_judge(server), ["tea"])
    assert said == Opinion(reason="it is", good=True)
    assert server.bodies[0]["messages"][0]["content"].startswith("Is tea good?")


def test_an_answer_that_does_not_fit_is_corrected_once_and_then_a_failure_of_that_one_only():
    def script(request, number):
        return "Thought process: hm" if "Is bad" in request["messages"][0]["content"] else GOOD

    with FaultyServer(script, keep=True) as server:
        said = asked(_judge(server), ["bad", "tea"])
    assert isinstance(said[0], AnswerFailure)
    assert said[0].kind == "unparsed"
    assert said[1].good is True
    assert server.requests == 3
    assert all("Thought process" not in str(body) for body in server.bodies)  # no judge is shown its own reply


def test_a_refused_key_is_told_to_every_evaluation_and_asked_about_once_or_twice():
    with FaultyServer(lambda _, number: bad_request("no such key", status=401)) as server:
        said = asked(_judge(server, concurrency=2), [f"tea {n}" for n in range(50)])
    assert {type(one) for one in said} == {CallFailure}
    assert {one.kind for one in said} == {"auth"}
    assert server.requests <= 2


def test_a_server_that_is_not_there_is_given_up_for_all_that_is_left():
    with FaultyServer(GOOD) as server:
        models = _judge(server, concurrency=4, retries=6)
    said = asked(models, [f"tea {n}" for n in range(200)])
    assert {one.kind for one in said} == {"connect"}


def test_a_server_that_is_too_busy_for_ever_is_given_up_after_three():
    with FaultyServer(lambda *_: rate_limited()) as server:
        said = asked(_judge(server, concurrency=1), [f"tea {n}" for n in range(30)])
    assert {one.kind for one in said} == {"rate_limited"}
    assert server.requests == 3


def test_one_judge_that_is_lost_costs_nothing_to_another():
    async def work(models):
        async with Asking.open(models, {}, templates=TEMPLATES, wait=0.0) as asking:
            ask = asking.ask_for("tea")
            with pytest.raises(CallFailure, match="no such key"):
                await ask("probe", schema=Opinion, role="first", text="tea")
            return await ask("probe", schema=Opinion, role="second", text="tea")

    with FaultyServer(lambda *_: bad_request("no such key", status=401)) as dead, FaultyServer(GOOD) as alive:
        said = asyncio.run(work({"first": _judge(dead)["judge"], "second": _judge(alive)["judge"]}))
    assert said.good is True


def test_answers_are_found_again_in_a_ledger_and_only_the_missing_are_asked(tmp_path):
    with FaultyServer(GOOD) as server:
        for texts in (["tea", "coffee"], ["tea", "coffee", "milk"]):
            ledger = SQLiteLedger.open(tmp_path / "answers.sqlite")
            said = asked(_judge(server), texts, ledger=ledger)
            ledger.close()
        assert [one.good for one in said] == [True] * 3
    assert server.requests == 3


def test_the_same_question_about_the_same_thing_twice_is_two_samples():
    async def work(server):
        async with Asking.open(_judge(server), {}, templates=TEMPLATES) as asking:
            ask = asking.ask_for("tea")
            return [await ask("probe", role="judge", text="tea") for _ in range(2)]

    with FaultyServer(lambda _, number: f"answer {number}") as server:
        said = asyncio.run(work(server))
    assert [one.text for one in said] == ["answer 0", "answer 1"]


def test_no_more_is_under_way_than_the_judge_allows():
    with FaultyServer(GOOD, latency=0.01) as server:
        asked(_judge(server, concurrency=3), [f"tea {n}" for n in range(20)])
    assert server.peak <= 3


def test_a_meter_hears_of_the_calls_of_its_own_evaluation():
    async def work(server):
        heard = {"tea": [], "milk": []}
        async with Asking.open(_judge(server), {}, templates=TEMPLATES) as asking:
            for text, calls in heard.items():
                await asking.ask_for(text, calls.append)("probe", role="judge", text=text)
        return heard

    with FaultyServer(GOOD) as server:
        heard = asyncio.run(work(server))
    assert [len(calls) for calls in heard.values()] == [1, 1]
    assert heard["tea"][0].output_tokens > 0


def test_a_teacher_of_ones_own_may_judge_and_is_not_closed():
    class Watched(ScriptedTeacher):
        closed = False

        async def close(self):
            self.closed = True

    teacher = Watched(GOOD)
    (said,) = asked({"judge": teacher}, ["tea"])
    assert said.good is True
    assert teacher.closed is False


def test_what_is_no_model_is_refused_by_its_role():
    with pytest.raises(ConfigError, match=r"models\.judge"):
        Asking.open({"judge": "gpt"}, {})
    with pytest.raises(MissingError, match="OPENAI_API_KEY"):
        Asking.open({"judge": "openai/gpt-5"}, {})


def test_giving_up_does_not_wait():
    with FaultyServer(lambda *_: bad_request("no such key", status=401), latency=0.05) as server:
        started = time.perf_counter()
        said = asked(_judge(server, concurrency=2), [f"tea {n}" for n in range(400)])
        took = time.perf_counter() - started
    assert len(said) == 400
    assert took < 5
