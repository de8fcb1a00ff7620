"""Which steps fail: the elimination rules of Evol-Instruct (Xu et al. 2023, arXiv 2304.12244), decided by program.

The paper asks a model whether a rewrite gained anything; here that is counted in words. Whatever fails stays as a
rejected row with its reason, and its parent is tried again. The words that give an evolver or a responder away are
English, as the prompts are; every rule that counts or compares holds in any language.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from windrow.flow.recipes.evol.operators import BREADTH, COMPLICATE, SIMPLIFY
from windrow.shapes import Rejection
from windrow.text.constraint_conflicts import conflict
from windrow.text.constraints import find
from windrow.text.content_words import STOP, content_words, share_held
from windrow.text.rouge import rouge_l
from windrow.text.tokens import normalise, words

if TYPE_CHECKING:
    from collections.abc import Collection

    from windrow.flow.recipes.evol.rungs import Rung, Step

MACHINERY = (
    r"#\s?(?:the )?\w+ (?:prompt|instruction|input)\s?#"
    r"|\b(?:given|rewritten|re-written|evolved) (?:prompt|instruction)s?\b"
    r"|\b(?:here is|here's) (?:the|your|a) (?:new|rewritten|evolved|revised) (?:prompt|instruction|task)\b"
    r"|\b(?:here is|here's) the (?:prompt|instruction)\b"
)
META = re.compile(MACHINERY, re.IGNORECASE)
META_OF_TASK = re.compile(rf"{MACHINERY}|\A\W{{0,4}}(?:instruction|prompt|input)\W{{0,3}}[:：]", re.IGNORECASE)
TALK = re.compile(
    r"\A\W{0,3}(?:(?:sure|certainly|of course|absolutely|understood|great question)\b[,.!:]"
    r"|the (?:correct |right )?answer is\b|(?:here is|here's) (?:the|your|my|an?) (?:answer|response|solution|reply)\b"
    r"|as an AI\b)|\bplease provide (?:me )?(?:with )?(?:the|your|more|an?) "
    r"(?:prompt|instruction|task|text|input|details|information|context)\b",
    re.IGNORECASE,
)
DECLINED = re.compile(
    r"\A\W{0,3}(?:I(?:'m| am|’m) (?:so |very |really )?sorry|sorry\b\s?[,.!:]|sorry,? (?:but )?I|I apologi"
    r"|unfortunately,? I"
    r"|I (?:can(?:['’]t|not)|am unable to|won['’]t) (?:help|assist|comply|rewrite|fulfil|answer (?:this|that)))",
    re.IGNORECASE,
)
APOLOGY = re.compile(r"\bsorry\b|\bapolog", re.IGNORECASE)
SORRY = re.compile(r"\bsorry\b", re.IGNORECASE)
KEPT = 0.34  # of a task's words that carry meaning, an in-depth rewrite keeps at least so much
KEPT_EASIER = 0.2
SAID_AGAIN = 0.5  # ROUGE-L with the known answer from which a "rewrite" is one
LONG_ENOUGH = 5  # words of an answer that can be known again
NEW_TASK = 0.7  # ROUGE-L with its parent below which a task of the same domain is another task
LONG_TEXT = 12  # characters: a shorter instruction may well stand in an answer by chance


@dataclass(frozen=True, slots=True)
class Limits:
    """Words that a step may add to an instruction and to an input; the share by which a task of the same domain may be
    longer or shorter; below how many words an apology refuses an answer."""

    words: int
    input_words: int
    breadth: float
    sorry_words: int


def added_words(step: Step, instruction: str) -> int:
    """By how many words `instruction` is longer than its parent's."""
    return len(words(instruction)) - len(words(step.parent.instruction))


def rewrite_refusal(
    step: Step, instruction: str, given: str, limits: Limits, before: Collection[str]
) -> Rejection | None:
    """Why a rewrite is left out, or None. `before` are the tasks of the chain so far, as `task_text` writes them."""
    refusal = _of_words(step.parent, instruction)
    if refusal is not None:
        return refusal
    if task_text(instruction, given) in before:
        return Rejection("unchanged", "the same task again")
    found = conflict(find(instruction))
    if found:
        return Rejection("conflicting_constraints", found)
    if step.operator == BREADTH:
        return _of_breadth(step, instruction, limits)
    return _of_depth(step, instruction, given, limits)


