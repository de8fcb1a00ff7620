"""A plan: calls that were really made, where their arguments come from, and what the user wants to know of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from windrow.tools.wording import label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windrow.row import Tool
    from windrow.tools.backend import Backend, State
    from windrow.tools.record import Category

Kind = Literal["user", "said", "result"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an argument comes from: words of the `user` in the same turn, words `said` for the argument of an earlier
    step, or the `result` of an earlier step, at `path` in it."""

    kind: Kind = "user"
    step: int = -1
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Want:
    """Something that the user wants to be told: its place in the result, its name, and the value as text."""

    label: str
    path: tuple[str | int, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a plan. `result` is what it came back with, parsed; `turn` the user's turn that asks for it."""

    tool: Tool
    arguments: dict[str, Any]
    result: Any
    turn: int = 0
    origins: dict[str, Origin] = field(default_factory=dict)
    wants: tuple[Want, ...] = ()

    def origin(self, argument: str) -> Origin:
        """Where an argument comes from: the user, unless told otherwise."""
        return self.origins.get(argument, USER)


USER = Origin()


@dataclass(frozen=True, slots=True)
class Plan:
    """Calls that were made on `backend` from `state`, in an order that works, and the `end` they led to.

    `withheld` is the argument of the first step that the user does not tell at first; `fault` what the first step is
    answered with instead of its result, each time where it is `lasting`.
    """

    category: Category
    backend: Backend
    state: State
    steps: tuple[Step, ...]
    end: str
    withheld: str = ""
    fault: str = ""
    lasting: bool = False

    @property
    def turns(self) -> int:
        """How many turns the user needs to ask for all of it."""
        return 1 + max(step.turn for step in self.steps)

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The tools it needs, each once."""
        return tuple({step.tool.name: step.tool for step in self.steps}.values())

    def with_steps(self, *steps: Step) -> Plan:
        """The same plan with other steps."""
        return replace(self, steps=steps)


def at(value: Any, path: tuple[str | int, ...]) -> Any:  # noqa: ANN401 - JSON
    """What stands at `path` in a JSON value. Raises KeyError, IndexError or TypeError where there is nothing."""
    for part in path:
        value = value[part]
    return value


def told(plan: Plan) -> list[dict[str, Any]]:
    """The plan as plain JSON, for a teacher that is a program."""
    return [
        {
            "tool": step.tool.name,
            "arguments": step.arguments,
            "turn": step.turn,
            "from": {
                name: {"step": origin.step, "path": list(origin.path)}
                for name, origin in step.origins.items()
                if origin.kind == "result"
            },
            "wants": [{"label": want.label, "path": list(want.path)} for want in step.wants],
            "withheld": label(plan.withheld) if plan.withheld and step is plan.steps[0] else "",
        }
        for step in plan.steps
    ]


def schema_of(step: Step, argument: str) -> Mapping[str, Any]:
    """The schema of one argument."""
    schema: Mapping[str, Any] = step.tool.parameters.get("properties", {}).get(argument, {})
    return schema
