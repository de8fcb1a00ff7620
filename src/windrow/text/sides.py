"""The two sides of a row as plain text, for comparing rows: what is asked, and what is taught.

The system turn is left out, and so are the passages of a row with `contexts`: they are material that many rows share,
and two questions about the same passages are two different rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from windrow.row import Message, Row


def asked(row: Row) -> str:
    """What the row asks: every turn before the one taught. A recipe that wraps its question in passages says it in
    `reference["question"]`."""
    question = row.reference.get("question")
    if row.contexts and isinstance(question, str) and question:
        return question
    text = _joined(row.prompt or row.messages[:-1])
    for chunk in row.contexts:
        text = text.replace(chunk.text, " ") if chunk.text else text
    return text


def taught(row: Row) -> str:
    """What the row teaches: the last turn, the completion, or the chosen side; tool calls as their JSON text."""
    return _joined(row.completion or row.chosen or row.messages[-1:])


def whole(row: Row) -> str:
    """Everything that is said in the row but for its system turn, prompt first."""
    return _joined(row.turns)


def seen(row: Row) -> str:
    """Everything of the row that a student may see: every turn, with its reasoning and its calls."""
    return "\n".join(part for turn in row.turns for part in (turn.reasoning, _said(turn)) if part)


def _joined(turns: Iterable[Message]) -> str:
    return "\n".join(_said(turn) for turn in turns if turn.role != "system")


def _said(turn: Message) -> str:
    if not turn.tool_calls:
        return turn.content
    calls = (f"{call.name} {call.arguments_json}" for call in turn.tool_calls)
    return "\n".join((turn.content, *calls))
