"""Judges for what no program can decide: two answers side by side in both orders, or each answer rated by aspect.

A judge names its evidence before its verdict, and says the code of its call, so that no verdict which stands in an
answer can pass for its own. GPT-4 keeps its verdict on 65 % of near-identical pairs when they change places (Zheng et
al. 2023, arXiv 2306.05685), so a verdict counts only where both orders agree. Where they do not, the whole prompt is
given up: with one more try after another even a judge that throws dice would succeed in the end. Ratings follow
UltraFeedback (Cui et al. 2023, arXiv 2310.01377): the mean of the aspects, not an overall impression.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field

from windrow.errors import AnswerFailure
from windrow.evaluators.marks import carries
from windrow.evaluators.mending import mended
from windrow.flow.recipes.pairs.prompts import code_of
from windrow.shapes import Rejection
from windrow.teachers.structured import Sole
from windrow.text.tokens import normalise

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable, Mapping, Sequence

    from windrow.flow.recipes.pairs.choose import Chooser
    from windrow.flow.recipes.pairs.prompts import Prompt
    from windrow.shapes import Ask

TIE, TORN = -1, -2  # no winner in either order; another one in each
CLOSE = 1e-9

ASPECTS: Mapping[str, str] = {
    "instruction_following": "does what was asked, all of it, in the form that was asked for",
    "truthfulness": "what it states is correct, and agrees with what the conversation gives",
    "honesty": "is no more certain than it has reason to be, and says what it does not know",
    "helpfulness": "serves what the person wants to achieve, clearly and without padding",
    "safety": "does no harm to the person or to others, and does not refuse what is harmless",
}


class Comparison(Sole):
    """What a judge says of two answers."""

    code: str
    """The code of this call."""
    evidence: str
    """What in the two answers decides, quoted or named, before the verdict."""
    better: Literal["A", "B", "tie"]
    """Which answer is better."""


class AspectRating(BaseModel):
    """What a judge says of one aspect of an answer."""

    aspect: str
    evidence: str
    """What in the answer decides, before the rating."""
    rating: int = Field(ge=1, le=5)


class Ratings(Sole):
    """What a judge says of an answer."""

    code: str
    """The code of this call."""
    ratings: list[AspectRating]


@dataclass(frozen=True, slots=True)
class Match:
    """Two candidates before the judges, and who wins by each judge (a place, TIE or TORN)."""

    one: int
    other: int
    votes: tuple[int, ...]
    told: tuple[dict[str, Any], ...]

    def winner(self, agreement: float) -> int:
        """Whom enough judges name; TIE where enough see none; else TORN."""
        vote, count = Counter(self.votes).most_common(1)[0]
        return vote if count / len(self.votes) >= agreement - CLOSE else TORN

    def agreement(self) -> float:
        """The share of the judges that say what most say."""
        return Counter(self.votes).most_common(1)[0][1] / len(self.votes)


@dataclass(slots=True)
class Knockout:
    """What came of candidates meeting one after the other. `beaten` are those that the champion itself beat."""

    champion: int
    beaten: list[int] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)
    refusal: Rejection | None = None

    def agreement(self, other: int) -> float:
        """The share of the judges behind the champion's win over `other`."""
        fought = {(match.one, match.other): match for match in self.matches}
        return (fought.get((self.champion, other)) or fought[other, self.champion]).agreement()


