"""Criteria in the caller's own words, judged: `evaluate(prompt="Is this clear? {{output}}", engine="llm")`.

The words are the caller's and trusted; what is filled into their gaps is not, and stands between marks there as it
does everywhere. The score is a number from 0 to 1 with evidence for it: one that is out of range is no score.
"""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ConfigDict

from windrow import prompts
from windrow.errors import AnswerFailure, RowFailure
from windrow.evaluators.evidence import holds
from windrow.evaluators.inputs import ALIASES, CANONICAL, InputError
from windrow.evaluators.marks import carries, code_of, parts_of
from windrow.evaluators.mending import mended
from windrow.evaluators.results import CriterionScore, EvalError, EvalResult, JudgeInfo
from windrow.teachers.structured import Sole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from windrow.evaluators.inputs import Inputs
    from windrow.evaluators.marks import Part
    from windrow.prompts import Template
    from windrow.shapes import Ask

LABEL = "own_words"
PARSER = 3
THRESHOLD = 0.7
GAP = re.compile(r"\{\{\s*(?P<double>[^\W\d]\w*)\s*\}\}|(?<!\{)\{(?P<single>[^\W\d]\w*)\}(?!\})")


class Grade(Sole):
    """What the judge says."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    code: str
    """The code of this call."""
    evidence: list[str]
    """Quotes from the material, word for word."""
    reason: str
    """Why, in one or two sentences."""
    score: float
    """From 0 to 1; 1 fully meets the criteria."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """What to grade by. `evidence` False lets a grade stand without a quote; `examples` are graded inputs to show."""

    name: str
    text: str
    threshold: float = THRESHOLD
    evidence: bool = True
    examples: tuple[Mapping[str, Any], ...] = ()

    @property
    def hash(self) -> str:
        """Sixteen hex digits over what the judge is told."""
        told = f"{self.text}\0{self.evidence}\0{[sorted(one.items()) for one in self.examples]!r}"
        return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    async def judge(self, inputs: Inputs, ask: Ask, *, role: str, sample: int = 0) -> EvalResult:
        """Ask `role` for a grade. Never raises for a row: see `EvalResult.status`."""
        if "output" in inputs and not inputs.output.strip():
            return EvalResult(self.name, status="skipped", reason="the output is empty: there is nothing to judge")
        try:
            gaps = gaps_of(self.text, inputs)
        except InputError as wrong:
            return self._failed(str(wrong), wrong.type)
        parts = parts_of(inputs, inputs)
        if not parts:
            return self._failed("nothing to judge was given: output=..., input=..., …", "missing_input")
        code = code_of(*(part.text for part in parts), salt=(self.hash, sample, *(part.tag for part in parts)))
        told: dict[str, Any] = {
            "code": code, "evidence": self.evidence, "examples": self.examples,
            "criteria": filled(self.text, inputs, code), "parts": [part for part in parts if part.name not in gaps],
        }  # fmt: skip
        try:
            result, calls = await mended(
                lambda slips: ask(LABEL, schema=Grade, role=role, slips=slips, **told),
                lambda grade: self._read(grade, code, parts),
            )
        except RowFailure as failure:
            return self._unscored(str(failure), failure.kind)
        return replace(result, metadata={"calls": calls})

    def _read(self, grade: Grade, code: str, parts: Sequence[Part]) -> EvalResult:
        """The result of a grade. Raises AnswerFailure for one that is none."""
        carries(code, grade.code)
        quotes = tuple(quote for quote in grade.evidence if quote.strip())
        if not math.isfinite(grade.score) or not 0.0 <= grade.score <= 1.0:
            raise AnswerFailure(f"{grade.score} is no score between 0 and 1", kind="out_of_range")
        if self.evidence and not quotes:
            raise AnswerFailure("the judge gave a score and no evidence for it", kind="no_evidence")
        for quote in quotes:
            if not any(holds(part.text, quote) for part in parts):
                raise AnswerFailure(f"the judge quotes what is not there: {quote[:200]!r}", kind="evidence_not_found")
        passed = grade.score >= self.threshold
        label: Literal["pass", "fail"] = "pass" if passed else "fail"
        told = CriterionScore("criteria", label, grade.score, evidence=quotes, reason=grade.reason)
        return EvalResult(
            self.name, grade.score, passed, grade.reason, label=label, threshold=self.threshold, criteria=(told,),
            **self._judged(),
        )  # fmt: skip

    def _failed(self, what: str, kind: str) -> EvalResult:
        return EvalResult(self.name, status="failed", reason=what, error=EvalError(what, type=kind))

    def _unscored(self, what: str, kind: str) -> EvalResult:
        return EvalResult(self.name, status="unscored", reason=what, error=EvalError(what, type=kind), **self._judged())

    def _judged(self) -> dict[str, Any]:
        told = f"{self.hash}\0{template().digest}\0{PARSER}"
        fingerprint = hashlib.sha256(told.encode()).hexdigest()[:16]
        return {"engine": "llm", "fidelity": "model", "judge": JudgeInfo("", self.hash, fingerprint)}


@lru_cache(maxsize=1)
def template() -> Template:
    """The prompt that the criteria are put into."""
    return prompts.load(Path(__file__).parent / "prompts" / "judge" / f"{LABEL}.md", name=f"judge/{LABEL}")


def gaps_of(text: str, inputs: Inputs) -> set[str]:
    """The inputs that `text` names in its gaps. Raises InputError for one that was not given."""
    named: set[str] = set()
    for found in GAP.finditer(text):
        spelt = found["double"] or found["single"]
        name = CANONICAL.get(spelt, spelt)
        if name in inputs:
            named.add(name)
        elif found["double"] or name in ALIASES:
            others = f" (also accepted: {', '.join(ALIASES[name])})" if name in ALIASES else ""
            raise InputError(f"the prompt has a gap for {spelt!r}{others}, which was not given", type="missing_input")
    return named


def filled(text: str, inputs: Inputs, code: str) -> str:
    """`text` with its gaps filled, each piece of material between its marks."""

    def fill(found: re.Match[str]) -> str:
        spelt = found["double"] or found["single"]
        name = CANONICAL.get(spelt, spelt)
        if name not in inputs:
            return found[0]
        blocks = [f"<{part.tag} {code}>\n{part.text}\n</{part.tag} {code}>" for part in parts_of(inputs, [name])]
        return "\n" + "\n".join(blocks) + "\n"

    return GAP.sub(fill, text)
