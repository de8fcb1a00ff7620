"""Tables and cells of the report's Markdown: text of others is made harmless before it is shown."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell(each) for each in line)} |" for line in lines)


def cell(value: object) -> str:
    """Text of others, made harmless in a table and on a terminal."""
    text = "".join(" " if unicodedata.category(c).startswith("C") else c for c in str(value))
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def percent(share: float | None) -> str:
    """A share in [0, 1], or a dash where there is none."""
    return "-" if share is None else f"{share:.1%}"
