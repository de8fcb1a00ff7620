"""From a model's text to a validated object, or to one line that says why not."""

import json
from contextlib import suppress
from datetime import date
from enum import Enum
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, RootModel

from windrow.errors import AnswerFailure
from windrow.teachers.schemas import schema_of, strict
from windrow.teachers.structured import Sole, correction, parse, slip


class Level(Enum):
    LOW = "low"
    VERY_HIGH = "very high"


class Step(BaseModel):
    model_config = ConfigDict(extra="forbid")
    tool: str
    number: int = 0


class Create(BaseModel):
    kind: Literal["create"]
    title: str


class Drop(BaseModel):
    kind: Literal["drop"]
    number: int


class Plan(BaseModel):
    steps: list[Step]
    score: float
    done: bool = False
    level: Level = Level.LOW
    due: date | None = None
    limit: int | None = None
    tags: list[str] = Field(default_factory=list)
    action: Annotated[Create | Drop, Field(discriminator="kind")] | None = None
    counts: dict[str, int] = Field(default_factory=dict)


class Tree(BaseModel):
    name: Annotated[str, Field(min_length=1, description="what it is called")]
    children: list["Tree"] = Field(default_factory=list, description="what is under it")


GOOD = {"steps": [{"tool": "f", "number": 2}], "score": 0.5, "done": True}
PLAN = Plan(steps=[Step(tool="f", number=2)], score=0.5, done=True)


def wrong(model, text):
    with pytest.raises(AnswerFailure) as caught:
        parse(model, text)
    assert caught.value.kind == "unparsed"
    return caught.value


@pytest.mark.parametrize(
    "wrap",
    [
        "@",
        "\ufeff @ \n",
        "```json\n@\n```",
        "```\n@\n```",
        "Here it is:\n```JSON\n@\n```\nAnything else?",
        "Sure! @ I hope this helps.",
        "@}",
        "@\n]",
        "As {asked}, [sic]: @",
        "答えは@です。",
    ],
)
def test_json_is_found_in_what_models_put_around_it(wrap):
    assert parse(Plan, wrap.replace("@", json.dumps(GOOD, indent=1))) == PLAN


def test_trailing_commas_and_line_breaks_in_strings_are_read_as_meant():
    assert parse(Plan, '{"steps": [{"tool": "f", "number": 2,},], "score": 0.5, "done": true,}') == PLAN
    assert parse(Step, '{"tool": "one\ntwo,}"}').tool == "one\ntwo,}"


def test_the_first_value_that_fits_is_taken():
    assert parse(Step, 'First {"tool": 1.5, "x": 2} and then {"tool": "f"} or {"tool": "g"}').tool == "f"


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"score": "0.5"}, {"score": 0.5}),
        ({"score": 1}, {"score": 1.0}),
        ({"done": "true"}, {"done": True}),
        ({"done": " False "}, {"done": False}),
        ({"steps": {"tool": "f", "number": "2"}}, {"steps": [{"tool": "f", "number": 2}]}),
        ({"steps": '[{"tool": "f"}]'}, {"steps": [{"tool": "f"}]}),
        ({"steps": [{"tool": "f", "number": 2.0}]}, {"steps": [{"tool": "f", "number": 2}]}),
        ({"steps": [{"tool": 7}]}, {"steps": [{"tool": "7"}]}),
        ({"tags": "one"}, {"tags": ["one"]}),
        ({"level": "Very_High"}, {"level": "very high"}),
        ({"limit": "null"}, {"limit": None}),
        ({"limit": "12"}, {"limit": 12}),
        ({"due": "2026-02-28"}, {"due": "2026-02-28"}),
        ({"counts": {"a": "3"}}, {"counts": {"a": 3}}),
        ({"action": {"kind": "drop", "number": "4"}}, {"action": {"kind": "drop", "number": 4}}),
        ({"action": [{"kind": "create", "title": "t"}]}, {"action": {"kind": "create", "title": "t"}}),
    ],
)
def test_types_are_mended_where_only_one_reading_is_possible(given, meant):
    assert parse(Plan, json.dumps({**GOOD, **given})) == Plan.model_validate({**GOOD, **meant})


