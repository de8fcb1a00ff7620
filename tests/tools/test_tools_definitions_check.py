"""The check `tool_calls`: clean rows of every category pass; each thing that can go wrong is caught by its own name."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tool_rows import (
    ASK,
    CLEAN,
    DEPENDENT,
    GET,
    IRRELEVANT,
    MULTI_TURN,
    ORDER,
    PARALLEL,
    PAY,
    RECOVERY,
    REFUND,
    SINGLE,
    SLOT,
    WEATHER,
    called,
    checked,
    expected,
    result,
    row,
    said,
    schema,
    with_arguments,
    with_reference,
    with_turn,
    with_turns,
    without_turn,
)  # fmt: skip

from windrow.row import Row, Tool


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_row_passes(name):
    verdict = checked(CLEAN[name])
    assert (verdict.outcome, verdict.detail) == ("pass", "")


def test_the_verdict_says_where_the_arguments_come_from():
    assert checked(DEPENDENT).evidence == {"calls": 2, "arguments": {"result": 2, "user": 2}}


def test_a_row_without_tools_has_nothing_to_check():
    plain = Row("sft", messages=(said("user", "Hello"), said("assistant", "Hello. What can I do for you?")))
    assert checked(plain).outcome == "pass"


def pay(**changes):
    return {name: value for name, value in {**PAY[1], **changes}.items() if value is not ...}


def booking(**changes):
    given = {"day": "2025-03-14", "time": "19:30", "guests": 2, "email": "ada@example.com"}
    return {name: value for name, value in {**given, **changes}.items() if value is not ...}


def ids(*names):
    return {"tool_calls": tuple(replace(call, id=name) for call, name in zip(
        PARALLEL.messages[1].tool_calls, names, strict=True))}  # fmt: skip


def defined(**changes):
    return replace(SINGLE, tools=(replace(ORDER, **changes), REFUND))


LAST = len(DEPENDENT.messages) - 1
MUTATIONS = {
    # definition
    "a type that is none": (defined(parameters=schema(["order_id"], order_id={"type": "str"})), "tool_definition"),
    "a required name that is no property": (defined(parameters=schema(["order_no"], order_id={"type": "string"})),
                                            "tool_definition"),
    "a misspelt keyword": (defined(parameters=schema(["order_id"], order_id={"typ": "string"})), "tool_definition"),
    "a default outside its enum": (
        defined(parameters=schema([], order_id={"type": "string", "enum": ["a"], "default": "b"})), "tool_definition"),
    "a name outside the letters": (defined(name="get order!"), "tool_definition"),
    "two tools of one name": (replace(SINGLE, tools=(ORDER, replace(WEATHER, name="get_order"))), "tool_definition"),
    # envelope
    "single quotes": (with_arguments(SINGLE, 1, "{'order_id': 'ORD-1042'}"), "arguments_malformed"),
    "prose after the arguments": (with_arguments(SINGLE, 1, '{"order_id": "ORD-1042"} so'), "arguments_malformed"),
    "arguments cut off": (with_arguments(SINGLE, 1, '{"order_id": "ORD-10'), "arguments_malformed"),
    "a key twice": (
        with_arguments(SINGLE, 1, '{"order_id": "ORD-1", "order_id": "ORD-1042"}'), "arguments_duplicate_key"),
    "NaN": (with_arguments(DEPENDENT, 4, '{"order_id": "ORD-1042", "amount": NaN}'), "arguments_nan"),
    "JSON within JSON": (with_arguments(SINGLE, 1, json.dumps(json.dumps(GET[1]))), "arguments_double_encoded"),
    "a list for an object": (with_arguments(SINGLE, 1, "[]"), "arguments_not_object"),
    "an integer no float can hold": (with_arguments(DEPENDENT, 4, json.dumps(pay(amount=2**53 + 1))),
                                     "arguments_unsafe_integer"),
    "one id for two calls": (with_turn(PARALLEL, 1, **ids("aaaaaaaa1", "aaaaaaaa1")), "call_id"),
    "a call without id": (with_turn(PARALLEL, 1, **ids("", "aaaaaaaa2")), "call_id"),
    "a result that nobody asked for": (
        with_turns(SINGLE, 3, result("zzzzzzzz9", "get_order", {"status": "lost"})), "orphan_result"),
    "two results for one call": (with_turns(SINGLE, 3, SINGLE.messages[2]), "orphan_result"),
    "a call without its result": (without_turn(PARALLEL, 3), "unanswered_call"),
    "a result of another tool's name": (with_turn(SINGLE, 2, name="get_weather"), "result_name"),
    "a result before its call": (
        replace(SINGLE, messages=tuple(SINGLE.messages[at] for at in (0, 2, 1, 3))), "orphan_result"),
    "a call in the user's turn": (
        with_turn(SINGLE, 0, tool_calls=SINGLE.messages[1].tool_calls), "misplaced_call"),
    "two turns of the user in a row": (with_turns(SINGLE, 0, said("user", "Hello")), "role_order"),
    "the system in the middle": (with_turns(MULTI_TURN, 4, said("system", "Be brief.")), "role_order"),
    "an unknown role": (with_turn(SINGLE, 2, role="function"), "unknown_role"),
    "reasoning in the answer": (
        with_turn(SINGLE, 3, content=f"<think>Shipped.</think>{SINGLE.messages[3].content}"), "reasoning_in_content"),
    "thoughts before a call": (with_turn(SINGLE, 1, content="Thought: I should look it up."), "reasoning_in_content"),
    "a call written as text": (
        with_turn(SINGLE, 1, content='{"name": "get_order", "arguments": {}}'), "call_in_content"),
    # selection and count
    "a tool that is not there": (
        with_turn(SINGLE, 1, tool_calls=called(("aaaaaaaa1", "find_order", GET[1])).tool_calls), "unknown_tool"),
    "the wrong one of the tools": (
        row(said("user", "Refund ORD-1042, 5 euros."), called(("aaaaaaaa1", *GET)),
            result("aaaaaaaa1", "get_order", {"status": "paid"}), said("assistant", "Done."),
            category="single", calls=expected(("refund_order", {"order_id": "ORD-1042", "amount": 5}))), "wrong_tool"),
    "one of two calls left out": (
        replace(without_turn(with_turn(PARALLEL, 1, tool_calls=PARALLEL.messages[1].tool_calls[:1]), 3)),
        "missing_call"),
    "the same call twice at once": (
        with_turn(PARALLEL, 1, tool_calls=called(
            ("aaaaaaaa1", "get_weather", {"city": "Paris"}),
            ("aaaaaaaa2", "get_weather", {"city": "Paris"})).tool_calls),
        "repeated_call"),
    "a call too many": (
        replace(with_turns(SINGLE, 3, called(("aaaaaaaa2", "get_weather", {"city": "order"})),
                           result("aaaaaaaa2", "get_weather", {"sky": "sun"}))), "extra_call"),
    "no call where one is due": (
        row(said("user", "Where is ORD-1042?"), said("assistant", "On its way."), category="single",
            calls=expected(GET)), "missing_call"),
    # schema
    "a required argument left out": (with_arguments(DEPENDENT, 4, pay(amount=...)), "missing_argument"),
    "an argument that is none": (with_arguments(DEPENDENT, 4, pay(currency="EUR")), "unknown_argument"),
    "a text for a number": (with_arguments(DEPENDENT, 4, pay(amount="34.9")), "wrong_type"),
    "true for a whole number": (with_arguments(ASK, 4, booking(guests=True)), "wrong_type"),
    "2.0 for a whole number": (with_arguments(ASK, 4, booking(guests=2.0)), "wrong_type"),
    "null for a text": (with_arguments(ASK, 4, booking(email=None)), "wrong_type"),
    "a value outside its enum": (with_arguments(DEPENDENT, 4, pay(reason="broken")), "not_in_enum"),
    "a day in words": (with_arguments(ASK, 4, booking(day="next friday")), "bad_format"),
    "a day that is none": (with_arguments(ASK, 4, booking(day="2025-02-30")), "bad_format"),
    "an address without an @": (with_arguments(ASK, 4, booking(email="ada.example.com")), "bad_format"),
    "a time against its pattern": (with_arguments(ASK, 4, booking(time="7:30 pm")), "bad_format"),
    "more guests than allowed": (with_arguments(ASK, 4, booking(guests=200)), "out_of_range"),
    "an empty text": (with_arguments(DEPENDENT, 4, pay(note="")), "empty_argument"),
    "a placeholder": (with_arguments(SINGLE, 1, {"order_id": "<order_id>"}), "placeholder_argument"),
    "a word that stands for nothing": (with_arguments(DEPENDENT, 4, pay(note="N/A")), "placeholder_argument"),
    # grounding
    "an invented id": (with_arguments(SINGLE, 1, {"order_id": "ORD-2210"}), "argument_not_grounded"),
    "an invented amount": (with_arguments(DEPENDENT, 4, pay(amount=35.9)), "argument_not_grounded"),
    "a sign turned": (with_arguments(DEPENDENT, 4, pay(amount=-34.9)), "argument_not_grounded"),
    "cents for euros": (with_arguments(DEPENDENT, 4, pay(amount=3490)), "argument_not_grounded"),
    "an invented day": (with_arguments(ASK, 4, booking(day="2025-03-15")), "argument_not_grounded"),
    "an invented address": (with_arguments(ASK, 4, booking(email="ada@example.org")), "argument_not_grounded"),
    "a choice that nobody made": (with_arguments(DEPENDENT, 4, pay(reason="late")), "argument_not_grounded"),
    "a switch that nobody turned": (with_arguments(DEPENDENT, 4, pay(notify=False)), "argument_not_grounded"),
    "prose about something else": (
        with_arguments(DEPENDENT, 4, pay(note="Customer moved to Lisbon last winter")), "argument_not_grounded"),
    "a value from the tool's description": (
        with_arguments(DEPENDENT, 4, pay(note="GOODWILL-7")), "copied_from_description"),
    "a value that is known only later": (
        with_arguments(DEPENDENT, 2, {"order_id": "RF-77"}), "result_not_yet_there"),
    "a relative day without a today": (without_turn(ASK, 0), "argument_not_grounded"),
    # value, though grounded
    "the value of another thing": (
        with_turn(with_arguments(SINGLE, 1, {"order_id": "ORD-7"}), 0, content="Where are ORD-7 and ORD-1042?"),
        "wrong_arguments"),
    "an optional argument forgotten": (with_arguments(DEPENDENT, 4, pay(reason=...)), "wrong_arguments"),
    # intent
    "a call where none fits": (
        with_turns(IRRELEVANT, 1, called(("aaaaaaaa1", "get_weather", {"city": "Middlemarch"})),
                   result("aaaaaaaa1", "get_weather", {"sky": "sun"})), "unwanted_call"),
    "the right tool still there": (with_reference(IRRELEVANT, withheld=["get_weather"]), "tool_not_withheld"),
    "a call without asking": (without_turn(ASK, 2, 3), "unwanted_call"),
    "a statement where a question is due": (with_turn(ASK, 2, content="I need a time."), "did_not_ask"),
    "silence after the answer": (without_turn(ASK, 4, 5), "missing_call"),
    "no question before what cannot be undone": (with_reference(SINGLE, expected="confirm"), "did_not_confirm"),
    "one call that should be parallel": (with_reference(SINGLE, category="parallel"), "not_of_category"),
    "calls that do not depend": (with_reference(PARALLEL, category="dependent"), "not_of_category"),
    # execution and telling
    "a failure told as success": (
        with_turn(without_turn(RECOVERY, 3, 4), 3, content="All done, 10 euros are on their way."),
        "failure_told_as_success"),
    "a number that no tool told": (
        with_turn(DEPENDENT, LAST, content="I have paid back 43.90 EUR; the number is RF-77."), "claim_not_in_results"),
    "an id that no tool told": (with_turn(DEPENDENT, LAST, content="Paid back, see RF-78."), "claim_not_in_results"),
    "a day that no tool told": (
        with_turn(SINGLE, 3, content="It has been shipped and comes on 15 March."), "claim_not_in_results"),
    "a day that no calendar has": (
        with_turn(SINGLE, 3, content="It has been shipped and comes on 2025-14-14."), "claim_not_in_results"),
    "an empty result filled in": (
        with_turn(with_turn(SINGLE, 2, content="[]"), 3, content="It has 3 items, shipped for 2025-03-14."),
        "claim_not_in_results"),
    "an output not told": (with_turn(DEPENDENT, LAST, content="I have paid the money back."), "output_missing"),
    # record
    "a category nobody knows": (with_reference(SINGLE, category="triple"), "not_a_record"),
    "calls that are none": (with_reference(SINGLE, calls=[{"name": "get_order"}]), "not_a_record"),
    "an injected error for no call": (with_reference(RECOVERY, injected={"zzzzzzzz9": "timeout"}), "not_a_record"),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTATIONS)
def test_every_mutation_of_a_clean_row_is_caught_by_its_own_name(name):
    spoilt, reason = MUTATIONS[name]
    verdict = checked(spoilt)
    assert (verdict.outcome, verdict.reason) == ("fail", reason), verdict.detail
    assert verdict.detail
    assert "where" in verdict.evidence


def test_an_argument_that_is_not_grounded_is_named_with_its_path_and_value():
    verdict = checked(with_arguments(DEPENDENT, 4, pay(amount=35.9)))
    assert verdict.evidence == {"where": "messages[4].tool_calls[0]", "path": "/amount", "value": 35.9}


def test_grounding_and_claims_can_be_switched_off():
    invented = with_reference(with_arguments(SINGLE, 1, {"order_id": "ORD-2210"}), calls=[])
    assert checked(invented, grounding=False).outcome == "pass"
    told = with_turn(DEPENDENT, LAST, content="Paid back 99 EUR, RF-77.")
    assert checked(told, claims=False).outcome == "pass"


def test_a_computed_argument_needs_a_rule_that_gives_it_from_what_was_said():
    asked = row(
        said("user", "Refund me 10 and 24.90 euros for ORD-1042, together."),
        called(("aaaaaaaa1", "refund_order", {"order_id": "ORD-1042", "amount": 34.9})),
        result("aaaaaaaa1", "refund_order", {"ok": True}),
        said("assistant", "Done."),
    )  # fmt: skip
    assert checked(asked).reason == "argument_not_grounded"

    def with_rule(rule, *of):
        told = {"aaaaaaaa1": {"/amount": {"source": "computed", "rule": rule, "of": list(of)}}}
        return checked(with_reference(asked, category="single", provenance=told))

    assert with_rule("sum", 10, 24.9).outcome == "pass"
    assert with_rule("sum", 10, 25).reason == "provenance_not_found"
    assert with_rule("difference", 24.9, 10).reason == "provenance_rule"
    assert with_rule("guess", 10, 24.9).reason == "provenance_rule"


def test_an_understood_argument_needs_words_that_stand_there():
    def asked(quote):
        told = {"aaaaaaaa1": {"/reason": {"source": "understood", "quote": quote}}}
        return checked(row(
            said("user", "ORD-1042 came in a thousand pieces! Give me 5 euros back."),
            called(("aaaaaaaa1", "refund_order", {"order_id": "ORD-1042", "amount": 5, "reason": "damaged"})),
            result("aaaaaaaa1", "refund_order", {"ok": True}), said("assistant", "Done."),
            category="single", provenance=told,
        ))  # fmt: skip

    assert asked("in a thousand pieces").outcome == "pass"
    assert asked("it was broken").reason == "provenance_not_found"


def test_defaults_and_nulls_are_two_ways_to_say_the_same():
    loose = Tool("refund_order", REFUND.description, {**REFUND.parameters, "properties": {
        **REFUND.parameters["properties"], "note": {"type": ["string", "null"]}}})  # fmt: skip
    given = replace(with_arguments(DEPENDENT, 4, pay(notify=True, note=None)), tools=(ORDER, loose))
    assert checked(given).outcome == "pass"


def test_a_call_in_the_last_turn_may_wait_for_its_result():
    assert checked(with_reference(replace(SINGLE, messages=SINGLE.messages[:2]), outputs=[])).outcome == "pass"


def test_the_better_side_of_a_preference_is_looked_at_and_the_worse_is_not():
    good, bad = SINGLE.messages[1], with_arguments(SINGLE, 1, {"order_id": "ORD-2210"}).messages[1]
    pair = Row("preference", prompt=SINGLE.messages[:1], chosen=(good,), rejected=(bad,), tools=SINGLE.tools)
    assert checked(pair).outcome == "pass"
    assert checked(replace(pair, chosen=(bad,), rejected=(good,))).reason == "argument_not_grounded"


def test_what_is_no_row_is_refused_and_nothing_is_raised():
    assert checked(replace(SINGLE, messages=(None,))).reason == "unreadable"
    assert checked(with_turn(SINGLE, 3, content=None)).reason == "unreadable"


ODD = st.text(max_size=60) | st.lists(
    st.sampled_from([
        "9" * 40, "1e999", "31", "02", "2025", "-", "/", ".", ":", " ", "9999-12-31", "0001-01-01", "in",
        "three", "days",
        "²", "٣", "①", "%", "k", "march", "the 31st", "at", "half past",
        "25", "pm", "<", "{", "\\",
        "ORD-1042", "\ud800",
        "weekend",
    ]), max_size=8).map("".join)  # fmt: skip


@given(ODD, ODD, ODD, ODD)
@settings(max_examples=150, deadline=None)
def test_no_words_however_odd_break_the_check(system, asked, told, answer):
    spoilt = row(
        said("system", system), said("user", asked),
        called(("aaaaaaaa1", "refund_order", {"order_id": asked or "x", "amount": 1e300, "note": told})),
        result("aaaaaaaa1", "refund_order", told), said("assistant", answer),
        category="single", calls=expected(PAY), outputs=[told],
    )  # fmt: skip
    assert checked(spoilt).outcome in {"pass", "fail"}
    assert checked(replace(spoilt, reference={}), grounding=False).reason != "unreadable"


LANGUAGES = {
    "German": ("Ein Tisch für zwei am 14. März 2025 um 19:30 Uhr, bitte.",
               "Erledigt: 14. März 2025, 19:30 Uhr, zwei Personen."),
    "French": ("Une table pour deux le 14 mars 2025 à 19h30, s'il vous plaît.", "C'est fait : 14 mars 2025, 19h30."),
    "Spanish": ("Una mesa para dos el 14 de marzo de 2025 a las 19:30.", "Hecho: 14 de marzo de 2025, 19:30."),
    "Chinese": ("请预订2025年3月14日19:30的2人桌。", "已预订2025年3月14日19:30。"),
    "Japanese": ("2025年3月14日19:30に2名で予約してください。", "2025年3月14日19:30に予約しました。"),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_times_and_numbers_are_found_in_any_of_these_languages(language):
    asked, answer = LANGUAGES[language]
    given = {"day": "2025-03-14", "time": "19:30", "guests": 2}
    booked = row(
        said("user", asked), called(("aaaaaaaa1", "book_table", given)),
        result("aaaaaaaa1", "book_table", given), said("assistant", answer), tools=(SLOT,),
    )  # fmt: skip
    assert checked(booked).outcome == "pass", checked(booked).detail
    assert checked(with_arguments(booked, 1, {**given, "day": "2025-03-15"})).reason == "argument_not_grounded"
