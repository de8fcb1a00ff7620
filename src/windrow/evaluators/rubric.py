"""A rubric: a list of small questions, each answered from evidence. Written as YAML, locked by its hash.

name: task_adherence
version: 1
description: Did the answer do what was asked, by the rules it was given?
needs: [input, output]
threshold: 0.7
criteria:
  - id: goal
    question: Does the output accomplish what the input asks for?
    weight: 2
    critical: true
    evidence: output
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Any, Literal

import orjson
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from windrow.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

Slug = Annotated[str, Field(strict=True, pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Text = Annotated[str, Field(strict=True, min_length=1)]
Scale = Literal["yes_no", "0-3"]
TOP = 3


class Part(BaseModel):
    """Strict and frozen: a key that is misspelt is an error, and nothing changes after the hash."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Criterion(Part):
    """One small question."""

    id: Slug
    question: Text
    """Asked so that yes (or 3) is good."""
    scale: Scale = "yes_no"
    """yes_no, or 0-3 with an anchor for each point."""
    anchors: dict[int, Text] = Field(default_factory=dict)
    """What 0, 1, 2 and 3 mean; needed for `0-3`."""
    weight: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0
    critical: bool = False
    """A critical question that fails, fails the whole."""
    evidence: Literal["output", "input", "context", "conversation", "none"] = "output"
    """Where the quote that shows a yes must stand, word for word; a no may quote anything shown, because what one text
    lacks stands in another. `none`: no quote is asked for."""
    evidence_for: Literal["both", "yes", "no"] = "both"
    """Which verdict needs the quote: `no` where a yes is the absence of something, which nothing can be quoted for."""
    optional: bool = False
    """May be answered "not applicable"."""

    @field_validator("evidence_for", mode="before")
    @classmethod
    def _as_written(cls, value: object) -> object:
        return (
            {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
        )  # YAML's own yes and no

    @model_validator(mode="after")
    def _anchored(self) -> Criterion:
        if self.scale == "0-3" and sorted(self.anchors) != list(range(TOP + 1)):
            msg = f"criterion {self.id!r}: a 0-3 scale needs an anchor for each of 0, 1, 2 and 3"
            raise ValueError(msg)
        return self


class Rubric(Part):
    """Questions with what they need and from which score on the whole passes."""

    name: Slug
    version: Annotated[int, Field(ge=1)] = 1
    description: Text
    needs: Annotated[list[Slug], Field(min_length=1)] = Field(default_factory=lambda: ["output"])
    """Inputs that must be given: input, output, context, reference, …"""
    uses: list[Slug] = Field(default_factory=list)
    """Inputs that are shown where given."""
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.7
    criteria: Annotated[list[Criterion], Field(min_length=1)]

    @model_validator(mode="after")
    def _unlike(self) -> Rubric:
        ids = [one.id for one in self.criteria]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            msg = f"criteria with the same id: {', '.join(twice)}"
            raise ValueError(msg)
        shown = {*self.needs, *self.uses, "none"}
        unseen = [one for one in self.criteria if one.evidence not in shown]
        if unseen:
            msg = f"criterion {unseen[0].id!r} wants quotes from {unseen[0].evidence!r}, which needs and uses leave out"
            raise ValueError(msg)
        return self

    @property
    def hash(self) -> str:
        """Sixteen hex digits over everything that the rubric says, whatever the YAML's layout."""
        said = self.model_dump(mode="json")
        said["criteria"] = [{**one, "anchors": sorted(one["anchors"].items())} for one in said["criteria"]]
        return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]

    def locked(self, lock: str, *, where: str = "") -> Rubric:
        """This rubric, if its hash is `lock`. Raises ConfigError."""
        if lock != self.hash:
            raise ConfigError(
                f"rubric {self.name} has hash {self.hash}, and the lock says {lock}",
                where=where,
                remedy=f"undo the edit, or calibrate the new wording and set lock: {self.hash}",
            )
        return self


def load(path: Path) -> Rubric:
    """The rubric in a YAML file. Raises ConfigError with the path and what is wrong."""
    try:
        said: Any = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"rubric cannot be read: {error}", where=str(path)) from error
    except yaml.YAMLError as error:
        raise ConfigError(f"rubric is not YAML: {error}", where=str(path)) from error
    return parse(said, where=str(path))


def parse(said: object, *, where: str = "") -> Rubric:
    """The rubric that a mapping spells. Raises ConfigError."""
    try:
        return Rubric.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        raise ConfigError(f"{place}: {message}" if place else message, where=where) from error
