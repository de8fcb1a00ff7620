"""Is that quote really there? What a judge offers as evidence is looked up, word for word, before it counts.

Tolerated is what happens to a text when it is quoted: other white space and quotation marks, dashes, emphasis marks
left out, an accent composed or not, a capital at the start, a full stop at the end, and an ellipsis between pieces that
stand in this order. Not tolerated is another word, another number, or a word cut in two.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from windrow.text.tokens import is_unspaced

if TYPE_CHECKING:
    from collections.abc import Iterator

QUOTES = "\"'“”„‟«»‹›‘’‚‛″′＂＇「」『』"
DASHES = "‐‑‒–—―−﹣－"
SAME = str.maketrans(dict.fromkeys(QUOTES, "'") | dict.fromkeys(DASHES, "-") | {"…": "..."})
EMPHASIS = "*_`"
EDGES = " \t\r\n'.,;:!?…。！？、；：،؛؟।"
ELLIPSIS = re.compile(r"\s*[\[(]?\s*(?:\.{3,}|…)\s*[\])]?\s*")
PIECE = 8  # letters and digits that each piece beside an ellipsis holds at least, so that none can be stitched together


def locate(text: str, quote: str) -> tuple[int, int] | None:
    """(start, end) in `text` of what `quote` quotes, from its first piece to its last; None where it is not there.

    A quote without a letter or digit is no evidence, unless it is the whole text.
    """
    if quote.strip() and quote.strip() == text.strip():
        start = len(text) - len(text.lstrip())
        return start, start + len(text.strip())
    plain = _find(text, _worded(quote), 0)  # most quotes are exact, and folding a long text takes its time
    if plain:
        return plain
    folded, places = _folded(text)
    found = _find(folded, _core(quote), 0) or _pieces(folded, quote)
    return (places[found[0]], places[found[1] - 1] + 1) if found else None


def holds(text: str, quote: str) -> bool:
    """Whether `quote` stands in `text`."""
    return locate(text, quote) is not None


def _pieces(folded: str, quote: str) -> tuple[int, int] | None:
    pieces = [core for piece in ELLIPSIS.split(quote) if (core := _core(piece))]
    if len(pieces) < 2 or any(_weight(piece) < PIECE for piece in pieces):  # noqa: PLR2004 - one piece was looked for
        return None
    spans: list[tuple[int, int]] = []
    for piece in pieces:
        found = _find(folded, piece, spans[-1][1] if spans else 0)
        if found is None:
            return None
        spans.append(found)
    return spans[0][0], spans[-1][1]


def _core(quote: str) -> str:
    return _worded(_folded(quote)[0])


def _worded(quote: str) -> str:
    """A quote without what stands around its words; '' where it has none."""
    core = quote.strip(EDGES)
    while core and unicodedata.combining(core[0]):  # an accent without its letter
        core = core[1:].lstrip(EDGES)
    return core if any(letter.isalnum() for letter in core) else ""


def _weight(piece: str) -> int:
    """Letters and digits; a character of a script without spaces says as much as two."""
    return sum(2 if is_unspaced(letter) else 1 for letter in piece if letter.isalnum())


def _find(text: str, needle: str, start: int) -> tuple[int, int] | None:
    """Where `needle` stands at borders of words; its first letter may be of either case."""
    if not needle:
        return None
    other = needle[0].swapcase() + needle[1:]
    for wanted in dict.fromkeys((needle, other)):
        at = text.find(wanted, start)
        while at >= 0:
            end = at + len(wanted)
            if not _border(text, at - 1, at):
                at = text.find(
                    wanted, _next_border(text, at + 1)
                )  # from letter to letter of a long word takes for ever
            elif _border(text, end - 1, end):
                return at, end
            else:
                at = text.find(wanted, at + 1)
    return None


def _next_border(text: str, at: int) -> int:
    while not _border(text, at - 1, at):
        at += 1
    return at


def _border(text: str, left: int, right: int) -> bool:
    """Whether a word may end at `left` and another begin at `right`, its neighbour."""
    if left < 0 or right >= len(text):
        return True
    before, after = text[left], text[right]
    if unicodedata.combining(after):
        return False
    if before.isdigit() and after in ".,:/":
        return not text[right + 1 : right + 2].isdigit()
    if after.isdigit() and before in ".,:/":
        return left == 0 or not text[left - 1].isdigit()
    return not (before.isalnum() and after.isalnum()) or is_unspaced(before) or is_unspaced(after)


@lru_cache(maxsize=64)
def _folded(text: str) -> tuple[str, tuple[int, ...]]:
    """`text` as quotes are compared, and for each of its characters the place in `text` it comes from."""
    letters: list[str] = []
    places: list[int] = []
    parts = {letter: _parts(letter) for letter in set(text)}
    for place, letter in enumerate(text):
        for part in parts[letter]:
            letters.append(part)
            places.append(place)
    for keeps in (_emphasis_kept, _space_kept):
        kept = keeps(letters)
        letters, places = [letters[at] for at in kept], [places[at] for at in kept]
    return "".join(letters), tuple(places)


def _parts(letter: str) -> str:
    """What a character is compared as: none or several."""
    return "".join(
        " " if part.isspace() else part
        for part in unicodedata.normalize("NFD", letter).translate(SAME)
        if unicodedata.category(part) != "Cf" and not "\ufe00" <= part <= "\ufe0f"  # invisible: joiners, selectors
    )


def _emphasis_kept(letters: list[str]) -> list[int]:
    """Where to keep: all but the marks of emphasis, which are those that do not stand inside a word or a formula."""
    return [
        at
        for letter, run, before, after in _runs(letters)
        if letter not in EMPHASIS or (before.isalnum() and after.isalnum())
        for at in run
    ]


def _space_kept(letters: list[str]) -> list[int]:
    """Where to keep: one of each run of white space, and none where the writing has no spaces."""
    return [
        at
        for letter, run, before, after in _runs(letters)
        if letter != " " or not (_unspaced(before) and _unspaced(after))
        for at in (run[:1] if letter == " " else run)
    ]


def _runs(letters: list[str]) -> Iterator[tuple[str, range, str, str]]:
    """Each run of one character: the character, its places, and its neighbours ('' at the ends)."""
    start = 0
    for letter, run in groupby(letters):
        end = start + sum(1 for _ in run)
        before = letters[start - 1] if start else ""
        yield letter, range(start, end), before, letters[end] if end < len(letters) else ""
        start = end


def _unspaced(letter: str) -> bool:
    """Whether a line may break beside `letter` without a space: in Chinese or Thai, and at wide punctuation."""
    return bool(letter) and (is_unspaced(letter) or unicodedata.east_asian_width(letter) in {"W", "F"})
