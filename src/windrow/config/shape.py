"""What a config may say, key by key, in the order of the road.

The knobs of a recipe, a check, a filter and so on are not known here: they stay a mapping until the plan asks the
class they belong to.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from windrow.teachers.settings import EmbeddingSettings, ModelSettings
from windrow.text.placeholders import KINDS, Kind
from windrow.text.presidio import Presidio

NAME_PATTERN = r"^[^\s/\\.:\x00-\x1f][^/\\:\x00-\x1f]{0,99}$"
DEFAULT_TEACHER = "embedded/procedural"

Count = Annotated[int, Field(strict=True, ge=1)]
Text = Annotated[str, Field(strict=True, min_length=1)]


class Strict(BaseModel):
    """A mapping whose unknown keys are errors. The string under a key is its description, for editors and docs/."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, defer_build=True)


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


class Lowest(Strict):
    """A share of the rows to drop, the lowest-scoring first."""

    bottom_out: Annotated[float, Field(gt=0, lt=1)]
    """The share that is dropped, 0.1 to 0.2 by habit. So many more rows are grown that enough are left."""


class JudgeUse(StageUse):
    """One judge: what it asks, which rows it hears, and what becomes of them."""

    name: Annotated[Text, StringConstraints(pattern=NAME_PATTERN)] | None = None
    """What this judge is called in verdicts and reports. Name judges of one kind apart."""
    keep: Annotated[float, Field(ge=0, le=1)] | Lowest | None = None
    """The score from which a row passes; or `{bottom_out: 0.1}`, to judge every row and drop the lowest-scoring tenth.
    Default: the threshold of the calibration, else that of each rubric."""
    mode: Literal["every", "two_pass"] = "every"
    """`every`: each row is judged. `two_pass`: a sample is, and its defect rate decides whether the rest is accepted
    unjudged, judged too, or not worth judging."""
    sample: Annotated[float, Field(ge=0.01, le=1)] = 0.05
    """Of `two_pass`: the share of the rows to look at first; at least 200 rows and at most 2,000."""
    accept: Annotated[float, Field(gt=0, lt=1)] = 0.05
    """Of `two_pass`: the defect rate that the rest may have at most, with 95 % confidence, to be accepted unjudged."""
    regenerate: Annotated[float, Field(gt=0, le=1)] = 0.4
    """Of `two_pass`: the defect rate beyond which nothing is worth judging: mend the recipe or its teacher."""
    audit: Annotated[int, Field(strict=True, ge=0, le=1000)] = 100
    """Of `two_pass`: how many accepted and how many refused rows are judged once more, to publish how often the
    judge says otherwise. 0 spares the calls."""
    calibration: Text | None = None
    """What `windrow calibrate` measured of this judge, a file. Without one the report says: not calibrated."""
    anchors: Text | None = None
    """A file of labelled rows (JSON Lines) that ride among the others, to notice when the judge is not what was
    calibrated any more. Needs `calibration`."""
    anchor_share: Annotated[float, Field(gt=0, le=0.5)] = 0.1
    """How many of the judgments are of anchors."""

    @model_validator(mode="after")
    def _one_way(self) -> JudgeUse:
        if self.mode == "two_pass" and isinstance(self.keep, Lowest):
            raise ValueError("two_pass judges a sample, and bottom_out needs the score of every row: choose one")
        if self.accept >= self.regenerate:
            raise ValueError("accept is the lower of the two rates, regenerate the higher")
        if self.anchors is not None and self.calibration is None:
            raise ValueError("anchors need a calibration: it says how the judge answered them when it was measured")
        return self


NamedJudge = Annotated[JudgeUse, _as_mapping("use")]


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
    judges: list[NamedJudge] | None = None
    """Judges of this recipe's rows, in place of those of the whole run; an empty list for none."""


