"""What stands behind a catalogue of tools: code that keeps the state, so that a call is executed and never imagined.

A model that plays the tools itself loses track as soon as several things change at once. Here the state is plain
JSON, a session starts from a copy of it, and the same calls from the same state give the same bytes. So a trace can be
replayed later, and what a conversation did is one hash to compare.
"""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import orjson

from windrow.errors import ConfigError

if TYPE_CHECKING:
    import random
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from windrow.row import Tool

State: TypeAlias = dict[str, Any]
"""All that a backend remembers, as JSON."""


class BackendError(ConfigError):
    """A backend that is not there, or not in the version that a row was made with."""


class Result(NamedTuple):
    """What a call came back with: the text of the tool's message, and whether it reports a failure."""

    text: str
    failed: bool = False


class Session(ABC):
    """One conversation's own copy of a backend's state."""

    @abstractmethod
    def call(self, name: str, arguments: Mapping[str, Any]) -> Result:
        """Do it. Never raises for what was called: an unknown tool or a bad argument is a failed result."""

    @abstractmethod
    def state(self) -> State:
        """What is remembered now, as JSON of its own: changing it changes nothing here."""

    def close(self) -> None:  # noqa: B027 - most hold nothing
        """Let go of processes and files."""


class Backend(ABC):
    """The code behind a catalogue. `name` and `version` go on every row, for a replay needs the very same code."""

    name: str
    version: int
    tools: tuple[Tool, ...]
    quick: bool = True
    """Whether a session costs next to nothing, so that a trace can be tried in dozens of variants."""

    @abstractmethod
    def initial_states(self, rng: random.Random) -> Iterator[State]:
        """Valid states to start from, lazily and as many as there are; the same for the same `rng`."""

    @abstractmethod
    def mutating(self, name: str) -> bool:
        """Whether the tool called `name` may change the state."""

    @abstractmethod
    def start(self, state: State) -> Session:
        """A session that begins in a copy of `state`."""

    def arguments(self, name: str, state: State, rng: random.Random) -> dict[str, Any] | None:
        """Arguments with which the tool called `name` may well do something sensible in `state`, or None. A backend
        that knows its tools draws better ones than this, which goes by names and schemas."""
        from windrow.tools.sampling import sample_arguments  # noqa: PLC0415 - a planner's tool; a replay needs none

        tool = next((tool for tool in self.tools if tool.name == name), None)
        return None if tool is None else sample_arguments(tool, state, rng)

    def briefing(self, state: State) -> str:
        """What an assistant of this backend is told before the conversation: the date and time, above all."""
        now = state.get("now")
        return f"The current date and time is {now}." if isinstance(now, str) else ""

    def environment(self, tools: Collection[str]) -> dict[str, Any]:  # noqa: ARG002 - most are named by their name
        """How a row names this backend, so that `environments.reopen` finds it; `tools` are those the row offers."""
        return {"use": self.name, "version": self.version}

    @classmethod
    def reopen(cls, environment: Mapping[str, Any], *, base: Path) -> Backend:  # noqa: ARG003 - most need neither
        """The backend that `environment` named; relative paths start from `base`. Raises BackendError."""
        return cls()

    def close(self) -> None:  # noqa: B027 - most hold nothing
        """Let go of processes and files."""


def succeeded(value: object) -> Result:
    """A result that says `value`, as JSON."""
    return Result(write(value))


def failed(code: str, message: str, **details: object) -> Result:
    """A result that reports an error: `code` is a short stable word, `message` a sentence for whoever called."""
    return Result(write({"error": {"code": code, "message": message, **details}}), failed=True)


def write(value: object) -> str:
    """`value` as compact JSON in the order it was built: the bytes a replay must reproduce."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "), allow_nan=False)


def copied(state: State) -> State:
    """A copy of `state` that shares nothing with it. Through JSON, which is many times as fast as `deepcopy`."""
    copy: State = orjson.loads(orjson.dumps(state))
    return copy


def state_hash(state: State) -> str:
    """Sixty-four hex digits over the canonical JSON of `state` (keys sorted, no spaces), whatever order it was built
    in. Raises TypeError for what is not JSON."""
    return hashlib.sha256(orjson.dumps(state, option=orjson.OPT_SORT_KEYS)).hexdigest()
