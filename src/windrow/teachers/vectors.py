"""A text as a vector: how it is asked for, under which key it is kept, and how it is read out of a response.

A response is JSON as OpenAI's `/embeddings` gives it, whoever gave it, or a record of a replay. It can thus be read
without the model: a report needs neither its key nor its library.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
import sys
from array import array
from typing import TYPE_CHECKING, Any

import orjson
from msgspec import Struct

from windrow.errors import CallFailure
from windrow.row import Message
from windrow.shapes import Answer, Usage
from windrow.teachers.base import Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windrow.teachers.base import Teacher

LABEL = "embeddings"
SHOWN = 200


class Embedded(Struct, frozen=True, gc=False):
    """What a response holds: the vector as 32-bit floats, what it cost, and what the server calls its model."""

    vector: array[float]
    usage: Usage | None
    model: str


def asked(text: str) -> Request:
    """The request for the vector of `text`."""
    return Request(label=LABEL, variables={"text": text}, messages=(Message("user", text),))


def identity(teacher: Teacher) -> bytes:
    """All that may change a vector but for its text: the model, the endpoint, and the settings that are sent."""
    told = f"{LABEL}\0{teacher.address}\0{teacher.endpoint}\0".encode() + teacher.encode(asked(""))
    return hashlib.sha256(told).digest()[:16]


def key_of(identity: bytes, text: str) -> bytes:
    """Under which key the ledger keeps the vector of `text`."""
    return hashlib.sha256(identity + text.encode("utf-8", "surrogatepass")).digest()[:16]


def read(raw: bytes, *, dimensions: int | None = None, where: str = "") -> Embedded:
    """The vector in a response. Raises CallFailure where there is none that can be used: `broken_reply`, or
    `wrong_dimension`, which asking again would not mend."""
    try:
        data = orjson.loads(raw)
        values, usage, model = _parts(data)
        vector = _numbers(values)
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, binascii.Error) as error:
        raise _broken("the reply holds no vector", raw, where) from error
    if not math.isfinite(sum(vector)):
        raise _broken("the vector has numbers that are none", raw, where)
    if not any(vector):
        raise _broken("the vector has no direction: it is empty, or all of it is 0", raw, where)
    if dimensions is not None and len(vector) != dimensions:
        what = f"the vector has {len(vector)} numbers, and {dimensions} were asked for"
        remedy = "set dimensions: to what the model gives, or leave it out"
        raise CallFailure(what, kind="wrong_dimension", retryable=False, where=where, remedy=remedy)
    return Embedded(vector, usage, model)


def response(values: Sequence[float], *, model: str) -> bytes:
    """A response of a model that has no server, in the form that `read` reads."""
    packed = pack(array("f", values))
    return orjson.dumps({"data": [{"index": 0, "embedding": packed}], "model": model})


def answer(embedded: Embedded) -> Answer:
    """The same as an answer, for whoever records answers."""
    return Answer(pack(embedded.vector), model=embedded.model, usage=embedded.usage)


def pack(vector: array[float]) -> str:
    """As OpenAI's `encoding_format: base64` has it: 32-bit floats, the lowest byte first."""
    return base64.b64encode(_swapped(vector).tobytes()).decode("ascii")


def _parts(data: Any) -> tuple[Any, Usage | None, str]:  # noqa: ANN401 - JSON
    if "text" in data:  # a record of a replay
        usage = data.get("usage")
        return data["text"], None if usage is None else Usage(**usage), str(data.get("model", ""))
    (entry,) = data["data"]
    return entry["embedding"], _usage(data.get("usage")), str(data.get("model", ""))


def _usage(told: Any) -> Usage | None:  # noqa: ANN401 - JSON
    """Tokens as far as the server counted them. No vector has output tokens, so that none are 0 where any are told."""
    given = told.get("prompt_tokens", told.get("total_tokens")) if isinstance(told, dict) else None
    return Usage(given, 0) if type(given) is int and given >= 0 else None


def _numbers(values: Any) -> array[float]:  # noqa: ANN401 - JSON
    if not isinstance(values, str):
        return array("f", values)
    vector = array("f")
    vector.frombytes(base64.b64decode(values, validate=True))
    return _swapped(vector)


def _swapped(vector: array[float]) -> array[float]:
    if sys.byteorder == "big":
        vector = vector[:]
        vector.byteswap()
    return vector


def _broken(what: str, raw: bytes, where: str) -> CallFailure:
    shown = raw[:SHOWN].decode(errors="replace")
    return CallFailure(what, kind="broken_reply", retryable=True, evidence=shown, where=where)
