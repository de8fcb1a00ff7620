"""Takes personal data out of rows: one numbering for all the turns of a row, its passages and its reference.

What came from answers bears provisional numbers by then; they become 1, 2, 3 in the order in which a reader meets them,
after those that the row's seeds brought along. Spans of evidence move with the text they point into. Since a row is
known by its content, what the rows of one item say of each other is said anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from windrow.text.placeholders import PLACEHOLDER, PROVISIONAL, Numbers, provisional
from windrow.text.scrub import Finder, Found, Scrubbed, scrub
from windrow.text.scrub_json import LONG, Scrubber, explained

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from windrow.row import Chunk, Message, Row, Tool, Verdict
    from windrow.text.placeholders import Placing


def scrubbed_rows(rows: Sequence[Row], find: Finder) -> list[Row]:
    """The rows of one item without personal data; each that needs nothing is the very same."""
    out: list[Row] = []
    now: dict[str, str] = {}
    for row in rows:
        new = scrubbed_row(row, find)
        if not now.keys().isdisjoint(new.lineage.parents):
            parents = tuple(now.get(parent, parent) for parent in new.lineage.parents)
            new = replace(new, lineage=replace(new.lineage, parents=parents))
        if new is not row and new.id != row.id:
            now[row.id] = new.id
        out.append(new)
    return out


def scrubbed_row(row: Row, find: Finder) -> Row:
    """`row` without personal data, numbered from 1; the very same where there is nothing to take out."""
    finding = _Finding(find)
    if next(found_in(row, finding), None) is None:
        return row
    numbers = Numbers()
    for _, text, _ in _texts(row):
        numbers.reserve(text)

    def placing(kind: str, value: str) -> str:
        return numbers(kind, value if PLACEHOLDER.fullmatch(value) else provisional(kind, value))

    return _Rewriting(finding, placing).row(row)


class _Finding(Finder):
    """Finds what another finds, and provisional placeholders: the value of one is the word itself."""

    def __init__(self, find: Finder) -> None:
        self._find = find

    @property
    def finds_names(self) -> bool:
        return self._find.finds_names

    def structured(self) -> Finder:
        return _Finding(self._find.structured()) if self.finds_names else self

    def __call__(self, text: str) -> list[Found]:
        found = self._find(text)
        if "[" in text:
            found += [
                Found(match[1].lower(), *match.span(), match[0], match[0])
                for match in PLACEHOLDER.finditer(text)
                if int(match[2]) >= PROVISIONAL
            ]
        return sorted(found, key=lambda one: one.start)


class _Rewriting:
    """A row written anew, text by text."""

    def __init__(self, find: Finder, placing: Placing) -> None:
        self._find = find
        self._placing = placing
        self._scrubber = Scrubber(find, placing)

    def row(self, row: Row) -> Row:
        turns = {key: tuple(map(self._turn, getattr(row, key))) for key in TURNS}
        passages = {chunk.id: self._passage(chunk.text) for chunk in row.contexts}
        lineage = row.lineage
        return replace(
            row,
            **turns,
            tools=tuple(map(self._tool, row.tools)),
            contexts=tuple(self._chunk(chunk, passages[chunk.id]) for chunk in row.contexts),
            reference=self._scrubber.value(_moved(row.reference, passages)),
            lineage=replace(
                lineage,
                documents=tuple(map(self._scrubber.text, lineage.documents)),
                operators=tuple(map(self._scrubber.text, lineage.operators)),
                extra=self._scrubber.value(lineage.extra),
            ),
            verdicts=tuple(map(self._verdict, row.verdicts)),
        )

    def _turn(self, turn: Message) -> Message:
        text = self._scrubber.text
        return replace(
            turn,
            content=text(turn.content),
            reasoning=None if turn.reasoning is None else text(turn.reasoning),
            tool_calls=tuple(replace(call, arguments_json=text(call.arguments_json)) for call in turn.tool_calls),
            name=None if turn.name is None else text(turn.name),
        )

    def _tool(self, tool: Tool) -> Tool:
        parameters = self._scrubber.value(tool.parameters)
        return replace(tool, description=self._scrubber.text(tool.description), parameters=parameters)

    def _passage(self, text: str) -> Scrubbed:
        return scrub(text, self._find, self._placing)

    def _chunk(self, chunk: Chunk, passage: Scrubbed) -> Chunk:
        text = self._scrubber.text
        grown = len(passage.text) - len(chunk.text)
        return replace(
            chunk, text=passage.text, end=chunk.end + grown, source=text(chunk.source), title=text(chunk.title),
            section=text(chunk.section),
        )  # fmt: skip

    def _verdict(self, verdict: Verdict) -> Verdict:
        detail, evidence = self._scrubber.text(verdict.detail), self._scrubber.value(verdict.evidence)
        return replace(verdict, detail=detail, evidence=evidence)


TURNS = ("messages", "prompt", "completion", "chosen", "rejected")


def _moved(value: Any, passages: dict[str, Scrubbed]) -> Any:  # noqa: ANN401 - JSON
    """The spans in a reference, where the text now stands that they point to."""
    if isinstance(value, list | tuple):
        return type(value)(_moved(each, passages) for each in value)
    if not isinstance(value, dict):
        return value
    passage = passages.get(value["chunk_id"]) if isinstance(value.get("chunk_id"), str) else None
    if passage is not None and passage.edits and all(type(value.get(key)) is int for key in ("start", "end")):
        start, end = passage.at(value["start"]), passage.after(value["end"])
        return {**value, "start": start, "end": end, "text": passage.text[start:end]}
    return {key: _moved(each, passages) for key, each in value.items()}


def found_in(row: Row, find: Finder) -> Iterator[tuple[str, Found]]:
    """(where, what) of everything that `find` finds in a row, in the order in which a reader meets it."""
    for where, text, around in _texts(row):
        before = around.index(text) if around else 0
        for one in find(around or text):
            start, end = one.start - before, one.end - before
            if start >= 0 and end <= len(text):
                yield where, one._replace(start=start, end=end)


def _texts(row: Row) -> Iterator[tuple[str, str, str]]:
    """(where, text, the text with what explains it or '') of everything in a row."""
    for key in TURNS:
        for at, turn in enumerate(getattr(row, key)):
            where = f"{key}[{at}]"
            yield where, turn.content, ""
            yield f"{where}.reasoning", turn.reasoning or "", ""
            yield f"{where}.name", turn.name or "", ""
            yield from ((f"{where}.tool_calls", call.arguments_json, "") for call in turn.tool_calls)
    for at, tool in enumerate(row.tools):
        yield f"tools[{at}]", tool.description, ""
        yield from _values(tool.parameters, f"tools[{at}]", "")
    for at, chunk in enumerate(row.contexts):
        yield from ((f"contexts[{at}]", each, "") for each in (chunk.text, chunk.source, chunk.title, chunk.section))
    yield from _values(row.reference, "reference", "")
    yield from (("lineage", each, "") for each in (*row.lineage.documents, *row.lineage.operators))
    yield from _values(row.lineage.extra, "lineage.extra", "")
    for verdict in row.verdicts:
        yield f"verdicts.{verdict.by}", verdict.detail, ""
        yield from _values(verdict.evidence, f"verdicts.{verdict.by}", "")


def _values(value: Any, where: str, key: str) -> Iterator[tuple[str, str, str]]:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        yield where, value, explained(key, value)
    elif type(value) is int and abs(value) >= LONG:
        yield where, str(value), ""
    elif isinstance(value, dict):
        for name, each in value.items():
            yield where, str(name), ""
            yield from _values(each, f"{where}.{name}", str(name))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _values(each, where, key)
