"""Catalogues in every form they come in, as seeds and through the command line."""

import json
import re

import pytest
from click.testing import CliRunner

from windrow.cli import main
from windrow.errors import SeedError
from windrow.flow.seeds.tools import ToolSeedOptions, ToolSeeds
from windrow.tools.catalogue import load
from windrow.tools.docstrings import parse

PARAMETERS = {
    "type": "object",
    "properties": {"city": {"type": "string", "description": "Which."}},
    "required": ["city"],
    "additionalProperties": False,
}
WEATHER = {"name": "get_weather", "description": "The weather of a city.", "parameters": PARAMETERS}
WRAPPED = {"type": "function", "function": WEATHER}
RESULT = {"type": "object", "properties": {"sky": {"type": "string"}}}
MCP = {
    "name": "get_weather",
    "description": "The weather of a city.",
    "inputSchema": PARAMETERS,
    "annotations": {"readOnlyHint": True},
    "outputSchema": RESULT,
}
PYTHON = '''
from typing import Literal

def get_weather(city: str) -> str:
    """The weather of a city.

    Args:
        city: Which.
    """
    return "sun"
'''
FORMS = {
    "a list of wrapped functions": ("t.json", json.dumps([WRAPPED])),
    "a list of bare functions": ("t.json", json.dumps([WEATHER])),
    "one function": ("t.json", json.dumps(WEATHER)),
    "a request to a model": ("t.json", json.dumps({"tools": [WRAPPED]})),
    "JSON lines": ("t.jsonl", json.dumps(WRAPPED) + "\n\n"),
    "with a byte order mark": ("t.json", "\ufeff" + json.dumps([WEATHER])),
    "an answer of tools/list": ("t.json", json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"tools": [MCP]}})),
    "what tools/list answers": ("t.json", json.dumps({"tools": [MCP]})),
    "a Python function": ("t.py", PYTHON),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_gives_the_same_tool(name, tmp_path):
    file, text = FORMS[name]
    (tmp_path / file).write_text(text, encoding="utf-8")
    catalogue = load(tmp_path / file)
    assert [tool.to_dict() for tool in catalogue.tools] == [WEATHER]
    assert [each for each in catalogue.findings if each.level != "note"] == []


def test_what_mcp_says_beyond_a_definition_is_kept(tmp_path):
    (tmp_path / "t.json").write_text(json.dumps({"tools": [MCP]}), encoding="utf-8")
    catalogue = load(tmp_path / "t.json")
    assert catalogue.form == "mcp"
    assert catalogue.annotations == {"get_weather": {"readOnlyHint": True}}
    assert catalogue.returns["get_weather"]["properties"] == {"sky": {"type": "string"}}


BROKEN = {
    "not JSON": ("t.json", "[{]", "t.json: not strict JSON"),
    "a key twice": ("t.json", '[{"name": "a", "name": "b"}]', "stands twice"),
    "a broken line": ("t.jsonl", json.dumps(WEATHER) + "\n{", "t.jsonl:2: not strict JSON"),
    "no tool": ("t.json", "[]", "no tool in it"),
    "another kind of file": ("t.yaml", "tools: []", ".yaml is not read here"),
    "no Python": ("t.py", "def f(:\n", "t.py:1: not Python"),
    "no function": ("t.py", "X = 1\n", "no function in it"),
    "a type without a schema": ("t.py", "def f(x: Widget): ...\n", "t.py:1: f: x is annotated 'Widget'"),
    "arguments without names": ("t.py", "def f(*args): ...\n", "arguments are given by name"),
    "something else than a function": ("t.json", '[{"name": "a"}, 7]', "7 is no function"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_with_its_place(name, tmp_path):
    file, text, told = BROKEN[name]
    (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(SeedError) as raised:
        load(tmp_path / file, written=file)
    assert told in str(raised.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SeedError, match=r"away\.json: cannot be read: No such file"):
        load(tmp_path / "away.json", written="away.json")


def test_reading_a_python_file_runs_nothing_of_it(tmp_path):
    (tmp_path / "t.py").write_text("raise SystemExit('run!')\n" + PYTHON, encoding="utf-8")
    assert [tool.name for tool in load(tmp_path / "t.py").tools] == ["get_weather"]


SHOP = '''
import datetime as dt
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Literal, TypedDict

TOOLS = ["order", "look"]
READ_ONLY = ("look",)


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


@dataclass
class Line:
    sku: str
    count: int = 1


class Address(TypedDict):
    street: str


def order(state, lines: list[Line], size: Size, to: Address, when: dt.date | None = None,
          note: Annotated[str, "A note, if any."] = "", how: Literal["by air, fast", "sea"] = "sea",
          now=dt.date.today()):
    """Order things.

    Over two paragraphs.

    Args:
        lines (list): What to
            order.
        when: The day: any.

    Returns:
        dict: nothing.
    """


def look(state, x: "int" = 0):
    """Look.

    Parameters
    ----------
    x : int
        What at.

    Returns
    -------
    dict
    """


def hidden(x: str):
    """Not a tool."""
'''


def test_signatures_and_docstrings_become_schemas(tmp_path):
    (tmp_path / "shop.py").write_text(SHOP, encoding="utf-8")
    catalogue = load(tmp_path / "shop.py")
    order, look = catalogue.tools
    assert (order.name, order.description) == ("order", "Order things.\n\nOver two paragraphs.")
    assert order.parameters["required"] == ["lines", "size", "to"]
    assert order.parameters["properties"] == {
        "lines": {
            "type": "array", "description": "What to order.",
            "items": {"type": "object", "required": ["sku"], "additionalProperties": False, "properties": {
                "sku": {"type": "string"}, "count": {"type": "integer", "default": 1}}},
        },
        "size": {"type": "string", "enum": ["small", "large"]},
        "to": {"type": "object", "required": ["street"], "additionalProperties": False,
               "properties": {"street": {"type": "string"}}},
        "when": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}], "description": "The day: any."},
        "note": {"type": "string", "default": "", "description": "A note, if any."},
        "how": {"type": "string", "enum": ["by air, fast", "sea"], "default": "sea"},
        "now": {},
    }  # fmt: skip
    assert look.parameters["properties"] == {"x": {"type": "integer", "default": 0, "description": "What at."}}
    assert catalogue.annotations == {"order": {"readOnlyHint": False}, "look": {"readOnlyHint": True}}


