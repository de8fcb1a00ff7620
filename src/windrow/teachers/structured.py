"""Structured answers: from a model's text to a validated object, or to a reason short enough to send back once.

Tolerant of how models wrap JSON (a code fence, prose around it, a trailing comma, one brace too many) and of how they
misspell types ("5" for 5, one value for a list of one). Not a general repairer: an answer that was cut off or garbled
is not guessed at, because a guess would be a row that no model wrote.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from windrow.errors import AnswerFailure
from windrow.teachers.coercion import coerced
from windrow.teachers.schemas import schema_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Sole", "correction", "parse", "schema_of", "slip"]

M = TypeVar("M", bound=BaseModel)

FENCE = re.compile(r"```[ \t]*(?:[A-Za-z0-9_+-]*)[ \t]*\r?\n(.*?)```", re.DOTALL)
OPENING = re.compile(r"[{\[]")
PIECE_OF_JSON = re.compile(r'"\s*[\]}:]|[{\[]\s*"|"\s*,\s*"')
JSON_BEGINS = re.compile(r'\{\s*"|\[\s*["{\[]')
TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.DOTALL)
STARTS = 32  # a text with more openings that lead nowhere is not JSON with prose around it
SHOWN = 500
PROBLEMS = 4
BRIEF = 80


class Sole(BaseModel):
    """A verdict. It is none where the text holds two that differ, or pieces of JSON beside it: one that is taken back,
    say, or was cut in two by a quote which somebody else wrote, with an end of a verdict in it. Who gives it is never
    shown a reply of its own: see `slip`."""


def parse(model: type[M], text: str) -> M:
    """The object that `text` holds, the first of several; of a `Sole` model there may be no other one. Raises
    AnswerFailure(kind="unparsed") whose `what` says why in a line or two."""
    plain = text.strip().removeprefix("\ufeff")
    first: ValidationError | None = None
    found: M | None = None
    for value in _candidates(plain):
        try:
            fits = _validated(model, value)
            if not issubclass(model, Sole):
                return fits
            if found is not None and fits != found:
                what = f"holds several {model.__name__}, which differ"
                raise AnswerFailure(what, kind="unparsed", evidence=text[:SHOWN])
            found = fits
        except ValidationError as error:
            first = first or error
        except RecursionError:  # nested deeper than it can be written out again
            continue
    if found is not None:
        if any(PIECE_OF_JSON.search(piece) for piece in _beside(found, plain)):
            what = f"holds pieces of JSON beside its {model.__name__}: quotation marks in a text are escaped"
            raise AnswerFailure(what, kind="unparsed", evidence=text[:SHOWN])
        return found
    if first is None:
        what = f"{'no JSON value found' if plain else 'the answer is empty'}; expected {model.__name__}"
    else:
        what = f"does not fit {model.__name__}: {_problems(first)}"
    raise AnswerFailure(what, kind="unparsed", evidence=text[:SHOWN]) from first


def _beside(found: BaseModel, text: str) -> Iterator[str]:
    """What stands in `text` around the object that was found, wherever it stands there."""
    for source in dict.fromkeys((text, _without_trailing_commas(text))):
        position, around = 0, []
        for start, end, value in _places(source):
            if _is(found, value):
                around.append(source[position:start])
                position = end
        if around:
            yield from (*around, source[position:])
            return
    yield text


def _is(found: BaseModel, value: object) -> bool:
    try:
        return _validated(type(found), value) == found
    except (ValidationError, RecursionError):
        return False


def correction(failure: AnswerFailure) -> str:
    """The user turn that asks, once, for the same answer in the right form."""
    return (
        f"Your answer could not be used: {failure.what}\n"
        "Answer again with the corrected JSON value only, no other text."
    )


def slip(model: type[BaseModel], failure: AnswerFailure) -> str:
    """What `parse` found wrong, for one who must not be shown the answer again: not a word of the answer is in it."""
    what, cause = failure.what, failure.__cause__
    if isinstance(cause, ValidationError):
        ours = _names(schema_of(model))
        found = cause.errors(include_url=False, include_context=False, include_input=False)
        places = dict.fromkeys((_place(one["loc"], ours), one["type"]) for one in found)
        told = "; ".join(f"{place}: {kind.replace('_', ' ')}" for place, kind in list(places)[:PROBLEMS])
        what = f"it does not fit {model.__name__} ({told})"
    return (
        f"An earlier reply to this could not be used: {what}\n"
        "Answer again with the corrected JSON value only, no other text."
    )


def _place(location: tuple[int | str, ...], ours: frozenset[str]) -> str:
    """Where something is, without names that only the answer has."""
    return ".".join(str(part) if isinstance(part, int) or part in ours else "?" for part in location) or "the value"


def _names(schema: object) -> frozenset[str]:
    """The names of all properties in a JSON Schema."""
    if isinstance(schema, list):
        return frozenset().union(*map(_names, schema))
    if not isinstance(schema, dict):
        return frozenset()
    own = schema.get("properties")
    return frozenset(own if isinstance(own, dict) else ()).union(*map(_names, schema.values()))


def _validated(model: type[M], value: object) -> M:
    """`value` as it is, or else with its types mended; strictly checked either way."""
    try:
        return _checked(model, value)
    except ValidationError:
        return _checked(model, coerced(value, schema_of(model)))


def _checked(model: type[M], value: object) -> M:
    # Strictness differs by input: read as JSON, a date may be a string and a tuple a list, and no number a string.
    return model.model_validate_json(json.dumps(value), strict=True)


def _candidates(text: str) -> Iterator[object]:
    """The JSON values in `text`, the likeliest first: all of it, what is fenced, what stands in prose."""
    yield from _values(text)
    for fenced in FENCE.finditer(text):
        yield from _values(fenced[1].strip())
    for source in dict.fromkeys((text, _without_trailing_commas(text))):
        yield from _embedded(source)


def _values(text: str) -> Iterator[object]:
    for source in dict.fromkeys((text, _without_trailing_commas(text))):
        try:
            yield DECODER.decode(source)
        except (ValueError, RecursionError):
            continue
        return


def _embedded(text: str) -> Iterator[object]:
    """Objects and lists that begin somewhere in `text`, each once; what follows them is not looked at."""
    return (value for _, _, value in _places(text))


def _places(text: str) -> Iterator[tuple[int, int, object]]:
    """The same, each with where it begins and ends."""
    position = 0
    for _ in range(STARTS):
        opening = OPENING.search(text, position)
        if opening is None:
            return
        try:
            value, position = DECODER.raw_decode(text, opening.start())
            yield opening.start(), position, value
        except (ValueError, RecursionError):
            if JSON_BEGINS.match(text, opening.start()):
                return  # cut off or garbled: a part of it is not the answer
            position = opening.end()


def _without_trailing_commas(text: str) -> str:
    return TRAILING_COMMA.sub(lambda match: match[1] or "", text)


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _no_such_number(digits)


def _no_such_number(name: str) -> NoReturn:
    msg = f"{name} is no number of JSON's"
    raise ValueError(msg)


# Line breaks inside strings are the commonest slip of all, and there is only one thing they can mean.
DECODER = json.JSONDecoder(strict=False, parse_float=_finite, parse_constant=_no_such_number)


def _problems(error: ValidationError) -> str:
    details = error.errors(include_url=False, include_context=False)
    told = [_problem(detail["loc"], detail["msg"], detail["type"], detail["input"]) for detail in details[:PROBLEMS]]
    more = len(details) - len(told)
    return "; ".join(told) + (f"; and {more} more" if more > 0 else "")


def _problem(location: tuple[int | str, ...], message: str, kind: str, given: object) -> str:
    path = ".".join(map(str, location)) or "the value"
    path = path if len(path) <= BRIEF else "…" + path[-BRIEF:]
    if kind in ("missing", "extra_forbidden"):
        return f"{path}: {message}"
    shown = json.dumps(given, ensure_ascii=False, default=str)
    return f"{path}: {message} (got {shown if len(shown) <= BRIEF else shown[:BRIEF] + '…'})"
