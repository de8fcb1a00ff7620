"""The simulation of a catalogue nobody wrote code for: what tools do is read off their names, what they did is kept."""

import json
import random
from pathlib import Path

import pytest

from windrow.row import Tool
from windrow.tools.backend import state_hash
from windrow.tools.backends.operations import read_operations
from windrow.tools.backends.simulated import Simulated
from windrow.tools.catalogue import load

LIBRARY = Path(__file__).parents[2] / "examples" / "tool_calls" / "library.json"


def tool(name, required=(), optional=(), **schemas):
    properties = {each: schemas.get(each, {"type": "string"}) for each in (*required, *optional)}
    return Tool(name, name, {"type": "object", "properties": properties, "required": list(required)})


@pytest.fixture
def library():
    return Simulated.of(load(LIBRARY).tools)


@pytest.fixture
def shelf(library):
    """A session in some library, with the ids of its books."""
    state = next(library.initial_states(random.Random(1)))
    return library.start(state), sorted(state["records"]["book"])


@pytest.mark.parametrize(
    ("name", "required", "kind", "entity", "key"),
    [
        ("create_ticket", ("title",), "create", "ticket", ""),
        ("close_ticket", ("ticket_id",), "update", "ticket", "ticket_id"),
        ("getTicket", ("ticketId",), "get", "ticket", "ticketId"),
        ("delete-ticket", ("ticket_id",), "delete", "ticket", "ticket_id"),
        ("list_open_tickets", (), "list", "ticket", ""),
        ("tickets.search", ("query",), "list", "ticket", ""),
        ("convert_currency", ("amount", "to"), "compute", "currency", ""),
        ("ticket_login", ("user", "password"), "log_in", "ticket", ""),
        ("logout", (), "log_out", "thing", ""),
        ("weather", ("city",), "compute", "weather", ""),
    ],
)
def test_what_a_tool_does_is_read_off_its_name(name, required, kind, entity, key):
    found = read_operations([tool(name, required), tool("add_ticket", ("title",))])[name]
    assert (found.kind, found.entity, found.key) == (kind, entity, key)


def test_hints_of_the_server_are_believed_over_names():
    tools = [tool("create_report", ("topic",)), tool("get_token", ("user",))]
    hints = {"create_report": {"readOnlyHint": True}, "get_token": {"readOnlyHint": False}}
    found = read_operations(tools, annotations=hints)
    assert (found["create_report"].mutating, found["get_token"].mutating) == (False, True)


def test_what_was_made_can_be_found_and_what_is_gone_cannot(shelf):
    session, _ = shelf
    made = json.loads(session.call("add_book", {"title": "Tides of June", "author": "N. Okafor"}).text)
    found = json.loads(session.call("get_book", {"book_id": made["id"]}).text)
    assert (found["title"], found["author"]) == ("Tides of June", "N. Okafor")
    assert made["id"] in session.call("search_books", {"query": "tides"}).text


def test_an_id_that_is_not_there_is_refused_and_changes_nothing(shelf):
    session, _ = shelf
    before = state_hash(session.state())
    for name, arguments in (("get_book", {"book_id": "B-0"}), ("extend_loan", {"book_id": "B-0", "days": 3})):
        result = session.call(name, arguments)
        assert json.loads(result.text)["error"]["code"] == "not_found"
    assert state_hash(session.state()) == before


def test_every_change_is_remembered_with_all_of_its_arguments(shelf, library):
    session, books = shelf
    start = session.state()
    ends = set()
    for days in (3, 4):
        again = library.start(start)
        assert not again.call("extend_loan", {"book_id": books[0], "days": days}).failed
        ends.add(state_hash(again.state()))
    assert len(ends | {state_hash(start)}) == 3


def test_the_order_in_which_arguments_are_written_makes_no_difference(shelf, library):
    session, _ = shelf
    arguments = {"title": "Tides of June", "author": "N. Okafor", "year": 2001}
    one, other = library.start(session.state()), library.start(session.state())
    assert one.call("add_book", arguments) == other.call("add_book", dict(reversed(arguments.items())))
    assert state_hash(one.state()) == state_hash(other.state())


def test_one_more_tool_changes_no_field_of_what_others_find():
    tools = load(LIBRARY).tools
    more = (*tools, tool("rate_book", ("book_id", "stars")), tool("create_poster", ("title",)))
    small, large = (next(Simulated.of(each).initial_states(random.Random(5)))["records"] for each in (tools, more))
    for entity, table in small.items():
        for key, record in table.items():
            assert {name: large[entity][key][name] for name in record} == record


def test_results_have_the_shape_that_the_catalogue_promises():
    returns = {
        "get_user": {"type": "object", "properties": {"user_id": {"type": "integer"}, "active": {"type": "boolean"}}},
        "list_users": {"type": "object", "properties": {"users": {"type": "array", "items": {"type": "string"}}}},
    }
    tools = [tool("get_user", ("user_id",), user_id={"type": "integer"}), tool("list_users")]
    backend = Simulated.of(tools, returns)
    state = next(backend.initial_states(random.Random(2)))
    arguments = backend.arguments("get_user", state, random.Random(2))
    found = json.loads(backend.start(state).call("get_user", arguments).text)
    assert found["user_id"] == arguments["user_id"]
    assert isinstance(found["active"], bool)
    users = json.loads(backend.start(state).call("list_users", {}).text)["users"]
    assert len(users) == len(state["records"]["user"])
    assert all(isinstance(user, str) for user in users)


def test_what_its_tools_do_travels_with_the_row(library, shelf):
    session, books = shelf
    offered = ["extend_loan", "get_book"]
    environment = json.loads(json.dumps(library.environment(offered)))
    again = Simulated.again(environment, [each for each in library.tools if each.name in offered])
    call = ("extend_loan", {"book_id": books[1], "days": 7})
    assert again.start(session.state()).call(*call) == library.start(session.state()).call(*call)


@pytest.mark.parametrize("name", ["", "_", "🙂", "删除_ticket", "a" * 64, "get", "list_", "id", "_id_"])
def test_names_that_say_nothing_are_no_trouble(name):
    backend = Simulated.of([tool(name, ("id", "x"))])
    state = next(backend.initial_states(random.Random(0)))
    arguments = backend.arguments(name, state, random.Random(0))
    json.loads(backend.start(state).call(name, arguments or {"id": "1", "x": "y"}).text)
