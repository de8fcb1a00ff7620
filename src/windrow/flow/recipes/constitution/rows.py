"""The rows of a chain: the last answer as an example, and where the draft was worse, the two as a pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windrow.flow.recipes.constitution.gates import edit_share
from windrow.row import Lineage, Message, Row, Verdict
from windrow.shapes import Rejection, verdict_of
from windrow.text.conduct import broken
from windrow.text.refusals import refusal

if TYPE_CHECKING:
    from windrow.flow.recipes.constitution.chain import Chain

BY = "constitutional"


def example(chain: Chain, fault: Rejection | None, *, whole: bool) -> Row:
    """The prompt with its last answer, the whole chain in its lineage; refused where there is a fault."""
    extra = _told(chain)
    extra["chain"] = [step.to_dict(whole=whole) for step in chain.steps]
    row = Row(
        "sft", (*chain.prompt.turns, Message("assistant", chain.answer)), reference=_reference(chain),
        lineage=_lineage(chain, extra),
    )  # fmt: skip
    if chain.failure is not None:
        return row.with_verdicts(verdict_of(chain.failure, by="teacher"))
    if fault is not None:
        return row.with_verdicts(fault.verdict(BY))
    return _mended(row, chain)


def pair(chain: Chain, sibling: Row) -> Row | None:
    """The last answer chosen over the draft; None where nothing shows that the draft was worse. It stands on its
    sibling: where that is refused, so is this."""
    fixed = _fixed(chain)
    resolved = [step.principle for step in chain.steps if step.issue and step.resolved]
    if chain.draft == chain.answer or not (fixed or resolved):
        return None
    why = {"rules": fixed, "principles": resolved}
    lineage = _lineage(chain, {**_told(chain), "worse_by": {key: value for key, value in why.items() if value}})
    row = Row(
        "preference", prompt=chain.prompt.turns, chosen=(Message("assistant", chain.answer),),
        rejected=(Message("assistant", chain.draft),), reference=_reference(chain),
        lineage=Lineage(**{**_fields(lineage), "parents": (sibling.id,)}),
    )  # fmt: skip
    return _mended(row, chain)


def _mended(row: Row, chain: Chain) -> Row:
    """The row, with the rules that the draft broke and the last answer keeps: that much a program has confirmed."""
    fixed = _fixed(chain)
    return row.with_verdicts(Verdict(BY, "pass", evidence={"mended": fixed})) if fixed else row


def _fixed(chain: Chain) -> list[str]:
    """The rules that the draft broke and the last answer keeps; none, where it breaks a new one."""
    before = broken(chain.case(chain.draft), chain.constitution.rules)
    after = broken(chain.case(chain.answer), chain.constitution.rules)
    return sorted(before - after) if after <= before else []


def _reference(chain: Chain) -> dict[str, Any]:
    return {"class": chain.prompt.kind, "refusal_target": chain.target}


def _told(chain: Chain) -> dict[str, Any]:
    rules = chain.constitution.rules
    draft, final = refusal(chain.draft), refusal(chain.answer)
    told: dict[str, Any] = {
        "class": chain.prompt.kind,
        "source": chain.prompt.source,
        "draft": chain.draft,
        "stopped": chain.stopped,
        "refusal": {"draft": draft.label, "final": final.label},
        "violations": {
            "draft": sorted(broken(chain.case(chain.draft), rules)),
            "final": sorted(broken(chain.case(chain.answer), rules)),
        },
        "edit": edit_share(chain.draft, chain.answer),
    }
    return told | ({"draw": chain.nth} if chain.nth else {})


def _lineage(chain: Chain, extra: dict[str, Any]) -> Lineage:
    return Lineage(
        seeds=(chain.prompt.key,), family=chain.prompt.family or chain.prompt.key, extra=extra,
        operators=tuple(dict.fromkeys(step.principle for step in chain.steps if step.revision is not None)),
        round=sum(step.revision is not None for step in chain.steps),
    )  # fmt: skip


def _fields(lineage: Lineage) -> dict[str, Any]:
    names = ("seeds", "family", "extra", "operators", "round")
    return {name: getattr(lineage, name) for name in names}
