"""Who judges, when nobody says so with every call: `configure`, else the environment, else nobody.

A judge is named by its address (`openai/gpt-5`), by the plain name of a model, or by settings as a config writes them.
Several are a panel.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from windrow.config.shape import ModelSpec
from windrow.errors import ConfigError
from windrow.evaluation.asking import Named, spec_of
from windrow.evaluation.calibrated import calibrations
from windrow.evaluation.provider import LiteLLMProvider
from windrow.report.prices import Prices
from windrow.teachers.base import Teacher
from windrow.teachers.connect import TEACHERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from windrow.calibration.artifact import Calibrated
    from windrow.evaluation.calibrated import Calibration

Judge: TypeAlias = "Named | LiteLLMProvider | Sequence[Named | LiteLLMProvider]"

MODEL, BASE_URL = "WINDROW_JUDGE_MODEL", "WINDROW_JUDGE_BASE_URL"
CLAUDE_URL, CLAUDE_KEY = "https://api.anthropic.com/v1", "ANTHROPIC_API_KEY"  # answers in OpenAI's form too
HOW_TO_NAME_ONE = (
    f"name a judge: judge='openai/gpt-5', or windrow.evaluation.configure(judge=...), or export {MODEL}=... "
    f"(and {BASE_URL}=... for a server of your own)"
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What `configure` was told. `prices` are US dollars for a million tokens: address -> (input, output)."""

    judge: Judge | None = None
    base_url: str | None = None
    api_key_env: str | None = None
    model: Mapping[str, Any] = field(default_factory=dict)
    prices: Mapping[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    calibrations: tuple[Calibrated, ...] = ()


_settings = Settings()


def configure(
    *,
    judge: Judge | None = None,
    base_url: str | None = None,
    api_key_env: str | None = None,
    prices: Mapping[str, tuple[float, float]] | None = None,
    calibration: Calibration | Sequence[Calibration] | None = None,
    **model: Any,  # noqa: ANN401 - each is checked as a config's would be
) -> None:
    """Say once who judges, for every evaluation of this process that does not say it itself; without arguments,
    nobody.

    `api_key_env` names the environment variable that holds the key. `prices` are US dollars for a million tokens, as
    {"openai/gpt-5": (input, output)}. `calibration` is what `windrow calibrate` measured, a file or several: where one
    is of the judge that is asked, its threshold holds, and results say `judge.calibrated`. Anything else is a setting
    of the judges' models as a config has it (`timeout`, `retries`, `concurrency`, `params`, …). Raises ConfigError.
    """
    global _settings  # noqa: PLW0603 - one setting for the process is what this is for
    priced = {name: _price(name, two) for name, two in (prices or {}).items()}
    told = Settings(judge, base_url, api_key_env, model, priced, calibrations(calibration))
    spec_of({"model": "openai/any", **_common(told, base_url)})
    if judge is not None:
        seats(judge, settings=told)
    _settings = told


def configured() -> Settings:
    """What `configure` was told last."""
    return _settings


def seats(
    judge: Judge | None = None,
    *,
    model: str | None = None,
    settings: Settings | None = None,
    environment: Mapping[str, str] | None = None,
) -> list[ModelSpec | Teacher]:
    """The judges, in order: `judge`, else `model`, else as configured, else of the environment; none where nobody is
    named. Raises ConfigError for what names no model."""
    told = configured() if settings is None else settings
    env = os.environ if environment is None else environment
    named: object = next((one for one in (judge, model, told.judge) if one is not None), None)
    if named is None:
        named = _of(env)
    many = [named] if isinstance(named, str | Mapping | ModelSpec | Teacher | LiteLLMProvider) else named
    if not isinstance(many, Sequence) or (not many and judge is not None):
        raise ConfigError(f"{named!r} is no judge", where="judge", remedy="a model's address, or a list of them")
    return [_seat(one, told, env) for one in many]


def reached_at(
    base_url: str | None, judges: Sequence[str], environment: Mapping[str, str]
) -> list[str | dict[str, str]] | None:
    """The judges as a command line names them, beside the server where they are; None where only the environment does.
    Raises ConfigError for a server without a model."""
    if base_url is None:
        return list(judges) or None
    named = list(judges) or _of(environment)
    if not named:
        raise ConfigError("a base URL names no model", where="--base-url", remedy=HOW_TO_NAME_ONE)
    return [{"model": one, "base_url": base_url} for one in named]


def prices_of(specs: Iterable[ModelSpec | Teacher], environment: Mapping[str, str] | None = None) -> Prices:
    """What those judges cost, as far as that is known: as configured, else by list price at OpenAI's own address."""
    env = os.environ if environment is None else environment
    elsewhere = bool(env.get("OPENAI_BASE_URL", "").strip())
    listed = [one.model for one in specs if isinstance(one, ModelSpec) and one.base_url is None and not elsewhere]
    table = {name: {"input": str(told[0]), "output": str(told[1])} for name, told in configured().prices.items()}
    return Prices(table, listed)


def _of(environment: Mapping[str, str]) -> list[str]:
    """The judges that the environment names."""
    return [one.strip() for one in environment.get(MODEL, "").split(",") if one.strip()]


def _seat(one: object, told: Settings, env: Mapping[str, str]) -> ModelSpec | Teacher:
    if isinstance(one, Teacher | ModelSpec):
        return one
    if isinstance(one, LiteLLMProvider):
        one = one.seat()
    if not isinstance(one, str | Mapping):
        raise ConfigError(f"a judge is no {type(one).__name__}", where="judge", remedy="name it by its address")
    given: dict[str, Any] = {"model": one} if isinstance(one, str) else dict(one)
    base_url = given.get("base_url") or told.base_url or env.get(BASE_URL, "").strip() or None
    spec = {**_common(told, base_url), **given}
    elsewhere = bool(base_url or env.get("OPENAI_BASE_URL", "").strip())
    return spec_of(
        {**spec, **_address(str(given.get("model", "")).strip(), elsewhere=elsewhere, spec=spec)}, where="judge"
    )


def _common(told: Settings, base_url: str | None) -> dict[str, Any]:
    """The settings that all judges share."""
    fixed = {"base_url": base_url, "api_key_env": told.api_key_env}
    return {**told.model, **{key: value for key, value in fixed.items() if value is not None}}


def _address(name: str, *, elsewhere: bool, spec: Mapping[str, Any]) -> dict[str, Any]:
    """A model as windrow addresses it. Plain names, and those that only a gateway knows, are asked as OpenAI's API is;
    Claude where its maker answers in that form, unless another server is named."""
    provider, _, model = name.partition("/")
    claude = name.startswith("claude") or provider == "anthropic"
    if claude and not elsewhere:
        key = spec.get("api_key_env") or CLAUDE_KEY
        return {"model": f"openai/{model or name}", "base_url": CLAUDE_URL, "api_key_env": key}
    if name and (not model or (elsewhere and provider not in TEACHERS.names())):
        return {"model": f"openai/{name}"}
    return {"model": name}


def _price(name: str, two: tuple[float, float]) -> tuple[Decimal, Decimal]:
    try:
        given, got = (Decimal(str(one)) for one in two)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise ConfigError(
            f"{two!r} is no price", where=f"prices[{name!r}]", remedy="dollars for a million tokens: (input, output)"
        ) from error
    if not (given.is_finite() and got.is_finite() and min(given, got) >= 0):
        raise ConfigError("a price is a number of 0 or more", where=f"prices[{name!r}]")
    return given, got


def with_concurrency(specs: Sequence[ModelSpec | Teacher], concurrency: int) -> list[Named]:
    """The judges, each pressed no harder than `concurrency` unless their own settings say how hard."""
    return [
        one
        if isinstance(one, Teacher) or one.concurrency is not None
        else one.model_copy(update={"concurrency": concurrency})
        for one in specs
    ]
