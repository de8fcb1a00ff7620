"""What the engine promises: exactly N, in item order, one row's failure its own, nothing asked twice."""

import asyncio
import hashlib
import random

import pytest
from one_call import OneCall, OneCallOptions

from windrow import prompts
from windrow.engine.lane import Lane
from windrow.errors import CallFailure, MissingError, RunError
from windrow.events import CallEnded, EndpointPaused, RowDecided
from windrow.row import Lineage, Message, Row, Verdict
from windrow.shapes import Filter, Options, Recipe, Seed
from windrow.teachers.base import Pace
from windrow.teachers.connect import connect
from windrow.teachers.settings import ModelSettings
from windrow.testing import (
    Fault,
    FaultyServer,
    Reply,
    ScriptedTeacher,
    bad_request,
    cut_off,
    empty,
    hang,
    length,
    malformed_json,
    rate_limited,
    refusal,
    server_error,
)


def said(request):
    """A different, clean answer to every question."""
    digest = hashlib.sha256(request.messages[-1].content.encode()).hexdigest()
    return f"That parcel was last seen at depot {digest[:6]}, and it leaves for door {digest[6:12]} tomorrow."


def served(request, _number):
    digest = hashlib.sha256(request["messages"][-1]["content"].encode()).hexdigest()
    return f"That parcel was last seen at depot {digest[:6]}, and it leaves for door {digest[6:12]} tomorrow."


def over_http(server, **settings):
    return connect("openai/any", ModelSettings(base_url=server.url, **{"timeout": 5, "retries": 2, **settings}))


class Picky(Filter):
    """Refuses every row whose id starts with one of the first digits; sees every row once."""

    name = "picky"

    def __init__(self, refuse="0123"):
        super().__init__(Options(), base=None)
        self.refuse = refuse
        self.kept = []

    def admit(self, row):
        if row.id[0] in self.refuse:
            return Verdict(self.name, "fail", "picked", kind="filter")
        return Verdict(self.name, "pass", kind="filter")

    def keep(self, row):
        self.kept.append(row.id)


def test_exactly_as_many_rows_are_accepted_as_were_asked_for(works):
    outcome = works.run(ScriptedTeacher(said), items=400, target=100, filters=[Picky()])
    assert (outcome.accepted, outcome.why) == (100, "target")
    assert works.counts()["accepted"] == 100


def test_few_rows_are_grown_that_nobody_needs(works):
    teacher = ScriptedTeacher(said, latency=0.001)
    works.run(teacher, items=10_000, target=300, filters=[Picky()])
    assert sum(teacher.calls.values()) < 300 / 0.75 * 1.15


def test_without_a_target_every_seed_gets_its_turn_once(works):
    outcome = works.run(ScriptedTeacher(said), items=70)
    assert (outcome.accepted, outcome.why) == (70, "seeds")


def test_what_is_accepted_does_not_depend_on_who_answers_first(tmp_path, works):
    class Jittery(ScriptedTeacher):
        async def send(self, body, request):
            await asyncio.sleep(random.random() / 200)
            return await super().send(body, request)

    sets = []
    for name in ("a", "b"):
        here = type(works)(tmp_path / name)
        here.folder.mkdir()
        here.run(Jittery(said), items=500, target=120, filters=[Picky()])
        sets.append([(row.row.id, row.seq) for row in here.rows(status="accepted")])
    assert sets[0] == sets[1]


def test_a_refused_row_never_counts_as_taken_for_another_filter(works):
    picky, second = Picky(), Picky(refuse="")
    works.run(ScriptedTeacher(said), items=100, filters=[second, picky])
    assert second.kept == picky.kept == [row.row.id for row in works.rows(status="accepted")]


def test_nothing_is_asked_twice(works):
    teacher = ScriptedTeacher(said)
    works.run(teacher, items=50)
    again = ScriptedTeacher(said)
    works.run(again, items=50)
    assert (sum(teacher.calls.values()), sum(again.calls.values())) == (50, 0)
    assert all(event.cached for event in works.events if isinstance(event, CallEnded))
    assert works.counts() == {"accepted": 50}


def test_new_items_cost_their_own_calls_only(works):
    works.run(ScriptedTeacher(said), items=50)
    more = ScriptedTeacher(said)
    works.run(more, items=57)
    assert sum(more.calls.values()) == 7


