"""What OpenAI's fine-tuning service sets as limits, and how long a row may be where no tokenizer is at hand."""

from __future__ import annotations

import re
from typing import Any

import orjson

TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
FEWEST_ROWS = 10
LARGEST_FILE = 512 * 1000 * 1000
MOST_TOOLS = 128
CONTEXT = 65_536  # tokens of an example that most models train on; /v1/fine_tuning/model_limits says it for each
BYTES_A_TOKEN = 3  # of UTF-8: fewer than in English prose, about what code and Chinese have


def estimated_tokens(value: Any) -> int:  # noqa: ANN401 - JSON
    """About how many tokens the texts in `value` have, rather too many than too few."""
    return -(-_size(value) // BYTES_A_TOKEN)


def _size(value: Any) -> int:  # noqa: ANN401 - JSON
    """Bytes of text: what is said as it is, calls and other objects as JSON."""
    if isinstance(value, str):
        return len(value) if value.isascii() else len(value.encode("utf-8", "replace"))
    if isinstance(value, list):
        return sum(map(_size, value))
    if not isinstance(value, dict):
        return 0
    said = {key: part for key, part in value.items() if key in SAID}
    calls = value.get("tool_calls")
    return sum(map(_size, said.values())) + (len(orjson.dumps(calls)) if calls else 0)


SAID = ("content", "reasoning_content", "reasoning", "thinking")
