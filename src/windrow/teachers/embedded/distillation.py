"""The embedded answers for `distillation`: problems of our own families, worked out step by step, by one of their ways.

It is told which problem it is (family, level, number) and makes it again; a question that it did not pose itself it
does not solve. Traces, programs and answers are exact: what is taught is checked by code afterwards, as any model's is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from windrow.errors import AnswerFailure
from windrow.shapes import Answer
from windrow.text.answers_extract import numbers_said
from windrow.text.problems.problem import FAMILIES, make

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from windrow.text.problems.problem import Problem

VERSION = 1
MODEL = "procedural"


def trace(variables: Mapping[str, Any], rng: random.Random) -> Answer:
    """The problem worked out; the ways are taken in turn, in an order of the problem's own."""
    problem = _known(variables)
    first = rng.randrange(len(problem.ways)) if variables.get("nth") is None else int(variables["nth"])
    way = problem.ways[first % len(problem.ways)]
    return Answer(problem.final(way), MODEL, reasoning=way.thinking)


def shortcut(variables: Mapping[str, Any], rng: random.Random) -> Answer:
    """A guess without any reasoning: one of the choices, or one of the numbers that the question names."""
    question = str(variables["question"])
    if variables.get("form") == "multiple_choice":
        guesses = re.findall(r"^([A-Z])\)", question, re.MULTILINE)
    else:
        guesses = numbers_said(question) if variables.get("form") == "numeric" else []
    if not guesses:
        raise AnswerFailure("the embedded student guesses numbers and choices only", kind="unsupported")
    return Answer(f"Answer: {rng.choice(guesses)}", MODEL)


def _known(variables: Mapping[str, Any]) -> Problem:
    told = variables.get("problem")
    try:
        if isinstance(told, dict) and told["family"] in FAMILIES:
            problem = make(told["family"], int(told["level"]), int(told["number"]))
            if problem.question == variables["question"]:
                return problem
    except (KeyError, TypeError, ValueError):
        pass
    raise AnswerFailure(
        "the embedded teacher works out problems of its own families only (seeds: {use: problems}); name a model",
        kind="unsupported", evidence=str(variables.get("question", ""))[:500],
    )  # fmt: skip
