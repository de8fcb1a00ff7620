"""The requirement's code, as written, with `windrow` in place of `fi.evals`; and judges of one's own words."""

import asyncio

import pytest
from front import BAD, GOOD, QUESTION, asked_of, grading, judging

from windrow.errors import ConfigError
from windrow.evaluation import configure
from windrow.testing import examiners, graders


@pytest.fixture(autouse=True)
def _nobody_is_configured():
    configure()
    yield
    configure()


def test_rows_are_kept_by_their_adherence_score_as_the_requirement_writes_it(monkeypatch):
    synthetic_rows = [
        {"instruction": QUESTION, "response": GOOD},
        {"instruction": QUESTION, "response": BAD},
        {"instruction": QUESTION, "response": f"I think: {GOOD}"},
    ]
    with judging() as (server, _):
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("WINDROW_JUDGE_MODEL", "openai/gpt-5")

        from windrow import evaluate

        # Score each synthetic row for instruction adherence
        for row in synthetic_rows:
            result = evaluate(
                "task_adherence",
                output=row["response"],
                input=row["instruction"],
            )
            row["adherence_score"] = result.score

        # Keep rows scoring above the threshold
        filtered = [r for r in synthetic_rows if r["adherence_score"] >= 0.7]

    assert filtered == [synthetic_rows[0], synthetic_rows[2]]
    assert server.requests == 3


def _preference_judge():
    from windrow.llm import LiteLLMProvider
    from windrow.metrics import CustomLLMJudge

    return CustomLLMJudge(
        name="dpo_preference_judge",
        grading_criteria=(
            "Compare response_a and response_b for the given prompt. "
            "Pick the one that is more helpful, safe, faithful to any "
            "supplied context, and concise. Output 'a' or 'b'."
        ),
        llm_provider=LiteLLMProvider(model="claude-opus-4-7"),
    )


def test_the_preference_judge_of_the_requirement_compares_in_both_orders(monkeypatch):
    with judging(examiners.prefers(lambda text: "Paris" in text), keep=True) as (server, _):
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        preference_judge = _preference_judge()
        said = preference_judge(prompt=QUESTION, response_a=BAD, response_b=GOOD)
    assert (said.label, said.eval_name, said.passed) == ("b", "dpo_preference_judge", None)
    assert [body["model"] for body in server.bodies] == ["claude-opus-4-7"] * 2
    assert "Pick the one that is more helpful" in asked_of(server)


def test_a_judge_that_likes_the_first_place_prefers_nothing(monkeypatch):
    with judging(examiners.prefers_first) as (server, _):
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        said = _preference_judge()(prompt=QUESTION, response_a=BAD, response_b=GOOD)
    assert (said.label, said.metadata["flipped"]) == ("tie", True)


def test_a_judge_locked_in_code_refuses_another_wording():
    from windrow import CustomLLMJudge

    lock = CustomLLMJudge(grading_criteria="Is it clear?").rubric_hash
    assert CustomLLMJudge(grading_criteria="Is it clear?", lock=lock).rubric_hash == lock
    with pytest.raises(ConfigError, match="lock"):
        CustomLLMJudge(grading_criteria="Is it very clear?", lock=lock)


def test_the_older_shape_of_a_custom_judge_is_taken_too():
    from windrow.llm import LiteLLMProvider
    from windrow.metrics import CustomLLMJudge

    config = {"name": "clear", "grading_criteria": "Is {output} clear?", "model": "gpt-4o"}
    with judging(grading(0.8), keep=True) as (server, _):
        judge = CustomLLMJudge(LiteLLMProvider(api_base=server.url), config)
        batch = judge.evaluate([{"output": GOOD}, {"output": BAD}])
        assert judge.evaluate({"output": GOOD}).score == 0.8
        assert asyncio.run(judge.acall(output=GOOD)).score == 0.8
    assert [one.score for one in batch] == [0.8, 0.8]
    assert {body["model"] for body in server.bodies} == {"gpt-4o"}
    with pytest.raises(ConfigError, match="unknown: colour"):
        CustomLLMJudge(None, {"grading_criteria": "?", "colour": "red"})


def test_a_key_in_code_is_refused():
    from windrow.llm import LiteLLMProvider

    with pytest.raises(ConfigError, match="api_key_env"):
        LiteLLMProvider(model="gpt-5", api_key="x" * 10)


def test_without_a_provider_the_configured_judge_is_asked():
    from windrow import CustomLLMJudge, evaluate

    with judging(grading(1.0)) as (server, judge):
        configure(judge=judge)
        own = CustomLLMJudge(name="clear", grading_criteria="Is {{output}} clear?", threshold=0.5)
        assert own(output=GOOD).passed is True
        assert evaluate(judge=own, output=GOOD, threshold=0.9).threshold == 0.9
        with pytest.raises(ConfigError, match="brings its own criteria"):
            evaluate("tone", judge=own, output=GOOD)
    assert server.requests == 2


def test_a_custom_judge_that_fails_is_unscored():
    from windrow import CustomLLMJudge

    own = CustomLLMJudge(grading_criteria="Is {{output}} clear?")
    assert own(output=GOOD).error.type == "no_judge"
    with judging(graders.thought_process) as (_, judge):
        configure(judge=judge)
        assert own(output=GOOD).error.type == "unparsed"
