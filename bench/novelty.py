"""The ROUGE-L novelty gate at 10,000 and 100,000 texts: time per query, memory, and agreement with `rouge-score`.

    python bench/novelty.py

The texts are made: Zipf-distributed words in 60 sentence frames, so that, as among generated instructions, many
texts share their frame and some are near-duplicates.
"""

from __future__ import annotations

import random
import time
import tracemalloc
from itertools import accumulate

from rouge_score.rouge_scorer import RougeScorer

from windrow.text.rouge import RougeIndex

WORDS = [f"w{rank}" for rank in range(20_000)]
WEIGHTS = list(accumulate(1 / (rank + 1) for rank in range(len(WORDS))))
SIZES = (10_000, 100_000)
QUERIES = 500
CHECKED = 3


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
    agree(texts[: SIZES[0]], queries[:CHECKED])


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
    """Compare decisions with `rouge-score`, pair by pair; leave out pairs its floats put on the border."""
    index = index_of(texts)
    scorer = RougeScorer(["rougeL"])
    same = 0
    for query in queries:
        best = max(scorer.score(text, query)["rougeL"].fmeasure for text in texts)
        found = index.nearest(query)
        assert bool(found) == (best >= 0.7 - 1e-12)
        assert not found or abs(found[0].score - best) < 1e-9
        same += 1
    print(f"{same} queries against {len(texts)} texts each: decisions and scores as rouge-score gives them")


if __name__ == "__main__":
    main()
