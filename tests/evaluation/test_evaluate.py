"""`evaluate`: who answers, what a result says, and what it never says."""

import asyncio
import math

import pytest
from front import BAD, GOOD, QUESTION, asked_of, grading, judging, knows_paris

import windrow
from windrow import BatchResult, EvalResult, aevaluate, evaluate
from windrow.errors import ConfigError, RowFailure
from windrow.evaluation import configure
from windrow.testing import ScriptedTeacher, graders, malformed_json, rate_limited, server_error
from windrow.testing.faults import hang


@pytest.fixture(autouse=True)
def _nobody_is_configured():
    configure()
    yield
    configure()


# ── who answers ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_rubric_is_judged_by_the_judge_that_is_named():
    with judging(keep=True) as (server, judge):
        good = evaluate("task_adherence", output=GOOD, input=QUESTION, judge=judge)
        bad = evaluate("task_adherence", output=BAD, input=QUESTION, judge=judge)
    assert (good.score, good.passed, good.status, good.label) == (1.0, True, "completed", "pass")
    assert (bad.score, bad.passed, bad.status) == (0.0, False, "completed")
    assert (good.engine, good.fidelity, good.judge.model) == ("llm", "model", "openai/judge")
    assert [one.evidence for one in good.criteria if one.id == "goal"] != [()]
    assert server.requests == 2
    assert GOOD in asked_of(server)


def test_a_program_answers_without_key_and_network_even_where_a_judge_is_named():
    with judging() as (server, judge):
        said = evaluate("exact_match", output="Paris", reference="Paris", judge=judge)
    assert (said.score, said.passed, said.engine, said.cost) == (1.0, True, "deterministic", None)
    assert server.requests == 0


def test_a_program_does_not_mind_a_judge_that_is_configured_wrongly(monkeypatch):
    monkeypatch.setenv("WINDROW_JUDGE_MODEL", "gpt-5")
    monkeypatch.setenv("WINDROW_JUDGE_BASE_URL", "nowhere")
    assert evaluate("exact_match", output="Paris", reference="Paris").passed is True
    with pytest.raises(ConfigError, match="base_url"):
        evaluate("task_adherence", output=GOOD, input=QUESTION)


def test_several_names_give_a_batch_in_their_order_with_mixed_engines():
    with judging() as (server, judge):
        said = evaluate(["one_line", "task_adherence", "no_such"], output=GOOD, input=QUESTION, judge=judge)
    assert isinstance(said, BatchResult)
    assert [one.eval_name for one in said] == ["one_line", "task_adherence", "no_such"]
    assert [one.status for one in said] == ["completed", "completed", "failed"]
    assert said.coverage == said.success_rate == pytest.approx(2 / 3)
    assert said.pass_rate == 1.0
    assert said.get("task_adherence").passed is True
    assert server.requests == 1


def test_a_judge_may_be_a_plain_name_whose_server_the_environment_knows(monkeypatch):
    with judging(keep=True) as (server, _):
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        assert evaluate("task_adherence", output=GOOD, input=QUESTION, model="gpt-5").passed is True
        monkeypatch.setenv("WINDROW_JUDGE_MODEL", "house-judge")
        assert evaluate("task_adherence", output=GOOD, input=QUESTION).judge.model == "openai/house-judge"
    assert [body["model"] for body in server.bodies] == ["gpt-5", "house-judge"]


def test_the_judges_own_server_wins_over_that_of_everything_else(monkeypatch):
    with judging() as (server, _), judging() as (other, _):
        monkeypatch.setenv("OPENAI_BASE_URL", other.url)
        monkeypatch.setenv("WINDROW_JUDGE_BASE_URL", server.url)
        evaluate("task_adherence", output=GOOD, input=QUESTION, model="openai/gpt-5")
    assert (server.requests, other.requests) == (1, 0)