def test_another_wording_asks_everything_anew_and_gives_no_stale_row(works, tmp_path):
    works.run(ScriptedTeacher(said), items=20)
    wording = tmp_path / "answer.md"
    wording.write_text("Say it in one line.\n{{ question }}\n", encoding="utf-8")
    changed = ScriptedTeacher(lambda request: f"New: {said(request)}")
    works.run(changed, items=20, templates=prompts.collect(OneCall, "one_call", {"answer": wording}))
    assert sum(changed.calls.values()) == 20
    assert all(row.row.response.startswith("New: ") for row in works.rows())


def test_the_system_text_of_one_template_costs_that_templates_calls(works):
    class Polished(OneCall):
        async def grow(self, seed, ask):
            draft = await ask("draft", question=f"Where is parcel {seed.payload}?")
            answer = await ask("polish", draft=draft.text)
            yield Row(kind="sft", messages=(Message("user", draft.text), Message("assistant", answer.text)))

    def run(system):
        teacher = ScriptedTeacher(said)
        recipe = Polished(OneCallOptions(items=20), base=works.folder)
        templates = {
            "draft": prompts.parse("# system\nDraft.\n# user\n{{ question }}", name="draft"),
            "polish": prompts.parse(f"# system\n{system}\n# user\n{{{{ draft }}}}", name="polish"),
        }
        works.run(teacher, recipe=recipe, templates=templates)
        return dict(teacher.calls)

    assert run("Polish it.") == {"one_call/draft": 20, "one_call/polish": 20}
    assert run("Polish it well.") == {"one_call/polish": 20}
    assert run("Polish it well.") == {}


def test_another_model_is_asked_anew(works):
    works.run(ScriptedTeacher(said), items=5)
    other = ScriptedTeacher(said, address="scripted/other")
    works.run(other, items=5)
    assert sum(other.calls.values()) == 5


BAD_ROWS = [
    # (what the 42nd question gets, status of its row, by, reason, calls of the first run, calls of the next run)
    (bad_request("no"), "quarantined", "teacher", "bad_request", 100, 1),
    (malformed_json(), "quarantined", "teacher", "broken_reply", 102, 1),
    (cut_off(), "quarantined", "teacher", None, 102, 1),
    (server_error(500), "quarantined", "teacher", "server_error", 102, 1),
    (length(), "rejected", "teacher", "truncated", 100, 0),
    (refusal(), "rejected", "hygiene", "refusal", 100, 0),
    (empty(), "rejected", "teacher", "empty", 101, 0),
]


@pytest.mark.parametrize(("fault", "status", "by", "reason", "calls", "later"), BAD_ROWS)
def test_one_bad_row_of_a_hundred_costs_itself_and_keeps_its_reason(works, fault, status, by, reason, calls, later):
    def script(request, number):
        return fault if "the 42th of" in request["messages"][-1]["content"] else served(request, number)

    with FaultyServer(script) as server:
        works.run(over_http(server), items=100)
        first = server.requests
        assert works.counts() == {"accepted": 99, status: 1}
        (bad,) = works.rows(status=status)
        assert bad.by == by
        assert reason is None or bad.reason == reason
        assert bad.row.failed.detail
        works.run(over_http(server, retries=0), items=100)
        assert (first, server.requests - first) == (calls, later)
        assert works.counts() == {"accepted": 99, status: 1}


def test_a_row_that_could_not_be_asked_for_is_mended_by_the_next_run(works):
    def script(request, number):
        broken = server.requests <= 100 and "the 42th of" in request["messages"][-1]["content"]
        return bad_request("no") if broken else served(request, number)

    with FaultyServer(script) as server:
        works.run(over_http(server), items=100)
        works.run(over_http(server), items=100)
        assert server.requests == 101
    assert works.counts() == {"accepted": 100}


def test_a_crowded_server_is_given_quiet_and_every_row_still_comes(works):
    def script(request, number):
        return rate_limited(retry_after=1) if number in range(10, 30) else served(request, number)

    with FaultyServer(script, latency=0.005) as server:
        works.run(over_http(server, concurrency=8, retries=6), items=60)
    assert works.counts() == {"accepted": 60}
    assert any(isinstance(event, EndpointPaused) for event in works.events)


