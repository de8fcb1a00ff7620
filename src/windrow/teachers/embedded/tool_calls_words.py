"""Sentences about tools, in English: what a user wants done, and that it was done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from windrow.teachers.embedded import tool_calls_phrases as phrases
from windrow.tools.backends.operation_words import ALL_VERBS, VERBS
from windrow.tools.wording import label, parts, singular

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

GAP = re.compile(r"\{(\w+)\}")
OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
BOILERPLATE = re.compile(r"\A.*?\btool description:\s*", re.IGNORECASE | re.DOTALL)
ASIDE = re.compile(r": |, (?:optionally|if|given|including|such)\b| given (?:the|its|their)\b| \(| by words of ")
THE_USERS = re.compile(r"\bthe (?:current |logged-in )?user's(?= )")
THE_USER = re.compile(r"\bthe (?:current |logged-in )?user(?=\Z|[,;]| (?:and|in|on|for|with|by|from)\b)")
MORE_VERBS = frozenset({"contact", "resolve", "modify", "retrieve", "authenticate", "call", "compose", "notify"})
REQUESTS = (
    "Please {does}.",
    "I would like you to {does}.",
    "Can you {does}?",
    "I need you to {does}.",
    "Could you {does}?",
    "{does}, please.",
    "I want to {does}.",
    "Would you {does} for me?",
    "I have to {does}, can you do it?",
    "Next thing: {does}.",
    "My request is to {does}.",
)
FREE = frozenset(
    {"title", "subject", "message", "note", "content", "text", "resolution", "description", "comment", "body"}
)
IRREGULAR = {
    "send": "sent", "buy": "bought", "get": "got", "set": "set", "put": "put", "make": "made", "write": "written",
    "find": "found", "pay": "paid", "read": "read", "show": "shown", "cancel": "cancelled", "transfer": "transferred",
    "login": "logged in to", "logout": "logged out of", "log": "logged", "submit": "submitted", "stop": "stopped",
    "begin": "begun", "drop": "dropped", "withdraw": "withdrawn",
}  # fmt: skip


class Intent:
    """One thing that the user wants, as the goal template is told of it."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self._told = told
        self._given = {fact["name"]: _meant(fact) for fact in told["arguments"]}
        self._labels = {fact["name"]: fact["label"] for fact in told["arguments"]}
        self._found = {found["label"] for found in told["found"]}

    def said(self, rng: random.Random) -> str:
        """The request in words, with every value that the user knows."""
        wordings = phrases.ASKS.get(self._told["tool"])
        text, used = self._filled(rng.choice(wordings)) if wordings else (self._generic(rng), set())
        rest = [_fact(self._labels[name], value) for name, value in self._given.items() if name not in used]
        if not used:
            rest = [f"{self._labels[name]} {value}" for name, value in self._given.items()]
        if rest:
            text += f" {_details(rest, bool(used), rng)}"
        wants = self._told["wants"]
        if any(want.lower() not in text.lower() for want in wants):
            text += " " + rng.choice(phrases.WANTED).format(wants=listed(wants, " and the "))
        return text

    def _generic(self, rng: random.Random) -> str:
        task = _task(self._told["tool"], self._told["does"])
        text = rng.choice(REQUESTS).format(does=task)
        text = f"{text[:1].upper()}{text[1:]}"
        known = [*self._told["same"]]
        if known:
            text += f" It is about the same {listed([_noun(each) for each in known])} as before."
        if self._found:
            text += f" Use the {listed(sorted(self._found))} that you found."
        return text

    def _filled(self, wording: str) -> tuple[str, set[str]]:
        """A wording with its gaps filled, and the arguments that it told."""
        used: set[str] = set()

        def fill(found: re.Match[str]) -> str:
            name = found[1]
            used.add(name)
            return self._slot(name)

        kept = OPTIONAL.sub(lambda part: part[1] if self._known(part[1]) else "", wording)
        text = GAP.sub(fill, kept)
        return text[:1].upper() + text[1:], used & self._given.keys() or {""}

    def _known(self, part: str) -> bool:
        return all(name in self._given or label(name) in self._found for name in GAP.findall(part))

    def _slot(self, name: str) -> str:
        """A gap: an id with its noun, a value, or words for what the user does not say."""
        value, said = self._given.get(name), label(name)
        is_id = said.endswith(" ID")
        if value is not None:
            return f"{_noun(said)} {value}" if is_id else value
        if said in self._told["same"]:
            return f"that same {_noun(said)}"
        if said in self._found:
            return f"that {_noun(said)}"
        return f"my {_noun(said)}" if is_id else f"a certain {said}"


