"""A plug-in's own exception, where it can be no single row's, ends the run under the plug-in's name."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

from windrow.errors import RunError, WindrowError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def named(who: str) -> Iterator[None]:
    """Within the block, what a plug-in raises becomes a RunError that names it."""
    try:
        yield
    except (WindrowError, asyncio.CancelledError):
        raise
    except Exception as error:
        raise RunError(
            f"crashed with {type(error).__name__}: {error}",
            where=who,
            remedy="mend it and run the same command again: every answer is kept (WINDROW_DEBUG=1 shows the traceback)",
        ) from error
