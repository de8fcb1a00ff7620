"""Catalogues of tools as seeds: one seed for each, its definitions checked while it is read.

A definition that nobody can be sure about ends the reading, naming it; everything that was mended or is only doubtful
stands in the notes.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from windrow.errors import SeedError
from windrow.shapes import Options, Seed, SeedSource
from windrow.tools.catalogue import READABLE, Catalogue, Limits, build, load

if TYPE_CHECKING:
    from collections.abc import Iterator


class ServerOptions(Options):
    """An MCP server that windrow starts and talks to over its standard input and output."""

    command: tuple[str, ...] = Field(min_length=1)
    """The program and its arguments, such as `[python, server.py]`. It runs in the config file's folder."""
    env: dict[str, str] = Field(default_factory=dict)
    """Environment variables for it. It gets no others but `PATH`, `HOME` and the like."""
    env_from: tuple[str, ...] = ()
    """NAMES of variables that it gets as they are set where windrow runs. Keys belong there, never in this file."""
    timeout: float = Field(default=20, gt=0, le=600)
    """Seconds it may take to start and to answer."""


class LimitOptions(Options):
    """What one call of a Python function may take."""

    seconds: float = Field(default=5, gt=0, le=600)
    """Seconds until a call is ended."""
    memory_mb: int = Field(default=2048, ge=64)
    """Megabytes of memory."""
    network: bool = False
    """Lets functions ask the network. What they hear there cannot be replayed unless it never changes."""


class ToolSeedOptions(Options):
    """`path` names catalogues, `server` an MCP server, `backend` one that comes along: give one of them."""

    backend: Literal["support", "calendar", "files"] | None = None
    """Tools that come along, with the code that executes them: a support desk, a calendar, or files and folders."""
    path: str | None = None
    """A `.json`, `.jsonl` or `.py` file, one function of it (`shop.py:refund`), or a folder of such files."""
    server: ServerOptions | None = None
    """An MCP server to ask for its tools instead."""
    only: tuple[str, ...] = ()
    """Takes only tools of these names."""
    leave_out: tuple[str, ...] = ()
    """Leaves tools of these names out."""
    limits: LimitOptions | None = None
    """What one call of a Python function may take; only beside `path`."""

    @model_validator(mode="after")
    def _one_place(self) -> ToolSeedOptions:
        if sum(given is not None for given in (self.path, self.server, self.backend)) != 1:
            msg = "give one of path, server and backend"
            raise ValueError(msg)
        if self.limits is not None and self.path is None:
            raise ValueError("limits are those of Python functions: they belong beside path")
        return self


class ToolSeeds(SeedSource):
    """Catalogues of tools: OpenAI's JSON, MCP's `tools/list`, Python functions, an MCP server."""

    name: ClassVar[str] = "tools"
    yields: ClassVar[str] = "tools"
    options_type: ClassVar[type[Options]] = ToolSeedOptions
    options: ToolSeedOptions

    def read(self) -> Iterator[Seed]:
        """Each catalogue once, in the order of the files. `notes` says what was found in it. Raises SeedError."""
        self.notes.clear()
        taken: dict[str, str] = {}
        for catalogue, source in self._catalogues():
            if not catalogue.tools:
                continue
            self.notes += catalogue.notes()
            if catalogue.key in taken:
                self.notes.append(f"{source}: same tools as {taken[catalogue.key]}; one of them is kept")
                continue
            taken[catalogue.key] = source
            yield Seed(catalogue.key, catalogue, source, catalogue.key)

    def _catalogues(self) -> Iterator[tuple[Catalogue, str]]:
        if self.options.server is not None:
            yield self._served(self.options.server)
            return
        if self.options.backend is not None:
            yield self._packaged(self.options.backend), self.options.backend
            return
        written, function = _split(self.options.path or "")
        place = self.base / Path(written).expanduser()
        only, leave_out = self.options.only, self.options.leave_out
        if not place.is_dir():
            told = self.options.path or ""
            one = load(place, written=written, function=function, only=only, leave_out=leave_out)
            yield self._limited(one), told
            return
        files = sorted(file for file in place.iterdir() if file.suffix.lower() in READABLE and file.is_file())
        if not files:
            raise SeedError("no catalogue in this folder", where=written, remedy=f"use {' '.join(READABLE)}")
        for file in files:
            told = f"{written.rstrip('/')}/{file.name}"
            yield self._limited(load(file, written=told, only=only, leave_out=leave_out, strict=False)), told

    def _limited(self, catalogue: Catalogue) -> Catalogue:
        given = self.options.limits
        return catalogue if given is None else replace(catalogue, limits=Limits(**given.model_dump()))

    def _packaged(self, name: str) -> Catalogue:
        from windrow.tools.environments import packaged  # noqa: PLC0415 - only who uses one needs it

        backend = packaged(name)
        given = [
            {**tool.to_dict(), "annotations": {"readOnlyHint": not backend.mutating(tool.name)}}
            for tool in backend.tools
        ]
        where = f"backend {name}"
        return build(name, given, "packaged", where=where, only=self.options.only, leave_out=self.options.leave_out)

    def _served(self, server: ServerOptions) -> tuple[Catalogue, str]:
        from windrow.tools.mcp import serve  # noqa: PLC0415 - only who has a server needs it

        catalogue = serve(
            server.command, environment={**server.env, **_passed_on(server)}, folder=self.base, timeout=server.timeout,
            only=self.options.only, leave_out=self.options.leave_out,
        )  # fmt: skip
        return catalogue, f"mcp:{' '.join(server.command)}"


def _passed_on(server: ServerOptions) -> dict[str, str]:
    """The variables that `env_from` names. Raises SeedError where one is not set."""
    for name in server.env_from:
        if name not in os.environ:
            raise SeedError(
                f"the environment variable {name} is not set", where=f"server {' '.join(server.command)}",
                remedy=f"export {name}=…, or leave it out of env_from",
            )  # fmt: skip
    return {name: os.environ[name] for name in server.env_from}


def _split(path: str) -> tuple[str, str]:
    """A path and, of `file.py:name`, the name."""
    file, colon, name = path.rpartition(":")
    return (file, name) if colon and file.lower().endswith(".py") and name.isidentifier() else (path, "")
