"""Is that quote really there? What a judge offers as evidence is looked up, word for word, before it counts.

Tolerated is what happens to a text when it is quoted: other white space and quotation marks, dashes, emphasis marks
left out, an accent composed or not, a capital at the start, a full stop at the end, and an ellipsis between pieces that
stand in this order. Not tolerated is another word, another number, or a word cut in two.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from windrow.text.tokens import is_unspaced

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
    core = _folded(quote)[0].strip(EDGES)
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
            if _border(text, at - 1, at) and _border(text, end - 1, end):
                return at, end
            at = text.find(wanted, at + 1)
    return None


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
    for place, letter in enumerate(text):
        for part in unicodedata.normalize("NFD", letter).translate(SAME):
            if unicodedata.category(part) == "Cf" or "\ufe00" <= part <= "\ufe0f":  # invisible: joiners, selectors
                continue
            letters.append(" " if part.isspace() else part)
            places.append(place)
    kept = [at for at in range(len(letters)) if not _dropped(letters, at)]
    return "".join(letters[at] for at in kept), tuple(places[at] for at in kept)


def _dropped(letters: list[str], at: int) -> bool:
    """Whether a character says nothing: white space after white space or inside unspaced writing, emphasis marks."""
    letter = letters[at]
    if letter == " ":
        before, after = _beside(letters, at, -1), _beside(letters, at, +1)
        return letters[at - 1 : at] == [" "] or (is_unspaced(before or "a") and is_unspaced(after or "a"))
    if letter in EMPHASIS:
        before, after = _beside(letters, at, -1), _beside(letters, at, +1)
        return not (before.isalnum() and after.isalnum())
    return False


def _beside(letters: list[str], at: int, step: int) -> str:
    """The nearest character that is not the one at `at`, in the direction of `step`; '' at the end."""
    letter = letters[at]
    at += step
    while 0 <= at < len(letters) and letters[at] == letter:
        at += step
    return letters[at] if 0 <= at < len(letters) else ""
