"""The one more try for an answer that did not fit its schema.

A writer is shown its own answer, and mends it. A judge is not: its reply may quote hostile text, which would stand
outside all marks then. It is asked the same question again, and told what slipped in words of ours alone, as
`evaluators.mending` tells it of a reply that fits its schema and is no verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from windrow.row import Message
from windrow.teachers import structured

if TYPE_CHECKING:
    from pydantic import BaseModel

    from windrow.errors import AnswerFailure
    from windrow.shapes import Answer
    from windrow.teachers.base import Request


def shown(request: Request, answer: Answer, failure: AnswerFailure) -> Request:
    """The request with the answer that it got, and what is wrong with that."""
    turns = (
        *request.messages,
        Message(role="assistant", content=answer.text),
        Message(role="user", content=structured.correction(failure)),
    )
    return replace(request, messages=turns)


def unseen(request: Request, model: type[BaseModel], failure: AnswerFailure) -> Request:
    """The request once more, with nothing of the answer that it got: what slipped stands after all else."""
    *before, last = request.messages
    told = structured.slip(model, failure)
    if last.role != "user":
        return replace(request, messages=(*before, last, Message(role="user", content=told)))
    return replace(request, messages=(*before, replace(last, content=f"{last.content.rstrip()}\n\n{told}")))