@pytest.mark.parametrize("text", [
    "Do.\n\nArgs:\n    a: The a\n        goes on.\n    b (int): The b.\n\nReturns:\n    c: none.",
    "Do.\n\nParameters\n----------\na : str\n    The a\n    goes on.\nb : int\n    The b.\n\nReturns\n-------\nint",
    "Do.\n\n:param a: The a\n    goes on.\n:param int b: The b.\n:returns: none.",
])  # fmt: skip
def test_docstrings_of_three_styles_say_the_same(text):
    assert parse(text) == ("Do.", {"a": "The a goes on.", "b": "The b."})


def seeds(base, **options):
    source = ToolSeeds(ToolSeedOptions(**options), base=base)
    return list(source.read()), source.notes


def test_each_catalogue_is_one_seed_with_notes_of_what_was_found(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps([{**WEATHER, "response": {"type": "dict"}}]), encoding="utf-8")
    (tmp_path / "b.py").write_text(PYTHON, encoding="utf-8")
    (tmp_path / "c.jsonl").write_text(json.dumps({**WEATHER, "name": "other"}), encoding="utf-8")
    found, notes = seeds(tmp_path, path=".")
    assert [seed.payload.name for seed in found] == ["a", "b", "c"]
    assert [seed.payload.form for seed in found] == ["openai", "python", "openai"]
    assert len({seed.key for seed in found}) == 3
    told = "a: normalised: 'response' is no field of a function; kept aside, for its results [result_schema] "
    assert f"{told}(get_weather.response)" in notes


def test_a_seed_is_known_by_its_content(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps([WEATHER]), encoding="utf-8")
    (tmp_path / "b.json").write_text(json.dumps([WRAPPED], indent=2), encoding="utf-8")
    found, notes = seeds(tmp_path, path=".")
    assert len(found) == 1
    assert notes == ["./b.json: same tools as ./a.json; one of them is kept"]


def test_tools_are_picked_by_name_and_a_name_that_is_not_there_is_told(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps([WEATHER, {**WEATHER, "name": "other"}]), encoding="utf-8")
    assert [t.name for t in seeds(tmp_path, path="a.json", only=["other"])[0][0].payload.tools] == ["other"]
    assert [t.name for t in seeds(tmp_path, path="a.json", leave_out=["other"])[0][0].payload.tools] == ["get_weather"]
    with pytest.raises(SeedError, match="no tool is called 'away'"):
        seeds(tmp_path, path="a.json", only=["away"])
    (tmp_path / "b.json").write_text(json.dumps([{**WEATHER, "name": "third"}]), encoding="utf-8")
    assert [seed.payload.name for seed in seeds(tmp_path, path=".", only=["third"])[0]] == ["b"]


def test_one_function_of_a_file_can_be_named(tmp_path):
    (tmp_path / "shop.py").write_text(SHOP, encoding="utf-8")
    assert [tool.name for tool in seeds(tmp_path, path="shop.py:look")[0][0].payload.tools] == ["look"]
    with pytest.raises(SeedError, match="no function 'buy' in it; there are: hidden, look, order"):
        seeds(tmp_path, path="shop.py:buy")


@pytest.mark.parametrize("backend", ["support", "calendar", "files"])
def test_a_backend_that_comes_along_is_a_catalogue_without_a_fault(backend, tmp_path):
    found, notes = seeds(tmp_path, backend=backend)
    assert len(found[0].payload.tools) > 5
    assert [note for note in notes if ": note:" not in note] == []


def test_doctor_shows_what_a_catalogue_needed(tmp_path):
    (tmp_path / "tools.json").write_text(
        json.dumps([{**WEATHER, "parameters": {"type": "dict", "properties": {}}}]), encoding="utf-8"
    )
    config = tmp_path / "c.yaml"
    config.write_text(
        "name: c\nseeds:\n  - use: tools\n    path: tools.json\nmodels:\n  teacher: embedded/procedural\n"
        "recipes:\n  - use: tool_calls\n    rows: 1\n",
        encoding="utf-8",
    )
    done = CliRunner().invoke(main, ["doctor", str(config)])
    assert re.search(r"note +seeds tools +tools: normalised: 'dict' is no JSON Schema type", done.output), done.output
