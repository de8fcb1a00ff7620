"""Dedupe at 100,000 and a million rows beside datasketch, rensa and semhash: recall, precision, rows a second, memory.

    make bench-dedupe                       (python bench/dedupe.py --others .venv-bench/bin/python)
    python bench/dedupe.py --rows 20000 --tools windrow

The rows are made: short questions, a third of them in frames that others share, and answers of Zipf-distributed words.
Planted among them, each a copy of an earlier row that no other copies: 5 % exact (half of them in other case and
spacing), 2.5 % near and clearly so (Jaccard of three-word runs 0.9 and above), 2.5 % near and just so (0.8 to 0.9), and
2.5 % that are not quite near (0.7 to 0.8) and must stay. Near ones are made by edits of words in the answer:
substituted, left out or put in, anywhere. Recall is the share of the planted duplicates that was refused; precision the
share of what was refused that is one, with an earlier row that was kept.

Every tool reads the same file in a process of its own. Speed is by processor time, since the machine may be shared;
memory is the most that was resident, and what of it was there before the first row.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HERE = Path(__file__).parent
SYLLABLES = [f"{one}{two}{three}" for one in "bdfgklmnprstvz" for two in "aeiou" for three in ("", "l", "n", "r", "s")]
WORDS = [f"{one}{two}" for one in SYLLABLES for two in SYLLABLES][:20_000]
WEIGHTS = list(accumulate(1 / (rank + 1) for rank in range(len(WORDS))))
RUN = 3
BANDS = {"clear": (0.9, 1.0), "just": (0.8, 0.9), "not quite": (0.7, 0.8)}
SHARES = {"exact": 0.05, "clear": 0.025, "just": 0.025, "not quite": 0.025}
TOOLS = ("windrow", "windrow, exact only", "datasketch", "rensa", "semhash")
OWN = ("windrow", "windrow, exact only")


class Planted(NamedTuple):
    """A row that copies an earlier one, and how: "exact" or one of BANDS."""

    row: int
    original: int
    how: str


def runs(question: Sequence[str], answer: Sequence[str]) -> set[tuple[str, ...]]:
    """The runs of three words in both sides."""
    return {tuple(side[place : place + RUN]) for side in (question, answer) for place in range(len(side) - RUN + 1)}


class Maker:
    """Makes rows, and remembers what it planted."""

    def __init__(self, seed: int) -> None:
        self.planted: list[Planted] = []
        self._rng = random.Random(seed)
        self._frames = [self._words(self._rng.randint(3, 7)) for _ in range(200)]
        self._free: list[tuple[int, list[str], list[str]]] = []  # rows that may be copied, a few thousand of them

    def rows(self, count: int) -> Iterator[tuple[str, str]]:
        """Question and answer of each row."""
        hows, shares = list(SHARES), list(SHARES.values())
        for number in range(count):
            how = self._rng.choices(["", *hows], weights=[1 - sum(shares), *shares])[0]
            yield self._copy(number, how) if how and len(self._free) > 100 else self._new(number)

    def _new(self, number: int) -> tuple[str, str]:
        question, answer = self._words(self._rng.randint(6, 14)), self._words(self._rng.randint(25, 55))
        if self._rng.random() < 1 / 3:
            question = self._rng.choice(self._frames) + question[:6]
        place = self._rng.randrange(len(self._free) + 1)
        if len(self._free) < 4_000:
            self._free.append((number, question, answer))
        elif place < len(self._free):
            self._free[place] = (number, question, answer)
        return " ".join(question).capitalize() + "?", " ".join(answer).capitalize() + "."

    def _copy(self, number: int, how: str) -> tuple[str, str]:
        original, question, answer = self._free.pop(self._rng.randrange(len(self._free)))
        self.planted.append(Planted(number, original, how))
        asked, told = " ".join(question).capitalize() + "?", " ".join(answer).capitalize() + "."
        if how == "exact":
            return (asked, told) if self._rng.random() < 1 / 2 else (asked.upper(), told.replace(" ", "  ", 3))
        return asked, " ".join(self._edited(question, answer, *BANDS[how])).capitalize() + "."

    def _edited(self, question: list[str], answer: list[str], low: float, high: float) -> list[str]:
        """The answer with words changed until the row is that much like what it was."""
        before = runs(question, answer)
        while True:
            edited = list(answer)
            for _ in range(self._rng.randint(1, 3)):
                self._edit(edited)
            after = runs(question, edited)
            if low <= len(before & after) / len(before | after) < high:
                return edited

    def _edit(self, answer: list[str]) -> None:
        place, kind = self._rng.randrange(len(answer)), self._rng.randrange(3)
        answer[place : place + (kind != 0)] = self._words(1) if kind != 1 else []

    def _words(self, count: int) -> list[str]:
        return self._rng.choices(WORDS, cum_weights=WEIGHTS, k=count)


class Refused(NamedTuple):
    """What one tool did with the file: measured by `bench/dedupe_tools.py`."""

    rows: list[int]
    seconds: float
    wall: float
    before_mib: float
    peak_mib: float


def measured(tool: str, python: str, data: Path, folder: Path) -> Refused | str:
    """What the tool refused and what that took; a sentence where it could not be run."""
    command = [python, str(HERE / "dedupe_tools.py"), tool, str(data), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return f"not run: {(done.stderr.strip().splitlines() or ['it ended without a word'])[-1]}"
    return Refused(**json.loads(done.stdout.splitlines()[-1]))


def told(tool: str, count: int, found: Refused, planted: Sequence[Planted]) -> str:
    """A line of the table."""
    refused = set(found.rows)
    truth = {each.row for each in planted if each.how != "not quite"}
    shares = [_share(refused, planted, how) for how in SHARES]
    wrong = len(refused - truth)
    return (
        f"{tool:<20} {count:>9,} {len(refused & truth) / len(truth):>7.4f} {1 - wrong / max(1, len(refused)):>9.4f}"
        f" {shares[0]:>7.4f} {shares[1]:>7.4f} {shares[2]:>9.4f} {shares[3]:>7.4f}"
        f" {count / found.seconds:>8,.0f} {found.seconds / count * 1e6:>7.0f} {found.wall:>7.0f}"
        f" {found.before_mib:>6.0f} {found.peak_mib:>6.0f}"
    )


def _share(refused: set[int], planted: Sequence[Planted], how: str) -> float:
    """The share of what was planted like this that was refused."""
    rows = [each.row for each in planted if each.how == how]
    return sum(row in refused for row in rows) / len(rows)


HEAD = (
    f"{'tool':<20} {'rows':>9} {'recall':>7} {'precision':>9} {'exact':>7} {'>= 0.9':>7} {'0.8-0.9':>9} {'< 0.8':>7}"
    f" {'rows/s':>8} {'µs/row':>7} {'wall s':>7} {'MiB at':>6} {'most':>6}"
)


def compare(count: int, tools: Sequence[str], others: str, seed: int) -> None:
    """Make `count` rows and print a line for each tool."""
    with tempfile.TemporaryDirectory(prefix="windrow-bench-dedupe-") as folder:
        data = Path(folder) / "rows.jsonl"
        maker = Maker(seed)
        with data.open("w", encoding="utf-8") as file:
            for question, answer in maker.rows(count):
                file.write(json.dumps({"question": question, "answer": answer}) + "\n")
        for tool in tools:
            found = measured(tool, sys.executable if tool in OWN else others, data, Path(folder))
            line = (
                f"{tool:<20} {count:>9,} {found}" if isinstance(found, str) else told(tool, count, found, maker.planted)
            )
            print(line, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--tools", nargs="+", default=list(TOOLS), choices=TOOLS)
    parser.add_argument("--others", default=sys.executable, help="the Python that has datasketch, rensa and semhash")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    print(
        "Refused, by likeness of what was planted (columns exact to < 0.8: the share that was refused; < 0.8 must stay)"
    )
    print(HEAD)
    for count in given.rows:
        compare(count, given.tools, given.others, given.seed)


if __name__ == "__main__":
    main()
