"""A row: one training example in the making, where it came from, and what was said about it.

Every export is made from this one lossless form, because no single JSONL serves all trainers. Tool arguments
stay raw JSON text, so that no parser on the way can change a float, a null or a date. A row's `id` is a hash of
its content alone: the same example grown twice has the same id, whatever its lineage.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Literal

import orjson
from msgspec import Struct, field
from msgspec.json import Encoder
from msgspec.structs import asdict

SCHEMA = 1
_PLAIN, _SORTED = Encoder(), Encoder(order="sorted")

Kind = Literal["sft", "preference", "unpaired", "prompt", "rag_qa", "stepwise"]
Role = Literal["system", "user", "assistant", "tool"]
Outcome = Literal["pass", "fail", "unscored"]
Origin = Literal["llm", "procedural", "human", "document"]
VerdictKind = Literal["deterministic", "execution", "filter", "judge", "human", "recipe"]
Status = Literal["accepted", "rejected", "quarantined", "pending"]


class ToolCall(Struct, frozen=True, gc=False, omit_defaults=True):
    """A call a model asked for. `id` is nine alphanumerics (the strictest template's rule)."""

    id: str
    name: str
    arguments_json: str

    def to_dict(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name, "arguments_json": self.arguments_json}


class Tool(Struct, frozen=True, gc=False, omit_defaults=True):
    """A function on offer. `parameters` is a JSON Schema object."""

    name: str
    description: str
    parameters: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        return {"name": self.name, "description": self.description, "parameters": self.parameters}


class Message(Struct, frozen=True, gc=False, omit_defaults=True):
    """One turn. `content` is never null; `train` False masks the turn where a trainer can."""

    role: Role
    content: str = ""
    reasoning: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    name: str | None = None
    train: bool | None = None

    def to_dict(self) -> dict[str, Any]:
        """The canonical form; absent keys are left out."""
        out: dict[str, Any] = {"role": self.role, "content": self.content}
        if self.reasoning is not None:
            out["reasoning"] = self.reasoning
        if self.tool_calls:
            out["tool_calls"] = [call.to_dict() for call in self.tool_calls]
        if self.tool_call_id is not None:
            out["tool_call_id"] = self.tool_call_id
        if self.name is not None:
            out["name"] = self.name
        if self.train is not None:
            out["train"] = self.train
        return out

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Message:
        calls = tuple(ToolCall(**call) for call in data.get("tool_calls") or ())
        return cls(**{**data, "tool_calls": calls})


class Chunk(Struct, frozen=True, gc=False):
    """A passage of a document: `text == document[start:end]`, offsets in characters of the document's text."""

    id: str
    text: str
    source: str
    start: int = 0
    end: int = 0
    title: str = ""
    section: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id, "text": self.text, "source": self.source,
            "start": self.start, "end": self.end, "title": self.title, "section": self.section,
        }  # fmt: skip


class Verdict(Struct, frozen=True, gc=False, omit_defaults=True):
    """What a check, a filter or a judge says of a row. `reason` is a short stable slug, `detail` a sentence.

    A verdict that is `unscored` is neither a pass nor a zero, and never carries a score.
    """

    by: str
    outcome: Outcome
    reason: str = ""
    detail: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)
    score: float | None = None
    kind: VerdictKind = "deterministic"

    def __post_init__(self) -> None:
        if self.outcome == "unscored" and self.score is not None:
            msg = f"{self.by}: an unscored verdict has no score"
            raise ValueError(msg)
        if self.outcome != "pass" and not self.reason:
            msg = f"{self.by}: a verdict of {self.outcome!r} needs a reason"
            raise ValueError(msg)

    def to_dict(self) -> dict[str, Any]:
        out: dict[str, Any] = {"by": self.by, "outcome": self.outcome, "kind": self.kind}
        if self.reason:
            out["reason"] = self.reason
        if self.detail:
            out["detail"] = self.detail
        if self.evidence:
            out["evidence"] = self.evidence
        if self.score is not None:
            out["score"] = self.score
        return out

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Verdict:
        return cls(**data)


