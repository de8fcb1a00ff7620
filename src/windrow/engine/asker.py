"""`ask`: how an item talks to models, with every answer durable before it is handed on.

Each request has a key made of what may change its answer: the item, the template's label, how often the item asked
exactly this before, the attempt, the model, the endpoint and the canonical request. The key is looked up before
anything is sent, so running an item again is resuming it, and an edit asks anew exactly what it changes.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Any, TypeVar, overload

from msgspec.structs import replace
from pydantic import BaseModel

from windrow.engine import correction
from windrow.engine.cast import DEFAULT_ROLE
from windrow.errors import AnswerFailure, CallFailure, UnknownName
from windrow.events import CallEnded
from windrow.ledger.base import Call
from windrow.teachers import structured
from windrow.teachers.base import Request

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

    from windrow.engine.cast import Cast
    from windrow.engine.lane import Lane
    from windrow.events import Listener
    from windrow.ledger.base import Ledger
    from windrow.prompts import Template
    from windrow.row import Lineage, Origin, Tool
    from windrow.shapes import Answer, Usage
    from windrow.teachers.base import Teacher

M = TypeVar("M", bound=BaseModel)
MOST_EVIDENCE = 2_000


class Desk:
    """What all items of a stage share: templates, models, lanes, the ledger. `shut` is set to drain the stage;
    `under_way` holds the keys being asked for: whoever wants the same answer waits for it. `descent` are models that
    wrote rows which the stage grows from. Who is asked at a desk `of_judges` is shown no reply of its own, whatever its
    schema."""

    def __init__(
        self,
        recipe: str,
        *,
        templates: Mapping[str, Template],
        cast: Cast,
        lanes: Mapping[int, Lane],
        ledger: Ledger,
        listener: Listener,
        licences: Sequence[str] = (),
        of_judges: bool = False,
    ) -> None:
        self.recipe = recipe
        self.templates = templates
        self.cast = cast
        self.lanes = lanes
        self.ledger = ledger
        self.listener = listener
        self.licences = dict.fromkeys(licences)
        self.descent: dict[str, None] = {}
        self.of_judges = of_judges
        self.shut = asyncio.Event()
        self.under_way: dict[bytes, asyncio.Future[None]] = {}
        self.schemas: dict[type[BaseModel], dict[str, Any]] = {}

    def stand_on(self, seeds: Iterable[Lineage]) -> None:
        """Every row of the stage stands on its seeds: on the models that wrote some of them, and on their licences."""
        for lineage in seeds:
            for model in (*lineage.models, *lineage.descent):
                self.descent[model] = None
            for licence in lineage.licences:
                self.licences[licence] = None

    def schema_of(self, model: type[BaseModel]) -> dict[str, Any]:
        """The JSON Schema sent for `model`, made once."""
        if model not in self.schemas:
            self.schemas[model] = structured.schema_of(model)
        return self.schemas[model]


class Asker:
    """The `Ask` of one item. Notes whom it asked and with which prompt, for the lineage of the item's rows, and what
    the servers themselves called the models that answered."""

    def __init__(self, desk: Desk, item: str) -> None:
        self._desk = desk
        self._item = item
        self._asked: dict[bytes, int] = {}
        self.models: dict[str, None] = {}
        self.answered_as: dict[str, None] = {}
        self.prompts: dict[str, str] = {}
        self.origins: set[Origin] = set()
        self.licences = desk.licences
        self.descent = desk.descent

    @overload
    async def __call__(
        self, label: str, *, schema: type[M], tools: Sequence[Tool] = (), role: str | None = None, **variables: object
    ) -> M: ...
    @overload
    async def __call__(
        self,
        label: str,
        *,
        schema: None = None,
        tools: Sequence[Tool] = (),
        role: str | None = None,
        **variables: object,
    ) -> Answer: ...
    async def __call__(
        self,
        label: str,
        *,
        schema: type[M] | None = None,
        tools: Sequence[Tool] = (),
        role: str | None = None,
        **variables: object,
    ) -> Answer | M:
        """One answer, or one validated `schema` object. Raises RowFailure."""
        teacher, request = self._compose(label, variables, schema=schema, tools=tools, role=role)
        answer = await self._usable(teacher, request)
        if schema is None:
            return answer
        try:
            return structured.parse(schema, answer.text)
        except AnswerFailure as failure:
            hidden = self._desk.of_judges or issubclass(schema, structured.Sole)
            again = (
                correction.unseen(request, schema, failure) if hidden else correction.shown(request, answer, failure)
            )
            corrected = await self._usable(teacher, again)
            return structured.parse(schema, corrected.text)

    async def many(
        self, label: str, *, n: int, tools: Sequence[Tool] = (), role: str | None = None, **variables: object
    ) -> list[Answer]:
        """`n` samples of one request, in order; each is dealt to the role's pool on its own. Raises RowFailure."""
        composed = [
            self._compose(label, variables, schema=None, tools=tools, role=role, sample=sample) for sample in range(n)
        ]
        # All of them come home before the first failure is raised: each is paid for.
        answers = await asyncio.gather(
            *(self._usable(teacher, request) for teacher, request in composed), return_exceptions=True
        )
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
        return [answer for answer in answers if not isinstance(answer, BaseException)]

    def _compose(
        self,
        label: str,
        variables: Mapping[str, object],
        *,
        schema: type[BaseModel] | None,
        tools: Sequence[Tool],
        role: str | None,
        sample: int = 0,
    ) -> tuple[Teacher, Request]:
        desk = self._desk
        template = desk.templates.get(label)
        if template is None:
            raise UnknownName.among(label, desk.templates, noun="prompt template", where=f"recipe {desk.recipe}")
        teacher = desk.cast.pick(role or template.role or DEFAULT_ROLE, self._item, label, sample)
        self.prompts[label] = template.digest
        self.models[teacher.address] = None
        self.origins.add(teacher.origin)
        if teacher.terms and teacher.terms not in self.licences:
            self.licences = {**self.licences, teacher.terms: None}
        request = Request(
            label=f"{desk.recipe}/{label}",
            variables=variables,
            messages=template.render(variables),
            params=template.params,
            tools=tuple(tools),
            schema=None if schema is None else desk.schema_of(schema),
            sample=sample,
        )
        return teacher, request

    async def _usable(self, teacher: Teacher, request: Request) -> Answer:
        """An answer that is whole and says something: cut off or empty answers get one more try, then fail the row."""
        answer = await self._answer(teacher, request, attempt=0)
        if problem := _problem(answer):
            answer = await self._mended(teacher, request, answer, problem)
        if answer.model:
            self.answered_as[answer.model] = None
        return answer

    async def _mended(self, teacher: Teacher, request: Request, answer: Answer, problem: str) -> Answer:
        """What one more try gave, where there is one to make. Raises AnswerFailure."""
        if problem == "truncated":
            wider = self._desk.templates[request.label.rpartition("/")[2]].if_truncated
            again = replace(request, wider=wider)
            if teacher.encode(again) != teacher.encode(request):  # the same question would be cut off again, and paid
                answer = await self._answer(teacher, again, attempt=0)
        elif problem == "empty":
            answer = await self._answer(teacher, request, attempt=1)
        problem = _problem(answer)
        if problem:
            raise AnswerFailure(
                PROBLEMS[problem], kind=problem, evidence=answer.text[:MOST_EVIDENCE], where=request.label
            )
        return answer

    async def _answer(self, teacher: Teacher, request: Request, *, attempt: int) -> Answer:
        body = teacher.encode(request)
        key = self._key(teacher, request, body, attempt)
        while (other := self._desk.under_way.get(key)) is not None:
            await asyncio.wait((other,))
        raw = self._desk.ledger.find(key)
        if raw is None:
            return await self._send(teacher, request, body, key)
        await teacher.recalled(raw, request)
        answer = teacher.decode(raw)
        self._tell(teacher, answer.usage, cached=True, seconds=0.0)
        return answer

    async def _send(self, teacher: Teacher, request: Request, body: bytes, key: bytes) -> Answer:
        desk = self._desk
        read: list[Answer | AnswerFailure] = []

        def keep(raw: bytes, seconds: float, received: Callable[[], None]) -> Awaitable[None]:
            read.append(_read(teacher, raw))
            usage = None if isinstance(read[0], AnswerFailure) else read[0].usage
            self._tell(teacher, usage, cached=False, seconds=seconds)
            call = self._call(teacher, request, body, key, raw, usage, seconds)
            return desk.ledger.record(call, received=received)

        home = desk.under_way[key] = asyncio.get_running_loop().create_future()
        try:
            await desk.lanes[id(teacher)].call(body, request, keep=keep, shut=desk.shut)
        except CallFailure as failure:
            await desk.ledger.record(self._call(teacher, request, body, key, failure, None, 0.0))
            desk.listener(CallEnded(teacher.address, "error", cached=False, seconds=0.0, error=failure.kind))
            raise
        finally:
            del desk.under_way[key]
            home.set_result(None)
        if isinstance(read[0], AnswerFailure):
            raise read[0]
        return read[0]

    def _call(
        self,
        teacher: Teacher,
        request: Request,
        body: bytes,
        key: bytes,
        came: bytes | CallFailure,
        usage: Usage | None,
        seconds: float,
    ) -> Call:
        failure = came if isinstance(came, CallFailure) else None
        return Call(
            key=key,
            item=self._item,
            label=request.label,
            model=teacher.address,
            endpoint=teacher.endpoint,
            request=body,
            response=None if isinstance(came, CallFailure) else came,
            error=failure.kind if failure else "",
            detail=f"{failure.what} {failure.evidence}".strip() if failure else "",
            input_tokens=usage.input_tokens if usage else None,
            output_tokens=usage.output_tokens if usage else None,
            seconds=seconds,
        )

    def _key(self, teacher: Teacher, request: Request, body: bytes, attempt: int) -> bytes:
        asked = f"{self._item}\0{request.label}\0{request.sample}\0{attempt}\0{teacher.address}\0{teacher.endpoint}\0"
        once = hashlib.sha256(asked.encode() + body).digest()[:16]
        occurrence = self._asked.get(once, 0)
        self._asked[once] = occurrence + 1
        return once if not occurrence else hashlib.sha256(once + occurrence.to_bytes(4)).digest()[:16]

    def _tell(self, teacher: Teacher, usage: Usage | None, *, cached: bool, seconds: float) -> None:
        tokens_in, tokens_out = (usage.input_tokens, usage.output_tokens) if usage else (None, None)
        self._desk.listener(
            CallEnded(teacher.address, "ok", cached, seconds, input_tokens=tokens_in, output_tokens=tokens_out)
        )


PROBLEMS = {
    "truncated": "the answer was cut off at its token limit",
    "content_filter": "the provider's content filter withheld the answer",
    "empty": "the answer was empty, twice",
}


def _problem(answer: Answer) -> str:
    if answer.finish_reason == "length":
        return "truncated"
    if answer.finish_reason == "content_filter":
        return "content_filter"
    return "" if answer.text.strip() or answer.tool_calls else "empty"


def _read(teacher: Teacher, raw: bytes) -> Answer | AnswerFailure:
    try:
        return teacher.decode(raw)
    except AnswerFailure as failure:
        return failure  # the response is kept as it came; that it cannot be read fails the row in its turn
