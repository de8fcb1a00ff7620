"""What two passages may be linked by: names that both write, and labels under which both state a figure.

Names are found by how they are written, not by a list: capitals inside a sentence, letters with digits, quotation
marks. Where a script has no capitals, the names that titles give are found by searching for them (see `links`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from windrow.text.language import guess
from windrow.text.sentences import blocks, sentences
from windrow.text.tokens import is_unspaced, normalise, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.text.sentences import Block

WORD = re.compile(r"[^\W_]+(?:['’\-&./][^\W_]+)*")
QUOTED = re.compile(r"[“„«「『《]\s?([^“”„«»「」『』《》\n]{2,40}?)\s?[”“»」』》]")
LABEL = re.compile(
    r"^[ \t]*(?:[-*+•·–|][ \t]*)?(?:\*\*)?([^:：|\n*]{2,60}?)(?:\*\*)?[ \t]*(?:[:：]|\|)(?:\*\*)?[ \t]*(\S[^\n]*)$"
)
OPENING = re.compile(r"[:;—–(\"“„«*_>]")
DIGIT = re.compile(r"\d")
# Joined to a name only between two capitalised words: "Bank of Lindau".
ACRONYM = re.compile(r"[A-ZÀ-Þ]{2,5}(?:['’]?s)?")  # "PIN", "ATMs": a sort of thing, and no name of one
JOINING = frozenset("of de der des di do du del la le van von y & et".split(" "))  # noqa: SIM905
CAPITALISED_NOUNS = frozenset(["de", "lb"])  # languages that capitalise every noun: there one capital names nothing
SEEN = 1_000  # characters by which the language is told
LONGEST = 5  # words of a name
MOST = 80  # terms of one kind taken from a passage: more are a list, not a text
LABEL_WORDS = 8


def names(text: str) -> list[str]:
    """The names written in `text`, each once, in order, as they are written first."""
    single = guess(text[:SEEN]) not in CAPITALISED_NOUNS
    found: dict[str, str] = {}
    for block in blocks(text):
        if block.kind in ("heading", "code"):  # capitals mean nothing there
            continue
        for sentence in _sentences(text, block):
            for name in (*_runs(sentence, single=single), *QUOTED.findall(sentence)):
                if len(words(name)) <= LONGEST or is_unspaced(name[0]):
                    found.setdefault(normalise(name), name)
    return list(found.values())[:MOST]


def labels(text: str) -> list[str]:
    """The labels of lines "label: figure", and of table rows with a figure, each once, as they are written first."""
    found: dict[str, str] = {}
    for block in blocks(text):
        for line in text[block.start : block.end].split("\n") if block.kind != "heading" else ():
            stated = LABEL.match(line)
            if stated is not None and DIGIT.search(stated[2]) and 0 < len(words(stated[1])) <= LABEL_WORDS:
                found.setdefault(normalise(stated[1]), stated[1].strip())
    return list(found.values())[:MOST]


def _sentences(text: str, block: Block) -> list[str]:
    """What begins with a capital for that alone: the sentences of a paragraph, the cells of a table's row."""
    if block.kind == "row":
        return text[block.start : block.end].split("|")
    return [text[start:end] for start, end in sentences(text, block.start, block.end)]


def _runs(sentence: str, *, single: bool) -> Iterator[str]:
    """Stretches of capitalised words. What opens a sentence, a quotation or what stands behind a colon has a capital
    for that alone."""
    run: list[re.Match[str]] = []
    opens, end = True, 0
    for word in WORD.finditer(sentence):
        gap = sentence[end : word.start()]
        if run and not (gap in (" ", "\u00a0", " & ") and _goes_on(word[0])):
            yield from _name(sentence, run, single=single, opens=opens)
            run = []
        if run or _capital(word[0]):
            opens = opens if run else (end == 0 or OPENING.search(gap) is not None)
            run.append(word)
        if word[0][-1].isalpha():  # "1." and "a)" open no sentence
            end = word.end()
    if run:
        yield from _name(sentence, run, single=single, opens=opens)


def _name(sentence: str, run: list[re.Match[str]], *, single: bool, opens: bool) -> Iterator[str]:
    while run and not _capital(run[-1][0]):
        run = run[:-1]
    if opens and len(run) > 1 and not _marked(run[0][0]) and run[0][0].lower() in OPENERS:
        run, opens = run[1:], False
    if not run or len(run) > LONGEST:
        return
    only = run[0][0]
    plain = len(run) == 1 and not _marked(only)
    if plain and (opens or not single or len(only) < 3):  # noqa: PLR2004 - "Mr"
        return
    if len(run) == 1 and ACRONYM.fullmatch(only):
        return
    yield sentence[run[0].start() : run[-1].end()]


# What a sentence may begin with before a name: it has a capital only for that.
OPENERS = frozenset(
    """the a an our your this that these those each every if when while for in on at with from to by as der die das ein
    eine für im am bei mit von le la les un une el los las una il lo gli de het een o os""".split()  # noqa: SIM905
)


def _goes_on(word: str) -> bool:
    return _capital(word) or word.lower() in JOINING


def _capital(word: str) -> bool:
    return (word[0].isupper() and word != "I") or _marked(word)


def _marked(word: str) -> bool:
    """Letters with digits ("E-17", "X200") or capitals inside ("iPhone", "SEPA"), but no counted thing ("14-day")."""
    counted = word[0].isdigit() and word.islower()
    return not counted and (
        (word[0].isalpha() and DIGIT.search(word) is not None) or any(letter.isupper() for letter in word[1:])
    )
