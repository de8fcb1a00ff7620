"""What chat templates do to a file's rows without a word, counted over the file. The figures are of the 41 templates
that TRL 1.16 brings along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from windrow.flow.exports.findings import Reporter

FIELDS = ("reasoning_content", "reasoning", "thinking")
PARALLEL = "several tools at once: Llama 3.1's and 3.2's templates refuse that, and gpt-oss's shows only the first call"
FIELD = (
    "reasoning in a field of its own, which 23 of 41 chat templates drop without a word, among them those of Qwen2.5, "
    "Qwen3-2507-Instruct, Llama and Gemma 3"
)
HISTORY = "reasoning before their last turn, which 16 of 41 chat templates (Qwen3 and its family) take away"
INLINE = "for these templates, write it inline as <think>"
LAST_ONLY = "train with a template that keeps it, or on the last answer only (prompt and completion)"


@dataclass(slots=True)
class Shown:
    """Rows that some templates show otherwise than the file."""

    parallel: int = 0
    reasoned: int = 0
    reasoned_before: int = 0

    def see(self, turns: Sequence[Any], before: Iterable[Any]) -> None:
        """Take note of a row: all its turns, and those before the last that are trained on."""
        told = [turn for turn in turns if isinstance(turn, dict)]
        self.parallel += any(_calls_several(turn) for turn in told)
        self.reasoned += any(_in_field(turn) for turn in told)
        self.reasoned_before += any(_reasons(turn) for turn in before if isinstance(turn, dict))

    def say(self, report: Reporter) -> None:
        """Say how many there are."""
        if self.parallel:
            report.warning("parallel_calls", 0, f"{self.parallel} rows call {PARALLEL}", "try your model's template")
        if self.reasoned:
            report.warning("reasoning_field", 0, f"{self.reasoned} rows have {FIELD}", INLINE)
        if self.reasoned_before:
            report.warning("reasoning_history", 0, f"{self.reasoned_before} rows have {HISTORY}", LAST_ONLY)


def _calls_several(turn: dict[str, Any]) -> bool:
    calls = turn.get("tool_calls")
    return isinstance(calls, list) and len(calls) > 1


def _in_field(turn: dict[str, Any]) -> bool:
    return any(turn.get(field) for field in FIELDS)


def _reasons(turn: dict[str, Any]) -> bool:
    content = turn.get("content")
    return _in_field(turn) or (isinstance(content, str) and content.startswith("<think>"))
