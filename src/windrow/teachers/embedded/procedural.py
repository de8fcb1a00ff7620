"""`embedded/procedural`: a program that answers, not a language model, and its rows say so (`origin: procedural`).

It answers from a template's variables and never reads prose written for a model. One function answers for one template;
ANSWERS is the whole table. What a function cannot do it refuses, which makes one rejected row with its reason. Scores,
token counts and costs are never made up.
"""

from __future__ import annotations

import hashlib
import importlib
import random
from typing import TYPE_CHECKING, Any, Literal, Protocol

import orjson

from windrow.errors import AnswerFailure, UnknownName
from windrow.teachers.base import Pace, Teacher
from windrow.teachers.canonical import question, read_answer, write_answer, write_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from windrow.shapes import Answer
    from windrow.teachers.base import Request
    from windrow.teachers.settings import ModelSettings

NAME = "procedural"
PACE = Pace(concurrency=16, adaptive=False, retries=0)

# Template to "module:function". A module's VERSION is part of every request to it: raise it when its answers change.
ANSWERS = {
    "rag_qa/question": "windrow.teachers.embedded.rag_qa:question",
    "rag_qa/answer": "windrow.teachers.embedded.rag_qa:answer",
    "rag_qa/hop_question": "windrow.teachers.embedded.rag_pairs:hop_question",
    "rag_qa/hop_answer": "windrow.teachers.embedded.rag_pairs:hop_answer",
    "rag_qa/false_premise": "windrow.teachers.embedded.rag_premises:false_premise",
    "constitutional/draft": "windrow.teachers.embedded.constitutional:draft",
    "constitutional/critique": "windrow.teachers.embedded.constitutional:critique",
    "constitutional/revise": "windrow.teachers.embedded.constitutional:revise",
    "self_instruct/instructions": "windrow.teachers.embedded.self_instruct:instructions",
    "self_instruct/classify": "windrow.teachers.embedded.self_instruct:classify",
    "self_instruct/classification_instance": "windrow.teachers.embedded.self_instruct:classification_instance",
    "self_instruct/instance": "windrow.teachers.embedded.self_instruct:instance",
    "evol_instruct/evolve": "windrow.teachers.embedded.evol_instruct:evolve",
    "evol_instruct/complicate_input": "windrow.teachers.embedded.evol_instruct:complicate_input",
    "evol_instruct/breadth": "windrow.teachers.embedded.evol_instruct:breadth",
    "evol_instruct/respond": "windrow.teachers.embedded.evol_instruct:respond",
    "conversations/plan": "windrow.teachers.embedded.conversations:plan",
    "conversations/user_turn": "windrow.teachers.embedded.conversations:user_turn",
    "conversations/assistant_turn": "windrow.teachers.embedded.conversations:assistant_turn",
    "preference/answer": "windrow.teachers.embedded.preference:answer",
    "preference/answer_freely": "windrow.teachers.embedded.preference:answer",
    "distillation/shortcut": "windrow.teachers.embedded.distillation:shortcut",
    "distillation/trace": "windrow.teachers.embedded.distillation:trace",
    "preference/degrade": "windrow.teachers.embedded.preference:degrade",
    "tool_calls/goal": "windrow.teachers.embedded.tool_calls:goal",
    "tool_calls/agent": "windrow.teachers.embedded.tool_calls:agent",
    "tool_calls/user": "windrow.teachers.embedded.tool_calls:user",
}


class Answering(Protocol):
    """What ANSWERS points at. `rng` is seeded by the request: the same request is answered the same."""

    def __call__(self, variables: Mapping[str, Any], rng: random.Random) -> Answer:
        """The answer. Raises AnswerFailure(kind="unsupported")."""
        ...


class Procedural(Teacher):
    """Rules over the user's own texts: extractive questions with exact spans, tasks with computable answers."""

    origin: Literal["llm", "procedural"] = "procedural"

    def __init__(
        self,
        model: str = NAME,
        settings: ModelSettings | None = None,
        *,
        env: Mapping[str, str] | None = None,  # noqa: ARG002 - it needs no key
        base: Path | None = None,  # noqa: ARG002 - it reads no file
    ) -> None:
        if model != NAME:
            raise UnknownName.among(model, [NAME], noun="embedded model")
        self.address = f"embedded/{NAME}"
        self.endpoint = ""
        self.pace = settings.pace(PACE) if settings is not None else PACE

    def encode(self, request: Request) -> bytes:
        """What the answer is made from. The rendered messages are left out: they are wording for language models."""
        asked = question(request)
        del asked["messages"]
        asked["variables"] = dict(request.variables)
        asked["program"] = _version(request.label)
        return write_json(asked, where=request.label, sort=True)

    async def send(self, body: bytes, request: Request) -> bytes:
        """The answer, or the refusal, as JSON. Nothing is sent anywhere."""
        asked = orjson.loads(body)
        rng = random.Random(hashlib.sha256(body).digest())
        try:
            return write_answer(_answering(request.label)(asked["variables"], rng))
        except AnswerFailure as failure:
            return orjson.dumps({"refusal": {"what": failure.what, "kind": failure.kind, "evidence": failure.evidence}})

    def decode(self, raw: bytes) -> Answer:
        """The answer that `send` wrote. Raises the AnswerFailure that it wrote."""
        data = orjson.loads(raw)
        if isinstance(data, dict) and "refusal" in data:
            raise AnswerFailure(**data["refusal"], where=self.address)
        return read_answer(raw)


def _answering(label: str) -> Answering:
    """The function that answers for `label`. Raises AnswerFailure(kind="unsupported") where there is none."""
    target = ANSWERS.get(label)
    if target is None:
        raise AnswerFailure(
            f"the embedded teacher has no rule for {label!r}", kind="unsupported",
            remedy=f"it answers {', '.join(sorted(ANSWERS))}; name a model for the others",
        )  # fmt: skip
    module, _, function = target.partition(":")
    answering: Answering = getattr(importlib.import_module(module), function)
    return answering


def _version(label: str) -> int:
    module = ANSWERS.get(label, "").partition(":")[0]
    return int(importlib.import_module(module).VERSION) if module else 0
