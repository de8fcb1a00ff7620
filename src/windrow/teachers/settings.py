"""How one model is reached and how hard it is pressed: what the config says of it, whichever provider it is of."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from windrow.teachers.base import Pace

OURS = frozenset({"model", "messages", "tools", "stream", "n"})


class Reach(BaseModel):
    """Where one model is, and how hard it is pressed. Unknown keys are errors; what is not set is the provider's own
    default. `ours` are the parameters of its API that are no user's to set."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, defer_build=True)
    ours: ClassVar[frozenset[str]] = OURS

    base_url: str | None = None
    """Where the API is, when not at `OPENAI_BASE_URL` or the provider's own address."""
    api_key_env: str | None = None
    """The environment variable that holds the key. Default: the provider's usual one."""
    concurrency: int | None = Field(default=None, ge=1)
    """Requests under way at once, at most."""
    adaptive: bool | None = None
    """Halve the concurrency when the server says "too many", and creep up again."""
    timeout: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    """Seconds that one request may take."""
    retries: int | None = Field(default=None, ge=0)
    """How often a request that may succeed later is sent again."""
    params: dict[str, Any] = Field(default_factory=dict)
    """Parameters of the API, sent as they are; they win over a template's own, and null leaves one out."""

    @field_validator("params")
    @classmethod
    def _leaves_ours_alone(cls, params: dict[str, Any]) -> dict[str, Any]:
        taken = sorted(cls.ours & params.keys())
        if taken:
            msg = f"{', '.join(taken)}: set by windrow itself, not by params"
            raise ValueError(msg)
        return params

    def pace(self, usual: Pace | None = None) -> Pace:
        """The pace asked for, with `usual` where nothing was asked."""
        usual = usual or Pace()
        return Pace(
            concurrency=usual.concurrency if self.concurrency is None else self.concurrency,
            adaptive=usual.adaptive if self.adaptive is None else self.adaptive,
            timeout=usual.timeout if self.timeout is None else self.timeout,
            retries=usual.retries if self.retries is None else self.retries,
        )


class ModelSettings(Reach):
    """The settings of one model that answers.

    `params` are sent with every request and win over a template's own: the template knows the task, the config knows
    the model. Only the one retry of an answer that was cut off may raise their token limit, to the template's
    `if_truncated`. A parameter set to null is left out, which is how a template's `max_tokens` becomes
    `{max_tokens: null, max_completion_tokens: 4096}` for models that know only the newer name, and how `temperature`
    is kept from models that take none. `api_key_env` names the environment variable that holds the key.
    `structured` says how a JSON Schema reaches the model: as `response_format` (native), in the prompt, or auto:
    native where it is known to work.
    """

    terms: str | None = Field(default=None, min_length=1)
    """What the provider's terms say of training on its answers, in your words: it goes on every row and on the card."""
    structured: Literal["native", "prompt", "auto"] = "auto"
    """How to ask for JSON of a schema: the API's own way, in the prompt, or native where it is known to work."""


class EmbeddingSettings(Reach):
    """The settings of one model that makes vectors of texts."""

    ours: ClassVar[frozenset[str]] = frozenset({"model", "input", "dimensions"})

    dimensions: int | None = Field(default=None, ge=1)
    """How many numbers a vector has. Is sent to the endpoint, and a vector of another size is none."""
    prefix: str = ""
    """What is put before each text, for models that want to be told what the text is for (`clustering: `)."""
