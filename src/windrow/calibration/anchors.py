"""Labelled rows that ride among those of a run, to notice when their judge is not the judge that was calibrated.

A judge cannot tell an anchor from a row: it is shown the same way, under the same prompt. Only rows that the
calibration was made on can be anchors, since what the judge said of them then is what they are compared with.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from windrow.calibration.gold import identity, labelled
from windrow.errors import ConfigError
from windrow.evaluators.inputs import of_row
from windrow.row import Chunk, Message, Row, Tool

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from windrow.calibration.artifact import Calibrated
    from windrow.evaluators.inputs import Inputs
    from windrow.row import Role, Verdict

FEWEST = 10


@dataclass(frozen=True, slots=True)
class Anchor:
    """One labelled row. `row` shows a judge what people saw; `label` is whether they passed it, and `threshold` the
    score from which the judge did, when it was measured."""

    id: str
    row: Row
    label: bool
    threshold: float

    def right(self, verdict: Verdict) -> bool | None:
        """Whether the judge agrees with people; None where it gave no score."""
        return None if verdict.score is None else (verdict.score >= self.threshold) == self.label


def read(path: Path, calibrated: Calibrated) -> tuple[Anchor, ...]:
    """The anchors in a file of JSON Lines, in an order that a hash fixes. Raises ConfigError with the place of what
    cannot be read, or where fewer than ten of them are of the calibration."""
    items = labelled(_records(path))
    baseline = calibrated.baseline
    known = [item for item in items if item.id in baseline and item.id in calibrated.outcomes]
    if len(known) < min(FEWEST, len(baseline)):
        raise ConfigError(
            f"{len(known)} of {len(items)} anchors are rows that the judge was calibrated on, and {FEWEST} are needed",
            where=str(path),
            remedy="name the gold file of the calibration, or calibrate on this one",
        )
    anchors = []
    for item in known:
        row = row_of(item.inputs)
        if identity(of_row(row)) == item.id:
            anchors.append(Anchor(item.id, row, calibrated.outcomes[item.id].label, calibrated.threshold))
    if not anchors:
        raise ConfigError("no anchor has the form of a row", where=str(path), remedy="use rows with input and output")
    return tuple(sorted(anchors, key=lambda one: hashlib.sha256(one.id.encode()).digest()))


def row_of(inputs: Inputs) -> Row:
    """A row that shows a judge these inputs, and nothing else."""
    turns = [Message("system", inputs.system)] if inputs.system else []
    talk = [Message(_role(turn.speaker), turn.text) for turn in inputs.conversation]
    if not talk and inputs.input:
        talk = [Message("user", inputs.input)]
    if not talk or talk[-1].role != "assistant":
        talk.append(Message("assistant", inputs.output))
    return Row(
        kind="sft",
        messages=(*turns, *talk),
        tools=tuple(_tools(inputs.get("tools"))),
        contexts=tuple(Chunk(passage.id, passage.text, "") for passage in inputs.context),
        reference={"answer": inputs.reference} if inputs.reference else {},
    )


def _role(speaker: str) -> Role:
    return speaker if speaker in ("system", "assistant", "tool") else "user"  # type: ignore[return-value]


def _tools(given: object) -> Iterator[Tool]:
    for one in given if isinstance(given, list | tuple) else ():
        if isinstance(one, dict) and {"name", "description", "parameters"} <= one.keys():
            yield Tool(one["name"], one["description"], one["parameters"])


def _records(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise ConfigError(f"anchors cannot be read: {error.strerror or error}", where=str(path)) from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise ConfigError(f"not JSON: {error}", where=f"{path}:{number}") from error
        if not isinstance(record, dict):
            raise ConfigError("a labelled row is a JSON object", where=f"{path}:{number}")
        yield f"{path}:{number}", record
