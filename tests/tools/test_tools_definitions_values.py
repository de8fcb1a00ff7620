"""Numbers, days and times as people write them; arguments compared as values; every reason explained."""

import json
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tool_rows import schema

import windrow.tools
from windrow.row import Tool
from windrow.tools import rules
from windrow.tools.arguments import BadArguments, canonical, fault, leaves, read, same, same_arguments
from windrow.tools.claims import tells
from windrow.tools.material import Material
from windrow.tools.moments import moments, relative
from windrow.tools.provenance import NotAProvenance, Provenance
from windrow.tools.quantities import numbers, readings
from windrow.tools.record import NotARecord, Record

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)  # fmt: skip


@given(st.dictionaries(st.text(max_size=6), JSON, max_size=4))
@settings(max_examples=80, deadline=None)
def test_what_is_written_as_json_is_read_back_the_same(value):
    assert same(read(json.dumps(value)), value)
    assert canonical(canonical(value, {}), {}) == canonical(value, {})


@given(st.text())
@settings(max_examples=150, deadline=None)
def test_any_text_is_either_an_object_or_named(text):
    try:
        found = read(text)
    except BadArguments as error:
        found = error.reason
    assert isinstance(found, dict) or found.startswith("arguments_")


def test_two_values_are_the_same_by_value_and_never_by_accident():
    assert same(5, 5.0)
    assert same(0.1 + 0.2, 0.3)
    assert not same(1, True)
    assert not same("5", 5)
    assert not same(-5, 5)
    assert not same([1, 2], [2, 1])
    assert not same({"a": None}, {})


def test_sets_compare_in_any_order_and_lists_do_not():
    tags = {"type": "array", "items": {"type": "string"}}
    ordered, unordered = Tool("t", "", schema([], x=tags)), Tool("t", "", schema([], x={**tags, "uniqueItems": True}))
    one, other = {"x": ["a", "b"]}, {"x": ["b", "a"]}
    assert same_arguments(one, other, unordered)
    assert not same_arguments(one, other, ordered)


def test_defaults_are_filled_in_at_every_depth():
    inner = schema([], unit={"type": "string", "default": "day"}, count={"type": "integer"})
    tool = Tool("t", "", schema([], span=inner, how={"type": "string", "default": "sea"}))
    assert same_arguments({"span": {"count": 2}}, {"span": {"count": 2, "unit": "day"}, "how": "sea"}, tool)
    assert not same_arguments({"span": {"count": 2}}, {"span": {"count": 2, "unit": "week"}}, tool)


def test_a_path_is_a_json_pointer():
    assert list(leaves({"a/b": [{"c~d": 1}, None]})) == [("/a~1b/0/c~0d", 1)]
    found = fault({"items": [{"n": "x"}]}, Tool("t", "", schema([], items={
        "type": "array", "items": schema([], n={"type": "integer"})})), "here")  # fmt: skip
    assert (found.reason, found.path) == ("wrong_type", "/items/0/n")


@pytest.mark.parametrize(
    "text", ["<date>", "[Your Name]", "{order_id}", "{{city}}", "YYYY-MM-DD", "your_email", "___", "xxxx", "..."]
)
def test_placeholders_are_placeholders(text):
    found = fault({"x": text}, Tool("t", "", schema([], x={"type": "string"})), "here")
    assert found.reason == "placeholder_argument"


@pytest.mark.parametrize(
    "text", ["Your Name restaurant", "[1] see note", "What?", "a_b", "Dr. Xxan", "a < b > c", "ddmm"]
)
def test_texts_that_only_look_like_placeholders_are_none(text):
    assert fault({"x": text}, Tool("t", "", schema([], x={"type": "string"})), "here") is None


WRITTEN = {
    "1,250": {1250, Decimal("1.25")}, "1.250,75": {Decimal("1250.75")}, "1'000'000": {1000000}, "0,5": {Decimal("0.5")},
    "12.34.56": {123456}, "007": {7}, "1.5": {Decimal("1.5")},
}  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN)
def test_a_number_may_mean_what_its_separators_allow(written):
    assert readings(written) == {Decimal(value) for value in WRITTEN[written]}


