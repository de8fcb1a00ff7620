"""BLEU of one text (Papineni et al. 2002) as sacreBLEU computes it (Post 2018, arXiv 1804.08771), signature
`case:mixed|eff:yes|tok:13a|smooth:exp`, so that figures can be set beside published ones.

One thing is added: characters of scripts without spaces are words of their own, as sacreBLEU's tokeniser for Chinese
has them, since a sentence of Japanese would otherwise be one word.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from windrow.text.tokens import is_unspaced

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ORDER = 4
ENTITIES = (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"))
# The tokeniser of mteval-v13a, its rules in its order.
RULES = (
    (re.compile(r"([\{-\~\[-\` -\&\(-\+\:-\@\/])"), r" \1 "),
    (re.compile(r"([^0-9])([\.,])"), r"\1 \2 "),
    (re.compile(r"([\.,])([^0-9])"), r" \1 \2"),
    (re.compile(r"([0-9])(-)"), r"\1 \2 "),
)


def bleu(text: str, references: Sequence[str]) -> float:
    """From 0 to 1, of `text` against one or more right texts."""
    said = _tokens(text)
    right = [_tokens(reference) for reference in references]
    if not said or not any(right):
        return 0.0
    precisions = list(_precisions(said, right))
    if not precisions or precisions[0] is None:
        return 0.0
    logs, smooth = [], 1.0
    for counts in precisions:
        hits, total = counts or (0, 0)
        smooth = smooth if hits else smooth * 2
        logs.append(math.log((hits or 1 / smooth) / total))
    closest = min((abs(len(one) - len(said)), len(one)) for one in right)[1]
    brevity = 1.0 if len(said) >= closest else math.exp(1 - closest / len(said))
    return min(1.0, brevity * math.exp(sum(logs) / len(logs)))


def _precisions(said: list[str], right: list[list[str]]) -> Iterator[tuple[int, int] | None]:
    """(runs that a reference has too, runs) for each length that `said` has; None first where it shares no word."""
    for size in range(1, ORDER + 1):
        mine = _runs(said, size)
        if not mine:
            return
        most: Counter[tuple[str, ...]] = Counter()
        for one in right:
            most |= _runs(one, size)
        hits = sum((mine & most).values())
        yield None if size == 1 and not hits else (hits, sum(mine.values()))


def _runs(tokens: list[str], size: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(tokens[start:] for start in range(size)), strict=False))


def _tokens(text: str) -> list[str]:
    line = text.strip().replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
    for entity, character in ENTITIES:
        line = line.replace(entity, character)
    line = f" {line} "
    for pattern, replacement in RULES:
        line = pattern.sub(replacement, line)
    if not line.isascii():
        line = "".join(f" {letter} " if is_unspaced(letter) else letter for letter in line)
    return line.split()
