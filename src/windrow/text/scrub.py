"""Takes personal data and secrets out of a text and puts a typed, numbered word in the place of each: `[EMAIL_1]`.

One detector finds them (`personal_data`, `secret_keys`), by form and check digits. Names of people and places have
neither, and are found only where a model for them is given (`names`).
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from windrow.text.personal_data import masked, personal_data
from windrow.text.placeholders import KINDS, PLACEHOLDER
from windrow.text.scrub_kept import Kept
from windrow.text.secret_keys import secret_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from windrow.text.placeholders import Placing

Names: TypeAlias = "Callable[[str], Iterable[tuple[str, int, int]]]"
"""Finds names in a text: (kind, start, end), the kind one of NAMED."""


class Found(NamedTuple):
    """What stands at `text[start:end]`: its kind, the `value` that tells it from others, and what may be shown."""

    kind: str
    start: int
    end: int
    value: str
    shown: str


class Finder:
    """Finds what is to be taken out: `kinds` of the detector but for what may stay (`keep`, see `Kept`), and what
    `names` finds."""

    def __init__(
        self, kinds: Iterable[str] = KINDS, *, keep: Iterable[str] | Kept = (), names: Names | None = None
    ) -> None:
        self._kinds = frozenset(kinds)
        self._kept = keep if isinstance(keep, Kept) else Kept(keep)
        self._names = names

    @property
    def finds_names(self) -> bool:
        """Whether it looks for people and places too."""
        return self._names is not None

    def structured(self) -> Finder:
        """The same without names, for texts that are no prose."""
        return Finder(self._kinds, keep=self._kept) if self.finds_names else self

    def __call__(self, text: str) -> list[Found]:
        """What is in `text`, in order of place. Nothing overlaps, and no placeholder is looked into."""
        taken = [match.span() for match in PLACEHOLDER.finditer(text)] if "[" in text else []
        found: list[Found] = []
        for one in self._candidates(text):
            at = bisect_left(taken, (one.start, one.end))
            if (not at or taken[at - 1][1] <= one.start) and (at == len(taken) or taken[at][0] >= one.end):
                taken.insert(at, (one.start, one.end))
                found.append(one)
        return sorted(found, key=lambda one: one.start)

    def _candidates(self, text: str) -> Iterator[Found]:
        """Keys first: a password in an address reads as a mail address too."""
        if "secret" in self._kinds:
            for key in secret_keys(text):
                value = text[key.start : key.end]
                if not self._kept.has(value):
                    yield Found("secret", key.start, key.end, value, f"{key.kind}, {len(value)} characters")
        for datum in personal_data(text):
            if datum.kind in self._kinds and not self._kept.holds(datum, text[datum.start : datum.end]):
                shown = masked(datum.digits, datum.kind)
                yield Found(datum.kind, datum.start, datum.end, datum.digits, shown)
        for kind, start, end in () if self._names is None else self._names(text):
            value = " ".join(text[start:end].casefold().split())
            if value and not self._kept.has(value):
                yield Found(kind, start, end, value, "…")


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """A text without what was found in it. Each of `edits` are (start, end, length of what is there now) of one going
    over the text."""

    text: str
    edits: tuple[tuple[tuple[int, int, int], ...], ...] = ()

    def at(self, offset: int) -> int:
        """Where the character that stood at `offset` is now: for one that is gone, the beginning of its word."""
        return self._moved(offset, within=0)

    def after(self, offset: int) -> int:
        """Where what ended at `offset` ends now: for an end that is gone, the end of its word."""
        return self._moved(offset, within=1)

    def _moved(self, offset: int, *, within: int) -> int:
        for edits in self.edits:
            shift = 0
            for start, end, length in edits:
                if offset <= start:
                    break
                if offset < end:
                    offset = start + within * length
                    break
                shift += length - (end - start)
            offset += shift
        return offset


def scrub(text: str, find: Callable[[str], list[Found]], placing: Placing) -> Scrubbed:
    """`text` without what `find` finds in it, gone over until it finds nothing more."""
    edits = []
    while found := find(text):
        words = [(one, placing(one.kind, one.value)) for one in found]
        edits.append(tuple((one.start, one.end, len(word)) for one, word in words))
        text = replaced(text, [(one.start, one.end, word) for one, word in words])
    return Scrubbed(text, tuple(edits))


def replaced(text: str, pieces: Iterable[tuple[int, int, str]]) -> str:
    """`text` with (start, end, word) put into it; the pieces are in order and do not overlap."""
    out, after = [], 0
    for start, end, word in pieces:
        out += [text[after:start], word]
        after = end
    return "".join([*out, text[after:]])
