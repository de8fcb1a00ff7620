"""From a file, the flags and the environment to one checked Config."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import ValidationError

from windrow.config import source
from windrow.config.problems import KeyPath, Places, spell, translate
from windrow.config.shape import Config
from windrow.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

SET_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
DOTENV_LINE = re.compile(r"^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$")


@dataclass(frozen=True)
class Loaded:
    """A config with what is needed to say where an error is: `raw` as written, `places` of its values.

    `base` is the folder that relative paths start from; `environment` is the process's own over that of `.env`.
    """

    config: Config
    raw: Mapping[str, Any]
    places: Places
    base: Path
    path: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)


def load(path: Path, overrides: Iterable[str] = (), *, environment: Mapping[str, str] | None = None) -> Loaded:
    """Read the config at `path`; `overrides` are `--set` arguments such as "recipes.0.rows=50". Raises ConfigError."""
    data, places = source.compose(source.read(path), str(path))
    own = os.environ if environment is None else environment
    env = {**_dotenv(path.resolve().parent), **own}
    return _check(data, places, overrides, env, base=path.resolve().parent, path=path)


def parse(
    data: Mapping[str, Any], *, base: Path, overrides: Iterable[str] = (), environment: Mapping[str, str] | None = None
) -> Loaded:
    """The same from a mapping that a program made; relative paths start from `base`."""
    env = dict(os.environ if environment is None else environment)
    return _check(_copied(data), Places(), overrides, env, base=base.resolve(), path=None)


def _check(
    data: dict[str, Any],
    places: Places,
    overrides: Iterable[str],
    environment: dict[str, str],
    *,
    base: Path,
    path: Path | None,
) -> Loaded:
    _apply_environment(data, places, environment)
    for override in overrides:
        _apply_set(data, places, override)
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        raise translate(error, Config, data, places) from None
    config = _paced(config, environment)
    return Loaded(config=config, raw=data, places=places, base=base, path=path, environment=environment)


def _apply_environment(data: dict[str, Any], places: Places, environment: Mapping[str, str]) -> None:
    teacher = environment.get("WINDROW_TEACHER", "").strip()
    if teacher:
        models = data.setdefault("models", {})
        if isinstance(models, dict):
            models["teacher"] = teacher
            places.override(("models", "teacher"), "WINDROW_TEACHER")


def _paced(config: Config, environment: Mapping[str, str]) -> Config:
    """`WINDROW_CONCURRENCY` sets the concurrency of every model, that of embeddings too."""
    wanted = environment.get("WINDROW_CONCURRENCY", "").strip()
    if not wanted:
        return config
    if not wanted.isascii() or not wanted.isdigit() or int(wanted) < 1:
        raise ConfigError(f"should be a whole number of at least 1, got {wanted!r}", where="WINDROW_CONCURRENCY")
    models = {
        role: [spec.model_copy(update={"concurrency": int(wanted)}) for spec in pool]
        for role, pool in config.models.items()
    }
    told = config.embeddings
    vectors = None if told is None else told.model_copy(update={"concurrency": int(wanted)})
    return config.model_copy(update={"models": models, "embeddings": vectors})


def _apply_set(data: dict[str, Any], places: Places, override: str) -> None:
    """Apply one `path=value`; the value is YAML. A list's entry is named by its index or by what it uses."""
    target, equals, text = override.partition("=")
    steps = [index or name for index, name in SET_STEP.findall(target)]
    if not equals or not steps:
        raise ConfigError(f"not PATH=VALUE: {override!r}", where="--set", remedy="for example: --set recipes.0.rows=50")
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"the value of {override!r} is not YAML", where="--set") from error
    here: Any = data
    path: list[str | int] = []
    for step in steps[:-1]:
        key = _key(here, step, tuple(path))
        if isinstance(here, dict):
            here.setdefault(key, {})
        elif isinstance(here[key], str):
            here[key] = {"use": here[key]}
        path.append(key)
        here = here[key]
    last = _key(here, steps[-1], tuple(path))
    here[last] = value
    places.override((*path, last), "--set")


def _key(container: object, step: str, path: KeyPath) -> str | int:
    if isinstance(container, dict):
        return step
    if not isinstance(container, list):
        raise ConfigError(f"{spell(path)!r} has no {step!r} to set", where="--set")
    if step.isascii() and step.isdigit() and int(step) < len(container):
        return int(step)
    names = [entry.get("use") if isinstance(entry, dict) else entry for entry in container]
    if step in names:
        return names.index(step)
    known = ", ".join([*map(str, range(len(container))), *(str(name) for name in names if name)])
    raise ConfigError(f"{spell(path)!r} has no entry {step!r}", where="--set", remedy=f"it has: {known or 'none'}")


def _copied(data: Mapping[str, Any]) -> dict[str, Any]:
    def copied(value: Any) -> Any:  # noqa: ANN401 - config data
        if isinstance(value, dict):
            return {key: copied(inner) for key, inner in value.items()}
        return [copied(inner) for inner in value] if isinstance(value, (list, tuple)) else value

    return {key: copied(value) for key, value in data.items()}


def environment_at(folder: Path) -> dict[str, str]:
    """The process's own environment over the nearest `.env` at or above `folder`."""
    return {**_dotenv(folder.resolve()), **os.environ}


def _dotenv(folder: Path) -> dict[str, str]:
    """The variables of the nearest `.env` at or above `folder`."""
    for place in (folder, *folder.parents):
        file = place / ".env"
        try:
            text = file.read_text(encoding="utf-8-sig") if file.is_file() else None
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"cannot be read: {error}", where=str(file)) from error
        if text is not None:
            return dict(_assignments(text))
    return {}


def _assignments(text: str) -> Iterable[tuple[str, str]]:
    for line in text.splitlines():
        match = DOTENV_LINE.match(line)
        if match is None:
            continue
        value = match[2]
        quoted = re.match(r"""^(["'])(.*?)\1""", value)
        yield match[1], quoted[2] if quoted else re.sub(r"\s+#.*$", "", value)
