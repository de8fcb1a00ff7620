"""Whoever answers: a teacher encodes a request, sends the bytes, and decodes an answer from the bytes that come back.

The three steps are apart on purpose. What `encode` returns is hashed into the ledger's key and is what is sent, so
that nothing which changes an answer can be left out of the key. What `send` returns is stored as it came, so that a
better `decode` re-reads old answers without one new call.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windrow.row import Message, Tool
    from windrow.shapes import Answer


class Request(Struct, frozen=True, gc=False):
    """One question to one model. `label` is "<recipe>/<template>"; `variables` are what the template was rendered
    from (the embedded teacher answers from them, network teachers from `messages`); `schema` is a JSON Schema;
    `sample` tells apart deliberate repetitions of one request; `wider` is what the one retry of an answer that was cut
    off is given on top of everything, the config's own params included."""

    label: str
    variables: Mapping[str, Any]
    messages: tuple[Message, ...]
    params: Mapping[str, Any] = field(default_factory=dict)
    tools: tuple[Tool, ...] = ()
    schema: Mapping[str, Any] | None = None
    sample: int = 0
    wider: Mapping[str, Any] = field(default_factory=dict)


class Pace(Struct, frozen=True, gc=False):
    """How hard an endpoint may be pressed. `adaptive` lowers the limit on 429/503 and raises it again (AIMD);
    `timeout` is seconds for one request, `retries` how often a retryable failure is tried again."""

    concurrency: int = 64
    adaptive: bool = True
    timeout: float = 120.0
    retries: int = 6


class Teacher(ABC):
    """Whoever answers: a model behind an API, a recording, or a program.

    `address` is "provider/model" as the config writes it, and is set by `connect`; `endpoint` tells apart two servers
    of one model name (a base URL without credentials); `origin` goes on every row that it answered for, and so do the
    `terms` its answers are under, where the config states them. `connect` calls a provider's class as `cls(model,
    settings, env=env, base=base)`: what stands after the slash, a ModelSettings, the environment that keys may be read
    from, and the folder that relative paths start from.
    """

    origin: Literal["llm", "procedural"] = "llm"
    terms: str = ""
    address: str
    endpoint: str
    pace: Pace

    @abstractmethod
    def encode(self, request: Request) -> bytes:
        """The canonical request: everything that may change the answer, and what will be sent."""

    @abstractmethod
    async def send(self, body: bytes, request: Request) -> bytes:
        """Send `body`, return the raw response. Raises CallFailure."""

    @abstractmethod
    def decode(self, raw: bytes) -> Answer:
        """Read an answer out of a raw response. Raises AnswerFailure: "malformed", or "refused" where the server itself
        marks the answer as a refusal."""

    async def recalled(self, raw: bytes, request: Request) -> None:  # noqa: B027 - most need not know
        """An answer to `request` came from the ledger: `raw` is what `send` once returned, and nothing was sent."""

    async def close(self) -> None:  # noqa: B027 - many hold nothing
        """Let go of connections and files."""
