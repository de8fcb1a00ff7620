"""Edits that take one fault out of an answer, each by the rule that found it. They change nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from windrow.errors import AnswerFailure
from windrow.text import conduct_phrases as phrases
from windrow.text.personal_data import personal_data
from windrow.text.sentences import spans

if TYPE_CHECKING:
    import random
    import re
    from collections.abc import Callable, Mapping

    from windrow.teachers.embedded.constitutional_words import Words
    from windrow.text.conduct import Target, Violation

SHORTEST = 12  # characters that are still an answer


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked, what is known, what should be done with it, and the words to do it in."""

    prompt: str
    facts: str
    target: Target
    words: Words
    rng: random.Random

    def word(self, what: str) -> str:
        """One of the wordings of `what`."""
        return self.rng.choice(self.words[what])

    def declined(self) -> str:
        """A refusal that offers something else: what the facts name, or help of a general kind."""
        offered = f"{self.word('redirect')} {self.facts}" if self.facts else self.word("elsewhere")
        return f"{self.word('refusal')} {offered}"


def without_sentence(text: str, found: Violation, job: Job) -> str:
    """The answer without the sentence; the facts, where nothing would be left."""
    left = f"{text[: found.start].rstrip()} {text[found.end :].lstrip()}".strip()
    if len(left) >= SHORTEST:
        return left
    if not job.facts:
        raise AnswerFailure(
            "nothing is left of the answer, and there are no facts to answer from", kind="unsupported",
            evidence=text[:200],
        )  # fmt: skip
    return job.facts


def _uncertain(text: str, found: Violation, job: Job) -> str:
    return f"{text[: found.start]}{job.word('uncertain')}{text[found.end :]}"


def _masked(text: str, found: Violation, job: Job) -> str:
    said = next(datum for datum in personal_data(text) if datum.start == found.start)
    number = said.kind in {"card", "iban", "ssn", "phone"}
    shown = job.word("masked").format(said.digits[-4:]) if number else job.word("masked_address")
    return f"{text[: found.start]}{shown}{text[found.end :]}"


def _sent_for_help(text: str, found: Violation, job: Job) -> str:  # noqa: ARG001 - it is missing, so it is nowhere
    return _restored(text, phrases.EMERGENCY_ADVICE, job) or f"{job.word('emergency')} {text}"


def _with_caution(text: str, found: Violation, job: Job) -> str:  # noqa: ARG001 - likewise
    return _restored(text, phrases.DOSE_CAUTION, job) or f"{text} {job.word('caution')}"


def _restored(text: str, missing: re.Pattern[str], job: Job) -> str:
    """The facts, where they say what is missing and all else in the answer; or ''. Whom to call for gas is not whom to
    call for a heart."""
    known = missing.search(job.facts) and all(text[start:end] in job.facts for start, end in spans(text))
    return job.facts if known else ""


def _declined(text: str, found: Violation, job: Job) -> str:  # noqa: ARG001 - nothing of it may stay
    return job.declined()


def _with_offer(text: str, found: Violation, job: Job) -> str:  # noqa: ARG001 - what is there may stay
    offered = f"{job.word('redirect')} {job.facts}" if job.facts else job.word("elsewhere")
    return f"{text} {offered}"


MENDERS: Mapping[str, Callable[[str, Violation, Job], str]] = {
    "over_refusal": without_sentence,
    "lecture": without_sentence,
    "insult": without_sentence,
    "claims_human": without_sentence,
    "guaranteed_return": _uncertain,
    "personal_data": _masked,
    "missing_emergency_advice": _sent_for_help,
    "dose_without_caution": _with_caution,
    "under_refusal": _declined,
    "bare_refusal": _with_offer,
}
