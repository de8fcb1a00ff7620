"""The same command again: what is there is not asked for twice, and an edit asks for what it changes."""

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import grown
from windrow import Plan
from windrow.ledger.sqlite import SQLiteLedger
from windrow.testing import SpawnedServer
from windrow.tools.replay import replay

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "tool_calls" / "tool_calls.yaml"
STARTER = ROOT / "src" / "windrow" / "cli" / "starters" / "tool_calls"
LIBRARY = ROOT / "examples" / "tool_calls" / "library.json"
ONE_REQUEST = {"mix": dict.fromkeys(("multi_turn", "dependent", "parallel_multiple", "missing_parameter"), 0)}
WINDROW = str(Path(sys.executable).with_name("windrow"))
AT_ONCE = 8


@pytest.fixture(scope="module")
def server():
    with SpawnedServer("desk_model:answer", latency=0.005, cwd=Path(__file__).parent) as running:
        yield running


def over_http(server):
    return {"model": "openai/any", "base_url": server.url, "concurrency": AT_ONCE}


def calls(folder):
    ledger = SQLiteLedger.open(folder / "ledger.sqlite", readonly=True)
    try:
        return {call.key: call.request.decode() for call in ledger.asked()}
    finally:
        ledger.close()


def files(folder):
    return {path.name: path.read_bytes() for path in sorted((folder / "exports" / "trl").glob("*.jsonl"))}


def test_a_run_that_was_killed_repeats_no_more_than_was_under_way_and_gives_the_same_rows(tmp_path, server):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    config = tmp_path / "desk.yaml"
    config.write_text(
        "name: desk\nexports: [trl]\nterms: {acknowledged: true}\n"
        "seeds: [{use: tools, backend: support, only: [find_customer, get_order, refund_order, open_ticket]}]\n"
        f"models: {{teacher: {json.dumps(over_http(server))}}}\n"
        "recipes: [{use: tool_calls, traces_per_tool: 2}]\n",
        encoding="utf-8",
    )
    assert start(config, whole).wait() == 0
    before = server.stats()["requests"]
    process = start(config, broken)
    while server.stats()["requests"] < before + before // 2:
        assert process.poll() is None, "the run ended before it could be killed"
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert start(config, broken).wait() == 0
    asked = server.stats()["requests"] - before
    assert before <= asked <= before + AT_ONCE
    assert files(broken) == files(whole)
    assert start(config, broken).wait() == 0
    assert server.stats()["requests"] - before == asked


def start(config, out):
    return subprocess.Popen([WINDROW, "run", config, "--out", out, "--display", "none"], stdout=subprocess.DEVNULL)


def test_rows_do_not_depend_on_who_answers_first(tmp_path):
    one_at_a_time = {"model": "embedded/procedural", "concurrency": 1}
    first = grown(tmp_path, traces_per_tool=1, out="one", teacher=one_at_a_time)
    other = grown(tmp_path, traces_per_tool=1, out="other", teacher="embedded/procedural")
    assert [row.id for row in first.rows()] == [row.id for row in other.rows()] != []


def test_one_edited_tool_costs_its_own_conversations_and_those_that_offer_it(tmp_path):
    catalogue = tmp_path / "library.json"
    tools = json.loads(LIBRARY.read_text(encoding="utf-8"))
    catalogue.write_text(json.dumps(tools), encoding="utf-8")
    seeds = ({"use": "tools", "path": str(catalogue)},)
    what = {"seeds": seeds, "teacher": "embedded/procedural", "traces_per_tool": 2, "distractor_tools": [0, 1]}
    grown(tmp_path, **what, **ONE_REQUEST)
    before = calls(tmp_path / "out")
    assert len(before) > 20
    tools[-1]["function"]["description"] = "Extend a loan of a book by some days."
    catalogue.write_text(json.dumps(tools), encoding="utf-8")
    grown(tmp_path, **what, **ONE_REQUEST)
    new = {key: request for key, request in calls(tmp_path / "out").items() if key not in before}
    assert new
    assert all("extend_loan" in request for request in new.values())
    assert len(new) < len(before) / 2


def test_another_catalogue_beside_it_costs_its_own_conversations(tmp_path):
    shutil.copy(LIBRARY, tmp_path / "library.json")
    one = ({"use": "tools", "path": "library.json"},)
    two = (*one, {"use": "tools", "backend": "files"})
    what = {"teacher": "embedded/procedural", "traces_per_tool": 1, "mix": {"irrelevance": 0, "missing_function": 0}}
    grown(tmp_path, seeds=one, distractor_tools=[0, 2], **what)
    before = calls(tmp_path / "out")
    grown(tmp_path, seeds=two, distractor_tools=[0, 2], **what)
    new = [request for key, request in calls(tmp_path / "out").items() if key not in before]
    assert new
    assert not [request for request in new if "book" in request]