Address = Annotated[Text, StringConstraints(pattern=r"^[^/\s]+/.+$")]
Url = Annotated[Text, StringConstraints(pattern=r"^https?://")]
Variable = Annotated[Text, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class ModelSpec(ModelSettings):
    """One model of a role. `share` is its weight in the pool; the rest says how to reach it and how hard to press it.

    `api_key_env` names the environment variable that holds the key; a key itself is never written in a config.
    """

    model: Address
    """`provider/model`, such as `openai/gpt-5`, `embedded/procedural` or `replay/answers.jsonl`."""
    share: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0
    """Weight in a pool of several models."""
    base_url: Url | None = None
    """Where the API is, when not at `OPENAI_BASE_URL` or the provider's own address."""
    api_key_env: Variable | None = None
    """The environment variable that holds the key. Default: the provider's usual one."""


class EmbeddingsUse(EmbeddingSettings):
    """A model that makes vectors of texts: how alike two of them are is then what it takes for alike."""

    model: Address
    """`openai/MODEL` for any server that speaks OpenAI's `/embeddings`; `local/FOLDER` or `local/NAME` for a
    sentence-transformers model in this process; `replay/FILE` for a recording."""
    base_url: Url | None = None
    """Where the API is, when not at `OPENAI_BASE_URL` or the provider's own address."""
    api_key_env: Variable | None = None
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


class TermsUse(Strict):
    """Whose terms are known, and acknowledged. What holds for one model is said beside it: `terms:`."""

    file: Text | None = None
    """A YAML file of your own entries, in the form of windrow's `terms.yaml`; they come before it."""
    acknowledged: bool = False
    """You have read the terms of every model, and the rows are exported whatever the table says of them."""


class PiiUse(Strict):
    """Personal data and secrets: what is looked for, and what becomes of it. `scrub` alone stands for all defaults."""

    mode: Literal["off", "flag", "scrub", "reject"]
    """`flag`: rows that hold any say so in a verdict. `reject`: they are refused. `scrub`: it is taken out of seeds and
    documents before a model sees them, and out of answers before anybody keeps them; a word such as `[EMAIL_1]` stands
    in its place."""
    kinds: list[Kind] = list(KINDS)
    """What is looked for: form and check digits give these away."""
    keep: list[Text] = Field(default_factory=list)
    """What may stay: a value, the host of mail addresses (`acme.com`), a network (`10.0.0.0/8`), or `reserved` for
    what standards set aside for examples and private networks."""
    names: Annotated[Presidio, _as_mapping("use")] | None = None
    """Finds names of people and places too: `presidio`, which is installed apart, with a model for one language."""


def _as_pii(value: object) -> object:
    """A bare mode stands for a mapping; YAML reads a bare `off` as false."""
    return {"mode": "off" if value is False else value} if isinstance(value, str | bool) else value


class Config(Strict):
    """A whole run, as one file says it."""

    name: Annotated[Text, StringConstraints(pattern=NAME_PATTERN)]
    """The run's name, and its folder's under `runs/` unless `--out` says otherwise."""
    seeds: list[NamedSeed] = Field(default_factory=list)
    """What to grow from: real rows, real documents."""
    models: dict[Text, Pool] = Field(default_factory=lambda: {"teacher": [ModelSpec(model=DEFAULT_TEACHER)]})
    """Who plays each role: one model, or a weighted pool. A role that is not named is played by `teacher`."""
    embeddings: Annotated[EmbeddingsUse, _as_mapping("model")] | None = None
    """What makes vectors of texts, for the report and for filters that compare meaning. Without it the report compares
    words (TF-IDF)."""
    prices: dict[Text, Price] = Field(default_factory=dict)
    """What models cost, for the report: `provider/model` and its price."""
    recipes: Annotated[list[Annotated[RecipeUse, _as_mapping("use")]], Field(min_length=1)]
    """How rows are grown; each recipe is one stage of the run."""
    pii: Annotated[PiiUse, BeforeValidator(_as_pii)] = Field(default_factory=lambda: PiiUse(mode="off"))
    """Personal data and secrets: `off`, `flag`, `reject`, `scrub`, or a mapping with more."""
    checks: list[Named] = Field(default_factory=list)
    """Checks to add to every recipe's own, or to tune."""
    filters: list[Named] = Field(default_factory=list)
    """Filters to add to every recipe's own, or to tune."""
    judges: list[NamedJudge] = Field(default_factory=list)
    """Who hears the rows that every check passed and every filter admitted, in this order. Without any, rows are
    accepted on their checks alone."""
    splits: Annotated[Named, BeforeValidator(_as_split)] | None = None
    """How accepted rows are dealt to train and test. `{holdout: 0.1}` is short for `{use: holdout, share: 0.1}`."""
    exports: list[Named] = Field(default_factory=list)
    """What to write at the end of a run."""
    terms: TermsUse | None = None
    """What holds of training on the models' answers, where windrow's own table does not say it rightly."""
