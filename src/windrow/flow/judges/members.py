"""The members of a panel, some of whom may be gone for good: their votes are missing, and the panel is no smaller.

What most of the declared panel says stands, whatever a missing vote would have been. Where that vote might have
decided, the row is unscored for the failure that keeps it away, and the next run asks again. Where too few are left for
any majority, nobody is asked any more.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from windrow.errors import CallFailure, MissingError
from windrow.evaluators.panel import panel, said_by
from windrow.evaluators.results import EvalError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from windrow.evaluators.panel import JudgeOne
    from windrow.evaluators.results import EvalResult


class Members:
    """The roles of a panel, with those whose endpoint is gone: they are asked no more while this judge sits."""

    def __init__(self, roles: Sequence[str]) -> None:
        self._roles = tuple(roles)
        self._gone: dict[str, CallFailure] = {}

    async def decide(self, judge_one: JudgeOne, *, name: str, models: Mapping[str, Sequence[str]]) -> EvalResult:
        """What the panel says; see `panel`. Raises MissingError where those who are left could not be a majority."""

        async def one(role: str) -> EvalResult:
            if role in self._gone:
                raise self._gone[role].with_traceback(None)
            try:
                return await judge_one(role)
            except MissingError as error:
                failure = self._lost(role, error)
                if failure is None:
                    raise
                raise failure from error

        return self._told(await panel(one, self._roles, name=name, models=models))

    def _lost(self, role: str, error: MissingError) -> CallFailure | None:
        """That a member is gone, as the failure of one call; None where that is the end of the whole judge."""
        cause = error.__cause__
        if not isinstance(cause, CallFailure):
            return None
        failure = CallFailure(
            error.what, kind=cause.kind, retryable=False, status=cause.status, where=error.where, remedy=error.remedy
        )
        self._gone.setdefault(role, failure)
        left = len(self._roles) - len(self._gone)
        return failure if left > len(self._roles) // 2 else None

    def _told(self, result: EvalResult) -> EvalResult:
        """The result, unscored for the failure of who is gone where that vote might have decided."""
        votes = Counter(vote.label for vote in result.votes if vote.error == "")
        missing = [vote for vote in result.votes if vote.judge in self._gone]
        short = len(self._roles) // 2 + 1 - max(votes.values(), default=0)
        if said_by(result) or not missing or short > len(missing):
            return result
        why = self._gone[missing[0].judge]
        error = EvalError(f"{result.error}; {why}", type=why.kind)
        return replace(result, error=error, reason=str(error))
