"""How far the rows of a set lie apart: the Vendi score, nearest neighbours, and what of the real seeds is covered.

The Vendi score is the effective number of different items (Friedman and Dieng 2023, arXiv 2210.02410): the exponential
of the entropy of the similarity kernel's eigenvalues. Like every such count it grows with the number of items, so it is
given for batches of one size, whose spread also tells how sure it is.
"""

from __future__ import annotations

import math
from random import Random
from statistics import NormalDist, fmean, stdev
from typing import TYPE_CHECKING, Any

from windrow.quality.vectors import dense, library

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windrow.quality.vectors import Space

CLUSTER_ROWS = 8  # real rows to a cluster, on average
MOST_CLUSTERS = 40
DRAWS = 400  # of a bootstrap
NORMAL = NormalDist().inv_cdf(0.975)


def vendi(kernel: Any, q: float = 1.0) -> float:  # noqa: ANN401 - an array (n, n), or nested lists
    """The Vendi score of order `q` of a positive semidefinite similarity `kernel` with ones on its diagonal: from 1
    (all the same) to n (nothing in common). Order 1 is Shannon's, infinity counts the largest group only."""
    numpy = library("numpy")
    matrix = numpy.asarray(kernel, dtype=float)
    weights = numpy.linalg.eigvalsh(matrix / len(matrix))
    weights = weights[weights > 1e-12]  # noqa: PLR2004 - rounding of eigenvalues that are 0
    if q == 1:
        return float(numpy.exp(-(weights * numpy.log(weights)).sum()))
    if math.isinf(q):
        return float(1 / weights.max())
    return float((weights**q).sum() ** (1 / (1 - q)))


def nearest(vectors: Any, others: Any = None) -> list[float]:  # noqa: ANN401 - matrices, sparse or dense, with rows of length 1
    """The cosine of each row with its nearest among `others`, or among the rest of its own set: in [0, 1]."""
    numpy = library("numpy")
    found: list[float] = []
    for start in range(0, vectors.shape[0], 256):
        block = vectors[start : start + 256]
        cosines = dense(block @ (vectors if others is None else others).T)
        if others is None:
            places = numpy.arange(block.shape[0])
            cosines[places, start + places] = 0.0
        found += cosines.max(axis=1).clip(0, 1).tolist() if cosines.shape[1] else [0.0] * block.shape[0]
    return found


def batches(items: Sequence[Any], size: int) -> list[Sequence[Any]]:
    """Whole batches of `size`, none twice; the one that there is, where there are fewer items."""
    if len(items) < 2 * size:
        return [items[:size]] if items else []
    return [items[start : start + size] for start in range(0, len(items) - size + 1, size)]


def over_batches(values: Sequence[float]) -> tuple[float, float | None, float | None]:
    """The mean over batches with its 95 % interval; no interval of a single batch."""
    mean = fmean(values)
    if len(values) < 2:  # noqa: PLR2004 - one value has no spread
        return mean, None, None
    half = NORMAL * stdev(values) / math.sqrt(len(values))
    return mean, mean - half, mean + half


def mean_interval(values: Sequence[float]) -> tuple[float, float | None, float | None]:
    """The mean of independent values with its 95 % interval by the normal approximation."""
    return over_batches(values)


class Coverage:
    """Clusters of the real rows, and how rows that were made spread over them (k-means). `made` and `real` are how many
    could be placed, and `detail` says how many could not, if any. Raises NotPlaced."""

    def __init__(self, real: Sequence[str], made: Sequence[str], *, space: Space) -> None:
        seeds, rows = space.place_both(real, made)
        cluster = library("sklearn.cluster")  # not before: who lacks it is told so by NotPlaced
        count = max(2, min(MOST_CLUSTERS, len(seeds) // CLUSTER_ROWS))
        means = cluster.KMeans(n_clusters=count, n_init=4, random_state=0).fit(seeds.matrix)
        self.clusters = count
        self.real, self.made = len(seeds), len(rows)
        self.detail = "; ".join(filter(None, (seeds.detail, rows.detail)))
        self._real = _shares(means.labels_.tolist(), count)
        self._made = _shares(means.predict(rows.matrix).tolist(), count)

    @property
    def covered(self) -> float:
        """The share of the clusters that hold at least one row that was made: in [0, 1]."""
        return sum(share > 0 for share in self._made) / self.clusters

    @property
    def entropy(self) -> float:
        """How evenly the rows are spread over the clusters: 1 is evenly, 0 is all in one."""
        return -sum(share * math.log(share) for share in self._made if share) / math.log(self.clusters)

    @property
    def largest(self) -> float:
        """The share of the rows in the fullest cluster: in [0, 1]."""
        return max(self._made)

    def divergence_interval(self) -> tuple[float, float]:
        """Of `divergence`, at 95 %, by the basic bootstrap of both sets (Davison and Hinkley 1997): few rows over many
        clusters look apart by chance, which it takes out."""
        dice = Random(0)
        places = range(self.clusters)
        drawn = sorted(
            jensen_shannon(*(_shares(dice.choices(places, shares, k=size), self.clusters)
                             for shares, size in ((self._real, self.real), (self._made, self.made))))
            for _ in range(DRAWS)
        )  # fmt: skip
        least, most = drawn[DRAWS // 40], drawn[-1 - DRAWS // 40]
        return max(0.0, 2 * self.divergence - most), max(self.divergence, min(1.0, 2 * self.divergence - least))

    @property
    def divergence(self) -> float:
        """Jensen-Shannon divergence of the two spreads, in bits: 0 is alike, 1 has nothing in common."""
        return jensen_shannon(self._real, self._made)


def coverage(real: Sequence[str], made: Sequence[str], *, space: Space) -> Coverage:
    """The `Coverage` of two sets, worked out once for all figures that are made of it. Raises NotPlaced."""
    texts = (tuple(real), tuple(made))
    if space.clustered is None or space.clustered[0] != texts:
        space.clustered = (texts, Coverage(real, made, space=space))
    found: Coverage = space.clustered[1]
    return found


def jensen_shannon(one: Sequence[float], other: Sequence[float]) -> float:
    """Of two distributions over the same places, in bits: in [0, 1]."""
    middle = [(a + b) / 2 for a, b in zip(one, other, strict=True)]
    return (_relative_entropy(one, middle) + _relative_entropy(other, middle)) / 2


def _relative_entropy(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * math.log2(a / b) for a, b in zip(one, other, strict=True) if a > 0)


def _shares(labels: Sequence[int], count: int) -> list[float]:
    return [labels.count(cluster) / len(labels) for cluster in range(count)]
