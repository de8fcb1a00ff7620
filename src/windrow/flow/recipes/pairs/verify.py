"""What a program can say of a candidate before any judge is asked, and what that makes of it.

Right means that everything known of the prompt was checked and holds; wrong, that something checked does not. What a
program cannot tell is open. A candidate that is right never stands below one that is wrong, whatever a judge thinks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from windrow.text.answers import kind_of, match
from windrow.text.answers_extract import final_answers, numbers_said
from windrow.text.answers_values import quantity
from windrow.text.constraints import NotAConstraint, problem
from windrow.text.control_tokens import control_token
from windrow.text.repetition import longest_line_run, repeated_share
from windrow.text.tokens import normalise, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.flow.recipes.pairs.prompts import Prompt
    from windrow.row import Outcome

Standing = Literal["right", "open", "wrong"]

SAME_LINE, SHORTEST_LINE = 6, 12
GRAM, LOOPING, LONG_ENOUGH = 10, 0.3, 60
SHORTEST_ECHO = 4


class Finding(NamedTuple):
    """What one verifier says of a candidate. `by` is answer, a constraint's id, or defect."""

    by: str
    outcome: Outcome
    reason: str = ""
    detail: str = ""

    def told(self) -> dict[str, Any]:
        """As plain JSON, without what is empty."""
        return {key: value for key, value in self._asdict().items() if value}


def verify(text: str, prompt: Prompt) -> tuple[Finding, ...]:
    """Everything that a program can say of `text` as an answer to `prompt`."""
    found = [_constraint(text, entry) for entry in prompt.constraints]
    if prompt.reference:
        found.append(_answer(text, prompt.reference))
    found += _defects(text, prompt.question)
    return tuple(found)


def standing(findings: tuple[Finding, ...]) -> Standing:
    """Right, open or wrong."""
    outcomes = {finding.outcome for finding in findings}
    if "fail" in outcomes:
        return "wrong"
    return "right" if outcomes == {"pass"} else "open"


def share_passed(findings: tuple[Finding, ...]) -> float | None:
    """The share of what was checked that holds; None where nothing was."""
    checked = [finding.outcome for finding in findings if finding.outcome != "unscored"]
    return checked.count("pass") / len(checked) if checked else None


def _constraint(text: str, entry: Any) -> Finding:  # noqa: ANN401 - a person may have written it
    try:
        found = problem(entry, text)
    except (NotAConstraint, AttributeError, TypeError) as error:
        return Finding("constraint", "unscored", "not_a_constraint", str(error)[:200])
    name = str(entry["id"])
    return Finding(name, "fail", f"unmet_{name}", found[:200]) if found else Finding(name, "pass")


def _answer(text: str, reference: dict[str, Any]) -> Finding:
    found = match(text, reference)
    if found.outcome == "pass":
        return Finding("answer", "pass", detail=found.extracted[:200])
    if found.outcome == "fail" and _may_be_said(text, reference):
        return Finding(
            "answer", "unscored", "answer_not_marked", f"the answer stands in the text: {found.detail}"[:200]
        )
    return Finding("answer", found.outcome, found.reason, found.detail[:200])


def _may_be_said(text: str, reference: dict[str, Any]) -> bool:
    """Whether the right answer stands somewhere in a text that marks none as its final one. Such a text may be right in
    words that no program reads, so it is not called wrong."""
    if final_answers(text, marked=True):
        return False
    answers = [str(one) for one in (reference["answer"], *reference.get("aliases", ()))]
    kind = reference.get("answer_kind") or kind_of(answers[0], reference.get("choices"))
    if kind == "numeric":
        right = {found.value for one in answers if (found := quantity(one))}
        return any(found.value in right for one in numbers_said(text) if (found := quantity(one)))
    if kind == "exact":
        return any(_stands_in(words(one), words(text)) for one in answers)
    return True


def _stands_in(wanted: list[str], said: list[str]) -> bool:
    return any(said[at : at + len(wanted)] == wanted for at in range(len(said) - len(wanted) + 1))


def _defects(text: str, question: str) -> Iterator[Finding]:
    """What is wrong with a text whatever was asked. A refusal is none: it may be the better answer."""
    token = control_token(text)
    if token:
        yield Finding("defect", "fail", "control_tokens", f"a chat template's own mark: {token}")
    said = words(text)
    if not said:
        yield Finding("defect", "fail", "no_words", "nothing but punctuation")
    looping = len(said) >= LONG_ENOUGH and repeated_share(said, GRAM, allowed=2) > LOOPING
    if looping or longest_line_run(text, shortest=SHORTEST_LINE) >= SAME_LINE:
        yield Finding("defect", "fail", "repetition", "it says the same again and again")
    if len(said) >= SHORTEST_ECHO and normalise(text) == normalise(question):
        yield Finding("defect", "fail", "echo", "it says the question again")
    if sum(line.lstrip().startswith("```") for line in text.split("\n")) % 2 or text.rstrip()[-1:] in {",", "(", "，"}:
        yield Finding("defect", "fail", "cut_off", "it ends in the middle")
