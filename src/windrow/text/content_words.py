"""The words of a question that say what it asks for, without those that only make it a question.

Compared loosely, by common beginnings, so that "qualifies" meets "qualified" in any language that inflects at the end.
Scripts without spaces give pairs of neighbouring characters, single ones being too common to mean anything.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from windrow.text.language import LITTLE_WORDS
from windrow.text.tokens import is_unspaced, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

INFLECTED = 3  # letters at the end in which two forms of one word may differ
STEM = 4  # letters they must share

# What asks, joins, points or helps; beside the little words that tell languages apart. All languages in one set: a
# word that means something in one and nothing in another is rare, and missing one costs little.
FRAMES = {
    "en": (
        "what which who whom whose when where why how do does did doing done can could should would will may "
        "might must shall i me my mine we us your yours it its they them their he she there here be been "
        "being am was were have has had having not no nor so than then these those into onto about off but up "
        "down out over under per each any all some more most much many long often soon far get gets got "
        "happen happens happened let mean means want need like please tell know if while"
    ),
    "de": (
        "was wer wen wem wie wo wann warum wieso welche welcher welches welchen kann können muss soll sollte "
        "darf wenn ich mir mich mein meine man hat habe haben sind war es sich auch aus nach an am zum zur "
        "vom dass viel viele passiert geschieht"
    ),
    "fr": (
        "que quoi quel quelle quels quelles comment combien quand où pourquoi je mon ma mes il elle on puis "
        "peut dois faut si ce cette ces se sa son ses été être avoir fait"
    ),
    "es": (
        "qué cuál cuáles cómo cuánto cuánta cuántos cuántas cuándo dónde quién mi mis yo me puedo puede debo "
        "hay ser está sucede pasa lo un una"
    ),
    "it": (
        "che cosa quale quali come quanto quanta quanti quante quando dove chi perché mio mia posso devo succede sono"
    ),
    "pt": "qual quais como quantos quantas onde quem meu minha devo acontece ser",
    "nl": "wat welk welke wie hoe hoeveel wanneer waar waarom ik mijn kan kun moet mag gebeurt als",
    "ru": (
        "что какой какая какое какие каков какова как сколько когда где кто почему чем мне мой моя мои я мы "
        "вы он она они это для при если или не ли на по из от до за во со быть есть будет можно нужно надо "
        "могу должен делать у в к с о и а"
    ),
}
STOP = frozenset(word for listed in (*FRAMES.values(), *LITTLE_WORDS.values()) for word in listed.split())
# Neighbouring characters that only ask, in scripts without spaces.
STOP_PAIRS = frozenset(
    """多少 几个 几点 几天 哪个 哪些 哪里 怎样 何时 为何 幾個 幾點 幾天 哪個 哪裡 どの どれ どこ どう いつ いく くら
    くつ なぜ 何時 何人""".split()  # noqa: SIM905
)
STOP_CHARACTERS = frozenset(
    "的了是吗嗎呢么麼什怎如何谁誰哪为為有在和与及或我你您他她它们們请請能可以会會はがをのにでともかすまへや"
)


def content_words(text: str) -> list[str]:
    """The words of `text` that carry its meaning, each once, in order."""
    found = words(text)
    kept: dict[str, None] = {}
    for word in found:
        if not is_unspaced(word[0]) and word not in STOP and (len(word) > 1 or word.isdigit()):
            kept[word] = None
    kept |= dict.fromkeys(
        first + second
        for first, second in pairwise(found)
        if _means(first) and _means(second) and first + second not in STOP_PAIRS
    )  # fmt: skip
    return list(kept)


def share_held(wanted: Collection[str], words_there: Iterable[str]) -> float:
    """The share of `wanted` that is among `words_there`, in whatever form of the word; 1 where nothing is wanted."""
    there = frozenset(words_there)
    held = sum(word in there or any(same_word(word, other) for other in there) for word in wanted)
    return held / len(wanted) if wanted else 1.0


def same_word(one: str, other: str) -> bool:
    """Whether these may be two forms of one word: alike but for up to three letters at the end."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    begin = max(STEM, len(long) - INFLECTED)
    return short[:begin] == long[:begin] and len(short) >= begin and not any(map(str.isdigit, one + other))


def _means(word: str) -> bool:
    return is_unspaced(word[0]) and word not in STOP_CHARACTERS
