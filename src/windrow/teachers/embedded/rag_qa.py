"""The embedded answers for `rag_qa`: facts that rules read off the passage, asked for and given verbatim.

`question` picks the nth fact of a passage, as far as it can of the kind that this question should be of; `answer` finds
the fact again by its question. Neither says anything that the passage does not say in these words.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson

from windrow.errors import AnswerFailure
from windrow.shapes import Answer
from windrow.teachers.embedded import english_sentences, other_languages, question_form, rag_rules
from windrow.teachers.embedded.passage import BULLET, Passage
from windrow.text.evidence import contains, core

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

    from windrow.teachers.embedded.passage import Fact

VERSION = 3
MODEL = "procedural"
NO_FACT = "the embedded teacher found no fact in this passage that its rules can ask about"
LISTED = re.compile(rf"\n\s*(?:{BULLET.pattern})(?=\S)")


def question(variables: Mapping[str, Any], rng: random.Random) -> Answer:  # noqa: ARG001 - the passage decides
    """The nth question that the passage answers."""
    passage, found = read(variables["title"], variables["section"], variables["text"])
    picked = _pick(found, int(variables["nth"]), variables["kinds"])
    if picked is None:
        raise AnswerFailure(
            f"{NO_FACT}{f', beyond the {len(found)} asked already' if found else ''}",
            kind="unsupported", evidence=passage.text[:200],
        )  # fmt: skip
    return _json({"question": picked.question})


def answer(variables: Mapping[str, Any], rng: random.Random) -> Answer:  # noqa: ARG001 - the passage decides
    """The answer to a question that `question` asked of the same passage."""
    passage, found = read(variables["title"], variables["section"], variables["text"])
    asked = core(variables["question"])
    fact = next((fact for fact in found if core(fact.question) == asked), None)
    if fact is None:
        raise AnswerFailure(
            "no rule answers this question: the embedded teacher answers its own questions only", kind="unsupported",
            evidence=variables["question"],
        )  # fmt: skip
    return _json({"answerable": True, "answer": _worded(passage, fact), "quotes": [passage.of(fact.quote)]})


@lru_cache(maxsize=64)
def read(title: str, section: str, text: str) -> tuple[Passage, tuple[Fact, ...]]:
    """The passage and its facts. A question with two different answers is no question."""
    passage = Passage(title, section, text)
    by_question: dict[str, list[Fact]] = defaultdict(list)
    for source in (rag_rules.facts, english_sentences.facts, other_languages.facts):
        for fact in source(passage):
            if _keeps(passage, fact):
                by_question[core(fact.question)].append(fact)
    single = (same[0] for same in by_question.values() if len({core(passage.of(fact.answer)) for fact in same}) == 1)
    return passage, tuple(sorted(single, key=_order))


def _keeps(passage: Passage, fact: Fact) -> bool:
    """Whether a fact may be asked for: a sound question, an answer that stands alone, and not in the question."""
    sound = question_form.is_sound(fact.question, passage.language, passage.subject)
    return sound and rag_rules.usable(passage, fact) and not contains(fact.question, passage.of(fact.answer))


def _order(fact: Fact) -> tuple[int, str]:
    """Surest rules first; among equals no place in the passage is preferred."""
    return fact.rank, hashlib.blake2b(fact.question.encode(), digest_size=8).hexdigest()


def _pick(found: Sequence[Fact], nth: int, kinds: Sequence[str]) -> Fact | None:
    """Deals the facts out, one a question, each time the first of the wanted kind or else the first there is."""
    left = list(found)
    for turn in range(nth + 1):
        if not left:
            return None
        wanted = kinds[turn % len(kinds)]
        picked = next((fact for fact in left if fact.kind == wanted), left[0])
        left.remove(picked)
    return picked


def _worded(passage: Passage, fact: Fact) -> str:
    """The answer as it stands in the passage, lines of a list apart; a clause as a sentence. No word is changed."""
    text = passage.of(fact.answer)
    if not LISTED.search(text):
        text = " ".join(text.split())
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if fact.clause else text


def _json(value: dict[str, Any]) -> Answer:
    return Answer(text=orjson.dumps(value).decode(), model=MODEL)
