"""From `provider/model` and its settings to a Teacher."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from windrow.errors import ConfigError
from windrow.registry import Registry
from windrow.teachers.settings import EmbeddingSettings, ModelSettings, Reach

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

EMBEDDERS = Registry(
    "embedder",
    {
        "openai": "windrow.teachers.openai_embeddings:OpenAIEmbeddings",
        "local": "windrow.teachers.local_embeddings:LocalEmbeddings",
        "replay": "windrow.teachers.replay:ReplayedVectors",
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
    teacher = _connected(TEACHERS, address, settings or ModelSettings(), env=env, base=base, where=where)
    teacher.terms = (settings.terms if settings is not None else None) or ""
    return teacher


def connect_embeddings(
    address: str,
    settings: EmbeddingSettings | None = None,
    *,
    env: Mapping[str, str] | None = None,
    base: Path | None = None,
    where: str = "embeddings",
) -> Teacher:
    """The model at `address` that makes vectors of texts ("openai/text-embedding-3-small", "local/FOLDER"). Raises
    UnknownName for a provider, MissingError for a key, a folder or a package that is not there."""
    return _connected(EMBEDDERS, address, settings or EmbeddingSettings(), env=env, base=base, where=where)


def _connected(
    registry: Registry, address: str, settings: Reach, *, env: Mapping[str, str] | None, base: Path | None, where: str
) -> Teacher:
    provider, slash, model = address.partition("/")
    if not slash or not model or not provider:
        raise ConfigError(
            f"{address!r} is not a model's address", where=where, remedy="write provider/model, such as openai/gpt-5"
        )
    cls = registry.load(provider, where=where)
    try:
        teacher: Teacher = cls(model, settings, env=env, base=base or Path())
    except ConfigError as error:
        error.where = ": ".join(filter(None, (where, error.where)))
        raise
    teacher.address = address  # prices, terms and lineage know a plug-in, too, as the config writes it
    return teacher
