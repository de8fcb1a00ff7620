"""`CustomLLMJudge`: criteria in one's own words, held fixed in code, asked of a model of one's choice.

    judge = CustomLLMJudge(
        name="preference", grading_criteria="Pick the more helpful one.", llm_provider=LiteLLMProvider(model="gpt-5")
    )
    judge.lock                                                     # put it into lock=..., and no edit goes unnoticed
    judge(prompt=question, response_a=one, response_b=other).label  # "a", "b" or "tie", asked in both orders

It has the call shape of `fi.evals.metrics.CustomLLMJudge`; that one's older shape, (provider, config), is taken too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, overload

from windrow.errors import ConfigError
from windrow.evaluators.own_words import THRESHOLD, Criteria

if TYPE_CHECKING:
    from windrow.evaluation.questions import Asked
    from windrow.evaluation.seats import Judge
    from windrow.evaluators.results import BatchResult, EvalResult

PAIRS = (("response_a", "response_b"), ("output_a", "output_b"), ("a", "b"), ("chosen", "rejected"))
OLDER = frozenset({"grading_criteria", "name", "model", "few_shot_examples", "threshold"})


class LiteLLMProvider:
    """Which model judges, named as LiteLLM names models; asked over windrow's own client.

    `model` is a model's name or address, `api_base` (or `base_url`) its server where that is not its maker's or
    OPENAI_BASE_URL. A key is never given in code: `api_key_env` names the environment variable that holds it. Anything
    else is a setting of the model as a config has it (`timeout`, `retries`, `params`, …).
    """

    def __init__(
        self,
        model: str | None = None,
        *,
        api_base: str | None = None,
        base_url: str | None = None,
        api_key_env: str | None = None,
        **settings: Any,  # noqa: ANN401 - each is checked as a config's would be
    ) -> None:
        for secret in ("api_key", "credentials"):
            if secret in settings:
                raise ConfigError(
                    f"{secret} is never written in code",
                    where="LiteLLMProvider",
                    remedy="export it, and name the variable: api_key_env='OPENAI_API_KEY'",
                )
        self.model = model
        told = {"base_url": base_url or api_base, "api_key_env": api_key_env, **settings}
        self._settings = {key: value for key, value in told.items() if value is not None}

    def seat(self, model: str | None = None) -> Mapping[str, Any] | None:
        """The judge as a config writes it; None where no model is named."""
        name = model or self.model
        return None if name is None else {"model": name, **self._settings}


class CustomLLMJudge:
    """Judges by `grading_criteria`, whose gaps such as {{output}} are filled with the inputs.

    Given two responses it compares them in both orders. `lock` is the `hash` that the criteria must have; `evidence`
    False lets a grade stand without a quote. Without `llm_provider` the judge that is configured for all answers.
    """

    def __init__(
        self,
        provider: LiteLLMProvider | Judge | None = None,
        config: Mapping[str, Any] | None = None,
        *,
        name: str = "custom_llm_judge",
        grading_criteria: str | None = None,
        llm_provider: LiteLLMProvider | Judge | None = None,
        threshold: float = THRESHOLD,
        evidence: bool = True,
        lock: str | None = None,
    ) -> None:
        told = {"name": name, "grading_criteria": grading_criteria, "threshold": threshold, **(config or {})}
        _known(told)
        self._model = told.get("model")
        self._provider = llm_provider if llm_provider is not None else provider
        examples = tuple(dict(one) for one in told.get("few_shot_examples", ()))
        self.criteria = Criteria(told["name"], told["grading_criteria"], told["threshold"], evidence, examples)
        if lock is not None and lock != self.lock:
            raise ConfigError(
                f"the criteria have hash {self.lock}, and the lock says {lock}",
                where=f"CustomLLMJudge {self.name}",
                remedy=f"undo the edit, or calibrate the new wording and set lock={self.lock!r}",
            )

    @property
    def name(self) -> str:
        """What the judge is called in its results."""
        return self.criteria.name

    @property
    def lock(self) -> str:
        """Sixteen hex digits over what the judge is told: another wording is another judge."""
        return self.criteria.hash

    @property
    def seats(self) -> Judge | None:
        """Who is asked; None for whoever is configured."""
        if isinstance(self._provider, LiteLLMProvider):
            return self._provider.seat(self._model)
        return self._model if self._provider is None else self._provider

    def asked(self, eval_names: str | Sequence[str] | None, asked: Asked) -> Asked:
        """`asked` by these criteria. Raises ConfigError where others are named too."""
        if eval_names is not None and eval_names != self.name:
            raise ConfigError(
                f"CustomLLMJudge {self.name!r} brings its own criteria",
                where="evaluate",
                remedy="leave the evaluator's name out, or name its model: judge='openai/gpt-5'",
            )
        limit = self.criteria.threshold if asked.threshold is None else asked.threshold
        return replace(asked, criteria=replace(self.criteria, threshold=limit))

    def __call__(self, **inputs: Any) -> EvalResult:  # noqa: ANN401 - inputs are of any kind
        """The verdict on one set of inputs."""
        from windrow.evaluation.door import evaluate  # noqa: PLC0415 - which knows this class

        return evaluate(None, judge=self, **inputs)

    async def acall(self, **inputs: Any) -> EvalResult:  # noqa: ANN401 - likewise
        """`judge(...)`, for code that is asynchronous itself."""
        from windrow.evaluation.door import aevaluate  # noqa: PLC0415

        return await aevaluate(None, judge=self, **inputs)

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


def _known(told: Mapping[str, Any]) -> None:
    unknown = sorted(told.keys() - OLDER)
    if unknown:
        raise ConfigError(
            f"unknown: {', '.join(unknown)}", where="CustomLLMJudge", remedy=f"known: {', '.join(sorted(OLDER))}"
        )
    text = told["grading_criteria"]
    if not isinstance(text, str) or not text.strip():
        raise ConfigError("has no grading_criteria", where="CustomLLMJudge", remedy="say what makes an output good")
