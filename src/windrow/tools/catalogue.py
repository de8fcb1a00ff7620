"""A catalogue of tools: what a file, a server or a folder of functions offers, its definitions checked.

OpenAI's JSON, what MCP's `tools/list` answers, and Python functions say the same in three ways. Here they become one:
tools whose parameters are strict JSON Schema, beside all that was found wrong with them on the way.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import orjson

from windrow.errors import SeedError
from windrow.text import strict_json
from windrow.tools.lint import lint
from windrow.tools.python_signatures import NotPython, definitions

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from windrow.row import Tool
    from windrow.tools.findings import Finding
    from windrow.tools.lint_types import Schema

Form = Literal["openai", "mcp", "python", "mcp_server", "packaged"]
READABLE = (".json", ".jsonl", ".ndjson", ".py")
MOST_BYTES = 64 * 1024 * 1024
REMEDY = "a list of {type: function, function: {…}}, of bare functions, what MCP's tools/list answers, or a .py file"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call of a Python function may take, and how many bytes it may answer."""

    seconds: float = 5
    memory_mb: int = 2048
    most_bytes: int = 1 << 20
    network: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Tools that belong together. By a tool's name: `returns` are schemas of results, `annotations` hints such as MCP's
    `readOnlyHint`, `called` its name where it came from if that was no name for a tool. `path` is the Python file and
    `command` the server that can execute calls; a catalogue without either is to be simulated. `written` is the path as
    the user wrote it, for rows: where a file lies on this machine is nobody's business. `limits` hold for calls of
    Python functions, `timeout` is how many seconds a server may take to answer."""

    name: str
    tools: tuple[Tool, ...]
    form: Form = "openai"
    findings: tuple[Finding, ...] = ()
    returns: dict[str, Schema] = field(default_factory=dict)
    annotations: dict[str, dict[str, Any]] = field(default_factory=dict)
    called: dict[str, str] = field(default_factory=dict)
    path: str = ""
    written: str = ""
    command: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict, repr=False)
    limits: Limits = Limits()
    timeout: float = 20

    @property
    def key(self) -> str:
        """Forty hex digits over the definitions: not over findings, nor where the file lies."""
        content = [[tool.to_dict() for tool in self.tools], self.returns, self.called]
        return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()[:40]

    def tool(self, name: str) -> Tool | None:
        """The tool called `name`, None where there is none."""
        return next((tool for tool in self.tools if tool.name == name), None)

    def notes(self) -> list[str]:
        """What was found: one sentence for each thing found, with the first place and how many others have it too."""
        places: dict[tuple[str, str, str, str], list[str]] = {}
        for each in self.findings:
            places.setdefault((each.level, each.code, each.what, each.done), []).append(each.path)
        return [
            f"{self.name}: {level}: {what}{f'; {done}' if done else ''} [{code}] ({_place(paths)})"
            for (level, code, what, done), paths in places.items()
        ]


def load(
    path: Path, *, written: str = "", function: str = "", only: Collection[str] = (),
    leave_out: Collection[str] = (), strict: bool = True,
) -> Catalogue:  # fmt: skip
    """The catalogue in the file at `path`, of a Python file the one `function` where that is given.

    `only` and `leave_out` pick tools by name, before their definitions are judged; unless `strict`, they may name tools
    of other files, and leave nothing of this one. `written` is how the user wrote the path. Raises SeedError
    naming every definition that nobody can be sure about.
    """
    where = written or str(path)
    form, given = _read(path, where, function)
    catalogue = build(path.stem, given, form, where=where, only=only, leave_out=leave_out, strict=strict)
    return replace(catalogue, written=where, path=str(path.resolve()) if form == "python" else "")


def build(
    name: str, given: Sequence[Any], form: Form, *, where: str, only: Collection[str] = (),
    leave_out: Collection[str] = (), strict: bool = True,
) -> Catalogue:  # fmt: skip
    """A catalogue of the definitions `given`. Raises SeedError, as `load` does."""
    chosen = [each for each in given if _chosen(_name(each), only, leave_out)]
    known = {_name(each) for each in given}
    absent = sorted({*only, *leave_out} - known)
    if absent and strict:
        raise SeedError(f"no tool is called {absent[0]!r}", where=where, remedy=f"there are: {_some(sorted(known))}")
    if not chosen and (strict or not given):
        raise SeedError("no tool in it", where=where, remedy=REMEDY)
    kept, findings = lint(chosen)
    refused = [finding for finding in findings if finding.level == "refused"]
    if refused:
        raise _refusal(refused, where)
    return Catalogue(
        name=name, form=form, tools=tuple(each.tool for each in kept), findings=tuple(findings),
        returns={each.tool.name: each.returns for each in kept if each.returns},
        annotations={each.tool.name: each.annotations for each in kept if each.annotations},
        called={each.tool.name: each.called for each in kept if each.called != each.tool.name},
    )  # fmt: skip


def _refusal(refused: list[Finding], where: str) -> SeedError:
    tools = list(dict.fromkeys(finding.tool for finding in refused))
    error = SeedError(f"{refused[0]}", where=where, remedy=f"mend it, or leave it out: leave_out: [{', '.join(tools)}]")
    for finding in refused[1:]:
        error.add_note(f"{where}: {finding}")
    return error


def _read(path: Path, where: str, function: str) -> tuple[Form, list[Any]]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise SeedError(f"more than {MOST_BYTES // 1024**2} MB", where=where, remedy="is this a catalogue?")
        text = path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode()
    except OSError as error:
        remedy = "paths start from the folder of the config file" if isinstance(error, FileNotFoundError) else ""
        raise SeedError(f"cannot be read: {error.strerror}", where=where, remedy=remedy) from error
    except UnicodeDecodeError as error:
        raise SeedError(f"not UTF-8: byte 0x{text_byte(error):02x}", where=where) from None
    kind = path.suffix.lower()
    if kind == ".py":
        try:
            return "python", definitions(text, function)
        except NotPython as error:
            raise SeedError(str(error), where=f"{where}:{error.line}" if error.line else where) from None
    if kind not in READABLE:
        raise SeedError(f"{kind or 'no ending'} is not read here", where=where, remedy=f"use {' '.join(READABLE)}")
    return _of_json(_lines(text, where) if kind != ".json" else [_value(text, where)])


def text_byte(error: UnicodeDecodeError) -> int:
    """The byte that was no UTF-8."""
    return error.object[error.start]


def _lines(text: str, where: str) -> list[Any]:
    found = [_value(line, f"{where}:{number}") for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    return found[0] if len(found) == 1 and isinstance(found[0], list) else found


def _value(text: str, where: str) -> Any:  # noqa: ANN401 - JSON
    try:
        return strict_json.loads(text)
    except strict_json.NotStrict as error:
        raise SeedError(f"not strict JSON: {error}", where=where) from None


def _of_json(values: Any) -> tuple[Form, list[Any]]:  # noqa: ANN401 - JSON
    """The definitions in `values`, whatever stands around them, and whose form they have."""
    found: list[Any] = []
    for value in values if isinstance(values, list) else [values]:
        found += _unwrapped(value)
    is_mcp = any(isinstance(each, dict) and ("inputSchema" in each or "input_schema" in each) for each in found)
    return ("mcp" if is_mcp else "openai"), found


def _unwrapped(value: Any) -> list[Any]:  # noqa: ANN401 - JSON
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and "name" not in value:
        for key in ("result", "tools", "functions"):  # an answer of JSON-RPC, of MCP, of a request to a model
            if isinstance(value.get(key), dict | list):
                return _unwrapped(value[key])
    return [value]


def _name(given: Any) -> str:  # noqa: ANN401 - JSON
    function = given.get("function", given) if isinstance(given, dict) else {}
    return str(function.get("name", "")) if isinstance(function, dict) else ""


def _chosen(name: str, only: Collection[str], leave_out: Collection[str]) -> bool:
    return (not only or name in only) and name not in leave_out


def _place(paths: list[str]) -> str:
    return paths[0] if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"


def _some(names: list[str]) -> str:
    return ", ".join(name for name in names[:20] if name) or "none"
