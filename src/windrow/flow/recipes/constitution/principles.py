"""The constitution: a YAML file of principles, ours or the user's own, read with every mistake named by its place."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from windrow.errors import ConfigError
from windrow.text.conduct import RULES, Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic_core import ErrorDetails

PromptClass: TypeAlias = Literal["harmful", "borderline", "benign"]
CLASSES: tuple[PromptClass, ...] = ("harmful", "borderline", "benign")
DEFAULT = Path(__file__).with_name("default.yaml")
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


# What pydantic says in the terms of Python, said in those of the file.
PLAINLY = {
    "extra_forbidden": "no such key",
    "missing": "is missing",
    "model_type": "should be a mapping of keys to values",
    "tuple_type": "should be a list, such as [one, two]",
    "too_short": "should hold at least one",
    "string_type": "should be a text",
    "string_too_short": "is empty",
    "string_pattern_mismatch": "should be of small letters, digits and _, such as no_sure_things",
}


class Strict(BaseModel):
    """A mapping whose unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(Strict):
    """When a principle applies: one of these regular expressions is found. They are caseless."""

    prompt: Text | None = None
    answer: Text | None = None

    @field_validator("prompt", "answer")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            try:
                re.compile(pattern)
            except re.error as error:
                msg = f"not a regular expression: {error}"
                raise ValueError(msg) from None
        return pattern

    @model_validator(mode="after")
    def _says_something(self) -> Condition:
        if self.prompt is None and self.answer is None:
            msg = "say when: prompt, answer, or both"
            raise ValueError(msg)
        return self

    def holds(self, prompt: str, answer: str) -> bool:
        """Whether one of the expressions is found where it looks."""
        looked = ((self.prompt, prompt), (self.answer, answer))
        return any(pattern is not None and re.search(pattern, text, re.IGNORECASE) for pattern, text in looked)


class Principle(Strict):
    """One principle: what a critic looks for, what a reviser does about it, and which rules watch over it."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,49}$")]
    scope: tuple[PromptClass, ...] = Field(default=CLASSES, min_length=1)
    critique_request: Text
    revision_request: Text
    checks: tuple[str, ...] = ()
    applies_if: Condition | None = None

    @field_validator("checks")
    @classmethod
    def _known(cls, checks: tuple[str, ...]) -> tuple[str, ...]:
        for name in checks:
            if name not in RULES:
                near = get_close_matches(name, RULES, n=1, cutoff=0.5)
                msg = f"unknown rule {name!r}; " + (
                    f"did you mean {near[0]!r}?" if near else f"known: {', '.join(RULES)}"
                )
                raise ValueError(msg)
        return checks

    def applies(self, kind: PromptClass, prompt: str, answer: str) -> bool:
        """Whether it has anything to say of this answer."""
        return kind in self.scope and (self.applies_if is None or self.applies_if.holds(prompt, answer))


class Example(Strict):
    """A worked critique and revision, to show what each of the two is."""

    target: Target
    prompt: Text
    answer: Text
    critique: Text
    revision: Text


class Constitution(Strict):
    """Principles, and examples of their use."""

    principles: tuple[Principle, ...] = Field(min_length=1)
    examples: tuple[Example, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """Every rule that a principle names, and the two that every answer is held to, in the order of the rules."""
        named = {name for principle in self.principles for name in principle.checks} | {"over_refusal", "under_refusal"}
        return tuple(name for name in RULES if name in named)


def load(path: Path, written: str = "") -> Constitution:
    """The constitution in the file at `path`; problems call it `written`. Raises ConfigError with the place."""
    name = written or path.name
    data = _parsed(path, name)
    if isinstance(data, list):
        data = {"principles": data}
    if not isinstance(data, dict):
        remedy = "a constitution is a list of principles, or a mapping with principles and examples"
        raise ConfigError("holds no principles", where=name, remedy=remedy)
    try:
        constitution = Constitution.model_validate(data)
    except ValidationError as error:
        raise _told(error.errors()[0], name) from None
    _refuse_same_names(constitution.principles, name)
    return constitution


def _parsed(path: Path, name: str) -> Any:  # noqa: ANN401 - whatever the file holds
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        remedy = "paths start from the folder of the config file"
        raise ConfigError(f"cannot be read: {error.strerror}", where=name, remedy=remedy) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"not UTF-8: byte 0x{error.object[error.start]:02x}", where=name) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{name}:{mark.line + 1}" if mark is not None else name
        raise ConfigError(f"not YAML: {getattr(error, 'problem', None) or error}", where=place) from error


def _told(error: ErrorDetails, name: str) -> ConfigError:
    """The first problem, with its place in the file."""
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"]).lstrip(".")
    what = PLAINLY.get(error["type"], error["msg"].removeprefix("Value error, "))
    return ConfigError(what, where=f"{name}: {place}")


def _refuse_same_names(principles: Sequence[Principle], name: str) -> None:
    places: dict[str, int] = {}
    for place, principle in enumerate(principles):
        first = places.setdefault(principle.id, place)
        if first != place:
            raise ConfigError(
                f"principles[{first}] is called {principle.id!r} too",
                where=f"{name}: principles[{place}].id", remedy="give each a name of its own",
            )  # fmt: skip
