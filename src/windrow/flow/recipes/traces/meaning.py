"""Does a conversation mean what its user asked for? What no program can see, asked of a judge where one is named.

Each question is a narrow one, since judging a whole conversation at once works poorly (ToolACE, arXiv 2409.00920). A
judge that fails leaves the row unscored, hence not accepted.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pydantic import ConfigDict

from windrow.errors import RowFailure
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
    """What a judge says: the evidence first, then each question by itself."""

    model_config = ConfigDict(strict=True)

    evidence: str
    calls: bool
    values: bool
    told: bool


async def judged(row: Row, ask: Ask) -> Row:
    """The row with the judge's verdict on it."""
    conversation = [turn.to_dict() for turn in row.messages]
    tools = [{"name": tool.name, "description": tool.description} for tool in row.tools]
    code = hashlib.sha256(to_json([conversation, tools])).hexdigest()[:8]  # no text can foresee it
    try:
        said = await ask("semantics", schema=Meaning, role="judge", conversation=conversation, offered=tools, code=code)
    except RowFailure as failure:
        detail = f"the judge gave no verdict: {failure}"
        return row.with_verdicts(Verdict(BY, "unscored", failure.kind, detail, kind="judge"))
    evidence = {"said": said.evidence[:MOST_EVIDENCE]}
    for question, (reason, detail) in FAULTS.items():
        if not getattr(said, question):
            return row.with_verdicts(Verdict(BY, "fail", reason, detail, evidence, kind="judge"))
    return row.with_verdicts(Verdict(BY, "pass", evidence=evidence, kind="judge"))