_LISTS = ("seeds", "parents", "documents", "operators", "models", "descent", "licences")


class Lineage(Struct, frozen=True, gc=False, omit_defaults=True):
    """Where a row came from.

    A recipe fills `seeds`, `documents`, `operators`, `family` (the split key: rows of one family never part) and
    `extra`; the engine fills the rest from what `ask` did, so that no recipe can forget or invent it. A recipe that
    shows accepted rows to a model adds the models that these stand on as `descent`, and their `licences`. `terms` says
    on an exported row whether a model may be trained on it ("yes", "conditional", "unknown", "no"): the strictest of
    what holds for `models` and `descent`.
    """

    recipe: str = ""
    recipe_version: int = 1
    origin: Origin = "llm"
    seeds: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    round: int = 0
    family: str = ""
    models: tuple[str, ...] = ()
    descent: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    terms: str = ""
    prompts: dict[str, str] = field(default_factory=dict)
    item: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        out: dict[str, Any] = {"recipe": self.recipe, "recipe_version": self.recipe_version, "origin": self.origin}
        for key in _LISTS:
            value = getattr(self, key)
            if value:
                out[key] = list(value)
        for key in ("terms", "round", "family", "prompts", "item", "extra"):
            value = getattr(self, key)
            if value:
                out[key] = value
        return out

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Lineage:
        told: dict[str, Any] = {key: tuple(value) if key in _LISTS else value for key, value in data.items()}
        return cls(**told)


NOWHERE = Lineage()


