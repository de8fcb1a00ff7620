"""What a tool does, read off its name and its schema: which kind of thing it works on, and what happens to that thing.

`create_ticket` makes a ticket, `close_ticket(ticket_id)` changes the one with this id, `list_users` shows all users,
`compute_exchange_rate` works something out. The reading is part of every row that was simulated with it, so that a row
can be replayed by itself, and whatever the reading will be later.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from windrow.tools.backends.operation_words import (
    ALL_VERBS,
    BECOMES,
    ENDS_NOUN,
    FILLERS,
    NOUNS_TOO,
    READS,
    SHOWS_MANY,
    TAILS,
    VERBS,
)
from windrow.tools.value_words import SECRETS
from windrow.tools.wording import parts, singular

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from windrow.row import Tool
    from windrow.tools.backends.operation_words import Kind


@dataclass(frozen=True, slots=True)
class Operation:
    """What one tool does. `entity` is what it works on; `key` the argument that picks one of them, by its id or, with
    `by_field`, by that field; `becomes` the status afterwards; `number_ids` that ids are numbers; `returns` the schema
    of the result, if the catalogue gave one."""

    kind: Kind
    entity: str
    key: str = ""
    by_field: bool = False
    becomes: str = ""
    number_ids: bool = False
    returns: dict[str, Any] = field(default_factory=dict)

    @property
    def mutating(self) -> bool:
        """Whether it changes the state."""
        return self.kind not in READS

    def to_dict(self) -> dict[str, Any]:
        out: dict[str, Any] = {"kind": self.kind, "entity": self.entity}
        for name in ("key", "by_field", "becomes", "number_ids", "returns"):
            value = getattr(self, name)
            if value:
                out[name] = value
        return out


def read_operations(
    tools: Sequence[Tool],
    returns: Mapping[str, Mapping[str, Any]] | None = None,
    annotations: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Operation]:
    """What each of the tools of a catalogue does, by name. They are read together: `card_id` names what
    `register_credit_card` makes because that returns one."""
    shapes = returns or {}
    hints = annotations or {}
    first = {tool.name: _alone(tool, dict(shapes.get(tool.name, {})), hints.get(tool.name, {})) for tool in tools}
    made = {operation.entity for operation in first.values() if operation.kind in {"create", "list"}}
    return {tool.name: _keyed(tool, first[tool.name], made) for tool in tools}


def is_secret(name: str) -> bool:
    """Whether a field holds a password, a token or the like, which says nothing about the thing it comes with."""
    return bool(SECRETS & set(parts(name)))


def id_of(name: str) -> str:
    """What an argument such as `order_id` names: "order". Else ''."""
    said = parts(name)
    return singular(said[-2]) if len(said) > 1 and said[-1] in {"id", "ids"} else ""


def _alone(tool: Tool, returns: dict[str, Any], hints: Mapping[str, Any]) -> Operation:
    """The reading of a tool by itself; its key is still to be found."""
    said = parts(tool.name)
    verb, place = _verb(said)
    kind = next((kind for kind, verbs in VERBS.items() if verb in verbs), "create" if verb else "compute")
    noun = [*said[place + 1 :], *said[:place]] if said[place + 1 :] else said[:place]
    many = bool(SHOWS_MANY & set(noun)) or _is_plural(noun)
    if kind == "get" and many and not _ids(tool):
        kind = "list"
    if hints.get("readOnlyHint") is True and kind not in READS:
        kind = "compute"
    if hints.get("readOnlyHint") is False and kind in READS:
        kind = "create"
    entity = _entity(noun)
    properties = returns.get("properties", {})
    if kind == "create":
        entity = next((id_of(name) for name in properties if id_of(name)), entity)
    return Operation(
        kind, entity or "thing", becomes=BECOMES.get(verb, "") if kind == "update" else "", returns=returns,
        number_ids=_has_number_id(properties, entity),
    )  # fmt: skip


def _keyed(tool: Tool, found: Operation, made: set[str]) -> Operation:
    """The reading with its key: an id, or the one argument that a record can be looked up by."""
    properties = tool.parameters.get("properties", {})
    required = [name for name in tool.parameters.get("required", ()) if not is_secret(name)]
    if found.kind in {"create", "compute", "list", "log_in", "log_out"}:
        return found
    ids = [name for name in required if parts(name) == ["id"] or id_of(name)]
    own = [name for name in ids if parts(name) == ["id"] or id_of(name) in {found.entity, *made}]
    if own:
        name = next((each for each in own if id_of(each) == found.entity), own[0])
        number = properties[name].get("type") == "integer"
        return Operation(
            found.kind, id_of(name) or found.entity, name, becomes=found.becomes, number_ids=number,
            returns=found.returns,
        )  # fmt: skip
    if found.kind == "get" and (len(required) != 1 or found.entity not in made):
        return Operation("compute", found.entity, returns=found.returns)
    key = required[0] if required and found.entity in made else ""
    return Operation(
        found.kind, found.entity, key, by_field=bool(key), becomes=found.becomes, number_ids=found.number_ids,
        returns=found.returns,
    )  # fmt: skip


def _verb(said: Sequence[str]) -> tuple[str, int]:
    """The verb in a name and its place; ('', 0) where there is none."""
    if said[:2] in (["log", "in"], ["sign", "in"]):
        return "login", 1
    if said[:2] in (["log", "out"], ["sign", "out"]):
        return "logout", 1
    for place, word in enumerate(said):
        if word in ALL_VERBS:
            return word, place
    return (said[0], 0) if said and said[0] in NOUNS_TOO and not TAILS & set(said) else ("", -1)


def _entity(noun: Sequence[str]) -> str:
    """The head of a noun phrase, in the singular: of "all credit cards by owner", "card"."""
    end = next((place for place, word in enumerate(noun) if word in ENDS_NOUN and place), len(noun))
    head = [word for word in noun[:end] if word not in FILLERS]
    while len(head) > 1 and head[-1] in TAILS:
        head.pop()
    return singular(head[-1]) if head else ""


def _is_plural(noun: Sequence[str]) -> bool:
    end = next((place for place, word in enumerate(noun) if word in ENDS_NOUN and place), len(noun))
    kept = [word for word in noun[:end] if word not in {"sent", "received"}]
    return bool(kept) and singular(kept[-1]) != kept[-1] and kept[-1] not in TAILS


def _ids(tool: Tool) -> list[str]:
    return [name for name in tool.parameters.get("required", ()) if id_of(name) or parts(name) == ["id"]]


def _has_number_id(properties: Mapping[str, Any], entity: str) -> bool:
    kinds = [
        schema.get("type") for name, schema in properties.items() if parts(name) == ["id"] or id_of(name) == entity
    ]
    return bool(kinds) and kinds[0] == "integer"
