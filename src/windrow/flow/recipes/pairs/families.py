"""Which models are relatives: a judge favours what its own family writes (Li et al. 2025, arXiv 2502.01534)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# What stands in a model's name, and the family it tells. The first that is found counts.
KNOWN = (
    ("deepseek", "deepseek"), ("claude", "claude"), ("gemini", "gemini"), ("gemma", "gemini"), ("chatgpt", "gpt"),
    ("gpt", "gpt"), ("qwen", "qwen"), ("qwq", "qwen"), ("mixtral", "mistral"), ("ministral", "mistral"),
    ("mistral", "mistral"), ("llama", "llama"), ("tulu", "llama"), ("grok", "grok"), ("command", "command"),
    ("phi", "phi"), ("glm", "glm"), ("kimi", "kimi"), ("olmo", "olmo"), ("nova", "nova"), ("yi-", "yi"),
)  # fmt: skip
REASONERS = re.compile(r"\bo[1-9](?:\b|-)")
FIRST_WORD = re.compile(r"[^\W\d_]+")


def family(model: str) -> str:
    """The family of a model by its name or address ("openai/gpt-5" is "gpt"); an unknown one is its name's first
    word."""
    name = model.lower().rpartition("/")[2] or model.lower()
    for sign, known in KNOWN:
        if sign in name:
            return known
    if REASONERS.search(name):
        return "gpt"
    word = FIRST_WORD.search(name)
    return word[0] if word else name


def related(judges: Iterable[str], writers: Iterable[str]) -> list[str]:
    """The families that stand on both sides, in order."""
    return sorted({family(model) for model in judges} & {family(model) for model in writers})
