"""What the engine promises: exactly N, in item order, nothing asked twice."""

import asyncio
import gc
import random
import sys

from one_call import OneCall, OneCallOptions
from plant import Picky, said

from windrow import prompts
from windrow.engine.interpreter import tuned
from windrow.events import CallEnded, RowDecided
from windrow.row import Lineage, Message, Row
from windrow.shapes import Options, Recipe, Seed
from windrow.teachers.base import Pace
from windrow.testing import (
    ScriptedTeacher,
)


def test_runs_side_by_side_leave_the_interpreter_as_they_found_it():
    before = gc.get_threshold(), gc.get_freeze_count(), sys.getswitchinterval()
    first, second = tuned(), tuned()
    first.__enter__()
    second.__enter__()
    assert gc.get_threshold() != before[0]
    assert sys.getswitchinterval() < before[2]
    first.__exit__(None, None, None)
    assert sys.getswitchinterval() < before[2]
    second.__exit__(None, None, None)
    assert (gc.get_threshold(), gc.get_freeze_count(), sys.getswitchinterval()) == before


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


def test_a_run_that_reached_its_target_asks_nothing_more_when_it_is_run_again(works):
    class Twice(OneCall):
        """More rows an item than it says, so that too many are started; and those still have a call to make."""

        async def grow(self, seed, ask):
            first = await ask("answer", question=f"Where is parcel {seed.payload}")
            second = await ask("answer", question=f"What is in parcel {seed.payload}")
            for number in range(3):
                text = f"{first.text} {second.text} That is answer {number}."
                yield Row("sft", (Message("user", f"What of {seed.key}?"), Message("assistant", text)))

    class SlowLater(ScriptedTeacher):
        async def send(self, body, request):
            number = int(request.messages[-1].content.rpartition(" ")[2])
            await asyncio.sleep(0.1 if number >= 20 else 0.001)
            return await super().send(body, request)

    def calls():
        teacher = SlowLater(said)
        recipe = Twice(OneCallOptions(items=5_000), base=works.folder)
        assert works.run(teacher, recipe=recipe, target=40, filters=[Picky()]).accepted == 40
        return sum(teacher.calls.values())

    assert calls() > 40
    assert [calls() for _ in range(4)] == [0] * 4


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


def test_the_same_item_twice_is_asked_once(works):
    class Doubled(OneCall):
        def plant(self, accepted, wave):
            for seed in super().plant(accepted, wave):
                yield seed
                yield seed

    teacher = ScriptedTeacher(said, latency=0.01)
    works.run(teacher, recipe=Doubled(OneCallOptions(items=20), base=works.folder))
    assert sum(teacher.calls.values()) == 20


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
