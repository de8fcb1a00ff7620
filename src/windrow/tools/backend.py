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

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping

    from windrow.row import Tool

State: TypeAlias = dict[str, Any]
"""All that a backend remembers, as JSON."""


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

    @abstractmethod
    def initial_states(self, rng: random.Random) -> Iterator[State]:
        """Valid states to start from, lazily and as many as there are; the same for the same `rng`."""

    @abstractmethod
    def mutating(self, name: str) -> bool:
        """Whether the tool called `name` may change the state."""

    @abstractmethod
    def start(self, state: State) -> Session:
        """A session that begins in a copy of `state`."""


def succeeded(value: object) -> Result:
    """A result that says `value`, as JSON."""
    return Result(write(value))


def failed(code: str, message: str, **details: object) -> Result:
    """A result that reports an error: `code` is a short stable word, `message` a sentence for whoever called."""
    return Result(write({"error": {"code": code, "message": message, **details}}), failed=True)


def write(value: object) -> str:
    """`value` as compact JSON in the order it was built: the bytes a replay must reproduce."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "), allow_nan=False)


def state_hash(state: State) -> str:
    """Sixty-four hex digits over the canonical JSON of `state` (keys sorted, no spaces), whatever order it was built
    in. Raises TypeError for what is not JSON."""
    return hashlib.sha256(orjson.dumps(state, option=orjson.OPT_SORT_KEYS)).hexdigest()
