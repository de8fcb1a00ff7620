"""The rows that come of an instruction: bare, worked out, and the recipe's own verdicts on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from windrow.row import Lineage, Message, Row
from windrow.text.constraints import find

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windrow.flow.recipes.instruct.answers import Instance
    from windrow.shapes import Seed

RECIPE = "self_instruct"


def bare(instruction: str, seed: Seed, place: int) -> Row:
    """A task that nobody has worked out yet, with the draw it came from and its place there."""
    shown = seed.payload.exemplars
    leaf = {"axes": dict(seed.payload.leaf)} if seed.payload.leaf else {}
    lineage = Lineage(
        seeds=tuple(one.key for one in shown if one.human),
        parents=tuple(one.key for one in shown if not one.human),
        descent=tuple(dict.fromkeys(model for one in shown for model in one.models)),
        licences=tuple(dict.fromkeys(licence for one in shown for licence in one.licences)),
        family=seed.family,
        extra={"draw": seed.payload.number, "place": place, **leaf},
    )
    return Row("sft", messages=(Message("user", instruction),), reference={"instruction": instruction}, lineage=lineage)


def worked(row: Row, instance: Instance, labels: Sequence[str] | None) -> Row:
    """The task with its input and output; `labels` are a classification's. The constraints that its instruction states
    go with it, to be checked."""
    instruction = row.reference["instruction"]
    asked = f"{instruction}\n\n{instance.input}" if instance.input else instruction
    reference: dict[str, Any] = {
        "instruction": instruction,
        "input": instance.input,
        "output": instance.output,
        "task_type": "generation" if labels is None else "classification",
    }
    if labels is not None:
        reference["label_set"] = list(labels)
    constraints = find(instruction)
    if constraints:
        reference["constraints"] = constraints
    turns = (Message("user", asked), Message("assistant", instance.output))
    return replace(row, messages=turns, reference=reference)
