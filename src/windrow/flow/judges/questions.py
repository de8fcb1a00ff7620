"""What a judge of the road is asked about each row: evaluators by name, and a rubric of the user's own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import Field, field_validator, model_validator

from windrow import prompts
from windrow.errors import ConfigError, UnknownName
from windrow.evaluators import claims, names, pointwise
from windrow.evaluators import rubric as rubrics
from windrow.evaluators.results import EvalResult
from windrow.shapes import Options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windrow.evaluators.rubric import Rubric

JUDGED = ("rubric", "claims", "deterministic")
Text = Annotated[str, Field(strict=True, min_length=1)]
Asking: TypeAlias = Callable[..., Awaitable[EvalResult]]
"""From inputs, an `ask`, a role, a sample's number and a threshold to what the judge says."""


class QuestionOptions(Options):
    """What is asked: evaluators by name, a rubric of one's own, or both."""

    criteria: list[Text] = Field(default_factory=list)
    """Evaluators by name, such as task_adherence, faithfulness or safety (`windrow list evaluators`). Those that a
    program answers go first, and a row that fails one of them costs no call."""
    rubric: Text | None = None
    """A file with a rubric of your own, asked before the criteria."""
    lock: Text | None = None
    """The hash that the rubric must have: an edit of it then stops the run instead of judging otherwise."""

    @field_validator("criteria")
    @classmethod
    def _known(cls, criteria: list[str]) -> list[str]:
        for name in criteria:
            try:
                found = names.find(name)
            except UnknownName as error:
                raise ValueError(f"{error.what} ({error.remedy})") from None
            if found.kind not in JUDGED:
                raise ValueError(f"{name!r} says nothing of one row alone")
        return criteria

    @model_validator(mode="after")
    def _something(self) -> QuestionOptions:
        if not self.criteria and self.rubric is None:
            raise ValueError("nothing to judge by: name criteria, or a rubric's file")
        if self.lock is not None and self.rubric is None:
            raise ValueError("lock is of a rubric's file, and none is named")
        return self


@dataclass(frozen=True)
class Question:
    """One evaluator of a judge. `ask` is None where a program answers, and `compute` where a model does."""

    name: str
    ask: Asking | None = None
    compute: Callable[..., EvalResult] | None = None
    rubric_hash: str = ""
    digest: str = ""
    label: str = ""


def questions(options: QuestionOptions, base: Path) -> list[Question]:
    """The questions, programs first. Raises ConfigError for a rubric that cannot be read, or is not the locked one."""
    asked = [] if options.rubric is None else [_own(options, base)]
    asked += [_named(name) for name in dict.fromkeys(names.find(name).name for name in options.criteria)]
    twice = {one.name for one in asked if sum(other.name == one.name for other in asked) > 1}
    if twice:
        raise ConfigError(
            f"two questions are called {min(twice)!r}", where=str(options.rubric), remedy="give the rubric another name"
        )
    return sorted(asked, key=lambda one: one.compute is None)


def templates(asked: list[Question]) -> Mapping[str, Path]:
    """The files of the prompts that the questions need, by label."""
    return {one.label: pointwise.PROMPTS / f"{one.label}.md" for one in asked if one.label}


def _own(options: QuestionOptions, base: Path) -> Question:
    path = base / Path(str(options.rubric)).expanduser()
    own = rubrics.load(path)
    return _of_rubric(own if options.lock is None else own.locked(options.lock, where=str(path)), own.name)


def _named(name: str) -> Question:
    found = names.find(name)
    if found.kind == "rubric":
        return _of_rubric(found.load(), found.name)
    if found.kind == "claims":
        digest = claims.fingerprint(_digest(claims.LABEL))
        return Question(name, found.load(), None, claims.QUESTIONS_HASH, digest, claims.LABEL)
    return Question(name, None, found.load(), digest=name)


def _of_rubric(own: Rubric, name: str) -> Question:
    digest = pointwise.fingerprint(own, _digest(pointwise.LABEL))
    asking: Any = partial(pointwise.judge_rubric, own)
    return Question(name, asking, None, own.hash, digest, pointwise.LABEL)


def _digest(label: str) -> str:
    return prompts.load(pointwise.PROMPTS / f"{label}.md", name=f"judge/{label}").digest
