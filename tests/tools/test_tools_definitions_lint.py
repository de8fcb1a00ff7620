"""Definitions as people write them: each thing that is no JSON Schema is named, then mended or refused."""

import json
import random
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windrow.errors import SeedError
from windrow.tools.backends.simulated import Simulated
from windrow.tools.catalogue import load
from windrow.tools.lint import lint
from windrow.tools.lint_types import understand

DATA = Path(__file__).parents[3] / "shared" / "data" / "tools"


def tool(parameters, **changes):
    return {"name": "book", "description": "Book a table.", "parameters": parameters, **changes}


def of(**properties):
    return {"type": "object", "properties": properties, "additionalProperties": False}


def found(*given):
    """(definitions, findings by (level, code))."""
    kept, findings = lint(given)
    return kept, {(each.level, each.code): each for each in findings}


def parameters(*given):
    kept, _ = lint(given)
    return kept[0].tool.parameters


TYPES = {
    "dict": {"type": "object"}, "float": {"type": "number"}, "int": {"type": "integer"}, "str": {"type": "string"},
    "bool": {"type": "boolean"}, "STRING": {"type": "string"}, "tuple": {"type": "array"}, "any": {},
    "double": {"type": "number"}, "string[]": {"type": "array", "items": {"type": "string"}},
    "str, optional": {"type": "string"}, "str (optional)": {"type": "string"}, "NoneType": {"type": "null"},
    "List[str]": {"type": "array", "items": {"type": "string"}},
    "Dict[str, List[int]]": {
        "type": "object", "additionalProperties": {"type": "array", "items": {"type": "integer"}}},
    "Optional[int]": {"type": ["integer", "null"]}, "int | None": {"type": ["integer", "null"]},
    "Union[int, str]": {"type": ["integer", "string"]}, "set[str]": {
        "type": "array", "uniqueItems": True, "items": {"type": "string"}},
    "Tuple[float, float]": {
        "type": "array", "prefixItems": [{"type": "number"}, {"type": "number"}], "items": False, "minItems": 2},
    "Literal['by air, fast', 'sea']": {"type": "string", "enum": ["by air, fast", "sea"]},
    "datetime.date": {"type": "string", "format": "date"}, "int, defaults to 3": {"type": "integer"},
}  # fmt: skip


@pytest.mark.parametrize("written", TYPES)
def test_a_type_of_another_language_is_read_as_what_it_means(written):
    kept, findings = found(tool(of(x={"type": written, "description": "It."})))
    schema = kept[0].tool.parameters["properties"]["x"]
    assert {key: value for key, value in schema.items() if key != "description"} == TYPES[written]
    finding = findings["normalised", "unknown_type"]
    assert finding.path == "book.parameters.properties.x.type"
    assert repr(written) in finding.what


@pytest.mark.parametrize("written", ["flaot", "foo", "Widget", "", "[", "List[Widget]", "a | b"])
def test_a_type_that_nobody_can_be_sure_about_is_refused(written):
    kept, findings = found(tool(of(x={"type": written})))
    assert kept == []
    assert findings["refused", "unknown_type"].path == "book.parameters.properties.x.type"


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_no_type_however_odd_breaks_the_reader(written):
    word = understand(written)
    assert word is None or isinstance(word.schema, dict)


MENDED = {
    "a misspelt keyword": (of(x={"typ": "string"}), "misspelt_keyword", {"type": "string"}),
    "another library's word": (of(x={"type": "string", "choices": ["a"]}), "misspelt_keyword",
                               {"type": "string", "enum": ["a"]}),
    "OpenAPI's nullable": (of(x={"type": "string", "nullable": True}), "nullable", {"type": ["string", "null"]}),
    "a default of None": (of(x={"type": "string", "default": "None"}), "default_clash", {"type": "string"}),
    "a default as text": (
        of(x={"type": "integer", "default": "3"}), "default_clash", {"type": "integer", "default": 3}),
    "an enum as text": (
        of(x={"type": "integer", "enum": ["1", "2"]}), "enum_clash", {"type": "integer", "enum": [1, 2]}),
    "a value twice in an enum": (of(x={"enum": ["a", "a", "b"]}), "enum", {"enum": ["a", "b"]}),
    "a list of items": (of(x={"type": "array", "items": [{"type": "string"}]}), "old_draft",
                        {"type": "array", "prefixItems": [{"type": "string"}], "items": True}),
    "properties without a type": (
        of(x={"properties": {"y": {"type": "string"}}, "additionalProperties": True}), "missing_type",
        {"type": "object", "properties": {"y": {"type": "string"}}, "additionalProperties": True}),
}  # fmt: skip


