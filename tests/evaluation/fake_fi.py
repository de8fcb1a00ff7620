"""A package that behaves as `fi.evals` does: errors as scores, passes without checks, and exceptions."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class EvalResult:
    eval_name: str
    score: float | None = None
    passed: bool | None = None
    reason: str = ""
    latency_ms: float = 0.0
    status: str = "completed"
    error: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self):
        if self.passed is None and self.score is not None:
            self.passed = self.score >= 0.5


def evaluate(eval_name=None, *, prompt=None, engine=None, model=None, **inputs):
    name = eval_name or "custom_prompt"
    seen.append({"eval_name": eval_name, "prompt": prompt, "engine": engine, "model": model, **inputs})
    if (model or "").startswith("turing"):
        raise MissingAuthError("FI Client could not obtain credentials. Missing: 'fi_api_key', 'fi_secret_key'")
    said = SAID[name]
    if isinstance(said, Exception):
        raise said
    return EvalResult(name, **said)


class MissingAuthError(Exception):
    pass


seen = []
SAID = {
    "faithfulness": {"score": 1.0, "reason": "1/1 claims supported"},
    "contains": {"score": 1.0, "reason": "Keyword 'hello' found"},
    "groundedness": {"score": 0.0, "reason": "No context provided - cannot assess groundedness"},
    "exact_match": {"score": 0.0, "reason": "Input validation failed: 1 validation error for TextMetricInput"},
    "task_adherence": {"status": "failed", "error": "Local metric 'task_adherence' not found in registry"},
    "is_json": {"score": 0.0, "reason": "Response is not a valid JSON object"},
    "custom_prompt": {
        "score": 0.0,
        "reason": "LLM provider failed: litellm.AuthenticationError: OpenAIException - the api_key must be set",
    },
    "tone": {"score": 0.0, "reason": "LLM provider failed: litellm.Timeout: request timed out"},
    "toxicity": {"score": 0.0, "reason": "Failed to parse or validate LLM response. Raw response: 'Thought process'"},
    "safety": {"passed": True, "reason": "no scanner is configured"},
    "pii": {"score": 7.0, "reason": "7 of 10"},
    "regex": ValueError("Regex metric requires a 'pattern' config."),
    "bias_detection": RuntimeError("connection refused"),
}
