"""What an evaluator is given, under one name for each thing, whatever the caller's own names are.

    inputs = resolve({"response": "Paris.", "question": "Capital of France?", "chunks": ["…"]})
    inputs.output, inputs.input, [passage.text for passage in inputs.context]

`output` is what is judged, `input` what was asked. What has no canonical name (`keywords`, `schema`, …) is kept as it
came, for the evaluator that knows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import isnan
from typing import TYPE_CHECKING, Any

from windrow.errors import ConfigError
from windrow.row import Message, to_json

if TYPE_CHECKING:
    from windrow.row import Row

ALIASES: Mapping[str, tuple[str, ...]] = {
    "output": ("response", "answer", "completion", "generated_text", "actual_output"),
    "input": ("instruction", "question", "query", "prompt", "user_input", "task"),
    "context": ("contexts", "chunks", "documents", "passages", "retrieved_context", "retrieved_contexts"),
    "reference": ("expected", "expected_output", "expected_response", "ground_truth", "ideal", "target", "gold"),
    "system": ("system_prompt", "system_message", "instructions"),
    "conversation": ("messages", "history", "chat_history", "turns"),
    "tools": ("functions", "available_tools", "tool_definitions"),
}
"""Other names that each input is known by."""

CANONICAL: Mapping[str, str] = {alias: name for name, many in ALIASES.items() for alias in (name, *many)}
SPEAKERS = ("system", "user", "assistant", "tool")
OTHER_SPEAKERS: Mapping[str, str] = {
    "human": "user", "customer": "user", "ai": "assistant", "bot": "assistant", "agent": "assistant",
    "gpt": "assistant", "model": "assistant", "developer": "system", "function": "tool",
}  # fmt: skip


class InputError(ConfigError):
    """The inputs cannot be judged as they were given. `type` is the slug of a result that failed for it: missing_input,
    ambiguous_input, bad_input."""

    def __init__(self, what: str, *, type: str, remedy: str = "") -> None:  # noqa: A002 - as in EvalError
        super().__init__(what, remedy=remedy)
        self.type = type


@dataclass(frozen=True, slots=True)
class Passage:
    """One piece of context. `id` is the caller's own, or the passage's number from 1."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a conversation. `speaker` is system, user, assistant, tool, or "other"; never a text of the caller's.
    Calls that the turn makes are part of its text, as JSON."""

    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Inputs(Mapping[str, Any]):
    """Inputs by canonical name. As a mapping it holds what was given, and nothing else: text as str, `context` as
    passages, `conversation` as turns, anything else as it came."""

    given: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - depends on the name
        return self.given[CANONICAL.get(name, name)]

    def __iter__(self) -> Iterator[str]:
        return iter(self.given)

    def __len__(self) -> int:
        return len(self.given)

    @property
    def output(self) -> str:
        """What is judged, or ''."""
        return self.text("output")

    @property
    def input(self) -> str:
        """What was asked, or ''."""
        return self.text("input")

    @property
    def reference(self) -> str:
        """A right answer, or ''."""
        return self.text("reference")

    @property
    def system(self) -> str:
        """The rules that the output was made under, or ''."""
        return self.text("system")

    @property
    def context(self) -> tuple[Passage, ...]:
        """The passages that the output may rest on."""
        found: tuple[Passage, ...] = self.given.get("context", ())
        return found

    @property
    def conversation(self) -> tuple[Turn, ...]:
        """The turns of a conversation."""
        found: tuple[Turn, ...] = self.given.get("conversation", ())
        return found

    def text(self, name: str) -> str:
        """The input as one plain text, '' where it was not given; what is no text reads as JSON."""
        value = self.given.get(name)
        if value is None:
            return ""
        if name == "context":
            return "\n\n".join(passage.text for passage in self.context)
        if name == "conversation":
            return "\n\n".join(f"{turn.speaker}: {turn.text}" for turn in self.conversation)
        return value if isinstance(value, str) else _json(value)

    def missing(self, needs: Iterable[str]) -> list[str]:
        """Those of `needs` that were not given. An empty output was given; anything else that is empty was not."""
        return [name for name in needs if name not in self.given or (name != "output" and not self.text(name).strip())]

    def require(self, needs: Iterable[str], *, by: str) -> None:
        """Raises InputError that names what is missing, with the other names it may go by."""
        missing = self.missing(needs)
        if missing:
            told = "; ".join(_with_aliases(name) for name in missing)
            got = ", ".join(self.given) or "nothing"
            raise InputError(f"{by} needs {told}; given: {got}", type="missing_input")


def resolve(given: Mapping[str, Any]) -> Inputs:
    """Inputs under their canonical names; None is as good as not given, and so is NaN, which tables have for it.

    Raises InputError where two names of one thing hold different values, or a value is nothing that can be read.
    """
    told: dict[str, Any] = {}
    spelt: dict[str, str] = {}
    for name, value in given.items():
        if value is None or (isinstance(value, float) and isnan(value)):
            continue
        canonical = CANONICAL.get(name, name)
        read = _read(canonical, value, spelt=name)
        if canonical in told and told[canonical] != read:
            raise InputError(
                f"{spelt[canonical]!r} and {name!r} are names of one thing, {canonical!r}, and differ",
                type="ambiguous_input",
                remedy=f"give one of them, as {canonical}=",
            )
        told[canonical] = read
        spelt.setdefault(canonical, name)
    return Inputs(told)


def of_row(row: Row) -> Inputs:
    """What a judge is told of a row: the turn being taught, what was asked, and all that it may rest on.

    The earlier turns are the `conversation`, where there are more than the question; `reference` is what the row itself
    says a right answer is.
    """
    turns = row.messages + row.prompt
    told: dict[str, Any] = {"output": _taught(row), "input": row.question}
    told["system"] = "\n\n".join(turn.content for turn in turns if turn.role == "system") or None
    told["context"] = [{"id": chunk.id, "text": chunk.text} for chunk in row.contexts] or None
    talk = [turn for turn in row.messages + row.prompt + row.completion + row.chosen if turn.role != "system"]
    told["conversation"] = talk if len(talk) > 2 else None  # noqa: PLR2004 - a question and its answer
    told["tools"] = [tool.to_dict() for tool in row.tools] or None
    told["reference"] = row.reference.get("answer") or None
    return resolve({name: value for name, value in told.items() if value is not None})


def _taught(row: Row) -> str:
    """The text of the turn being taught, with its calls where it makes any."""
    spoken = row.messages + row.completion + row.chosen
    last = next((turn for turn in reversed(spoken) if turn.role == "assistant"), None)
    return _turn_text(last) if last is not None else ""


def _read(name: str, value: object, *, spelt: str) -> Any:  # noqa: ANN401 - depends on the name
    if isinstance(value, bytes):
        raise InputError(f"{spelt!r} is bytes", type="bad_input", remedy="decode it: evaluators read text")
    if name == "context":
        return tuple(_passages(value))
    if name == "conversation":
        return tuple(_turns(value, spelt))
    if name in ALIASES and name != "tools":
        return value if isinstance(value, str) else _json(value)
    return value


def _passages(value: object) -> Iterator[Passage]:
    many = value if isinstance(value, Iterable) and not isinstance(value, str | Mapping) else [value]
    for number, one in enumerate((one for one in many if one is not None), 1):
        if isinstance(one, Passage):
            yield one
        elif isinstance(one, Mapping):
            text = next((one[key] for key in ("text", "content", "page_content") if one.get(key) is not None), None)
            yield Passage(str(one.get("id") or number), _text(one if text is None else text))
        elif hasattr(one, "text"):
            yield Passage(str(getattr(one, "id", "") or number), _text(one.text))
        else:
            yield Passage(str(number), _text(one))


def _turns(value: object, spelt: str) -> Iterator[Turn]:
    if isinstance(value, str):
        yield Turn("other", value)
        return
    if not isinstance(value, Iterable) or isinstance(value, Mapping):
        raise InputError(f"{spelt!r} is no list of turns", type="bad_input", remedy='[{"role": …, "content": …}, …]')
    for one in value:
        if isinstance(one, Turn):
            yield one
        elif isinstance(one, Message):
            yield Turn(one.role, _turn_text(one))
        elif isinstance(one, Mapping):
            yield Turn(_speaker(one.get("role") or one.get("from")), _mapping_text(one))
        else:
            yield Turn("other", _text(one))


def _speaker(said: object) -> str:
    name = str(said or "").strip().casefold()
    name = OTHER_SPEAKERS.get(name, name)
    return name if name in SPEAKERS else "other"


def _turn_text(turn: Message) -> str:
    calls = [{"name": call.name, "arguments": call.arguments_json} for call in turn.tool_calls]
    return "\n".join(part for part in (turn.content, _json(calls) if calls else "") if part)


def _mapping_text(turn: Mapping[str, Any]) -> str:
    content = next((turn[key] for key in ("content", "value", "text") if turn.get(key) is not None), "")
    calls = turn.get("tool_calls")
    return "\n".join(part for part in (_text(content), _json(calls) if calls else "") if part)


def _text(value: object) -> str:
    return value if isinstance(value, str) else _json(value)


def _json(value: object) -> str:
    return to_json(value).decode("utf-8", "replace")


def _with_aliases(name: str) -> str:
    aliases = ALIASES.get(name, ())
    return f"{name!r} (also accepted: {', '.join(aliases)})" if aliases else repr(name)
