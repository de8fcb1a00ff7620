"""The program in an answer: the last fenced block of code, or the whole answer where it is nothing but code."""

from __future__ import annotations

import ast
import hashlib
import re

MOST_CODE = 100_000
_FENCE = re.compile(
    r"^(?P<mark>```+|~~~+)[ \t]*(?P<language>[\w+#.-]*)[^\n]*\n(?P<code>.*?)^(?P=mark)[ \t]*$", re.DOTALL | re.MULTILINE
)
_PYTHON = {"", "python", "python3", "py", "py3"}


def code_of(text: str) -> str:
    """The Python program that `text` gives, or ''. Of several blocks the last one counts that is Python."""
    blocks = [found for found in _FENCE.finditer(f"{text}\n") if found["language"].lower() in _PYTHON]
    for found in reversed(blocks):
        if found["code"].strip():
            return str(found["code"])[:MOST_CODE]
    return text if not blocks and "```" not in text and _is_program(text) else ""


def code_route(code: str) -> str:
    """A digest of how a program is built, whatever its names, constants and layout; '' where it is no Python."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    kinds = [type(node).__name__ for node in ast.walk(tree) if not isinstance(node, ast.expr_context)]
    return hashlib.sha256(" ".join(kinds).encode()).hexdigest()[:12]


def _is_program(text: str) -> bool:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(
        isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Import | ast.For | ast.Assign) for node in tree.body
    )