def test_a_judge_is_configured_once_for_all():
    with judging() as (_, judge):
        configure(judge=judge, prices={"openai/judge": (1.0, 2.0)})
        said = evaluate("task_adherence", output=GOOD, input=QUESTION)
    assert said.passed is True
    expected = (said.metadata["input_tokens"] * 1.0 + said.metadata["output_tokens"] * 2.0) / 1e6
    assert said.cost == pytest.approx(expected)


def test_a_cost_that_is_not_known_is_none_and_never_zero():
    with judging() as (_, judge):
        assert evaluate("task_adherence", output=GOOD, input=QUESTION, judge=judge).cost is None


def test_a_teacher_of_ones_own_judges_too():
    teacher = ScriptedTeacher(knows_paris)
    assert evaluate("task_adherence", output=GOOD, input=QUESTION, judge=teacher).passed is True


def test_without_a_judge_a_rubric_is_unscored_and_says_how_to_name_one():
    said = evaluate("task_adherence", output=GOOD, input=QUESTION)
    assert (said.status, said.score, said.passed, said.error.type) == ("unscored", None, None, "no_judge")
    assert "WINDROW_JUDGE_MODEL" in said.error


def test_without_its_key_a_judge_is_unscored_and_says_which_key():
    said = evaluate("task_adherence", output=GOOD, input=QUESTION, judge="openai/gpt-5")
    assert (said.status, said.error.type) == ("unscored", "judge_missing")
    assert "OPENAI_API_KEY" in said.error
    said = evaluate("task_adherence", output=GOOD, input=QUESTION, judge="claude-opus-4-7")
    assert "ANTHROPIC_API_KEY" in said.error


def test_a_heuristic_answers_only_where_it_is_asked_for_and_passes_nothing():
    told = {"output": "The capital of France is Lyon.", "context": ["Paris is the capital of France."]}
    assert evaluate("faithfulness", **told).error.type == "no_judge"
    said = evaluate("faithfulness", engine="heuristic", **told)
    assert (said.score, said.passed, said.fidelity, said.engine) == (0.0, None, "heuristic", "heuristic")
    copied = evaluate(
        "faithfulness", engine="heuristic", output="Paris is the capital of France.", context=told["context"]
    )
    assert (copied.score, copied.passed) == (1.0, None)
    allowed = evaluate(
        "faithfulness", engine="heuristic", output=copied.reason and "Paris is the capital of France.",
        context=told["context"], allow_heuristic_pass=True,
    )  # fmt: skip
    assert allowed.passed is True


@pytest.mark.parametrize(
    ("name", "engine", "kind"),
    [
        ("exact_match", "llm", "wrong_engine"),
        ("task_adherence", "local", "wrong_engine"),
        ("tone", "heuristic", "no_heuristic"),
    ],
)
def test_an_engine_that_cannot_answer_fails_and_says_which_can(name, engine, kind):
    said = evaluate(name, engine=engine, output="x", input="y", reference="z")
    assert (said.status, said.error.type, said.score) == ("failed", kind, None)


# ── what is asked wrongly ────────────────────────────────────────────────────────────────────────────────────────


def test_an_unknown_name_fails_with_the_nearest_one_and_is_never_dropped():
    said = evaluate("task_adherance", output="x", input="y")
    assert (said.status, said.error.type, said.eval_name) == ("failed", "unknown_evaluator", "task_adherance")
    assert "'task_adherence'" in said.error


def test_a_missing_input_fails_by_name_with_the_other_names_that_it_may_have():
    with judging() as (server, judge):
        said = evaluate("task_adherence", output=GOOD, judge=judge)
        assert evaluate("exact_match", output=GOOD).error.type == "missing_input"
    assert (said.status, said.error.type) == ("failed", "missing_input")
    assert "'input'" in said.error
    assert "instruction" in said.error
    assert server.requests == 0


