"""An `Ask` outside of runs: the same engine, templates and teachers, for evaluating what already exists.

    async with Asking.open({"judge": "openai/gpt-5"}, environment=os.environ) as asking:
        verdict = await ask_rubric(rubric, inputs, asking.ask_for(key))

Answers are kept only where a ledger is given; with one, the same evaluation asks only for what is missing, however the
one before it ended. A judge that cannot be reached costs its own verdicts and nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import orjson

import windrow.evaluators
from windrow import prompts
from windrow.config.shape import ModelSpec
from windrow.engine.asker import Asker, Desk
from windrow.engine.cast import Cast
from windrow.errors import ConfigError
from windrow.evaluation.lasting import LastingLane
from windrow.evaluation.unkept import Unkept
from windrow.events import CallEnded
from windrow.teachers.base import Teacher
from windrow.teachers.connect import connect

if TYPE_CHECKING:
    from types import TracebackType

    from windrow.events import Event
    from windrow.ledger.base import Ledger
    from windrow.prompts import Template

Named: TypeAlias = "str | Mapping[str, Any] | ModelSpec | Teacher"
"""A model: its address, its settings as a config writes them, or a Teacher that is there already."""

NAME = "judge"


class Asking:
    """Who is asked, and by which templates. `ask_for` gives the `Ask` of one thing that is evaluated."""

    def __init__(self, desk: Desk, played: Mapping[str, tuple[str, ...]], own: Sequence[Teacher]) -> None:
        self._desk = desk
        self._own = tuple(own)
        self.models = played
        """Role to the addresses that play it."""

    @classmethod
    def open(
        cls,
        models: Mapping[str, Named | Sequence[Named]],
        environment: Mapping[str, str] | None = None,
        ledger: Ledger | None = None,
        *,
        templates: Mapping[str, Template] | None = None,
        base: Path | None = None,
        wait: float = 1.0,
    ) -> Self:
        """Connect the models that play each role; nothing is asked yet.

        `environment` is where keys are read from (the process's own if None), `templates` are used beside the judges'
        own, `base` is the folder that relative paths start from, `wait` a factor on every back-off. A Teacher given
        here, and the ledger, are closed by whoever made them. Raises ConfigError, or MissingError for a key.
        """
        roles, own = _connected(models, os.environ if environment is None else environment, base)
        cast = Cast(roles)
        desk = Desk(
            NAME,
            templates={**own_templates(), **(templates or {})},
            cast=cast,
            lanes={id(teacher): LastingLane(teacher, _unheard, wait=wait) for teacher in cast.teachers()},
            ledger=Unkept() if ledger is None else ledger,
            listener=_unheard,
            of_judges=True,
        )
        played = {role: tuple(teacher.address for teacher, _ in pool) for role, pool in roles.items()}
        return cls(desk, played, own)

    def ask_for(self, item: str, meter: Callable[[CallEnded], None] | None = None) -> Asker:
        """The `Ask` for the thing that `item` names. Answers in a ledger belong to that name, so it should be made of
        content. `meter` hears of every call that ends. Raises RowFailure only, whatever becomes of the endpoint."""
        if meter is None:
            return Asker(self._desk, item)
        desk = copy(self._desk)  # shares all but who listens
        desk.listener = _calls_to(meter)
        return Asker(desk, item)

    @property
    def concurrency(self) -> int:
        """Requests that may be under way at once, over all models."""
        return sum(teacher.pace.concurrency for teacher in self._desk.cast.teachers())

    async def close(self) -> None:
        """Close the connections that were opened here."""
        for teacher in self._own:
            await teacher.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def spec_of(named: str | Mapping[str, Any] | ModelSpec, *, where: str = "") -> ModelSpec:
    """The settings of a model that is named by its address or by a mapping. Raises ConfigError."""
    from pydantic import ValidationError  # noqa: PLC0415 - named only to be translated

    if isinstance(named, ModelSpec):
        return named
    try:
        return ModelSpec.model_validate({"model": named} if isinstance(named, str) else dict(named))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(filter(None, (where, *(str(part) for part in first["loc"]))))
        remedy = "name a model as provider/model" if first["loc"][:1] == ("model",) else ""
        raise ConfigError(first["msg"], where=place, remedy=remedy) from None


@lru_cache(maxsize=1)
def own_templates() -> Mapping[str, Template]:
    """The judges' templates by label, as the road uses them too."""
    folder = Path(str(windrow.evaluators.__file__)).parent / "prompts" / NAME
    return {path.stem: prompts.load(path, name=f"{NAME}/{path.stem}") for path in sorted(folder.glob("*.md"))}


def _connected(
    models: Mapping[str, Named | Sequence[Named]], environment: Mapping[str, str], base: Path | None
) -> tuple[dict[str, list[tuple[Teacher, float]]], list[Teacher]]:
    """The pool of each role, and the teachers that were made for it: one for each model and its settings."""
    made: dict[bytes, Teacher] = {}
    roles: dict[str, list[tuple[Teacher, float]]] = {}
    for role, named in models.items():
        for one in [named] if isinstance(named, str | Mapping | ModelSpec | Teacher) else named:
            if isinstance(one, Teacher):
                roles.setdefault(role, []).append((one, 1.0))
                continue
            spec = spec_of(one, where=f"models.{role}")
            key = orjson.dumps(spec.model_dump(mode="json", exclude={"share"}), option=orjson.OPT_SORT_KEYS)
            if key not in made:
                made[key] = connect(spec.model, spec, env=environment, base=base, where=f"models.{role}")
            roles.setdefault(role, []).append((made[key], spec.share))
    return roles, list(made.values())


def _unheard(event: Event) -> None:
    del event


def _calls_to(meter: Callable[[CallEnded], None]) -> Callable[[Event], None]:
    def hear(event: Event) -> None:
        if isinstance(event, CallEnded):
            meter(event)

    return hear
