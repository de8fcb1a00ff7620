"""The ROUGE-L novelty gate at 10,000 and 100,000 texts: time per query, memory, and agreement with `rouge-score`.

    python bench/novelty.py

The texts are made: Zipf-distributed words in 60 sentence frames, so that, as among generated instructions, many
texts share their frame and some are near-duplicates.
"""

from __future__ import annotations

import random
import time
import tracemalloc
from collections import Counter
from itertools import accumulate

from rouge_score.rouge_scorer import RougeScorer

from windrow.text.rouge import RougeIndex

WORDS = [f"w{rank}" for rank in range(20_000)]
WEIGHTS = list(accumulate(1 / (rank + 1) for rank in range(len(WORDS))))
SIZES = (10_000, 100_000)
QUERIES = 500
CHECKED = 200  # queries whose decisions are compared
AGAINST_ALL = 2  # of them
LIMIT, NEARLY = 0.7, 0.65


def corpus(size: int, rng: random.Random) -> list[str]:
    """`size` texts of 6 to 40 words, about half of which is a frame that others have too."""
    frames = [rng.choices(WORDS, cum_weights=WEIGHTS, k=rng.randint(3, 20)) for _ in range(60)]
    texts = []
    for _ in range(size):
        frame = rng.choice(frames)
        free = rng.choices(WORDS, cum_weights=WEIGHTS, k=rng.randint(len(frame) // 2 + 1, len(frame) + 3))
        cut = rng.randint(0, len(frame))
        texts.append(" ".join(frame[:cut] + free + frame[cut:]))
    return texts


def main() -> None:
    texts = corpus(max(SIZES) + QUERIES, random.Random(7))
    queries = texts[-QUERIES:]
    for size in SIZES:
        tracemalloc.start()
        index = index_of(texts[:size])
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        spent, hits = timed(index, queries)
        print(
            f"{size:>7} texts: median {spent[QUERIES // 2]:.2f} ms a query, p99 {spent[QUERIES * 99 // 100]:.2f} ms, "
            f"{hits}/{QUERIES} near-duplicates, {held / 2**20:.0f} MiB"
        )
        agree(texts[:size], queries[:CHECKED])


def index_of(texts: list[str]) -> RougeIndex:
    index = RougeIndex()
    for text in texts:
        index.add(text, "k")
    return index


def timed(index: RougeIndex, queries: list[str]) -> tuple[list[float], int]:
    """Milliseconds of each query, sorted, and how many found a near-duplicate."""
    spent, hits = [], 0
    for query in queries:
        start = time.perf_counter()
        hits += bool(index.nearest(query))
        spent.append((time.perf_counter() - start) * 1e3)
    return sorted(spent), hits


def agree(texts: list[str], queries: list[str]) -> None:
    """Compare decisions and scores with `rouge-score`, query by query, and print how many are the same.

    The first queries are scored against every text. The others only against those with which they share words enough
    for `NEARLY`: a longest common subsequence is never longer than what the words have in common.
    """
    index, scorer = index_of(texts), RougeScorer(["rougeL"], tokenizer=_Split())
    sharing = _Sharing(texts)
    outcomes: Counter[str] = Counter()
    for number, query in enumerate(queries):
        rivals = texts if number < AGAINST_ALL else sharing.enough_for(query)
        best = max((scorer.score(text, query)["rougeL"].fmeasure for text in rivals), default=0.0)
        outcomes["pairs"] += len(rivals)
        found = index.nearest(query)
        refused = best >= LIMIT - 1e-12
        outcomes["refused"] += refused
        outcomes["decisions"] += bool(found) == refused
        outcomes["scores"] += abs(found[0].score - best) < 1e-9 if found else not refused
    print(
        f"{len(texts):>7} texts: {outcomes['decisions']} of {len(queries)} decisions as rouge-score gives them "
        f"({outcomes['refused']} refused, {len(queries) - outcomes['refused']} new), {outcomes['scores']} scores; "
        f"{outcomes['pairs']:,} pairs scored, {AGAINST_ALL} queries against every text"
    )
    assert outcomes["decisions"] == outcomes["scores"] == len(queries)


class _Split:
    """The words of these texts, as rouge-score would cut them: they are blanks and words of one case."""

    def tokenize(self, text: str) -> list[str]:
        return text.split()


class _Sharing:
    """Which texts share words enough with a query."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts
        self._sizes = [len(text.split()) for text in texts]
        self._holding: dict[str, list[tuple[int, int]]] = {}
        for number, text in enumerate(texts):
            for word, times in Counter(text.split()).items():
                self._holding.setdefault(word, []).append((number, times))

    def enough_for(self, query: str) -> list[str]:
        shared = [0] * len(self._texts)
        for word, times in Counter(query.split()).items():
            for number, there in self._holding.get(word, ()):
                shared[number] += min(times, there)
        size = len(query.split())
        return [
            text
            for text, both, other in zip(self._texts, shared, self._sizes, strict=True)
            if 2 * both >= NEARLY * (size + other)
        ]


if __name__ == "__main__":
    main()
