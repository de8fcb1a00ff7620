"""Does a conversation mean what its user asked for? What no program can see, asked of a judge where one is named.

Each question is a narrow one, since judging a whole conversation at once works poorly (ToolACE, arXiv 2409.00920). A
judge that fails, or whose reply does not carry the code of its call, leaves the row unscored, hence not accepted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict

from windrow.errors import RowFailure
from windrow.evaluators.marks import carries, code_of
from windrow.evaluators.mending import mended
from windrow.row import Verdict, to_json
from windrow.shapes import MOST_EVIDENCE
from windrow.teachers.structured import Sole

if TYPE_CHECKING:
    from windrow.row import Row
    from windrow.shapes import Ask

BY = "semantics"
FAULTS = {
    "calls": ("intent_missed", "the calls are not what the user asked for"),
    "values": ("values_not_meant", "a value is not the one that the user meant"),
    "told": ("told_wrong", "what the user is told is not what was done and found"),
}


class Meaning(Sole):
    """What a judge says: the code of its call, the evidence, then each question by itself."""

    model_config = ConfigDict(strict=True)

    code: str
    evidence: str
    calls: bool
    values: bool
    told: bool


async def judged(row: Row, ask: Ask) -> Row:
    """The row with the judge's verdict on it."""
    conversation = [turn.to_dict() for turn in row.messages]
    tools = [{"name": tool.name, "description": tool.description} for tool in row.tools]
    code = code_of(to_json([conversation, tools]).decode(), salt=("semantics",))
    told: dict[str, Any] = {"conversation": conversation, "offered": tools, "code": code}
    try:
        said, _ = await mended(
            lambda slips: ask("semantics", schema=Meaning, role="judge", slips=slips, **told),
            lambda reply: _of_this_call(reply, code),
        )
    except RowFailure as failure:
        detail = f"the judge gave no verdict: {failure}"
        return row.with_verdicts(Verdict(BY, "unscored", failure.kind, detail, kind="judge"))
    evidence = {"said": said.evidence[:MOST_EVIDENCE]}
    for question, (reason, detail) in FAULTS.items():
        if not getattr(said, question):
            return row.with_verdicts(Verdict(BY, "fail", reason, detail, evidence, kind="judge"))
    return row.with_verdicts(Verdict(BY, "pass", evidence=evidence, kind="judge"))


def _of_this_call(said: Meaning, code: str) -> Meaning:
    """What was said, where it is no verdict that stands in the conversation. Raises AnswerFailure."""
    carries(code, said.code)
    return said