def does(tool: str) -> str:
    """What a tool does, from its name: "close the ticket"."""
    said = parts(tool)
    if said[-1:] in (["login"], ["logout"]):
        return f"log {said[-1].removeprefix('log')}"
    place = next((place for place, word in enumerate(said) if word in ALL_VERBS), None)
    if place is None:
        return label(tool)
    rest = said[place + 1 :] or said[:place]
    article = "" if rest[:1] == ["all"] else "the "
    return f"{said[place]} {article}{label('_'.join(rest))}" if rest else said[place]


def finished(tool: str, arguments: Mapping[str, Any], rng: random.Random) -> list[str]:
    """That a tool did what it does; nothing of one that only looks something up."""
    flat = dict(_flat(arguments))
    wordings = [each for each in phrases.DONE.get(tool, ()) if all(name in flat for name in GAP.findall(each))]
    if wordings:
        return [rng.choice(wordings).format(**flat)]
    verb, _, rest = does(tool).partition(" ")
    if f"{verb} {rest}" in {"log in", "log out"}:
        return [f"You are logged {rest} now."]
    if verb not in ALL_VERBS or any(verb in VERBS[kind] for kind in ("get", "list", "compute")):
        return []
    return [f"I have {past(verb)} {rest}.".replace(" .", ".")]


def past(verb: str) -> str:
    """A verb's past participle."""
    if verb in IRREGULAR:
        return IRREGULAR[verb]
    if verb.endswith("e"):
        return f"{verb}d"
    return f"{verb[:-1]}ied" if verb.endswith("y") and verb[-2:-1] not in {"a", "e", "o"} else f"{verb}ed"


def listed(texts: Sequence[str], last: str = " and ") -> str:
    """One, two and three."""
    return last.join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def _details(rest: Sequence[str], told: bool, rng: random.Random) -> str:
    if told:
        sentence = "; ".join(rest)
        return f"{sentence[:1].upper()}{sentence[1:]}."
    return rng.choice(phrases.DETAILS).format(details=", ".join(rest))


def _meant(fact: Mapping[str, Any]) -> str:
    """A value as this user says it: choices in words, longer texts in quotation marks."""
    said = str(fact["said"])
    known = phrases.MEANT.get((fact["name"], said))
    if known:
        return known
    if fact["choice"]:
        return said.replace("_", " ")
    if isinstance(fact["value"], bool):
        return said
    return f'"{said}"' if FREE & set(parts(fact["name"])) and " " in said else said


def _task(tool: str, description: str) -> str:
    """What a tool does, as its description says it if that is an order: "add a contact to the workspace"."""
    first = ASIDE.split(BOILERPLATE.sub("", description).split(". ")[0].strip().rstrip("."))[0]
    first = THE_USER.sub("me", THE_USERS.sub("my", first))
    verb = first.partition(" ")[0].lower()
    if verb == "logout":
        return "log out"
    if (verb in ALL_VERBS or verb in MORE_VERBS) and "\n" not in first and len(first.split()) <= 16:  # noqa: PLR2004 - a longer one explains
        return first[:1].lower() + first[1:]
    return does(tool)


def _noun(said: str) -> str:
    return "file" if said == "path" else said.removesuffix(" ID")


def _fact(said: str, value: str) -> str:
    last = said.rsplit(maxsplit=1)[-1].lower()
    return f"the {said} {'is' if singular(last) == last else 'are'} {value}"


def _flat(arguments: Mapping[str, Any]) -> list[tuple[str, Any]]:
    flat: list[tuple[str, Any]] = []
    for name, value in arguments.items():
        whole = isinstance(value, float) and value.is_integer()
        flat += _flat(value) if isinstance(value, dict) else [(name, int(value) if whole else value)]
    return flat
