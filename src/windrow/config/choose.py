"""From a name and a mapping in the config to a class of the road and its checked options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from pydantic import ValidationError

from windrow.config.problems import translate
from windrow.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from windrow.config.problems import KeyPath, Places
    from windrow.config.shape import StageUse
    from windrow.registry import Registry
    from windrow.shapes import Configured, Options


@dataclass(frozen=True)
class Chosen:
    """A class of the road with its options, checked. `make` gives a fresh instance for one run; `licence` is that of
    the seeds it reads, where the config states one."""

    name: str
    kind: type[Configured]
    options: Options
    base: Path
    licence: str | None = None

    def make(self) -> Any:  # noqa: ANN401 - an instance of `kind`
        """A new instance. Relative paths in its options start from the config's folder."""
        return self.kind(self.options, base=self.base)

    def described(self) -> dict[str, Any]:
        """What was chosen, defaults included, as plain JSON."""
        out: dict[str, Any] = {"use": self.name}
        version = getattr(self.kind, "version", None)
        if version is not None:
            out["version"] = version
        if self.licence is not None:
            out["licence"] = self.licence
        return {**out, "options": orjson.loads(self.options.model_dump_json())}


def choose(registry: Registry, use: StageUse, places: Places, at: KeyPath, base: Path) -> Chosen:
    """What `use`, written at `at`, means. Raises ConfigError with the place and the nearest known name or key."""
    kind = registry.load(_from(base, use.use), where=places.where(at))
    options_type: type[Options] = kind.options_type
    try:
        options = options_type.model_validate(use.options)
    except ValidationError as error:
        raise translate(error, options_type, use.options, places, at, type(use).own_keys()) from None
    except RecursionError as error:
        raise ConfigError("options refer to themselves", where=places.where(at)) from error
    return Chosen(name=use.use, kind=kind, options=options, base=base, licence=getattr(use, "licence", None))


def _from(base: Path, name: str) -> str:
    """`name`, where it is a file's class with the file's path taken from `base`, as every path of a config is."""
    file, _, attribute = name.rpartition(":")
    return f"{base / file}:{attribute}" if file.endswith(".py") else name