def test_a_slow_row_is_given_up_after_its_time_and_its_tries(works):
    def script(request, number):
        return hang() if "the 3th of" in request["messages"][-1]["content"] else served(request, number)

    with FaultyServer(script) as server:
        works.run(over_http(server, timeout=0.3, retries=1), items=20)
        assert server.requests == 21
    (bad,) = works.rows(status="quarantined")
    assert bad.reason == "timeout"


@pytest.mark.parametrize("fault", [Fault(401, body=b"{}"), Fault(404, body=b"{}")])
def test_a_key_or_model_that_is_wrong_from_the_start_stops_the_run(works, fault):
    with FaultyServer(lambda _request, _number: fault) as server, pytest.raises(MissingError):
        works.run(over_http(server, concurrency=4), items=1000)
    assert server.requests <= 8


def test_an_endpoint_that_is_not_there_stops_the_run_and_says_where(works):
    teacher = connect("openai/any", ModelSettings(base_url="http://127.0.0.1:9/v1", concurrency=4))
    with pytest.raises(MissingError, match=r"127\.0\.0\.1:9"):
        works.run(teacher, items=1000)


def test_an_endpoint_that_dies_stops_the_run_and_the_next_run_asks_only_the_rest(works):
    def dying(request, number):
        return server_error(503) if number >= 50 else served(request, number)

    with FaultyServer(dying) as server, pytest.raises(MissingError, match="resumes"):
        works.run(over_http(server, concurrency=4), items=200)
    teacher = ScriptedTeacher(said)
    ledger = works.ledger(readonly=True)
    answered = sum(totals.calls for totals in ledger.calls() if totals.outcome == "ok")
    ledger.close()
    assert answered == 50
    with FaultyServer(served) as server:
        works.run(connect("openai/any", ModelSettings(base_url=server.url)), items=200)
    assert works.counts() == {"accepted": 200}
    del teacher


def test_a_crash_in_a_recipe_costs_its_item_and_shows_its_traceback(works):
    class Brittle(OneCall):
        async def grow(self, seed, ask):
            if seed.payload == 7:
                raise KeyError("drawer")
            async for row in super().grow(seed, ask):
                yield row

    works.run(ScriptedTeacher(said), recipe=Brittle(OneCallOptions(items=30), base=works.folder))
    assert works.counts() == {"accepted": 29, "quarantined": 1}
    (bad,) = works.rows(status="quarantined")
    assert "KeyError" in bad.row.failed.detail
    assert "drawer" in bad.row.failed.evidence["traceback"]


def test_a_filter_that_crashes_over_a_row_costs_that_row(works):
    class Brittle(Picky):
        def admit(self, row):
            if "the 7th of" in row.question:
                raise KeyError("drawer")
            return super().admit(row)

    works.run(ScriptedTeacher(said), items=30, filters=[Brittle(refuse="")])
    (bad,) = works.rows(status="quarantined")
    assert (bad.by, bad.reason) == ("picky", "crashed")
    assert works.counts() == {"accepted": 29, "quarantined": 1}


def test_a_recipe_that_always_crashes_ends_the_run(works):
    class Broken(OneCall):
        async def grow(self, seed, ask):
            if seed:
                raise ZeroDivisionError
            yield Row(kind="sft")

    with pytest.raises(RunError, match="in a row crashed"):
        works.run(ScriptedTeacher(said), recipe=Broken(OneCallOptions(items=300), base=works.folder))


def test_rows_grown_before_a_failure_of_their_item_stay(works):
    class Pair(OneCall):
        async def grow(self, seed, ask):
            async for row in super().grow(seed, ask):
                yield row
            await ask("answer", question="The second question of the pair fails.")

    def script(request):
        return "" if "fails" in request.messages[-1].content else said(request)

    works.run(ScriptedTeacher(script), recipe=Pair(OneCallOptions(items=3), base=works.folder))
    assert works.counts() == {"accepted": 3, "rejected": 3}


def test_what_is_grown_beyond_the_target_is_kept_as_surplus(works):
    class Triple(OneCall):
        async def grow(self, seed, ask):
            for part in range(3):
                question = f"Part {part} of parcel {seed.key}?"
                answer = await ask("answer", question=question)
                yield Row(kind="sft", messages=(Message("user", question), Message("assistant", answer.text)))

    works.run(ScriptedTeacher(said), target=10, recipe=Triple(OneCallOptions(items=30), base=works.folder))
    counts = works.counts()
    assert counts["accepted"] == 10
    assert counts["pending"] == 2
    assert {row.reason for row in works.rows(status="pending")} == {"surplus"}


