"""One rubric over one output: what the questions' answers add up to, and what a judge is shown."""

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judged_rows import ANSWER, QUESTION, judged

from windrow import prompts, testing
from windrow.evaluation.asking import Asking
from windrow.evaluators import pointwise
from windrow.evaluators.inputs import resolve
from windrow.evaluators.marks import parts_of
from windrow.evaluators.names import rubric_named
from windrow.evaluators.pointwise import PROMPTS, fingerprint, judge_rubric
from windrow.evaluators.replies import RubricReply, read
from windrow.evaluators.rubric import parse
from windrow.ledger.sqlite import SQLiteLedger
from windrow.testing import FaultyServer, graders, honest_by

CODE = "0123456789abcdef"
ANCHORS = {0: "none", 1: "some", 2: "most", 3: "all"}
MIXED = parse(
    {
        "name": "mixed",
        "description": "Is it good?",
        "needs": ["input", "output"],
        "uses": ["context"],
        "threshold": 0.7,
        "criteria": [
            {"id": "goal", "question": "Is it done?", "weight": 2, "critical": True},
            {"id": "clean", "question": "Is it free of errors?", "evidence_for": "no"},
            {"id": "depth", "question": "How deep?", "scale": "0-3", "anchors": ANCHORS, "weight": 3},
            {"id": "sourced", "question": "Is it in the passages?", "evidence": "context", "optional": True},
        ],
    }
)
GIVEN = {"input": QUESTION, "output": ANSWER, "context": ["Paris is the capital of France.", "Lyon is not."]}


def answered(goal="yes", clean="yes", depth="3", sourced="not_applicable", quotes=("Paris",)):
    """A reply to MIXED."""
    said = {"goal": goal, "clean": clean, "depth": depth, "sourced": sourced}
    return RubricReply.model_validate(
        {
            "code": CODE,
            "answers": [
                {"id": name, "evidence": list(quotes), "reason": f"why {name}", "answer": answer}
                for name, answer in said.items()
                if answer is not None
            ],
        }
    )


def verdict(reply, threshold=0.7, **given):
    parts = parts_of(resolve({**GIVEN, **given}), (*MIXED.needs, *MIXED.uses))
    return read(MIXED, reply, CODE, parts, threshold=threshold)


@pytest.mark.parametrize(
    ("reply", "score", "passed"),
    [
        (answered(), 1.0, True),
        (answered(sourced="yes"), 1.0, True),
        (answered(depth="2"), 5 / 6, True),
        (answered(depth="1"), 4 / 6, False),
        (answered(depth="0"), 3 / 6, False),
        (answered(clean="no"), 5 / 6, True),
        (answered(sourced="no"), 6 / 7, True),
        (answered(goal="no"), 0.0, False),
        (answered(goal="no", clean="no", depth="0", sourced="no"), 0.0, False),
        (answered(goal=" Yes.", depth="'3'", sourced="Not applicable"), 1.0, True),
    ],
)
def test_the_score_is_the_weighted_share_of_what_applies_and_nothing_where_a_critical_question_fails(
    reply, score, passed
):
    result = verdict(reply)
    assert result.status == "completed"
    assert result.score == pytest.approx(score)
    assert (result.passed, result.label) == (passed, "pass" if passed else "fail")


@pytest.mark.parametrize(
    ("reply", "kind", "lost"),
    [
        (answered(goal=None), "missing_criteria", "goal"),
        (answered(goal="maybe"), "out_of_range", "goal"),
        (answered(goal="not_applicable"), "out_of_range", "goal"),
        (answered(goal="yes | no"), "out_of_range", "goal"),
        (answered(depth="4"), "out_of_range", "depth"),
        (answered(depth="-1"), "out_of_range", "depth"),
        (answered(depth="2.5"), "out_of_range", "depth"),
        (answered(depth="yes"), "out_of_range", "depth"),
        (answered(goal="3"), "out_of_range", "goal"),
        (answered(quotes=()), "no_evidence", "goal"),
        (answered(quotes=(" ",)), "no_evidence", "goal"),
        (answered(quotes=("Paris", "Berlin")), "evidence_not_found", "goal"),
        (answered(quotes=("Lyon is not",)), "evidence_not_found", "goal"),
        (answered(quotes=("...",)), "evidence_not_found", "goal"),
    ],
)
def test_one_answer_that_is_no_verdict_leaves_the_whole_unscored(reply, kind, lost):
    result = verdict(reply)
    assert (result.status, result.score, result.passed, result.error.type) == ("unscored", None, None, kind)
    assert next(one for one in result.criteria if one.id == lost).verdict == "unscored"