@pytest.mark.parametrize("names", [("output", "input"), ("response", "instruction"), ("answer", "question")])
def test_inputs_may_go_by_any_of_their_names(names):
    with judging() as (_, judge):
        said = evaluate("prompt_instruction_adherence", judge=judge, **dict(zip(names, (GOOD, QUESTION), strict=True)))
    assert (said.passed, said.eval_name) == (True, "prompt_instruction_adherence")


def test_an_empty_output_is_skipped_and_nobody_is_asked():
    with judging() as (server, judge):
        said = evaluate("task_adherence", output=" \n", input=QUESTION, judge=judge)
    assert (said.status, said.score, said.passed, said.error) == ("skipped", None, None, None)
    assert server.requests == 0


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"engine": "magic"},
        {"judge": 7},
        {"judge": []},
        {"model": "nobody/knows"},
        {"threshold": 2.0},
        {"threshold": math.nan},
        {"samples": 0},
        {"samples": True},
        {"rubric": "no/such.yaml"},
        {"prompt": "Is {output} good?", "rubric": "task_adherence"},
        {"prompt": "Is {output} good?", "engine": "deterministic"},
        {"on_error": "ignore"},
        {"augment": True},
        {"fi_api_key": "a key of their cloud's"},
    ],
)
def test_what_is_wrong_whatever_the_output_is_raised(told):
    name = None if not told or "prompt" in told or "rubric" in told else "task_adherence"
    with pytest.raises(ConfigError):
        evaluate(name, output=GOOD, input=QUESTION, **told)


def test_a_result_is_neither_true_nor_false():
    with pytest.raises(TypeError, match="passed is True"):
        bool(evaluate("exact_match", output="a", reference="a"))


def test_whoever_wants_exceptions_gets_them():
    with pytest.raises(ConfigError, match="unknown evaluator"):
        evaluate("nope", output="x", on_error="raise")
    with pytest.raises(RowFailure) as caught:
        evaluate("task_adherence", output=GOOD, input=QUESTION, on_error="raise")
    assert caught.value.kind == "no_judge"


# ── what a judge does wrong ──────────────────────────────────────────────────────────────────────────────────────

FAILURES = {
    "auth": graders.locked_out,
    "rate_limited": lambda *_: rate_limited(),
    "server_error": lambda *_: server_error(),
    "timeout": lambda *_: hang(),
    "broken_reply": lambda *_: malformed_json(),
    "unparsed": graders.thought_process,
    "out_of_range": graders.out_of_range,
    "no_evidence": graders.no_evidence,
    "evidence_not_found": graders.false_quote,
    "wrong_code": graders.wrong_code,
    "empty": graders.silent,
    "missing_criteria": graders.forgetful,
}


@pytest.mark.parametrize(("kind", "script"), FAILURES.items(), ids=FAILURES)
def test_every_failure_of_a_judge_is_unscored_by_its_name(kind, script):
    with judging(script, timeout=0.3) as (_, judge):
        said = evaluate("task_adherence", output=GOOD, input=QUESTION, judge=judge)
    assert (said.status, said.score, said.passed, said.error.type) == ("unscored", None, None, kind)
    assert said.error.strip()


def test_a_judge_that_is_not_there_is_unscored():
    with judging() as (_, judge):
        pass
    said = evaluate("task_adherence", output=GOOD, input=QUESTION, judge=judge)
    assert (said.status, said.error.type) == ("unscored", "connect")


def test_half_of_a_verdict_is_none():
    with judging(graders.half_json) as (_, judge):
        assert evaluate("task_adherence", output=GOOD, input=QUESTION, judge=judge).error.type == "unparsed"


# ── thresholds, rubrics, prompts, samples, panels ────────────────────────────────────────────────────────────────


