"""What a config may say, key by key, in the order of the road.

The knobs of a recipe, a check, a filter and so on are not known here: they stay a mapping until the plan asks the
class they belong to.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from windrow.teachers.settings import ModelSettings

NAME_PATTERN = r"^[^\s/\\.:\x00-\x1f][^/\\:\x00-\x1f]{0,99}$"
DEFAULT_TEACHER = "embedded/procedural"

Count = Annotated[int, Field(strict=True, ge=1)]
Text = Annotated[str, Field(strict=True, min_length=1)]


class Strict(BaseModel):
    """A mapping whose unknown keys are errors. The string under a key is its description, for editors and docs/."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def _as_mapping(key: str) -> BeforeValidator:
    """Let a bare string stand for a mapping with that one key."""
    return BeforeValidator(lambda value: {key: value} if isinstance(value, str) else value)


class StageUse(Strict):
    """`use:` and, beside it, the knobs of what is used. A bare name means no knobs."""

    use: Text
    """What to use: the name of a built-in or of an installed plug-in, or `path/to/file.py:Class`."""
    options: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _gather_options(cls, data: object) -> object:
        """Whatever is not a key of ours is a knob of the stage's."""
        if not isinstance(data, dict):
            return data
        own = {key: value for key, value in data.items() if key in cls.own_keys()}
        return {**own, "options": {key: value for key, value in data.items() if key not in own}}

    @classmethod
    def own_keys(cls) -> tuple[str, ...]:
        """The keys that every stage of this kind has, whatever it uses."""
        return tuple(name for name in cls.model_fields if name != "options")


Named = Annotated[StageUse, _as_mapping("use")]


class SeedUse(StageUse):
    """Something to grow from, and under which licence it is."""

    licence: Text | None = None
    """The licence of what is read, such as `CC-BY-4.0`: it goes on every row grown from it, and on the card."""


NamedSeed = Annotated[SeedUse, _as_mapping("use")]


class RecipeUse(StageUse):
    """One recipe of the run. `rows` is how many accepted rows it must reach; without it, one pass over the seeds.

    `prompts` maps a template's label to a file that replaces it; `checks` and `filters` add to or tune the recipe's.
    """

    name: Annotated[Text, StringConstraints(pattern=NAME_PATTERN)] | None = None
    """What this use of the recipe is called. Name the uses of a recipe used twice: answers belong to the name, and
    without one the second is called `recipe#2`, whichever is second."""
    rows: Count | None = None
    """How many accepted rows to reach. Without it, one pass over the seeds."""
    max_candidates: Count | None = None
    """Give up after growing this many rows. Default: ten times `rows`, at least 200."""
    prompts: dict[str, Text] = Field(default_factory=dict)
    """A template's label and the file that replaces it."""
    checks: list[Named] = Field(default_factory=list)
    """Checks to add to the recipe's own, or to tune."""
    filters: list[Named] = Field(default_factory=list)
    """Filters to add to the recipe's own, or to tune."""


class ModelSpec(ModelSettings):
    """One model of a role. `share` is its weight in the pool; the rest says how to reach it and how hard to press it.

    `api_key_env` names the environment variable that holds the key; a key itself is never written in a config.
    """

    model: Annotated[Text, StringConstraints(pattern=r"^[^/\s]+/.+$")]
    """`provider/model`, such as `openai/gpt-5`, `embedded/procedural` or `replay/answers.jsonl`."""
    share: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0
    """Weight in a pool of several models."""
    base_url: Annotated[Text, StringConstraints(pattern=r"^https?://")] | None = None
    """Where the API is, when not at `OPENAI_BASE_URL` or the provider's own address."""
    api_key_env: Annotated[Text, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    """The environment variable that holds the key. Default: the provider's usual one."""


def _as_pool(value: object) -> object:
    """A role's models are a list; one model may be written without it."""
    return value if isinstance(value, list) else [value]


Pool = Annotated[list[Annotated[ModelSpec, _as_mapping("model")]], BeforeValidator(_as_pool), Field(min_length=1)]
Money = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]


class Price(Strict):
    """What a million tokens cost, in US dollars."""

    input: Money
    """Of a million tokens sent."""
    output: Money
    """Of a million tokens received."""


def _as_split(value: object) -> object:
    """`{holdout: 0.1}` is short for `{use: holdout, share: 0.1}`; a mapping in its place gives the knobs."""
    if not isinstance(value, dict) or "use" in value or len(value) != 1:
        return value
    ((name, knobs),) = value.items()
    return {"use": name, **(knobs if isinstance(knobs, dict) else {"share": knobs})}


class Config(Strict):
    """A whole run, as one file says it."""

    name: Annotated[Text, StringConstraints(pattern=NAME_PATTERN)]
    """The run's name, and its folder's under `runs/` unless `--out` says otherwise."""
    seeds: list[NamedSeed] = Field(default_factory=list)
    """What to grow from: real rows, real documents."""
    models: dict[Text, Pool] = Field(default_factory=lambda: {"teacher": [ModelSpec(model=DEFAULT_TEACHER)]})
    """Who plays each role: one model, or a weighted pool. A role that is not named is played by `teacher`."""
    prices: dict[Text, Price] = Field(default_factory=dict)
    """What models cost, for the report: `provider/model` and its price."""
    recipes: Annotated[list[Annotated[RecipeUse, _as_mapping("use")]], Field(min_length=1)]
    """How rows are grown; each recipe is one stage of the run."""
    checks: list[Named] = Field(default_factory=list)
    """Checks to add to every recipe's own, or to tune."""
    filters: list[Named] = Field(default_factory=list)
    """Filters to add to every recipe's own, or to tune."""
    splits: Annotated[Named, BeforeValidator(_as_split)] | None = None
    """How accepted rows are dealt to train and test. `{holdout: 0.1}` is short for `{use: holdout, share: 0.1}`."""
    exports: list[Named] = Field(default_factory=list)
    """What to write at the end of a run."""
