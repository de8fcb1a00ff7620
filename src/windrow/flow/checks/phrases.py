"""What betrays the machinery behind a row: the phrases that `hygiene` looks for, as data.

Each rule is tried only where one of its `signs`, or the first person, and then one of its `triggers` occurs (lower
case, found by plain substring search), so that a clean row costs next to nothing. The lists of words are English; a
rule that holds in any language says so. A rule asks for the first person or for a whole template heading, because a
text may well be *about* OpenAI or prompts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from windrow.text import control_tokens

MAKERS = r"(?:OpenAI|Anthropic|Google|DeepMind|Meta|Mistral|Alibaba|DeepSeek|Microsoft|xAI|Zhipu|Moonshot)"
ONLY_MODELS = r"(?:ChatGPT|GPT-?\d[\w.]*|Qwen\d*|DeepSeek(?:-\w+)?|ChatGLM)"
ALSO_NAMES = (
    r"(?:Claude|Gemini|Bard|Llama[\s-]?\d*|Mixtral|Mistral|Grok|Kimi|Copilot)"  # people and things are called so
)
I_AM = r"\b(?:I am|I['’]m|my name is)(?: called| named)?"
MACHINE = r"(?:AI|model|assistant|chatbot|system)"
CANNOT = (
    r"(?: can(?:['’]t|not| not)| am (?:unable|not able) to|['’]m (?:unable|not able) to| won['’]t| will not"
    r"| must decline to)(?: (?:legally|ethically|in good conscience))?"
)
REFUSED = (
    r"(?:(?:help|assist)(?: you)? (?:with|in) (?:that|this|your|such|any|creating|making|planning|doing)"
    r"|(?:fulfil|fulfill|comply with|satisfy|complete|process|answer|support) (?:that|this|your|such) request"
    r"|(?:provide|create|generate|write|produce|share|offer|give)(?: you)?(?: with)? (?:that|this|such|any)"
    r" (?:kind of |type of )?(?:content|information|advice|instructions?|material|assistance|guidance|details)"
    r"|(?:engage|participate) in (?:that|this|such)|do that(?: for you)?[.!]|continue with (?:that|this))"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason to refuse a text. A rule without `signs` is for texts in the first person; `asked` says whether the
    user's turns are searched too (such a rule has signs)."""

    reason: str
    detail: str
    signs: tuple[str, ...]
    triggers: tuple[str, ...]
    pattern: re.Pattern[str]
    asked: bool = False


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE | re.MULTILINE)


RULES = (
    Rule(
        "control_tokens",  # any language
        "a chat template's own mark stands in the text and would be read as one",
        ("<", "["),
        control_tokens.TRIGGERS,
        control_tokens.PATTERN,
        asked=True,
    ),
    Rule(
        "leaked_prompt",
        "words of the prompt template stand in the text",
        (":", "#", "rewritten", "evolved"),
        ("prompt", "instruction:", "response:", "input:", "output:", "assistant:", "series of tasks"),
        _any(
            r"#\s?(?:the )?(?:given|rewritten|created|evolved|new) (?:prompt|instruction)\s?#",
            r"^\W{0,4}(?:rewritten|evolved|given) prompt\W{0,4}:",
            r"^#{2,4} (?:instruction|response|input|output):",
            r"\A\W{0,4}(?:instruction|response|assistant)\W{0,4}:\s",
            r"come up with a series of tasks:",
            r"\b(?:here is|here's) (?:the|your) (?:rewritten|evolved) (?:prompt|instruction)\b",
        ),
        asked=True,
    ),
    Rule(
        "assistant_talk",
        "the teacher speaks of itself as a language model",
        (),  # the first person
        ("as an ai", "language model", "as a virtual assistant"),
        _any(
            r"\bas an? (?:AI|artificial intelligence|(?:large )?language model|virtual assistant)"
            r"(?:[ -](?:powered|based|language|model|assistant|chatbot|system)){0,3}"
            r"(?: (?:developed|trained|created|made) by \w+)?,? I\b",
            r"\bI(?: am|['’]m) (?:just |only |merely )?an? (?:AI|artificial intelligence|large)? ?language model\b",
        ),
    ),
    Rule(
        "teacher_identity",
        "the teacher names itself or its maker",
        (),  # the first person
        ("openai", "anthropic", "google", "deepmind", "meta", "mistral", "alibaba", "deepseek", "microsoft", "xai",
         "gpt", "claude", "gemini", "bard", "qwen", "llama", "mixtral", "grok", "kimi", "chatglm", "copilot", "zhipu",
         "moonshot", "cutoff", "cut-off", "last update", "knowledge update", "my training"),
        _any(
            rf"{I_AM} {ONLY_MODELS}(?=[,.!\n]|\Z| (?:an?|the|and|by|from|developed)\b)",
            rf"{I_AM} {ALSO_NAMES}\b[^.!?\n]{{0,30}}\b(?:{MACHINE}|by {MAKERS})\b",
            r"\bI(?: am|['’]m| was|['’]ve been| have been)"
            rf"(?: (?:an?|the) [^.!?\n]{{0,40}}\b{MACHINE}\b[^.!?\n]{{0,20}})?"
            rf" (?:developed|created|trained|made|built) by {MAKERS}\b",
            r"\bas (?:ChatGPT|Claude|Gemini|GPT-?\d[\w.]*|Qwen\d*|DeepSeek)\b[^.!?\n]{0,30}, I\b",
            r"\bmy (?:knowledge|training)(?: data)? cut-?off\b",
            r"\bmy training (?:data )?(?:only )?(?:goes|extends|ends) (?:up )?(?:to|until|in)\b",
            r"\bas of my (?:last|latest|most recent|knowledge|training)[ -](?:knowledge |training )?"
            r"(?:update|cut-?off|data)\b",
        ),
    ),
)  # fmt: skip

# English. Only the start of a short answer counts: a long one that opens with an apology goes on to help.
REFUSAL = re.compile(
    r"\A\W{0,3}(?:(?:I['’]m |I am )?(?:really |very |so )?sorry,? ?(?:but |, )?|I apologi[sz]e,? (?:but )?"
    rf"|unfortunately,? |as an AI[^.!?\n]{{0,40}},? ){{0,3}}I{CANNOT} {REFUSED}",
    re.IGNORECASE,
)
REFUSAL_TRIGGERS = (
    "can't",
    "can’t",
    "cannot",
    "can not",
    "unable",
    "not able",
    "won't",
    "won’t",
    "will not",
    "decline",
)

# Any language: what a wrong decoding leaves behind, and characters that no writer types.
BROKEN_TEXT = re.compile(
    "\ufffd|[\u00c2\u00c3][\u0080-\u00bf]|\u00e2\u20ac[\u0080-\u00ff\u0153\u017e\u02dc\u2122\u201c\u201d\u2018\u2019\u2013\u2014]"
    "|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]"
)