class Row(Struct, frozen=True, gc=False, omit_defaults=True):
    """One training example. Which fields are filled depends on `kind`:

    sft, rag_qa: `messages`; preference: `prompt`, `chosen`, `rejected`; unpaired: `prompt`, `completion`, `label`;
    prompt: `prompt`; stepwise: `prompt` and `reference["steps"]`. `contexts` are the retrieved chunks of a rag_qa
    row, `reference` what a checker compares with, `scores` measured figures only.
    """

    kind: Kind
    messages: tuple[Message, ...] = ()
    prompt: tuple[Message, ...] = ()
    completion: tuple[Message, ...] = ()
    chosen: tuple[Message, ...] = ()
    rejected: tuple[Message, ...] = ()
    label: bool | None = None
    tools: tuple[Tool, ...] = ()
    contexts: tuple[Chunk, ...] = ()
    reference: dict[str, Any] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)
    lineage: Lineage = NOWHERE
    verdicts: tuple[Verdict, ...] = ()

    @property
    def id(self) -> str:
        """Sixteen hex digits over the content: not over lineage, scores or verdicts."""
        content = Row(
            self.kind, self.messages, self.prompt, self.completion, self.chosen, self.rejected, self.label, self.tools,
            self.contexts, self.reference,
        )  # fmt: skip
        try:
            told = _SORTED.encode(content)
        except (TypeError, ValueError):
            told = to_json(self.content(), sorted_keys=True)
        return hashlib.sha256(told).hexdigest()[:16]

    def content(self) -> dict[str, Any]:
        """What the row teaches, in canonical form; absent keys are left out."""
        out: dict[str, Any] = {"kind": self.kind}
        if self.tools:
            out["tools"] = [tool.to_dict() for tool in self.tools]
        for key in ("messages", "prompt", "completion", "chosen", "rejected"):
            turns = getattr(self, key)
            if turns:
                out[key] = [message.to_dict() for message in turns]
        if self.label is not None:
            out["label"] = self.label
        if self.contexts:
            out["contexts"] = [chunk.to_dict() for chunk in self.contexts]
        if self.reference:
            out["reference"] = self.reference
        return out

    def to_dict(self) -> dict[str, Any]:
        """The canonical row, JSON-ready: schema, id, content, scores, lineage, verdicts."""
        out = {"schema": SCHEMA, "id": self.id, **self.content()}
        if self.scores:
            out["scores"] = self.scores
        out["lineage"] = self.lineage.to_dict()
        if self.verdicts:
            out["verdicts"] = [verdict.to_dict() for verdict in self.verdicts]
        return out

    def to_bytes(self) -> bytes:
        """The row as JSON for a store, without id and verdicts; what is empty is left out. `from_dict` reads it."""
        bare = Row(
            self.kind, self.messages, self.prompt, self.completion, self.chosen, self.rejected, self.label, self.tools,
            self.contexts, self.reference, self.scores, self.lineage,
        )  # fmt: skip
        try:
            return _PLAIN.encode(bare)
        except (TypeError, ValueError):
            return to_json(bare.to_dict())

    def verdicts_to_bytes(self) -> bytes:
        """What was said of the row as JSON for a store: a list; what is empty is left out."""
        try:
            return _PLAIN.encode(self.verdicts)
        except (TypeError, ValueError):
            return to_json([verdict.to_dict() for verdict in self.verdicts])

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Row:
        """The row that `to_dict` wrote. Raises ValueError on another schema version."""
        if data.get("schema", SCHEMA) != SCHEMA:
            msg = f"row schema {data.get('schema')!r} is not {SCHEMA}"
            raise ValueError(msg)
        turns: dict[str, Any] = {
            key: tuple(Message.from_dict(m) for m in data.get(key, ()))
            for key in ("messages", "prompt", "completion", "chosen", "rejected")
        }
        return cls(
            kind=data["kind"],
            **turns,
            label=data.get("label"),
            tools=tuple(Tool(**tool) for tool in data.get("tools", ())),
            contexts=tuple(Chunk(**chunk) for chunk in data.get("contexts", ())),
            reference=data.get("reference", {}),
            scores=data.get("scores", {}),
            lineage=Lineage.from_dict(data.get("lineage", {})),
            verdicts=tuple(Verdict.from_dict(v) for v in data.get("verdicts", ())),
        )

    def with_verdicts(self, *verdicts: Verdict, lineage: Lineage | None = None) -> Row:
        """The same row with `verdicts` added after those it has, and with another `lineage` where one is given."""
        return Row(  # spelled out: dataclasses.replace would cost as much as all else that is done to a row
            self.kind, self.messages, self.prompt, self.completion, self.chosen, self.rejected, self.label, self.tools,
            self.contexts, self.reference, self.scores, lineage or self.lineage, self.verdicts + verdicts,
        )  # fmt: skip

    @property
    def failed(self) -> Verdict | None:
        """The first verdict that is not a pass, or None."""
        for verdict in self.verdicts:
            if verdict.outcome != "pass":
                return verdict
        return None

    @property
    def turns(self) -> tuple[Message, ...]:
        """All turns a reader sees, prompt first, whatever the kind (chosen before rejected)."""
        return self.messages + self.prompt + self.completion + self.chosen + self.rejected

    @property
    def question(self) -> str:
        """The text of the last user turn, or ''."""
        return next((m.content for m in reversed(self.messages + self.prompt) if m.role == "user"), "")

    @property
    def response(self) -> str:
        """The text of the turn being taught: the last assistant turn (of `chosen` for a preference), or ''."""
        turns = self.messages + self.completion + self.chosen
        return next((m.content for m in reversed(turns) if m.role == "assistant"), "")


def plain(value: object) -> dict[str, Any]:
    """A record's fields, for writers of JSON that do not know records. Raises TypeError for anything else."""
    if isinstance(value, Struct):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} is no JSON")


def to_json(value: Any, *, sorted_keys: bool = False) -> bytes:  # noqa: ANN401 - JSON
    """`value` as UTF-8 JSON, whatever a plug-in put into it. Half a surrogate pair becomes "?": a row that
    cannot be written could not be refused either."""
    try:
        return orjson.dumps(value, default=plain, option=orjson.OPT_SORT_KEYS if sorted_keys else None)
    except TypeError:
        text = json.dumps(
            value, ensure_ascii=False, sort_keys=sorted_keys, separators=(",", ":"), default=str, skipkeys=True
        )
        return text.encode("utf-8", "replace")
