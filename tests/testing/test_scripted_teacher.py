"""A teacher whose answers a test writes, and rows to work on."""

import asyncio

import pytest

from windrow.errors import AnswerFailure, CallFailure
from windrow.row import Message, Row
from windrow.shapes import Answer
from windrow.teachers.base import Request
from windrow.testing import ScriptedTeacher, make_rows


def request(label="demo/ask", text="2 + 2?"):
    return Request(label, {}, (Message("user", text),))


def ask(teacher, one=None):
    one = one or request()
    return teacher.decode(asyncio.run(teacher.send(teacher.encode(one), one)))


def test_one_text_answers_everything_and_calls_are_counted_by_label():
    teacher = ScriptedTeacher("4")
    assert [ask(teacher, request(label)).text for label in ("a/x", "a/x", "a/y")] == ["4"] * 3
    assert teacher.calls == {"a/x": 2, "a/y": 1}
    assert [one.label for one in teacher.requests] == ["a/x", "a/x", "a/y"]


def test_a_list_is_dealt_out_and_then_used_up():
    teacher = ScriptedTeacher(["one", "two"])
    assert [ask(teacher).text, ask(teacher).text] == ["one", "two"]
    with pytest.raises(CallFailure, match="used up"):
        ask(teacher)


def test_labels_lead_to_answers_of_every_kind():
    full = Answer("4", "big", "length", reasoning="hm")
    teacher = ScriptedTeacher(
        {"demo/ask": full, "plan": {"steps": [1]}, "echo": lambda one: one.messages[0].content, "deal": ["a", "b"]}
    )
    assert ask(teacher) == full
    assert ask(teacher, request("demo/plan")).text == '{"steps":[1]}'
    assert ask(teacher, request("demo/echo")).text == "2 + 2?"
    assert [ask(teacher, request("demo/deal")).text for _ in range(2)] == ["a", "b"]
    with pytest.raises(CallFailure, match="demo/other"):
        ask(teacher, request("demo/other"))


@pytest.mark.parametrize(
    "failure",
    [CallFailure("busy", kind="server_error", retryable=True), AnswerFailure("no", kind="refused", evidence="No.")],
)
def test_a_failure_in_the_script_is_raised_as_itself(failure):
    with pytest.raises(type(failure)) as caught:
        ask(ScriptedTeacher(failure))
    assert (caught.value.kind, caught.value.evidence) == (failure.kind, failure.evidence)


def test_rows_are_as_many_as_asked_all_different_and_the_same_for_the_same_seed():
    rows = list(make_rows(300, 1))
    assert len({row.id for row in rows}) == 300
    assert rows == list(make_rows(300, 1))
    assert not {row.id for row in rows} & {row.id for row in make_rows(300, 2)}
    assert rows[:10] == list(make_rows(10, 1))
    assert all(Row.from_dict(row.to_dict()) == row for row in rows)


def test_some_rows_share_a_family_and_most_do_not():
    families = [row.lineage.family for row in make_rows(1000)]
    assert 850 < len(set(families)) < 950