def test_every_row_is_told_of_once(works):
    works.run(ScriptedTeacher(said), items=100, target=60, filters=[Picky()])
    told = [event.status for event in works.events if isinstance(event, RowDecided)]
    assert {status: told.count(status) for status in set(told)} == works.counts()


def test_lineage_is_signed_by_the_engine(works):
    class Forger(OneCall):
        async def grow(self, seed, ask):
            async for row in super().grow(seed, ask):
                yield Row(kind="sft", messages=row.messages, lineage=Lineage(origin="human", models=("nobody",)))

    works.run(ScriptedTeacher(said), recipe=Forger(OneCallOptions(items=1), base=works.folder))
    (row,) = works.rows()
    assert row.row.lineage.origin == "llm"
    assert row.row.lineage.models == ("scripted/model",)
    assert list(row.row.lineage.prompts) == ["answer"]


def test_a_recipe_that_gives_no_row_leaves_a_record(works):
    class Silent(OneCall):
        async def grow(self, seed, ask):
            if seed.payload % 2:
                async for row in super().grow(seed, ask):
                    yield row

    works.run(ScriptedTeacher(said), recipe=Silent(OneCallOptions(items=10), base=works.folder))
    assert works.counts() == {"accepted": 5, "rejected": 5}
    assert {row.reason for row in works.rows(status="rejected")} == {"nothing_grown"}


def test_a_row_that_cannot_be_written_is_refused_and_still_kept(works):
    class Broken(OneCall):
        async def grow(self, seed, ask):
            async for row in super().grow(seed, ask):
                if seed.payload == 3:
                    yield Row(kind="sft", messages=(row.messages[0], Message("assistant", "half \ud800 a pair")))
                else:
                    yield row

    works.run(ScriptedTeacher(said), recipe=Broken(OneCallOptions(items=10), base=works.folder))
    assert works.counts() == {"accepted": 9, "rejected": 1}
    (bad,) = works.rows(status="rejected")
    assert (bad.by, bad.reason, bad.row.response) == ("shape", "surrogate", "half ? a pair")


class Chain(Recipe):
    """Each wave asks about the rows that were accepted before it."""

    name = "one_call"
    in_waves = True

    def plant(self, accepted, wave):
        for number in range(1000):
            yield Seed(key=f"{wave}-{number}", payload=[row.id for row in accepted])

    async def grow(self, seed, ask):
        question = f"Question {seed.key}, knowing {len(seed.payload)}?"
        answer = await ask("answer", question=question)
        yield Row(kind="sft", messages=(Message("user", question), Message("assistant", answer.text)))


def test_waves_grow_from_the_rows_before_them_and_end_at_the_target(works):
    outcome = works.run(ScriptedTeacher(said), target=100, recipe=Chain(Options(), base=works.folder))
    assert outcome.accepted == 100
    known = [int(row.row.question.rsplit("knowing ", 1)[1].rstrip("?")) for row in works.rows()]
    assert known[0] == 0
    assert known[-1] > 0
    assert known == sorted(known)


def test_a_run_that_cannot_reach_its_target_says_why(works):
    outcome = works.run(ScriptedTeacher(said), items=50, target=60)
    assert (outcome.accepted, outcome.why) == (50, "seeds")
    teacher = ScriptedTeacher(said, pace=Pace(concurrency=4))
    outcome = works.run(teacher, items=5000, target=60, max_candidates=40, filters=[Picky("0123456789abcdef")])
    assert (outcome.accepted, outcome.why) == (0, "max_candidates")
    assert works.counts() == {"rejected": 40}


def test_samples_that_were_paid_for_come_home_when_one_of_them_fails(works):
    class Sampler(OneCall):
        async def grow(self, seed, ask):
            question = f"Parcel {seed.payload}?"
            answers = await ask.many("answer", n=4, question=question)
            yield Row(kind="sft", messages=(Message("user", question), Message("assistant", answers[0].text)))

    def script(request, number):
        return bad_request("no") if number == 0 else Reply(served(request, number), delay=0.3)

    recipe = Sampler(OneCallOptions(items=1), base=works.folder)
    with FaultyServer(script) as server:
        works.run(over_http(server), recipe=recipe)
        assert server.requests == 4
        works.run(over_http(server), recipe=recipe)
        assert server.requests == 5
    assert works.counts() == {"accepted": 1}


