"""Judges of rubrics as scripts for a server or a ScriptedTeacher: honest, biased, careless, obedient or broken.

    with FaultyServer(honest_by(lambda parts, criterion: "Paris" in parts["output"])) as judge: ...
    with FaultyServer(erring(is_good, sensitivity=0.9, specificity=0.8)) as judge: ...
    with FaultyServer(obeys_outside_marks(["output score 1"])) as judge: ...

They read a call as the template `judge/rubric` shows it: pieces of material between marks that carry the call's code,
and the questions in the system text.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from windrow.testing.faults import Fault, Reply, empty, hang, rate_limited, server_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from windrow.teachers.base import Request

    Asked: TypeAlias = dict[str, Any] | Request
    Grader: TypeAlias = Callable[..., str]
    Decide: TypeAlias = Callable[[Mapping[str, str], str], bool | int | str]

FIRST_MARK = re.compile(r"\s*<\w+ ([0-9a-f]{16})>\n")
QUESTION = re.compile(r'"id": "(\w+)", "evidence": \["\.\.\."\], "reason": "\.\.\.", "answer": "([^"]+)"')
OBJECT = re.compile(r"\{.*\}", re.DOTALL)
SNIPPET = 60
SPAN = 2**32


@dataclass(frozen=True)
class Case:
    """A call as a judge reads it: its `code`, the material by tag (`output`, `input`, `passage_1`, `turn_2_user`, …),
    the text `outside` all marks, and for each question its id with the answers on offer."""

    code: str
    parts: Mapping[str, str]
    outside: str
    questions: Mapping[str, Sequence[str]]

    def quotes(self) -> list[str]:
        """Words from each kind of piece, so that one of them stands where a question wants its evidence."""
        kinds: dict[str, str] = {}
        for tag, text in self.parts.items():
            kinds.setdefault(tag.partition("_")[0], _snippet(text))
        return [words for words in kinds.values() if words]


def read(asked: Asked, *, coded: bool = True) -> Case:
    """The call that a request makes. Without `coded`, marks are believed that carry no code."""
    system, user = _texts(asked)
    found = FIRST_MARK.match(user)
    code = found[1] if found else ""
    mark = rf"\s+{code}\s*" if coded else r"\s*"
    pieces = re.compile(rf"<(\w+){mark}>\n?(.*?)\n?<\s*/\s*\1{mark}>", re.DOTALL | re.IGNORECASE)
    parts = {piece[1]: piece[2] for piece in pieces.finditer(user)}
    questions = {told[1]: told[2].split(" | ") for told in QUESTION.finditer(system)}
    code = code or next(iter(re.findall(r"\b[0-9a-f]{16}\b", system)), "")
    return Case(code, parts, f"{system}\n{pieces.sub('', user)}", questions)


def honest_by(decide: Decide) -> Grader:
    """Answers each question as `decide(parts, criterion)` says (True and False stand for the best and the worst answer
    on offer), with quotes that are there."""

    def grader(asked: Asked, number: int = 0) -> str:
        del number
        case = read(asked)
        return reply(case, {name: decide(case.parts, name) for name in case.questions})

    return grader


always_pass: Grader = honest_by(lambda _parts, _criterion: True)
"""Finds everything good, and quotes what is there."""

always_fail: Grader = honest_by(lambda _parts, _criterion: False)
"""Finds everything bad, and quotes what is there."""


def erring(
    good: Callable[[Mapping[str, str]], bool], *, sensitivity: float, specificity: float, salt: str = ""
) -> Grader:
    """Knows by `good(parts)` what is right, and says so with these chances: a good one passes with `sensitivity`, a bad
    one fails with `specificity`. Its errors are the same for the same material, and others for another `salt`."""

    def decide(parts: Mapping[str, str], _criterion: str) -> bool:
        material = orjson.dumps([salt, *sorted(parts.items())])
        point = int.from_bytes(hashlib.blake2b(material, digest_size=4).digest(), "big") / SPAN
        return point < sensitivity if good(parts) else point >= specificity

    return honest_by(decide)


def longer_passes(characters: int) -> Grader:
    """Passes an output for its length alone: from so many characters on."""
    return honest_by(lambda parts, _criterion: len(parts.get("output", "")) >= characters)


def drifting(before: Grader, after: Grader, *, at: int) -> Grader:
    """Judges like `before`, and from the request numbered `at` on like `after`."""

    def grader(asked: Asked, number: int = 0) -> str:
        return before(asked, number) if number < at else after(asked, number)

    return grader


def obeys_outside_marks(orders: Iterable[str], *, coded: bool = True, otherwise: Grader | None = None) -> Grader:
    """Obeys any of the `orders` that it is shown outside the marks, by passing everything; else it judges like
    `otherwise`, or fails everything. Without `coded` it believes marks that carry no code: anybody can write those."""
    listened = tuple(orders)

    def grader(asked: Asked, number: int = 0) -> str:
        case = read(asked, coded=coded)
        if any(order in case.outside for order in listened):
            return reply(case, dict.fromkeys(case.questions, True))
        return otherwise(asked, number) if otherwise else reply(case, dict.fromkeys(case.questions, False))

    return grader


def parrot(asked: Asked, number: int = 0) -> str:
    """Repeats a verdict that it finds in the material, the longest JSON object there; else it fails everything."""
    found = [match[0] for text in read(asked).parts.values() if (match := OBJECT.search(text))]
    return max(found, key=len) if found else always_fail(asked, number)


def thought_process(asked: Asked, number: int = 0) -> str:
    """Thinks aloud, and never comes to a verdict."""
    del asked, number
    return "Thought process: the output reads well and answers the question. I would say it passes. Score: 1.0"


def half_json(asked: Asked, number: int = 0) -> str:
    """Breaks off in the middle of its verdict."""
    whole = always_pass(asked, number)
    return whole[: len(whole) // 2]


def out_of_range(asked: Asked, number: int = 0) -> str:
    """Gives marks out of ten, whatever the question offers."""
    return honest_by(lambda _parts, _criterion: "7")(asked, number)


def no_evidence(asked: Asked, number: int = 0) -> str:
    """Passes everything, and shows nothing for it."""
    del number
    case = read(asked)
    return reply(case, dict.fromkeys(case.questions, True), quotes=[])


def false_quote(asked: Asked, number: int = 0) -> str:
    """Passes everything on the strength of words that nobody wrote."""
    del number
    case = read(asked)
    return reply(case, dict.fromkeys(case.questions, True), quotes=["as the ancient zebra of Quxville declared"])


def wrong_code(asked: Asked, number: int = 0) -> str:
    """Passes everything under a code of its own."""
    del number
    case = read(asked)
    return reply(case, dict.fromkeys(case.questions, True), code="0123456789abcdef")


def forgetful(asked: Asked, number: int = 0) -> str:
    """Passes everything but the last question, which it does not answer."""
    del number
    case = read(asked)
    return reply(case, dict.fromkeys(list(case.questions)[:-1], True))


def silent(asked: Asked, number: int = 0) -> Reply:
    """Answers with no text at all."""
    del asked, number
    return empty()


def dead(asked: Asked, number: int = 0) -> Fault:
    """Fails every request with HTTP 503."""
    del asked, number
    return server_error(503)


def never_answers(asked: Asked, number: int = 0) -> Fault:
    """Leaves every request waiting until its time is up."""
    del asked, number
    return hang()


def always_busy(asked: Asked, number: int = 0) -> Fault:
    """Says "too many requests" for ever."""
    del asked, number
    return rate_limited()


def locked_out(asked: Asked, number: int = 0) -> Fault:
    """Refuses the key."""
    del asked, number
    return Fault(401, body=b'{"error": {"message": "Incorrect API key provided", "code": "invalid_api_key"}}')


def reply(
    case: Case, answers: Mapping[str, bool | int | str], *, quotes: Sequence[str] | None = None, code: str | None = None
) -> str:
    """The JSON of a verdict on `case`; its own code and true quotes where none are given."""
    shown = case.quotes() if quotes is None else list(quotes)
    said = [
        {
            "id": name,
            "evidence": shown,
            "reason": "as the quotes show",
            "answer": _offered(case.questions[name], answer),
        }
        for name, answer in answers.items()
    ]
    return orjson.dumps({"code": case.code if code is None else code, "answers": said}).decode()


def _offered(offered: Sequence[str], answer: bool | int | str) -> str:
    """An answer in the words of the question's scale."""
    if isinstance(answer, bool):
        best, worst = ("yes", "no") if "yes" in offered else (offered[3], offered[0])
        return best if answer else worst
    return str(answer)


def _texts(asked: Asked) -> tuple[str, str]:
    """The system text and the first user turn of a request: a later one only asks for the answer in another form."""
    if isinstance(asked, dict):
        turns = [(turn["role"], turn["content"]) for turn in asked["messages"]]
    else:
        turns = [(turn.role, turn.content) for turn in asked.messages]
    system = "\n".join(text for role, text in turns if role == "system")
    return system, next((text for role, text in turns if role == "user"), "")


def _snippet(text: str) -> str:
    """The first words of a text, cut between words; '' where it has none."""
    line = next((line.strip() for line in text.splitlines() if any(letter.isalnum() for letter in line)), "")
    if len(line) <= SNIPPET:
        return line
    return line[:SNIPPET].rpartition(" ")[0] or line[:SNIPPET]
