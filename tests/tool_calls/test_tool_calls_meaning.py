"""A judge is asked what no program can see, and only where one is named; without its yes no row is accepted."""

import json

import pytest
from desk_model import answer

from windrow import Plan
from windrow.errors import ConfigError
from windrow.testing import FaultyServer

FINE = {"evidence": "All as asked.", "calls": True, "values": True, "told": True}


def code_of(body):
    """The code in the marks of a request."""
    return "".join(turn["content"] for turn in body["messages"]).split("<tools ")[1].split(">")[0]


def run(folder, verdict, *, judge=True):
    """Twelve planned conversations with the support desk; the judge says `verdict` of each: a text, or all but the code
    of the call."""

    def script(body, number):
        if body["model"] != "judge":
            return answer(body, number)
        return verdict if isinstance(verdict, str) else json.dumps({"code": code_of(body), **verdict})

    with FaultyServer(script, keep=True) as server:
        model = {"base_url": server.url, "retries": 0}
        told = {
            "name": "traces",
            "seeds": [{"use": "tools", "backend": "support"}],
            "models": {"teacher": {"model": "openai/any", **model}, "judge": {"model": "openai/judge", **model}},
            "recipes": [{"use": "tool_calls", "traces_per_tool": 1, "semantics": "judge" if judge else "none"}],
        }
        done = Plan.parse(told, base=folder).run(folder / "out")
        return done, [body for body in server.bodies if body["model"] == "judge"]


def test_a_judge_that_says_yes_costs_no_row_and_is_asked_of_each_once(tmp_path):
    plain, unasked = run(tmp_path / "plain", "", judge=False)
    judged, asked = run(tmp_path / "judged", FINE)
    accepted = [stored.row for stored in judged.rows(status="accepted")]
    assert len(accepted) == len(list(plain.rows(status="accepted"))) > 8
    assert (unasked, len(asked)) == ([], len(accepted) + judged.counts().get(("tool_calls", "rejected"), 0))
    assert all(any(v.by == "semantics" and v.kind == "judge" for v in row.verdicts) for row in accepted)


@pytest.mark.parametrize(
    ("question", "reason"), [("calls", "intent_missed"), ("values", "values_not_meant"), ("told", "told_wrong")]
)
def test_a_no_to_one_question_refuses_the_row_by_its_own_reason(tmp_path, question, reason):
    judged, _ = run(tmp_path, {**FINE, question: False})
    assert list(judged.rows(status="accepted")) == []
    assert {stored.reason for stored in judged.rows(status="rejected")} == {reason}


@pytest.mark.parametrize("said", ["", "It is fine.", {**FINE, "calls": 1}, "{"])
def test_a_judge_that_gives_no_verdict_leaves_rows_unscored(tmp_path, said):
    judged, _ = run(tmp_path, said)
    assert list(judged.rows(status="accepted")) == []
    unscored = list(judged.rows(status="quarantined"))
    assert unscored
    assert all(stored.by == "semantics" and stored.row.failed.score is None for stored in unscored)


@pytest.mark.parametrize(("coded", "slug"), [({}, "unparsed"), ({"code": "0123456789abcdef"}, "wrong_code")])
def test_a_yes_without_the_code_of_the_conversation_is_no_yes(tmp_path, coded, slug):
    judged, asked = run(tmp_path, json.dumps({**coded, **FINE}))
    assert list(judged.rows(status="accepted")) == []
    assert {stored.reason for stored in judged.rows(status="quarantined")} == {slug}
    assert "did not carry the code" in asked[-1]["messages"][-1]["content"] or not coded


def test_the_judge_must_be_named(tmp_path):
    told = {
        "name": "traces",
        "seeds": [{"use": "tools", "backend": "support"}],
        "recipes": [{"use": "tool_calls", "semantics": "judge"}],
    }
    with pytest.raises(ConfigError, match="judge"):
        Plan.parse(told, base=tmp_path)


def test_words_that_look_like_a_mark_stay_inside_the_conversation(tmp_path):
    _, asked = run(tmp_path, FINE)
    codes = {body["messages"][-1]["content"].split("<conversation ")[1].split(">")[0] for body in asked}
    assert len(codes) == len(asked)  # made of each conversation's own words