def test_the_example_gives_exactly_what_it_asks_for(tmp_path):
    run = Plan.load(EXAMPLE).run(tmp_path / "out")
    rows = [stored.row for stored in run.rows(status="accepted")]
    assert len(rows) == 60
    assert {row.lineage.origin for row in rows} == {"procedural"}
    assert {row.reference["environment"]["use"] for row in rows} == {"support", "calendar", "files", "simulated"}
    exported = [json.loads(line) for path in files(tmp_path / "out").values() for line in path.decode().splitlines()]
    assert len(exported) == 60
    for row in rows:
        assert row.scores == {}
        assert replay(row, base=EXAMPLE.parent).same_end


def test_the_starter_runs_as_it_is(tmp_path):
    shutil.copytree(STARTER, tmp_path / "new")
    run = Plan.load(tmp_path / "new" / "tool_calls.yaml").run(tmp_path / "out")
    assert len(list(run.rows(status="accepted"))) == 20


def test_the_report_says_what_altered_traces_would_show(tmp_path):
    run = grown(tmp_path, teacher="embedded/procedural", traces_per_tool=1).run
    (audit,) = run.report()["audits"]
    assert not audit["faults"]
    kinds = {line[0]: line for line in audit["rows"]}
    assert kinds["single"][audit["columns"].index("altered traces")] > 0


def test_a_users_own_functions_execute_the_calls(tmp_path):
    (tmp_path / "shed.py").write_text(
        '''
def initial_state():
    return {"tools": {"rake": 2, "spade": 1, "saw": 4, "drill": 3}}

READ_ONLY = ["count_tools"]

def count_tools(state: dict, name: str) -> dict:
    """Count how many of a garden tool are in the shed.

    Args:
        name: What the garden tool is called.
    """
    if name not in state["tools"]:
        raise ValueError(f"there is no {name}")
    return {"name": name, "pieces": state["tools"][name]}

def put_back(state: dict, name: str, pieces: int) -> dict:
    """Put garden tools back into the shed.

    Args:
        name: What the garden tool is called.
        pieces: How many are put back.
    """
    state["tools"][name] = state["tools"].get(name, 0) + pieces
    return {"name": name, "pieces": state["tools"][name]}
''',
        encoding="utf-8",
    )
    seeds = ({"use": "tools", "path": "shed.py"}, {"use": "tools", "backend": "files"})
    mix = {"mix": {"irrelevance": 10, "missing_function": 0, "dependent": 0}}
    rows = grown(tmp_path, seeds=seeds, teacher="embedded/procedural", rows=8, **mix).rows()
    own = [row for row in rows if row.reference["environment"]["use"] == "python"]
    assert own
    assert {verdict.by for row in own for verdict in row.verdicts if verdict.kind == "execution"} == {"replay"}
    (tmp_path / "shed.py").write_text("def nothing() -> str:\n    return ''\n", encoding="utf-8")
    with pytest.raises(Exception, match=r"changed|no function"):
        replay(own[0], base=tmp_path)


BROKEN = '''
READ_ONLY = ["count_tools"]

def count_tools(name: str) -> dict:
    """Count how many of a garden tool are in the shed.

    Args:
        name: What the garden tool is called.
    """
    return {"name": name, "pieces": len(name)}

def oil_tools(state: dict, name: str) -> dict:
    """Oil a garden tool.

    Args:
        name: What the garden tool is called.
    """
    with open("CALLS", "a") as calls:
        calls.write("x")
    raise RuntimeError("the oil is gone")
'''


def test_a_function_that_never_works_is_given_up_instead_of_being_tried_for_hours(tmp_path):
    calls = tmp_path / "calls"
    (tmp_path / "shed.py").write_text(BROKEN.replace("CALLS", str(calls)), encoding="utf-8")
    mix = {"mix": {"irrelevance": 0, "missing_function": 0}, "error_injection": 0}
    seeds = ({"use": "tools", "path": "shed.py"},)
    assert grown(tmp_path, seeds=seeds, teacher="embedded/procedural", traces_per_tool=3, **mix).rows()
    assert 0 < calls.stat().st_size < 100
