"""windrow: grow a small real seed into fine-tuning rows that are worth training on.

    run = windrow.load("support.yaml").run()
    for stored in run.rows(status="rejected"):
        print(stored.reason, stored.row.question)

Names are loaded when they are first used, so that `import windrow` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from windrow.errors import (
        AnswerFailure,
        CallFailure,
        ConfigError,
        ExportError,
        MissingError,
        RowFailure,
        RunError,
        SeedError,
        UnknownName,
        WindrowError,
    )
    from windrow.evaluation.custom import CustomLLMJudge
    from windrow.evaluation.door import aevaluate, evaluate
    from windrow.evaluation.rows import evaluate_rows
    from windrow.evaluators.results import BatchResult, EvalResult
    from windrow.flow.exports.validate import validate
    from windrow.plan import Plan, load
    from windrow.row import Chunk, Lineage, Message, Row, Tool, ToolCall, Verdict
    from windrow.run import Run
    from windrow.shapes import (
        Answer,
        Ask,
        Check,
        Export,
        Filter,
        Manifest,
        Options,
        Recipe,
        Seed,
        SeedSource,
        Split,
        Usage,
    )
    from windrow.teachers.base import Teacher

__all__ = [  # noqa: RUF022 - in the order in which one meets them
    "load", "Plan", "Run",
    "Row", "Message", "Tool", "ToolCall", "Chunk", "Lineage", "Verdict",
    "Options", "Seed", "SeedSource", "Recipe", "Ask", "Answer", "Usage", "Teacher",
    "Check", "Filter", "Split", "Export", "Manifest", "validate",
    "evaluate", "aevaluate", "evaluate_rows", "EvalResult", "BatchResult", "CustomLLMJudge",
    "WindrowError", "ConfigError", "UnknownName", "SeedError", "MissingError", "RunError",
    "ExportError", "RowFailure", "CallFailure", "AnswerFailure",
]  # fmt: skip

_HOMES = {
    "windrow.plan": ("load", "Plan"),
    "windrow.run": ("Run",),
    "windrow.row": ("Row", "Message", "Tool", "ToolCall", "Chunk", "Lineage", "Verdict"),
    "windrow.shapes": (
        "Options", "Seed", "SeedSource", "Recipe", "Ask", "Answer", "Usage", "Check", "Filter", "Split", "Export",
        "Manifest",
    ),
    "windrow.teachers.base": ("Teacher",),
    "windrow.flow.exports.validate": ("validate",),
    "windrow.evaluation.door": ("evaluate", "aevaluate"),
    "windrow.evaluation.rows": ("evaluate_rows",),
    "windrow.evaluation.custom": ("CustomLLMJudge",),
    "windrow.evaluators.results": ("EvalResult", "BatchResult"),
}  # fmt: skip
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    if name not in __all__:
        msg = f"module 'windrow' has no attribute {name!r}"
        raise AttributeError(msg)
    found = getattr(import_module(_HOME.get(name, "windrow.errors")), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
