"""What a trace must be before anybody asks whether its answer is right: whole, reasoned, of one language, sane."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from windrow.shapes import Rejection
from windrow.text.answer_steps import wrong_step
from windrow.text.answers import match
from windrow.text.answers_extract import final_answers, numbers_said
from windrow.text.answers_values import quantity
from windrow.text.code_blocks import code_of
from windrow.text.language import LITTLE_WORDS, guess
from windrow.text.repetition import repeated_share
from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.flow.recipes.reasoning.questions import Question
    from windrow.flow.recipes.reasoning.traces import Trace

GRAM = 30
SHOWN = 200
ENOUGH_WORDS = 40  # fewer tell no language
SOME_LITTLE_WORDS = 2
FOREIGN_LETTERS, FOREIGN_SHARE = 6, 0.01
# Scripts by the first word of a letter's name. Greek is left out: mathematics is full of it.
SCRIPTS = {"CJK": "Han", "HIRAGANA": "Kana", "KATAKANA": "Kana", "HANGUL": "Hangul", "CYRILLIC": "Cyrillic",
           "ARABIC": "Arabic", "DEVANAGARI": "Devanagari", "THAI": "Thai", "HEBREW": "Hebrew", "BENGALI": "Bengali",
           "TAMIL": "Tamil", "LATIN": "Latin", "GEORGIAN": "Georgian", "ARMENIAN": "Armenian"}  # fmt: skip
TOGETHER = ({"Han", "Kana"}, {"Han", "Hangul"})  # scripts that one language mixes


@dataclass(frozen=True, slots=True)
class Gates:
    """The gates with their limits."""

    min_words: int
    repetition: float
    thinking: bool
    one_language: bool
    steps: str

    def fault(self, trace: Trace, question: Question) -> Rejection | None:
        """The first gate that the trace does not pass."""
        return next(self._faults(trace, question), None)

    def _faults(self, trace: Trace, question: Question) -> Iterator[Rejection]:
        if trace.finish not in {"stop", "unknown"}:
            yield Rejection("unfinished", f"the answer ended with {trace.finish!r} and not of itself")
        if self.thinking and not trace.thinking:
            yield Rejection("no_thinking", "no reasoning came with the answer")
        if not trace.answer:
            yield Rejection("no_answer", "nothing follows the reasoning")
        found = words(f"{trace.thinking} {trace.answer}")
        if len(found) < self.min_words:
            yield Rejection("too_short", f"{len(found)} words, at least {self.min_words} are wanted")
        share = repeated_share(found, GRAM)
        if share > self.repetition:
            yield Rejection(
                "repetitive", f"{share:.0%} of its {GRAM}-word runs are repeats", {"share": round(share, 4)}
            )
        if self.one_language:
            yield from _mixed(trace, question.text)
        yield from _answers(trace, question)
        if self.steps != "off":
            step = wrong_step(trace.thinking, plain=self.steps == "all") or wrong_step(
                trace.answer, plain=self.steps == "all"
            )
            if step is not None:
                yield Rejection("wrong_step", f"a step that does not hold: {step.shown[:SHOWN]}",
                            {"step": step.shown[:SHOWN], "comes_to": str(step.value)})  # fmt: skip


def _answers(trace: Trace, question: Question) -> Iterator[Rejection]:
    if question.kind == "code":
        if not code_of(trace.answer):
            yield Rejection("no_code", "no block of Python in the answer")
        return
    said = final_answers(trace.answer, marked=True)
    if not said:
        if question.kind == "answer":
            yield Rejection("no_answer", "the answer marks nothing as final", {"answer": trace.answer[-SHOWN:]})
        return
    reached = final_answers(trace.thinking, marked=True)
    if reached:
        same = {key: value for key, value in question.reference.items() if key in {"choices", "percent", "unit"}}
        if match(f"Answer: {said[-1]}", {**same, "answer": reached[-1]}).outcome == "fail":
            yield Rejection(
                "inconsistent", f"the reasoning ends at {reached[-1]!r}, the answer says {said[-1]!r}"[:SHOWN]
            )
    elif trace.thinking and not _mentions(trace.thinking, said[-1]):
        yield Rejection("inconsistent", f"the reasoning never comes to {said[-1]!r}"[:SHOWN])


def _mentions(thinking: str, answer: str) -> bool:
    """Whether a number that is the answer stands in the reasoning too; what is no number is not looked for."""
    value = quantity(answer)
    if value is None:
        return True
    found = [number for said in numbers_said(thinking) if (number := quantity(said)) is not None]
    if not found:
        return True  # worked out in words, or in symbols
    near = {value.value, value.value * 100, value.value / 100, -value.value}
    whole = {value.value.numerator, value.value.denominator} if value.value.denominator != 1 else set()
    values = {number.value for number in found}
    return bool(near & values) or bool(whole and whole <= values)


def _mixed(trace: Trace, question: str) -> Iterator[Rejection]:
    """Letters of a script that the question does not use, or another language than the question's."""
    text = f"{trace.thinking}\n{trace.answer}"
    asked, said = _scripts(question), _scripts(text)
    total = sum(said.values())
    for script, count in sorted(said.items()):
        known = script in asked or any(script in group and group & set(asked) for group in TOGETHER)
        if not known and script != "Latin" and count >= FOREIGN_LETTERS and count >= FOREIGN_SHARE * total:
            yield Rejection("mixed_languages", f"{count} letters of {script}, which the question does not use")
            return
    own, other = guess(question), guess(text)
    if own and other and own != other and len(words(text)) >= ENOUGH_WORDS and not _may_be(question, other):
        yield Rejection("mixed_languages", f"the question reads as {own}, the trace as {other}")


def _may_be(question: str, code: str) -> bool:
    """Whether a question could be in a language after all: names and numbers fool a guess at a short text."""
    little = set(LITTLE_WORDS.get(code, "").split())
    return len(little & set(words(question))) >= SOME_LITTLE_WORDS


def _scripts(text: str) -> Counter[str]:
    if text.isascii():
        return Counter({"Latin": sum(map(str.isalpha, text))})
    names = (unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha())
    return Counter(SCRIPTS[name] for name in names if name in SCRIPTS)
