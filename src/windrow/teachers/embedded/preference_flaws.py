"""Flaws put into a right answer, each by rules that hold in any language and are checked to have worked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windrow.text.answers import match
from windrow.text.answers_values import quantity
from windrow.text.constraints import NotAConstraint, problem
from windrow.text.tokens import normalise

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Mapping

NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w])")
STEPS = (1, 2, 3, 5, 9, 10)
ALIKE = 1.6  # times as long
CUT = (0.45, 0.8)  # where a cut-off answer ends, as a part of it
FILLER = (
    "As mentioned, this is what follows from what was given.", "It is worth keeping that in mind.",
    "There is of course more that one could say about this.", "To put it differently, it is just as stated above.",
    "This point matters, and it is good to be clear about it.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a right answer: the seed's own (or the bare result), what it is compared by, and what it must
    obey."""

    question: str
    own: str
    reference: Mapping[str, Any]
    constraints: tuple[Mapping[str, Any], ...]

    @classmethod
    def of(cls, variables: Mapping[str, Any]) -> Known:
        """Out of a request's variables."""
        reference = variables["reference"] or {}
        own = str(variables["own"]) or str(reference.get("answer", ""))
        return cls(str(variables["question"]), own, reference, tuple(variables["constraints"]))

    @property
    def result(self) -> str:
        """The answer alone, or ''."""
        return str(self.reference.get("answer", ""))

    @property
    def checkable(self) -> bool:
        """Whether code can tell a right answer from a wrong one."""
        return bool(self.reference or self.constraints)


def is_right(text: str, known: Known) -> bool:
    """Whether everything known of the answer holds of `text`."""
    return not unmet(text, known) and (not known.reference or match(text, known.reference).outcome == "pass")


def unmet(text: str, known: Known) -> bool:
    """Whether `text` ignores something that the instruction asks for."""
    try:
        return any(problem(entry, text) for entry in known.constraints)
    except NotAConstraint:
        return False


def wrong_detail(text: str, known: Known, rng: random.Random) -> str:
    """The text with another result throughout, or '' where it has none to change."""
    result = known.result
    if not result:
        return _other_number(text, rng)
    others = list(_other_results(known, rng))
    for other in others:
        # 12 must not change in 2.12, 112 or 12.5
        found = other.join(re.split(rf"(?<![\w.,]){re.escape(result)}(?![\w]|[.,]\d)", text))
        if found != text and not is_right(found, known) and _still_obeys(found, text, known):
            return found
    return ""


def ignored_requirement(text: str, known: Known, rng: random.Random) -> str:
    """The text against one of its constraints, or '' where there is none to break."""
    if not known.constraints:
        return ""
    tried = [found for found in _against(text, known) if found.strip() and normalise(found) != normalise(text)]
    rng.shuffle(tried)
    tried.sort(
        key=lambda found: not 1 / ALIKE < len(found) / len(text) < ALIKE
    )  # first what its length does not betray
    return next((found for found in tried if unmet(found, known)), "")


def incomplete(text: str, known: Known, rng: random.Random) -> str:
    """The text without its end, cut between two words."""
    words = re.findall(r"\S+\s*", text)
    if len(words) < 4:  # noqa: PLR2004 - what is left should look like an answer
        return ""
    kept = max(2, round(len(words) * rng.uniform(*CUT)))
    found = "".join(words[:kept]).rstrip().rstrip(".!?,;:")
    return "" if known.checkable and is_right(found, known) else found


def padded(text: str, known: Known, rng: random.Random) -> str:  # noqa: ARG001 - padding knows no right or wrong
    """The text with sentences that say nothing."""
    return " ".join([text, *rng.sample(FILLER, 3)])


FLAWS: Mapping[str, Callable[[str, Known, random.Random], str]] = {
    "wrong_detail": wrong_detail,
    "ignored_requirement": ignored_requirement,
    "incomplete": incomplete,
    "padded": padded,
}


def _other_results(known: Known, rng: random.Random) -> Iterator[str]:
    """Results that are wrong and look like the right one."""
    listed = [text for entry in known.constraints if entry["id"] == "one_of" for text in entry["kwargs"]["texts"]]
    choices = known.reference.get("choices")
    if isinstance(choices, list | tuple | dict):
        listed += [str(one) for one in choices]
    others = [one for one in listed if normalise(one) != normalise(known.result)]
    yield from rng.sample(others, len(others))
    found = NUMBER.search(known.result)
    if found is not None and quantity(known.result) is not None:
        for changed in _near(found[0], rng):
            yield known.result[: found.start()] + changed + known.result[found.end() :]


def _near(number: str, rng: random.Random) -> list[str]:
    """Numbers written like `number` that are a little off: a step away, or with two digits changed over."""
    last = re.search(r"\d+\Z", number)
    if last is None:
        return []
    digits, before = last[0], number[: last.start()]
    changed = [int(digits) + sign * step for step in STEPS for sign in (1, -1) if int(digits) + sign * step >= 0]
    rng.shuffle(changed)
    return [f"{before}{one:0{len(digits)}d}" if before else str(one) for one in changed]


def _other_number(text: str, rng: random.Random) -> str:
    """The text with one of its figures changed; '' where it has none."""
    found = list(NUMBER.finditer(text))
    if not found:
        return ""
    one = rng.choice(found)
    changed = _near(one[0], rng)
    return text[: one.start()] + changed[0] + text[one.end() :] if changed else ""


def _still_obeys(found: str, text: str, known: Known) -> bool:
    """A wrong result in a text that obeys should still obey, so that it is wrong in one way only; but it must be one of
    the labels that were named, which nothing else can be."""
    return unmet(text, known) or not unmet(found, known)


def _against(text: str, known: Known) -> Iterator[str]:
    """Ways to write the same that some requirement or other will not like."""
    sentence = known.own if len(known.own) < 2 * len(text) else text
    first, _, rest = text.partition(" ")
    lines = text.splitlines()
    yield f"{text} {sentence}"
    yield f"{text}\n\n{sentence}"
    yield f"{first}, {rest}" if rest else f"{text},"
    yield text[:1].upper() + text[1:]
    yield text.upper()
    yield text.lower()
    yield f"{text} 1"
    yield f'"{text}"'
    yield f"- {text}"
    yield rest
    yield "\n".join(lines[:-1])
    yield " ".join(text.split()[:-1])
    for entry in known.constraints:
        for wanted in (entry["kwargs"].get("text"), *entry["kwargs"].get("texts", ())):
            if isinstance(wanted, str):
                yield f"{text} {wanted}"
                yield text.replace(wanted, "").strip()
