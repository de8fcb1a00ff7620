"""Marks of chat templates that a tokenizer or a parser would take for its own, whatever the language around them."""

from __future__ import annotations

import re

TRIGGERS = ("<|", "<｜", "think>", "tool_call>", "tool_response>", "inst]", "<<sys>>", "_turn>", "</s>", "os>")
PATTERN = re.compile(
    r"<\|[a-z][a-z0-9_-]{1,40}\|>"
    r"|<｜[^<>\n]{1,40}｜>"
    r"|</?(?:think|tool_call|tool_response|start_of_turn|end_of_turn|bos|eos)>"
    r"|\[/?INST\]"
    r"|<</?SYS>>"
    r"|</s>\s*\Z",
    re.IGNORECASE,
)


def control_token(text: str) -> str:
    """The first such mark in `text`, or ''."""
    lower = text.lower()
    if not any(trigger in lower for trigger in TRIGGERS):
        return ""
    found = PATTERN.search(text)
    return found[0] if found else ""
