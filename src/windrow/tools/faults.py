"""What goes wrong with tools on purpose: errors that services really answer with, as results that a row can replay."""

from __future__ import annotations

import json

from windrow.tools.backend import Result, failed

FAULTS: dict[str, Result] = {
    "timeout": failed("timeout", "The service did not answer in time."),
    "rate_limited": failed("rate_limited", "Too many requests. Try again in a moment.", status=429),
    "unavailable": failed("unavailable", "The service is not available right now.", status=503),
    "empty": failed("empty_response", "The service answered with nothing."),
}
"""What a call is answered with, by the name of the fault."""


def reports_failure(text: str) -> bool:
    """Whether a tool's message says that the call failed, whatever backend it is of."""
    if text.strip() in {"", "{}", "null"}:
        return True
    try:
        told = json.loads(text)
    except ValueError:
        return False
    return isinstance(told, dict) and "error" in told and bool(told["error"])
