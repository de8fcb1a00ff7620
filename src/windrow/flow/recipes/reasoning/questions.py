"""The question of a seed, and what an answer to it is compared with: never shown to anybody who answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from windrow.text.answers import kind_of
from windrow.text.answers_choices import choices_of
from windrow.text.answers_extract import final_answers

if TYPE_CHECKING:
    from windrow.row import Row

GIVEN = ("answer_kind", "aliases", "unit", "percent", "entry_point", "tolerance")
TESTS = ("tests", "test_list", "test")
_PERCENT_ASKED = re.compile(
    r"\b(?:what|which|how\s+many|how\s+much|by\s+what|wie\s?viele?|um\s+wie\s?viel|quel|combien|qué|cuánto)\b[^.?!]{0,60}"
    r"(?:per\s?cent|%|prozent|pour\s?cent|pourcentage|por\s?ciento|porcentaje)",
    re.IGNORECASE,
)
_SCALE_ASKED = re.compile(
    r"\bhow\s+many\s+(?P<scale>thousand|million|billion)s?\b|\bin\s+(?P<within>thousand|million|billion)s\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Question:
    """`text` is what is asked, choices included. `reference` holds what an answer is compared with; `kind` says how:
    "answer", "code" or "open" (nothing to compare with)."""

    text: str
    kind: str
    reference: dict[str, Any] = field(default_factory=dict)
    problem: dict[str, Any] | None = None


def question_of(row: Row) -> Question:
    """The question of a seed row: its last user turn, with the answer or the tests that the row brings along."""
    columns = {**row.lineage.extra.get("fields", {}), **row.reference}
    text = row.question
    problem = columns.get("problem")
    made = problem if isinstance(problem, dict) else None
    given = {key: columns[key] for key in GIVEN if columns.get(key) not in (None, "", [])}
    tests = next((columns[key] for key in TESTS if columns.get(key)), None)
    if tests is not None:
        return Question(_naming(text, given.get("entry_point")), "code", {**given, "tests": tests}, made)
    choices = choices_of(columns.get("choices"))
    if choices:
        given["choices"] = choices
        text = _listing(text, choices)
    answer = _reference_answer(row)
    if not answer:
        return Question(text, "open", given, made)
    given.setdefault("answer_kind", kind_of(answer, choices))
    if given["answer_kind"] == "numeric" and _PERCENT_ASKED.search(text):
        given.setdefault("percent", "either")  # "20%" and "20" both answer "what percent"
    asked = _SCALE_ASKED.search(text)
    if given["answer_kind"] == "numeric" and asked:
        given.setdefault("unit", asked["scale"] or asked["within"])  # "12" answers "how many thousands"
    return Question(text, "answer", {**given, "answer": answer}, made)


def _reference_answer(row: Row) -> str:
    """The answer a seed gives: what it marks as final (`#### 72`), or all of it where it is short."""
    said = str(row.reference.get("answer") or row.reference.get("output") or row.response or "").strip()
    marked = final_answers(said, marked=True)
    if marked:
        return marked[-1]
    return said if "\n" not in said and len(said) <= 200 else ""  # noqa: PLR2004 - a worked text without a mark


def _listing(text: str, choices: dict[str, str]) -> str:
    """The question with its choices under it, unless it has them already."""
    if all(choice in text for choice in choices.values()):
        return text
    return "\n".join([text, "", *(f"{letter}) {choice}" for letter, choice in choices.items())])


def _naming(text: str, entry_point: object) -> str:
    """The task, saying what its function is called: nobody can guess what the tests call."""
    if not isinstance(entry_point, str) or not entry_point:
        return text
    if re.search(rf"[`'\"]{re.escape(entry_point)}\b|\b{re.escape(entry_point)}\s*\(", text):
        return text
    return f"{text}\n\nName the function `{entry_point}`."
