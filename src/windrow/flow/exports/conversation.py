"""What every export of conversations asks of a row, and how each puts its turns."""

from __future__ import annotations

from itertools import groupby
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal, get_args

from msgspec.structs import replace

from windrow.flow.exports.tally import Unfit
from windrow.text import strict_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from windrow.row import Message, Row, ToolCall

Form = Literal["sft", "preference", "unpaired"]
FORMS: tuple[Form, ...] = get_args(Form)
OF_KIND: dict[str, Form] = {"sft": "sft", "rag_qa": "sft", "preference": "preference", "unpaired": "unpaired"}
ASKS = {"user", "tool"}
HELD_OUT = {"test", "validation", "valid", "val", "eval", "dev"}


def form_of(row: Row, forms: Iterable[Form] = FORMS) -> Form:
    """Which of `forms` the row is written in. Raises Unfit where it is none of them, or not whole."""
    form = OF_KIND.get(row.kind)
    if form is None or form not in forms:
        raise Unfit(f"kind_{row.kind}")
    if form == "sft":
        _require_answer(row.messages)
        return form
    if not row.prompt or row.prompt[-1].role not in ASKS:
        raise Unfit("no_question")
    for side in (row.chosen, row.rejected) if form == "preference" else (row.completion,):
        _require_answer(side)
    if form == "unpaired" and not isinstance(row.label, bool):
        raise Unfit("no_label")
    return form


def _require_answer(turns: Sequence[Message]) -> None:
    if not turns or turns[-1].role != "assistant":
        raise Unfit("no_answer")


def named(split: str, form: Form, forms: Iterable[Form]) -> str:
    """The file for rows of `form`: the split's own where all rows have one form, else one a form, as their columns
    differ and every trainer reads one form only."""
    return f"{split}.jsonl" if len(set(forms)) == 1 else f"{split}_{form}.jsonl"


def split_of(stem: str) -> tuple[str, str]:
    """The split and the form ('' where it is not said) that a file's name, without its suffix, speaks of."""
    split, _, form = stem.rpartition("_")
    return (split, form) if split and form in FORMS else (stem, "")


def is_held_out(file: str) -> bool:
    """Whether a file of that name holds rows that are not trained on."""
    return split_of(PurePath(file).stem)[0] in HELD_OUT


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
    if not inline or not message.reasoning:
        return message.content
    if "<think>" in message.reasoning or "</think>" in message.reasoning:
        raise Unfit("think_in_reasoning")
    return f"<think>\n{message.reasoning}\n</think>\n\n{message.content}".rstrip("\n")


def has_reasoning(row: Row) -> bool:
    return any(message.reasoning for message in row.turns)


def has_parallel_calls(turns: Iterable[Message]) -> bool:
    """Whether some turn calls more than once."""
    return any(len(message.tool_calls) > 1 for message in turns)


def paired(turns: Sequence[Message]) -> list[Message]:
    """The turns with results in the order of their calls and named after them: most chat templates show no ids, so
    that only the place and the name tell which result is whose."""
    out: list[Message] = []
    calls: dict[str, str] = {}
    for results, group in groupby(turns, key=lambda turn: turn.role == "tool"):
        together = list(group)
        if results:
            places = {key: place for place, key in enumerate(calls)}
            together.sort(key=lambda turn: places.get(turn.tool_call_id or "", len(places)))
            together = [
                turn if turn.name else replace(turn, name=calls.get(turn.tool_call_id or "")) for turn in together
            ]
        else:
            calls = {call.id: call.name for call in together[-1].tool_calls}
        out += together
    return out
