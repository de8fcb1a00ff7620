"""From `provider/model` and its settings to a Teacher."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from windrow.errors import ConfigError
from windrow.registry import Registry
from windrow.teachers.settings import ModelSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windrow.teachers.base import Teacher

TEACHERS = Registry(
    "teacher",
    {
        "openai": "windrow.teachers.openai:OpenAICompatible",
        "embedded": "windrow.teachers.embedded.procedural:Procedural",
        "replay": "windrow.teachers.replay:Replay",
    },
)


def connect(
    address: str,
    settings: ModelSettings | None = None,
    *,
    env: Mapping[str, str] | None = None,
    base: Path | None = None,
    where: str = "",
) -> Teacher:
    """The teacher at `address` ("openai/gpt-5", "replay/answers.jsonl"), ready to be asked; nothing is sent yet.

    `env` is where keys are read from (the process's own environment if None), `base` the folder that relative paths
    start from. Raises UnknownName for a provider, MissingError for a key or file that is not there.
    """
    provider, slash, model = address.partition("/")
    if not slash or not model or not provider:
        raise ConfigError(
            f"{address!r} is not a model's address", where=where, remedy="write provider/model, such as openai/gpt-5"
        )
    cls = TEACHERS.load(provider, where=where)
    try:
        teacher: Teacher = cls(model, settings or ModelSettings(), env=env, base=base or Path())
    except ConfigError as error:
        error.where = ": ".join(filter(None, (where, error.where)))
        raise
    teacher.address = address  # prices, terms and lineage know a plug-in, too, as the config writes it
    teacher.terms = (settings.terms if settings is not None else None) or ""
    return teacher
