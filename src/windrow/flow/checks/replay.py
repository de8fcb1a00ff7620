"""Do the calls of this row really do what it says? They are made again, on the backend that the row names.

A transcript can be perfect in form and untrue: results that no tool gave, an end that no call led to. Here every
result must come back byte for byte and the end state must be the same; doing nothing must not pass for a solution; and
a call left out or altered must be seen. Follows the golden-state comparison of tau-bench (arXiv 2406.12045), whose
weakness, tasks that an idle agent solves, is looked for in each row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from windrow.row import Verdict
from windrow.shapes import Check, Options
from windrow.tools.backend import BackendError
from windrow.tools.environments import Opened
from windrow.tools.replay import NotReplayable, replay

if TYPE_CHECKING:
    from pathlib import Path

    from windrow.row import Row
    from windrow.tools.replay import Replayed

SHOWN = 200


class ReplayOptions(Options):
    """How much is tried beyond the replay itself."""

    mutations: bool = True
    """Leaves out and alters each call that changes something, and looks whether the end state shows it. Not where each
    conversation starts a server."""
    kill_rate: float = Field(default=0.5, ge=0, le=1)
    """The share of altered arguments that the state must show. A call left out it must always show."""


class Replay(Check):
    """Do the calls of this row, made again, give the same results and the same end?"""

    name: ClassVar[str] = "replay"
    slow: ClassVar[bool] = True
    options_type: ClassVar[type[Options]] = ReplayOptions
    options: ReplayOptions

    def __init__(self, options: ReplayOptions, *, base: Path) -> None:
        super().__init__(options, base=base)
        self._opened = Opened(base)

    def close(self) -> None:
        """Let go of backends."""
        self._opened.close()

    def check(self, row: Row) -> Verdict:
        """Fails with the first difference. A row without calls and without a record of any has nothing to replay."""
        if "category" not in row.reference and not any(turn.tool_calls for turn in row.turns):
            return Verdict(self.name, "pass", detail="no calls to replay")
        try:
            found = replay(row, mutate=self.options.mutations, opened=self._opened)
        except NotReplayable as error:
            return self._fail("not_replayable", str(error), {})
        except BackendError as error:
            return Verdict(self.name, "unscored", "no_backend", str(error), kind="execution")
        return self._judged(found)

    def _judged(self, found: Replayed) -> Verdict:
        if found.different:
            told = {"call": found.different, "row": found.expected[:SHOWN], "replayed": found.found[:SHOWN]}
            return self._fail("result_differs", f"call {found.different} is answered otherwise when made again", told)
        if not found.same_end:
            told = {"row": found.expected, "replayed": found.found}
            return self._fail("state_differs", "the calls lead to another state than the row says", told)
        if found.idle_passes:
            return self._fail("idle_passes", "an assistant that does nothing would pass for having solved this", {})
        seen = {"survivors": [str(mutant) for mutant in found.survivors[:10]], "tried": found.mutants}
        if found.needless or (found.killed is not None and found.killed < self.options.kill_rate):
            mutant = (*found.needless, *found.survivors)[0]
            return self._fail("mutant_passes", f"the end state does not show it: {mutant}", seen)
        evidence: dict[str, Any] = {"calls": found.calls, **(seen if found.survivors else {"mutants": found.mutants})}
        return Verdict(self.name, "pass", evidence=evidence, kind="execution")

    def _fail(self, reason: str, detail: str, evidence: dict[str, Any]) -> Verdict:
        return Verdict(self.name, "fail", reason, detail[:SHOWN], evidence, kind="execution")