def test_an_optional_question_without_a_verdict_is_left_out():
    result = verdict(answered(sourced="perhaps"))
    assert (result.status, result.score) == ("completed", 1.0)
    assert [one.verdict for one in result.criteria] == ["pass", "pass", "pass", "unscored"]


def test_a_no_may_quote_what_the_output_lacks():
    result = verdict(answered(goal="no", quotes=["one short sentence"], clean="yes", depth="0"))
    assert (result.status, result.passed) == ("completed", False)


def test_a_yes_that_is_the_absence_of_something_needs_no_quote_and_keeps_only_true_ones():
    reply = answered()
    reply.answers[1].evidence = ["words of nobody", "The capital"]
    result = verdict(reply)
    assert result.criteria[1].evidence == ("The capital",)


@pytest.mark.parametrize("changed", [{"answer": "no"}, {"answer": "Yes"}, {"id": "unasked"}])
def test_an_answer_to_no_question_of_its_own_makes_the_reply_none(changed):
    one_more = answered()
    one_more.answers.append(one_more.answers[0].model_copy(update=changed))
    assert verdict(one_more).error.type == "unparsed"


def test_nothing_that_applies_is_no_verdict_and_no_failure():
    rubric = parse(
        {
            "name": "maybe",
            "description": "Perhaps?",
            "criteria": [{"id": "goal", "question": "Is it so?", "optional": True}],
        }
    )
    parts = parts_of(resolve({"output": ANSWER}), rubric.needs)
    for answer, status in (("not_applicable", "skipped"), ("dunno", "unscored")):
        reply = answered(goal=answer)
        reply.answers = [one for one in reply.answers if one.id == "goal"]
        assert read(rubric, reply, CODE, parts, threshold=0.5).status == status


def test_a_result_says_which_questions_failed_and_why():
    result = verdict(answered(clean="no", depth="1"))
    assert result.reason == "clean: why clean; depth: why depth"
    assert [(one.id, one.verdict, one.weight, one.critical) for one in result.criteria] == [
        ("goal", "pass", 2, True),
        ("clean", "fail", 1, False),
        ("depth", "fail", 3, False),
        ("sourced", "not_applicable", 1, False),
    ]
    assert (result.engine, result.fidelity, result.judge.rubric_hash) == ("llm", "model", MIXED.hash)


answers = st.tuples(
    st.sampled_from(["no", "yes"]), st.sampled_from(["no", "yes"]), st.sampled_from("0123"),
    st.sampled_from(["no", "yes", "not_applicable"]), st.floats(0, 1),
)  # fmt: skip


@given(answers)
def test_every_verdict_is_a_score_between_0_and_1_that_passes_from_the_threshold_on(said):
    *replied, threshold = said
    result = verdict(answered(*replied), threshold=threshold)
    assert 0 <= result.score <= 1
    assert result.passed is (result.score >= threshold and replied[0] == "yes")


@given(answers, st.integers(0, 2))
def test_a_better_answer_never_lowers_the_score(said, at):
    *replied, threshold = said
    better = list(replied)
    better[at] = "3" if at == 2 else "yes"
    before, after = verdict(answered(*replied), threshold), verdict(answered(*better), threshold)
    assert after.score >= before.score
    assert after.passed or not before.passed


def test_a_threshold_may_be_given_with_the_call():
    def two_of_three(_parts, criterion):
        return criterion != "every_part"

    async def scored(threshold):
        with FaultyServer(honest_by(two_of_three)) as server:
            models = {"judge": {"model": "openai/j", "base_url": server.url}}
            async with Asking.open(models, {}, wait=0.0) as asking:
                rubric = rubric_named("task_completion")
                return await judge_rubric(rubric, resolve(GIVEN), asking.ask_for("1"), threshold=threshold)

    passed = {threshold: asyncio.run(scored(threshold)) for threshold in (None, 0.75, 0.8)}
    assert [result.score for result in passed.values()] == [0.75] * 3
    assert [result.passed for result in passed.values()] == [True, True, False]
    assert [result.threshold for result in passed.values()] == [0.7, 0.75, 0.8]


def test_an_empty_output_is_not_judged_and_nobody_is_asked():
    with FaultyServer("never") as server:

        async def work():
            async with Asking.open({"judge": {"model": "openai/j", "base_url": server.url}}, {}, wait=0.0) as asking:
                told = [{"input": "Q?", "output": " \n"}, {"output": "A."}]
                return [await judge_rubric(MIXED, resolve(one), asking.ask_for("1")) for one in told]

        empty, missing = asyncio.run(work())
        assert server.requests == 0
    assert (empty.status, empty.score, empty.passed) == ("skipped", None, None)
    assert (missing.status, missing.error.type) == ("failed", "missing_input")
    assert "instruction" in missing.error


