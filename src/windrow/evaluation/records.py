"""What there is to evaluate in a record of any common shape: by the names that evaluators know.

instruction (+ input) / output, prompt / completion, question / answer / context, messages, conversations of ShareGPT,
chosen / rejected, and windrow's own rows. What has another name keeps it, for the evaluator that knows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from windrow.evaluators.inputs import ALIASES, CANONICAL, of_row, resolve
from windrow.row import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

TALKS = ("messages", "conversations", "conversation")
USER, ASSISTANT = frozenset({"user", "human"}), frozenset({"assistant", "gpt", "model", "bot", "ai"})
SYSTEM = frozenset({"system", "developer"})
OUTPUTS = frozenset(("output", *ALIASES["output"]))


class RecordError(ValueError):
    """A record that holds nothing that can be evaluated."""


def given_of(record: object) -> Mapping[str, Any]:
    """The inputs that a record holds. Raises RecordError."""
    if isinstance(record, Row):
        return dict(of_row(record))
    if not isinstance(record, Mapping):
        raise RecordError(f"a row is a mapping, not a {type(record).__name__}")
    if record.get("schema") == 1 and "kind" in record and "lineage" in record:
        try:
            return dict(of_row(Row.from_dict(dict(record))))
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise RecordError(f"looks like a row of windrow's and is none: {error}") from error
    told = {str(key): value for key, value in record.items() if value is not None}
    told = _alpaca(_pair(told))
    for key in TALKS:
        if _is_talk(told.get(key)):
            told = _talked(told, key, told[key])
    return told


def _alpaca(told: dict[str, Any]) -> dict[str, Any]:
    """`instruction` with its `input` is one task, not two names of one thing."""
    instruction, given = told.get("instruction"), told.get("input")
    if not isinstance(instruction, str) or not isinstance(given, str) or instruction == given:
        return told
    rest = {key: value for key, value in told.items() if key != "instruction"}
    return {**rest, "input": "\n\n".join(one for one in (instruction, given) if one.strip())}


def _pair(told: dict[str, Any]) -> dict[str, Any]:
    """A preference's chosen side is what is taught; prompts and completions may be lists of turns."""
    if "chosen" in told and OUTPUTS.isdisjoint(told):
        told = {**{key: value for key, value in told.items() if key != "chosen"}, "output": told["chosen"]}
    for key, value in list(told.items()):
        name = CANONICAL.get(key)
        if name == "output" and _is_talk(value):
            told[key] = _last(value, ASSISTANT)
        elif name == "input" and _is_talk(value):
            told = {**told, **_before(value)}
            told[key] = _last(value, USER)
    return told


def _talked(told: dict[str, Any], key: str, turns: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A conversation is judged by its last answer to what was asked last before it."""
    rest = {name: value for name, value in told.items() if name != key}
    known = {CANONICAL.get(name, name) for name in rest}
    places = [at for at, turn in enumerate(turns) if _role(turn) in ASSISTANT]
    end = places[-1] if places else len(turns)
    found: dict[str, Any] = {"conversation": list(turns), **_before(turns[:end])}
    if places:
        found["output"] = _text(turns[end])
    asked = _last(turns[:end], USER)
    if asked:
        found["input"] = asked
    return {**rest, **{name: value for name, value in found.items() if name not in known}}


def _before(turns: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    system = "\n\n".join(_text(turn) for turn in turns if _role(turn) in SYSTEM)
    return {"system": system} if system else {}


def _last(turns: Sequence[Mapping[str, Any]], roles: frozenset[str]) -> str:
    return next((_text(turn) for turn in reversed(turns) if _role(turn) in roles), "")


def _is_talk(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(turn, Mapping) and ("role" in turn or "from" in turn) for turn in value)
    )


def _role(turn: Mapping[str, Any]) -> str:
    return str(turn.get("role") or turn.get("from") or "").strip().casefold()


def _text(turn: Mapping[str, Any]) -> str:
    """A turn's text, with the calls that it makes."""
    return resolve({"conversation": [turn]}).conversation[0].text
