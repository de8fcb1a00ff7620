"""Rows out of conversations: the turns, the tools on offer, and all that is needed to replay and to check them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from windrow.row import Lineage, Message, Row, ToolCall, Verdict
from windrow.tools import arguments as args
from windrow.tools.masking import Masking
from windrow.tools.record import Expected, Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windrow.flow.recipes.traces.rollout import Conversation
    from windrow.flow.recipes.traces.steps import Plan
    from windrow.row import Tool
    from windrow.shapes import Seed
    from windrow.tools.problem import Problem
    from windrow.tools.record import Category

BY = "tool_calls"


def traced(
    seed: Seed,
    plan: Plan,
    conversation: Conversation,
    offered: Sequence[Tool],
    *,
    category: Category,
    parent: Row | None,
) -> Row:
    """The row of a conversation, refused where it went wrong. With `parent`, the tools that it needs are gone."""
    lineage = Lineage(
        seeds=(seed.payload.catalogue.key,), family=seed.family, parents=(parent.id,) if parent else (),
        operators=(category, *((f"fault:{plan.fault}",) if plan.fault else ())),
        extra={"source": seed.source} if seed.source else {},
    )  # fmt: skip
    record = _record(plan, conversation, category, offered, parent)
    row = Row(
        "sft", messages=tuple(conversation.messages), tools=tuple(offered), reference=record.to_dict(), lineage=lineage
    )
    return row if conversation.problem is None else refused(row, conversation.problem)


def refused(row: Row, problem: Problem) -> Row:
    """The row with the verdict that keeps it out."""
    return row.with_verdicts(Verdict(BY, "fail", problem.reason, problem.detail, problem.evidence(), kind="recipe"))


def without_conversation(seed: Seed, plan: Plan, problem: Problem, said: Sequence[str]) -> Row:
    """The record of a plan whose goal could not be put into words."""
    lineage = Lineage(seeds=(seed.payload.catalogue.key,), family=seed.family, operators=(plan.category,))
    turns = tuple(Message("user", text) for text in said[:1])
    return refused(Row("sft", messages=turns, tools=plan.tools, lineage=lineage), problem)


def masked(row: Row, key: str) -> Row:
    """The row with other names for its tools and their arguments; `unmask` gives it back."""
    masking = Masking.of(row.tools, key)
    reference = dict(row.reference)
    reference["masked"] = dict(masking.names)
    names = {call.id: call.name for turn in row.messages for call in turn.tool_calls}
    if "calls" in reference:
        reference["calls"] = [
            {
                "name": masking.tools.get(call["name"], call["name"]),
                "arguments": masking.shown_arguments(call["name"], call["arguments"]),
            }
            for call in reference["calls"]
        ]
    if "provenance" in reference:
        reference["provenance"] = {
            call: {_shown_path(masking, names.get(call, ""), path): source for path, source in sources.items()}
            for call, sources in reference["provenance"].items()
        }
    return replace(
        row,
        tools=tuple(masking.shown_tool(tool) for tool in row.tools),
        messages=tuple(_shown_turn(masking, turn) for turn in row.messages),
        reference=reference,
        lineage=replace(row.lineage, operators=(*row.lineage.operators, "masked")),
    )


def _record(
    plan: Plan, conversation: Conversation, category: Category, offered: Sequence[Tool], parent: Row | None
) -> Record:
    steps = () if parent is not None or plan.lasting else plan.steps
    last = max((step.turn for step in plan.steps), default=0)
    wants = tuple(want.text for step in steps if step.turn == last for want in step.wants)
    start = _hash(plan)
    asked = conversation.questions and category != "missing_parameter"
    shown = {tool.name for tool in offered}
    return Record(
        category,
        expected="confirm" if asked else None,
        calls=tuple(Expected(step.tool.name, step.arguments) for step in steps),
        initial_state=plan.state,
        final_state_hash=plan.end if steps else start,
        outputs=tuple(dict.fromkeys(wants)),
        provenance=conversation.provenance,
        environment=plan.backend.environment([tool.name for tool in plan.tools if tool.name in shown]),
        variant_of=parent.id if parent else "",
        injected=conversation.injected,
        withheld=tuple(tool.name for tool in plan.tools if tool.name not in shown),
        missing=(plan.withheld,) if plan.withheld else (),
        read_only=bool(steps) and not any(plan.backend.mutating(step.tool.name) for step in steps),
    )


def _hash(plan: Plan) -> str:
    from windrow.tools.backend import state_hash  # noqa: PLC0415 - beside its only use

    return state_hash(plan.state)


def _shown_path(masking: Masking, tool: str, path: str) -> str:
    """A JSON pointer into the arguments of a tool, its first step under the new name."""
    first, slash, rest = path.removeprefix("/").partition("/")
    new = next(iter(masking.shown_arguments(tool, {first: None})), first)
    return f"/{new}{slash}{rest}"


def _shown_turn(masking: Masking, turn: Message) -> Message:
    name = masking.tools.get(turn.name, turn.name) if turn.role == "tool" and turn.name else turn.name
    return replace(turn, name=name, tool_calls=tuple(_shown_call(masking, call) for call in turn.tool_calls))


def _shown_call(masking: Masking, call: ToolCall) -> ToolCall:
    arguments: dict[str, Any] = masking.shown_arguments(call.name, args.read(call.arguments_json))
    text = json.dumps(arguments, ensure_ascii=False)
    return replace(call, name=masking.tools.get(call.name, call.name), arguments_json=text)
