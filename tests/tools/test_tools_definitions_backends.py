"""A user's own code as a backend: it is executed apart, gives the same twice, and cannot hang or harm the run."""

import os
import random
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from windrow.errors import SeedError
from windrow.flow.seeds.tools import ToolSeedOptions, ToolSeeds
from windrow.tools.backend import BackendError, state_hash
from windrow.tools.catalogue import Limits, load
from windrow.tools.children import PASSED_ON
from windrow.tools.mcp import McpServer, serve
from windrow.tools.python_functions import PythonFunctions
from windrow.tools.transcript import is_error

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="not run: functions as tools need fork")

SHOP = '''
import datetime as dt, os, random, sys, time
from enum import Enum

READ_ONLY = ["look"]
SEEN = []


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


def initial_states(rng):
    while True:
        yield {"orders": {"A1": {"total": rng.randint(5, 90)}}, "log": []}


def look(state, order: str) -> dict:
    """Look at an order."""
    return state["orders"][order]


def pay(state, order: str, amount: float) -> dict:
    """Pay for an order."""
    state["log"].append(order)
    if amount < 0:
        raise ValueError("less than nothing")
    state["orders"][order]["paid"] = amount
    return state["orders"][order]


def day_after(on: dt.date, size: Size = Size.SMALL) -> dict:
    """The next day."""
    return {"next": on + dt.timedelta(days=1), "size": size}


def remember() -> int:
    """How often it was called."""
    SEEN.append(1)
    return len(SEEN)


def dice() -> int:
    """Throw dice."""
    return random.randint(1, 10**12)


def colours() -> list:
    """A list of a set."""
    return list({"red", "green", "blue", "black", "white"})


def environment() -> list:
    """The names of all variables."""
    return sorted(os.environ)


def loop():
    """Never ends."""
    while True:
        pass


def sleep():
    """Ends late."""
    time.sleep(60)


def flood() -> str:
    """Too much."""
    return "x" * 5_000_000


def chatter() -> str:
    """Prints."""
    for _ in range(100_000):
        print("chatter" * 20)
    return "done"


def leave():
    """Leaves."""
    sys.exit(0)


def vanish():
    """Is gone."""
    os._exit(0)


def deep():
    """Too deep."""
    return deep()


def half_a_pair() -> str:
    """Half a letter."""
    return "x " + chr(0xD800)


def half_a_complaint() -> str:
    """Complains with half a letter."""
    raise ValueError(chr(0xD800))


def half_a_state(state) -> str:
    """Remembers half a letter."""
    state["log"].append(chr(0xD800))
    return "kept"


def huge_state(state) -> str:
    """Remembers more than fits."""
    state["log"].append(10**40)
    return "kept"


def nan():
    """Not JSON."""
    return float("nan")


def crowd() -> dict:
    """Leaves processes behind."""
    for _ in range(5):
        if os.fork() == 0:
            os.setsid()
            time.sleep(60)
            os._exit(0)
    return {"ok": True}


def network() -> str:
    """Asks the network."""
    import urllib.request
    return urllib.request.urlopen("http://127.0.0.1:9/").read().decode()


def eat() -> int:
    """Eats memory."""
    return len(bytearray(8 * 1024**3))
'''


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    path = tmp_path_factory.mktemp("shop") / "shop.py"
    path.write_text(SHOP, encoding="utf-8")
    backend = PythonFunctions(replace(load(path, written="shop.py"), limits=Limits(seconds=1.5)))
    yield backend
    backend.close()


@pytest.fixture
def session(shop):
    return shop.start(next(shop.initial_states(random.Random(1))))


def test_a_function_gets_the_state_and_changes_it(session, shop):
    before = session.state()
    assert session.call("look", {"order": "A1"}).text == f'{{"total": {before["orders"]["A1"]["total"]}}}'
    assert session.state() == before
    assert not session.call("pay", {"order": "A1", "amount": 2.5}).failed
    assert session.state()["orders"]["A1"]["paid"] == 2.5
    assert (shop.mutating("pay"), shop.mutating("look"), shop.mutating("dice")) == (True, False, False)


def test_a_function_that_raises_leaves_the_state_as_it_was(session):
    before = state_hash(session.state())
    failure = session.call("pay", {"order": "A1", "amount": -1})
    assert failure == ('{"error": {"code": "value_error", "message": "less than nothing"}}', True)
    assert state_hash(session.state()) == before
    assert session.call("look", {"order": "B2"}).text == '{"error": {"code": "key_error", "message": "B2"}}'


def test_the_same_calls_from_the_same_state_give_the_same_bytes(shop):
    calls = [("pay", {"order": "A1", "amount": 3}), ("dice", {}), ("colours", {}), ("remember", {}), ("remember", {})]

    def once():
        session = shop.start(next(shop.initial_states(random.Random(7))))
        return [session.call(*call).text for call in calls], state_hash(session.state())

    first = once()
    shop.close()  # a new process
    assert once() == first
    assert first[0][3:] == ["1", "1"]