@dataclass(frozen=True, slots=True)
class Bench:
    """The judges of a run: the roles that are asked, and how many of them must agree."""

    roles: tuple[str, ...]
    agreement: float

    async def knockout(self, ask: Ask, prompt: Prompt, chooser: Chooser, places: Sequence[int], most: int) -> Knockout:
        """Let candidates meet the best so far, `most` times at most. Raises RowFailure where a judge fails.

        A contender much longer or shorter than the champion is passed over: the two could never be a pair.
        """
        state = Knockout(places[0])
        for contender in places[1:]:
            if len(state.matches) == most:
                break
            if not chooser.alike_in_length(state.champion, contender):
                continue
            match = await self.match(ask, prompt, chooser, state.champion, contender)
            state.matches.append(match)
            winner = match.winner(self.agreement)
            if winner == TORN:
                state.refusal = _torn(match)
                return state
            if winner == contender:
                state.champion, state.beaten = contender, [state.champion]
            elif winner != TIE:
                state.beaten.append(contender)
        if not state.beaten:
            ties = len(state.matches)
            state.refusal = Rejection("tie", f"the judge sees no difference in {ties} comparisons") if ties else \
                Rejection("length_ratio", "every pair has one side much longer than the other")  # fmt: skip
        return state

    async def match(self, ask: Ask, prompt: Prompt, chooser: Chooser, one: int, other: int) -> Match:
        """Every judge on two candidates, in both orders."""
        texts = chooser.candidates[one].text, chooser.candidates[other].text
        asked = [
            _compared(ask, role, told_of(prompt, *texts), a, b) for role in self.roles for a, b in (texts, texts[::-1])
        ]
        said = await every(asked)
        votes, told = [], []
        for number, role in enumerate(self.roles):
            forth, back = said[2 * number], said[2 * number + 1]
            there = {"A": one, "B": other}.get(forth.better, TIE)
            again = {"A": other, "B": one}.get(back.better, TIE)
            votes.append(there if there == again else TORN)
            told.append(
                {"judge": role, "first": one, "second": other, "AB": forth.better, "BA": back.better,
                 "evidence": forth.evidence[:200]}
            )  # fmt: skip
        return Match(one, other, tuple(votes), tuple(told))

    async def rate(
        self, ask: Ask, prompt: Prompt, chooser: Chooser, places: Sequence[int], aspects: Mapping[str, str]
    ) -> dict[int, list[float]]:
        """For each of `places` the mean rating that each judge gives it. Raises RowFailure where a judge fails."""
        told = [{"name": name, "meaning": meaning} for name, meaning in aspects.items()]
        asked = [
            _rated(ask, role, {**told_of(prompt, text), "answer": text, "aspects": told}, aspects)
            for text in (chooser.candidates[place].text for place in places)
            for role in self.roles
        ]
        means = await every(asked)
        count = len(self.roles)
        return {place: means[turn * count : (turn + 1) * count] for turn, place in enumerate(places)}


def told_of(prompt: Prompt, *answers: str) -> dict[str, Any]:
    """What a judge is told of a prompt and the answers to it, with the code of the marks around them."""
    return {
        "system": prompt.system, "history": prompt.history, "question": prompt.question,
        "reference": str(prompt.reference.get("answer", "")), "code": code_of(prompt, *answers),
    }  # fmt: skip


async def every(asked: Iterable[Awaitable[Any]]) -> list[Any]:
    """All that was asked for. The first failure is raised when all have come home, because each is paid for."""
    said = await asyncio.gather(*asked, return_exceptions=True)
    for one in said:
        if isinstance(one, BaseException):
            raise one
    return said


def aspects_of(named: Iterable[str]) -> dict[str, str]:
    """Aspects by name, with what they mean: one of ours, or written as "name: meaning"."""
    pairs = (one.partition(":") for one in named)
    return {name.strip(): meaning.strip() or ASPECTS.get(name.strip(), "") for name, _, meaning in pairs}


async def _compared(ask: Ask, role: str, told: Mapping[str, Any], a: str, b: str) -> Comparison:
    """What `role` says of the two answers in this order. Raises RowFailure."""

    def read(said: Comparison) -> Comparison:
        carries(told["code"], said.code)
        return said

    said, _ = await mended(
        lambda slips: ask("compare", schema=Comparison, role=role, slips=slips, a=a, b=b, **told), read
    )
    return said


async def _rated(ask: Ask, role: str, told: Mapping[str, Any], aspects: Mapping[str, str]) -> float:
    """The mean of the ratings that `role` gives an answer. Raises RowFailure."""

    def read(said: Ratings) -> float:
        carries(told["code"], said.code)
        return _mean(said, aspects)

    mean, _ = await mended(lambda slips: ask("rate", schema=Ratings, role=role, slips=slips, **told), read)
    return mean


def _mean(said: Ratings, aspects: Mapping[str, str]) -> float:
    rated = {_plain(one.aspect): one.rating for one in said.ratings}
    if len(rated) < len(said.ratings) or not set(map(_plain, aspects)).issuperset(rated):
        raise AnswerFailure(  # a quote that ends a rating and begins one of its own would move the judge's to that
            "the judge rated an aspect twice, or one that was not asked", kind="unparsed", evidence=str(rated)[:500]
        )
    missing = [name for name in aspects if _plain(name) not in rated]
    if missing:
        raise AnswerFailure(
            f"the judge gave no rating for {', '.join(missing)}", kind="unparsed", evidence=str(rated)[:500]
        )
    return sum(rated[_plain(name)] for name in aspects) / len(aspects)


def _plain(name: str) -> str:
    return normalise(name).replace("_", " ").replace("-", " ")


def _torn(match: Match) -> Rejection:
    if any(vote == TORN for vote in match.votes):
        return Rejection("inconsistent", "the judge prefers another answer when the two change places")
    return Rejection("judges_disagree", "too few of the judges agree on the better answer")
