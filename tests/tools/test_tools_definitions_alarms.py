"""Conversations that a good model writes: none of them is refused, and no changed argument in them gets by."""

import json
from datetime import date, datetime, timedelta

import pytest
from msgspec.structs import replace
from tool_rows import TEXT, WHOLE, called, checked, result, row, said, schema, with_turn

from windrow.row import Tool
from windrow.tools.arguments import read

NUMBER = {"type": "number"}
DAY = {"type": "string", "format": "date"}
CONTACT = Tool("find_contact", "Find a person.", schema(["name"], name=TEXT))
EVENT = Tool("create_event", "Put an event in the calendar.", schema(
    ["title", "start", "end"], title=TEXT, start=TEXT, end=TEXT, attendees={"type": "array", "items": TEXT},
    online={"type": "boolean", "description": "Whether it is a video call."}))  # fmt: skip
FLIGHT = Tool("find_flights", "Find flights.", schema(
    ["origin", "destination", "day"], origin=TEXT, destination=TEXT, day=DAY, passengers={**WHOLE, "default": 1},
    cabin={"type": "string", "enum": ["economy", "premium_economy", "business"]}))  # fmt: skip
CONVERT = Tool("convert", "Convert money.", schema(["amount", "base", "target"], amount=NUMBER, base=TEXT, target=TEXT))
ORDERS = Tool("list_orders", "Orders of a customer.", schema(["email"], email=TEXT, limit={**WHOLE, "default": 10}))
REFUND = Tool("refund", "Pay back.", schema(["order_id", "amount"], order_id=TEXT, amount=NUMBER, reason=TEXT))
TICKET = Tool("open_ticket", "Open a ticket.", schema(["subject", "body"], subject=TEXT, body=TEXT, priority={
    "type": "string", "enum": ["low", "normal", "high"], "default": "normal"}))  # fmt: skip
MOVE = Tool("move_file", "Move a file.", schema(["source", "target"], source=TEXT, target=TEXT))
SYSTEM = said("system", "You are a helpful assistant. The current date and time is 2025-03-10T09:00:00.")  # a Monday


def talk(asked, tool, given, told, answer, *, before=()):
    return row(SYSTEM, said("user", asked), *before, called(("aaaaaaaa9", tool.name, given)),
               result("aaaaaaaa9", tool.name, told), said("assistant", answer),
               tools=(CONTACT, EVENT, FLIGHT, CONVERT, ORDERS, REFUND, TICKET, MOVE))  # fmt: skip


def earlier(tool, given, told):
    return called(("aaaaaaaa1", tool.name, given)), result("aaaaaaaa1", tool.name, told)


PRIYA = earlier(CONTACT, {"name": "Priya"}, {"name": "Priya Nair", "email": "priya.nair@example.com"})
BOUGHT = earlier(ORDERS, {"email": "ada@example.com"}, {"orders": [
    {"id": "ORD-1042", "total": 34.9, "refunded": 10.0},
    {"id": "ORD-1050", "total": 120.0, "refunded": 0}]})  # fmt: skip
