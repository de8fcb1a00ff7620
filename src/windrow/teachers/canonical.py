"""Requests and answers in windrow's own JSON, for teachers that have no wire format of a provider's.

A recording is looked up by `canonical(request)`, which no model's name is in, so that one recording serves whichever
model a config names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from msgspec.structs import asdict

from windrow.errors import AnswerFailure, CallFailure
from windrow.row import ToolCall, plain
from windrow.shapes import Answer, Usage

if TYPE_CHECKING:
    from windrow.teachers.base import Request

SORTED = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS
SHOWN = 500


def question(request: Request) -> dict[str, Any]:
    """What is asked, whoever is asked: label, messages, params, tools, schema, sample, and `wider` if there is any."""
    asked = {
        "label": request.label,
        "messages": [message.to_dict() for message in request.messages],
        "params": dict(request.params),
        "tools": [tool.to_dict() for tool in request.tools],
        "schema": request.schema,
        "sample": request.sample,
    }
    if request.wider:
        asked["wider"] = dict(request.wider)
    return asked


def canonical(request: Request) -> bytes:
    """The same bytes for the same question. Raises CallFailure for text that is not Unicode."""
    return write_json(question(request), where=request.label, sort=True)


def write_json(value: object, *, where: str, sort: bool = False) -> bytes:
    """`value` as JSON. Raises CallFailure for what JSON cannot hold, such as half of a surrogate pair."""
    try:
        return orjson.dumps(value, default=plain, option=SORTED if sort else None)
    except TypeError as error:
        raise CallFailure(
            f"the request cannot be written as JSON: {error}", kind="bad_request", retryable=False, where=where
        ) from error


def write_answer(answer: Answer) -> bytes:
    """`answer` as JSON. What was parsed out of its text is left out: it is made again from the text."""
    data = asdict(answer)
    del data["parsed"]
    return orjson.dumps(data, default=plain)


def read_answer(raw: bytes) -> Answer:
    """The answer that `write_answer` wrote. Raises AnswerFailure."""
    try:
        data = orjson.loads(raw)
        calls = tuple(ToolCall(**call) for call in data.pop("tool_calls", ()))
        usage = data.pop("usage", None)
        return Answer(**data, tool_calls=calls, usage=None if usage is None else Usage(**usage))
    except (ValueError, TypeError, AttributeError) as error:
        shown = raw[:SHOWN].decode(errors="replace")
        raise AnswerFailure(f"the answer does not read: {error}", kind="malformed", evidence=shown) from error
