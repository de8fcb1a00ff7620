"""What must hold of every row about tools, whoever answered: read off the rows of the embedded teacher."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from msgspec.structs import replace

from windrow.flow.checks.tool_calls import ToolCallOptions, ToolCalls
from windrow.tools import arguments as args
from windrow.tools.backend import state_hash
from windrow.tools.claims import tells
from windrow.tools.environments import reopen
from windrow.tools.faults import FAULTS, reports_failure
from windrow.tools.masking import Masking, unmask
from windrow.tools.record import Record

CHECK = ToolCalls(ToolCallOptions(), base=Path())
WITHOUT_CALLS = {"irrelevance", "missing_function"}


def made(row):
    """Every call with the turn it was made in."""
    return [(turn, call) for turn in row.messages for call in turn.tool_calls]


@pytest.fixture(scope="module")
def rows(embedded):
    return embedded.rows()


def of(rows, *kinds):
    found = [row for row in rows if row.reference["category"] in kinds]
    assert found, f"no row is of {kinds}"
    return found


def test_nothing_that_the_embedded_teacher_makes_is_refused_but_for_repeating_itself(embedded):
    assert set(embedded.reasons) <= {"duplicate", "near_duplicate", "parent_refused"}
    assert len(embedded.rows("rejected")) <= 0.05 * len(embedded.rows())


def test_every_kind_of_conversation_is_grown(rows):
    kinds = Counter(row.reference["category"] for row in rows)
    assert set(kinds) == {
        "single", "multiple", "parallel", "parallel_multiple", "dependent", "multi_turn", "missing_parameter",
        "irrelevance", "missing_function", "error_recovery",
    }  # fmt: skip
    assert 0.04 < (kinds["irrelevance"] + kinds["missing_function"]) / len(rows) < 0.25


def test_nearly_all_rows_are_verified_by_execution(rows):
    executed = [row for row in rows if any(v.kind == "execution" and v.outcome == "pass" for v in row.verdicts)]
    assert len(executed) >= 0.95 * len(rows)


def test_every_call_names_a_tool_on_offer_and_fits_its_schema(rows):
    for row in rows:
        tools = {tool.name: tool for tool in row.tools}
        for _, call in made(row):
            assert call.name in tools
            assert args.fault(args.read(call.arguments_json), tools[call.name], "") is None


def test_no_argument_is_without_a_source(rows):
    for row in rows:
        record = Record.of(row.reference)
        for _, call in made(row):
            leaves = {path for path, _ in args.leaves(args.read(call.arguments_json))}
            assert set(record.provenance.get(call.id, {})) == leaves


def test_doing_nothing_is_never_right_but_where_nothing_is_to_be_done(rows):
    for row in rows:
        record = Record.of(row.reference)
        idle = state_hash(record.initial_state) == record.final_state_hash and not record.calls and not record.injected
        assert idle == (record.category in WITHOUT_CALLS)


def test_a_twin_calls_nothing_and_its_sibling_calls_the_tool_that_was_taken_away(rows):
    by_id = {row.id: row for row in rows}
    for row in of(rows, "irrelevance", "missing_function"):
        record = Record.of(row.reference)
        assert made(row) == []
        assert record.withheld
        shown = {unmask(row).tools[place].name for place in range(len(row.tools))}
        assert not shown & set(record.withheld)
        sibling = unmask(by_id[record.variant_of])
        assert row.lineage.parents == (record.variant_of,)
        assert {call.name for _, call in made(sibling)} == set(record.withheld)
        assert sibling.messages[1].content == row.messages[1].content
        assert sibling.lineage.family == row.lineage.family


def test_calls_made_at_once_are_right_in_any_order(rows):
    for row in of(rows, "parallel", "parallel_multiple"):
        turns = [turn for turn in row.messages if turn.tool_calls]
        assert len(turns) == 1
        assert len(turns[0].tool_calls) > 1
        results = [turn for turn in row.messages if turn.role == "tool"]
        first = row.messages.index(results[0])
        calls = replace(turns[0], tool_calls=turns[0].tool_calls[::-1])
        turned = (*row.messages[: first - 1], calls, *reversed(results), *row.messages[first + len(results) :])
        assert CHECK.check(replace(row, messages=turned)).outcome == "pass"


def test_parallel_calls_are_of_one_tool_and_parallel_multiple_of_several(rows):
    for row in of(rows, "parallel"):
        assert len({call.name for _, call in made(row)}) == 1
    for row in of(rows, "parallel_multiple"):
        assert len({call.name for _, call in made(row)}) > 1


def test_a_dependent_call_takes_something_that_only_an_earlier_result_gives(rows):
    for row in of(rows, "dependent"):
        record = Record.of(row.reference)
        sources = {source.source for each in record.provenance.values() for source in each.values()}
        assert "result" in sources
        assert len({id(turn) for turn, _ in made(row)}) > 1


def test_what_is_missing_is_asked_for_before_any_call_and_stands_in_no_word_before(rows):
    for row in of(rows, "missing_parameter"):
        record = Record.of(row.reference)
        first = next(turn for turn in row.messages if turn.role == "assistant")
        assert first.content.endswith("?")
        assert not first.tool_calls
        (name,) = record.missing
        arguments = json.loads(made(unmask(row))[0][1].arguments_json)
        told = [turn.content for turn in row.messages if turn.role == "user"]
        assert not tells(told[0], str(arguments[name]))
        assert tells(told[1], str(arguments[name]))


def test_a_single_call_has_one_tool_on_offer_and_others_have_distractors(rows):
    assert {len(row.tools) for row in of(rows, "single")} == {1}
    for row in of(rows, "multiple", "parallel", "dependent", "multi_turn"):
        needed = {call["name"] for call in row.reference["calls"]}
        assert 3 <= len(row.tools) - len(needed) <= 8


def test_every_call_has_one_result_under_its_own_id(rows):
    for row in rows:
        calls = [call.id for _, call in made(row)]
        results = [turn.tool_call_id for turn in row.messages if turn.role == "tool"]
        assert sorted(calls) == sorted(results)
        assert len(set(calls)) == len(calls)


def test_the_last_answer_tells_what_the_user_wanted_to_know(rows):
    asked = [row for row in rows if row.reference.get("outputs")]
    assert len(asked) > 0.4 * len(rows)
    for row in asked:
        assert all(tells(row.messages[-1].content, output) for output in row.reference["outputs"])


def test_an_injected_error_is_tried_again_or_told_and_never_sold_as_success(rows):
    ends = Counter()
    for row in of(rows, "error_recovery"):
        record = Record.of(row.reference)
        texts = {turn.tool_call_id: turn.content for turn in row.messages if turn.role == "tool"}
        assert record.injected
        for call, fault in record.injected.items():
            assert texts[call] == FAULTS[fault].text
            assert reports_failure(texts[call])
        failed = {(call.name, call.arguments_json) for _, call in made(row) if call.id in record.injected}
        worked = {(call.name, call.arguments_json) for _, call in made(row) if call.id not in record.injected}
        ends["mended" if failed <= worked else "told"] += 1
        if not failed <= worked:
            lie = replace(row.messages[-1], content="It is done, everything went well.")
            verdict = CHECK.check(replace(row, messages=(*row.messages[:-1], lie)))
            assert verdict.reason == "failure_told_as_success"
    assert set(ends) == {"mended", "told"}


def test_masked_names_mean_nothing_are_one_to_one_and_lead_back(rows):
    masked = [row for row in rows if row.reference.get("masked")]
    assert 0.2 < len(masked) / len(rows) < 0.5
    for row in masked:
        names = row.reference["masked"]
        tools = [real for shown, real in names.items() if "." not in shown]
        assert len(set(tools)) == len(tools) == len(row.tools)
        real = unmask(row)
        assert not {tool.name for tool in real.tools} & {tool.name for tool in row.tools}
        again = Masking(names)
        assert tuple(again.shown_tool(tool) for tool in real.tools) == row.tools
        backend = reopen(row.reference["environment"], tools=real.tools, base=Path())
        known = {tool.name: tool for tool in backend.tools}
        for tool in real.tools:
            assert tool.name not in known or tool == known[tool.name]


def test_the_user_speaks_of_what_is_to_be_done_and_never_of_tools(rows):
    for row in rows:
        spoken = " ".join(turn.content for turn in row.messages if turn.role == "user")
        names = {tool.name for tool in (*row.tools, *unmask(row).tools)}
        assert not [name for name in names if "_" in name and name in spoken]


def test_states_hold_a_real_number_of_things_and_rows_stay_small(rows):
    sizes = [len(json.dumps(row.reference["initial_state"])) for row in rows]
    assert max(sizes) < 8_000


def test_answers_tell_values_with_the_letters_that_results_have(rows):
    for row in rows:
        results = " ".join(turn.content for turn in row.messages if turn.role in {"tool", "user"})
        for word in re.findall(r"[\w.+-]+@[\w.-]+\w", row.messages[-1].content):
            assert word in results
