"""A judge with criteria of one's own, locked in code: one response graded, or two compared in both orders.

    preference = CustomLLMJudge(
        name="dpo_preference_judge",
        grading_criteria="Compare response_a and response_b for the given prompt. … Output 'a' or 'b'.",
        llm_provider=LiteLLMProvider(model="claude-opus-4-7"),
    ).locked("3f2a…")

Which of the two it does depends on what it is given: `response_a` and `response_b`, or anything else. Gaps in the
criteria ({output}, {{output}}) are filled, and what fills them stands between marks as all judged material does.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from windrow.errors import ConfigError
from windrow.evaluators.inputs import Inputs
from windrow.evaluators.own_words import PARSER as GRADED
from windrow.evaluators.own_words import THRESHOLD, Criteria
from windrow.evaluators.pairwise import PARSER as COMPARED
from windrow.evaluators.pairwise import SIDES, compare
from windrow.evaluators.results import EvalError, EvalResult

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from windrow.shapes import Ask

SIDE = re.compile(r"(?:response|output|answer|completion|candidate)_(?P<side>[ab])")
PLAIN_NAME = re.compile(r"\bresponse_([ab])\b")


@dataclass(frozen=True)
class CustomLLMJudge:
    """`grading_criteria` are said to the judge as they are; say what a good response is, and which inputs it rests on.

    `llm_provider` is anything with a `model`, or leave it out and name a `model`; with neither, whoever asks decides. A
    single response passes from `threshold` on; of two one is preferred, and nothing passes. `evidence=False` lets a
    grade stand without a quote, for criteria that no words can show. `examples` are graded inputs to show the judge.
    """

    name: str
    grading_criteria: str
    llm_provider: Any = None
    model: str | None = None
    threshold: float = THRESHOLD
    evidence: bool = True
    examples: tuple[Mapping[str, Any], ...] = ()

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.grading_criteria.strip():
            raise ConfigError("a custom judge has a name and grading_criteria", where=self.name or "CustomLLMJudge")
        if not 0.0 <= self.threshold <= 1.0:
            raise ConfigError(f"{self.threshold} is no threshold between 0 and 1", where=self.name)

    @property
    def criteria(self) -> Criteria:
        """What a single response is graded by."""
        return Criteria(self.name, self.grading_criteria, self.threshold, self.evidence, tuple(self.examples))

    @property
    def rubric_hash(self) -> str:
        """Sixteen hex digits over what the judge is told, whatever its name, model and threshold."""
        return self.criteria.hash

    @property
    def judged_by(self) -> str | None:
        """The model that is named; None where none is."""
        return self.model or getattr(self.llm_provider, "model", None)

    def locked(self, lock: str) -> Self:
        """This judge, if the hash of its criteria is `lock`. Raises ConfigError."""
        if lock != self.rubric_hash:
            raise ConfigError(
                f"the criteria of {self.name} have hash {self.rubric_hash}, and the lock says {lock}",
                remedy=f"undo the edit, or calibrate the new wording and lock it as {self.rubric_hash!r}",
            )
        return self

    def fingerprint(self, template_digest: str) -> str:
        """Sixteen hex digits over what is asked and how the reply is read; see `pointwise.fingerprint`."""
        told = f"{self.rubric_hash}\0{template_digest}\0{GRADED}\0{COMPARED}"
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    async def judge(self, inputs: Inputs, ask: Ask, *, role: str = "judge", sample: int = 0) -> EvalResult:
        """Ask `role`: in both orders where two responses are given (see `pairwise.compare`), else for one grade.

        Never raises for a row: wrong inputs fail, nothing to judge is skipped, no usable verdict is unscored.
        """
        sides = {f"response_{found['side']}": name for name in inputs if (found := SIDE.fullmatch(name))}
        if not sides and len(set(PLAIN_NAME.findall(self.grading_criteria))) < len(SIDES):
            return await self.criteria.judge(inputs, ask, role=role, sample=sample)
        missing = [side for side in SIDES if side not in sides]
        if missing:
            given = ", ".join(inputs) or "nothing"
            what = f"{self.name} compares two responses and needs {' and '.join(missing)}; given: {given}"
            return EvalResult(self.name, status="failed", reason=what, error=EvalError(what, type="missing_input"))
        rest = Inputs({name: inputs.given[name] for name in inputs if name not in sides.values()})
        a, b = (inputs.text(sides[side]) for side in SIDES)
        result = await compare(self.grading_criteria, rest, a, b, ask, role=role, sample=sample, evidence=self.evidence)
        who = replace(result.judge, rubric_hash=self.rubric_hash) if result.judge else None
        return replace(result, eval_name=self.name, judge=who)
