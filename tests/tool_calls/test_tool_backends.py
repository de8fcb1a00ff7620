"""The backends that come along: their rules, and what must hold of code that traces are replayed on."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windrow.tools.arguments import fault
from windrow.tools.backend import state_hash
from windrow.tools.environments import packaged, reopen

NAMES = ("support", "calendar", "files")


def drawn(backend, seed):
    return next(backend.initial_states(random.Random(seed)))


def calls(backend, state, rng, count):
    """Calls that may make sense, whatever becomes of them."""
    found = []
    while len(found) < count:
        tool = rng.choice(backend.tools)
        arguments = backend.arguments(tool.name, state, rng)
        if arguments is not None:
            found.append((tool.name, arguments))
    return found


def played(backend, state, made):
    session = backend.start(state)
    return [session.call(name, arguments).text for name, arguments in made], state_hash(session.state())


@pytest.mark.parametrize("name", NAMES)
def test_the_same_calls_from_the_same_state_give_the_same_bytes_and_the_same_end(name):
    for seed in range(30):
        backend = packaged(name)
        state = drawn(backend, seed)
        made = calls(backend, state, random.Random(seed), 6)
        assert played(backend, state, made) == played(packaged(name), json.loads(json.dumps(state)), made)


@pytest.mark.parametrize("name", NAMES)
def test_states_are_drawn_from_the_seed_and_survive_json(name):
    backend = packaged(name)
    first = drawn(backend, 7)
    assert first == drawn(packaged(name), 7) != drawn(backend, 8)
    assert state_hash(json.loads(json.dumps(first))) == state_hash(first)


@pytest.mark.parametrize("name", NAMES)
def test_drawn_arguments_fit_the_schema_and_most_of_them_work(name):
    backend = packaged(name)
    worked = tried = 0
    for seed in range(20):
        state = drawn(backend, seed)
        for tool in backend.tools:
            arguments = backend.arguments(tool.name, state, random.Random(seed))
            if arguments is not None:
                assert fault(arguments, tool, "") is None
                tried += 1
                worked += not backend.start(state).call(tool.name, arguments).failed
    assert worked >= 0.85 * tried > 100


@pytest.mark.parametrize("name", NAMES)
def test_a_call_that_only_reads_changes_nothing_and_one_that_is_refused_neither(name):
    backend = packaged(name)
    for seed in range(30):
        state = drawn(backend, seed)
        before = state_hash(state)
        for tool, arguments in calls(backend, state, random.Random(seed), 20):
            session = backend.start(state)
            result = session.call(tool, arguments)
            if result.failed or not backend.mutating(tool):
                assert state_hash(session.state()) == before
            assert state_hash(state) == before


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(NAMES),
    seed=st.integers(0, 50),
    arguments=st.dictionaries(
        st.sampled_from(["order_id", "path", "event_id", "amount", "start", "day", "x", "content", "time", "address"]),
        st.one_of(st.text(max_size=12), st.integers(), st.floats(), st.booleans(), st.none(), st.just({"a": [1]})),
        max_size=4,
    ),
)
def test_whatever_is_called_is_answered_and_harms_nothing(name, seed, arguments):
    backend = packaged(name)
    state = drawn(backend, seed)
    for tool in [*[each.name for each in backend.tools], "no_such_tool", ""]:
        session = backend.start(state)
        result = session.call(tool, arguments)
        json.loads(result.text)
        if result.failed:
            assert state_hash(session.state()) == state_hash(state)


def test_two_ways_to_write_a_number_are_one_state():
    backend = packaged("support")
    state = drawn(backend, 3)
    customer = next(iter(state["customers"]))
    credit = {"customer_id": customer, "note": "late delivery"}
    ends = {played(backend, state, [("add_credit", {**credit, "amount": amount})])[1] for amount in (5, 5.0)}
    assert len(ends) == 1


def test_calls_that_do_not_depend_on_each_other_lead_to_one_end_in_any_order():
    backend = packaged("support")
    state = drawn(backend, 4)
    one, other = list(state["customers"])[:2]
    made = [
        ("open_ticket", {"customer_id": one, "subject": "Charged twice"}),
        ("open_ticket", {"customer_id": other, "subject": "Charged twice"}),
        ("add_credit", {"customer_id": one, "amount": 5.0, "note": "b"}),
        ("add_credit", {"customer_id": one, "amount": 7.0, "note": "a"}),
    ]
    assert played(backend, state, made)[1] == played(backend, state, made[::-1])[1]


def order(status, **more):
    base = {"customer_id": "C-1", "status": status, "order_date": "2025-03-01", "items": [], "total": 50.0}
    return {**base, "address": {}, "refunds": {}, **more}


@pytest.fixture
def desk():
    sent = {"carrier": "Kite", "tracking_number": "K1", "delivery_date": "2025-03-05"}
    return {
        "now": "2025-03-20T10:00",
        "customers": {"C-1": {"name": "A", "email": "a@example.org", "tier": "basic", "credit": 0.0, "notes": []}},
        "products": {},
        "orders": {
            "O-1": order("processing"),
            "O-2": order("delivered", shipment=sent),
            "O-3": order("delivered", shipment={**sent, "delivery_date": "2025-01-05"}),
            "O-4": order("shipped", shipment=sent),
        },
        "tickets": {},
    }


@pytest.mark.parametrize(
    ("tool", "arguments", "code"),
    [
        ("cancel_order", {"order_id": "O-4", "reason": "changed_mind"}, "too_late"),
        ("cancel_order", {"order_id": "O-9", "reason": "changed_mind"}, "not_found"),
        ("refund_order", {"order_id": "O-1", "amount": 5, "reason": "damaged"}, "not_delivered"),
        ("refund_order", {"order_id": "O-3", "amount": 5, "reason": "damaged"}, "too_late"),
        ("refund_order", {"order_id": "O-2", "amount": 50.01, "reason": "damaged"}, "too_much"),
        ("refund_order", {"order_id": "O-2", "amount": -1, "reason": "damaged"}, "bad_arguments"),
        ("add_credit", {"customer_id": "C-1", "amount": 51, "note": "x"}, "too_much"),
        ("update_email", {"customer_id": "C-1", "email": "A@example.org"}, "taken"),
        ("track_shipment", {"order_id": "O-1"}, "not_shipped"),
        ("get_order", {}, "bad_arguments"),
        ("get_order", {"order_id": "O-1", "verbose": True}, "bad_arguments"),
    ],
)
def test_the_desk_keeps_its_rules(desk, tool, arguments, code):
    result = packaged("support").start(desk).call(tool, arguments)
    assert result.failed
    assert json.loads(result.text)["error"]["code"] == code


def test_refunds_add_up_to_what_was_paid_and_no_further(desk):
    session = packaged("support").start(desk)
    pay = {"order_id": "O-2", "reason": "damaged"}
    assert not session.call("refund_order", {**pay, "amount": 30}).failed
    assert session.call("refund_order", {**pay, "amount": 20.5}).failed
    assert not session.call("refund_order", {**pay, "amount": 20}).failed


def test_the_calendar_refuses_overlaps_and_the_past_and_knows_its_zones():
    calendar = packaged("calendar")
    state = {"now": "2025-03-20T08:00", "time_zone": "Europe/Berlin", "events": {}, "contacts": {}, "cancelled": {}}
    session = calendar.start(state)
    call = {"title": "Demo", "duration_minutes": 60}
    assert not session.call("create_event", {**call, "start": "2025-03-20T10:00"}).failed
    refused = {"2025-03-20T10:59": "conflict", "2025-03-20T07:00": "in_the_past", "2025-13-20T07:00": "no_such_time"}
    for start, code in refused.items():
        result = session.call("create_event", {**call, "start": start})
        assert json.loads(result.text)["error"]["code"] == code
    assert not session.call("create_event", {**call, "start": "2025-03-20T11:00"}).failed
    abroad = session.call("create_event", {**call, "start": "2025-03-20T08:00", "time_zone": "America/New_York"})
    assert json.loads(abroad.text)["start"] == "2025-03-20T13:00"  # four weeks in which the two are five hours apart
    slot = session.call("find_free_slot", {"day": "2025-03-20", "duration_minutes": 90})
    assert json.loads(slot.text)["start"] == "2025-03-20T14:00"


@pytest.mark.parametrize("path", ["/a/../b", "//x", "/a/./b", "/", "/nowhere/x.txt"])
def test_files_refuse_paths_that_lead_astray(path):
    session = packaged("files").start({"folders": ["/", "/a"], "files": {}})
    assert session.call("write_file", {"path": path, "content": "x"}).failed
    assert session.state() == {"folders": ["/", "/a"], "files": {}}


@pytest.mark.parametrize("name", NAMES)
def test_a_row_finds_the_backend_that_made_it_and_no_other_version(name, tmp_path):
    backend = packaged(name)
    environment = backend.environment([tool.name for tool in backend.tools])
    assert reopen(environment, tools=backend.tools, base=tmp_path).name == name
    with pytest.raises(Exception, match="version 99"):
        reopen({**environment, "version": 99}, tools=backend.tools, base=tmp_path)
    with pytest.raises(Exception, match="no backend"):
        reopen({"use": "imagined"}, tools=(), base=tmp_path)
