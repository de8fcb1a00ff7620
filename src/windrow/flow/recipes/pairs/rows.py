"""The rows of a prompt: pairs (for DPO and IPO alike), single answers with a label (for KTO), or why there are none.

Every candidate with what was found of it travels in the lineage of the first row, for whoever wants other pairs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from msgspec.structs import replace

from windrow.row import Lineage, Message, Row, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from windrow.flow.recipes.pairs.candidates import Candidate
    from windrow.flow.recipes.pairs.choose import Sides
    from windrow.flow.recipes.pairs.prompts import Prompt
    from windrow.row import Outcome
    from windrow.shapes import Seed

RECIPE = "preference"
Form = Literal["pairs", "unpaired", "both"]


@dataclass(slots=True)
class Decision:
    """What decided between the candidates. `by` is verifier or judge; `scores` gives a pair's figures; `ratings` are
    each candidate's mean; `matches` what judges said of which two in which order; `judges` who they are, and with whose
    answers they share a family."""

    by: Literal["verifier", "judge", ""] = ""
    scores: Mapping[Sides, dict[str, float]] = field(default_factory=dict)
    ratings: Mapping[int, float] = field(default_factory=dict)
    matches: Sequence[dict[str, Any]] = ()
    judges: Mapping[str, Sequence[str]] = field(default_factory=dict)
    same_family: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A prompt with its candidates and what decided between them, from which its rows are made."""

    seed: Seed
    candidates: Sequence[Candidate]
    decision: Decision

    @property
    def prompt(self) -> Prompt:
        """The prompt."""
        prompt: Prompt = self.seed.payload
        return prompt

    def passed(self, sides: Sides) -> dict[str, float]:
        """Which share of what was checked holds on each side. A side of which nothing was checked has none."""
        shares = {
            "passed_chosen": self.candidates[sides.chosen].passed,
            "passed_rejected": self.candidates[sides.rejected].passed,
        }
        return {name: share for name, share in shares.items() if share is not None}

    def rows(self, chosen: Sequence[Sides], form: Form) -> Iterator[Row]:
        """The rows of the pairs `chosen`, in the form asked for. Each answer has its label once."""
        whole = self._whole()
        labelled: set[int] = set()
        for sides in chosen:
            lineage = self._lineage(sides, {} if labelled else whole)
            pair = self._pair(sides, lineage)
            good = self._single(sides.chosen, lineage, label=True)
            bad = self._single(sides.rejected, _brief(lineage), label=False)
            if form == "both":
                good = replace(good, lineage=_brief(good.lineage))
                good, bad = _standing_on(good, pair), _standing_on(bad, pair)
            elif form == "unpaired":
                bad = _standing_on(bad, good)
            if form != "unpaired":
                yield pair
            if form != "pairs":
                yield from (bad,) if sides.chosen in labelled else (good, bad)
            labelled.add(sides.chosen)

    def refused(self, verdict: Verdict) -> Row:
        """The prompt without a pair, with everything that was tried."""
        lineage = self._lineage(None, self._whole())
        return Row("prompt", prompt=self.prompt.turns, lineage=lineage, verdicts=(verdict,))

    def _pair(self, sides: Sides, lineage: Lineage) -> Row:
        return Row(
            "preference",
            prompt=self.prompt.turns,
            chosen=(Message("assistant", self.candidates[sides.chosen].text),),
            rejected=(Message("assistant", self.candidates[sides.rejected].text),),
            reference=self._known(),
            scores=dict(self.decision.scores.get(sides, {})),
            lineage=lineage,
            verdicts=(
                self._verdict(self._both_sides(sides), confirmed=self.candidates[sides.chosen].standing == "right"),
            ),
        )

    def _single(self, place: int, lineage: Lineage, *, label: bool) -> Row:
        """One answer with its label. Of a bad one nothing known is said: it need not obey it."""
        found = {"passes": self._found(place, "pass")} if label else {"fails": self._found(place, "fail")}
        confirmed = not label or self.candidates[place].standing == "right"
        return Row(
            "unpaired",
            prompt=self.prompt.turns,
            completion=(Message("assistant", self.candidates[place].text),),
            label=label,
            reference=self._known() if label else {},
            lineage=replace(lineage, extra={**lineage.extra, "candidate": place}),
            verdicts=(self._verdict(found, confirmed=confirmed),),
        )

    def _known(self) -> dict[str, Any]:
        known = dict(self.prompt.reference)
        if self.prompt.constraints:
            known["constraints"] = list(self.prompt.constraints)
        return known

    def _verdict(self, evidence: dict[str, Any], *, confirmed: bool) -> Verdict:
        """What decided, as a verdict: a program with the `evidence` that it found, or a judge. A program that found a
        defect in the one and none in the other has confirmed nothing, so it has no evidence."""
        if self.decision.by != "judge" and not confirmed:
            return Verdict("verifier", "pass", detail="no defect is found in it; whether it is right is not known")
        if self.decision.by != "judge":
            return Verdict("verifier", "pass", evidence=evidence)
        detail = "both orders agree" if self.decision.matches else "rated higher by the margin"
        return Verdict("judge", "pass", detail=detail, evidence=_judged(self.decision), kind="judge")

    def _both_sides(self, sides: Sides) -> dict[str, Any]:
        return {
            "chosen_passes": self._found(sides.chosen, "pass"), "rejected_fails": self._found(sides.rejected, "fail")
        }  # fmt: skip

    def _found(self, place: int, outcome: Outcome) -> list[str]:
        """What of the candidate has that outcome: the names of passes, the reasons of fails."""
        return [one.reason or one.by for one in self.candidates[place].findings if one.outcome == outcome]

    def _whole(self) -> dict[str, Any]:
        ratings = self.decision.ratings
        out: dict[str, Any] = {"candidates": [one.told(ratings.get(at)) for at, one in enumerate(self.candidates)]}
        if self.decision.matches:
            out["orders"] = list(self.decision.matches)
        if self.decision.judges:
            out["judges"] = {role: list(models) for role, models in self.decision.judges.items()}
            out["judge_shares_family"] = list(self.decision.same_family)
        return out

    def _lineage(self, sides: Sides | None, whole: Mapping[str, Any]) -> Lineage:
        extra: dict[str, Any] = {"source": self.seed.source} if self.seed.source else {}
        operators: tuple[str, ...] = ()
        if sides is not None:
            chosen, rejected = self.candidates[sides.chosen], self.candidates[sides.rejected]
            extra["pair"] = {
                "decided_by": self.decision.by, "chosen": sides.chosen, "rejected": sides.rejected,
                "chars": [len(chosen.text), len(rejected.text)],
                "on_policy": [chosen.on_policy, rejected.on_policy],
            }  # fmt: skip
            operators = tuple(f"degraded:{one.note}" for one in (chosen, rejected) if one.note)
        return Lineage(
            seeds=(self.seed.key,), operators=operators, family=self.seed.family or self.seed.key,
            extra={**extra, **whole},
        )  # fmt: skip


def _standing_on(row: Row, other: Row) -> Row:
    """`row`, which falls where `other` is refused."""
    return replace(row, lineage=replace(row.lineage, parents=(other.id,)))


def _brief(lineage: Lineage) -> Lineage:
    """Without the candidates, which one row of a prompt carries for all of them."""
    extra = {key: value for key, value in lineage.extra.items() if key in ("source", "pair", "candidate")}
    return replace(lineage, extra=extra)


def _judged(decision: Decision) -> dict[str, Any]:
    shared = {"shares_family": list(decision.same_family)} if decision.same_family else {}
    return {"judges": {role: list(models) for role, models in decision.judges.items()}, **shared}
