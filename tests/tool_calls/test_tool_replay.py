"""Replay: an untouched row comes out the same to the byte, and whatever is done to a row is seen."""

import json
import random
from pathlib import Path

import pytest
from msgspec.structs import replace

from windrow.flow.checks.replay import Replay, ReplayOptions
from windrow.row import Message, Row, ToolCall
from windrow.tools.backend import state_hash
from windrow.tools.environments import packaged
from windrow.tools.replay import altered, replay

CHECK = Replay(ReplayOptions(), base=Path())


def changing(rows):
    """Rows whose calls change something."""
    return [row for row in rows if row.reference.get("calls") and not row.reference.get("read_only")]


def said(row):
    verdict = CHECK.check(row)
    return verdict.outcome, verdict.reason, verdict.kind


def retold(row, change):
    """The row with one of its messages changed."""
    return replace(row, messages=tuple(change(turn) for turn in row.messages))


@pytest.fixture(scope="module")
def replays(embedded):
    return [replay(row) for row in embedded.rows()]


def test_every_row_is_reproduced_to_the_byte_and_to_the_end(replays):
    assert len(replays) > 100
    for found in replays:
        assert (found.different, found.same_end, found.idle_passes, found.needless) == ("", True, False, ())


def test_nearly_every_call_left_out_or_altered_is_seen(replays):
    tried, survived = sum(each.mutants for each in replays), sum(len(each.survivors) for each in replays)
    assert tried > 200
    assert 1 - survived / tried >= 0.95


def test_a_result_that_no_tool_gave_is_seen(embedded):
    for row in changing(embedded.rows())[:20]:
        lie = retold(row, lambda turn: replace(turn, content=turn.content + " ") if turn.role == "tool" else turn)
        assert said(lie) == ("fail", "result_differs", "execution")


def test_a_call_that_was_cut_out_of_the_conversation_is_seen(embedded):
    cut = [row for row in changing(embedded.rows()) if sum(len(turn.tool_calls) for turn in row.messages) == 1]
    assert len(cut) > 20
    for row in cut:
        silent = tuple(turn for turn in row.messages if not turn.tool_calls and turn.role != "tool")
        assert said(replace(row, messages=silent)) == ("fail", "state_differs", "execution")


def test_an_argument_that_was_altered_in_the_conversation_is_seen(embedded):
    def other(turn):
        if not turn.tool_calls:
            return turn
        call = turn.tool_calls[0]
        _, arguments = next(altered(json.loads(call.arguments_json)))
        return replace(turn, tool_calls=(replace(call, arguments_json=json.dumps(arguments)), *turn.tool_calls[1:]))

    rows = [row for row in changing(embedded.rows()) if not row.reference.get("injected")]
    for row in rows[:40]:
        assert said(retold(row, other))[:2] in {("fail", "result_differs"), ("fail", "state_differs")}


def test_another_end_than_the_calls_lead_to_is_seen(embedded):
    for row in changing(embedded.rows())[:10]:
        other = replace(row, reference={**row.reference, "final_state_hash": "0" * 64})
        assert said(other) == ("fail", "state_differs", "execution")


def test_a_row_that_an_idle_assistant_would_solve_is_refused(embedded):
    row = next(row for row in embedded.rows() if row.reference["category"] == "single")
    start = state_hash(row.reference["initial_state"])
    idle = replace(
        row,
        messages=(*row.messages[:2], Message("assistant", "It is done.")),
        reference={**row.reference, "calls": [], "final_state_hash": start},
    )
    assert said(idle) == ("fail", "idle_passes", "execution")


@pytest.mark.parametrize("missing", ["initial_state", "environment"])
def test_a_row_without_what_a_replay_needs_is_refused(embedded, missing):
    row = embedded.rows()[0]
    bare = replace(row, reference={key: value for key, value in row.reference.items() if key != missing})
    assert said(bare) == ("fail", "not_replayable", "execution")


def test_a_call_without_a_result_is_refused(embedded):
    row = next(row for row in embedded.rows() if row.reference["category"] == "single")
    unanswered = replace(row, messages=tuple(turn for turn in row.messages if turn.role != "tool"))
    assert said(unanswered)[1] == "not_replayable"


def test_a_backend_that_is_not_there_is_no_verdict(embedded):
    row = embedded.rows()[0]
    gone = replace(row, reference={**row.reference, "environment": {"use": "imagined", "version": 1}})
    assert said(gone) == ("unscored", "no_backend", "execution")
    old = replace(row, reference={**row.reference, "environment": {**row.reference["environment"], "version": 0}})
    assert said(old) == ("unscored", "no_backend", "execution")


def test_a_call_whose_effect_is_covered_by_a_later_one_is_refused():
    backend = packaged("files")
    state = {"folders": ["/", "/a"], "files": {"/a/x.txt": "old"}}
    made = [("append_to_file", {"path": "/a/x.txt", "text": "new"}), ("delete_file", {"path": "/a/x.txt"})]
    session, turns = backend.start(state), [Message("user", "Add new to /a/x.txt, then delete it.")]
    for number, (name, arguments) in enumerate(made):
        call = ToolCall(f"aaaaaaaa{number}", name, json.dumps(arguments))
        result = session.call(name, arguments)
        turns += [Message("assistant", "", tool_calls=(call,)), Message("tool", result.text, tool_call_id=call.id)]
    reference = {
        "category": "dependent",
        "initial_state": state,
        "environment": backend.environment([]),
        "final_state_hash": state_hash(session.state()),
        "calls": [{"name": name, "arguments": arguments} for name, arguments in made],
    }
    row = Row("sft", messages=(*turns, Message("assistant", "Done.")), tools=backend.tools, reference=reference)
    assert said(row) == ("fail", "mutant_passes", "execution")
    lenient = Replay(ReplayOptions(mutations=False), base=Path())
    assert lenient.check(row).outcome == "pass"


def test_rows_without_calls_of_other_recipes_are_let_through_and_not_called_executed():
    row = Row("sft", messages=(Message("user", "Hello."), Message("assistant", "Good day.")))
    assert said(row) == ("pass", "", "deterministic")


def test_every_value_of_an_object_is_altered_once():
    value = {"a": 1, "b": {"c": "x", "d": [True, 2.5]}, "e": None, "f": []}
    found = dict(altered(value))
    assert sorted(found) == ["/a", "/b/c", "/b/d/0", "/b/d/1"]
    assert all(other != value for other in found.values())


def test_garbage_is_refused_and_never_raises(embedded):
    row = embedded.rows()[0]
    rng = random.Random(3)
    junk = [None, [], {}, "x", 7, {"use": "support"}, [{"name": 1}]]
    for _ in range(60):
        key = rng.choice(["category", "calls", "initial_state", "environment", "injected", "masked", "provenance"])
        broken = replace(row, reference={**row.reference, key: rng.choice(junk)})
        verdict = CHECK.check(broken)
        assert verdict.outcome in {"pass", "fail", "unscored"}
