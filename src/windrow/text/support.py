"""Does an answer in words of its own say what its evidence says? What strings can see of it, in any language.

Four signs of an answer that does not: words that neither the evidence nor the question has, names that the passage does
not know, a "not" from nowhere, and the same words over and over. An answer without any of them may still be wrong; one
with them is not worth keeping.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from windrow.text.content_words import content_words, same_word
from windrow.text.language import guess
from windrow.text.tokens import normalise, words

if TYPE_CHECKING:
    from collections.abc import Iterable

UNKNOWN = 1 / 4  # of the words of an answer, at most, may be its own
LONG, FRESH = 6, 0.4  # words, and the share of them that is not said before
NAME = re.compile(r"(?<=[^\W\d_][ ,])[^\W\d_a-z][^\W_]+")  # a capital inside a sentence
CAPITALISED_NOUNS = frozenset(["de", "lb"])
NEGATIONS = frozenset(
    """not no never none nor cannot without nicht kein keine keinen keinem keiner nie niemals ohne pas jamais aucun
    aucune sans nunca ningún ninguna sin jamás non mai nessun nessuna senza não nunca nenhum nenhuma sem niet geen
    nooit zonder не нет никогда без ليس لا بدون नहीं बिना""".split()  # noqa: SIM905
)
NEGATING = re.compile(r"n['’]t\b|[不没沒未无無非]|ない|ません|않|안 |없")


def unsupported(answer: str, evidence: Iterable[str], question: str, passage: str) -> str:
    """The first thing in `answer` that nothing supports, in a few words; '' where there is none. `evidence` are the
    quotes, `passage` the text around them with its title."""
    quoted = " ".join(evidence)
    known = {*content_words(quoted), *content_words(question), *words(quoted), *words(question)}
    found = words(answer)
    if len(found) >= LONG and len(set(found)) < FRESH * len(found):
        return "the same words over and over"
    said = content_words(answer)
    own = [word for word in said if not any(same_word(word, other) for other in known)]
    if not said or len(own) > UNKNOWN * len(said):
        return f"words of its own: {' '.join(own[:8])}" if own else "no word that says something"
    around = {*known, *words(passage)}
    names = [] if guess(passage) in CAPITALISED_NOUNS else NAME.findall(answer)
    unknown = [name for name in names if not set(words(name)) <= around]
    if unknown:
        return f"a name from elsewhere: {unknown[0]}"
    if _negated(answer) and not _negated(f"{quoted} {question}"):
        return "a negation that no quote has"
    return ""


def _negated(text: str) -> bool:
    plain = normalise(text)
    return NEGATING.search(plain) is not None or not NEGATIONS.isdisjoint(words(plain))
