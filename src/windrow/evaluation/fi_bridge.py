"""`engine="fi"`: the evaluators of the installed `ai-evaluation`, with its swallowed errors turned back into errors.

That package reports a judge that did not answer, an input that was not given and a reply that could not be read as
`score=0.0, status="completed"`, and what it could not check at all as a pass. Here each of these is a result without a
score, and its word-overlap metrics pass nothing unless the caller allows it. Nothing of the package is imported before
the bridge is asked for.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from windrow.errors import UnknownName
from windrow.evaluators import names
from windrow.evaluators.results import EvalError, EvalResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from windrow.evaluation.questions import ByBridge
    from windrow.evaluators.inputs import Inputs
    from windrow.evaluators.results import EvalStatus, Fidelity

INSTALL = "pip install ai-evaluation, or leave engine out: windrow's own evaluators need it for nothing"
THRESHOLD = 0.5  # that package's own, which it does not let its callers choose
# How a reason begins that is no reason but an error: what it is called here, and whether the caller asked wrongly.
SWALLOWED: tuple[tuple[str, str, EvalStatus], ...] = (
    ("LLM provider failed", "", "unscored"),
    ("Failed to parse or validate LLM response", "unparsed", "unscored"),
    ("Input validation failed", "missing_input", "failed"),
    ("No context provided", "missing_input", "failed"),
    ("No contexts provided", "missing_input", "failed"),
    ("No reference provided", "missing_input", "failed"),
    ("Missing context or response", "missing_input", "failed"),
    ("Could not parse expected function call", "missing_input", "failed"),
    ("Schema JSON is invalid", "bad_option", "failed"),
    ("Error", "", "unscored"),
    ("Exception", "", "unscored"),
    ("Traceback", "", "unscored"),
)
# What an error's words say of its kind, the first that is found.
KINDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("not found in registry", "unknown eval", "unknown template"), "unknown_evaluator"),
    (("quota", "insufficient credit", "usage limit"), "quota"),
    (("api_key", "api key", "apikey", "unauthorized", "authentication", "credential", "401", "403"), "auth"),
    (("rate limit", "ratelimit", "too many requests", "429"), "rate_limited"),
    (("timeout", "timed out"), "timeout"),
    (("connection", "connect", "network", "name resolution"), "connect"),
    (("validation", "require", "missing"), "missing_input"),
    (("500", "502", "503", "internal server error"), "server_error"),
)
AT_FAULT = frozenset({"unknown_evaluator", "missing_input", "bad_option"})  # the caller, not the evaluator


def bridged(question: ByBridge, given: Mapping[str, Any] | Inputs) -> EvalResult:
    """What `fi.evals.evaluate` says, as a result of ours. Blocks. Never raises for what happens in there."""
    name = question.name or "custom_prompt"
    told = {key: _plain(value) for key, value in given.items()}
    lenient = told.pop("allow_heuristic_pass", False) is True
    try:
        evaluate = _upstream()
    except Exception as error:  # noqa: BLE001 - a package that does not import may fail in any way
        return _without(name, f"fi.evals cannot be used: {error} ({INSTALL})", "not_installed", "failed")
    try:
        said = evaluate(question.name, **question.told, **told)
    except Exception as error:  # noqa: BLE001 - likewise
        kind = _kind(f"{type(error).__name__}: {error}", otherwise="evaluator_error")
        return _without(name, f"fi.evals raised {type(error).__name__}: {error}", kind)
    return _read(said, question, lenient=lenient)


def _upstream() -> Callable[..., Any]:
    evaluate: Callable[..., Any] = importlib.import_module("fi.evals").evaluate
    return evaluate


def _plain(value: object) -> object:
    """Passages and turns of ours as that package knows them: plain texts."""
    if isinstance(value, tuple):
        return [getattr(one, "text", one) for one in value]
    if isinstance(value, list):
        return [one["text"] if isinstance(one, Mapping) and isinstance(one.get("text"), str) else one for one in value]
    return value


def _read(said: object, question: ByBridge, *, lenient: bool) -> EvalResult:
    name = question.name or "custom_prompt"
    reason, status = str(getattr(said, "reason", "") or ""), str(getattr(said, "status", ""))
    error, score = getattr(said, "error", None), getattr(said, "score", None)
    if status != "completed" or error:
        what = str(error or reason or f"fi.evals says {status!r} and not why")
        return _without(name, what, _kind(what, otherwise="evaluator_error"))
    for beginning, kind, meaning in SWALLOWED:
        if reason.startswith(beginning):
            return _without(name, reason, kind or _kind(reason, otherwise="evaluator_error"), meaning)
    if isinstance(score, bool) or not isinstance(score, int | float):
        return _without(name, f"fi.evals says it completed, and gives {score!r} for a score", "no_score")
    if not math.isfinite(score) or not 0.0 <= score <= 1.0:
        return _without(name, f"{score} is no score between 0 and 1", "out_of_range")
    return _scored(name, float(score), reason, said, question, lenient=lenient)


def _scored(name: str, score: float, reason: str, said: object, question: ByBridge, *, lenient: bool) -> EvalResult:
    threshold = THRESHOLD if question.threshold is None else question.threshold
    fidelity = _fidelity(question)
    passed: bool | None = score >= threshold
    if passed and fidelity == "heuristic" and not lenient:
        passed = None
    return EvalResult(
        name, score, passed, reason, metadata={"upstream": _metadata(said)}, threshold=threshold, fidelity=fidelity,
        label={True: "pass", False: "fail", None: ""}[passed], engine="fi",
    )  # fmt: skip


def _fidelity(question: ByBridge) -> Fidelity:
    """A model was asked, or a program; of a program whether it measures what it is named for."""
    if question.told.get("model") or question.told.get("engine") == "turing" or question.told.get("prompt"):
        return "model"
    try:
        return "heuristic" if names.find(question.name or "").needs_judge else "deterministic"
    except UnknownName:
        return "heuristic"


def _metadata(said: object) -> dict[str, Any]:
    told = getattr(said, "metadata", None)
    return {str(key): value for key, value in told.items()} if isinstance(told, Mapping) else {}


def _kind(what: str, *, otherwise: str) -> str:
    plain = what.casefold()
    return next((kind for words, kind in KINDS if any(word in plain for word in words)), otherwise)


def _without(name: str, what: str, kind: str, status: EvalStatus | None = None) -> EvalResult:
    meaning: EvalStatus = status or ("failed" if kind in AT_FAULT else "unscored")
    return EvalResult(
        name, status=meaning, reason=what, error=EvalError(what, type=kind), engine="fi", fidelity="model"
    )
