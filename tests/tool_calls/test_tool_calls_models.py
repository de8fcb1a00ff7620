"""A model over HTTP: one that does everything right loses nothing, each way to be wrong is refused by its own name."""

import functools

import desk_model
import pytest
from desk_model import SPOILT, answer

from conftest import DESK, PACKAGED
from windrow.testing import length
from windrow.tools.record import Record

ONE_EACH = {"traces_per_tool": 1, "seeds": PACKAGED[:2]}
AMOUNTS = (
    {"use": "tools", "backend": "support", "only": ["refund_order", "add_credit"]},
    {"use": "tools", "backend": "calendar", "only": ["create_event", "find_free_slot"]},
)
TEXTS = ({"use": "tools", "backend": "files", "only": ["move_file", "copy_file", "append_to_file"]},)
CALLING = {"mix": {"irrelevance": 0, "missing_function": 0}}


def test_a_model_that_does_everything_right_loses_no_row(grow):
    grown = grow(seeds=PACKAGED, traces_per_tool=2)
    assert len(grown.rows()) > 70
    assert len(grown.rows("rejected")) <= 0.01 * len(grown.rows())


def test_the_assistant_gets_native_tools_and_its_own_calls_and_results_back(grow):
    grown = grow(traces_per_tool=1, **CALLING)
    turns = [body for body in grown.asked if body.get("tools")]
    assert turns
    for body in turns:
        assert all(tool["function"]["parameters"]["type"] == "object" for tool in body["tools"])
        for before, turn in zip(body["messages"], body["messages"][1:], strict=False):
            if turn["role"] == "tool":
                ids = [call["id"] for call in before.get("tool_calls") or ()]
                assert before["role"] == "tool" or turn["tool_call_id"] in ids
    assert any(turn["role"] == "tool" for body in turns for turn in body["messages"])


def test_the_goal_is_asked_for_without_a_tool_or_its_name(grow):
    grown = grow(traces_per_tool=1, **CALLING)
    goals = [body for body in grown.asked if body["messages"][0]["content"].startswith("You write what a user says")]
    assert len(goals) > 10
    for body in goals:
        assert not body.get("tools")
        assert "refund_order" not in str(body)


@pytest.mark.parametrize(
    ("fault", "seeds", "reasons"),
    [
        ("invented", DESK, {"argument_not_grounded", "bad_format", "repeated_call"}),
        ("hundredfold", AMOUNTS, {"argument_not_grounded", "out_of_range"}),
        ("dropped", DESK, {"missing_argument"}),
        ("another_tool", DESK, {"unknown_tool"}),
        ("not_json", DESK, {"arguments_malformed"}),
        ("extra", DESK, {"unknown_argument"}),
        ("placeholder", DESK, {"placeholder_argument", "bad_format"}),
        ("swapped", TEXTS, {"wrong_arguments", "bad_format"}),
    ],
)
def test_a_spoilt_call_is_refused_for_what_it_is(grow, fault, seeds, reasons):
    grown = grow(seeds=seeds, traces_per_tool=1, agent=SPOILT[fault], **CALLING)
    assert grown.rows() == []
    assert grown.refused
    assert {reason for _, reason in grown.refused} <= reasons
    assert {by for by, _ in grown.refused} == {"tool_calls"}


@pytest.mark.parametrize(
    ("agent", "reason"),
    [
        (desk_model.echoes, "echo"),
        (desk_model.refuses, "refused"),
        (desk_model.claims_without_calling, "not_done"),
    ],
)
def test_an_assistant_that_does_not_do_it_is_refused(grow, agent, reason):
    grown = grow(**ONE_EACH, agent=agent)
    assert grown.rows() == []
    assert {why for _, why in grown.refused} == {reason}


def test_an_answer_that_does_not_tell_what_was_asked_is_refused(grow):
    grown = grow(**ONE_EACH, agent=desk_model.tells_nothing, **CALLING)
    assert {why for _, why in grown.refused} == {"output_missing"}
    assert all(not row.reference.get("outputs") for row in grown.rows())


def test_calls_that_belong_together_and_come_one_by_one_are_refused(grow):
    mix = {"single": 0, "multiple": 0, "dependent": 0, "multi_turn": 0, "missing_parameter": 0}
    twins = {"irrelevance": 0, "missing_function": 0}
    grown = grow(**ONE_EACH, agent=desk_model.one_by_one, mix={**mix, **twins}, error_injection=0)
    assert grown.rows() == []
    assert {why for _, why in grown.refused} == {"not_at_once"}


@pytest.mark.parametrize(
    ("agent", "reasons"),
    [
        (desk_model.calls_whatever_is_there, {"called_anyway", "wrong_type", "bad_format", "argument_not_grounded"}),
        (desk_model.claims_inability_away, {"inability_not_told"}),
        (desk_model.looks_up_without_tools, {"claim_not_in_results"}),
    ],
)
def test_where_no_tool_fits_a_call_or_a_claim_is_refused(grow, agent, reasons):
    grown = grow(**ONE_EACH, agent=agent, mix={"irrelevance": 50, "missing_function": 50})
    assert {row.reference["category"] for row in grown.rows()}.isdisjoint({"irrelevance", "missing_function"})
    assert len(grown.refused) > 5
    assert {why for _, why in grown.refused} <= reasons


def test_words_beside_a_call_are_not_kept_since_no_result_has_said_them(grow):
    grown = grow(**ONE_EACH, agent=desk_model.speaks_beside_calls, **CALLING)
    assert len(grown.rows()) > 20
    assert not [turn for row in grown.rows() for turn in row.messages if turn.tool_calls and turn.content]


