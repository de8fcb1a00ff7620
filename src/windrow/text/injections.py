"""Does a text give orders to the model that will read it? Phrases of prompt injection, seen through what hides them.

A text is read as a model reads it: hidden characters left out, text in tags spelt out, letters that only look Latin
taken for what they imitate, and longer runs of base64 decoded. What is found is a phrase with its place; whether it was
an attack or is quoted in a lesson about attacks, words alone cannot tell.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from windrow.text.control_tokens import control_token
from windrow.text.hidden_characters import hidden_characters, visible
from windrow.text.injection_phrases import LED, NEGATED, PHRASES, TONGUES
from windrow.text.tokens import is_unspaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.text.injection_phrases import Tongue

WINDOW = 60  # characters around what is set aside in which the other two parts stand
BASE64 = re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{24,4000}={0,2}")
LOOKALIKES = str.maketrans(
    "аеорсухіѕјԁһӏԛԝкмтвнАВЕКМНОРСТУХІЅЈοαεικνρτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxisjdhlqwkmtbhABEKMHOPCTYXISJoaeiknptuxABEZHIKMNOPTYX",
)
WORD = re.compile(r"[^\W\d_]+")
STRAIGHT = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})


@dataclass(frozen=True, slots=True)
class Injection:
    """What was found: `text[start:end]`, and what it attempts: set_aside, tell_prompt, hidden_text, control_tokens, or
    the name of a set phrase. `how` says what it was hidden in, if in anything."""

    kind: str
    start: int
    end: int
    language: str = ""
    how: str = ""


def injections(text: str) -> list[Injection]:
    """Every such phrase in `text`, in order of place, one for each place and kind."""
    found = [
        Injection("hidden_text", one.start, one.end, how="tags") for one in hidden_characters(text) if one.says.strip()
    ]
    plain, places = visible(text)
    for one in _read(plain):
        start, end = places[one.start], places[one.end - 1] + 1
        hidden = "hidden characters" if one.end - one.start < end - start else ""
        found.append(Injection(one.kind, start, end, one.language, one.how or hidden))
    found.sort(key=lambda one: (one.start, one.end, one.kind))
    return [one for at, one in enumerate(found) if not any(_covers(other, one) for other in found[:at])]


def _covers(other: Injection, one: Injection) -> bool:
    return other.kind == one.kind and other.start <= one.start < other.end


def _read(plain: str) -> Iterator[Injection]:
    seen = list(_phrases(plain))
    yield from seen
    latin = plain if plain.isascii() else WORD.sub(_as_latin, plain)
    if latin != plain:
        known = set(seen)
        yield from (replace(one, how="letters of another script") for one in _phrases(latin) if one not in known)
    for run in BASE64.finditer(plain):
        inner = next(_phrases(_decoded(run[0])), None)
        if inner is not None:
            yield Injection(inner.kind, *run.span(), inner.language, "base64")


def _phrases(text: str) -> Iterator[Injection]:
    plain = text.translate(STRAIGHT)
    folded = unicodedata.normalize("NFKC", plain)
    plain = folded if len(folded) == len(plain) else plain
    lower = plain.lower()
    token = control_token(plain)
    if token and "think" not in token.lower():  # how a model reasons is no order to it
        yield Injection("control_tokens", plain.find(token), plain.find(token) + len(token))
    for kind, (signs, pattern) in _set_phrases().items():
        for found in pattern.finditer(plain) if any(sign in lower for sign in signs) else ():
            yield Injection(kind, *found.span())
    for tongue in TONGUES:
        if any(sign in lower for sign in _signs(tongue)):
            yield from _set_aside(tongue, plain)
            yield from _tell(tongue, plain)


def _set_aside(tongue: Tongue, text: str) -> Iterator[Injection]:
    """Where instructions, a word for the earlier ones, and a verb to set them aside stand in one clause."""
    aside, earlier, rules, _, _ = _patterns(tongue)
    for verb in aside.finditer(text):
        if _negated(text, verb.start()) or (tongue.code == "en" and not _orders(text, verb.start())):
            continue
        first, last = _clause(text, *verb.span())
        clause = text[first:last]
        told = next((one for one in rules.finditer(clause)), None)
        before = next((one for one in earlier.finditer(clause) if told and one.start() != told.start()), None)
        if told and before:
            start = min(verb.start(), first + told.start(), first + before.start())
            end = max(verb.end(), first + told.end(), first + before.end())
            yield Injection("set_aside", start, end, tongue.code)


def _tell(tongue: Tongue, text: str) -> Iterator[Injection]:
    """Where a prompt and a verb to tell it stand in one clause."""
    _, _, _, tell, prompt = _patterns(tongue)
    for told in prompt.finditer(text):
        first, last = _clause(text, *told.span())
        verb = next((one for one in tell.finditer(text, first, last)), None)
        if verb and not _negated(text, verb.start()):
            yield Injection("tell_prompt", min(verb.start(), told.start()), max(verb.end(), told.end()), tongue.code)


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    """The borders of the sentence around text[start:end], at most `WINDOW` characters away."""
    before, after = text[max(0, start - WINDOW) : start], text[end : end + WINDOW]
    left = max(before.rfind(mark) for mark in ".!?\n。！？")
    right = min((at for mark in ".!?\n。！？" if (at := after.find(mark)) >= 0), default=len(after))
    return start - len(before) + left + 1, end + right


def _negated(text: str, at: int) -> bool:
    return _NEGATED.search(text[max(0, at - 24) : at]) is not None


def _orders(text: str, at: int) -> bool:
    return _LED.search(text[max(0, at - 24) : at]) is not None


def _decoded(run: str) -> str:
    try:
        told = base64.b64decode(run + "=" * (-len(run) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""
    return told if told.isprintable() or "\n" in told else ""


def _as_latin(word: re.Match[str]) -> str:
    """A word of Latin and lookalike letters as Latin; a word of one script alone stays."""
    said = word[0]
    return said.translate(LOOKALIKES) if any(letter.isascii() for letter in said) else said


@lru_cache(maxsize=1)
def _set_phrases() -> dict[str, tuple[tuple[str, ...], re.Pattern[str]]]:
    flags = re.IGNORECASE | re.MULTILINE
    return {kind: (tuple(signs.split()), re.compile(pattern, flags)) for kind, (signs, pattern) in PHRASES.items()}


@lru_cache(maxsize=len(TONGUES))
def _signs(tongue: Tongue) -> tuple[str, ...]:
    return tuple(tongue.signs.split())


@lru_cache(maxsize=len(TONGUES))
def _patterns(tongue: Tongue) -> tuple[re.Pattern[str], ...]:
    spaced = not any(is_unspaced(letter) for letter in tongue.rules) and tongue.code != "ko"
    edge = r"(?<!\w)(?:{})(?!\w)" if spaced else "(?:{})"
    return tuple(re.compile(edge.format(words), re.IGNORECASE) for words in tongue[2:])


_NEGATED, _LED = re.compile(NEGATED, re.IGNORECASE), re.compile(LED, re.IGNORECASE | re.MULTILINE)
