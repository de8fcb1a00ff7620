"""One more try for a judge whose reply was no verdict: a misquote is mostly a slip, and told of it a judge mends it.

It is told in words of ours alone. A quote or an answer of its first reply could carry hostile text out of its marks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from windrow.errors import AnswerFailure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

Reply = TypeVar("Reply")
Verdict = TypeVar("Verdict")

SLIPS: Mapping[str, str] = {
    "wrong_code": "It did not carry the code of this call.",
    "out_of_range": "Its verdict was none of those on offer.",
    "no_evidence": "It had no quote.",
    "evidence_not_found": "It had a quote that is not there word for word, or not in the piece it was said to be from.",
}
"""What kept a reply from being a verdict, as the judge is told of it, by the slug of the failure."""


async def mended(
    ask: Callable[[Sequence[str]], Awaitable[Reply]], read: Callable[[Reply], Verdict]
) -> tuple[Verdict, int]:
    """What `read` makes of a reply, and how often was asked: once more, with what slipped, where it raises one of
    SLIPS. Raises RowFailure."""
    reply = await ask(())
    try:
        return read(reply), 1
    except AnswerFailure as failure:
        if failure.kind not in SLIPS:
            raise
        slip = SLIPS[failure.kind]
    return read(await ask((slip,))), 2
