"""Where does each argument of a call come from? A value that nobody has said is invented, however well it is typed.

Follows the dual-layer verification of ToolACE (arXiv 2409.00920), whose model layer asks whether values stand in the
query or the system prompt; here a program answers, and results of earlier calls count too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windrow.text.content_words import content_words
from windrow.text.tokens import normalise, words
from windrow.tools import derived, rules
from windrow.tools.arguments import VAGUE, same, with_schemas
from windrow.tools.material import Material, is_prose
from windrow.tools.problem import Problem
from windrow.tools.provenance import Provenance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from windrow.row import Tool
    from windrow.tools.material import Passage
    from windrow.tools.transcript import Made, Transcript

PROSE = 4  # words: from so many on, a text may be written in others than the user's
HALF = 0.5
SHARE = 0.6  # of its words, though, must be the conversation's own
LATER = 1_000_000
FREE = frozenset({
    "title", "subject", "summary", "note", "notes", "message", "body", "content", "text", "description", "comment",
    "comments", "reason", "query", "keyword", "keywords", "resolution", "details", "label", "topic", "caption",
})  # fmt: skip
"""Words in the names of arguments that a person fills in freely, and so may word in their own way."""
SWITCHES = frozenset("whether true false set default flag enable disable optional boolean".split())  # noqa: SIM905


def material(transcript: Transcript) -> Material:
    """What the user, the system and the tools say in a conversation."""
    found = Material()
    calls = {call.result_turn: call for call in transcript.calls}
    for index, message in enumerate(transcript.messages):
        where = f"messages[{index}]"
        if message.role == "system":
            found.add(-1, where, "system", message.content)
        elif message.role == "user":
            found.add(index, where, "user", message.content)
        elif message.role == "tool":
            found.add(index, where, "result", message.content, calls[index].value if index in calls else None)
    return found


class Grounding:
    """Finds the provenance of arguments in one conversation. `recorded` is what the row says of its own accord."""

    def __init__(
        self,
        said: Material,
        tools: Mapping[str, Tool],
        recorded: Mapping[str, Mapping[str, Provenance]],
        *,
        share: float = SHARE,
    ) -> None:
        self.said, self.tools, self.recorded, self.least = said, tools, recorded, share

    def of(self, call: Made) -> dict[str, Provenance] | Problem:
        """The provenance of every argument of `call` by JSON pointer, or the first that has none."""
        found: dict[str, Provenance] = {}
        told = self.recorded.get(call.id, {})
        for path, value, schema in with_schemas(call.arguments, self.tools[call.name].parameters):
            source = self.find(value, path, schema, call.turn) or self._follows(value, call)
            if source is None and path in told:
                checked = self._recorded(told[path], value, call, path)
                if isinstance(checked, Problem):
                    return checked
                source = checked
            if source is None:
                return self._invented(value, path, call)
            found[path] = source
        return found

    def find(self, value: Any, path: str, schema: Mapping[str, Any], turn: int) -> Provenance | None:  # noqa: ANN401
        """Where `value` comes from, as far as reading the conversation tells."""
        if "default" in schema and same(schema["default"], value):
            return Provenance("schema", "default")
        only = schema.get("enum", [schema["const"]] if "const" in schema else ())
        if isinstance(only, list) and len(only) == 1 and same(only[0], value):
            return Provenance("schema", "enum")
        name = path.rpartition("/")[2]
        if isinstance(value, bool):
            return self._truth(name, value, schema, turn)
        passage = self.said.fact(name, value, turn)
        if passage is None and isinstance(value, int | float):
            passage = self.said.number(value, turn)
        elif passage is None and isinstance(value, str):
            passage = self.said.text(value, turn)
            if passage is None:
                return self._in_other_words(value, name, schema, turn)
        return Provenance(passage.source, passage.where) if passage else None

    def _in_other_words(self, value: str, name: str, schema: Mapping[str, Any], turn: int) -> Provenance | None:
        passage = derived.code(value, self.said, turn) or self._place(value, turn)
        if passage:
            return Provenance(passage.source, passage.where)
        spoken = _spoken(value)
        is_choice = "enum" in schema
        if is_choice or len(words(value)) > 1:
            passage = self.said.text(spoken, turn) or self.said.words_of(spoken, turn)
            if passage:
                return Provenance(passage.source, passage.where)
        if is_choice:
            share, _ = self.said.share(spoken, turn)
            return Provenance("user", "words") if share == 1 and content_words(spoken) else None
        free = bool(FREE & set(words(_spoken(name))))
        if (free and content_words(value)) or is_prose(value, PROSE):
            share, missing = self.said.share(value, turn)
            exact = [word for word in missing if any(map(str.isdigit, word))]
            if share >= (min(self.least, HALF) if free else self.least) and not exact:
                return Provenance("user", "words")
        return None

    def _place(self, value: str, turn: int) -> Passage | None:
        """Where the parts of a path were said; every one of them must be."""
        parts = [part for part in value.replace("\\", "/").split("/") if part.strip(". ")]
        if "/" not in value or not parts or "://" in value:
            return None
        found = [self.said.text(part, turn) or self.said.text(_spoken(part), turn) for part in parts]
        return found[-1] if all(found) else None

    def _follows(self, value: Any, call: Made) -> Provenance | None:  # noqa: ANN401 - JSON
        """One natural step from what was said to `value`."""
        if isinstance(value, str):
            return derived.moment(value, call.arguments, self.said, call.turn)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return derived.number(value, self.said, call.turn)
        return None

    def _truth(self, name: str, value: bool, schema: Mapping[str, Any], turn: int) -> Provenance | None:
        """A switch is turned by talk of what it switches: its name, or a word of its description."""
        passage = self.said.fact(name, value, turn)
        if passage:
            return Provenance(passage.source, passage.where)
        share, _ = self.said.share(_spoken(name), turn, "user")
        if share >= HALF and content_words(_spoken(name)):
            return Provenance("user", "words")
        described = [word for word in content_words(str(schema.get("description", ""))) if word not in SWITCHES]
        _, missing = self.said.share(" ".join(described), turn, "user")
        return Provenance("user", "words") if len(missing) < len(described) else None

    def _recorded(self, told: Provenance, value: Any, call: Made, path: str) -> Provenance | Problem | None:  # noqa: ANN401
        """`told` where it holds: a rule that gives the value from what was said, or words that stand there."""
        if told.source == "computed":
            return self._computed(told, value, call, path)
        if told.source == "understood":
            quote = normalise(told.quote)
            for passage in self.said.before(call.turn):
                if quote and passage.source in {"user", "result"} and quote in passage.text:
                    return told
            detail = f"{call.name}: {path} is said to mean {told.quote!r}, which nobody said"
            return Problem("provenance_not_found", call.where, detail, path, value)
        return None  # found by reading, or not at all

    def _computed(self, told: Provenance, value: Any, call: Made, path: str) -> Provenance | Problem:  # noqa: ANN401
        for each in told.of:
            if not isinstance(each, bool) and self.find(each, path, {}, call.turn) is None:
                detail = f"{call.name}: {path} is computed of {each!r}, which nobody said"
                return Problem("provenance_not_found", call.where, detail, path, value)
        try:
            result = rules.apply(told.rule, told.of)
        except rules.NoRule as error:
            return Problem("provenance_rule", call.where, f"{call.name}: {path}: {error}", path, value)
        if not same(result, value):
            detail = f"{call.name}: {path} should be {result!r} by its rule {told.rule!r}"
            return Problem("provenance_rule", call.where, detail, path, value)
        return told

    def _invented(self, value: Any, path: str, call: Made) -> Problem:  # noqa: ANN401 - JSON
        shown = f"{call.name}: {path} is {value!r}"[:160]
        if isinstance(value, str) and normalise(value) in VAGUE:
            return Problem("placeholder_argument", call.where, f"{shown}, a placeholder", path, value)
        later = self.find(value, path, {}, LATER)  # its own result may well echo what was invented
        if later is not None and later.where != f"messages[{call.result_turn}]":
            return Problem("result_not_yet_there", call.where, f"{shown}, which is known only later", path, value)
        described = normalise(" ".join([*_descriptions(self.tools.values())]))
        if isinstance(value, str) and normalise(value) and normalise(value) in described:
            detail = f"{shown}, copied from a tool's description"
            return Problem("copied_from_description", call.where, detail, path, value)
        detail = f"{shown}, which neither the user, the system nor a result has said"
        return Problem("argument_not_grounded", call.where, detail, path, value)


def _spoken(name: str) -> str:
    """A name of a program's as people would say it: `giftWrap` and `gift_wrap` as "gift wrap"."""
    parts = "".join(f" {each}" if each.isupper() and not name.isupper() else each for each in name)
    return " ".join(parts.replace("_", " ").replace("-", " ").split())


def _descriptions(tools: Sequence[Tool] | Any) -> list[str]:  # noqa: ANN401 - the values of a mapping
    from windrow.tools.lint_schema import parts  # noqa: PLC0415 - only what is refused needs it

    found = [tool.description for tool in tools]
    for tool in tools:
        for _, schema in parts(tool.parameters):
            found += [str(schema.get("description", "")), *map(str, schema.get("examples", ()))]
    return found