def test_a_threshold_of_the_callers_takes_the_place_of_the_rubrics():
    half = graders.honest_by(lambda _parts, criterion: criterion != "rule")
    with judging(half) as (_, judge):
        by_rubric = evaluate("task_adherence", output=GOOD, input=QUESTION, judge=judge)
        strict = evaluate("task_adherence", output=GOOD, input=QUESTION, judge=judge, threshold=0.95)
    assert (by_rubric.score, by_rubric.passed, by_rubric.threshold) == (pytest.approx(0.8), True, 0.7)
    assert (strict.score, strict.passed, strict.threshold) == (pytest.approx(0.8), False, 0.95)
    assert evaluate("rouge_score", output="the cat", reference="the cat sat", threshold=0.9).passed is False


RUBRIC = {
    "name": "house_style",
    "description": "Is it in our style?",
    "criteria": [{"id": "short", "question": "Is the output short?"}],
}


def test_a_rubric_of_ones_own_is_a_mapping_or_a_file_and_may_be_locked(tmp_path):
    path = tmp_path / "house.yaml"
    path.write_text("name: house_style\ndescription: Ours?\ncriteria: [{id: short, question: Is it short}]\n", "utf-8")
    with judging() as (server, judge):
        said = evaluate(rubric=RUBRIC, output=GOOD, judge=judge)
        assert (said.eval_name, said.passed) == ("house_style", True)
        lock = said.judge.rubric_hash
        assert evaluate(rubric={**RUBRIC, "lock": lock}, output=GOOD, judge=judge).passed is True
        assert evaluate("by_us", rubric=path, output=GOOD, judge=judge).eval_name == "by_us"
        asked = server.requests
        with pytest.raises(ConfigError, match="lock"):
            evaluate(rubric={"path": str(path), "lock": lock}, output=GOOD, judge=judge)
        assert server.requests == asked


def test_the_gaps_of_a_prompt_are_filled_and_what_fills_them_is_marked_as_material():
    with judging(grading(0.9), keep=True) as (server, judge):
        said = evaluate(
            prompt="Rate {{ output }} as an answer to {input}. Keep {braces} and {{", output=GOOD, input=QUESTION,
            engine="llm", judge=judge,
        )  # fmt: skip
    shown = asked_of(server)
    assert (said.score, said.passed, said.eval_name) == (0.9, True, "custom_prompt")
    assert "{{ output }}" not in shown
    assert "{input}" not in shown
    assert "Keep {braces} and {{" in shown
    code = shown.partition("the code of this call, ")[2][:16]
    assert f"<output {code}>\n{GOOD}\n</output {code}>" in shown
    assert shown.count(GOOD) == 1


def test_a_gap_without_an_input_fails():
    said = evaluate(prompt="Is {{output}} like {{reference}}?", output=GOOD, judge=ScriptedTeacher("never"))
    assert (said.status, said.error.type) == ("failed", "missing_input")
    assert "reference" in said.error


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (grading(7), "out_of_range"),
        (grading(-0.1), "out_of_range"),
        (grading(1.0, quote="nobody wrote this sentence"), "evidence_not_found"),
        (grading(1.0, quote=""), "no_evidence"),
        ('{"score": 1.0, "reason": "ignored the marks"}', "unparsed"),
    ],
)
def test_a_grade_that_is_none_is_unscored(script, kind):
    with judging(script) as (_, judge):
        said = evaluate(prompt="Is {{output}} clear?", output=GOOD, judge=judge)
    assert (said.status, said.score, said.error.type) == ("unscored", None, kind)


def test_samples_are_so_many_calls_and_the_majority_of_all_of_them():
    def third_says_no(request, number):
        return (graders.always_fail if number == 2 else graders.always_pass)(request, number)

    with judging(third_says_no, concurrency=1) as (server, judge):
        said = evaluate("task_adherence", output=GOOD, input=QUESTION, judge=judge, samples=3)
    assert server.requests == 3
    assert (said.passed, said.score) == (True, pytest.approx(2 / 3))
    assert said.agreement == pytest.approx(2 / 3)
    assert [one.label for one in said.votes].count("fail") == 1


