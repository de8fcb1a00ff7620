"""Judges with a known bias, as scripts for a server or a ScriptedTeacher: what comes of them shows what a filter does.

    with FaultyServer(always_first) as judge: ...          # always says A
    ScriptedTeacher({"compare": longer_wins})              # likes the longer one

They read the two answers between the marks `<answer_A …>` and `<answer_B …>`, or the one in `<answer …>`, as the
templates of `preference` show them: with the code that all true marks of a request carry.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable

    from windrow.teachers.base import Request

Asked: TypeAlias = "dict[str, Any] | Request"

ASPECT = re.compile(r"^- ([^:\n]+): the answer", re.MULTILINE)
CODE = re.compile(r"<\w+ (\w+)>\n")
LONG = 200  # characters that a rating by length wants for each further point


def judge_by(score: Callable[[str], float], rating: Callable[[str], int] | None = None) -> Callable[..., str]:
    """A judge that prefers the answer with the higher `score`, says tie where both are equal, and rates by `rating`
    (left out: 5 for a score above 0, else 1). With a score that tells right from wrong, a judge without bias."""

    def judge(asked: Asked, number: int = 0) -> str:
        del number
        system, user = _texts(asked)
        pair = _between(user, "answer_A"), _between(user, "answer_B")
        if pair[0] is not None and pair[1] is not None:
            a, b = score(pair[0]), score(pair[1])
            return _compared(user, "tie" if a == b else "A" if a > b else "B")
        text = _between(user, "answer") or ""
        return _rated(system, user, lambda _: rating(text) if rating else 5 if score(text) > 0 else 1)

    return judge


def always_first(asked: Asked, number: int = 0) -> str:
    """Prefers whatever stands first; rates everything 3."""
    del number
    system, user = _texts(asked)
    return _compared(user, "A") if _between(user, "answer_A") is not None else _rated(system, user, lambda _: 3)


def coin(asked: Asked, number: int = 0) -> str:
    """Throws dice, which fall the same way for the same request."""
    del number
    system, user = _texts(asked)
    if _between(user, "answer_A") is not None:
        return _compared(user, "AB"[_dice(user, "") % 2])
    return _rated(system, user, lambda aspect: 1 + _dice(user, aspect) % 5)


def yes_man(asked: Asked, number: int = 0) -> str:
    """Finds everything excellent, and no difference between any two."""
    del number
    system, user = _texts(asked)
    return _compared(user, "tie") if _between(user, "answer_A") is not None else _rated(system, user, lambda _: 5)


longer_wins = judge_by(len, lambda text: min(5, 1 + len(text) // LONG))
"""Prefers the longer answer; rates by length."""


def _texts(asked: Asked) -> tuple[str, str]:
    """The system text and the last user turn of a request, of the wire or of ours."""
    if isinstance(asked, dict):
        turns = [(turn["role"], turn["content"]) for turn in asked["messages"]]
    else:
        turns = [(turn.role, turn.content) for turn in asked.messages]
    system = "\n".join(text for role, text in turns if role == "system")
    return system, next((text for role, text in reversed(turns) if role == "user"), "")


def _between(text: str, tag: str) -> str | None:
    """What stands between the marks; of a template without a code, between the first that look like them."""
    code = _code(text)
    mark = f"{tag} {code}" if code else tag
    found = re.search(rf"<{mark}>\n(.*?)\n</{mark}>", text, re.DOTALL)
    return found[1] if found else None


def _code(text: str) -> str:
    code = CODE.match(text)
    return code[1] if code else ""


def _compared(user: str, better: str) -> str:
    said = {"code": _code(user), "evidence": "as seen in the answers", "better": better}
    return orjson.dumps(said).decode()


def _rated(system: str, user: str, rating: Callable[[str], int]) -> str:
    rated = [{"aspect": name, "evidence": "as seen", "rating": rating(name)} for name in ASPECT.findall(system)]
    return orjson.dumps({"code": _code(user), "ratings": rated}).decode()


def _dice(text: str, aspect: str) -> int:
    return int.from_bytes(hashlib.blake2b(f"{aspect}\0{text}".encode(), digest_size=4).digest())