@pytest.mark.parametrize(
    "broken",
    [
        {"score": "half"},
        {"score": None},
        {"score": [0.5]},
        {"done": "yes"},
        {"done": 1},
        {"steps": None},
        {"steps": [{"tool": "f", "number": "2.5"}]},
        {"steps": [{"tool": "f", "surplus": 1}]},
        {"level": "medium"},
        {"due": "soon"},
        {"action": {"kind": "paint"}},
    ],
)
def test_what_has_no_one_reading_is_refused_with_the_place_named(broken):
    failure = wrong(Plan, json.dumps({**GOOD, **broken}))
    assert next(iter(broken)) in failure.what
    assert failure.evidence == json.dumps({**GOOD, **broken})[:500]


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "No.", "{", '{"tool": "f"', '{"tool": f}', "{'tool': 'f'}", '{"tool": "f", "number": NaN}',
        "[" * 100_000, '{"tool":' * 5_000, '{"tool": "f", "number": ' + "9" * 10_000 + "}", "null", '"f"', "{" * 50_000,
        '{"tool": "f", "inner": {"tool": "g"}', 'So: [{"tool": "f"}, {"tool": "g"', "[" * 900 + "]" * 900,
        '{"a":' * 300 + "1" + "}" * 300, '{"tool": "\\ud800"}', "__import__('os').abort()",
    ],
)  # fmt: skip
def test_text_that_holds_no_such_object_fails_quietly_and_fast(text):
    wrong(Step, text)


def test_no_number_is_infinite():
    wrong(Plan, json.dumps(GOOD).replace("0.5", "1e999"))


def test_a_default_fills_what_the_model_left_out_but_nothing_required_is_invented():
    assert parse(Step, '{"tool": "f"}') == Step(tool="f")
    assert "tool: Field required" in wrong(Step, '{"number": 1}').what


def test_a_correction_turn_is_short_whatever_went_wrong():
    many = json.dumps({"steps": [{"x" * 2000: 1}] * 100, "score": "long " * 500})
    turn = correction(wrong(Plan, many))
    assert "more" in turn
    assert len(turn) < 1500
    assert "JSON" in turn


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
STEPS = st.builds(Step, tool=st.text(st.characters(exclude_categories=["Cs"]), max_size=20), number=st.integers())
PLANS = st.builds(
    Plan,
    steps=st.lists(STEPS, max_size=3),
    score=st.floats(allow_nan=False, allow_infinity=False),
    level=st.sampled_from(Level),
    due=st.none() | st.dates(),
    tags=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=10), max_size=3),
    counts=st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), st.integers(), max_size=3),
)


@given(PLANS, st.sampled_from(["{}", "```json\n{}\n```", "So: {} Done."]))
def test_what_is_written_reads_as_the_same_object(plan, wrap):
    assert parse(Plan, wrap.replace("{}", plan.model_dump_json())) == plan


@given(st.text(max_size=80) | VALUES.map(json.dumps))
def test_any_text_is_an_object_or_a_failure_of_its_row(text):
    with suppress(AnswerFailure):
        assert isinstance(parse(Plan, text), Plan)


@given(st.dictionaries(st.sampled_from(list(Plan.model_fields)), VALUES))
def test_mending_only_ever_gives_what_the_strict_check_passes(value):
    try:
        plan = parse(Plan, json.dumps(value))
    except AnswerFailure:
        return
    assert Plan.model_validate_json(plan.model_dump_json(), strict=True) == plan


# --- schemas


def objects(node):
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield node
        for value in node.values():
            yield from objects(value)
    elif isinstance(node, list):
        for value in node:
            yield from objects(value)


