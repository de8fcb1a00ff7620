"""Which rows to look at, and what they say of all: a stratified sample that a seed fixes, and its estimate.

Rows are ranked within their stratum by a hash of seed and id (rendezvous hashing), and the sample takes the first. So
it does not depend on the order of the rows, another seed is another sample, and a larger sample contains the smaller
one: looking again costs only what was added.
"""

from __future__ import annotations

import hashlib
import heapq
from dataclasses import dataclass
from math import inf, isinf
from typing import TYPE_CHECKING

from windrow.statistics.intervals import CONFIDENCE, Estimate, clopper_pearson, wilson

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SMALL = 400
FEWEST, MOST = 200, 2000
LEAST_PER_STRATUM = 30
FEW_DEFECTS = 5


def sample_size(population: int, share: float = 0.05) -> int:
    """How many rows to look at first: `share` of them, at least 200 and at most 2,000; all of fewer than 400."""
    if population < SMALL:
        return population
    return min(MOST, max(FEWEST, round(share * population)))


def allocate(sizes: Mapping[str, int], n: int, least: int = LEAST_PER_STRATUM) -> dict[str, int]:
    """How many of `n` go to each stratum: first `least` to each as far as it has them, then in proportion to size
    (Webster's method). At least one to each, even where that makes more than `n`; more for a larger `n`, never fewer.
    """
    given = dict.fromkeys(sorted(name for name, size in sizes.items() if size > 0), 0)
    left = min(max(n, len(given)), sum(sizes[name] for name in given))
    waiting = [(_rank(sizes[name], 0, least), name) for name in given]
    heapq.heapify(waiting)
    for _ in range(left):
        _, name = heapq.heappop(waiting)
        given[name] += 1
        if given[name] < sizes[name]:
            heapq.heappush(waiting, (_rank(sizes[name], given[name], least), name))
    return given


def _rank(size: int, given: int, least: int) -> tuple[int, float, int]:
    """The stratum with the smallest rank gets the next row."""
    if given < max(1, least):
        return 0, given, -size
    return 1, (2 * given + 1) / size, -size


def draw(
    ids: Mapping[str, Iterable[str]], n: int, seed: int | str, least: int = LEAST_PER_STRATUM
) -> dict[str, list[str]]:
    """The sample of `n` out of the ids of each stratum, in the order in which to look at them."""
    ranked = {name: sorted(members, key=lambda one: _place(seed, one)) for name, members in ids.items()}
    shares = allocate({name: len(members) for name, members in ranked.items()}, n, least)
    return {name: ranked[name][:share] for name, share in shares.items()}


def _place(seed: int | str, one: str) -> bytes:
    return hashlib.sha256(f"{seed}\0{one}".encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True, slots=True)
class Stratum:
    """A part of the rows: how many it has, how many were judged, and how many of these are defective."""

    size: int
    judged: int
    defects: int

    def __post_init__(self) -> None:
        if not 0 <= self.defects <= self.judged <= self.size:
            msg = f"no sample: {self.defects} defects in {self.judged} of {self.size}"
            raise ValueError(msg)


def stratified_rate(strata: Iterable[Stratum], confidence: float = CONFIDENCE) -> Estimate:
    """The share of defects among all rows, each stratum weighted by its size (Cochran 1977, 5.3, 5.4).

    The interval is Wilson's, or Clopper-Pearson's with fewer than five defects, at the sample's effective size: what
    a simple random sample of the same precision would have. It shrinks as the sample nears the whole (finite
    population). Of a stratum in which nothing was judged, anything may be true: the interval allows for it.
    """
    parts = [part for part in strata if part.size]
    seen = [part for part in parts if part.judged]
    if not seen:
        return Estimate(None, 0.0, 1.0, "nothing was judged")
    rate, method, known = _rate(seen), "wilson", sum(part.size for part in seen) / sum(part.size for part in parts)
    size = effective_size(seen)
    if isinf(size):
        return Estimate(rate, known * rate, known * rate + (1 - known), "counted")
    interval = wilson(rate * size, size, confidence)
    if sum(part.defects for part in seen) < FEW_DEFECTS:
        method, interval = "clopper-pearson", clopper_pearson(rate * size, size, confidence)
    return Estimate(rate, known * interval.low, known * interval.high + (1 - known), f"stratified, {method}")


def _rate(strata: list[Stratum]) -> float:
    return sum(part.size * part.defects / part.judged for part in strata) / sum(part.size for part in strata)


def effective_size(strata: Iterable[Stratum], *, finite: bool = True) -> float:
    """The size of the simple random sample that would say as much. Not `finite`: as if the rows were a sample of an
    endless supply, which is what judges that err make of them. Infinite where every row was judged.

    The smaller of two: one from weights alone (Kish 1965), which holds where few defects were seen, and one from the
    variance within the strata.
    """
    seen = [part for part in strata if part.judged]
    total, rate = sum(part.size for part in seen), _rate(seen)
    weights = within = 0.0
    for part in seen:
        unseen = 1 - part.judged / part.size if finite else 1.0
        weight, share = (part.size / total) ** 2 * unseen, part.defects / part.judged
        weights += weight / part.judged
        within += weight * share * (1 - share) / max(1, part.judged - 1)
    by_weights = 1 / weights if weights else inf
    return min(by_weights, rate * (1 - rate) / within) if within else by_weights
