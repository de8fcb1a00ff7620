"""Evaluate what is already there: one output, a file, a run. The same judges as on the road, without a run.

Names are loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from windrow.evaluation.asking import Asking
    from windrow.evaluation.custom import CustomLLMJudge
    from windrow.evaluation.door import aevaluate, evaluate
    from windrow.evaluation.provider import LiteLLMProvider
    from windrow.evaluation.rows import ScoredRow, aevaluate_rows, evaluate_rows
    from windrow.evaluation.seats import configure

_HOMES = {
    "asking": ("Asking",),
    "custom": ("CustomLLMJudge",),
    "door": ("aevaluate", "evaluate"),
    "provider": ("LiteLLMProvider",),
    "rows": ("ScoredRow", "aevaluate_rows", "evaluate_rows"),
    "seats": ("configure",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Asking",
    "CustomLLMJudge",
    "LiteLLMProvider",
    "ScoredRow",
    "aevaluate",
    "aevaluate_rows",
    "configure",
    "evaluate",
    "evaluate_rows",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    if name not in _HOME:
        msg = f"module 'windrow.evaluation' has no attribute {name!r}"
        raise AttributeError(msg)
    found = getattr(import_module(f"windrow.evaluation.{_HOME[name]}"), name)
    globals()[name] = found
    return found
