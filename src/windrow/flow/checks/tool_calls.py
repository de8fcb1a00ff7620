"""Is this trace of tool calls right, as far as a program can tell?

Rows that look fine and call wrongly teach more harm than missing rows do, so nothing is assumed: definitions,
envelope, arguments, what should have been called, where each value comes from, and whether the answer tells what the
tools told. The first thing wrong is the verdict. Follows APIGen (arXiv 2406.18518) and ToolACE (2409.00920), whose
rules are here without their models.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import orjson
from pydantic import Field

from windrow.row import Verdict
from windrow.shapes import Check, Options
from windrow.tools import claims, intent
from windrow.tools.grounding import SHARE, Grounding, material
from windrow.tools.lint import lint
from windrow.tools.masking import unmask
from windrow.tools.problem import Problem
from windrow.tools.record import NotARecord, Record
from windrow.tools.transcript import Transcript, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from windrow.row import Message, Row, Tool
    from windrow.tools.provenance import Provenance

MENDED = {"unknown_type", "misspelt_keyword", "default_clash", "enum_clash", "required", "parameters", "tool_name"}
REMEMBERED = 4096  # definitions of tools, by their bytes


class ToolCallOptions(Options):
    """What `tool_calls` looks at beyond the calls themselves."""

    grounding: bool = True
    """Every argument must come from the user, the system, a result, the schema, or a rule that the row records."""
    claims: bool = True
    """Numbers, dates and ids that the assistant tells after a result must have been said, or follow simply."""
    own_words: float = Field(default=SHARE, ge=0, le=1)
    """Of a text argument of four words or more, the share of words that must be the conversation's."""


class ToolCalls(Check):
    """Is this trace of tool calls right, as far as a program can tell?"""

    name: ClassVar[str] = "tool_calls"
    options_type: ClassVar[type[Options]] = ToolCallOptions
    options: ToolCallOptions

    def __init__(self, options: ToolCallOptions, *, base: Path) -> None:
        super().__init__(options, base=base)
        self._passed = Verdict(self.name, "pass")
        self._definitions: dict[bytes, str] = {}

    def check(self, row: Row) -> Verdict:
        """Fails with the first thing that is wrong; its place is in the evidence."""
        try:
            found = self._look(row)
        except (TypeError, AttributeError, KeyError, RecursionError) as error:
            found = Problem("unreadable", "", f"the row is not built of rows' parts: {error}"[:200])
        if isinstance(found, Problem):
            return Verdict(self.name, "fail", found.reason, found.detail, found.evidence())
        return Verdict(self.name, "pass", evidence=found) if found else self._passed

    def _look(self, row: Row) -> Problem | dict[str, Any]:
        try:
            record = Record.of(row.reference)
        except NotARecord as error:
            return Problem("not_a_record", "reference", str(error))
        problem = self._offer(row.tools) or (intent.offered(record, row.tools) if record else None)
        if problem is not None:
            return problem
        transcript = read(_taught(row), {tool.name: tool for tool in row.tools})
        if isinstance(transcript, Transcript) and record and record.masked:
            try:
                row = unmask(row)
            except (ValueError, KeyError, TypeError) as error:
                return Problem("masked_names", "reference.masked", f"cannot be undone: {error}")
            record = _real(record, transcript, Record.of(row.reference))
            transcript = read(_taught(row), {tool.name: tool for tool in row.tools})
        if isinstance(transcript, Problem):
            return transcript
        tools = {tool.name: tool for tool in row.tools}
        wrong = intent.behaviour(record, transcript) if record else None
        return wrong or self._values(record, transcript, tools)

    def _offer(self, tools: Sequence[Tool]) -> Problem | None:
        names: set[str] = set()
        for at, tool in enumerate(tools):
            wrong = self._definition(tool)
            if tool.name in names or wrong:
                detail = wrong or f"two tools are called {tool.name!r}"
                return Problem("tool_definition", f"tools[{at}]", detail)
            names.add(tool.name)
        return None

    def _definition(self, tool: Tool) -> str:
        """What keeps a definition from being strict JSON Schema, or ''."""
        key = orjson.dumps(tool.to_dict(), option=orjson.OPT_SORT_KEYS)
        if key not in self._definitions:
            if len(self._definitions) >= REMEMBERED:
                self._definitions.clear()
            _, findings = lint([tool.to_dict()])
            wrong = [each for each in findings if each.level == "refused" or each.code in MENDED]
            self._definitions[key] = str(wrong[0])[:300] if wrong else ""
        return self._definitions[key]

    def _values(
        self, record: Record | None, transcript: Transcript, tools: Mapping[str, Tool]
    ) -> Problem | dict[str, Any]:
        said = material(transcript)
        sources: dict[str, Mapping[str, Provenance]] = {}
        if self.options.grounding:
            recorded = record.provenance if record else {}
            grounding = Grounding(said, tools, recorded, share=self.options.own_words)
            for call in transcript.calls:
                found = grounding.of(call)
                if isinstance(found, Problem):
                    return found
                sources[call.id] = found
        problem = claims.untold_failure(transcript)
        if problem is None and record:
            problem = self._against(record, transcript, tools, sources)
        if problem is None and self.options.claims:
            problem = claims.unfounded(transcript, said)
        if problem is None and record:
            problem = intent.outputs(record, transcript.messages)
        return problem or _evidence(transcript, sources)

    def _against(
        self, record: Record, transcript: Transcript, tools: Mapping[str, Tool],
        sources: Mapping[str, Mapping[str, Provenance]],
    ) -> Problem | None:  # fmt: skip
        stray = [call for call in record.injected if call not in {made.id for made in transcript.calls}]
        if stray:
            return Problem("not_a_record", "reference.injected", f"no call is called {stray[0]!r}")
        problem = intent.calls(record, transcript, tools)
        if problem is None and (self.options.grounding or record.category != "dependent"):
            problem = intent.kind(record, transcript, sources)
        return problem


def _taught(row: Row) -> Sequence[Message]:
    """The turns that a row teaches: of a preference, the side that is better."""
    return row.messages or (*row.prompt, *row.chosen, *row.completion)


def _real(shown: Record, transcript: Transcript, record: Record | None) -> Record | None:
    """`record`, read under real names, with the provenance that `shown` has under the names a row shows."""
    if record is None:
        return None
    names = {call.id: call.name for call in transcript.calls}
    provenance = {
        call: {_real_path(shown, names.get(call, ""), path): source for path, source in sources.items()}
        for call, sources in shown.provenance.items()
    }
    return replace(record, provenance=provenance)


def _real_path(shown: Record, tool: str, path: str) -> str:
    first, slash, rest = path.removeprefix("/").partition("/")
    return f"/{shown.masked.get(f'{tool}.{first}', first)}{slash}{rest}"


def _evidence(transcript: Transcript, sources: Mapping[str, Mapping[str, Provenance]]) -> dict[str, Any]:
    """How many calls and arguments there were, and where the arguments come from."""
    if not transcript.calls:
        return {}
    counts: dict[str, int] = {}
    for found in sources.values():
        for source in found.values():
            counts[source.source] = counts.get(source.source, 0) + 1
    return {"calls": len(transcript.calls), "arguments": dict(sorted(counts.items()))}
