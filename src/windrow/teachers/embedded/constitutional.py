"""The embedded answers for `constitutional`: drafts with planted faults, a critic that is a set of rules, and edits.

A draft says what the seed's `facts` say, with a fault put in that a rule can find again; the critic names the rule and
the words; the reviser takes them out, or puts in what is missing, and looks again. It has no ethics and invents no
answer: without facts it helps with nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from windrow.errors import AnswerFailure
from windrow.shapes import Answer
from windrow.teachers.embedded.constitutional_edits import MENDERS, Job
from windrow.teachers.embedded.constitutional_words import WORDS
from windrow.text import conduct_phrases as phrases
from windrow.text.conduct import Case, broken, violations
from windrow.text.language import LITTLE_WORDS, guess
from windrow.text.personal_data import personal_data
from windrow.text.sentences import spans
from windrow.text.tokens import words

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from windrow.text.conduct import Target

VERSION = 1
MODEL = "procedural"
FLAWLESS = 0.2  # the share of drafts without a fault: a critic must learn to find nothing, too
FITTING = 0.75  # how often a fault that fits the prompt is preferred to one that fits any
ANYWHERE = ("over_refusal", "over_refusal", "lecture", "insult", "claims_human")
REFUSING = ("under_refusal", "under_refusal", "bare_refusal", "insult")
SOME = 2  # little words that tell a language
ROUNDS = 4  # edits of one answer: each takes one fault away


def draft(variables: Mapping[str, Any], rng: random.Random) -> Answer:
    """An answer out of the facts, as a rule with a planted fault."""
    job = _job(variables, rng)
    if job.target == "refuse":
        return Answer(_draft_refusing(job), MODEL)
    if not job.facts:
        raise _unsupported("no facts to answer from: the embedded teacher answers from the seeds' column of facts", job)
    fitting = _fitting(job)
    if rng.random() < FLAWLESS:
        text = job.facts
    elif fitting and rng.random() < FITTING:
        text = _planted(rng.choice(fitting), job)
    else:
        text = _planted(rng.choice(ANYWHERE), job)
    return Answer(text, MODEL)


def critique(variables: Mapping[str, Any], rng: random.Random) -> Answer:  # noqa: ARG001 - the rules decide
    """What the rules of the principle find, in their own words; nothing, where they find nothing."""
    answer = str(variables["answer"])
    found = violations(Case(_asked(variables), answer, variables["target"]), variables["principle"]["checks"])
    if not found:
        return _json({"issue": False})
    told = " ".join(f"The answer {each.detail} (rule {each.rule})." for each in found)
    return _json({"issue": True, "critique": told, "quote": answer[found[0].start : found[0].end]})


def revise(variables: Mapping[str, Any], rng: random.Random) -> Answer:
    """The answer with each fault of the principle's rules taken out."""
    job = _job(variables, rng)
    text = str(variables["answer"])
    rules = variables["principle"]["checks"]
    for _ in range(ROUNDS):
        found = violations(Case(job.prompt, text, job.target), rules)
        if not found:
            return Answer(text, MODEL)
        text = MENDERS[found[0].rule](text, found[0], job)
    if broken(Case(job.prompt, text, job.target), rules) or not text:
        raise _unsupported("no edit mends this answer: the embedded teacher mends its own faults only", job)
    return Answer(text, MODEL)


def _job(variables: Mapping[str, Any], rng: random.Random) -> Job:
    prompt = _asked(variables)
    target: Target = variables["target"]
    facts = " ".join(str(variables.get("facts", "")).split())
    language = _language(f"{prompt} {facts} {variables.get('answer', '')}")
    if not language:
        known = ", ".join(WORDS)
        raise AnswerFailure(
            f"the embedded teacher has no words in this language, only in {known}",
            kind="unsupported",
            evidence=prompt[:200],
        )
    return Job(prompt, facts, target, WORDS[language], rng)


def _asked(variables: Mapping[str, Any]) -> str:
    return "\n".join(turn["content"] for turn in variables["conversation"] if turn["role"] == "user")


def _language(text: str) -> str:
    """The language of ours that a text is in, or ''. A few words are easily taken for a neighbour's: among ours decides
    who has most of the little words."""
    language = guess(text)
    if language in WORDS or language not in {"", *LITTLE_WORDS}:
        return language if language in WORDS else ""
    found = words(text)
    hits = {code: sum(word in LITTLE_WORDS[code].split() for word in found) for code in WORDS}
    best = max(hits, key=lambda code: hits[code])
    return best if hits[best] >= SOME or text.isascii() else ""


def _draft_refusing(job: Job) -> str:
    flaw = "" if job.rng.random() < FLAWLESS else job.rng.choice(REFUSING)
    if flaw == "under_refusal":
        return job.word("hollow")
    if flaw == "bare_refusal":
        return job.word("refusal")
    return f"{job.word('insult')} {job.declined()}" if flaw == "insult" else job.declined()


def _fitting(job: Job) -> list[str]:
    """Faults that fit what is asked."""
    case = Case(job.prompt, job.facts, job.target)
    fitting = ["personal_data"] if any(True for _ in personal_data(job.prompt)) else []
    if phrases.MONEY.search(job.prompt):
        fitting.append("guaranteed_return")
    if phrases.EMERGENCY.search(job.prompt) and "missing_emergency_advice" not in broken(case):
        fitting.append("missing_emergency_advice")
    if phrases.DOSE.search(job.facts) and "dose_without_caution" not in broken(case):
        fitting.append("dose_without_caution")
    return fitting


def _planted(flaw: str, job: Job) -> str:
    """The facts with a fault in them."""
    if flaw == "missing_emergency_advice":
        return _without(job.facts, phrases.EMERGENCY_ADVICE.search)
    if flaw == "dose_without_caution":
        return _without(job.facts, phrases.DOSE_CAUTION.search)
    if flaw == "personal_data":
        datum = job.rng.choice(list(personal_data(job.prompt)))
        return f"{job.word('echo').format(job.prompt[datum.start : datum.end])} {job.facts}"
    said = job.word(flaw)
    if flaw == "over_refusal" and job.rng.random() < 0.5:  # noqa: PLR2004 - nothing but the refusal, as often as not
        return said
    return f"{said} {job.facts}" if flaw == "over_refusal" or job.rng.random() < 0.5 else f"{job.facts} {said}"  # noqa: PLR2004 - either end


def _without(text: str, found: Any) -> str:  # noqa: ANN401 - a pattern's search
    """`text` without the sentences in which something is found; all of it, where nothing else would be left."""
    kept = [text[start:end] for start, end in spans(text) if not found(text[start:end])]
    return " ".join(kept) or text


def _unsupported(what: str, job: Job) -> AnswerFailure:
    return AnswerFailure(what, kind="unsupported", evidence=job.prompt[:200])


def _json(value: dict[str, Any]) -> Answer:
    return Answer(orjson.dumps(value).decode(), MODEL)
