"""A lane that outlives its endpoint: where a run would stop, every evaluation that is left is told why, at once.

A run that stops can be resumed, and nothing of it is lost. Somebody who evaluates a file wants its other rows and its
other judges all the same: what cannot be asked any more is unscored, with the kind of failure that ended it, and
nobody is asked again.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from windrow.engine.lane import Drained, Lane
from windrow.errors import CallFailure, MissingError

if TYPE_CHECKING:
    from windrow.engine.lane import Keep
    from windrow.events import Listener
    from windrow.teachers.base import Request, Teacher


class LastingLane(Lane):
    """See `Lane`. Raises CallFailure where that raises MissingError, and from then on for every call."""

    def __init__(self, teacher: Teacher, listener: Listener, *, wait: float = 1.0) -> None:
        super().__init__(teacher, listener, wait=wait)
        self._lost = asyncio.Event()
        self._why: MissingError | None = None

    async def call(self, body: bytes, request: Request, *, keep: Keep, shut: asyncio.Event) -> None:
        del shut  # nothing is drained here: who asks wants every answer
        if self._why is not None:
            raise _told(self._why)
        try:
            await super().call(body, request, keep=keep, shut=self._lost)
        except MissingError as error:
            self._why = self._why or error
            self._lost.set()
            raise _told(error) from error
        except Drained:
            if self._why is None:
                raise
            raise _told(self._why) from None


def _told(error: MissingError) -> CallFailure:
    """Why the endpoint is not asked any more, as the failure of one call."""
    cause = error.__cause__
    known = cause if isinstance(cause, CallFailure) else None
    return CallFailure(
        error.what,
        kind=known.kind if known else "connect",
        retryable=False,
        status=known.status if known else None,
        evidence=known.evidence if known else "",
        where=error.where,
        remedy=(known.remedy if known else "") or error.remedy,
    )
