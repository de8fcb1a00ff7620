"""Definitions of tools from Python functions: signature and docstring, read without running a line of the file.

A dry run, a lint or a plan must not execute anything; only calls do, in a process of their own.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from windrow.tools.docstrings import parse
from windrow.tools.lint_types import understand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.tools.lint_types import Schema

STATE = "state"
READ_ONLY = "READ_ONLY"
LISTS = ("TOOLS", "__all__")
ENUMS = {"Enum", "StrEnum", "IntEnum"}


class NotPython(ValueError):
    """A file that offers no functions, and the `line` where that shows (0 for the whole)."""

    def __init__(self, what: str, line: int = 0) -> None:
        super().__init__(what)
        self.line = line


def definitions(source: str, only: str = "") -> list[dict[str, Any]]:
    """A definition (`{name, description, parameters}`) of every public function at the top of `source`, or of the one
    called `only`. Where the file names its tools (`TOOLS = ["a", "b"]` or `__all__`), only of those.

    A first parameter called `state` is what the tools share; no model sees it. `annotations.readOnlyHint` is true for
    functions without it and for those named in `READ_ONLY`. Raises NotPython.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError) as error:
        raise NotPython(f"not Python: {error}", getattr(error, "lineno", 0) or 0) from None
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for node in tree.body:
        if isinstance(node, ast.AsyncFunctionDef) and node.name == only:
            raise NotPython(f"{node.name} is async, which is not called here", node.lineno)
    offered = [only] if only else _offered(tree, functions)
    absent = [name for name in offered if name not in functions]
    if absent or not offered:
        known = ", ".join(sorted(functions)) or "none"
        raise NotPython(f"no function {absent[0]!r} in it; there are: {known}" if absent else "no function in it")
    classes = _classes(tree)
    read_only = set(_names(tree, READ_ONLY) or ())
    return [_definition(functions[name], classes, read_only) for name in offered]


def _offered(tree: ast.Module, functions: dict[str, ast.FunctionDef]) -> list[str]:
    for name in LISTS:
        listed = _names(tree, name)
        if listed is not None:
            return [each for each in listed if name == "TOOLS" or each in functions]
    hidden = {"initial_state", "initial_states"}
    return [name for name in functions if not name.startswith("_") and name not in hidden]


def _names(tree: ast.Module, wanted: str) -> list[str] | None:
    """The names in the list `wanted` at the top of the file, written as texts or as the functions themselves."""
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        value = getattr(node, "value", None)
        if any(isinstance(each, ast.Name) and each.id == wanted for each in targets) and isinstance(
            value, ast.List | ast.Tuple | ast.Set
        ):
            return [
                str(each.value) if isinstance(each, ast.Constant) else getattr(each, "id", "") for each in value.elts
            ]
    return None


def _definition(node: ast.FunctionDef, classes: dict[str, Schema], read_only: set[str]) -> dict[str, Any]:
    told = parse(ast.get_docstring(node))
    properties: dict[str, Any] = {}
    required = []
    stateful = False
    for at, (argument, default) in enumerate(_arguments(node)):
        if at == 0 and argument.arg == STATE:
            stateful = True
            continue
        schema = _schema(argument, node, classes)
        text = told.parameters.get(argument.arg)
        if text and "description" not in schema:
            schema = {**schema, "description": text}
        if default is None:
            required.append(argument.arg)
        else:
            schema = {**schema, **_default(default)}
        properties[argument.arg] = schema
    parameters = {
        "type": "object", "properties": properties, "required": required, "additionalProperties": False,
    }  # fmt: skip
    if not required:
        del parameters["required"]
    return {
        "name": node.name,
        "description": told.summary,
        "parameters": parameters,
        "annotations": {"readOnlyHint": not stateful or node.name in read_only},
    }


def _arguments(node: ast.FunctionDef) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    """(parameter, default or None). Raises NotPython for what cannot be given by name."""
    told = node.args
    if told.posonlyargs or told.vararg or told.kwarg:
        what = "positional-only parameters" if told.posonlyargs else "*args or **kwargs"
        raise NotPython(f"{node.name} has {what}; a tool's arguments are given by name", node.lineno)
    missing = len(told.args) - len(told.defaults)
    yield from zip(told.args, [None] * missing + list(told.defaults), strict=True)
    yield from zip(told.kwonlyargs, told.kw_defaults, strict=True)


def _schema(argument: ast.arg, node: ast.FunctionDef, classes: dict[str, Schema]) -> Schema:
    if argument.annotation is None:
        return {}
    return _annotation(argument.annotation, classes, f"{node.name}: {argument.arg}")


def _annotation(told: ast.expr, classes: dict[str, Schema], what: str) -> Schema:
    text = told.value if isinstance(told, ast.Constant) and isinstance(told.value, str) else ast.unparse(told)
    description = _annotated(told)
    word = understand(text, classes)
    if word is None:
        raise NotPython(
            f"{what} is annotated {text!r}, which has no JSON Schema that is sure; "
            "use str, int, float, bool, list[…], dict[str, …], Literal[…], an Enum, a TypedDict or a dataclass",
            told.lineno,
        )
    return {**word.schema, **({"description": description} if description else {})}


def _annotated(told: ast.expr) -> str:
    """The first text within `Annotated[…]`, which describes a parameter."""
    if not isinstance(told, ast.Subscript) or ast.unparse(told.value).rpartition(".")[2] != "Annotated":
        return ""
    for node in ast.walk(told.slice):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            return node.value
    return ""


def _default(node: ast.expr) -> Schema:
    """The default as JSON; one that is no literal only makes the parameter optional."""
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return {}
    return {"default": value} if isinstance(value, str | int | float | bool | list | dict) else {}


def _classes(tree: ast.Module) -> dict[str, Schema]:
    """Enums, TypedDicts and dataclasses of the file, as schemas. Later ones may use earlier ones."""
    found: dict[str, Schema] = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            bases = {ast.unparse(base).rpartition(".")[2] for base in node.bases}
            decorators = {ast.unparse(each).partition("(")[0].rpartition(".")[2] for each in node.decorator_list}
            if bases & ENUMS:
                found[node.name] = _enum(node)
            elif "TypedDict" in bases or "dataclass" in decorators:
                found[node.name] = _fields(node, found)
    return found


def _enum(node: ast.ClassDef) -> Schema:
    values = [
        each.value.value for each in node.body if isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant)
    ]
    kinds = {type(value) for value in values}
    name = {str: "string", int: "integer"}.get(kinds.pop()) if len(kinds) == 1 else None
    return {"type": name, "enum": values} if name else {"enum": values}


def _fields(node: ast.ClassDef, classes: dict[str, Schema]) -> Schema:
    properties: dict[str, Any] = {}
    required = []
    for each in node.body:
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            name = each.target.id
            schema = _annotation(each.annotation, classes, f"{node.name}.{name}")
            properties[name] = {**schema, **_default(each.value)} if each.value else schema
            if each.value is None:
                required.append(name)
    return {
        "type": "object", "properties": properties, "required": required, "additionalProperties": False,
        **({"description": text} if (text := ast.get_docstring(node)) else {}),
    }  # fmt: skip
