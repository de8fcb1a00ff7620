"""Turns what pydantic says of a config into errors with a place a person can find and a remedy.

A place is the path as the file has it (`recipes[1].distractors`), after the line it stands on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import BaseModel

from windrow.errors import ConfigError, UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

KeyPath = tuple[str | int, ...]
SHOWN = 60
REMEDIES = {
    "api_key": "keys are never written in a config: put it in an environment variable and name that with api_key_env",
    "budget": "budgets are not supported yet",
}


class Places:
    """Where each value of a config came from: a line of the file, a flag, an environment variable."""

    def __init__(self, lines: Mapping[KeyPath, str] | None = None) -> None:
        self._marks = dict(lines or {})

    def override(self, path: KeyPath, mark: str) -> None:
        """Everything at and below `path` now comes from `mark`."""
        self._marks = {known: value for known, value in self._marks.items() if known[: len(path)] != path}
        self._marks[path] = mark

    def where(self, path: KeyPath) -> str:
        """`support.yaml:12: recipes[1].distractors`, as far as it is known."""
        spelled = spell(path)
        mark = next((self._marks[path[:end]] for end in range(len(path), -1, -1) if path[:end] in self._marks), "")
        return ": ".join(part for part in (mark, spelled) if part)


def spell(path: KeyPath) -> str:
    """`("recipes", 1, "distractors")` as `recipes[1].distractors`."""
    out = ""
    for part in path:
        key = str(part) if str(part).isprintable() and part != "" else repr(part)
        out += f"[{part}]" if isinstance(part, int) else f".{key}" if out else key
    return out


def translate(
    error: ValidationError,
    model: type[BaseModel],
    raw: object,
    places: Places,
    at: KeyPath = (),
    extra: Iterable[str] = (),
) -> ConfigError:
    """The first problem as an error; the others as its notes, so that one run of the command shows them all.

    An unknown key comes first: it often explains the one that is missing.

    `raw` is what `model` was given, found at `at` of the config; `extra` names more keys that are allowed there.
    """
    known = tuple(extra)
    details = sorted(error.errors(include_url=False), key=lambda detail: detail["type"] != "extra_forbidden")
    problems = [_one(detail, model, raw, places, at, known) for detail in details]
    first = problems[0]
    for other in problems[1:]:
        first.add_note(str(other))
    return first


def _one(
    detail: ErrorDetails, model: type[BaseModel], raw: object, places: Places, at: KeyPath, extra: tuple[str, ...]
) -> ConfigError:
    path = _as_written(detail["loc"], raw)
    where = places.where((*at, *path))
    if detail["type"] == "extra_forbidden":
        key = str(detail["loc"][-1])
        if key in REMEDIES:
            return UnknownName(f"unknown key {key!r}", where=where, remedy=REMEDIES[key])
        known = [*_fields_at(model, detail["loc"][:-1]), *(extra if len(detail["loc"]) == 1 else ())]
        return UnknownName.among(key, known, noun="key", where=where)
    if detail["type"] == "missing":
        return ConfigError("is required and not there", where=where, remedy=_add_remedy(detail["loc"][-1]))
    if detail["type"] in ("model_type", "dict_type", "model_attributes_type"):
        return ConfigError(f"should be a mapping (key: value), got {_shown(detail['input'])}", where=where)
    return ConfigError(_said(detail), where=where)


def _add_remedy(key: str | int) -> str:
    return f"add `{key}:`"


def _said(detail: ErrorDetails) -> str:
    """pydantic's sentence without its subject, and what was found."""
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
    message = message[:1].lower() + message[1:]
    if detail["type"] == "string_pattern_mismatch":
        message = _pattern_rule(detail)
    return f"{message}, got {_shown(detail['input'])}"


def _pattern_rule(detail: ErrorDetails) -> str:
    rules = {
        "name": "should be a name that can be a folder's: no slash, colon or control character, no dot or space first",
        "model": "should be 'provider/model', such as openai/gpt-5 or embedded/procedural",
        "base_url": "should be a URL that begins with http:// or https://",
        "api_key_env": "should be the name of an environment variable, not a key",
    }
    return rules.get(str(detail["loc"][-1]), detail["msg"])


def _shown(value: object) -> str:
    """A short view of a value; nothing that may be a secret is long enough to leak whole."""
    if value is None:
        return "nothing"
    if isinstance(value, (dict, list)):
        return f"a {'mapping' if isinstance(value, dict) else 'list'} of {len(value)}"
    text = repr(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _as_written(loc: KeyPath, raw: object) -> KeyPath:
    """`loc` without the steps that only normalising put in: what is not in `raw` and not last was never written."""
    path: list[str | int] = []
    here: Any = raw
    for step in loc:
        inside = (isinstance(here, dict) and step in here) or (
            isinstance(here, list) and isinstance(step, int) and step < len(here)
        )
        if inside:
            path.append(step)
            here = here[step]
        elif isinstance(here, dict) and step == loc[-1] and isinstance(step, str):
            path.append(step)
    return tuple(path)


def _fields_at(model: type[BaseModel], loc: KeyPath) -> list[str]:
    """The keys allowed where `loc` leads to, starting from `model`."""
    here: Any = model
    for step in loc:
        found = _models_in(here)
        named = next((m.model_fields[step].annotation for m in found if step in m.model_fields), None)
        here = here if named is None else named
    return [name for found in _models_in(here) for name in found.model_fields if name != "options"]


def _models_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and get_origin(annotation) is None and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in _models_in(inner)]
