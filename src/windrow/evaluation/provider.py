"""A model named as LiteLLM names it, for those whose code says `LiteLLMProvider(model="gpt-5")`."""

from __future__ import annotations

from typing import Any

from windrow.errors import ConfigError


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
        self.settings = {key: value for key, value in told.items() if value is not None}

    def seat(self, model: str | None = None) -> dict[str, Any] | None:
        """The judge as a config writes it; None where neither `model` nor the provider names one."""
        name = model or self.model
        return None if name is None else {"model": name, **self.settings}