def test_a_judge_is_told_once_what_kept_its_reply_from_being_a_verdict():
    def careless(asked, number):
        return testing.always_pass(asked, number) if number else testing.false_quote(asked, number)

    with FaultyServer(careless, keep=True) as server:
        result = _asked(server, GIVEN)
        first, second = server.bodies
    assert result.passed is True
    assert "An earlier reply" not in first["messages"][-1]["content"]
    assert "[goal] It had a quote that is not there" in second["messages"][-1]["content"]
    assert "Quxville" not in json.dumps(second)


@pytest.mark.parametrize("script", [testing.false_quote, testing.no_evidence, testing.wrong_code, testing.forgetful])
def test_a_judge_that_does_not_mend_its_reply_is_asked_twice_and_no_more(script):
    with FaultyServer(script) as server:
        assert _asked(server, GIVEN).status == "unscored"
        assert server.requests == 2


def test_the_same_material_is_asked_about_in_the_same_words_and_found_again(tmp_path):
    with FaultyServer(testing.always_pass, keep=True) as server:
        ledger = SQLiteLedger.open(tmp_path / "ledger.sqlite")
        ledger.begin()
        results = [_asked(server, GIVEN, ledger=ledger) for _ in range(2)]
        assert server.requests == 1
        results.append(_asked(server, GIVEN, ledger=ledger, sample=1))
        assert server.requests == 2
        ledger.close()
        zeroth, first = (body["messages"][0]["content"] for body in server.bodies)
    assert [result.score for result in results] == [1.0] * 3
    ids = [[line for line in text.splitlines() if line.startswith("[")] for text in (zeroth, first)]
    assert ids[0] != ids[1]
    assert sorted(ids[0]) == sorted(ids[1])


def test_evidence_and_reason_are_asked_for_before_the_answer():
    assert list(RubricReply.model_json_schema()["$defs"]["CriterionReply"]["properties"]) == [
        "id", "evidence", "reason", "answer",
    ]  # fmt: skip
    with FaultyServer(testing.always_pass, keep=True) as server:
        _asked(server, GIVEN)
        (body,) = server.bodies
    assert body["temperature"] == 0
    assert "CriterionReply" in json.dumps(body["response_format"])


def test_every_piece_stands_between_marks_of_its_own_and_nothing_else_does():
    talk = [{"role": "user", "content": "Hi"}, {"role": "wizard", "content": "Ho"}]
    given = {**GIVEN, "system": "Be brief.", "reference": "Paris", "conversation": talk, "mood": "grim"}
    rubric = MIXED.model_copy(update={"uses": ["context", "system", "conversation", "mood"]})
    with FaultyServer(testing.always_pass, keep=True) as server:
        _asked(server, given, rubric=rubric)
        case = graders.read(server.bodies[0])
    assert case.parts == {
        "system": "Be brief.", "turn_1_user": "Hi", "turn_2_other": "Ho", "input": QUESTION,
        "passage_1": "Paris is the capital of France.", "passage_2": "Lyon is not.", "output": ANSWER, "mood": "grim",
    }  # fmt: skip
    assert "Paris" not in case.outside


def test_the_fingerprint_hangs_on_the_questions_the_wording_and_the_reading(monkeypatch):
    template = prompts.load(PROMPTS / "rubric.md", name="rubric")
    edited = prompts.parse((PROMPTS / "rubric.md").read_text("utf-8").replace("careful", "carefree"), name="rubric")
    other = MIXED.model_copy(update={"threshold": 0.71})
    assert len({fingerprint(MIXED, template.digest), fingerprint(MIXED, edited.digest)}) == 2
    assert fingerprint(other, template.digest) != fingerprint(MIXED, template.digest)
    before = fingerprint(MIXED, template.digest)
    assert before == fingerprint(MIXED.model_copy(), template.digest)
    monkeypatch.setattr(pointwise, "PARSER", pointwise.PARSER + 1)
    assert fingerprint(MIXED, template.digest) != before


def test_what_is_judged_may_be_written_in_any_script():
    right = honest_by(lambda parts, _criterion: "巴黎" in parts["output"])
    assert judged(right, output="法国的首都是巴黎。", input="法国的首都是哪里？").passed is True
    assert judged(right, output="法国的首都是里昂。", input="法国的首都是哪里？").passed is False


def _asked(server, given, *, rubric=None, ledger=None, sample=0):
    async def work():
        models = {"judge": {"model": "openai/j", "base_url": server.url, "structured": "native"}}
        async with Asking.open(models, {}, ledger, wait=0.0) as asking:
            named = rubric or rubric_named("task_adherence")
            return await judge_rubric(named, resolve(given), asking.ask_for("1"), sample=sample)

    return asyncio.run(work())
