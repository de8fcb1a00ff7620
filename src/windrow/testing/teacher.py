"""A real Teacher whose answers come from a test instead of a model."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import orjson

from windrow.errors import AnswerFailure, CallFailure, RowFailure
from windrow.shapes import Answer, Usage
from windrow.teachers.base import Pace, Teacher
from windrow.teachers.canonical import canonical, read_answer, write_answer

if TYPE_CHECKING:
    from windrow.teachers.base import Request

Said: TypeAlias = str | Answer | Mapping[str, Any] | RowFailure
Source: TypeAlias = "Said | Sequence[Said] | Callable[[Request], Said]"


class ScriptedTeacher(Teacher):
    """Answers from `answers`, through the same encode, send and decode as any teacher.

    `answers` is one answer for every request, a list dealt out in the order of the calls, a function of the Request,
    or a mapping from label ("rag_qa/question", or "question" alone) to any of these. An answer is a text, an Answer, a
    RowFailure to raise, or under a label a mapping: the JSON of a structured one. `calls` counts what was sent, by
    label; `requests` holds it.
    """

    def __init__(
        self,
        answers: Source | Mapping[str, Source],
        *,
        address: str = "scripted/model",
        latency: float = 0.0,
        pace: Pace | None = None,
    ) -> None:
        self.address = address
        self.endpoint = "scripted"
        self.pace = pace or Pace()
        self.calls: Counter[str] = Counter()
        self.requests: list[Request] = []
        self._answers = answers
        self._latency = latency
        self._dealt: Counter[int] = Counter()

    def encode(self, request: Request) -> bytes:
        return canonical(request)

    async def send(self, body: bytes, request: Request) -> bytes:
        del body
        self.calls[request.label] += 1
        self.requests.append(request)
        await asyncio.sleep(self._latency)
        said = self._say(self._source(request), request)
        if isinstance(said, CallFailure):
            raise said
        if isinstance(said, AnswerFailure):
            return orjson.dumps({"failed": said.what, "kind": said.kind, "evidence": said.evidence})
        return write_answer(self._answer(said, request))

    def decode(self, raw: bytes) -> Answer:
        data = orjson.loads(raw)
        if "failed" in data:
            raise AnswerFailure(data["failed"], kind=data["kind"], evidence=data["evidence"])
        return read_answer(raw)

    def _source(self, request: Request) -> Source:
        if not isinstance(self._answers, Mapping):
            return self._answers
        for label in (request.label, request.label.rpartition("/")[2]):
            if label in self._answers:
                return cast("Source", self._answers[label])
        raise _unscripted(request, f"nothing is scripted for {request.label!r}")

    def _say(self, source: Source, request: Request) -> Said:
        if callable(source):
            return source(request)
        if isinstance(source, str | Answer | Mapping | RowFailure):
            return source
        turn = self._dealt[id(source)]
        self._dealt[id(source)] += 1
        if turn >= len(source):
            raise _unscripted(request, f"all {len(source)} scripted answers are used up")
        return source[turn]

    def _answer(self, said: Said, request: Request) -> Answer:
        if isinstance(said, Answer):
            return said
        text = said if isinstance(said, str) else orjson.dumps(said).decode()
        asked = sum(len(message.content) for message in request.messages) // 4
        return Answer(text, model=self.address, usage=Usage(asked, max(1, len(text) // 4)))


def _unscripted(request: Request, what: str) -> CallFailure:
    return CallFailure(what, kind="no_recording", retryable=False, where=request.label)
