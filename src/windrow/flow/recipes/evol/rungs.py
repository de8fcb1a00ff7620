"""A rung of a chain, from the seed (round 0) upwards, and the rows that tell of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windrow.row import Lineage, Message, Row
from windrow.text.constraints import find

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windrow.shapes import Seed
    from windrow.text.constraints import Entry


@dataclass(frozen=True, slots=True)
class Rung:
    """A task with its answer. `row` is the id of the row that holds it, '' for the seed, which is no row of the run;
    `leaf` is the leaf of the axes that it, or the rung it grew from, was asked for."""

    instruction: str
    input: str
    response: str
    system: str = ""
    row: str = ""
    round: int = 0
    leaf: Mapping[str, str] | None = None

    def told(self) -> dict[str, str]:
        """As variables of a prompt."""
        return {"instruction": self.instruction, "input": self.input, "response": self.response}

    @property
    def constraints(self) -> list[Entry]:
        """What the instruction asks for and a program can check."""
        return find(self.instruction)


@dataclass(frozen=True, slots=True)
class Chain:
    """One climb from the seed with this key: its number among the seed's climbs, how many turns it has, and the leaf of
    the axes that a new task of it is asked for."""

    seed: str
    root: Rung
    number: int
    turns: int
    leaf: Mapping[str, str] | None = None

    @property
    def key(self) -> str:
        """What it is known by, and what its draws hang on: content and number, never a place in a file."""
        return f"{self.seed}/{self.number}"


@dataclass(frozen=True, slots=True)
class Step:
    """One turn of a chain: what is done to which rung. `nth` counts how often that rung was rewritten before."""

    operator: str
    parent: Rung
    turn: int
    nth: int
    leaf: Mapping[str, str] | None = None


def root_of(row: Row) -> Rung:
    """The seed's own task: instruction and input, or how a conversation opens."""
    reference = row.reference
    turns = row.messages + row.prompt + row.completion + row.chosen
    said = {role: next((turn.content for turn in turns if turn.role == role), "") for role in ("system", "user")}
    if isinstance(reference.get("instruction"), str):
        texts = (str(reference.get(name) or "") for name in ("instruction", "input", "output"))
        instruction, given, output = (text.strip() for text in texts)
        return Rung(instruction, given, output or row.response.strip(), said["system"])
    opened = next((place for place, turn in enumerate(turns) if turn.role == "user"), len(turns))
    reply = next((turn.content for turn in turns[opened:] if turn.role == "assistant"), "")
    return Rung(said["user"].strip(), "", reply.strip(), said["system"])


def row_of(seed: Seed, step: Step, instruction: str, given: str, response: str | None, **known: Any) -> Row:  # noqa: ANN401 - JSON
    """The row of a step. Without a response it is a task that nobody has answered, and is refused by its maker."""
    parent = step.parent
    asked = f"{instruction}\n\n{given}" if given else instruction
    system = (Message("system", parent.system),) if parent.system else ()
    question = (Message("user", asked),) if asked else ()
    answer = (Message("assistant", response),) if response is not None else ()
    reference: dict[str, Any] = {"instruction": instruction, "input": given}
    if response is not None:
        reference["output"] = response
    constraints = find(instruction)
    if constraints:
        reference["constraints"] = constraints
    axes = {"axes": dict(step.leaf)} if step.leaf else {}
    lineage = Lineage(
        seeds=(seed.payload.seed,),
        parents=(parent.row,) if parent.row else (),
        operators=(step.operator,),
        round=parent.round + 1,
        family=seed.family,
        extra={"chain": seed.payload.number, "turn": step.turn, **known, **axes},
    )
    return Row("sft", messages=system + question + answer, reference=reference, lineage=lineage)
