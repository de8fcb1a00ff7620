r"""Where a text says what its final answer is: `\boxed{}`, `#### n`, `<answer>`, "Answer:" in many languages.

Only a marked answer is surely meant as one. Where a text marks several, all of them count: who writes three answers has
not given one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from windrow.text.answers_values import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_ANSWER = 2_000  # characters of one marked answer
SHORT = 120  # a whole text of so many characters, in one line, may be nothing but its answer

# "Answer" as a label at the start of a line; one line for a language.
_LABELS = (
    r"(?:the\s+)?(?:final\s+|correct\s+)?answer(?:\s+is)?|(?:final\s+)?result",
    r"(?:die\s+)?(?:endgültige\s+)?antwort(?:\s+(?:ist|lautet))?",
    r"(?:la\s+)?réponse(?:\s+(?:finale|est))?",
    r"(?:la\s+)?respuesta(?:\s+(?:final|es))?",
    r"(?:la\s+)?risposta(?:\s+(?:finale|è))?",
    r"(?:a\s+)?resposta(?:\s+(?:final|é))?",
    r"(?:het\s+)?antwoord(?:\s+is)?",
    r"odpowiedź|cevap|đáp\s+(?:số|án)",
    r"(?:окончательный\s+)?ответ",
    r"(?:最终|最後の)?答案(?:是|为)?|答|回答|答え(?:は)?",
    r"정답|답",
    r"उत्तर|الإجابة|الجواب|תשובה",
)
_LABELLED = re.compile(
    rf"^[\s>#*_\-]*(?:{'|'.join(_LABELS)})[\s*_]*[:：]\s*(?P<said>.*)$", re.IGNORECASE | re.MULTILINE
)
_HEADED = re.compile(rf"^#{{1,6}}[ ]*(?:{'|'.join(_LABELS)})[ ]*$(?P<said>)", re.IGNORECASE | re.MULTILINE)
_SAID = re.compile(
    r"\b(?:the\s+)?(?:final\s+|correct\s+)?answer\s+(?:is|=)\s*:?\s*(?P<said>[^\n]+?)(?=\.(?:\s|$)|\n|$)", re.IGNORECASE
)
# "Wait, actually the answer is 6": who corrects an answer after marking one has given two.
_TAKEN_BACK = re.compile(
    r"\b(?:wait|actually|sorry|correction)\b[^\n.]{0,40}\banswer(?:\s+(?:is|=|should\s+be))?\s*:?\s*"
    r"(?P<said>[^\n]+?)(?=\.(?:\s|$)|\n|$)",
    re.IGNORECASE,
)
_HASHES = re.compile(r"^[ \t]*####[ \t]*(?P<said>[^\n#]*)$", re.MULTILINE)
_TAGGED = re.compile(r"<answer>(?P<said>.*?)</answer>", re.IGNORECASE | re.DOTALL)
_BOX = re.compile(r"\\f?boxed\s*\{")
_HUGGED = re.compile(r"\A(?:\*\*|__|`)(.*?)(?:\*\*|__|`)\Z", re.DOTALL)


def final_answers(text: str, *, marked: bool = False) -> list[str]:
    """Every answer that `text` marks as final, in order, each once; without a mark, what stands where an answer would.

    `marked` takes marked answers only. Otherwise a short text is its own answer, and a longer one's is the last line.
    """
    found = [_bare(said) for said in _marked(text)]
    if any(found):
        last = max(text.rfind(said) for said in found if said)
        found += [_bare(one["said"]) for one in _TAKEN_BACK.finditer(text, last)]
    if not any(found) and (spoken := [_bare(one["said"]) for one in _SAID.finditer(text)]):
        found = spoken[-1:]
    if not any(found) and not marked:
        found = [_bare(line) for line in text.strip().splitlines()[-1:] if len(line) <= SHORT]
    return list(dict.fromkeys(one for one in found if one and len(one) <= MOST_ANSWER))


def _marked(text: str) -> Iterator[str]:
    boxes = list(_boxes(text))
    yield from boxes
    for pattern in (_HASHES, _TAGGED, _LABELLED, _HEADED):
        for found in pattern.finditer(text):
            said = found["said"] if found["said"].strip() else _next_line(text, found.end())
            if "\\boxed" not in said:  # read already
                yield said


def _next_line(text: str, start: int) -> str:
    """What stands under a label that has nothing beside it."""
    return next((line for line in text[start:].splitlines() if line.strip()), "")


def _boxes(text: str) -> Iterator[str]:
    """What stands in each `\\boxed{…}`, braces inside it counted."""
    for found in _BOX.finditer(text):
        depth = 1
        for at in range(found.end(), min(len(text), found.end() + MOST_ANSWER)):
            escaped = text[at - 1] == "\\"
            depth += 0 if escaped else (text[at] == "{") - (text[at] == "}")
            if not depth:
                yield text[found.end() : at]
                break


def _bare(said: str) -> str:
    said = said.strip()
    if (within := _SAID.match(said)) is not None:  # "Final Answer: The final answer is $72$. I hope it is correct."
        said = within["said"].strip()
    while (hugged := _HUGGED.match(said)) is not None and hugged[1].strip():
        said = hugged[1].strip()
    return said.strip("*_ \t\n")


def numbers_said(line: str) -> list[str]:
    """The runs of `line` that read as one number each, signs and currency with them."""
    pattern = r"[-−+]?\s?[$€£¥₹]?\s?\d[\d,.'/_]*(?:\s?[%٪])?"
    return [one.strip().rstrip(".,'/_") for one in re.findall(pattern, line) if quantity(one) is not None]