def test_a_sample_that_is_silent_counts_as_declared_and_makes_no_smaller_vote():
    def once_good(request, number):
        return graders.always_pass(request, number) if number == 0 else server_error()

    with judging(once_good, concurrency=1) as (_, judge):
        said = evaluate("task_adherence", output=GOOD, input=QUESTION, judge=judge, samples=3)
    assert (said.status, said.passed, said.error.type) == ("unscored", None, "server_error")


def test_several_judges_are_a_panel():
    with (
        judging(name="one") as (_, one),
        judging(name="two") as (_, two),
        judging(graders.always_fail, name="three") as (_, no),
    ):
        said = evaluate("task_adherence", output=GOOD, input=QUESTION, judge=[one, two, no])
    assert (said.passed, said.engine) == (True, "panel")
    assert said.score == pytest.approx(2 / 3)
    assert [one.label for one in said.votes] == ["pass", "pass", "fail"]


def test_a_panel_with_a_silent_judge_does_not_shrink():
    with judging(name="one") as (_, one), judging(graders.dead, name="two") as (_, two):
        said = evaluate("task_adherence", output=GOOD, input=QUESTION, judge=[one, two])
    assert (said.status, said.passed) == ("unscored", None)


# ── loops, time, names ───────────────────────────────────────────────────────────────────────────────────────────


def test_it_works_inside_a_running_event_loop_as_in_a_notebook():
    async def cell(judge):
        return evaluate("task_adherence", output=GOOD, input=QUESTION, judge=judge)

    with judging() as (_, judge):
        assert asyncio.run(cell(judge)).passed is True


def test_asynchronous_code_awaits_it_many_at_once():
    async def work(judge):
        asked = [aevaluate("task_adherence", output=f"{GOOD} {n}", input=QUESTION, judge=judge) for n in range(8)]
        return await asyncio.gather(*asked)

    with judging() as (server, judge):
        assert [one.passed for one in asyncio.run(work(judge))] == [True] * 8
    assert server.requests == 8


def test_latency_is_measured():
    with judging(latency=0.05) as (_, judge):
        assert evaluate("task_adherence", output=GOOD, input=QUESTION, judge=judge).latency_ms >= 50
    assert 0 < evaluate("exact_match", output="a", reference="a").latency_ms < 1000


def test_the_public_names_are_those_that_users_type():
    for name in ("evaluate", "aevaluate", "evaluate_rows", "EvalResult", "BatchResult", "CustomLLMJudge"):
        assert hasattr(windrow, name)
    assert isinstance(evaluate("exact_match", output="a", reference="a"), EvalResult)


@pytest.mark.parametrize("names", [[], (), 5, True])
def test_what_names_no_evaluator_is_refused(names):
    with pytest.raises(ConfigError, match=r"nothing to evaluate by|names no evaluator"):
        evaluate(names, output=GOOD)


def test_what_is_measured_over_many_outputs_takes_them_all_at_once():
    said = evaluate(["distinct_n", "repetition_rate"], outputs=iter(["a b c d", "a b c d"]))
    assert [(one.status, one.score, one.passed) for one in said] == [("completed", 0.5, None)] * 2
    assert evaluate("distinct_n", outputs=["a b c", {"response": "a b d"}, None], n=2).metadata["empty"] == 1
    assert evaluate("distinct_n", outputs=["a b c d"], threshold=0.5).passed is True
    assert evaluate("distinct_n", output="a b c d").error.type == "missing_input"
    assert evaluate("distinct_n", outputs=["a b c d", 3]).error.type == "bad_input"
    assert evaluate("distinct_n", outputs=["a b c d"], engine="llm").error.type == "wrong_engine"


