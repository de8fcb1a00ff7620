"""Files of rows as they stand in JSONL, written by hand, and what validate says of them."""

import json

from windrow.flow.exports.validate import validate

TOOLS = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}]


def user(content="What is wide?"):
    return {"role": "user", "content": content}


def answer(content="The sea."):
    return {"role": "assistant", "content": content}


def chat(*turns, **more):
    return {"messages": list(turns) or [user(), answer()], **more}


def calling(arguments, *, name="weather", key="abcdefgh1", content=""):
    call = {"id": key, "type": "function", "function": {"name": name, "arguments": arguments}}
    return {"role": "assistant", "content": content, "tool_calls": [call]}


def result(key="abcdefgh1", content="sunny"):
    return {"role": "tool", "content": content, "tool_call_id": key}


def with_tools(*turns, tools=TOOLS, **more):
    return chat(*turns, tools=tools, **more)


def pair(chosen, rejected, *, prompt=None, **more):
    return {"prompt": prompt or [user()], "chosen": chosen, "rejected": rejected, **more}


def unpaired(label, completion=None, question="What is wide?", **more):
    return {"prompt": [user(question)], "completion": [completion or answer()], "label": label, **more}


def openai_pair(chosen, rejected, **more):
    return {"input": {"messages": [user()], **more}, "preferred_output": [chosen], "non_preferred_output": [rejected]}


def arguments_for(target, value):
    return value if target == "trl" else json.dumps(value)


def text_of(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def check(folder, rows, target="trl", name="train.jsonl"):
    path = folder / name
    if isinstance(rows, bytes):
        path.write_bytes(rows)
    else:
        path.write_text(text_of(rows), encoding="utf-8", newline="")
    return validate(path, target)


def where(findings, code):
    return [finding.line for finding in findings.shown if finding.code == code]
