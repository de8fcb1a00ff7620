"""Arguments for a tool nobody told us anything about but its schema and a state: names say what belongs together.

An argument called `order_id` takes a key of the state's table of orders, one called like a field of its records takes
a value that stands there. For the rest a value is made up that the user will be made to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windrow.tools.values import value_for
from windrow.tools.wording import parts, same_thing, singular

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping

    from windrow.row import Tool
    from windrow.tools.backend import State

PYTHON: Mapping[str, tuple[type, ...]] = {"string": (str,), "integer": (int,), "number": (int, float)}
GIVEN_OPTIONALS = 0.3  # the share of optional arguments that a user gives


def sample_arguments(tool: Tool, state: State, rng: random.Random) -> dict[str, Any] | None:
    """Arguments that fit the schema of `tool` and, as far as names tell, the state. None where a value is beyond us."""
    required = tool.parameters.get("required", ())
    made: dict[str, Any] = {}
    for name, schema in tool.parameters.get("properties", {}).items():
        if name not in required and rng.random() >= GIVEN_OPTIONALS:
            continue
        known = known_values(name, schema, state)
        value = rng.choice(known) if known else value_for(name, schema, rng)
        if value is None:
            if name in required:
                return None
            continue
        made[name] = value
    return made


def known_values(name: str, schema: Mapping[str, Any], state: State) -> list[Any]:
    """What stands in `state` under the name of an argument, each value once, in a stable order."""
    fits = PYTHON.get(str(schema.get("type")))
    if fits is None or schema.get("enum"):
        return []
    found = [value for key, value in _fields(state) if same_thing(key, name) or _names(key, name)]
    unique = {str(value): value for value in found if isinstance(value, fits) and not isinstance(value, bool)}
    return [unique[key] for key in sorted(unique)]


def _names(table: str, argument: str) -> bool:
    """Whether an argument names a record of a table: `order_id` one of `orders`."""
    said = parts(argument)
    return table.endswith("/") and len(said) > 1 and said[-1] == "id" and said[:-1] == [*map(singular, parts(table))]


def _fields(value: Any, under: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - JSON
    """(name, value) of everything in a state; the keys of a table called T are values called "T/"."""
    if isinstance(value, dict):
        records = bool(value) and all(isinstance(each, dict) for each in value.values())
        for key, each in value.items():
            if records and under:
                yield f"{under}/", key
            yield from _fields(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from _fields(each, under)
    else:
        yield under, value
