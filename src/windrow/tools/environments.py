"""Which backend stands behind a catalogue, and which one made a row: found by the name that the row keeps."""

from __future__ import annotations

import importlib
from threading import Lock
from typing import TYPE_CHECKING, Any

from windrow.row import to_json
from windrow.tools.backend import Backend, BackendError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from windrow.row import Tool
    from windrow.tools.catalogue import Catalogue

PACKAGED = {
    "support": "windrow.tools.backends.support:Support",
    "calendar": "windrow.tools.backends.calendar:Calendar",
    "files": "windrow.tools.backends.files:Files",
}
"""The backends that come along, by name."""

KINDS = {
    **PACKAGED,
    "simulated": "windrow.tools.backends.simulated:Simulated",
    "python": "windrow.tools.python_functions:PythonFunctions",
    "mcp": "windrow.tools.mcp:McpServer",
}


def backend_for(catalogue: Catalogue) -> Backend:
    """What executes the calls of a catalogue: its own code or server where it has one, else a simulation."""
    if catalogue.form == "packaged":
        return packaged(catalogue.name)
    if catalogue.form in {"python", "mcp_server"}:
        made: Backend = _kind("python" if catalogue.form == "python" else "mcp")(catalogue)
        return made
    from windrow.tools.backends.simulated import Simulated  # noqa: PLC0415 - only who needs it

    return Simulated.of(catalogue.tools, catalogue.returns, catalogue.annotations)


def packaged(name: str) -> Backend:
    """One of the backends that come along."""
    made: Backend = _kind(name)()
    return made


def reopen(environment: Mapping[str, Any], *, tools: Sequence[Tool], base: Path) -> Backend:
    """The backend that made a row. `tools` are the row's, under their real names; relative paths start from `base`.

    Raises BackendError where it is not there, or no longer the same.
    """
    use = environment.get("use")
    if use not in KINDS:
        raise BackendError(f"no backend is called {use!r}", remedy=f"there are: {', '.join(KINDS)}")
    simulated = use == "simulated"
    backend: Backend = (
        _kind("simulated").again(environment, tools) if simulated else _kind(str(use)).reopen(environment, base=base)
    )
    if backend.version != environment.get("version"):
        raise BackendError(
            f"the row was made with version {environment.get('version')} of {use}, and this is {backend.version}",
            remedy="make the rows anew",
        )
    return backend


class Opened:
    """Backends of rows, each opened once: starting a server for every row would cost more than the row."""

    def __init__(self, base: Path) -> None:
        self._base = base
        self._open: dict[bytes, Backend] = {}
        self._turn = Lock()  # rows are replayed in several threads

    def backend(self, environment: Mapping[str, Any], tools: Sequence[Tool]) -> Backend:
        """The backend that made a row, as `reopen` finds it. Raises BackendError."""
        if environment.get("use") == "simulated":  # nothing but what stands in the row
            return reopen(environment, tools=tools, base=self._base)
        key = to_json(environment, sorted_keys=True)
        with self._turn:
            if key not in self._open:
                self._open[key] = reopen(environment, tools=tools, base=self._base)
            return self._open[key]

    def close(self) -> None:
        """Close them all."""
        for backend in self._open.values():
            backend.close()
        self._open.clear()


def _kind(name: str) -> Any:  # noqa: ANN401 - a class of backends
    module, _, attribute = KINDS[name].partition(":")
    return getattr(importlib.import_module(module), attribute)
