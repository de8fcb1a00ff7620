"""Did the assistant do what this kind of task asks for: call, ask, answer or decline, and with the right calls?

What is right stands in the row's record. Calls are compared as a set: an order that works is as good as another, and
what depends on an earlier result could not have been said before it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from windrow.tools.arguments import canonical, same_arguments
from windrow.tools.claims import tells
from windrow.tools.problem import Problem
from windrow.tools.record import WITHOUT_CALLS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from windrow.row import Message, Tool
    from windrow.tools.provenance import Provenance
    from windrow.tools.record import Expected, Record
    from windrow.tools.transcript import Made, Transcript

ASKS = "?？؟⁇;՞"


def behaviour(record: Record, transcript: Transcript) -> Problem | None:
    """Whether the assistant called, asked, or did neither, as it should."""
    wanted = record.behaviour
    first = transcript.calls[0] if transcript.calls else None
    if wanted in WITHOUT_CALLS:
        if first is not None:
            detail = f"{first.name} is called, where the assistant should {wanted} without tools"
            return Problem("unwanted_call", first.where, detail, value=first.name)
        return None
    if wanted in {"ask", "confirm"}:
        return _asked_first(record, transcript, first)
    if first is None:
        return Problem("missing_call", _last(transcript), "no tool is called, where one should be")
    return None


def _asked_first(record: Record, transcript: Transcript, first: Made | None) -> Problem | None:
    start = next((index for index, turn in enumerate(transcript.messages) if turn.role == "assistant"), 0)
    if record.behaviour == "ask" and first is not None and first.turn == start:
        detail = f"{first.name} is called, where the assistant should first ask for what is missing"
        return Problem("unwanted_call", first.where, detail, value=first.name)
    last_call = transcript.calls[-1].turn if transcript.calls else len(transcript.messages)
    talk = [turn for turn in transcript.messages[:last_call] if turn.role == "assistant" and not turn.tool_calls]
    if not any(mark in turn.content for turn in talk for mark in ASKS):
        reason = "did_not_ask" if record.behaviour == "ask" else "did_not_confirm"
        return Problem(reason, f"messages[{start}]", "the assistant asks nothing before it goes on")
    if record.calls and first is None:
        return Problem("missing_call", _last(transcript), "no tool is called after the question is answered")
    return None


def kind(record: Record, transcript: Transcript, sources: Mapping[str, Mapping[str, Provenance]]) -> Problem | None:
    """Whether the conversation is of the category that the row says. `sources` is the provenance of each call."""
    calls, category = transcript.effective, record.category
    by_turn = [[call.name for call in calls if call.turn == turn] for turn in transcript.calling_turns]
    wrong = {
        "single": len(calls) > 1,
        "multiple": len(calls) > 1,
        "parallel": not any(len(names) > len(set(names)) for names in by_turn),
        "parallel_multiple": not any(len(set(names)) > 1 for names in by_turn),
        "dependent": not any(
            source.source == "result" or source.rule
            for found in sources.values() for source in found.values()
        ),
        "multi_turn": sum(turn.role == "user" for turn in transcript.messages) < 2,  # noqa: PLR2004 - two are several
        "error_recovery": not any(call.failed for call in transcript.calls),
    }.get(category, False)  # fmt: skip
    if not wrong:
        return None
    made = ", ".join("+".join(names) for names in by_turn) or "no call"
    return Problem("not_of_category", _last(transcript), f"calls by turn: {made}; that is not {category!r}")


def offered(record: Record, tools: Sequence[Tool]) -> Problem | None:
    """Whether a tool that was to be taken away is still there."""
    there = [tool.name for tool in tools if tool.name in record.withheld]
    if there:
        return Problem("tool_not_withheld", "tools", f"{there[0]} should not be on offer in this row", value=there[0])
    return None


def calls(record: Record, transcript: Transcript, tools: Mapping[str, Tool]) -> Problem | None:
    """Whether the calls that worked are the right ones, in any order."""
    if not record.calls:
        return None
    left = list(record.calls)
    extra: list[Made] = []
    for made in transcript.effective:
        tool = tools.get(made.name)
        fits = [each for each in left if each.name == made.name and _same(each, made, tool)]
        if fits:
            left.remove(fits[0])
        else:
            extra.append(made)
    return _difference(left, extra, transcript, tools) if left or extra else None


def _same(expected: Expected, made: Made, tool: Tool | None) -> bool:
    return same_arguments(expected.arguments, made.arguments, tool)


def _difference(left: list[Expected], extra: list[Made], transcript: Transcript, tools: Mapping[str, Tool]) -> Problem:
    for made in extra:
        twin = next((each for each in left if each.name == made.name), None)
        if twin is not None:
            path, wanted = _first_difference(twin, made, tools.get(made.name))
            detail = f"{made.name}: {path} should be {wanted}"
            return Problem("wrong_arguments", made.where, detail, path, made.arguments.get(path.strip("/")))
    if left and extra:
        detail = f"{extra[0].name} is called instead of {left[0].name}"
        return Problem("wrong_tool", extra[0].where, detail, value=extra[0].name)
    if left:
        detail = f"{left[0].name} should be called, and is not"
        return Problem("missing_call", _last(transcript), detail, value=left[0].name)
    return Problem("extra_call", extra[0].where, f"{extra[0].name} should not be called", value=extra[0].name)


def _first_difference(expected: Expected, made: Made, tool: Tool | None) -> tuple[str, str]:
    schema = tool.parameters if tool else {}
    wanted, given = canonical(expected.arguments, schema), canonical(made.arguments, schema)
    for name in sorted({*wanted, *given}):
        if not same_arguments({name: wanted.get(name)}, {name: given.get(name)}, None):
            told = json.dumps(wanted[name], ensure_ascii=False)[:80] if name in wanted else "left out"
            return f"/{name}", told
    return "/", "otherwise"


def outputs(record: Record, messages: Sequence[Message]) -> Problem | None:
    """Whether the last answer tells what it must."""
    if not record.outputs:
        return None
    said = [(index, turn.content) for index, turn in enumerate(messages) if turn.role == "assistant" and turn.content]
    where, text = (f"messages[{said[-1][0]}]", said[-1][1]) if said else ("messages", "")
    missing = [output for output in record.outputs if not tells(text, output)]
    if missing:
        return Problem("output_missing", where, f"the answer does not tell {missing[0]!r}", value=missing[0])
    return None


def _last(transcript: Transcript) -> str:
    return f"messages[{len(transcript.messages) - 1}]"