@given(st.integers(0, 10**9))
def test_a_number_is_found_however_its_thousands_are_marked(value):
    for text in (f"{value:,}", f"{value:,}".replace(",", "."), f"{value:,}".replace(",", "\u202f"), str(value)):
        assert Decimal(value) in numbers(f"about {text} euros")[0].values


def test_signs_percents_and_scales_are_read():
    found = {text: numbers(text)[-1].values for text in ("-5", "10-5", "12 %", "12k", "3 million")}
    assert Decimal(-5) in found["-5"]
    assert Decimal(5) in found["10-5"]
    assert Decimal("0.12") in found["12 %"]
    assert Decimal(12000) in found["12k"]
    assert Decimal(3_000_000) in found["3 million"]


DAYS = (
    "2025-03-14", "14.03.2025", "14/03/2025", "03/14/2025", "14 March 2025", "March 14th, 2025", "14. März 2025",
    "14 mars 2025", "14 de marzo de 2025", "2025年3月14日", "mar 14, 2025", "14.3.25",
)  # fmt: skip


@pytest.mark.parametrize("written", DAYS)
def test_a_day_is_read_in_whatever_way_it_is_written(written):
    assert (2025, 3, 14) in moments(written.lower()).days


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_every_day_is_found_in_its_own_words(day):
    for text in (day.isoformat(), f"{day.day} {day:%B} {day.year}".lower(), f"{day:%b} {day.day}, {day.year}".lower()):
        assert (day.year, day.month, day.day) in moments(f"on {text}.").days


@pytest.mark.parametrize(("text", "clock"), [
    ("at 19:30", (19, 30)), ("7:30 pm", (19, 30)), ("7.30 uhr", None), ("3pm", (15, 0)), ("12 am", (0, 0)),
    ("19h30", (19, 30)),    ("um 15 uhr", (15, 0)), ("at noon", (12, 0)), ("at 3 o'clock", (15, 0)), ("25:00", None),
])  # fmt: skip
def test_a_time_is_read_by_the_clock(text, clock):
    found = moments(text).times
    assert clock in found if clock else (25, 0) not in found


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(1, 60))
def test_relative_days_follow_from_today(today, away):
    assert today + timedelta(days=1) in relative("please come tomorrow", today)
    assert today + timedelta(days=away) in relative(f"in {away} days", today)
    friday = today + timedelta(days=(4 - today.weekday()) % 7)
    assert friday in relative("this friday", today)


def test_a_timestamp_does_not_make_small_numbers_known():
    said = Material()
    said.add(0, "", "result", '{"at": "2025-03-14T09:05:00", "id": "C-7"}', {"at": "2025-03-14T09:05:00", "id": "C-7"})
    assert said.number(9, 1) is None
    assert said.number(7, 1) is None
    assert said.text("2025-03-14", 1)


@pytest.mark.parametrize(("value", "text"), [
    ("ORD-1042", "my order ord 1042"), ("+49 170 1234567", "call +491701234567"),
    ("4111111111111111", "card 4111 1111 1111 1111"), ("１２３", "number 123"), ("Ada Lovelace", "I am ADA  LOVELACE."),
    ("2025-03-14T19:30:00", "on 14 March 2025, 7:30 pm"),
    ("東京", "東京の天気"), ("19:30", "half seven, 7:30 pm"),
])  # fmt: skip
def test_a_text_is_found_in_other_clothes(value, text):
    said = Material()
    said.add(0, "messages[0]", "user", text)
    assert said.text(value, 1), value
    assert said.text(value, 0) is None, "nothing is known before it is said"


@pytest.mark.parametrize(("value", "text"), [
    ("ORD-104", "my order ORD-1042"), ("art", "we start"), ("5", "$5,000"), ("2025-03-15", "14 March 2025"),
    ("ada@example.com", "ada@example.org"), ("京", "Kyoto"),
])  # fmt: skip
def test_a_text_is_not_found_in_what_only_looks_like_it(value, text):
    said = Material()
    said.add(0, "messages[0]", "user", text)
    assert said.text(value, 1) is None


