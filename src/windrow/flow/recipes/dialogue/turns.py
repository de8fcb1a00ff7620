"""May this turn stand? What goes wrong when models play both sides of a conversation, told without a model.

A user who speaks as the service, a turn that holds both speakers, a turn that says the last one again, one that is a
seed's with hardly a word changed, one that takes a real user's number along. Formulas of a side are learnt from the
seeds (whole sentences that several conversations have on one side and none on the other), so they are found in any
language; a short English list stands in where there are too few seeds to learn from.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from windrow.flow.recipes.dialogue.draws import SPEAKERS
from windrow.shapes import Rejection
from windrow.text.rouge import lcs
from windrow.text.sentences import spans
from windrow.text.tokens import normalise, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from windrow.flow.recipes.dialogue.draws import Conversation

# What transcripts call the two sides, in some languages.
LABELS: Mapping[str, str] = {
    "user": "user customer client caller guest human you member patient student kunde kundin nutzer cliente "
    "utilisateur usuario utente пользователь клиент 用户 客户 顾客 お客様 ユーザー 고객 사용자 عميل",
    "assistant": "assistant agent support bot ai advisor representative operator assistent assistentin berater "
    "beraterin conseiller conseillère agente asistente assistente medewerker ассистент оператор поддержка 助手 客服 "
    "アシスタント 상담원 مساعد",
}
SIDE_OF = {name: side for side, names in LABELS.items() for name in names.split()}
LABEL = re.compile(
    r"^[ \t>*_#\[(]{0,4}(\w+(?: (?:agent|support|service|assistant|advisor))?)[ \t*_\])]{0,4}[:：][ \t*_]*(.*)$",
    re.MULTILINE | re.IGNORECASE,
)
QUOTES = {'"': '"', "“": "”", "«": "»", "„": "“", "「": "」"}
SERVICE = re.compile(
    r"\bhow (?:can|may) I (?:help|assist) you\b|\bis there anything else I can (?:help|do|assist)\b"
    r"|\bthank you for (?:contacting|reaching out to) (?:us|our|\w+ support)\b"
    r"|\bI apologi[sz]e for (?:the|any) inconvenience\b"
    r"|\bI(?: have|['’]ve) (?:processed|issued|initiated) (?:your|the) (?:refund|replacement|return)\b",
    re.IGNORECASE,
)
DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b|\b\d\d[-./ ]\d\d[-./ ]\d{4}\b")
PARTICULAR = re.compile(r"[^\s<>@]+@[^\s<>@]+\.\w+|\d{5,}|\d(?:[ -]?\d){6,}")
NO_DIGITS = re.compile(r"\D+")
ALIKE = 0.8  # ROUGE-L between turns
ECHO_WORDS, REPEAT_WORDS, COPY_WORDS, FORMULA_WORDS, LEAK_WORDS, LABELLED_WORDS = 4, 6, 10, 4, 8, 3
LONGER, LONGEST = 3, 150  # times the longest turn of that side among the seeds, and words that any turn may have
SEEN_IN = 2  # conversations that a formula stands in


@dataclass(slots=True)
class Talk:
    """A conversation in the making."""

    ending: str
    turns: list[dict[str, str]] = field(default_factory=list)

    def last(self, role: str | None = None) -> str:
        """What was said last, by `role` or by anybody; '' where nothing was."""
        return next((turn["content"] for turn in reversed(self.turns) if role in {None, turn["role"]}), "")


class Rules:
    """The rules, with what is learnt from the seeds."""

    def __init__(self, seeds: Sequence[Conversation]) -> None:
        self._formulas = {side: _formulas(seeds, side) for side in SPEAKERS}
        self._longest = {side: max(_lengths(seeds, side), default=0) for side in SPEAKERS}

    def refusal(self, role: str, text: str, talk: Talk, shown: Sequence[Conversation]) -> Rejection | None:
        """What is wrong with `text` as the next turn of `talk`, or None."""
        said = words(text)
        return (
            _speakers(role, text)
            or self._other_side(role, text, talk)
            or _again(role, said, talk)
            or _copied(role, said, shown)
            or taken(text, shown)
            or self._length(role, said)
            or _leak(role, said, talk)
        )

    def _other_side(self, role: str, text: str, talk: Talk) -> Rejection | None:
        other = SPEAKERS[role == "user"]
        before = {normalise(sentence) for turn in talk.turns for sentence in _sentences(turn["content"])}
        formulas = self._formulas[other]
        found = next((each for each in map(normalise, _sentences(text)) if each in formulas and each not in before), "")
        if not found and role == "user":
            match = SERVICE.search(text)
            found = match[0] if match else ""
        return Rejection("speaks_as_other", f"the {role} says what the {other} says: {found[:80]!r}") if found else None

    def _length(self, role: str, said: list[str]) -> Rejection | None:
        most = max(LONGEST, LONGER * self._longest[role])
        if len(said) <= most:
            return None
        return Rejection(
            "long_turn", f"{len(said)} words, and the {role}s of the seeds say {self._longest[role]} at most"
        )


def plain(role: str, text: str) -> str:
    """The turn without what models put around it: the name of the side that speaks, quotation marks."""
    text = text.strip()
    label = LABEL.match(text)
    if label and SIDE_OF.get(_name(label[1])) == role:
        text = text[label.start(2) :].strip()
    closing = QUOTES.get(text[:1])
    if closing and text[-1] == closing and closing not in text[1:-1]:
        text = text[1:-1].strip()
    return text


def taken(text: str, shown: Sequence[Conversation]) -> Rejection | None:
    """Whether `text` has a long number or an address that a user of a seed gave: it belongs to a real person."""
    found = set(_particulars(text))
    if not found:
        return None
    for one in shown:
        for turn in one.turns[::2]:
            both = found.intersection(_particulars(turn.content))
            if both:
                return Rejection("copied_particulars", f"{min(both)} is a real user's, of {one.source}")
    return None


def _particulars(text: str) -> Iterator[str]:
    for match in PARTICULAR.finditer(DATE.sub(" ", text)):
        yield match[0].lower() if "@" in match[0] else NO_DIGITS.sub("", match[0])


def _speakers(role: str, text: str) -> Rejection | None:
    labelled = (match for match in LABEL.finditer(text) if SIDE_OF.get(_name(match[1]), role) != role)
    other = next((match[1] for match in labelled if len(words(match[2])) >= LABELLED_WORDS), "")
    return Rejection("several_speakers", f"a line of the {role}'s turn is labelled {other!r}") if other else None


def _name(label: str) -> str:
    return label.lower().split(" ")[-1]


def _again(role: str, said: list[str], talk: Talk) -> Rejection | None:
    """Whether the turn says the one before it again, or an earlier one of its own side."""
    if _alike(said, words(talk.last()), ECHO_WORDS):
        return Rejection("echoes_turn", "it says again what was just said")
    own = (words(turn["content"]) for turn in talk.turns if turn["role"] == role)
    if any(_alike(said, other, REPEAT_WORDS) for other in own):
        return Rejection("repeats_turn", f"the {role} has said so before")
    return None


def _copied(role: str, said: list[str], shown: Sequence[Conversation]) -> Rejection | None:
    for one in shown:
        if any(_alike(said, words(turn.content), COPY_WORDS) for turn in one.turns if turn.role == role):
            return Rejection("copied_turn", f"it is a turn of {one.source} with hardly a word changed")
    return None


def _leak(role: str, said: list[str], talk: Talk) -> Rejection | None:
    """Whether the turn reads out how the conversation is to end."""
    ending = " ".join(words(talk.ending))
    runs = (" ".join(said[at : at + LEAK_WORDS]) for at in range(len(said) - LEAK_WORDS + 1))
    if any(f" {run} " in f" {ending} " for run in runs):
        return Rejection("leaked_brief", f"the {role} reads out how the conversation is meant to end")
    return None


def _alike(one: list[str], other: list[str], least: int) -> bool:
    shorter, both = min(len(one), len(other)), len(one) + len(other)
    return shorter >= least and 2 * shorter >= ALIKE * both and 2 * lcs(one, other) >= ALIKE * both


def _formulas(seeds: Sequence[Conversation], side: str) -> frozenset[str]:
    """Sentences that several conversations have on `side` and none has on the other."""
    places: dict[str, set[str]] = defaultdict(set)
    others: set[str] = set()
    for one in seeds:
        for turn in one.turns:
            found = map(normalise, _sentences(turn.content))
            if turn.role == side:
                for sentence in found:
                    places[sentence].add(one.key)
            else:
                others.update(found)
    return frozenset(
        sentence
        for sentence, keys in places.items()
        if len(keys) >= SEEN_IN and sentence not in others and len(words(sentence)) >= FORMULA_WORDS
    )


def _lengths(seeds: Sequence[Conversation], side: str) -> Iterable[int]:
    return (len(words(turn.content)) for one in seeds for turn in one.turns if turn.role == side)


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in spans(text)]