def test_the_same_item_twice_is_asked_once(works):
    class Doubled(OneCall):
        def plant(self, accepted, wave):
            for seed in super().plant(accepted, wave):
                yield seed
                yield seed

    teacher = ScriptedTeacher(said, latency=0.01)
    works.run(teacher, recipe=Doubled(OneCallOptions(items=20), base=works.folder))
    assert sum(teacher.calls.values()) == 20


class Unkempt(OneCall):
    """Does as `slip` says at its third item."""

    slip = staticmethod(lambda: None)

    async def grow(self, seed, ask):
        if seed.payload == 3:
            yield await self.slip()
        async for row in super().grow(seed, ask):
            yield row


async def cancelled():
    task = asyncio.ensure_future(asyncio.sleep(9))
    task.cancel()
    await task


async def not_a_row():
    return {"messages": []}


@pytest.mark.parametrize(
    ("slip", "said_of_it"), [(cancelled, "cancelled from within"), (not_a_row, "instead of a Row")]
)
def test_a_recipe_that_misbehaves_costs_its_item(works, slip, said_of_it):
    recipe = Unkempt(OneCallOptions(items=10), base=works.folder)
    recipe.slip = slip
    works.run(ScriptedTeacher(said), recipe=recipe)
    assert works.counts() == {"accepted": 9, "quarantined": 1}
    (bad,) = works.rows(status="quarantined")
    assert said_of_it in bad.row.failed.detail


def test_an_item_that_hangs_does_not_hold_the_end_of_a_run(works, monkeypatch):
    async def forever():
        await asyncio.Event().wait()

    monkeypatch.setattr("windrow.engine.drive.GRACE", 0.05)
    recipe = Unkempt(OneCallOptions(items=10), base=works.folder)
    recipe.slip = forever
    assert works.run(ScriptedTeacher(said), recipe=recipe, target=3).accepted == 3


def test_a_filter_that_says_nothing_costs_the_row_and_one_that_cannot_keep_is_named(works):
    class Mute(Picky):
        def admit(self, row):
            return None

    works.run(ScriptedTeacher(said), items=3, filters=[Mute()])
    assert {row.reason for row in works.rows(status="quarantined")} == {"crashed"}

    class Clumsy(Picky):
        def keep(self, row):
            raise OSError(28, "No space left on device")

    with pytest.raises(RunError, match=r"filter picky.*No space left"):
        works.run(ScriptedTeacher(said), items=3, filters=[Clumsy(refuse="")])


def test_a_row_falls_with_the_row_it_stands_on(works):
    class Twins(OneCall):
        async def grow(self, seed, ask):
            async for row in super().grow(seed, ask):
                yield row
                turns = (Message("user", f"And the twin of {seed.payload}?"), Message("assistant", "It is gone."))
                yield Row(kind="sft", messages=turns, lineage=Lineage(parents=(row.id,)))

    works.run(ScriptedTeacher(said), recipe=Twins(OneCallOptions(items=40), base=works.folder), filters=[Picky()])
    rows = {(row.seq, row.index): row for row in works.rows()}
    fallen = [row for row in rows.values() if row.reason == "parent_refused"]
    assert fallen
    assert all(rows[row.seq, 0].status == "rejected" for row in fallen)
    assert all(rows[row.seq, 0].status == "accepted" for row in rows.values() if row.index and row.status == "accepted")


def test_no_more_is_asked_than_the_candidates_allow(works):
    teacher = ScriptedTeacher(said, latency=0.005, pace=Pace(concurrency=64))
    works.run(teacher, items=500, max_candidates=20)
    assert sum(teacher.calls.values()) == 20


def test_a_wait_of_no_seconds_is_still_a_wait(works):
    started = []

    def script(request, number):
        started.append(number)
        return rate_limited(retry_after=0) if number < 3 else served(request, number)

    with FaultyServer(script) as server:
        teacher = over_http(server, concurrency=1, retries=5)
        lane = Lane(teacher, lambda _event: None)
        waits = [
            lane._pause(CallFailure("x", kind="rate_limited", retryable=True, retry_after=0), n) for n in (1, 2, 3)
        ]
        works.run(teacher, items=1)
    assert all(wait >= 0.25 for wait in waits)
    assert waits[2] > waits[0]
    assert len(started) == 4
