"""The chat-completions shape, both ways: our messages to its JSON, its JSON to our Answer.

Servers that call themselves OpenAI-compatible differ in what they answer: content as null or as parts, reasoning in
one of two fields or inline in <think> tags, tool arguments as text or as an object. All of it is read here.
"""

from __future__ import annotations

import hashlib
import json
import re
from math import isfinite
from typing import TYPE_CHECKING, Any

import orjson

from windrow.errors import AnswerFailure
from windrow.row import ToolCall
from windrow.shapes import Answer, FinishReason, Usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from windrow.row import Message, Tool

SHOWN = 500
MOST_TOKENS = 2**63  # what a ledger's integers can hold
HALF_PAIR = re.compile(r"[\ud800-\udfff]")
NINE = re.compile(r"[A-Za-z0-9]{9}")
THINK = re.compile(r"\s*<think>(.*?)(?:</think>\s*|\Z)", re.DOTALL)
# A chat template that opens the tag itself leaves only its end in the answer; in prose, the tag does not end a line.
THINK_END = re.compile(r"((?:(?!<think>).)*?)</think>[ \t]*(?:\r?\n\s*|\Z)", re.DOTALL)

FINISH: dict[str, FinishReason] = {
    "stop": "stop",
    "eos": "stop",
    "end_turn": "stop",
    "stop_sequence": "stop",
    "length": "length",
    "max_tokens": "length",
    "model_length": "length",
    "tool_calls": "tool_calls",
    "tool_use": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
    "safety": "content_filter",
}


def write_message(message: Message) -> dict[str, Any]:
    """One turn as the wire wants it. Reasoning stays here: servers refuse it or would take it for an answer."""
    out: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.tool_calls:
        out["content"] = message.content or None
        out["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments_json}}
            for call in message.tool_calls
        ]
    if message.tool_call_id is not None:
        out["tool_call_id"] = message.tool_call_id
    if message.name is not None and message.role != "tool":
        out["name"] = message.name
    return out


def write_tools(tools: Iterable[Tool]) -> list[dict[str, Any]]:
    """Tools as the wire wants them."""
    return [{"type": "function", "function": tool.to_dict()} for tool in tools]


def parse(raw: bytes) -> Any:  # noqa: ANN401 - JSON
    """The JSON in `raw`, read leniently, because an answer that was paid for should not be lost to half an emoji.

    What is not Unicode becomes U+FFFD, and numbers that JSON does not have become null. Raises ValueError.
    """
    try:
        return orjson.loads(raw)
    except ValueError:
        try:
            data = json.loads(raw.decode(errors="replace"), parse_constant=lambda _: None, parse_float=_finite)
            return orjson.loads(HALF_PAIR.sub("\ufffd", json.dumps(data, ensure_ascii=False)))
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


def read(raw: bytes, data: Any = None, *, model: str) -> Answer:  # noqa: ANN401 - JSON
    """The answer in a raw response (`data` where it is parsed already); `model` is used where the server does not name
    its own. Raises AnswerFailure."""
    try:
        data = parse(raw) if data is None else data
        choice = data["choices"][0]
        return _answer(data, choice, choice["message"], model)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        shown = raw[:SHOWN].decode(errors="replace")
        what = f"the response is not a chat completion: {type(error).__name__}: {error}"
        raise AnswerFailure(what, kind="malformed", evidence=shown) from error


def _answer(data: Mapping[str, Any], choice: Mapping[str, Any], message: Mapping[str, Any], model: str) -> Answer:
    text, reasoning, refusal = _content(message.get("content"))
    refusal = message.get("refusal") or refusal
    if refusal and not text:
        raise AnswerFailure("the model refused", kind="refused", evidence=str(refusal)[:SHOWN])
    reasoning = _first_text(message, "reasoning_content", "reasoning") or reasoning
    if not reasoning and ("</think>" in text or text.lstrip().startswith("<think>")):
        reasoning, text = _split_thinking(text)
    asked = message.get("tool_calls")
    calls = _calls(asked) if asked else ()
    finish = FINISH.get(str(choice.get("finish_reason")).lower(), "unknown")
    return Answer(
        text=text,
        model=_first_text(data, "model") or model,
        finish_reason="tool_calls" if calls and finish == "stop" else finish,
        reasoning=reasoning or None,
        tool_calls=calls,
        usage=_usage(data.get("usage")),
    )


def _content(content: object) -> tuple[str, str, str]:
    """Text, reasoning and refusal in a message's content: a string, null, or a list of typed parts."""
    if content is None or isinstance(content, str):
        return content or "", "", ""
    if not isinstance(content, list):
        msg = f"content is {type(content).__name__}"
        raise TypeError(msg)
    found: dict[str, list[str]] = {"text": [], "thinking": [], "refusal": []}
    for part in content:
        kind = "thinking" if part["type"] == "reasoning" else part["type"]
        if kind in found:
            found[kind].append(_part(part.get(part["type"], part.get("text"))))
    return "".join(found["text"]), "".join(found["thinking"]), "".join(found["refusal"])


def _part(value: object) -> str:
    """The text of one part; thinking is itself a list of parts where Mistral sends it."""
    return _content(value)[0] if isinstance(value, list) else _text(value)


def _text(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    msg = f"text expected, not {type(value).__name__}"
    raise TypeError(msg)


def _first_text(message: Mapping[str, Any], *keys: str) -> str:
    """The first of `keys` that holds any text; some servers keep structures of their own under these names."""
    for key in keys:
        value = message.get(key)
        if value and isinstance(value, str):
            return value
    return ""


def _split_thinking(text: str) -> tuple[str, str]:
    """Reasoning and answer of a text that begins with thinking. Cut off inside it, there is no answer."""
    match = THINK.match(text) or THINK_END.match(text)
    return (match[1].strip(), text[match.end() :]) if match else ("", text)


def _calls(calls: Sequence[Mapping[str, Any]]) -> tuple[ToolCall, ...]:
    return tuple(_call(number, call) for number, call in enumerate(calls))


def _call(number: int, call: Mapping[str, Any]) -> ToolCall:
    function = call["function"]
    arguments = function.get("arguments")
    if not isinstance(arguments, str):
        arguments = orjson.dumps(arguments or {}).decode()
    name = function["name"]
    if not isinstance(name, str):
        msg = "a tool call's name is not text"
        raise TypeError(msg)
    return ToolCall(id=_nine(call.get("id"), number, name, arguments), name=name, arguments_json=arguments or "{}")


def _nine(given: object, number: int, name: str, arguments: str) -> str:
    """An id of nine alphanumerics, the strictest chat template's rule. Made of the call and its place, because some
    servers count from zero in every turn and would name two calls of one conversation alike."""
    if isinstance(given, str) and NINE.fullmatch(given):
        return given
    return hashlib.sha256(f"{given}\0{number}\0{name}\0{arguments}".encode()).hexdigest()[:9]


def _usage(usage: object) -> Usage | None:
    if not isinstance(usage, dict):
        return None
    return Usage(
        input_tokens=_count(usage.get("prompt_tokens")),
        output_tokens=_count(usage.get("completion_tokens")),
        reasoning_tokens=_detail(usage.get("completion_tokens_details"), "reasoning_tokens"),
        cached_tokens=_detail(usage.get("prompt_tokens_details"), "cached_tokens"),
    )


def _detail(details: object, key: str) -> int | None:
    return _count(details.get(key)) if isinstance(details, dict) else None


def _count(value: object) -> int | None:
    return value if type(value) is int and 0 <= value < MOST_TOKENS else None


def _finite(text: str) -> float | None:
    number = float(text)
    return number if isfinite(number) else None
