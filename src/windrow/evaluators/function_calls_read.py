"""Reads calls and tools in the shapes that models, APIs and data sets write them.

What looks like a call and cannot be read is a broken call, not an abstention; what does not look like one is talk.
"""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from windrow.row import Tool
from windrow.text import strict_json
from windrow.tools import arguments as args
from windrow.tools.lint import lint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAMES = ("name", "function", "tool", "tool_name")
ARGUMENTS = ("arguments", "parameters", "args", "input", "arguments_json")
LISTS = ("tool_calls", "calls", "function_calls")
FENCE = re.compile(r"\A\s*```[\w-]*[ \t]*\n(.*?)\n?[ \t]*```\s*\Z", re.DOTALL)
TAGGED = re.compile(r"<(tool_call|function_call)>(.*?)(?:</\1>|\Z)", re.DOTALL)
PYTHON = re.compile(r"\A\s*\[?\s*[^\W\d][\w.]*\(.*\)\s*\]?\s*\Z", re.DOTALL)
JSON_START = re.compile(r"\A\s*[{\[]")
KEYED = re.compile(r"[\"'](?:name|function|tool|tool_name|tool_calls|calls|function_calls|arguments)[\"']\s*:")
SPOKEN = re.compile(r"\{\s*\"(?:name|function|tool_calls)\"\s*:")
MOST = 100_000  # characters of Python read as calls


class NoCalls(ValueError):
    """A text that looks like calls and is none that can be read."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is made or expected. `problem` says why its arguments cannot be read."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""


def read_calls(text: str, *, bare: bool = True) -> list[Call]:
    """The calls that `text` makes, [] where it makes none; with `bare` False, a text without calls is none that can be
    read. Raises NoCalls."""
    text = fenced[1] if (fenced := FENCE.match(text)) else text
    tagged = TAGGED.findall(text)
    if tagged:
        return [call for _, inside in tagged for call in _json_calls(inside)]
    if JSON_START.match(text) and not PYTHON.match(text):
        return _json_calls(text) if not bare or _like_calls(text) else []
    if PYTHON.match(text) and (called := _python_calls(text)) is not None:
        return called
    if (found := SPOKEN.search(text)) is not None:  # words, then a call
        return _json_calls(text[found.start() :])
    if bare:
        return []
    raise NoCalls(f"no calls can be read from {text[:80]!r}")


def read_tools(given: Any) -> tuple[dict[str, Tool], str]:  # noqa: ANN401 - whatever the caller has
    """Tools by name, and what keeps the first bad one from being used."""
    if isinstance(given, str):
        try:
            given = strict_json.loads(given)
        except strict_json.NotStrict as error:
            return {}, f"no JSON: {error}"
    listed = given if isinstance(given, list | tuple) else [given]
    definitions, findings = lint([one.to_dict() if isinstance(one, Tool) else one for one in listed])
    refused = next((str(finding) for finding in findings if finding.level == "refused"), "")
    return {one.tool.name: one.tool for one in definitions}, refused


def _like_calls(text: str) -> bool:
    """Whether JSON, or what began as JSON, has a key that calls have: an answer may be JSON too."""
    return KEYED.search(text) is not None


def _json_calls(text: str) -> list[Call]:
    try:
        value = strict_json.loads(text.strip())
    except strict_json.NotStrict as error:
        raise NoCalls(f"calls that are no strict JSON: {error}") from None
    return list(_calls(value))


def _calls(value: Any) -> Iterator[Call]:  # noqa: ANN401 - JSON
    if isinstance(value, list):
        for each in value:
            yield from _calls(each)
        return
    if not isinstance(value, dict):
        raise NoCalls(f"{value!r} is no call"[:120])
    if value.get("type") in {"text", "thinking"}:  # what an assistant says beside its calls
        return
    many = next((value[key] for key in LISTS if isinstance(value.get(key), list)), None)
    if many is not None:
        yield from _calls(many)
        return
    function = value["function"] if isinstance(value.get("function"), dict) else value
    name = next((function[key] for key in NAMES if isinstance(function.get(key), str)), "")
    if not name:
        raise NoCalls(f"an object without a name of a tool: {str(value)[:80]}")
    yield _call(name, next((function[key] for key in ARGUMENTS if function.get(key) is not None), {}))


def _call(name: str, given: Any) -> Call:  # noqa: ANN401 - JSON
    if isinstance(given, dict):
        return Call(name, given)
    if not isinstance(given, str):
        return Call(name, problem="arguments must be a JSON object")
    try:
        return Call(name, args.read(given or "{}"))
    except args.BadArguments as error:
        return Call(name, problem=str(error))


def _python_calls(text: str) -> list[Call] | None:
    """`f(a=1)` and `[f(a=1), g(b="x")]`, whose values are literals; None for what only begins and ends like these."""
    try:
        tree = ast.parse(text.strip()[:MOST], mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return [_python_call(node) for node in (tree.elts if isinstance(tree, ast.List | ast.Tuple) else [tree])]


def _python_call(node: ast.expr) -> Call:
    if not isinstance(node, ast.Call):
        raise NoCalls(f"{ast.unparse(node)[:80]} is no call")
    name = ast.unparse(node.func)
    if node.args or any(keyword.arg is None for keyword in node.keywords):
        return Call(name, problem="arguments without names")
    try:
        return Call(name, {str(keyword.arg): _literal(keyword.value) for keyword in node.keywords})
    except (ValueError, RecursionError):
        return Call(name, problem="an argument that is no literal")


def _literal(node: ast.expr) -> Any:  # noqa: ANN401 - JSON
    try:
        return strict_json.loads(json.dumps(ast.literal_eval(node)))
    except TypeError as error:
        raise ValueError(str(error)) from None  # a set, bytes: nothing that JSON can say
