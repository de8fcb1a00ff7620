"""The forms in which people keep examples, each read into one row: chat messages, instruction/input/output (or
prompt/response), and the tasks of Self-Instruct's `seed_tasks.jsonl`, which carry several instances each. Or only what
is asked, where a recipe finds the answers itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import orjson

from windrow.row import Lineage, Message, Origin, Role, Row, ToolCall

if TYPE_CHECKING:
    from collections.abc import Mapping

INSTRUCTION = ("instruction", "prompt", "question", "problem")
INPUT = ("input", "context")
OUTPUT = ("output", "response", "completion", "answer")
# What an answer is checked with: it goes along in the row's reference, for a recipe or a check that reads it.
CHECKED_BY = ("answer_kind", "choices", "aliases", "unit", "percent", "entry_point", "tests", "test_list", "test")
ORIGINS: tuple[Origin, ...] = get_args(Origin)
ACCEPTED = "give messages, or instruction and output (input is optional), or instruction and instances"
ACCEPTED_PROMPTS = "give a prompt (or instruction, or question), or messages with a user turn"


class NotARow(ValueError):
    """A mapping that is none of the forms. The message says what is missing or wrong."""


def row_of(record: Mapping[str, Any]) -> Row:
    """The human-written row that `record` stands for. Raises NotARow."""
    checked_by = _checked_by(record)
    if checked_by and all(record.get(name) is None for name in ("messages", "instances", *OUTPUT)):
        return prompt_of(record)  # a task with tests needs no answer
    if record.get("messages") is not None:
        messages = _messages(record["messages"])
        reference: dict[str, Any] = {}
    else:
        reference = _task(record)
        asked = "\n\n".join(part for part in (reference["instruction"], reference["input"]) if part)
        messages = (Message("user", asked), Message("assistant", reference["output"]))
    known = {key: record[key] for key in ("id", "name") if isinstance(record.get(key), str | int)}
    reference |= checked_by
    return Row("sft", messages=messages, reference=reference, lineage=_lineage(record, known))


def prompt_of(record: Mapping[str, Any]) -> Row:
    """What `record` asks, whatever answer it may hold: a row of kind "prompt". Its other columns with a plain value (a
    class, a label, a source) go along in `lineage.extra["fields"]`. Raises NotARow.
    """
    turns = next((record[key] for key in ("messages", "prompt") if isinstance(record.get(key), list)), None)
    if turns is not None:
        prompt = _up_to_the_last_question(turns)
    else:
        parts = (_text(record, INSTRUCTION, required=True), _text(record, INPUT))
        prompt = (Message("user", "\n\n".join(part for part in parts if part)),)
    known = {key: record[key] for key in ("id", "name") if isinstance(record.get(key), str | int)}
    said = {"id", "name", "meta", *INSTRUCTION, *INPUT, *OUTPUT, *CHECKED_BY}
    fields = {
        key: value.strip() if isinstance(value, str) else value
        for key, value in record.items()
        if key not in said and isinstance(value, str | int | float)
    }
    lineage = _lineage(record, {**known, "fields": fields})
    return Row("prompt", prompt=prompt, reference=_checked_by(record), lineage=lineage)


def _lineage(record: Mapping[str, Any], extra: dict[str, Any]) -> Lineage:
    """A person wrote it; or models did, where it is a row that windrow exported: those it stands on, and licences."""
    told = record.get("lineage") or _parsed(record.get("meta")).get("lineage")
    if not isinstance(told, dict):
        return Lineage(origin="human", extra=extra)
    return Lineage(
        origin=next((one for one in ORIGINS if one == told.get("origin")), "human"),
        descent=tuple(dict.fromkeys((*_names(told.get("models")), *_names(told.get("descent"))))),
        licences=_names(told.get("licences")),
        extra=extra,
    )


def _parsed(meta: object) -> dict[str, Any]:
    """What an export says beside a row: an object, or one as JSON."""
    if isinstance(meta, str):
        try:
            meta = orjson.loads(meta)
        except orjson.JSONDecodeError:
            return {}
    return meta if isinstance(meta, dict) else {}


def _names(told: object) -> tuple[str, ...]:
    return tuple(name for name in told if isinstance(name, str)) if isinstance(told, list) else ()


def _checked_by(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: record[key] for key in CHECKED_BY if isinstance(record.get(key), str | list | dict) and record[key]}


def _task(record: Mapping[str, Any]) -> dict[str, Any]:
    """instruction, input, output, and is_classification and instances where the record says so."""
    example, more = record, {}
    if record.get("instances") is not None:
        instances = _instances(record["instances"])
        example = instances[0]
        more = {"instances": instances} if len(instances) > 1 else {}
    task: dict[str, Any] = {
        "instruction": _text(record, INSTRUCTION, required=True),
        "input": _text(example, INPUT),
        "output": _text(example, OUTPUT, required=True),
        **more,
    }
    flag = record.get("is_classification")
    if isinstance(flag, bool):
        task["is_classification"] = flag
    elif isinstance(flag, str) and flag.strip().lower() in {"true", "false"}:  # CSV has only text
        task["is_classification"] = flag.strip().lower() == "true"
    elif flag not in (None, ""):
        raise NotARow(f"is_classification is {flag!r}, not true or false")
    return task


def _text(record: Mapping[str, Any], names: tuple[str, ...], *, required: bool = False) -> str:
    """The first of `names` that `record` has, stripped."""
    name = next((name for name in names if record.get(name) is not None), None)
    if name is None:
        if required:
            raise NotARow(f"no {' or '.join(names)}")
        return ""
    if name == "answer" and type(record[name]) in (int, float):  # as many collections of problems have it
        return str(record[name])
    if not isinstance(record[name], str):
        raise NotARow(f"{name} is {_kind(record[name])}, not text")
    text = str(record[name]).strip()
    if required and not text:
        raise NotARow(f"{name} is empty")
    return text


def _instances(given: object) -> list[dict[str, str]]:
    if not isinstance(given, list) or not given:
        raise NotARow("instances is not a list with at least one input and output")
    found = []
    for place, instance in enumerate(given):
        if not isinstance(instance, dict):
            raise NotARow(f"instances[{place}] is {_kind(instance)}, not a mapping")
        try:
            found.append({"input": _text(instance, INPUT), "output": _text(instance, OUTPUT, required=True)})
        except NotARow as error:
            raise NotARow(f"instances[{place}]: {error}") from None
    return found


def _messages(given: object) -> tuple[Message, ...]:
    if not isinstance(given, list) or not given:
        raise NotARow("messages is not a list of turns")
    turns = tuple(_turn(turn, f"messages[{place}]") for place, turn in enumerate(given))
    said = {turn.role for turn in turns if turn.content.strip() or turn.tool_calls}
    for role in ("user", "assistant"):
        if role not in said:
            raise NotARow(f"messages have no turn in which the {role} says something")
    return turns


def _up_to_the_last_question(given: list[Any]) -> tuple[Message, ...]:
    turns = tuple(_turn(turn, f"messages[{place}]") for place, turn in enumerate(given))
    asked = [place for place, turn in enumerate(turns) if turn.role == "user" and turn.content]
    if not asked:
        raise NotARow("messages have no turn in which the user says something")
    return turns[: asked[-1] + 1]


def _turn(turn: object, where: str) -> Message:
    if not isinstance(turn, dict):
        raise NotARow(f"{where} is {_kind(turn)}, not a mapping")
    content = turn.get("content")
    role: Role | None = next((known for known in get_args(Role) if known == turn.get("role")), None)
    if role is None:
        raise NotARow(f"{where}.role is {turn.get('role')!r}, not one of {', '.join(get_args(Role))}")
    if content is not None and not isinstance(content, str):
        raise NotARow(f"{where}.content is {_kind(content)}, not text")
    named = {key: turn[key] for key in ("tool_call_id", "name") if isinstance(turn.get(key), str)}
    calls = turn.get("tool_calls") or ()
    return Message(role, (content or "").strip(), tool_calls=tuple(_call(call, where) for call in calls), **named)


def _call(call: object, where: str) -> ToolCall:
    """A tool call as OpenAI writes it ({"id", "function": {"name", "arguments"}}), or as rows do."""
    try:
        function = call.get("function", call)  # type: ignore[attr-defined]
        read = (call["id"], function["name"], function.get("arguments", function.get("arguments_json")))  # type: ignore[index]
    except (AttributeError, KeyError, TypeError):
        raise NotARow(f"{where}: a tool call needs an id, and a function with name and arguments") from None
    if not all(isinstance(part, str) for part in read):
        raise NotARow(f"{where}: id, name and arguments of a tool call are text")
    return ToolCall(*read)


def _kind(value: object) -> str:
    names = {dict: "a mapping", list: "a list", str: "text", bool: "true or false", type(None): "nothing"}
    return names.get(type(value), "a number")
