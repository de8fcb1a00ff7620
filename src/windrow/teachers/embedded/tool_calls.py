"""The embedded answers for `tool_calls`: a user who speaks in set phrases, an assistant who follows the plan.

The assistant sees the plan, but takes nothing from it that a conversation must give: what an earlier call found it
reads out of that call's result, and what the user has not said yet it asks for.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import orjson

from windrow.errors import AnswerFailure
from windrow.row import ToolCall
from windrow.shapes import Answer
from windrow.teachers.embedded import tool_calls_phrases as phrases
from windrow.teachers.embedded.tool_calls_words import Intent, does, finished, listed
from windrow.tools.arguments import same
from windrow.tools.backends.operations import is_secret
from windrow.tools.faults import reports_failure
from windrow.tools.wording import parts, singular

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

VERSION = 2
MODEL = "procedural"
STOPS = re.compile(r"([.!?][\"”])\.(?=\s|$)")  # the stop after a quotation that has its own
TRIES = 2  # how often a call that fails is made before the user is told


def goal(variables: Mapping[str, Any], rng: random.Random) -> Answer:
    """What the user says, turn by turn."""
    turns = [_turn(number, intents, rng) for number, intents in enumerate(variables["turns"])]
    return _json({"turns": turns, "reworded": []})


def user(variables: Mapping[str, Any], rng: random.Random) -> Answer:
    """What was withheld, where that is asked for; else consent."""
    withheld = next((fact for fact in variables["facts"] if fact["withheld"]), None)
    if withheld is None:
        return _json({"reply": rng.choice(("Yes, please go ahead.", "Yes, do that, please.", "Yes, please."))})
    return _json({"reply": _sentence(rng.choice(phrases.REPLIES).format(**withheld))})


def agent(variables: Mapping[str, Any], rng: random.Random) -> Answer:
    """The next turn: calls, a question, or an answer."""
    plan = variables["plan"]
    if any(step["tool"] not in variables["offered"] for step in plan):
        wanted = next(step["tool"] for step in plan if step["tool"] not in variables["offered"])
        return _text(rng.choice(phrases.UNABLE).format(does=does(wanted)))
    seen = _Seen(variables["conversation"])
    open_steps = [
        place
        for place, step in enumerate(plan)
        if step["turn"] <= variables["turn"] and seen.result(step, plan) is None
    ]
    if not open_steps:
        return _text(_told(plan, variables["turn"], seen, rng))
    failures = [seen.failures(plan[place], plan) for place in open_steps]
    if max(map(len, failures)) >= TRIES:
        message = next(tries[-1] for tries in failures if len(tries) >= TRIES)
        return _text(rng.choice(phrases.FAILED).format(message=message))
    question = _question(plan[open_steps[0]], variables["conversation"], rng)
    if question:
        return _text(question)
    ready = [(plan[place], seen.arguments(plan[place], plan)) for place in open_steps]
    calls = [(step["tool"], arguments) for step, arguments in ready if arguments is not None]
    if not calls:
        raise AnswerFailure("no step of the plan can be done yet", kind="unsupported", evidence=str(open_steps))
    return _calls(calls, len(variables["conversation"]))


class _Seen:
    """What a conversation shows: each call with its arguments and its result."""

    def __init__(self, conversation: Sequence[Mapping[str, Any]]) -> None:
        results = {turn["tool_call_id"]: turn["content"] for turn in conversation if turn["role"] == "tool"}
        self._made = [
            (call["name"], json.loads(call["arguments_json"]), results.get(call["id"], ""))
            for turn in conversation
            for call in turn.get("tool_calls", ())
        ]

    def arguments(self, step: Mapping[str, Any], plan: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
        """The arguments of a step, what earlier calls found among them; None where one of those is still missing."""
        arguments = dict(step["arguments"])
        for name, source in step["from"].items():
            result = self.result(plan[source["step"]], plan)
            if result is None:
                return None
            arguments[name] = _at(result, source["path"])
        return arguments

    def result(self, step: Mapping[str, Any], plan: Sequence[Mapping[str, Any]]) -> Any:  # noqa: ANN401 - JSON
        """What a step came back with, None while it has not worked."""
        texts = [text for text in self._answers(step, plan) if not reports_failure(text)]
        return _parsed(texts[-1]) if texts else None

    def failures(self, step: Mapping[str, Any], plan: Sequence[Mapping[str, Any]]) -> list[str]:
        """The messages of the errors that a step was answered with."""
        found = [_parsed(text) for text in self._answers(step, plan) if reports_failure(text)]
        return [str(each["error"].get("message", "")) for each in found if isinstance(each, dict) and each.get("error")]

    def _answers(self, step: Mapping[str, Any], plan: Sequence[Mapping[str, Any]]) -> list[str]:
        wanted = step["arguments"] if not step["from"] else self.arguments(step, plan)
        return [text for name, given, text in self._made if name == step["tool"] and same(given, wanted)]


def _turn(number: int, intents: Sequence[Mapping[str, Any]], rng: random.Random) -> str:
    """One turn of the user: each thing that is wanted, one after the other."""
    said = [Intent(intent).said(rng) for intent in intents]
    opening = rng.choice(phrases.OPENINGS if number == 0 else phrases.LATER)
    joined = said[0] + "".join(f" {rng.choice(phrases.NEXT)}{each}" for each in said[1:])
    return STOPS.sub(r"\1", f"{opening}{joined}{rng.choice(phrases.CLOSINGS)}".strip())


def _question(step: Mapping[str, Any], conversation: Sequence[Mapping[str, Any]], rng: random.Random) -> str:
    """A question for what the user has not said yet, or ''."""
    missing = step.get("withheld")
    if not missing or sum(turn["role"] == "user" for turn in conversation) > 1:
        return ""
    return rng.choice(phrases.ASKING).format(label=missing)


def _told(plan: Sequence[Mapping[str, Any]], turn: int, seen: _Seen, rng: random.Random) -> str:
    """The answer to a turn: what was done, and what the user wanted to know, as the results say it."""
    steps = [step for step in plan if step["turn"] == turn]
    several = sum(bool(step["wants"]) for step in steps) > 1
    told = [seen.arguments(step, plan) or {} for step in steps]
    sentences: list[str] = []
    for step, arguments in zip(steps, told, strict=True):
        if not step["wants"] or step["tool"] in phrases.DONE:
            sentences += finished(step["tool"], arguments, rng)
        about = _apart(arguments, [each for each in told if each is not arguments]) if several else ""
        sentences += _findings(step, seen.result(step, plan), about, rng)
    return " ".join(_once(sentences)) or "That is done."


def _once(sentences: Sequence[str]) -> list[str]:
    """The sentences, one that was to be said several times said once, with the number of times."""
    count = Counter(sentences)
    return [f"{text[:-1]} ({count[text]} times)." if count[text] > 1 else text for text in count]


def _apart(arguments: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> str:
    """The argument that tells a call from the others best: an id if there is one, and never a password or a token."""
    plain = {name: value for name, value in arguments.items() if isinstance(value, str | int | float)}
    own = [name for name in plain if not is_secret(name) and all(each.get(name) != plain[name] for each in others)]
    name = min(own, key=lambda name: "id" not in parts(name), default="")
    return _plain(plain[name]) if name else ""


def _findings(step: Mapping[str, Any], result: Any, about: str, rng: random.Random) -> list[str]:  # noqa: ANN401 - JSON
    """What the user wanted to know of one result, a sentence for each thing; `about` tells it from other results."""
    found: dict[str, list[str]] = {}
    for want in step["wants"]:
        found.setdefault(want["label"], []).append(_plain(_at(result, want["path"])))
    sentences = []
    for label, values in found.items():
        noun = label.split()[-1].lower()
        wording = rng.choice(phrases.SEVERAL if len(values) > 1 or singular(noun) != noun else phrases.SINGLE)
        text = wording.format(label=label, Label=label[:1].upper() + label[1:], value=values[0], values=listed(values))
        sentences.append(f"{about}: {_stopped(text[:1].lower() + text[1:])}" if about else _sentence(text))
    return sentences


def _sentence(text: str) -> str:
    """A sentence with one full stop at its end, and a capital at its start."""
    return _stopped(text[:1].upper() + text[1:])


def _stopped(text: str) -> str:
    """A text with one full stop at its end, as it is otherwise: an id must keep its small letters."""
    return re.sub(r"([.!?])[\"”]?\.$", lambda found: found[0][:-1], text)


def _at(value: Any, path: Sequence[str | int]) -> Any:  # noqa: ANN401 - JSON
    for part in path:
        value = value[part]
    return value


def _plain(value: Any) -> str:  # noqa: ANN401 - JSON
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 2**53
    return value if isinstance(value, str) else json.dumps(int(value) if whole else value)


def _parsed(text: str) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(text)
    except ValueError:
        return text


def _calls(calls: Sequence[tuple[str, Mapping[str, Any]]], place: int) -> Answer:
    made = []
    for number, (name, arguments) in enumerate(calls):
        text = json.dumps(arguments, ensure_ascii=False)
        told = f"{place}\0{number}\0{name}\0{text}"
        made.append(ToolCall(hashlib.sha256(told.encode()).hexdigest()[:9], name, text))
    return Answer(text="", model=MODEL, finish_reason="tool_calls", tool_calls=tuple(made))


def _text(text: str) -> Answer:
    return Answer(text=text, model=MODEL)


def _json(value: dict[str, Any]) -> Answer:
    return Answer(text=orjson.dumps(value).decode(), model=MODEL)
