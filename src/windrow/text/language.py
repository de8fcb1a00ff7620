"""Guesses the language of a text, for choosing wordings: by script, and by the little words of a language.

Good enough to answer a German passage in German; a text it cannot place is '' and gets the default wording.
"""

from __future__ import annotations

import unicodedata
from collections import Counter

from windrow.text.tokens import words

SAMPLE = 4_000  # characters looked at
HITS = 0.04  # of all words: fewer little words than this name no language
DIFFERENT = 2  # one little word alone may belong to many languages

SCRIPTS = (
    ("HIRAGANA", "ja"), ("KATAKANA", "ja"), ("HANGUL", "ko"), ("CJK", "zh"), ("CYRILLIC", "ru"), ("ARABIC", "ar"),
    ("DEVANAGARI", "hi"), ("GREEK", "el"), ("HEBREW", "he"), ("THAI", "th"),
)  # fmt: skip

LITTLE_WORDS = {
    "en": "the of and to is are with for you your on that can if this from or be as it by within our at",
    "de": "der die das und ist nicht ein eine mit für auf sie ihre ihr wir den dem des von zu im bei wird oder",
    "fr": "le la les des et est une un pour dans vous votre avec sur par ne pas nous que qui au aux sont ou",
    "es": "el la los las y es una un para en con su por que del se no al son o le nuestro si puede",
    "it": "il lo la gli e è una un per con su che del della di non si sono al nel da o ha puoi",
    "pt": "o a os as e é uma um para em com seu por que do da se não ao são ou você no na pode",
    "nl": "de het een en is niet met voor op van u uw wij bij of te in zijn wordt binnen kunt dat die",
}
_LISTS = {code: frozenset(listed.split()) for code, listed in LITTLE_WORDS.items()}


def guess(text: str) -> str:
    """The ISO 639-1 code of what `text` is most likely written in, or ''."""
    sample = text[:SAMPLE]
    return _by_script(sample) or _by_little_words(sample)


def _by_script(sample: str) -> str:
    if sample.isascii():
        return ""  # no script of those below
    names: Counter[str] = Counter()
    for letter, count in Counter(sample).items():
        if letter.isalpha():
            names[unicodedata.name(letter, "").split(" ")[0]] += count
    total = sum(names.values())
    for script, code in SCRIPTS:
        share = 0.05 if code == "ja" else 0.3  # Japanese text is half Chinese characters
        if total and names[script] / total >= share:
            return code
    return ""


def _by_little_words(sample: str) -> str:
    found = words(sample)
    hits = {code: [word for word in found if word in listed] for code, listed in _LISTS.items()}
    best = max(sorted(hits), key=lambda code: len(hits[code]))
    sure = len(set(hits[best])) >= DIFFERENT and len(hits[best]) >= HITS * len(found)
    return best if sure else ""
