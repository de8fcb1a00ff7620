"""What a row about tools keeps in `reference`, so that code alone can say later whether the row is right.

One layout for the recipe that writes it, the check that reads it and whoever replays a trace: what kind of task it is,
what the assistant should do, the right calls, where they start from and end, and what the last answer must tell.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Literal, TypeAlias, get_args

from windrow.tools.provenance import NotAProvenance, Provenance

Category = Literal[
    "single", "multiple", "parallel", "parallel_multiple", "dependent", "multi_turn", "error_recovery",
    "irrelevance", "missing_parameter", "missing_function",
]  # fmt: skip
"""The kind of task.

single: one call. multiple: one call, with other tools to choose from. parallel: several calls of one tool in one turn.
parallel_multiple: calls of different tools in one turn. dependent: a call that needs an earlier result. multi_turn:
calls for more than one user turn. error_recovery: a call fails and the assistant mends it or says so.
irrelevance: no tool fits the request. missing_function: the tool that fits is not offered. missing_parameter: the user
has not said what a call needs. The published leaderboards use the same names (BFCL: single is its "simple").
"""

Behaviour = Literal["call", "ask", "answer", "refuse", "confirm"]
"""What the assistant should do first: call a tool; ask for what is missing; answer without tools; say that it cannot;
or ask whether it really should, before a call that cannot be undone. After `ask` and `confirm` calls may follow."""

EXPECTED: dict[str, Behaviour] = {
    "irrelevance": "answer", "missing_parameter": "ask", "missing_function": "refuse",
}  # fmt: skip
"""The behaviour that a category asks for where a row does not say; `call` for all others."""

CATEGORIES: frozenset[str] = frozenset(get_args(Category))
BEHAVIOURS: frozenset[str] = frozenset(get_args(Behaviour))
WITHOUT_CALLS: frozenset[str] = frozenset({"answer", "refuse"})

Arguments: TypeAlias = dict[str, Any]


class NotARecord(ValueError):
    """A `reference` that is not laid out like this. The message names the field."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A call that belongs to the right solution. `arguments` are values, not text."""

    name: str
    arguments: Arguments

    def to_dict(self) -> dict[str, Any]:
        return {"name": self.name, "arguments": self.arguments}


@dataclass(frozen=True, slots=True)
class Record:
    """The `reference` of a row about tools. `to_dict` leaves out what is empty; `of` reads it back.

    `calls` are the right ones, in an order that works, without those that failed; under the names that the row shows.
    `final_state_hash` is `backend.state_hash` after them; `initial_state` what they start from. `outputs` are words
    that the last answer must hold (an amount, an id). `provenance` maps a call's id to where each of its arguments
    comes from, by JSON pointer. `environment` names the backend. `variant_of` is the id of the row this one was
    derived from. `masked` maps a name as shown (a tool's, or "tool.argument") to the real one. `injected` maps the id
    of a call to the error it was answered with on purpose. `withheld` are tools that were taken away, `missing` the
    arguments that the user has not given. `read_only`: the right calls change nothing.
    """

    category: Category
    expected: Behaviour | None = None
    calls: tuple[Expected, ...] = ()
    initial_state: Any = None
    final_state_hash: str = ""
    outputs: tuple[str, ...] = ()
    provenance: dict[str, dict[str, Provenance]] = field(default_factory=dict)
    environment: dict[str, Any] = field(default_factory=dict)
    variant_of: str = ""
    masked: dict[str, str] = field(default_factory=dict)
    injected: dict[str, str] = field(default_factory=dict)
    withheld: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    read_only: bool = False

    LISTS: ClassVar[tuple[str, ...]] = ("outputs", "withheld", "missing")
    MAPPINGS: ClassVar[tuple[str, ...]] = ("environment", "masked", "injected")

    @property
    def behaviour(self) -> Behaviour:
        """What the assistant should do, told or by category."""
        return self.expected or EXPECTED.get(self.category, "call")

    def to_dict(self) -> dict[str, Any]:
        """The `reference`, JSON-ready."""
        out: dict[str, Any] = {"category": self.category, "expected": self.behaviour}
        if self.calls:
            out["calls"] = [call.to_dict() for call in self.calls]
        if self.initial_state is not None:
            out["initial_state"] = self.initial_state
        if self.provenance:
            out["provenance"] = {
                call: {at: source.to_dict() for at, source in sources.items()}
                for call, sources in self.provenance.items()
            }
        for key in self.LISTS:
            value = getattr(self, key)
            if value:
                out[key] = list(value)
        for key in ("final_state_hash", "variant_of", "read_only", *self.MAPPINGS):
            value = getattr(self, key)
            if value:
                out[key] = value
        return out

    @classmethod
    def of(cls, reference: dict[str, Any]) -> Record | None:
        """The record in a row's `reference`, None where it has no `category`. Other keys are left alone.

        Raises NotARecord.
        """
        if "category" not in reference:
            return None
        known = {each.name for each in fields(cls)}
        told = {key: value for key, value in reference.items() if key in known}
        _one_of(told, "category", CATEGORIES)
        if told.get("expected") is not None:
            _one_of(told, "expected", BEHAVIOURS)
        for key in cls.LISTS:
            told[key] = _texts(told.get(key, ()), key)
        for key in ("provenance", *cls.MAPPINGS):
            if not isinstance(told.setdefault(key, {}), dict):
                raise NotARecord(f"{key} is not an object")
        told["calls"] = _calls(told.get("calls", ()))
        told["provenance"] = _provenance(told["provenance"])
        return cls(**told)


def _one_of(told: dict[str, Any], key: str, known: frozenset[str]) -> None:
    if not isinstance(told[key], str) or told[key] not in known:
        raise NotARecord(f"{key} {told[key]!r} is none of {', '.join(sorted(known))}")


def _texts(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise NotARecord(f"{key} is not a list of texts")
    return tuple(value)


def _calls(value: object) -> tuple[Expected, ...]:
    if not isinstance(value, list | tuple):
        raise NotARecord("calls is not a list")
    for each in value:
        if (
            not isinstance(each, dict)
            or not isinstance(each.get("name"), str)
            or not isinstance(each.get("arguments"), dict)
        ):
            raise NotARecord("calls holds something else than {name, arguments}")
    return tuple(Expected(each["name"], each["arguments"]) for each in value)


def _provenance(value: dict[str, Any]) -> dict[str, dict[str, Provenance]]:
    try:
        return {
            call: {at: Provenance.from_dict(source) for at, source in sources.items()}
            for call, sources in value.items()
        }
    except (NotAProvenance, AttributeError) as error:
        raise NotARecord(f"provenance: {error}") from None
