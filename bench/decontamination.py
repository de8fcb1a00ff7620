"""Decontamination against 20,000 items: time per row, memory, what is found of rows that hold or rephrase an item.

    python bench/decontamination.py [ROWS]

The texts are made: Zipf-distributed words of syllables. One row in twenty holds an item whole among other words; one in
twenty says an item with a third of its words left out and the rest in another order, a few at a time.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import tempfile
import time
from itertools import accumulate
from pathlib import Path

from windrow.flow.filters.decontaminate import Decontaminate, DecontaminateOptions
from windrow.row import Message, Row

SYLLABLES = [first + vowel for first in "bdfghklmnprstvz" for vowel in "aeiou"]
ITEMS, ROWS = 20_000, 20_000
SETS = {"tier 1 alone": 0.0, "with proposals": 0.2}


def vocabulary(rng: random.Random, size: int = 20_000) -> list[str]:
    return ["".join(rng.choices(SYLLABLES, k=rng.choice((1, 2, 2, 3, 3, 4)))) for _ in range(size)]


class Texts:
    """Texts of words that are as unevenly common as those of a language."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self._words = vocabulary(random.Random(0))
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(len(self._words))))

    def words(self, count: int) -> list[str]:
        return self.rng.choices(self._words, cum_weights=self._weights, k=count)

    def rephrased(self, item: str) -> str:
        kept = [word for word in item.split() if self.rng.random() > 1 / 3]
        return " ".join(sorted(kept, key=lambda word: kept.index(word) + self.rng.uniform(0, 6)))


def rows(items: list[str], count: int) -> list[tuple[str, Row]]:
    texts, made = Texts(2), []
    for number in range(count):
        kind = {0: "held", 1: "rephrased"}.get(number % 20, "new")
        item = texts.rng.choice(items)
        asked = {"held": item, "rephrased": texts.rephrased(item)}.get(kind) or " ".join(texts.words(40))
        filler = " ".join(texts.words(100 - len(asked.split())))
        turns = (Message("user", asked), Message("assistant", filler))
        made.append((f"{kind} {items.index(item) + 1 if kind != 'new' else ''}", Row("sft", messages=turns)))
    return made


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    texts = Texts(1)
    items = [" ".join(texts.words(texts.rng.randint(20, 60))) for _ in range(ITEMS)]
    made = rows(items, min(count, ROWS))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "evals.jsonl"
        path.write_text("".join(json.dumps({"question": item}) + "\n" for item in items))
        for label, propose in SETS.items():
            measured(label, made, count, DecontaminateOptions(against=path.name, propose=propose), Path(folder))


def measured(label: str, made: list[tuple[str, Row]], count: int, options: DecontaminateOptions, folder: Path) -> None:
    before, began = memory(), time.process_time()
    found = Decontaminate(options, base=folder)
    found.open((), folder)
    found.admit(made[-1][1])
    opened, opening = memory(), time.process_time() - began
    tally: dict[str, int] = {}
    began = time.process_time()
    for number in range(count):
        truth, row = made[number % len(made)]
        verdict = found.admit(row)
        kind, _, item = truth.partition(" ")
        named = verdict.evidence.get("item") or verdict.evidence.get("proposed", {}).get("item", "")
        right = bool(item) and named.endswith(f":{item}")
        said = f"{kind}: {verdict.outcome}, names {'its item' if right else 'an item' if named else 'none'}"
        tally[said] = tally.get(said, 0) + 1
    took = time.process_time() - began
    cost = f"{took / count * 1e6:.0f} µs a row of 100 words over {count:,} rows, {memory() - opened:.0f} MB more"
    print(f"{label}: opened in {opening:.1f} s, {opened - before:.0f} MB; {cost}")
    for said, times in sorted(tally.items()):
        print(f"  {said}: {times:,}")


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
