"""Is a row an item of an evaluation set in other words? Asked of a model about the few items that are near it.

No likeness decides that: the nearest item of an unrelated row may be nearer than the source of a paraphrase. What does
is whether solving the one is solving the other (Yang et al. 2023, arXiv 2311.04850), shown by words of both.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from windrow.errors import AnswerFailure, RowFailure
from windrow.evaluators.evidence import holds
from windrow.evaluators.marks import Part, carries, code_of
from windrow.evaluators.mending import mended
from windrow.evaluators.results import CriterionScore, EvalError, EvalResult, JudgeInfo
from windrow.teachers.structured import Sole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windrow.shapes import Ask

LABEL = "same_question"
PARSER = 2
"""Raised with every change of what a reply is read as."""
ROW = ("row_question", "row_answer")


class ItemReply(BaseModel):
    """What the judge says of one item."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: str
    """The item: item_1, item_2 and so on."""
    row_quote: str
    """Words of the row that decide, word for word."""
    item_quote: str
    """Words of the item that decide, word for word."""
    reason: str
    """Which answer is right for the row and which for the item, in one sentence."""
    same: str
    """The verdict: yes or no."""


class SameQuestionReply(Sole):
    """What the judge says of a row and the items near it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    code: str
    """The code of this call."""
    items: list[ItemReply]
    """One for each item."""


async def same_question(asked: str, taught: str, items: Sequence[str], ask: Ask, *, role: str = "judge") -> EvalResult:
    """Ask `role` in one call whether a row, which asks `asked` and teaches `taught`, gives away any of `items`.

    Score 0 and not passed where one of them is the same, 1 where none is; `criteria` has `nearest_1`, `nearest_2`, …
    in the order of `items`, each with its quotes. A reply that is no verdict is asked for once more. Never raises for a
    row: without a usable reply it is unscored.
    """
    row = [Part(tag, tag, text) for tag, text in zip(ROW, (asked, taught), strict=True) if text.strip()]
    shown = [Part("item", f"item_{at}", text) for at, text in enumerate(items, 1)]
    parts = [*row, *shown]
    code = code_of(*(part.text for part in parts), salt=(LABEL, *(part.tag for part in parts)))
    tags = [part.tag for part in shown]
    try:
        criteria, _ = await mended(
            lambda slips: ask(
                LABEL, schema=SameQuestionReply, role=role, code=code, items=tags, parts=parts, slips=slips
            ),
            lambda reply: _read(reply, code, row, shown),
        )
    except RowFailure as failure:
        error = EvalError(str(failure), type=failure.kind)
        return EvalResult(LABEL, status="unscored", reason=str(failure), error=error, engine="llm", fidelity="model")
    same = [one for one in criteria if one.verdict == "fail"]
    return EvalResult(
        LABEL,
        score=0.0 if same else 1.0,
        passed=not same,
        reason=(same or criteria)[0].reason,
        criteria=criteria,
        engine="llm",
        fidelity="model",
        judge=JudgeInfo(""),
    )


def fingerprint(template_digest: str) -> str:
    """Sixteen hex digits over what is asked and how the reply is read."""
    return hashlib.sha256(f"{LABEL}\0{template_digest}\0{PARSER}".encode()).hexdigest()[:16]


def _read(
    reply: SameQuestionReply, code: str, row: Sequence[Part], items: Sequence[Part]
) -> tuple[CriterionScore, ...]:
    """The verdict on each item, if its evidence is there. Raises AnswerFailure."""
    carries(code, reply.code)
    told = [one.id.strip().casefold() for one in reply.items]
    if len(set(told)) < len(told) or not {item.tag for item in items}.issuperset(told):
        raise AnswerFailure("an item was answered twice, or one that was not shown", kind="out_of_range")
    return tuple(_one(at, item, reply.items, row) for at, item in enumerate(items, 1))


def _one(at: int, item: Part, replies: Sequence[ItemReply], row: Sequence[Part]) -> CriterionScore:
    given = [one for one in replies if one.id.strip().casefold() == item.tag]
    said = {one.same.strip().strip(".\"'").casefold() for one in given}
    if len(said) != 1 or not said <= {"yes", "no"}:
        raise AnswerFailure(f"no single yes or no about {item.tag}: {sorted(said)}", kind="out_of_range")
    reply, same = given[0], said == {"yes"}
    quotes = tuple(quote for quote in (reply.row_quote, reply.item_quote) if quote.strip())
    if same and len(quotes) < len(ROW):
        raise AnswerFailure(f"{item.tag} is said to be the same, and nothing shows it", kind="no_evidence")
    if reply.row_quote.strip() and not any(holds(part.text, reply.row_quote) for part in row):
        raise AnswerFailure(
            f"the judge quotes what is not in the row: {reply.row_quote[:200]!r}", kind="evidence_not_found"
        )
    if reply.item_quote.strip() and not holds(item.text, reply.item_quote):
        raise AnswerFailure(
            f"the judge quotes what is not in {item.tag}: {reply.item_quote[:200]!r}", kind="evidence_not_found"
        )
    told = f"nearest_{at}"
    if same:
        return CriterionScore(told, "fail", 0.0, critical=True, evidence=quotes, reason=reply.reason.strip())
    return CriterionScore(told, "pass", 1.0, critical=True, evidence=quotes, reason=reply.reason.strip())