def test_without_a_judge_what_is_wrong_with_the_inputs_is_said_first(monkeypatch):
    monkeypatch.delenv("WINDROW_JUDGE_MODEL", raising=False)
    for name, given, said in [
        ("task_adherence", {"output": GOOD}, ("failed", "missing_input")),
        ("faithfulness", {"output": GOOD}, ("failed", "missing_input")),
        ("task_adherence", {"output": GOOD, "input": QUESTION}, ("unscored", "no_judge")),
    ]:
        found = evaluate(name, **given)
        assert (found.status, found.error.type, found.judge, found.metadata["calls"]) == (*said, None, 0)
    assert evaluate("task_adherence", output=" ", input=QUESTION).status == "skipped"
    assert evaluate(prompt="Is {{context}} good?", output=GOOD).error.type == "missing_input"


def test_a_cell_that_a_table_left_empty_is_not_judged_as_the_word_null():
    assert evaluate("one_line", output=math.nan).error.type == "missing_input"


@pytest.mark.parametrize("first", [True, False])
def test_a_judge_that_takes_its_verdict_back_has_given_none(first):
    def doubts(request, number):
        case = graders.read(request)
        said = [graders.reply(case, dict.fromkeys(case.questions, verdict)) for verdict in (first, not first)]
        return "\nOn reflection:\n".join(said)

    def repeats(request, number):
        return "\n".join([knows_paris(request, number)] * 2)

    with judging(doubts) as (_, judge):
        said = evaluate("task_adherence", output=GOOD, input=QUESTION, judge=judge)
    assert (said.status, said.error.type) == ("unscored", "unparsed")
    assert "which differ" in str(said.error)
    with judging(repeats) as (_, judge):
        assert evaluate("task_adherence", output=GOOD, input=QUESTION, judge=judge).passed is True


# ── who is believed ──────────────────────────────────────────────────────────────────────────────────────────────


def _measured(judge, **more):
    """The calibration of that judge of task_adherence, as a file would hold it."""
    from windrow.evaluation.calibrating import measured

    subject = measured("task_adherence", judge, environment={}).subject
    half = {"tp": 45, "fp": 5, "fn": 5, "tn": 45}
    return {
        "schema": 1, "name": subject.name, "fingerprint": subject.fingerprint, "rubric_hash": subject.rubric_hash,
        "model": subject.model, "params": dict(subject.params), "threshold": 0.9, "target_precision": 0.9,
        "labels": {"n": 100, "pass": 50, "fail": 50}, "confusion": half, "measured_on": "2026-03-01", **more,
    }  # fmt: skip


def test_a_judge_is_calibrated_only_by_a_calibration_of_its_wording_model_params_and_threshold():
    asked = {"output": GOOD, "input": QUESTION}
    with judging() as (_, judge):
        told = _measured(judge)
        configure(calibration=told)
        known = evaluate("task_adherence", judge=judge, **asked)
        assert (known.judge.calibrated, known.threshold) == (True, 0.9)
        warm = {**judge, "params": {"temperature": 1.0}}
        assert evaluate("task_adherence", judge=warm, **asked).judge.calibrated is False
        assert evaluate("task_adherence", judge=judge, threshold=0.5, **asked).judge.calibrated is False
        assert evaluate("task_adherence", judge=judge, samples=2, **asked).judge.calibrated is False
        assert evaluate("task_adherence", judge=[judge, judge], **asked).judge.calibrated is False
        assert evaluate("task_completion", judge=judge, **asked).judge.calibrated is False
        for change in ({"model": "openai/another"}, {"fingerprint": "0" * 16}):
            configure(calibration=[{**told, **change}])
            other = evaluate("task_adherence", judge=judge, **asked)
            assert (other.judge.calibrated, other.threshold) == (False, 0.7)


@pytest.mark.parametrize("wrong", ["no-such.json", 7, {"schema": 2}, [None]])
def test_what_is_no_calibration_is_refused_at_once(wrong):
    with pytest.raises(ConfigError, match="calibration"):
        configure(calibration=wrong)
