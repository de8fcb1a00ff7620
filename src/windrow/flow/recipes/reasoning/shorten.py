"""Takes out of a trace what it says twice, and hesitation that says nothing; never a calculation that stands once.

Small students learn worse from long traces. At most half may go: more would mean that the trace was noise, and such a
trace stays as it is, to be judged as it is.
"""

from __future__ import annotations

import re

from windrow.text.tokens import normalise, words

MOST_DROPPED = 0.5
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|\n+")
_HESITATION = re.compile(
    r"\s*(?:(?:hmm+|wait|ok(?:ay)?|alright|well|so|right)[\s,.!…—-]*)*"
    r"(?:let me (?:think|see|check|double[- ]check|re-?read|verify)[^.!?\d]*|hmm+|wait|ok(?:ay)?|alright)[\s.!…,]*\Z",
    re.IGNORECASE,
)


def shortened(thinking: str) -> str:
    """The trace without its repeats and empty hesitations; the trace itself where more than half would go."""
    seen: set[str] = set()
    kept: list[str] = []
    place = 0
    for gap in [*_SENTENCE.finditer(thinking), None]:
        end = gap.start() if gap else len(thinking)
        sentence, space = thinking[place:end], gap[0] if gap else ""
        place = gap.end() if gap else end
        said = normalise(sentence)
        if (said and said in seen) or _HESITATION.match(sentence):
            continue
        seen.add(said)
        kept += [sentence, space]
    short = "".join(kept).strip()
    enough = len(words(short)) >= (1 - MOST_DROPPED) * len(words(thinking))
    return short if short and enough else thinking
