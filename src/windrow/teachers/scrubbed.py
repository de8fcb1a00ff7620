"""A teacher that is told no personal data, and whose answers are taken for what they are without it.

It stands between the engine and another teacher. What goes out is scrubbed before it is encoded, so that requests, the
keys made of them and whatever is recorded hold none; what comes back is scrubbed before anybody keeps it. The numbers
it gives are provisional: answers come side by side, and their row numbers them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from windrow.errors import CallFailure
from windrow.teachers.base import Teacher
from windrow.text.placeholders import provisional
from windrow.text.scrub_json import Scrubber

if TYPE_CHECKING:
    from windrow.row import Message
    from windrow.shapes import Answer
    from windrow.teachers.base import Request
    from windrow.text.scrub import Finder


class ScrubbedTeacher(Teacher):
    """Another teacher, without personal data on the way there and back."""

    def __init__(self, teacher: Teacher, find: Finder) -> None:
        self._teacher = teacher
        self._outgoing = Scrubber(find.structured(), provisional)
        self._coming = Scrubber(find, provisional)
        self._latest = b""  # what `send` has just scrubbed need not be looked through again
        self.origin = teacher.origin
        self.address = teacher.address
        self.endpoint = teacher.endpoint
        self.pace = teacher.pace
        self.terms = teacher.terms

    def encode(self, request: Request) -> bytes:
        return self._teacher.encode(self._clean(request))

    async def send(self, body: bytes, request: Request) -> bytes:
        try:
            raw = await self._teacher.send(body, self._clean(request))
        except CallFailure as failure:
            text = self._coming.text
            failure.what, failure.evidence = text(failure.what), text(failure.evidence)
            failure.args = (failure.what,)
            raise
        self._latest = self._coming.body(raw)
        return self._latest

    async def recalled(self, raw: bytes, request: Request) -> None:
        await self._teacher.recalled(self._coming.body(raw), self._clean(request))

    def decode(self, raw: bytes) -> Answer:
        """The answer; scrubbed here too, because a ledger may hold answers from before."""
        return self._teacher.decode(raw if raw is self._latest else self._coming.body(raw))

    async def close(self) -> None:
        await self._teacher.close()

    def _clean(self, request: Request) -> Request:
        clean = self._outgoing
        return replace(
            request,
            messages=tuple(map(self._turn, request.messages)),
            variables=request.variables if self.origin == "llm" else clean.value(dict(request.variables)),
            tools=tuple(
                replace(tool, description=clean.text(tool.description), parameters=clean.value(tool.parameters))
                for tool in request.tools
            ),
        )

    def _turn(self, turn: Message) -> Message:
        text = self._outgoing.text
        told: dict[str, Any] = {"content": text(turn.content)}
        if turn.reasoning is not None:
            told["reasoning"] = text(turn.reasoning)
        if turn.tool_calls:
            told["tool_calls"] = tuple(
                replace(call, arguments_json=text(call.arguments_json)) for call in turn.tool_calls
            )
        return replace(turn, **told)
