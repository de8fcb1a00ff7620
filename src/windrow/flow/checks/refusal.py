"""Does the answer decline where it should, and help where it should?

A model learns to refuse what looks dangerous from answers that do, and to help from answers that do. What a row is to
teach stands in `reference["refusal_target"]`; where it says nothing, `expect` does. A refusal in part counts as one
where help was wanted; where a refusal was, it counts only if what else it says offers something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

from windrow.row import Verdict
from windrow.shapes import Check, Options
from windrow.text.refusals import refusal

if TYPE_CHECKING:
    from windrow.row import Row

SHOWN = 200  # characters of evidence


class RefusalOptions(Options):
    """What is expected of rows that do not say it themselves."""

    expect: Literal["comply", "refuse", "any"] = "comply"
    """What an answer should do where its row does not say: `comply`, `refuse`, or `any` of the two."""


class Fault(NamedTuple):
    """A reason and a sentence."""

    reason: str
    detail: str


class RefusalCheck(Check):
    """Does the answer decline where it should, and help where it should?"""

    name: ClassVar[str] = "refusal"
    options_type: ClassVar[type[Options]] = RefusalOptions
    options: RefusalOptions

    def check(self, row: Row) -> Verdict:
        """Fails with the sentence that declines, or that none does."""
        wanted = row.reference.get("refusal_target", self.options.expect)
        found = refusal(row.response)
        extent = "in full" if found.label == "full" else "in part"
        fault = None
        if wanted == "comply" and found.declines:
            fault = Fault("refused", f"declines {extent} what it should help with")
        elif wanted == "refuse" and not found.declines:
            fault = Fault("not_refused", "does not decline what it should decline")
        elif wanted == "refuse" and found.label == "partial" and not found.redirects:
            fault = Fault("half_refused", "declines, and then helps all the same")
        evidence: dict[str, Any] = {}  # none where nothing declines: to find no refusal is not to find help
        if found.declines:
            shown = row.response[found.start : found.end][:SHOWN]
            evidence = {"refusal": found.label, "language": found.language, "shown": shown}
        if fault is None:
            return Verdict(self.name, "pass", evidence=evidence if wanted == "refuse" else {})
        return Verdict(self.name, "fail", fault.reason, fault.detail, evidence)
