"""Does a trace hold up? Its calls are made again on a fresh backend, and must give the same bytes and the same end.

Two questions keep the first one honest. Would doing nothing have passed? Then the row checks nothing. Would a call left
out, or an argument altered, have passed? Then the state that is compared does not see what the row teaches.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from windrow.tools.backend import state_hash
from windrow.tools.environments import Opened
from windrow.tools.faults import FAULTS
from windrow.tools.masking import unmask
from windrow.tools.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from windrow.row import Row
    from windrow.tools.backend import Backend, State

BROKEN = (ValueError, TypeError, KeyError, AttributeError, IndexError)  # what code does with a record that is none
WITHOUT_CALLS = frozenset({"irrelevance", "missing_function"})


class NotReplayable(ValueError):
    """A row that cannot be replayed, and why."""


@dataclass(frozen=True, slots=True)
class Made:
    """One call as the row has it: under real names, with the text it was answered with; `injected` names the fault
    that stood in for the backend."""

    id: str
    name: str
    arguments: dict[str, Any]
    answered: str
    injected: str = ""


class Mutant(NamedTuple):
    """A trace with one fault put into it: the call with this id is left out, or its argument at `where` altered."""

    call: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.call}: {f'{self.where} altered' if self.where else 'left out'}"


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of replaying a row. `different` is the id of the first call that was answered otherwise, with
    `expected` and `found`; so many `mutants` were tried, and the `survivors` went unseen."""

    calls: int
    different: str = ""
    expected: str = ""
    found: str = ""
    same_end: bool = True
    idle_passes: bool = False
    mutants: int = 0
    survivors: tuple[Mutant, ...] = ()

    @property
    def needless(self) -> tuple[Mutant, ...]:
        """Calls that could have been left out unseen."""
        return tuple(mutant for mutant in self.survivors if not mutant.where)

    @property
    def killed(self) -> float | None:
        """The share of mutants that were seen, None where there was nothing to mutate."""
        return 1 - len(self.survivors) / self.mutants if self.mutants else None


def replay(row: Row, *, base: Path | None = None, mutate: bool = True, opened: Opened | None = None) -> Replayed:
    """Make the calls of `row` again. Relative paths in its environment start from `base`; backends that are `opened`
    are used again and left open.

    Raises NotReplayable for a row without what a replay needs, BackendError where its backend is not there.
    """
    try:
        real = unmask(row)
        record = Record.of(real.reference)
    except BROKEN as error:
        raise NotReplayable(f"the row's record cannot be read: {error}") from error
    if record is None or not isinstance(record.initial_state, dict) or not record.environment:
        raise NotReplayable("the row does not say where its calls start from, or on which backend")
    calls = made_calls(real, record)
    backends = opened or Opened(base or Path())
    try:
        backend = backends.backend(record.environment, real.tools)
        return _replayed(backend, record, calls, mutate=mutate)
    except BROKEN as error:
        raise NotReplayable(f"its initial state is none of this backend's: {type(error).__name__}: {error}") from error
    finally:
        if opened is None:
            backends.close()


def made_calls(row: Row, record: Record) -> list[Made]:
    """The calls of an unmasked row in the order they were made, each with its answer. Raises NotReplayable."""
    answers = {turn.tool_call_id: turn.content for turn in row.messages if turn.role == "tool"}
    found = []
    for call in (call for turn in row.messages for call in turn.tool_calls):
        try:
            arguments = json.loads(call.arguments_json)
        except ValueError as error:
            raise NotReplayable(f"arguments of call {call.id} are not JSON: {error}") from error
        if not isinstance(arguments, dict) or call.id not in answers:
            raise NotReplayable(f"call {call.id} has no object for its arguments, or no result")
        found.append(Made(call.id, call.name, arguments, answers[call.id], record.injected.get(call.id, "")))
    return found


def _replayed(backend: Backend, record: Record, calls: Sequence[Made], *, mutate: bool) -> Replayed:
    for call, text in zip(calls, _answers(backend, record, calls), strict=True):
        if text != call.answered:
            return Replayed(len(calls), call.id, call.answered, text, same_end=False)
    end = _end(backend, record.initial_state, calls)
    wanted = record.final_state_hash or state_hash(record.initial_state)
    if end != wanted:
        return Replayed(len(calls), same_end=False, expected=wanted, found=end)
    idle = not calls_needed(record) and record.category not in WITHOUT_CALLS
    if not mutate or not backend.quick:
        return Replayed(len(calls), idle_passes=idle)
    executed = [call for call in calls if call.injected not in FAULTS]
    tried, alive = survivors(backend, record.initial_state, executed)
    return Replayed(len(calls), idle_passes=idle, mutants=tried, survivors=tuple(alive))


def calls_needed(record: Record) -> bool:
    """Whether a conversation must call something to be right: then doing nothing is wrong, even where it would leave
    the state as it should be."""
    return bool(record.calls or record.injected)


def survivors(backend: Backend, state: State, calls: Sequence[Made]) -> tuple[int, list[Mutant]]:
    """How many mutants of a trace were tried, and those that lead to the same state as the trace itself."""
    end = _end(backend, state, calls)
    tried = list(_mutants(backend, state, calls))
    return len(tried), [mutant for mutant, trace in tried if _end(backend, state, trace) == end]


def _answers(backend: Backend, record: Record, calls: Sequence[Made]) -> Iterator[str]:
    session = backend.start(record.initial_state)
    try:
        for call in calls:
            fault = FAULTS.get(call.injected)
            yield fault.text if fault is not None else session.call(call.name, call.arguments).text
    finally:
        session.close()


def _end(backend: Backend, state: State, calls: Sequence[Made]) -> str:
    """The hash of the state that the calls lead to."""
    session = backend.start(state)
    try:
        for call in calls:
            if call.injected not in FAULTS:
                session.call(call.name, call.arguments)
        return state_hash(session.state())
    finally:
        session.close()


def _mutants(backend: Backend, state: State, calls: Sequence[Made]) -> Iterator[tuple[Mutant, list[Made]]]:
    """Every trace in which one call that changed something is left out, or has one value altered."""
    for place in _effective(backend, state, calls):
        call = calls[place]
        yield Mutant(call.id), [*calls[:place], *calls[place + 1 :]]
        for where, arguments in altered(call.arguments):
            yield Mutant(call.id, where), [*calls[:place], replace(call, arguments=arguments), *calls[place + 1 :]]


def _effective(backend: Backend, state: State, calls: Sequence[Made]) -> list[int]:
    """The places of calls that may change the state and were not refused."""
    session = backend.start(state)
    try:
        return [
            place
            for place, call in enumerate(calls)
            if not session.call(call.name, call.arguments).failed and backend.mutating(call.name)
        ]
    finally:
        session.close()


def altered(value: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Copies of an object with one value in it altered: (where, copy) for each value, however deep."""
    for key, each in value.items():
        for where, other in _others(each):
            yield f"/{key}{where}", {**value, key: other}


def _others(value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        yield from altered(value)
    elif isinstance(value, list):
        for place, each in enumerate(value):
            for where, other in _others(each):
                yield f"/{place}{where}", [*value[:place], other, *value[place + 1 :]]
    elif isinstance(value, bool):
        yield "", not value
    elif isinstance(value, int | float):
        yield "", value + 1
    elif isinstance(value, str):
        yield "", f"{value[:-1]}{'x' if value[-1:] != 'x' else 'y'}"
