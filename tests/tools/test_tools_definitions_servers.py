"""MCP servers that say what no server should, and what of a server's environment goes with a row."""

import json
import random
import sys

import pytest

from windrow.errors import SeedError
from windrow.flow.seeds.tools import ToolSeedOptions, ToolSeeds
from windrow.tools import mcp
from windrow.tools.backend import BackendError
from windrow.tools.mcp import McpServer

SERVER = """
import json, os, sys

says = json.loads(sys.argv[1])
tool = {"name": "look", "description": "Look something up.", "inputSchema": {
    "type": "object", "properties": {"what": {"type": "string", "description": "What to look up."}}}}
for line in sys.stdin:
    asked = json.loads(line)
    answer = {
        "initialize": {"serverInfo": says.get("info", {"name": "desk"})},
        "tools/list": {"tools": [{**tool, **says.get("tool", {})}]},
        "tools/call": says.get("call", {"content": [{"type": "text", "text": json.dumps(
            {name: os.environ.get(name) for name in ("DESK_KEY", "DESK_PLACE", "OPENAI_API_KEY")})}]}),
    }.get(asked["method"])
    if "id" in asked:
        print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": answer}), flush=True)
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "server.py").write_text(SERVER, encoding="utf-8")
    return tmp_path


def catalogue(folder, says=None, **options):
    command = [sys.executable, "server.py", json.dumps(says or {})]
    [seed] = ToolSeeds(ToolSeedOptions(server={"command": command, "timeout": 5, **options}), base=folder).read()
    return seed.payload


def called(backend):
    session = backend.start(next(backend.initial_states(random.Random(0))))
    told = session.call("look", {"what": "x"})
    session.close()
    return told


@pytest.mark.parametrize(
    "says",
    [{"tool": {"description": "half \ud800 pair"}}, {"info": {"name": "\ud800"}}, {"tool": {"size": 10**40}},
     {"tool": {"annotations": {"x": float("inf")}}}],
)  # fmt: skip
def test_a_server_that_lists_what_cannot_be_written_down_ends_the_reading(says, folder):
    with pytest.raises(SeedError, match="something else than JSON"):
        catalogue(folder, says)


@pytest.mark.parametrize("info", ["desk", ["desk"], {"name": ["desk"]}, {"name": " "}, None, 5])
def test_a_server_without_a_proper_name_is_called_like_its_command(info, folder):
    command = [sys.executable, "server.py", json.dumps({"info": info})]
    [seed] = ToolSeeds(ToolSeedOptions(server={"command": command}), base=folder).read()
    assert seed.payload.name


def test_a_servers_name_is_one_short_line(folder):
    assert catalogue(folder, {"info": {"name": "a\n\tb" + "x" * 900}}).name == "a b" + "x" * 61


@pytest.mark.parametrize(
    "call",
    [{"content": 5}, {"content": {"type": "text"}}, {"content": [{"type": "text", "text": "\ud800"}]},
     {"structuredContent": {"a": float("nan")}}, {"structuredContent": {"a": 10**40}}, [], "done", None],
)  # fmt: skip
def test_a_result_that_the_protocol_does_not_know_is_a_failed_call(call, folder):
    told = called(McpServer(catalogue(folder, {"call": call})))
    assert told.failed
    assert json.loads(told.text)["error"]["code"] == "malformed"


@pytest.mark.parametrize(("hint", "mutating"), [(True, False), (False, True), ("no", True), (1, True), (None, True)])
def test_a_tool_only_reads_if_its_server_says_so_with_a_boolean(hint, mutating, folder):
    backend = McpServer(catalogue(folder, {"tool": {"annotations": {"readOnlyHint": hint}}}))
    assert backend.mutating("look") is mutating


def test_a_row_names_the_servers_variables_and_never_holds_their_values(folder, monkeypatch):
    monkeypatch.setenv("DESK_KEY", "sk-secret")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other")
    backend = McpServer(catalogue(folder, env={"DESK_PLACE": "Cork"}, env_from=["DESK_KEY"]))
    told = backend.environment([])
    assert told["env"] == ["DESK_KEY", "DESK_PLACE"]
    assert told["timeout"] == 5
    assert "sk-secret" not in json.dumps(told)
    assert "sk-secret" not in repr(backend.catalogue)
    first = called(backend)
    assert json.loads(first.text) == {"DESK_KEY": "sk-secret", "DESK_PLACE": "Cork", "OPENAI_API_KEY": None}
    monkeypatch.delenv("DESK_KEY")
    assert called(McpServer.reopen(told, base=folder)) == first


def test_another_process_takes_the_variables_from_its_own_environment_or_says_which_is_missing(folder, monkeypatch):
    told = McpServer(catalogue(folder, env={"DESK_PLACE": "Cork", "DESK_KEY": "k"})).environment([])
    monkeypatch.setattr(mcp, "_given", {})
    monkeypatch.setenv("DESK_PLACE", "Faro")
    with pytest.raises(BackendError, match="DESK_KEY, which is not set"):
        McpServer.reopen(told, base=folder)
    monkeypatch.setenv("DESK_KEY", "k")
    assert json.loads(called(McpServer.reopen(told, base=folder)).text)["DESK_PLACE"] == "Faro"


def test_a_variable_that_is_not_set_is_said_before_the_server_starts(folder, monkeypatch):
    monkeypatch.delenv("DESK_KEY", raising=False)
    with pytest.raises(SeedError, match="DESK_KEY is not set"):
        catalogue(folder, env_from=["DESK_KEY"])
