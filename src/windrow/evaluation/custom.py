"""`CustomLLMJudge` with somebody to ask: criteria in one's own words, held fixed in code, for a model of one's choice.

    judge = CustomLLMJudge(
        name="preference",
        grading_criteria="Pick the more helpful of response_a and response_b.",
        llm_provider=LiteLLMProvider(model="gpt-5"),
        lock="3f2a…",
    )
    judge(prompt=question, response_a=one, response_b=other).label  # "a", "b" or "tie", asked in both orders

It has the call shape of `fi.evals.metrics.CustomLLMJudge`; that one's other shape, (provider, config), is taken too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast, overload

from windrow.errors import ConfigError
from windrow.evaluation.provider import LiteLLMProvider
from windrow.evaluators import custom
from windrow.evaluators.own_words import THRESHOLD

if TYPE_CHECKING:
    from windrow.evaluation.seats import Judge
    from windrow.evaluators.results import BatchResult, EvalResult

OLDER = {"name": "name", "grading_criteria": "grading_criteria", "model": "model", "few_shot_examples": "examples"}


class CustomLLMJudge(custom.CustomLLMJudge):
    """Criteria in your own words, asked of `llm_provider`, of a `model`, or of the judge that is configured for all.

    `grading_criteria` may have gaps such as {{output}} for the inputs. Given two responses it compares them in both
    orders, else it grades one, which passes from `threshold` on. `lock` is the `rubric_hash` that the criteria must
    have. `evidence=False` lets a grade stand without a quote; `examples` are graded inputs to show the judge.
    """

    def __init__(  # noqa: PLR0913 - each a word, and most of them left out
        self,
        provider: Judge | None = None,
        config: Mapping[str, Any] | None = None,
        *,
        name: str = "custom_llm_judge",
        grading_criteria: str = "",
        llm_provider: Judge | None = None,
        model: str | None = None,
        threshold: float = THRESHOLD,
        evidence: bool = True,
        examples: Sequence[Mapping[str, Any]] = (),
        lock: str | None = None,
    ) -> None:
        told: dict[str, Any] = {
            "name": name, "grading_criteria": grading_criteria, "model": model, "examples": examples, **_older(config),
        }  # fmt: skip
        super().__init__(
            llm_provider=provider if llm_provider is None else llm_provider,
            threshold=threshold,
            evidence=evidence,
            **{**told, "examples": tuple(told["examples"])},
        )
        if lock is not None:
            self.locked(lock)

    @property
    def seats(self) -> Judge | None:
        """Who is asked; None for whoever is configured."""
        provider = self.llm_provider
        if isinstance(provider, LiteLLMProvider):
            return provider.seat(self.judged_by)
        return self.model if provider is None else cast("Judge", provider)

    def __call__(self, **inputs: Any) -> EvalResult:  # noqa: ANN401 - inputs are of any kind
        """The verdict on one set of inputs."""
        from windrow.evaluation.door import How, answered  # noqa: PLC0415 - which knows this class
        from windrow.evaluation.questions import Asked  # noqa: PLC0415

        return cast("EvalResult", answered(None, How(Asked(), self), inputs))

    async def acall(self, **inputs: Any) -> EvalResult:  # noqa: ANN401 - likewise
        """`judge(...)`, for code that is asynchronous itself."""
        from windrow.evaluation.door import How, aanswered  # noqa: PLC0415
        from windrow.evaluation.questions import Asked  # noqa: PLC0415

        return cast("EvalResult", await aanswered(None, How(Asked(), self), inputs))

    @overload
    def evaluate(self, inputs: Mapping[str, Any]) -> EvalResult: ...
    @overload
    def evaluate(self, inputs: Sequence[Mapping[str, Any]]) -> BatchResult: ...
    def evaluate(self, inputs: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> EvalResult | BatchResult:
        """The verdict on one set of inputs, or on each of a list of them, in order."""
        from windrow.evaluation.rows import evaluate_rows  # noqa: PLC0415
        from windrow.evaluators.results import BatchResult  # noqa: PLC0415

        if isinstance(inputs, Mapping):
            return self(**inputs)
        return BatchResult(tuple(scored.results[0] for scored in evaluate_rows(inputs, judge=self)))


def _older(config: Mapping[str, Any] | None) -> dict[str, Any]:
    unknown = sorted((config or {}).keys() - OLDER.keys())
    if unknown:
        raise ConfigError(
            f"unknown: {', '.join(unknown)}", where="CustomLLMJudge", remedy=f"known: {', '.join(sorted(OLDER))}"
        )
    return {OLDER[key]: value for key, value in (config or {}).items()}