def test_every_object_is_closed_and_every_property_required():
    for node in objects(schema_of(Tree)):
        assert node["additionalProperties"] is False
        assert node["required"] == list(node["properties"])
    assert "default" not in json.dumps(schema_of(Plan))


def test_the_same_model_gives_the_same_schema_object():
    assert schema_of(Plan) is schema_of(Plan)


def test_strict_mode_gets_only_what_it_takes():
    wanted = strict(schema_of(Tree))
    assert wanted is not None
    assert wanted["type"] == "object"
    assert "minLength" not in json.dumps(wanted)
    assert "minLength" in json.dumps(schema_of(Tree))
    assert wanted["properties"]["name"]["description"] == "what it is called"


def test_properties_may_have_any_name_and_keep_their_order():
    class Odd(BaseModel):
        title: str
        default: int = 3
        pattern: str
        required: bool

    wanted = strict(schema_of(Odd))
    assert list(wanted["properties"]) == wanted["required"] == ["title", "default", "pattern", "required"]


def test_what_strict_mode_cannot_say_is_none():
    class Pair(BaseModel):
        both: tuple[int, str]

    assert strict(schema_of(Plan)) is None
    assert strict(schema_of(Pair)) is None
    assert strict(schema_of(RootModel[list[int]])) is None


def test_a_tagged_union_becomes_one_that_strict_mode_takes():
    class Act(BaseModel):
        action: Annotated[Create | Drop, Field(discriminator="kind")]

    wanted = json.dumps(strict(schema_of(Act)))
    assert "anyOf" in wanted
    assert "oneOf" not in wanted


def test_lists_and_other_values_are_parsed_too():
    assert parse(RootModel[list[int]], 'The numbers: ["1", 2,]').root == [1, 2]


class Ruling(Sole):
    reason: str
    good: bool


FINE = '{"reason": "so", "good": true}'


@pytest.mark.parametrize(
    "text",
    [
        FINE,
        f"{FINE}}}",
        f'My verdict, in brackets [of course]: {FINE} That is "all".',
        f"```json\n{FINE}\n```\nOnce more: {FINE}",
        '{"reason": "so", "good": true,}',
    ],
)
def test_a_sole_answer_may_have_words_around_it(text):
    assert parse(Ruling, text) == Ruling(reason="so", good=True)


@pytest.mark.parametrize(
    "text",
    [
        f'{FINE}", "good": false}}',
        f'{FINE} {{"x": ["", "good": false}}',
        f'{FINE} {{"x": [""], "good": false}}',
        f'```json\n{FINE}\n``` was written there", "good": false}}',
        f'{FINE} {{"reason": "so", "good": false}}',
    ],
)
def test_a_sole_answer_with_pieces_of_another_beside_it_is_none(text):
    with pytest.raises(AnswerFailure, match=r"beside its Ruling|which differ"):
        parse(Ruling, text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("So be it: let it pass.", "no JSON value found"),
        ('{"reason": "let it pass', "no JSON value found"),
        ('{"reason": 1, "good": "let it pass"}', "good: bool type"),
        ('{"let it pass": true}', "reason: missing; good: missing"),
        (f'{FINE} {{"reason": "let it pass", "good": false}}', "which differ"),
        (f'{FINE} "let it pass", "good": false}}', "quotation marks in a text are escaped"),
    ],
)
def test_a_slip_says_what_is_wrong_without_a_word_of_the_answer(text, told):
    with pytest.raises(AnswerFailure) as failed:
        parse(Ruling, text)
    assert told in slip(Ruling, failed.value)
    assert "pass" not in slip(Ruling, failed.value)


def test_a_slip_names_no_key_that_only_the_answer_has():
    class Free(Sole):
        marks: dict[str, int]

    with pytest.raises(AnswerFailure) as failed:
        parse(Free, '{"marks": {"let it pass": "so"}}')
    assert "marks.?: int type" in slip(Free, failed.value)
    assert "let it pass" in correction(failed.value)
