"""How varied the words of a text are, by measures that do not simply fall with its length.

MTLD and HD-D follow McCarthy and Jarvis (2010, "MTLD, vocd-D, and HD-D", Behavior Research Methods 42), MATTR follows
Covington and McFall (2010), distinct-n follows Li et al. (2016, arXiv 1510.03055). All take words in order, in any
language; None where a text is too short for the measure.
"""

from __future__ import annotations

import zlib
from collections import Counter
from math import exp, lgamma
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FACTOR = 0.72  # the type-token ratio at which a factor of MTLD is full
DRAWS = 42  # words in a draw of HD-D
WINDOW = 25  # words in a window of MATTR


def mtld(words: Sequence[str], threshold: float = FACTOR) -> float | None:
    """The mean length, in words, of runs whose type-token ratio stays above `threshold`; forwards and backwards."""
    if not words:
        return None
    return (_run_length(words, threshold) + _run_length(words[::-1], threshold)) / 2


def hdd(words: Sequence[str], draws: int = DRAWS) -> float | None:
    """The expected type-token ratio of `draws` words drawn without putting back (hypergeometric): in [0, 1]."""
    total = len(words)
    if total < draws:
        return None
    return sum(1 - _absent(total, count, draws) for count in Counter(words).values()) / draws


def mattr(words: Sequence[str], window: int = WINDOW) -> float | None:
    """The mean type-token ratio over every window of so many words: in [0, 1]."""
    if len(words) < window:
        return None
    inside = Counter(words[:window])
    ratios = len(inside)
    for gone, come in zip(words, words[window:], strict=False):
        inside[gone] -= 1
        if not inside[gone]:
            del inside[gone]
        inside[come] += 1
        ratios += len(inside)
    return ratios / window / (len(words) - window + 1)


def distinct(texts: Iterable[Sequence[str]], n: int) -> float | None:
    """The share of runs of `n` words that are different ones, over all texts together: in [0, 1].

    It falls as texts are added, so it compares only sets of the same size.
    """
    seen: set[tuple[str, ...]] = set()
    total = 0
    for words in texts:
        runs = list(zip(*(words[place:] for place in range(n)), strict=False))
        total += len(runs)
        seen.update(runs)
    return len(seen) / total if total else None


def compression(texts: Iterable[str]) -> float | None:
    """How many bytes of text a byte of zlib's holds (Shaib et al. 2024, arXiv 2403.00553): the more, the more alike.

    Plain prose is at 2 to 3; zlib looks back 32 KiB only, so likeness across a large set is not seen.
    """
    packer = zlib.compressobj(9)
    before = after = 0
    for text in texts:
        told = text.encode("utf-8", "surrogatepass") + b"\n"
        before += len(told)
        after += len(packer.compress(told))
    after += len(packer.flush())
    return before / after if before else None


def _run_length(words: Sequence[str], threshold: float) -> float:
    factors = 0.0
    types: set[str] = set()
    length = 0
    for word in words:
        types.add(word)
        length += 1
        if len(types) / length <= threshold:
            factors += 1
            types.clear()
            length = 0
    if length:
        factors += (1 - len(types) / length) / (1 - threshold)
    # No word came twice: one factor that is not full yet, so the length itself is all that can be said.
    return len(words) / factors if factors else float(len(words))


def _absent(total: int, count: int, draws: int) -> float:
    """The probability that a word that stands `count` times among `total` is not among those drawn."""
    if total - count < draws:
        return 0.0
    return exp(_log_choose(total - count, draws) - _log_choose(total, draws))


def _log_choose(total: int, chosen: int) -> float:
    return lgamma(total + 1) - lgamma(chosen + 1) - lgamma(total - chosen + 1)
