"""What judging costs, and what is kept, by five ways of judging: cheap and strong calls apart, and final precision.

    python bench/judging.py [--rows 20000] [--defects 0.01 0.08 0.30] [--cheaper 10] [--seed 7]

Rows are planted: so many are bad, and 15 % are hard to judge. The judges are scripted, and err where people do: a
cheap one on 4 % of the easy rows and 30 % of the hard ones, a strong one on 2 % and 12 %. Asked as several annotators,
the cheap one errs anew each time, but on a quarter of the hard rows all of them are right or wrong together. They
answer the shipped rubric `correctness` through the code that runs use: pointwise judge, cascade, sample and decision.

Takes some minutes. Ends with exit code 1 where the careful two passes keep less precisely than a strong judge of every
row does, ask no fewer strong judges, or cost no less.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import sys
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from windrow.evaluators.annotators import as_annotator
from windrow.evaluators.cascade import cascade
from windrow.evaluators.inputs import resolve
from windrow.evaluators.names import find
from windrow.evaluators.pointwise import judge_rubric
from windrow.statistics.agreement import Confusion
from windrow.statistics.sampling import Stratum, draw, sample_size
from windrow.statistics.two_pass import LOOKS, take_look

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Sequence

    from windrow.evaluators.results import EvalResult

STRATA = {"question answering": (0.50, 0.6), "conversation": (0.30, 0.9), "code": (0.17, 2.0), "日本語": (0.03, 3.0)}
"""Each stratum's share of the rows, and how often its rows are bad against the others'."""
HARD = 0.15
ERRS = {"cheap": (0.04, 0.30), "strong": (0.02, 0.12)}  # on easy rows, on hard ones
TOGETHER = 0.25  # of the hard rows: those on which all annotators say the same
LABELLED = 400
PROMISED, CAREFUL = 0.05, 0.005


@dataclass(frozen=True, slots=True)
class Planted:
    """A row whose truth is known."""

    id: str
    stratum: str
    good: bool
    hard: bool


@dataclass(slots=True)
class Outcome:
    """What one way of judging cost and kept."""

    how: str
    kept: list[Planted] = field(default_factory=list)
    cheap: int = 0
    strong: int = 0
    ended: str = ""

    @property
    def precision(self) -> float:
        """The share of good rows among those that are kept."""
        return sum(row.good for row in self.kept) / len(self.kept) if self.kept else 0.0

    def told(self, rows: Sequence[Planted], cheaper: float) -> str:
        """A line of the table."""
        good = sum(row.good for row in rows)
        kept = sum(row.good for row in self.kept)
        return (
            f"{self.how:<36} {self.cheap:>8,} {self.strong:>8,} {self.strong + self.cheap / cheaper:>9,.0f} "
            f"{len(self.kept):>8,} {self.precision:>10.2%} {1 - kept / good:>10.1%}  {self.ended}"
        )


class ScriptedJudges:
    """The judges by role, as an `Ask`: they know what is true of a row, and err by a hash of row, role and reader."""

    def __init__(self, rows: Iterable[Planted], seed: str) -> None:
        self._rows = {row.id: row for row in rows}
        self._seed = seed

    async def __call__(self, label: str, *, schema: Any, role: str, **told: Any) -> Any:  # noqa: ANN401 - as Ask
        """See `Ask`."""
        assert label == "rubric"
        shown = next(part.text for part in told["parts"] if part.name == "output")
        row = self._rows[shown.split("“")[1].split("”")[0]]
        alike = row.hard and dice(self._seed, "together", row.id) < TOGETHER
        reader = "" if alike else told.get("annotator", "")
        says = row.good != (dice(self._seed, row.id, role, reader) < ERRS[role][row.hard])
        answers = [
            {"id": one["id"], "evidence": [shown], "reason": "", "answer": "yes" if says else "no"}
            for one in told["criteria"]
        ]
        return schema.model_validate({"code": told["code"], "answers": answers})


def dice(seed: str, *what: str) -> float:
    """A number from 0 up to 1 that the same words always give."""
    return int.from_bytes(hashlib.blake2b("\0".join((seed, *what)).encode(), digest_size=7).digest()) / 2**56


def planted(count: int, defects: float, seed: str, prefix: str = "row") -> list[Planted]:
    """Rows of every stratum, of which a share of `defects` is bad over all."""
    average = sum(share * factor for share, factor in STRATA.values())
    rows = []
    for name, (share, factor) in STRATA.items():
        size, rate = round(share * count), defects * factor / average
        ids = sorted((f"{prefix} {name} {number}" for number in range(size)), key=partial(dice, seed, "bad"))
        bad = round(size * rate)
        rows += [Planted(one, name, at >= bad, dice(seed, "hard", one) < HARD) for at, one in enumerate(ids)]
    return rows


class Bench:
    """Verdicts on rows. What two ways of judging both ask is asked once, and counted for each."""

    def __init__(self, rows: Sequence[Planted], seed: str) -> None:
        self._ask = ScriptedJudges(rows, seed)
        self._rubric = find("correctness").load()
        self._said: dict[tuple[str, str, int], EvalResult] = {}

    async def one(self, row: Planted, role: str, number: int = 0) -> EvalResult:
        """What the judge of that role says, as annotator `number`."""
        key = row.id, role, number
        if key not in self._said:
            inputs = resolve({"input": f"What is {row.id}?", "output": f"It is “{row.id}”, as far as is known."})
            ask: Any = as_annotator(self._ask, number)  # type: ignore[arg-type]
            self._said[key] = await judge_rubric(self._rubric, inputs, ask, role=role, sample=number)
        return self._said[key]

    async def cascaded(self, row: Planted) -> EvalResult:
        """What the cascade says: the cheap judge as five annotators, the strong one where four do not agree."""
        return await cascade(
            lambda role, number: self.one(row, role, number), lambda: self.one(row, "strong"), role="cheap"
        )


async def everything(bench: Bench, rows: Sequence[Planted], role: str) -> Outcome:
    """One judge, one call for each row."""
    out = Outcome(f"every row, {role} judge")
    for row in rows:
        if (await bench.one(row, role)).passed is True:
            out.kept.append(row)
    setattr(out, role, len(rows))
    return out


async def all_cascaded(bench: Bench, rows: Sequence[Planted]) -> Outcome:
    """The cascade for each row."""
    out = Outcome("every row, cascade")
    await _judge(bench, rows, out)
    return out


async def _judge(bench: Bench, rows: Iterable[Planted], out: Outcome) -> dict[str, bool]:
    """The cascade's verdict on rows; what passes is kept."""
    said = {}
    for row in rows:
        result = await bench.cascaded(row)
        out.cheap += result.metadata["levels"]["cheap"]
        out.strong += result.metadata["levels"].get("strong", 0)
        said[row.id] = result.passed is True
        if said[row.id]:
            out.kept.append(row)
    return said


