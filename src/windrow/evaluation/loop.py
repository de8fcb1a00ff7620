"""One event loop in a thread of its own, for callers that are not asynchronous, a notebook's cell among them.

It starts with the first evaluation that asks anybody, and ends with the process.
"""

from __future__ import annotations

import asyncio
import os
import threading
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from windrow.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from concurrent.futures import Future

T = TypeVar("T")


class _Loop:
    """The loop and its thread, of one process: a forked child starts its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._process = 0

    def get(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if threading.current_thread() is self._thread:
                raise ConfigError(
                    "evaluate() was called from within an evaluation", remedy="await aevaluate() there instead"
                )
            if self._loop is None or self._process != os.getpid() or self._loop.is_closed():
                self._loop = _new_loop()
                self._process = os.getpid()
                self._thread = threading.Thread(target=self._run, args=(self._loop,), name="windrow-asks", daemon=True)
                self._thread.start()
            return self._loop

    @staticmethod
    def _run(loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        loop.run_forever()


_LOOP = _Loop()


def submit(work: Coroutine[Any, Any, T]) -> Future[T]:
    """Start `work` on the loop."""
    try:
        loop = _LOOP.get()
    except ConfigError:
        work.close()
        raise
    return asyncio.run_coroutine_threadsafe(work, loop)


def wait_for(work: Coroutine[Any, Any, T]) -> T:
    """What `work` comes to. An interrupt here cancels it there."""
    future = submit(work)
    try:
        return future.result()
    except BaseException:
        future.cancel()
        raise


def _new_loop() -> asyncio.AbstractEventLoop:
    """The fastest loop there is."""
    try:
        loop: asyncio.AbstractEventLoop = import_module("uvloop").new_event_loop()
    except ImportError:  # windrow[fast]
        loop = asyncio.new_event_loop()
    return loop