def test_asking_whether_to_look_something_up_is_refused_and_before_a_change_is_a_confirmation(grow):
    grown = grow(**ONE_EACH, agent=desk_model.asks_needlessly, **CALLING)
    assert {why for _, why in grown.refused} == {"needless_question"}
    asked = [row for row in grown.rows() if row.reference["category"] != "missing_parameter"]
    assert asked
    for row in asked:
        assert row.reference["expected"] == "confirm"
        assert not row.reference.get("read_only")


def test_a_question_that_tells_what_was_never_looked_up_is_refused(grow):
    grown = grow(**ONE_EACH, agent=desk_model.asks_with_an_invention, **CALLING)
    assert {row.reference["category"] for row in grown.rows()} <= {"missing_parameter"}
    assert {why for _, why in grown.refused} == {"claim_not_in_results", "needless_question"}


def test_a_failure_sold_as_success_is_refused(grow):
    grown = grow(**ONE_EACH, agent=desk_model.hides_failures, error_injection=1, **CALLING)
    assert "failure_told_as_success" in grown.reasons
    for row in grown.rows():
        record = Record.of(row.reference)
        assert not record.injected or record.calls  # what is left was mended


def goals(change):
    """A perfect model whose goals are spoilt."""

    def script(body, number):
        said = answer(body, number)
        first = body["messages"][0]["content"]
        return change(said, body) if first.startswith("You write what a user says") else said

    return script


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda said, body: '{"turns": ["Please help me."]}', "argument_not_said"),
        (lambda said, body: '{"turns": []}', "goal_turns"),
        (lambda said, body: '{"turns": ["Use get_order on my order."]}', "tool_named"),
        (lambda said, body: '{"turns": ["' + "word " * 300 + '"]}', "goal_too_long"),
    ],
)
def test_a_goal_that_does_not_say_enough_is_refused_before_the_assistant_is_asked(grow, change, reason):
    mix = {"multi_turn": 0, "missing_parameter": 0}
    seeds = ({"use": "tools", "backend": "support", "only": ["get_order"]},)
    grown = grow(seeds=seeds, traces_per_tool=4, script=goals(change), mix=mix)
    assert grown.rows() == []
    assert {why for _, why in grown.refused} == {reason}
    assert len(grown.asked) == len(grown.refused) > 0


def test_a_goal_that_says_what_was_to_be_asked_for_is_refused(grow):
    guesses = "It is damaged, the wrong item, not as described, or there are missing parts."

    def guess(said, body):
        unsaid = "reason: not said" in body["messages"][-1]["content"]
        return said.replace('."]', f'. {guesses}"]') if unsaid else said

    kinds = ("single", "multiple", "parallel", "parallel_multiple", "dependent", "multi_turn")
    mix = dict.fromkeys((*kinds, "irrelevance", "missing_function"), 0)
    seeds = ({"use": "tools", "backend": "support", "only": ["refund_order"]},)
    grown = grow(seeds=seeds, traces_per_tool=12, mix=mix, script=goals(guess))
    unsaid = [body for body in grown.asked if "reason: not said" in str(body)]
    assert len(unsaid) > 2
    assert grown.refused == [("tool_calls", "withheld_value_said")] * len(unsaid)
    assert {row.reference["category"] for row in grown.rows()} == {"missing_parameter"}


def test_a_value_in_other_words_is_taken_where_the_words_stand_there(grow):
    def reworded(said, body):
        said = said.replace("; reason: «damaged»", "; it came in pieces")
        return said.replace('"reworded": []', '"reworded": [{"argument": "reason", "words": "came in pieces"}]')

    seeds = ({"use": "tools", "backend": "support", "only": ["refund_order"]},)

    def script(body, number):
        first = body["messages"][0]["content"]
        if first.startswith("You write"):
            return reworded(answer(body, number), body)
        turns = body["messages"]
        for turn in turns:
            if turn["role"] == "user":
                turn["content"] = turn["content"].replace("; it came in pieces", "; reason: «damaged»")
        return answer({**body, "messages": turns}, number)

    mix = dict.fromkeys(("multi_turn", "missing_parameter", "irrelevance", "missing_function"), 0)
    grown = grow(seeds=seeds, traces_per_tool=30, script=script, mix=mix, mask_rate=0, error_injection=0)
    meant = [row for row in grown.rows() if "came in pieces" in row.messages[1].content]
    assert meant
    for row in meant:
        sources = Record.of(row.reference).provenance.values()
        assert any(source.quote == "came in pieces" for each in sources for source in each.values())


def test_an_answer_that_is_cut_off_costs_its_own_item_only(grow):
    def script(body, number):
        return length() if number == 3 else answer(body, number)

    grown = grow(traces_per_tool=1, script=script, **CALLING)
    assert len(grown.rows()) > 5
    assert {reason for _, reason in grown.refused} == {"truncated"}


def test_a_conversation_that_does_not_end_is_ended(grow):
    grown = grow(traces_per_tool=1, max_turns=2, error_injection=1, **CALLING)
    assert "too_many_turns" in grown.reasons


def test_nothing_a_model_says_is_run(grow, tmp_path):
    trap = tmp_path / "trap"
    hostile = f"__import__('pathlib').Path({str(trap)!r}).write_text('x')"

    def agent(said, body):
        return SPOILT["not_json"](said, body) if isinstance(said, str) else hostile

    grow(traces_per_tool=1, agent=agent)
    grow(traces_per_tool=1, script=functools.partial(lambda body, number: hostile), out="hostile")
    assert not trap.exists()