async def two_passes(bench: Bench, rows: Sequence[Planted], *, accept: float, gold: Confusion, seed: str) -> Outcome:
    """The two-pass filter: a sample by the cascade, up to three looks, and the rest as they decide."""
    out = Outcome(f"two passes, accept below {accept:.1%}")
    by_id = {row.id: row for row in rows}
    ids = {name: [row.id for row in rows if row.stratum == name] for name in STRATA}
    said: dict[str, bool] = {}
    for look in range(1, LOOKS + 1):
        sample = draw(ids, sample_size(len(rows)) * 2 ** (look - 1), seed)
        new = [by_id[one] for members in sample.values() for one in members if one not in said]
        said |= await _judge(bench, new, out)
        strata = [
            Stratum(len(ids[name]), len(members), sum(not said[one] for one in members))
            for name, members in sample.items()
        ]
        taken = take_look(strata, gold=gold, accept=accept, look=look, seed=seed)
        if taken.decision != "extend":
            break
    used = taken.corrected or taken.observed
    out.ended = f"{taken.decision} after {taken.judged:,}: {used.low:.1%} to {used.high:.1%} bad"
    rest = [row for row in rows if row.id not in said]
    if taken.decision == "accept":
        out.kept += rest
    elif taken.decision == "full_pass":
        await _judge(bench, rest, out)
    else:
        out.kept.clear()
    return out


async def measured(seed: str) -> Confusion:
    """The cascade against labels: half of the labelled rows are bad, and none of them is in the set."""
    rows = planted(LABELLED, 0.3, seed, "labelled")
    bench = Bench(rows, seed)
    return Confusion.of([(row.good, (await bench.cascaded(row)).passed is True) for row in rows])


async def compared(count: int, defects: float, seed: str, cheaper: float) -> bool:
    """Print the table of one planted rate. Whether the careful two passes are as precise as a strong judge of every
    row, with fewer strong calls and at less cost."""
    rows, gold = planted(count, defects, seed), await measured(seed)
    bench = Bench(rows, seed)
    ways: list[Callable[[], Coroutine[Any, Any, Outcome]]] = [
        lambda: everything(bench, rows, "strong"),
        lambda: everything(bench, rows, "cheap"),
        lambda: all_cascaded(bench, rows),
        lambda: two_passes(bench, rows, accept=PROMISED, gold=gold, seed=seed),
        lambda: two_passes(bench, rows, accept=CAREFUL, gold=gold, seed=seed),
    ]
    bad = sum(not row.good for row in rows)
    print(f"\n{bad:,} of {len(rows):,} rows are bad ({bad / len(rows):.1%})")
    heads = ("cheap", 8), ("strong", 8), ("cost", 9), ("kept", 8), ("precision", 10), ("good lost", 10)
    print(f"{'':<36} " + " ".join(f"{name:>{width}}" for name, width in heads))
    outcomes = []
    for way in ways:
        outcomes.append(await way())
        print(outcomes[-1].told(rows, cheaper).rstrip(), flush=True)
    strong, careful = outcomes[0], outcomes[-1]
    return (
        careful.precision >= strong.precision
        and careful.strong < strong.strong
        and careful.strong + careful.cheap / cheaper < strong.strong
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--defects", type=float, nargs="+", default=[0.01, 0.08, 0.30])
    parser.add_argument("--cheaper", type=float, default=10, help="how many cheap calls cost as much as a strong one")
    parser.add_argument("--seed", default="7")
    given = parser.parse_args()
    held = [asyncio.run(compared(given.rows, rate, f"{given.seed} {rate}", given.cheaper)) for rate in given.defects]
    print(f"\nCost is in strong calls, {given.cheaper:g} cheap ones to one.")
    print(
        "A set that is accepted on its sample keeps its bad rows: accepting below 5 % may give away up to five points"
    )
    print("of precision for nearly all of the cost, accepting below 0.5 % up to half a point.")
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