@pytest.mark.parametrize("name", MENDED)
def test_what_can_mean_one_thing_only_is_mended_and_named(name):
    schema, code, expected = MENDED[name]
    kept, findings = found(tool(schema))
    assert kept[0].tool.parameters["properties"]["x"] == expected
    assert findings["normalised", code].path.startswith("book.parameters.properties.x")
    assert findings["normalised", code].done


REFUSED = {
    "a required name that is no property": ({**of(city={"type": "string"}), "required": ["citty"]}, "required_unknown"),
    "a default outside its enum": (of(x={"enum": ["a"], "default": "b"}), "default_clash"),
    "a default of another type": (of(x={"type": "integer", "default": "many"}), "default_clash"),
    "an enum of another type": (of(x={"type": "integer", "enum": ["a"]}), "enum_clash"),
    "an empty enum": (of(x={"enum": []}), "enum"),
    "optional and required": ({**of(x={"type": "str, optional"}), "required": ["x"]}, "required"),
    "properties as a list": ({"type": "object", "properties": ["x"]}, "properties"),
    "a text for a schema": (of(x="the city"), "not_a_schema"),
    "a range that nothing fits": (of(x={"type": "integer", "minimum": 5, "maximum": 1}), "empty_range"),
    "arguments that have no names": ({"type": "array", "items": {"type": "string"}}, "parameters"),
    "a broken pattern": (of(x={"type": "string", "pattern": "("}), "invalid_schema"),
    "a reference to nowhere": (of(x={"$ref": "#/$defs/Missing"}), "invalid_schema"),
    "a reference to the network": (of(x={"$ref": "https://example.com/schema.json"}), "invalid_schema"),
    "a text for a number": (of(x={"type": "string", "minLength": "three"}), "invalid_schema"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_nobody_can_be_sure_about_is_refused_with_its_place(name):
    schema, code = REFUSED[name]
    kept, findings = found(tool(schema))
    assert kept == []
    assert findings["refused", code].path.startswith("book.parameters")


def test_a_property_is_an_object_even_where_only_true_or_false_stands():
    kept, findings = found(tool(of(x=True, y=False, z={"type": "object", "properties": {"deep": False}})))
    properties = kept[0].tool.parameters["properties"]
    assert (properties["x"], properties["y"]) == ({}, {"not": {}})
    assert properties["z"]["properties"] == {"deep": {"not": {}}}
    assert {("note", "accepts_anything"), ("note", "empty_range")} <= findings.keys()
    session = Simulated.of([kept[0].tool], {}, {})
    assert session.start(next(session.initial_states(random.Random(0)))).call("book", {"x": 1}).text


def test_required_is_moved_to_where_it_belongs():
    beside = tool(of(x={"type": "string", "required": True}, y={"type": "object", "required": False}))
    assert parameters(beside)["required"] == ["x"]
    assert parameters(tool(of(x={"type": "string"}), required=["x"]))["required"] == ["x"]
    assert parameters(tool({**of(x={"type": "string"}), "required": "x"}))["required"] == ["x"]


@pytest.mark.parametrize("given", [{}, None, []])
def test_no_parameters_at_all_is_an_object_without_any(given):
    kept, findings = found(tool(given))
    assert kept[0].tool.parameters == {"type": "object", "properties": {}, "additionalProperties": False}
    assert ("normalised", "no_parameters") in findings


def test_bare_properties_and_lists_of_parameters_become_an_object():
    bare = {
        "city": {"type": "str", "description": "Where."},
        "days": {"type": "int", "default": 3},
        "at": {"type": "str, optional"},
    }
    schema = parameters(tool(bare))
    assert (list(schema["properties"]), schema["required"]) == (["city", "days", "at"], ["city"])
    listed = [{"name": "city", "type": "string", "required": True}, {"name": "days", "type": "integer"}]
    schema = parameters(tool(listed))
    assert (list(schema["properties"]), schema["required"]) == (["city", "days"], ["city"])


def test_objects_are_closed_at_every_depth_but_for_those_that_say_they_are_open():
    nested = {"type": "object", "properties": {
        "a": {"type": "object", "properties": {"b": {"type": "string"}}},
        "c": {"type": "object", "properties": {}, "additionalProperties": True},
    }}  # fmt: skip
    schema = parameters(tool(nested))
    assert schema["additionalProperties"] is False
    assert schema["properties"]["a"]["additionalProperties"] is False
    assert schema["properties"]["c"]["additionalProperties"] is True


@pytest.mark.parametrize(
    ("written", "name"), [("math.sqrt", "math_sqrt"), ("get weather", "get_weather"), ("a/b:c", "a_b_c")]
)
def test_a_name_is_mended_where_one_is_sure(written, name):
    kept, findings = found(tool(of(), name=written))
    assert (kept[0].tool.name, kept[0].called) == (name, written)
    assert ("normalised", "tool_name") in findings


@pytest.mark.parametrize("written", ["查询天气", "x" * 65, "café"])
def test_a_name_is_refused_where_none_is(written):
    assert found(tool(of(), name=written))[0] == []


def test_the_same_tool_twice_is_kept_once_and_two_of_one_name_are_refused():
    one, other = tool(of(x={"type": "string"})), tool(of(y={"type": "string"}))
    assert len(found(one, one)[0]) == 1
    kept, findings = found(one, other)
    assert (kept, ("refused", "duplicate_tool") in findings) == ([], True)


def test_tools_that_can_hardly_be_told_apart_are_named():
    one = tool(of(x={"type": "string"}), description="Look up the weather of a city today.")
    other = {**one, "name": "weather_2", "description": "Look up the weather of the city today!"}
    assert "weather_2" in found(one, other)[1]["note", "near_identical"].what
    kept, findings = found({**one, "name": "getUser"}, {**one, "name": "get_user", "description": "Something else."})
    assert len(kept) == 2
    assert ("note", "near_identical") in findings


def test_missing_descriptions_are_named_for_the_tool_and_its_parameters():
    bare = {"name": "book", "parameters": of(x={"type": "string"}, y={"type": "string", "description": "Why."})}
    notes = [each for each in lint([bare])[1] if each.code == "no_description"]
    assert [(each.path, "x" in each.what, "y" in each.what) for each in notes] == [
        ("book", False, False), ("book.parameters", True, False)]  # fmt: skip


SCHEMAS = st.recursive(
    st.sampled_from([{"type": name} for name in ("str", "int", "float", "bool", "dict", "list", "string", "number")]),
    lambda inner: st.one_of(
        st.dictionaries(st.sampled_from("abc"), inner, max_size=3).map(lambda p: {"type": "dict", "properties": p}),
        inner.map(lambda each: {"type": "list", "items": each}),
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from("xyz"), SCHEMAS, max_size=3))
@settings(max_examples=60, deadline=None)
def test_what_the_lint_lets_through_is_valid_and_is_let_through_again_as_it_is(properties):
    once = parameters(tool({"type": "dict", "properties": properties}))
    jsonschema_rs.meta.validate(once)
    kept, findings = lint([tool(once)])
    assert kept[0].tool.parameters == once
    assert not [each for each in findings if each.level != "note"]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["type", "properties", "required", "enum", "default", "items", "anyOf", "x", "name"]),
        inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(JUNK)
@settings(max_examples=150, deadline=None)
def test_nothing_breaks_the_lint_and_nothing_broken_comes_out_of_it(junk):
    kept, _ = lint([junk, {"name": "f", "parameters": junk}])
    for each in kept:
        jsonschema_rs.validator_for(each.tool.parameters, offline=True)


def test_a_refused_tool_ends_the_reading_with_its_place_and_a_remedy(tmp_path):
    path = tmp_path / "tools.json"
    path.write_text(json.dumps([tool(of(x={"type": "flaot"})), tool(of(), name="other")]), encoding="utf-8")
    with pytest.raises(SeedError) as raised:
        load(path)
    assert "book.parameters.properties.x.type" in str(raised.value)
    assert "leave_out: [book]" in raised.value.remedy
    assert [each.name for each in load(path, leave_out=["book"]).tools] == ["other"]


@pytest.mark.shared
@pytest.mark.parametrize("name", ["message_api", "ticket_api", "travel_booking"])
def test_real_catalogues_in_another_dialect_are_linted_named_and_normalised(name):
    path = DATA / f"{name}.jsonl"
    if not path.exists():
        pytest.skip(f"not run: no {path.name} beside the checkout")
    given = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    catalogue = load(path)
    named = {(each.path, each.code) for each in catalogue.findings}
    assert [each.name for each in catalogue.tools] == [each["name"] for each in given]
    for each in given:
        assert (f"{each['name']}.parameters.type", "unknown_type") in named
        assert (f"{each['name']}.response", "result_schema") in named
        floats = [key for key, value in each["parameters"]["properties"].items() if value["type"] == "float"]
        for key in floats:
            assert (f"{each['name']}.parameters.properties.{key}.type", "unknown_type") in named
    for each in catalogue.tools:
        jsonschema_rs.meta.validate(each.parameters)
    text = json.dumps([[each.parameters for each in catalogue.tools], catalogue.returns])
    assert '"dict"' not in text
    assert '"float"' not in text
    assert set(catalogue.returns) == {each["name"] for each in given}
