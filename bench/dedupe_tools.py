"""Runs one tool over one file of rows and says what it refused, for `bench/dedupe.py`: a process of its own each.

Each is used as its own documentation shows, at a Jaccard threshold of 0.8 over the same runs of three words and with
128 permutations; semhash compares vectors, of words and at random since no model is at hand, so its threshold is the
cosine that such edits leave.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

THRESHOLD = 0.8
PERMUTATIONS = 128
COSINE = 0.96
DIMENSIONS = 64


def rows(data: Path) -> Iterator[tuple[int, str, str]]:
    """Number, question and answer of each row."""
    with data.open(encoding="utf-8") as file:
        for number, line in enumerate(file):
            row = json.loads(line)
            yield number, row["question"], row["answer"]


def runs(question: str, answer: str) -> set[str]:
    """The runs of three words on both sides, caseless and without the marks at their ends."""
    sides = [side.lower().rstrip("?.").split() for side in (question, answer)]
    return {" ".join(run) for side in sides for run in zip(side, side[1:], side[2:], strict=False)}


def windrow(data: Path, folder: Path, *, near: bool = True) -> list[int]:
    from windrow.flow.filters.dedupe import Dedupe, DedupeOptions
    from windrow.row import Message, Row

    dedupe = Dedupe(DedupeOptions(threshold=THRESHOLD, near=near), base=folder)
    started()
    dedupe.open((), folder / "scratch")
    refused = []
    for number, question, answer in rows(data):
        row = Row("sft", messages=(Message("user", question), Message("assistant", answer)))
        if dedupe.admit(row).outcome == "pass":
            dedupe.keep(row)
        else:
            refused.append(number)
    dedupe.close()
    return refused


def windrow_exact(data: Path, folder: Path) -> list[int]:
    return windrow(data, folder, near=False)


def datasketch(data: Path, _folder: Path) -> list[int]:
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    started()
    refused = []
    for number, question, answer in rows(data):
        sketch = MinHash(num_perm=PERMUTATIONS)
        sketch.update_batch([run.encode() for run in runs(question, answer)])
        if index.query(sketch):
            refused.append(number)
        else:
            index.insert(number, sketch, check_duplication=False)
    return refused


def rensa(data: Path, _folder: Path) -> list[int]:
    from rensa import RMinHash, RMinHashDeduplicator

    index = RMinHashDeduplicator(threshold=THRESHOLD, num_perm=PERMUTATIONS, use_lsh=True, num_bands=16)
    started()
    refused = []
    for number, question, answer in rows(data):
        sketch = RMinHash(num_perm=PERMUTATIONS, seed=42)
        sketch.update(list(runs(question, answer)))
        if index.is_duplicate(str(number), sketch):
            refused.append(number)
        else:
            index.add(str(number), sketch)
    return refused


def semhash(data: Path, _folder: Path) -> list[int]:
    import numpy as np
    from dedupe import WORDS  # the words that the rows are made of
    from model2vec import StaticModel
    from semhash import SemHash
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel({word: place for place, word in enumerate(["[UNK]", *WORDS])}, "[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    vectors = np.random.default_rng(7).standard_normal((len(WORDS) + 1, DIMENSIONS)).astype(np.float32)
    vectors[0] = 0
    model = StaticModel(vectors=vectors, tokenizer=tokenizer, normalize=True)
    started()
    records = [{"number": str(number), "text": f"{question} {answer}"} for number, question, answer in rows(data)]
    result = SemHash.from_records(records, columns=["text"], model=model).self_deduplicate(threshold=COSINE)
    kept = {record["number"] for record in result.selected}
    return [int(record["number"]) for record in records if record["number"] not in kept]


BY_NAME: dict[str, Callable[[Path, Path], list[int]]] = {
    "windrow": windrow,
    "windrow, exact only": windrow_exact,
    "datasketch": datasketch,
    "rensa": rensa,
    "semhash": semhash,
}
START: dict[str, float] = {}


def started() -> None:
    """The tool is loaded: what counts begins."""
    START.update(seconds=time.process_time(), wall=time.perf_counter(), before_mib=resident())


def resident() -> float:
    """The most that was resident so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def main() -> None:
    name, data, folder = sys.argv[1:]
    refused = BY_NAME[name](Path(data), Path(folder))
    told: dict[str, Any] = {
        "rows": refused,
        "seconds": time.process_time() - START["seconds"],
        "wall": time.perf_counter() - START["wall"],
        "before_mib": START["before_mib"],
        "peak_mib": resident(),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
