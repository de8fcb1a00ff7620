"""What a user may want to be told of a result: a few plain values, each with a name, that only the result has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from windrow.flow.recipes.traces.steps import Want
from windrow.tools.wording import label, parts

if TYPE_CHECKING:
    import random
    from collections.abc import Collection, Iterator, Sequence

    Path = tuple[str | int, ...]

LONGEST = 90  # characters of a value that an answer can be expected to repeat
MOST_LISTED = 5
EXACT = 2**53
CALLED = ("name", "title", "subject")
OUTCOMES = (["status"], ["message"], ["result"])


def choose(
    result: Any,  # noqa: ANN401 - JSON
    known: Collection[str],
    rng: random.Random,
    most: int,
    *,
    changed: bool = False,
) -> tuple[Want, ...]:
    """Up to `most` values of one record, or one value of each record of a short list; () where there is none.

    `known` are texts in small letters that were said or told before: they are no news. Neither is, where something was
    `changed`, that it went well.
    """
    listed = _listed(result, known)
    if listed is not None:
        return listed
    fields = [want for want in _fields(result, ()) if want.text.casefold() not in known]
    if changed:
        fields = [want for want in fields if parts(str(want.path[-1]))[-1:] not in OUTCOMES]
    labels = [want.label for want in fields]
    fields = [want for want in fields if labels.count(want.label) == 1]
    picked = set(rng.sample(range(len(fields)), min(most, len(fields))))
    return tuple(want for place, want in enumerate(fields) if place in picked)


def as_text(value: Any) -> str:  # noqa: ANN401 - JSON
    """A plain value as an answer would hold it: 25.0 as 25."""
    whole = isinstance(value, float) and value.is_integer() and abs(value) < EXACT
    return value if isinstance(value, str) else json.dumps(int(value) if whole else value)


def is_plain(value: Any) -> bool:  # noqa: ANN401 - JSON
    """Whether a value can be looked for in a text: yes and no cannot, and neither can a page of prose."""
    if isinstance(value, str):
        return 0 < len(value.strip()) <= LONGEST and "\n" not in value
    return isinstance(value, int | float) and not isinstance(value, bool)


def _fields(value: Any, path: Path) -> Iterator[Want]:  # noqa: ANN401 - JSON
    """The plain values of an object and of the objects in it."""
    if not isinstance(value, dict):
        return
    for key, each in value.items():
        if isinstance(each, dict):
            yield from _fields(each, (*path, key))
        elif is_plain(each):
            name = f"{label(str(path[-1]))} {label(key)}" if path and parts(str(path[-1])) else label(key)
            yield Want(name, (*path, key), as_text(each))


def _listed(result: Any, known: Collection[str]) -> tuple[Want, ...] | None:  # noqa: ANN401 - JSON
    """One value for each element of the first list in a result. None where it holds no list, () where it is empty, too
    long, or of nothing that can be told."""
    if not isinstance(result, dict):
        return None
    for key, value in result.items():
        elements = _elements(value)
        if elements is None:
            continue
        field = _telling([each for _, each in elements], known)
        wants = [
            Want(label(key), (key, place, *field), as_text(_inner(each, field)))
            for place, each in elements
            if is_plain(_inner(each, field))
        ]
        news = any(want.text.casefold() not in known for want in wants)
        return tuple(wants) if news and len(wants) == len(elements) <= MOST_LISTED else ()
    return None


def _elements(value: Any) -> list[tuple[str | int, Any]] | None:  # noqa: ANN401 - JSON
    """(place, element) of a list, or of an object that is a list by id."""
    if isinstance(value, list):
        return list(enumerate(value))
    if isinstance(value, dict) and value and all(_is_id(key) for key in value):
        return list(value.items())
    return None


def _is_id(key: str) -> bool:
    return any(character.isdigit() for character in key)


def _telling(elements: Sequence[Any], known: Collection[str]) -> tuple[str, ...]:
    """The field that tells the elements apart best: a name or title, else the first that all have and none share."""
    if not elements or not all(isinstance(each, dict) for each in elements):
        return ()
    common = [
        key
        for key in elements[0]
        if all(is_plain(each.get(key)) and as_text(each[key]).casefold() not in known for each in elements)
    ]
    named = [key for key in common if parts(key)[-1:] and parts(key)[-1] in CALLED]
    apart = [key for key in common if len({as_text(each[key]) for each in elements}) == len(elements)]
    return next(((key,) for key in (*[n for n in named if n in apart], *apart, *common)), ())


def _inner(element: Any, field: tuple[str, ...]) -> Any:  # noqa: ANN401 - JSON
    return element[field[0]] if field and isinstance(element, dict) else element