def test_rules_are_exact_and_refuse_what_they_cannot_do():
    assert rules.apply("sum", [0.1, 0.2]) == 0.3
    assert rules.apply("percent_of", [15, 80]) == 12
    assert rules.apply("days_after", ["2024-02-28", 2]) == "2024-03-01"
    assert rules.apply("minutes_after", ["2025-03-14T23:30", 45]) == "2025-03-15T00:15"
    for rule, of in (
        ("sum", ["a"]),
        ("quotient", [1, 0]),
        ("days_after", ["soon", 1]),
        ("nothing", []),
        ("sum", [True]),
    ):
        with pytest.raises(rules.NoRule):
            rules.apply(rule, of)


@pytest.mark.parametrize(("content", "output", "expected"), [
    ("It costs 1,250.00 EUR.", "1250", True), ("on March 14, 2025", "2025-03-14", True), ("at 3 pm", "15:00", True),
    ("order ORD-1042", "ORD-1042", True), ("It costs 1,205 EUR.", "1250", False), ("on March 15", "2025-03-14", False),
])  # fmt: skip
def test_an_output_may_be_told_in_other_clothes(content, output, expected):
    assert tells(content, output) is expected


def test_a_record_is_written_and_read_back():
    told = Record(
        "dependent", calls=(), outputs=("34.9",),
        provenance={"a": {"/x": Provenance("computed", rule="sum", of=(1, 2))}},
        environment={"use": "support", "version": 1}, masked={"f1": "get"}, injected={"a": "timeout"}, read_only=True,
        initial_state={"n": 1}, final_state_hash="ab", variant_of="cd", withheld=("x",), missing=("y",),
    )  # fmt: skip
    back = Record.of({**json.loads(json.dumps(told.to_dict())), "note": "another's"})
    assert back.to_dict() == told.to_dict()
    assert back.behaviour == "call"
    assert Record("missing_parameter").behaviour == "ask"
    assert Record.of({"answer": 7}) is None


@pytest.mark.parametrize("reference", [
    {"category": "x"}, {"category": "single", "calls": 7}, {"category": "single", "outputs": "x"},
    {"category": "single", "provenance": {"a": {"/x": {"source": "guess"}}}}, {"category": "single", "masked": []},
    {"category": "single", "expected": "dance"}, {"category": ["single"]},
])  # fmt: skip
def test_what_is_no_record_is_refused(reference):
    with pytest.raises((NotARecord, NotAProvenance)):
        Record.of(reference)


def test_every_reason_and_every_code_of_the_lint_is_explained():
    folder = Path(windrow.tools.__file__).parent
    page = (Path(__file__).parents[2] / "docs" / "checks-and-filters.md").read_text("utf-8")
    reasons = set()
    for path in folder.glob("*.py"):
        text = path.read_text("utf-8")
        reasons |= set(re.findall(r"Problem\(\s*\"([a-z_]+)\"", text)) | set(
            re.findall(r"BadArguments\(\"(\w+)\"", text)
        )
    from windrow.tools.arguments import REASONS

    reasons |= set(REASONS.values()) | {"did_not_ask", "did_not_confirm"}
    assert len(reasons) > 35
    assert sorted(reason for reason in reasons if f"`{reason}`" not in page) == []
    catalogues = (Path(__file__).parents[2] / "docs" / "tools.md").read_text("utf-8")
    codes = set()
    for path in folder.glob("lint*.py"):
        codes |= set(
            re.findall(r"(?:say|Finding)\(\s*\"(?:refused|normalised|note)\",\s*\"([a-z_]+)\"", path.read_text("utf-8"))
        )
    assert len(codes) > 20
    assert sorted(code for code in codes if f"`{code}`" not in catalogues) == []


def test_floats_beyond_reason_are_no_numbers():
    with pytest.raises(BadArguments) as raised:
        read('{"x": [1e999]}')
    assert raised.value.reason == "arguments_nan"
