"""Recipes, checks and filters that misbehave: what it costs, and what is shown of it."""

import asyncio

import pytest
from one_call import OneCall, OneCallOptions
from plant import Picky, said

from windrow.errors import RunError
from windrow.row import Lineage, Message, Row
from windrow.testing import (
    ScriptedTeacher,
)


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
