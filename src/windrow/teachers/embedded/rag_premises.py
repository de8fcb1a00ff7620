"""The embedded answer for a question that rests on a wrong figure: the figure of a fact with its first digit changed,
taken for granted in a "why" question. Nothing but the digit is made up, and that is the point of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

from windrow.errors import AnswerFailure
from windrow.shapes import Answer
from windrow.teachers.embedded import other_languages, question_form
from windrow.teachers.embedded.rag_qa import MODEL, read
from windrow.teachers.embedded.rag_rules import english_like
from windrow.text.evidence import contains
from windrow.text.quantities import quantity
from windrow.text.tokens import words

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from windrow.teachers.embedded.passage import Passage

VERSION = 1
PLAIN = 6  # words of a figure with its unit
PREFIX = r"(?P<before>For [^?]*?, )?"
# An English question for a figure, and the question that takes a figure for its answer.
ENGLISH = (
    (re.compile(PREFIX + r"[Ww]hat (?P<verb>is|are|was|were) (?P<rest>the .+)\?"),
     "{before}why {verb} {rest} {claim}?"),
    (re.compile(PREFIX + r"[Hh]ow much (?P<verb>do|does) (?P<rest>.+?) cost(?P<more>.*)\?"),
     "{before}why {verb} {rest} cost {claim}{more}?"),
    (re.compile(PREFIX + r"[Hh]ow long (?P<verb>do|does|can|may|will|might) (?P<rest>.+? (?:take|last))\?"),
     "{before}why {verb} {rest} {claim}?"),
    (re.compile(PREFIX + r"[Hh]ow soon (?P<verb>must|should) (?P<rest>.+)\?"), "{before}why {verb} {rest} {claim}?"),
)  # fmt: skip
WHY = {
    "de": "Warum gilt bei {s} für „{k}“ die Angabe „{v}“?",
    "fr": "Pour {s}, pourquoi est-il prévu « {v} » pour « {k} » ?",
    "es": "¿Por qué se indica «{v}» para «{k}» en {s}?",
    "it": "Perché per «{k}» con {s} è previsto «{v}»?",
    "pt": "Por que está previsto «{v}» para «{k}» em {s}?",
    "nl": "Waarom geldt bij {s} ‘{v}’ voor ‘{k}’?",
    "ru": "Почему для «{k}» ({s}) указано «{v}»?",
    "zh": "为什么{s}的{k}是{v}？",
    "ja": "なぜ{s}の{k}は{v}なのですか？",
    "ko": "{s}의 {k}은(는) 왜 {v}인가요?",
    "ar": "لماذا «{k}» بالنسبة إلى {s} هو «{v}»؟",
    "hi": "{s} के लिए «{k}» «{v}» क्यों है?",
}


def false_premise(variables: Mapping[str, Any], rng: random.Random) -> Answer:
    """A question that takes another figure for granted than the passage gives."""
    passage, _ = read(variables["title"], variables["section"], variables["text"])
    asked, truth = variables["question"], variables["answer"].rstrip(".")
    plain = len(words(truth)) <= PLAIN and "(" not in truth and quantity(truth, passage.language) is not None
    claim = _changed(truth, rng) if plain else ""
    question = _asked_why(passage, asked, claim) if claim else ""
    sound = question and question_form.is_sound(question, passage.language, passage.subject)
    if not sound or contains(passage.text, claim) or not contains(passage.text, truth):
        raise AnswerFailure(
            "no rule of the embedded teacher turns this question into one that rests on a wrong figure",
            kind="unsupported", evidence=asked,
        )  # fmt: skip
    return Answer(text=orjson.dumps({"question": question, "claim": claim, "truth": truth}).decode(), model=MODEL)


def _changed(figure: str, rng: random.Random) -> str:
    """`figure` with another first digit: written the same way, and plainly another number."""
    first = re.search(r"[1-9]", figure)
    if first is None:
        return ""
    digit = int(first[0])
    other = (digit - 1 + rng.choice((1, 2, 3))) % 9 + 1
    return f"{figure[: first.start()]}{other}{figure[first.end() :]}"


def _asked_why(passage: Passage, asked: str, claim: str) -> str:
    if not english_like(passage):
        label = other_languages.labelled(passage.language, asked, passage.subject)
        return WHY.get(passage.language, "").format(s=passage.subject, k=label, v=claim) if label else ""
    for pattern, wording in ENGLISH:
        found = pattern.fullmatch(asked)
        if found is not None:
            parts = {key: value or "" for key, value in found.groupdict().items()}
            question = wording.format(**parts, claim=claim)
            return question[:1].upper() + question[1:]
    return ""
