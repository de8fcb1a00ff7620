"""Evaluators of many outputs at once: how much they repeat each other and themselves. Read as a stream.

`outputs` is a list or any iterator, of texts, rows or mappings with an output; nothing of it is kept but counts and
hashes, so a million outputs fit in memory. Empty outputs are counted apart and judged by nobody.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from windrow.evaluators.inputs import InputError, of_row, resolve
from windrow.evaluators.metrics_frame import Evaluation, Measure, Nothing, evaluator
from windrow.row import Row
from windrow.text.repetition import repeated_share
from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from windrow.evaluators.inputs import Inputs
    from windrow.evaluators.results import EvalResult

Size = Annotated[int, Field(ge=1, le=10)]
MOST_HELD = 1 << 18
"""Hashes of n-grams held at once: beyond it a count of different ones is an estimate, off by 0.2 % (one sigma)."""
LOOP_GRAM, LOOP, LOOP_WORDS = 10, 0.3, 60  # as the check `hygiene` has them
OPENING = 5


@evaluator("outputs", of_output=False)
def distinct_n(inputs: Inputs, *, n: Size = 3) -> Measure:
    """Different runs of `n` words divided by all of them, over all outputs together (Li et al. 2016, arXiv 1510.03055).
    It falls with the number of outputs, so compare sets of one size only. Runs do not cross from one output to the
    next."""
    grams, outputs, empty = Distinct(), 0, 0
    for said in _outputs(inputs):
        outputs, empty = outputs + 1, empty + (not said)
        for at in range(len(said) - n + 1):
            grams.add("\0".join(said[at : at + n]))
    if not grams.total:
        raise Nothing(f"no output has {n} words")
    told = {
        "different": grams.different,
        "total": grams.total,
        "exact": grams.exact,
        "outputs": outputs,
        "empty": empty,
    }
    about = "" if grams.exact else "about "
    reason = f"{about}{grams.different} different runs of {n} words among {grams.total}"
    return Measure(min(1.0, grams.different / grams.total), reason, metadata=told)


@evaluator("outputs", of_output=False)
def repetition_rate(inputs: Inputs) -> Measure:
    """1 minus the share of outputs that say, word for word, what an earlier one says, or that loop: of sixty words or
    more, over three tenths of their runs of ten words repeated. Also tells the commonest opening of five words."""
    seen: set[bytes] = set()
    openings: Counter[bytes] = Counter()
    spelt: dict[bytes, str] = {}
    counts = Counter[str]()
    for said in _outputs(inputs):
        counts["empty" if not said else "judged"] += 1
        if not said:
            continue
        digest = _digest(" ".join(said))
        again, loops = digest in seen, _loops(said)
        seen.add(digest)
        counts.update(repeats=again, loops=loops, either=again or loops)
        opening = _digest(" ".join(said[:OPENING]))
        openings[opening] += 1
        if openings[opening] == 2:  # noqa: PLR2004 - an opening that comes once is nobody's habit
            spelt[opening] = " ".join(said[:OPENING])
    if not counts["judged"]:
        raise Nothing("no output has a word")
    total = counts["judged"]
    common, times = min(openings.items(), key=lambda pair: (-pair[1], pair[0]))
    told = {"outputs": total, "empty": counts["empty"], "repeats": counts["repeats"], "loops": counts["loops"]}
    opened = {"opening": spelt.get(common, ""), "opening_share": times / total if common in spelt else 0.0}
    reason = f"of {total} outputs {counts['repeats']} repeat an earlier one and {counts['loops']} loop"
    return Measure(1 - counts["either"] / total, reason, metadata=told | opened)


def over(name: str, outputs: Iterable[Any], **options: Any) -> EvalResult:  # noqa: ANN401 - each is checked
    """The evaluator `name` of this module over a stream: `over("distinct_n", (row.response for row in rows), n=2)`."""
    return BY_NAME[name](resolve({"outputs": outputs}), **options)


class Distinct:
    """Counts different texts in bounded memory.

    Up to `MOST_HELD` different ones exactly; then only texts whose hash ends in a zero bit are held, then two, and so
    on, and what is held counts for as many (Wegman's adaptive sampling, Flajolet 1990). The order of texts does not
    matter, and no chance is in it.
    """

    def __init__(self, most: int = MOST_HELD) -> None:
        self.total = 0
        self._most = most
        self._bits = 0
        self._held: set[int] = set()

    def add(self, text: str) -> None:
        """Count a text."""
        self.total += 1
        value = int.from_bytes(_digest(text), "big")
        if value & ((1 << self._bits) - 1):
            return
        self._held.add(value)
        while len(self._held) > self._most:
            self._bits += 1
            self._held = {one for one in self._held if not one & ((1 << self._bits) - 1)}

    @property
    def different(self) -> int:
        """How many different texts there were, or about how many."""
        return min(self.total, len(self._held) << self._bits)

    @property
    def exact(self) -> bool:
        """Whether `different` is no estimate."""
        return not self._bits


def _outputs(inputs: Inputs) -> Iterator[list[str]]:
    """The words of each output."""
    given = inputs.get("outputs")
    if given is None or isinstance(given, str | bytes) or not hasattr(given, "__iter__"):
        raise InputError("it needs 'outputs': a list of texts, or any iterator of them", type="missing_input")
    for one in given:
        yield words(_text(one))


def _text(one: Any) -> str:  # noqa: ANN401 - a text, a row or a mapping
    if one is None or isinstance(one, str):
        return one or ""
    if not isinstance(one, Row | Mapping):
        raise InputError(f"'outputs' holds a {type(one).__name__}, which is no output", type="bad_input")
    return (of_row(one) if isinstance(one, Row) else resolve(one)).output


def _loops(said: list[str]) -> bool:
    return len(said) >= LOOP_WORDS and repeated_share(said, LOOP_GRAM) > LOOP


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


BY_NAME: Mapping[str, Evaluation] = {"distinct_n": distinct_n, "repetition_rate": repetition_rate}
