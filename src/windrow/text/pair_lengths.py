"""The lengths of the two sides of a preference, in characters: what the length filter and the report go by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from windrow.row import Message, Row


def side_lengths(row: Row) -> tuple[int, int] | None:
    """Characters of the chosen and of the rejected side; None for a row that stands for no pair.

    Of answers with a label, the desirable one of a pair that is not there itself stands for it
    (`lineage.extra["pair"]["chars"]`).
    """
    if row.kind == "preference":
        return _length(row.chosen), _length(row.rejected)
    if row.kind != "unpaired" or not row.label or row.lineage.parents:
        return None
    pair = row.lineage.extra.get("pair")
    chars = pair.get("chars") if isinstance(pair, dict) else None
    if isinstance(chars, list | tuple) and len(chars) == 2 and all(type(one) is int for one in chars):  # noqa: PLR2004
        return chars[0], chars[1]
    return None


def length_lean(row: Row) -> float | None:
    """1 where the chosen side is the longer one, 0 where it is the shorter, 0.5 where neither is; None for no pair."""
    lengths = side_lengths(row)
    if lengths is None:
        return None
    chosen, rejected = lengths
    return 0.5 if chosen == rejected else float(chosen > rejected)


def _length(turns: tuple[Message, ...]) -> int:
    return sum(len(turn.content) + sum(len(call.arguments_json) for call in turn.tool_calls) for turn in turns)