def test_initial_states_follow_the_seed(shop):
    def states(seed):
        return [state["orders"]["A1"]["total"] for state in shop.initial_states(random.Random(seed))]

    assert states(1) == states(1) != states(2)
    assert 1 < len(states(1)) <= 32


def test_arguments_become_what_the_annotations_say(session):
    told = session.call("day_after", {"on": "2024-02-28", "size": "large"})
    assert told.text == '{"next": "2024-02-29", "size": "large"}'


HOSTILE = {
    "loop": "timeout", "sleep": "timeout", "flood": "too_large", "leave": "exited", "vanish": "crashed",
    "half_a_pair": "not_text", "half_a_complaint": "value_error", "half_a_state": "not_json", "huge_state": "not_json",
    "deep": "recursion_error", "nan": "not_json", "network": "url_error", "eat": "memory_error", "away": "unknown_tool",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_function_is_a_failed_call_and_the_next_one_works(name, session):
    started = time.monotonic()
    told = session.call(name, {})
    assert told.failed
    assert f'"code": "{HOSTILE[name]}"' in told.text
    assert is_error(told.text, {"error": 1})
    state_hash(session.state())
    assert told.text.encode()
    assert time.monotonic() - started < 5
    assert not session.call("look", {"order": "A1"}).failed


def test_what_a_function_prints_is_no_answer(session):
    assert session.call("chatter", {}).text == "done"


def test_no_process_outlives_the_call_that_made_it(session):
    def sleepers():
        found = []
        for each in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                found += [each] if b"python_worker" in each.read_bytes() and b"shop.py" in each.read_bytes() else []
            except OSError:
                continue
        return len(found)

    if sys.platform != "linux":
        pytest.skip("not run: no /proc to look at")
    assert session.call("look", {"order": "A1"})
    before = sleepers()
    assert before >= 1
    assert session.call("crowd", {}).text == '{"ok": true}'
    assert sleepers() <= before


def test_no_key_of_the_shell_reaches_a_function(session, monkeypatch, shop):
    shop.close()
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    names = session.call("environment", {}).text
    assert "OPENAI_API_KEY" not in names
    assert "PYTHONHASHSEED" in names
    assert "OPENAI_API_KEY" not in PASSED_ON


def test_a_file_that_cannot_be_imported_says_why(tmp_path):
    path = tmp_path / "broken.py"
    path.write_text('import nowhere_to_be_found\n\ndef f(x: str):\n    """Do."""\n', encoding="utf-8")
    backend = PythonFunctions(load(path))
    with pytest.raises(BackendError, match="nowhere_to_be_found"):
        backend.start({}).call("f", {"x": "1"})


def test_a_row_finds_its_functions_again_unless_the_file_has_changed(tmp_path):
    path = tmp_path / "shop.py"
    path.write_text(SHOP, encoding="utf-8")
    told = PythonFunctions(load(path, written="shop.py")).environment([])
    assert told == {"use": "python", "path": "shop.py", "version": told["version"]}
    assert PythonFunctions.reopen(told, base=tmp_path).version == told["version"]
    path.write_text(SHOP + "\n# another", encoding="utf-8")
    with pytest.raises(BackendError, match="has changed"):
        PythonFunctions.reopen(told, base=tmp_path)


def test_limits_come_from_the_config_and_go_with_the_row(tmp_path):
    path = tmp_path / "shop.py"
    path.write_text(SHOP, encoding="utf-8")
    options = ToolSeedOptions(path="shop.py", limits={"seconds": 0.2, "network": True})
    [seed] = ToolSeeds(options, base=tmp_path).read()
    backend = PythonFunctions(seed.payload)
    told = backend.environment([])
    assert told["limits"] == {"seconds": 0.2, "network": True}
    again = PythonFunctions.reopen(told, base=tmp_path)
    assert again.limits == backend.limits
    assert "0.2 s" in again.start({}).call("sleep", {}).text
    again.close()


def test_limits_without_functions_are_refused():
    with pytest.raises(ValueError, match="beside path"):
        ToolSeedOptions(backend="support", limits={"seconds": 1})


SERVER = """
import json, os, sys, time

TOOLS = [
    {"name": "add", "description": "Add to the sum.", "inputSchema": {
        "type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}},
    {"name": "total.now", "description": "The sum.", "inputSchema": {"type": "object", "properties": {}},
     "annotations": {"readOnlyHint": True}},
    {"name": "fail", "description": "Fail.", "inputSchema": {"type": "object", "properties": {}}},
    {"name": "hang", "description": "Hang.", "inputSchema": {"type": "object", "properties": {}}},
    {"name": "die", "description": "Die.", "inputSchema": {"type": "object", "properties": {}}},
    {"name": "picture", "description": "Draw.", "inputSchema": {"type": "object", "properties": {}}},
]
total = 0
mode = sys.argv[1] if len(sys.argv) > 1 else ""


def say(**message):
    print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)


for line in sys.stdin:
    asked = json.loads(line)
    method, params = asked.get("method"), asked.get("params", {})
    if mode == "prose":
        print("Server ready!", flush=True)
    elif method == "initialize":
        say(method="notifications/message", params={"level": "info", "data": "hello"})
        say(id="own", method="ping")
        say(id=asked["id"], result={"protocolVersion": "2025-06-18", "capabilities": {"tools": {}},
                                    "serverInfo": {"name": "sums", "version": "2"}})
    elif method == "tools/list":
        at = int(params.get("cursor", 0))
        more = {"nextCursor": str(at + 4)} if at + 4 < len(TOOLS) else {}
        say(id=asked["id"], result={"tools": TOOLS[at:at + 4], **more})
    elif method == "tools/call":
        name, given = params["name"], params["arguments"]
        if name == "hang":
            time.sleep(60)
        if name == "die":
            print("I am done for", file=sys.stderr, flush=True)
            os._exit(3)
        if name == "fail":
            say(id=asked["id"], result={"content": [{"type": "text", "text": "no way"}], "isError": True})
        elif name == "picture":
            say(id=asked["id"], result={"content": [{"type": "image", "data": "", "mimeType": "image/png"}]})
        elif name == "add" and not isinstance(given.get("n"), int):
            say(id=asked["id"], error={"code": -32602, "message": "n must be an integer"})
        else:
            total += given.get("n", 0)
            say(id=asked["id"], result={"content": [{"type": "text", "text": json.dumps({"total": total})}]})
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    path = tmp_path_factory.mktemp("server") / "server.py"
    path.write_text(SERVER, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def sums(server):
    told = serve([sys.executable, str(server)], environment={}, folder=server.parent, timeout=5)
    return McpServer(replace(told, timeout=1))


def test_a_server_is_asked_for_its_tools_page_after_page(sums):
    assert [tool.name for tool in sums.tools] == ["add", "total_now", "fail", "hang", "die", "picture"]
    assert sums.catalogue.called == {"total_now": "total.now"}
    assert sums.name == "mcp/sums"
    assert (sums.mutating("add"), sums.mutating("total_now")) == (True, False)


def test_each_conversation_has_a_server_of_its_own(sums):
    for _ in range(2):
        session = sums.start(next(sums.initial_states(random.Random(0))))
        assert session.call("add", {"n": 2}).text == '{"total": 2}'
        assert session.call("total_now", {}).text == '{"total": 2}'
        session.close()


def test_a_servers_state_is_the_calls_that_may_have_changed_it(sums):
    session = sums.start({"calls": []})
    session.call("add", {"n": 2})
    session.call("total_now", {})
    state = session.state()
    session.close()
    assert state == {"calls": [{"name": "add", "arguments": {"n": 2}, "result": '{"total": 2}'}]}
    again = sums.start(state)
    assert again.call("add", {"n": 3}).text == '{"total": 5}'
    again.close()
    with pytest.raises(BackendError, match="answers otherwise"):
        sums.start({"calls": [{"name": "add", "arguments": {"n": 2}, "result": '{"total": 9}'}]})


FAILURES = {
    "fail": ("fail", {}, "tool_error"),
    "a wrong argument": ("add", {"n": "two"}, "rpc_error"),
    "hang": ("hang", {}, "timeout"),
    "die": ("die", {}, "died"),
    "a tool that is not there": ("away", {}, "unknown_tool"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_what_goes_wrong_on_a_server_is_a_failed_call(name, sums):
    tool, given, code = FAILURES[name]
    session = sums.start({"calls": []})
    told = session.call(tool, given)
    session.close()
    assert told.failed
    assert f'"code": "{code}"' in told.text
    assert session.state() == {"calls": []}


def test_what_is_no_text_is_named(sums):
    session = sums.start({"calls": []})
    assert session.call("picture", {}).text == "[image content]"
    session.close()


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["no-such-program-anywhere"], "cannot be started"),
        ([sys.executable, "-c", "import sys; sys.exit('sorry')"], "it has ended: sorry"),
        ([sys.executable, "-c", "import time; time.sleep(9)"], "no answer in time"),
    ],
)
def test_a_server_that_does_not_answer_ends_the_reading(command, told, tmp_path):
    with pytest.raises(SeedError, match=told):
        serve(command, environment={}, folder=tmp_path, timeout=0.5)


def test_a_server_that_writes_prose_is_told_so(server):
    with pytest.raises(SeedError, match="something else than JSON: 'Server ready!'"):
        serve([sys.executable, str(server), "prose"], environment={}, folder=server.parent, timeout=5)
