"""The embedded answers for `conversations`: a brief made of the seeds' facts, and both sides played from it by rule.

The rules that a seed's assistant states in general ("Refunds are paid within five days.") are said again in these very
words; names, references, dates and what happened are new. The wordings are English, so other languages are refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

from windrow.errors import AnswerFailure
from windrow.shapes import Answer
from windrow.teachers.embedded import conversations_words as say
from windrow.text.content_words import content_words, same_word
from windrow.text.language import guess
from windrow.text.sentences import spans

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

VERSION = 1
MODEL = "procedural"
FEWEST_WORDS, MOST_WORDS = 5, 26  # of a rule that is quoted
RULES_TOLD = 3
QUOTED, ASKED_BACK = 0.7, 0.5  # how often a rule is quoted, and how often the assistant asks back
# A sentence with one of these speaks of one case or one person, and states no rule.
PERSONAL = re.compile(
    r"\d{4,}|@|[?\"“”]|\b(?:I|I['’]\w+|me|my|mine|we['’]ve|we['’]ll|you['’](?:ve|ll|re)|hello|hi|dear|thanks?|sorry|today"
    r"|yesterday|tomorrow|now|just|then|this|that|these|those|it|he|she|they|them|their|his|her|there|here|such|second|other"
    r"|both|yes|no|please|your|was|were|had|came|went|did)\b",
    re.IGNORECASE,
)
REFERENCE = re.compile(r"\b[A-Z]\d\d-\d{3}\b")
SLOT = re.compile(r"\{(\w+)\}")


def plan(variables: Mapping[str, Any], rng: random.Random) -> Answer:
    """A brief: the issue of the axes, or one about what the leading seed is about, with particulars of its own."""
    exemplars, axes = variables["exemplars"], variables["axes"]
    _require_english(exemplars)
    began, since = _date(rng), _date(rng)
    user = {
        "issue": axes.get("issue", "").rpartition(" > ")[2] or f"something about {_subject(exemplars[0])}",
        "name": f"{rng.choice(say.FIRST_NAMES)} {rng.choice(say.LAST_NAMES)}",
        "reference": f"{rng.choice('ABCDEFGHKLMNPRTVWX')}{rng.randrange(10, 99)}-{rng.randrange(100, 999)}",
        "began": began,
        "tried": rng.choice(say.TRIED),
    }
    assistant = {
        "state": rng.choice(say.STATES).format(since=since),
        "remedy": rng.choice(say.REMEDIES),
        "team": rng.choice(say.TEAMS),
        "days": str(rng.randint(2, 9)),
    }
    rules = [rule for rule in _rules(exemplars) if "issue" not in axes or _bears_on(rule, axes["issue"])]
    told = [{"rule": rule} for rule in rng.sample(rules, min(RULES_TOLD, len(rules)))]
    brief = {
        "situation": f"Open since {began}: {user['issue']}. {user['name']} wants it settled.",
        "user_knows": [f"{key}: {value}" for key, value in user.items()],
        "assistant_knows": [f"{key}: {value}" for part in (assistant, *told) for key, value in part.items()],
        "ending": _ending(axes.get("outcome", "")),
    }
    return Answer(orjson.dumps(brief).decode(), MODEL)


def user_turn(variables: Mapping[str, Any], rng: random.Random) -> Answer:
    """What the user says next: why they write, the reference, a question that was not asked yet, or how it ends."""
    known, history = _read(variables["user_knows"]), variables["history"]
    tone = _tone(variables["axes"].get("persona", ""))
    if not history:
        parts = (say.GREETINGS[tone], say.OPENINGS, say.STORIES, say.WISHES[tone])
        return _turn(parts, known, rng)
    first = say.GIVING if len(history) == 2 else say.CURT_LEADS_IN if tone == say.CURT else say.LEADS_IN  # noqa: PLR2004 - the reference was asked for
    if variables["last"]:
        return _turn((first, say.USER_CLOSES[_outcome(variables["ending"])]), known, rng)
    said = " ".join(turn["content"] for turn in history)
    fresh = [questions for questions, _ in say.TOPICS.values() if not any(one in said for one in questions)]
    return _turn((first, rng.choice(fresh) if fresh else say.WISHES[say.PLAIN]), known, rng)


def assistant_turn(variables: Mapping[str, Any], rng: random.Random) -> Answer:
    """What the assistant answers: asks for the reference, says what it found, answers the question, or closes."""
    history = variables["history"]
    said = " ".join(turn["content"] for turn in history)
    known = _read(variables["assistant_knows"])
    given = REFERENCE.search(said)
    known["reference"] = given[0] if given else ""
    known["first"] = next((name for name in say.FIRST_NAMES if name in said), "")
    exchange = len(history) // 2
    if variables["last"]:
        found = (say.FOUND,) if exchange == 1 else ()
        return _turn((*found, say.ASSISTANT_CLOSES[_outcome(variables["ending"])]), known, rng)
    if exchange == 0:
        return _turn((say.RECEIVED, say.ASKING), known, rng)
    answers = [_answers(history[-1]["content"]), _quoted(variables["assistant_knows"], said, rng)]
    if exchange == 1:
        return _turn((say.FOUND, *answers, say.PROMISE), known, rng)
    return _turn((say.ASSURING, *answers, say.OFFERS if rng.random() < ASKED_BACK else ()), known, rng)


def _turn(parts: Sequence[Sequence[str]], known: Mapping[str, str], rng: random.Random) -> Answer:
    """One wording of each part, of those whose gaps can all be filled."""
    said = []
    for wordings in parts:
        fitting = [one for one in wordings if all(known.get(name) for name in SLOT.findall(one))]
        if fitting:
            said.append(SLOT.sub(lambda found: known[found[1]], rng.choice(fitting)))
    text = ""
    for part in filter(None, said):
        goes_on = text.endswith(",") and not part.startswith(("I ", "I'"))
        text = f"{text} {part[0].lower() if goes_on else part[0]}{part[1:]}".strip()
    return Answer(text[:1].upper() + text[1:], MODEL)


def _answers(asked: str) -> Sequence[str]:
    """How to answer the question that was asked, if it is one of ours."""
    return next((answers for questions, answers in say.TOPICS.values() if any(one in asked for one in questions)), ())


def _quoted(facts: Sequence[str], said: str, rng: random.Random) -> Sequence[str]:
    """A rule that was not quoted yet, in each of the frames for it; mostly."""
    fresh = [fact.removeprefix("rule: ") for fact in facts if fact.startswith("rule: ")]
    fresh = [rule for rule in fresh if rule not in said]
    if not fresh or rng.random() >= QUOTED:
        return ()
    rule = rng.choice(fresh)
    return [frame.replace("{fact}", rule) for frame in say.RULE]


def _read(facts: Sequence[str]) -> dict[str, str]:
    """The facts of a brief of ours by their names; `Tried` is for the start of a sentence."""
    known = dict(fact.split(": ", 1) for fact in facts if ": " in fact)
    if "tried" in known:
        known["Tried"] = known["tried"]
        known["tried"] = (
            known["tried"][0].lower() + known["tried"][1:] if known["tried"][:2] != "I " else known["tried"]
        )
    return known


def _require_english(exemplars: Sequence[Sequence[Mapping[str, str]]]) -> None:
    language = guess(" ".join(turn["content"] for turn in exemplars[0]))
    if language not in {"en", ""}:
        raise AnswerFailure(
            f"the embedded teacher makes English conversations, and this seed is in {language!r}", kind="unsupported",
            remedy="name a model for the role teacher",
        )  # fmt: skip


def _rules(exemplars: Sequence[Sequence[Mapping[str, str]]]) -> list[str]:
    """What the assistants of the seeds state in general, in their words, each once."""
    turns = (turn["content"] for one in exemplars for turn in one if turn["role"] == "assistant")
    sentences = (text[start:end] for text in turns for start, end in spans(text))
    return list(dict.fromkeys(one for one in sentences if _is_rule(one)))


def _bears_on(rule: str, issue: str) -> bool:
    return any(same_word(one, other) for one in content_words(rule) for other in content_words(issue))


def _is_rule(sentence: str) -> bool:
    counted = len(sentence.split())
    return FEWEST_WORDS <= counted <= MOST_WORDS and sentence[-1] == "." and not PERSONAL.search(sentence)


def _subject(exemplar: Sequence[Mapping[str, str]]) -> str:
    """What both sides of the conversation speak of most, as somebody says it: "the grinder"."""
    sides = {
        role: " ".join(turn["content"] for turn in exemplar if turn["role"] == role) for role in ("user", "assistant")
    }
    both = f"{sides['user']} {sides['assistant']}".lower()
    shared = set(content_words(sides["user"])) & set(content_words(sides["assistant"]))
    named = [
        word
        for word in shared
        if word.isalpha() and re.search(rf"\b(?:my|your|the|our|a|an) {re.escape(word)}\b", both)
    ]
    if not named:
        return "my last request"
    counted = {word: len(re.findall(rf"\b{re.escape(word)}", both)) for word in named}
    return f"the {min(counted, key=lambda word: (-counted[word], word))}"


def _date(rng: random.Random) -> str:
    return f"{rng.randint(1, 28)} {rng.choice(say.MONTHS)}"


def _tone(persona: str) -> str:
    lower = persona.lower()
    return next((tone for tone, signs in say.TONES.items() if any(sign in lower for sign in signs)), say.PLAIN)


def _ending(outcome: str) -> str:
    return f"Outcome: {outcome or 'resolved'}"


def _outcome(ending: str) -> str:
    """Which of the endings that there are wordings for is meant; what is none of them is settled."""
    lower = ending.lower()
    return next((outcome for outcome in say.USER_CLOSES if outcome in lower), "resolved")