GOOD = {
    "an end from a length": talk(
        "Set up a 45-minute call with Priya next Tuesday at 2 in the afternoon.", EVENT,
        {"title": "Call with Priya", "start": "2025-03-18T14:00:00", "end": "2025-03-18T14:45:00",
         "attendees": ["priya.nair@example.com"], "online": True},
        {"id": "EV-31", "status": "created"},
        "Your call with Priya is set for Tuesday, March 18, from 2:00 PM to 2:45 PM (event EV-31).", before=PRIYA),
    "half past": talk(
        "Put dinner with Tom in my calendar tomorrow, half past seven in the evening, for two hours.", EVENT,
        {"title": "Dinner with Tom", "start": "2025-03-11T19:30", "end": "2025-03-11T21:30"}, {"id": "EV-32"},
        "Done: dinner with Tom tomorrow, 7:30 pm to 9:30 pm."),
    "a range of hours": talk(
        "Block Friday 2-3pm for the budget review please", EVENT,
        {"title": "Budget review", "start": "2025-03-14T14:00", "end": "2025-03-14T15:00"}, {"id": "EV-33"},
        "I've blocked Friday, 14 March, 2-3 pm for the budget review."),
    "words for numbers and a class": talk(
        "We are three. Find us flights from Lisbon to Oslo on the 21st of March, in premium economy.", FLIGHT,
        {"origin": "Lisbon", "destination": "Oslo", "day": "2025-03-21", "passengers": 3, "cabin": "premium_economy"},
        {"flights": [{"id": "TP784", "price": 412.5, "departs": "2025-03-21T07:15:00",
                      "arrives": "2025-03-21T12:40:00"},
                     {"id": "SK4680", "price": 388.0, "departs": "2025-03-21T13:05:00",
                      "arrives": "2025-03-21T20:30:00"}]},
        "I found 2 flights on March 21:\n\n1. **TP784**, 7:15 AM to 12:40 PM, 412.50 each\n2. **SK4680**, 1:05 PM to "
        "8:30 PM, 388 each\n\nFor three people that is 1,237.50 or 1,164 in all. SK4680 is 24.50 cheaper per person."),
    "codes for currencies": talk(
        "How much is 250 euros in Swiss francs?", CONVERT, {"amount": 250, "base": "EUR", "target": "CHF"},
        {"result": 238.4175, "rate": 0.95367}, "250 EUR are 238.42 CHF at a rate of 0.95367."),
    "the rest of a total": talk(
        "ada@example.com here. Pay back the rest of ORD-1042, I want all of my money.", REFUND,
        {"order_id": "ORD-1042", "amount": 24.9, "reason": "customer wants all of the money back"}, {"refund": "RF-8"},
        "I have paid back the remaining 24.90 (refund RF-8). Together with the earlier 10.00 that is all of the 34.90.",
        before=BOUGHT),
    "the sum of a column": talk(
        "ada@example.com. Refund both of my orders in one go under ORD-1050, please.", REFUND,
        {"order_id": "ORD-1050", "amount": 154.9}, {"refund": "RF-9"},
        "Both orders come to 154.90, which I have paid back (RF-9).", before=BOUGHT),
    "prose in other words": talk(
        "My washing machine leaks water since the technician came on Saturday. Open a ticket, it's rather urgent, high "
        "priority!", TICKET,
        {"subject": "Washing machine leaking", "priority": "high",
         "body": "The customer's washing machine leaks water since the technician came on Saturday."},
        {"ticket": "T-501", "opened": "2025-03-10T09:00:02"},
        "I opened ticket T-501 with high priority. Is there anything else I can do?"),
    "parts of a path": talk(
        "Move report.txt from my drafts folder into archive/2024.", MOVE,
        {"source": "/drafts/report.txt", "target": "/archive/2024/report.txt"}, {"moved": True},
        "report.txt is in /archive/2024 now."),
    "a failed search, mended otherwise": row(
        SYSTEM, said("user", "When is my flight? Ada from ada@example.com"),
        *earlier(CONTACT, {"name": "Ada"}, {"error": {"code": "not_found", "message": "no such contact"}}),
        called(("aaaaaaaa9", "list_orders", {"email": "ada@example.com"})),
        result("aaaaaaaa9", "list_orders", {"orders": [{"id": "FL-7", "departs": "2025-04-02T06:20:00"}]}),
        said("assistant", "Your flight FL-7 leaves on Wednesday, 2 April at 6:20 in the morning."),
        tools=(CONTACT, ORDERS)),
    "German": talk(
        'Bitte am kommenden Freitag um 15 Uhr eine Stunde "Planung Sommerfest" eintragen.', EVENT,
        {"title": "Planung Sommerfest", "start": "2025-03-14T15:00", "end": "2025-03-14T16:00"}, {"id": "EV-34"},
        "Eingetragen: Freitag, 14. März, 15 bis 16 Uhr, „Planung Sommerfest“."),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_what_a_good_model_writes_is_not_refused(name):
    verdict = checked(GOOD[name])
    assert (verdict.outcome, verdict.reason) == ("pass", ""), verdict.detail


def otherwise(value):
    """Values near `value` that are wrong."""
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        yield from (value + 7, value * 10 + 3, -value)
    elif isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            yield from spelt_otherwise(value)
        else:
            for away in (timedelta(days=3), timedelta(days=400)):
                yield (moment + away).isoformat()[: len(value)] if "T" in value else (moment + away).date().isoformat()


def spelt_otherwise(value):
    if any(map(str.isdigit, value)):
        yield "".join(str((int(each) + 1) % 10) if each.isdigit() else each for each in value)
    yield {"EUR": "SEK", "CHF": "NOK"}.get(
        value, "Quentin Zyskowski" if " " not in value else "Xylophone lessons in Quito"
    )


def changed(given):
    """Copies of a row with one leaf of its last call's arguments changed: (path, value, row)."""
    at = max(index for index, turn in enumerate(given.messages) if turn.tool_calls)
    call = given.messages[at].tool_calls[0]
    arguments = read(call.arguments_json)
    for name, value in arguments.items():
        for wrong in otherwise(value[0] if isinstance(value, list) else value):
            new = json.dumps({**arguments, name: [wrong] if isinstance(value, list) else wrong})
            yield f"{name}={wrong}", with_turn(given, at, tool_calls=(replace(call, arguments_json=new),))


def test_nearly_every_changed_argument_is_caught_without_knowing_the_right_calls():
    outcomes = {
        f"{name}: {what}": checked(spoilt).outcome for name, given in GOOD.items() for what, spoilt in changed(given)
    }
    missed = [what for what, outcome in outcomes.items() if outcome != "fail"]
    assert len(outcomes) >= 50
    assert len(missed) <= 0.05 * len(outcomes), missed


@pytest.mark.parametrize("name", GOOD)
def test_an_invented_promise_at_the_end_is_caught(name):
    given = GOOD[name]
    last = len(given.messages) - 1
    for promise in (" It will take 17 days.", " See REF-90210.", " Until 1 November 2031!"):
        spoilt = with_turn(given, last, content=given.messages[last].content + promise)
        assert checked(spoilt).reason == "claim_not_in_results"


def test_today_is_what_the_system_says_and_nothing_else():
    asked = talk("Lunch with Tom tomorrow from 12 to 13 o'clock.", EVENT, {
        "title": "Lunch with Tom", "start": "2025-03-11T12:00", "end": "2025-03-11T13:00"},
        {"id": "E-1"}, "Done.")  # fmt: skip
    assert checked(asked).outcome == "pass"
    other = with_turn(asked, 0, content="The current date and time is 2026-01-01T09:00:00.")
    assert checked(other).reason == "argument_not_grounded"
    assert date(2025, 3, 11).weekday() == 1