def _of_words(parent: Rung, instruction: str) -> Rejection | None:
    """Where the evolver did something else than to rewrite."""
    if not set(words(instruction)) - STOP:
        return Rejection("no_words", "nothing but punctuation or stop words")
    if _new_match(META_OF_TASK, instruction, parent.instruction):
        return Rejection("leaked_prompt", "words of the prompt stand in the rewritten task")
    if _new_match(DECLINED, instruction, parent.instruction):
        return Rejection("apology", "the evolver apologises instead of rewriting")
    if _answered(instruction, parent):
        return Rejection("answered", "the evolver answered instead of rewriting")
    return None


def task_text(instruction: str, given: str) -> str:
    """A task as compared."""
    return normalise(f"{instruction}\0{given}")


def _of_breadth(step: Step, instruction: str, limits: Limits) -> Rejection | None:
    count, like = len(words(instruction)), len(words(step.parent.instruction))
    if abs(count - like) > limits.breadth * like:
        return Rejection("breadth_length", f"{count} words, where its parent has {like}")
    if rouge_l(instruction, step.parent.instruction) >= NEW_TASK:
        return Rejection("no_information_gain", "its parent again in nearly the same words")
    return None


def _of_depth(step: Step, instruction: str, given: str, limits: Limits) -> Rejection | None:
    parent, added = step.parent, added_words(step, instruction)
    if added > limits.words:
        return Rejection("too_many_added_words", f"{added} words longer, more than {limits.words}")
    refusal = _of_input(step, given, limits)
    if refusal is not None:
        return refusal
    easier = step.operator == SIMPLIFY
    kept = _kept(parent.instruction, instruction)
    if kept < (KEPT_EASIER if easier else KEPT):
        return Rejection("drifted", f"keeps {kept:.0%} of what its parent says: another task, or an answer")
    if easier:
        return None if added < 0 else Rejection("not_easier", "not shorter than its parent")
    new = _new_words(f"{parent.instruction} {parent.input}", f"{instruction} {given}")
    return None if new else Rejection("no_information_gain", "no word that its parent does not have")


def _of_input(step: Step, given: str, limits: Limits) -> Rejection | None:
    parent = step.parent
    if step.operator != COMPLICATE:
        same = normalise(given) == normalise(parent.input)
        return None if same else Rejection("input_changed", "the input is not the parent's")
    longer = len(words(given)) - len(words(parent.input))
    if longer <= 0:
        return Rejection("input_not_extended", "the input has no more words than the parent's")
    if longer > limits.input_words:
        return Rejection("input_too_long", f"{longer} words longer, more than {limits.input_words}")
    kept = _kept(parent.input, given)
    return None if kept >= KEPT else Rejection("input_changed", f"keeps {kept:.0%} of the parent's input")


def _kept(before: str, after: str) -> float:
    """The share of what carries meaning in `before` that `after` has too."""
    return share_held(content_words(before), {*words(after), *content_words(after)})


def answer_refusal(step: Step, instruction: str, given: str, answer: str, limits: Limits) -> Rejection | None:
    """Why an answer is left out, or None."""
    parent = step.parent
    said = set(words(answer))
    if not said or (not said - STOP and not _may_be_little(said, instruction, parent)):
        return Rejection("no_words", "nothing but punctuation or stop words")
    excused = APOLOGY.search(f"{instruction} {parent.response}")
    if _short_apology(answer, limits) and not excused:
        return Rejection("apology", f"says sorry in fewer than {limits.sorry_words} words")
    if _new_match(META, answer, f"{instruction}\n{given}\n{parent.response}"):
        return Rejection("leaked_prompt", "words of the prompt stand in the answer")
    stated, heard = normalise(instruction), normalise(answer)
    if heard == stated or (len(stated) >= LONG_TEXT and stated in heard):
        return Rejection("echo", "the answer says the task again")
    return None


def _may_be_little(said: set[str], instruction: str, parent: Rung) -> bool:
    """Whether "no" may be an answer: the task names it, or its parent is answered so."""
    return said <= set(words(instruction)) or not set(words(parent.response)) - STOP


def _short_apology(text: str, limits: Limits) -> bool:
    return SORRY.search(text) is not None and len(words(text)) < limits.sorry_words


def _answered(instruction: str, parent: Rung) -> bool:
    if _new_match(TALK, instruction, parent.instruction):
        return True
    if len(words(parent.response)) < LONG_ENOUGH:
        return False
    alike = rouge_l(instruction, parent.response)
    return alike >= SAID_AGAIN and alike > rouge_l(parent.instruction, parent.response)


def _new_match(pattern: re.Pattern[str], text: str, before: str) -> bool:
    """Whether `pattern` stands in `text` and did not before."""
    return pattern.search(text) is not None and not pattern.search(before)


def _new_words(before: str, after: str) -> bool:
    return bool({word for word in Counter(words(after)) - Counter(words(before)) if word not in STOP})
