"""Names to classes: built-ins, then installed entry points, then `path/file.py:Class`.

Nothing is imported until a name is asked for, so a broken or heavy plug-in costs nothing to those who do not use it.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from windrow.errors import ConfigError, UnknownName

if TYPE_CHECKING:
    from collections.abc import Mapping


class Registry:
    """One kind of thing (`noun`), by name. `builtins` maps a name to "module:Class"; others come from the
    entry-point group `windrow.<noun>s`, or from a file of the user's as `path/to/file.py:Class`."""

    def __init__(self, noun: str, builtins: Mapping[str, str]) -> None:
        self.noun = noun
        self.builtins = dict(builtins)

    def names(self) -> list[str]:
        """Every name that would load, built-ins first."""
        return [*self.builtins, *(name for name in self._plugins() if name not in self.builtins)]

    def load(self, name: str, *, where: str = "") -> Any:  # noqa: ANN401 - a class of the caller's kind
        """The class behind `name`. Raises UnknownName, or ConfigError where the target does not import."""
        target = self.builtins.get(name) or self._plugins().get(name) or (name if ":" in name else None)
        if target is None:
            raise UnknownName.among(name, self.names(), noun=self.noun, where=where)
        module_name, _, attribute = target.rpartition(":")
        try:
            module = (
                _from_file(Path(module_name)) if module_name.endswith(".py") else importlib.import_module(module_name)
            )
            return getattr(module, attribute)
        except (ImportError, AttributeError, OSError, SyntaxError) as error:
            raise ConfigError(
                f"{self.noun} {name!r} does not load: {error}",
                where=where,
                remedy=f"check {module_name!r} and that it defines {attribute!r}",
            ) from error

    def summary(self, name: str) -> str:
        """The first line of the docstring of what `name` loads."""
        doc = self.load(name).__doc__ or ""
        return doc.strip().splitlines()[0] if doc.strip() else ""

    def _plugins(self) -> dict[str, str]:
        group = f"windrow.{self.noun}s"
        return {point.name: point.value for point in entry_points(group=group)}


def _from_file(path: Path) -> Any:  # noqa: ANN401 - a module
    name = f"windrow_user_{path.stem}_{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:8]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.exists():
        msg = f"no Python file at {path}"
        raise ImportError(msg)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
