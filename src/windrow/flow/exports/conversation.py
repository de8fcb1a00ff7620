"""What every export of conversations asks of a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windrow.flow.exports.tally import Unfit
from windrow.text import strict_json

if TYPE_CHECKING:
    from windrow.row import Message, Row, ToolCall

KINDS = {"sft", "rag_qa"}


def require_conversation(row: Row) -> None:
    """Raises Unfit where the row is no conversation that ends with an answer."""
    if row.kind not in KINDS:
        raise Unfit(f"kind_{row.kind}")
    if not row.messages or row.messages[-1].role != "assistant":
        raise Unfit("no_answer")


def arguments_of(call: ToolCall) -> dict[str, Any]:
    """The call's arguments, read strictly. Raises Unfit."""
    try:
        arguments = strict_json.loads(call.arguments_json)
    except strict_json.NotStrict as error:
        raise Unfit(f"arguments_{error.code}") from error
    if not isinstance(arguments, dict):
        raise Unfit("arguments_not_object")
    return arguments


def content_of(message: Message, *, inline: bool) -> str:
    """What the turn says, its reasoning before it where that is asked for."""
    if inline and message.reasoning:
        return f"<think>\n{message.reasoning}\n</think>\n\n{message.content}"
    return message.content


def has_reasoning(row: Row) -> bool:
    return any(message.reasoning for message in row.messages)
