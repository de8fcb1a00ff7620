"""The candidates of a prompt: who writes each, how warm and in what manner, and what became of it."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from windrow.flow.recipes.pairs.verify import Finding, Standing, share_passed, standing, verify
from windrow.text.tokens import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from windrow.flow.recipes.pairs.prompts import Prompt

Writer = Literal["student", "teacher", "degraded", "seed"]
COOL, WARM = "answer", "answer_freely"  # the two templates: temperatures 0.7 and 1.0
FLAWS = ("wrong_detail", "ignored_requirement", "incomplete", "padded")


@dataclass(frozen=True, slots=True)
class Assignment:
    """One answer to ask for. `manner` is a system text beside the prompt's own, or ''; no row ever shows it."""

    writer: Writer
    label: str
    manner: str
    number: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer with what a program found of it. `model` is who wrote it by its own name; `on_policy` says that the
    model to be trained did; `note` is a degraded one's flaw."""

    text: str
    writer: Writer
    model: str
    on_policy: bool
    manner: str
    findings: tuple[Finding, ...]
    note: str = ""

    @property
    def standing(self) -> Standing:
        """Right, open or wrong."""
        return standing(self.findings)

    @property
    def passed(self) -> float | None:
        """The share of what was checked that holds; None where nothing was."""
        return share_passed(self.findings)

    def told(self, rating: float | None) -> dict[str, Any]:
        """As plain JSON, for the row's lineage."""
        out: dict[str, Any] = {
            "text": self.text, "by": self.writer, "model": self.model, "on_policy": self.on_policy,
            "standing": self.standing, "checks": [finding.told() for finding in self.findings],
        }  # fmt: skip
        if self.manner:
            out["manner"] = self.manner
        if self.note:
            out["flaw"] = self.note
        if rating is not None:
            out["rating"] = round(rating, 4)
        return out


def on_policy_count(k: int, share: float) -> int:
    """How many of `k` candidates the student writes at least."""
    return math.ceil(k * share - 1e-9)


def assignments(key: str, k: int, share: float, manners: Sequence[str], *, aside: int) -> list[Assignment]:
    """Who writes what: the student its share, the teacher the rest but for `aside` candidates that come otherwise.

    The student's first answer has no manner: it is what the student says unasked. The others take the manners in turn,
    from one that the prompt's key decides, so that no manner goes with a writer.
    """
    students = on_policy_count(k, share)
    first = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=4).digest())
    told = [""] + [manners[(first + turn) % len(manners)] if manners else "" for turn in range(k)]
    return [
        Assignment(
            "student" if number < students else "teacher", WARM if number % 2 else COOL, told[number], number
        )
        for number in range(k - aside)
    ]  # fmt: skip


def known(prompt: Prompt) -> dict[str, Any]:
    """What is known of a right answer, for a teacher that is a program; no template for language models shows it."""
    return {
        "question": prompt.question, "own": prompt.own, "reference": prompt.reference,
        "constraints": list(prompt.constraints),
    }  # fmt: skip


def flaw_of(key: str, prompt: Prompt) -> str:
    """The flaw to put into an answer, by a hash of the prompt's key; nothing is ignored where nothing is required."""
    fitting = [flaw for flaw in FLAWS if prompt.constraints or flaw != "ignored_requirement"]
    return fitting[int.from_bytes(hashlib.blake2b(f"flaw\0{key}".encode(), digest_size=4).digest()) % len(fitting)]


def distinct(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates without those that say what an earlier one says, but for case and spacing."""
    first: dict[str, Candidate] = {}
    for candidate in candidates:
        first.setdefault(normalise(candidate.text), candidate)
    return list(first.values())


def written(
    prompt: Prompt, text: str, writer: Writer, model: str, *, on_policy: bool = False, manner: str = "", note: str = ""
) -> Candidate:
    """A candidate, verified."""
    return Candidate(text, writer, model, on_policy, manner, verify(text, prompt), note)
