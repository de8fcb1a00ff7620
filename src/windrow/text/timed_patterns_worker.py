"""Searches texts with patterns that arrive as JSON lines on standard input. Run by path, never imported.

It may be killed at any moment, so it holds nothing and writes nothing but its answers.
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
from itertools import islice

MEMORY = 1024**3


def main() -> None:
    """Answer line by line until the input ends."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on Windows
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for line in sys.stdin.buffer:
        job = json.loads(line)
        _say("begun")
        _say(_found(*job))


def _found(pattern: str, text: str, how: str, ignore_case: bool, most: int) -> object:
    try:
        compiled = re.compile(pattern, re.IGNORECASE if ignore_case else 0)
        if how == "fullmatch":
            whole = compiled.fullmatch(text)
            return [whole.span()] if whole else []
        return [found.span() for found in islice(compiled.finditer(text), most)]
    except (re.error, OverflowError, RecursionError, MemoryError) as error:
        return f"{type(error).__name__}: {error}" if not isinstance(error, re.error) else str(error)


def _say(answer: object) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
