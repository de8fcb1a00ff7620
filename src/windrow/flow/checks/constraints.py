"""Does the answer obey what its instruction asks for and a program can check?

Such answers are the only open-ended ones that are known to be right without a judge, so the checks are strict. What a
row must obey stands in `reference["constraints"]`; a recipe or a person put it there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from windrow.row import Verdict
from windrow.shapes import Check
from windrow.text.constraints import NotAConstraint, problem

if TYPE_CHECKING:
    from windrow.row import Row


class Constraints(Check):
    """Does the answer obey every checkable constraint of its instruction?"""

    name: ClassVar[str] = "constraints"

    def check(self, row: Row) -> Verdict:
        """Fails on the first constraint that is not met, with all of them in the evidence."""
        entries = row.reference.get("constraints", [])
        if not isinstance(entries, list | tuple):
            return self._malformed(entries, "constraints is not a list")
        unmet: list[dict[str, Any]] = []
        for entry in entries:
            try:
                found = problem(entry, row.response)
            except (NotAConstraint, AttributeError) as error:
                return self._malformed(entry, str(error))
            if found:
                unmet.append({**entry, "found": found})
        if not unmet:
            return Verdict(self.name, "pass", evidence={"met": len(entries)} if entries else {})
        first = unmet[0]
        return Verdict(self.name, "fail", f"unmet_{first['id']}", first["found"], {"unmet": unmet})

    def _malformed(self, entry: object, why: str) -> Verdict:
        return Verdict(self.name, "fail", "not_a_constraint", why, {"entry": repr(entry)[:200]})
