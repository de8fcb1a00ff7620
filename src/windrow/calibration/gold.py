"""Gold labels: rows of which people said whether they are good. What a judge is measured against.

    {"input": "…", "output": "…", "label": "pass"}
    {"input": "…", "output": "…", "label": {"goal": "fail", "rule": "pass"}}

A label is pass/fail, good/bad, yes/no, true/false or 1/0; or one of these for each criterion of the rubric, in a CSV
file as columns `label.goal`, `label.rule`. A row is known by its content, so that moving it changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from windrow.errors import ConfigError
from windrow.evaluators.inputs import ALIASES, InputError, resolve
from windrow.row import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from windrow.evaluators.inputs import Inputs
    from windrow.evaluators.rubric import Rubric

Reader: TypeAlias = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Finds the inputs in a row. Raises ValueError for one that holds none."""

LABEL = "label"
GOOD = frozenset({"pass", "passed", "good", "yes", "true", "1", "1.0"})
BAD = frozenset({"fail", "failed", "bad", "no", "false", "0", "0.0"})
NOT_APPLICABLE = frozenset({"not_applicable", "n/a", "na"})
WORDS = "pass or fail, good or bad, yes or no, true or false, 1 or 0"


@dataclass(frozen=True, slots=True)
class GoldItem:
    """One labelled row. `id` is made of its content, `where` is "gold.jsonl:12". `label` is None where people answered
    the criteria only; `criteria` holds those answers by id, without the ones that do not apply."""

    id: str
    where: str
    inputs: Inputs
    label: bool | None
    criteria: Mapping[str, bool] = field(default_factory=dict)

    def verdict(self, rubric: Rubric | None = None) -> bool:
        """Whether people pass the row; where they answered criteria only, by the rubric's own rule."""
        if self.label is not None:
            return self.label
        if rubric is None:
            return all(self.criteria.values())
        answered = [one for one in rubric.criteria if one.id in self.criteria]
        if any(one.critical and not self.criteria[one.id] for one in answered):
            return False
        weight = sum(one.weight for one in answered)
        good = sum(one.weight for one in answered if self.criteria[one.id])
        return bool(weight) and good / weight >= rubric.threshold


def labelled(
    records: Iterable[tuple[str, Mapping[str, Any]]], *, label: str = LABEL, read: Reader = dict
) -> list[GoldItem]:
    """The labelled rows of (place, row) pairs, each content once, in order; `read` finds the inputs in a row of another
    shape. Raises ConfigError with the place of a row that has no label, one that cannot be read, or one that
    contradicts an earlier label of the same content."""
    items: dict[str, GoldItem] = {}
    for where, record in records:
        item = _item(where, record, label, read)
        before = items.setdefault(item.id, item)
        if (before.label, before.criteria) != (item.label, item.criteria):
            raise ConfigError(
                f"the same content is labelled otherwise at {before.where}",
                where=where,
                remedy="settle on one label: a row cannot be good and bad",
            )
    if not items:
        raise ConfigError("there is no labelled row", remedy=f"each row needs a {label!r}: {WORDS}")
    return list(items.values())


def inputs_of(where: str, record: Mapping[str, Any], *, label: str = LABEL, read: Reader = dict) -> Inputs:
    """What a judge is shown of a row: never a label. Raises ConfigError with the row's place."""
    try:
        told = unlabelled(record, label=label) if isinstance(record, Mapping) else record
        return resolve(read(told))
    except InputError as error:
        raise ConfigError(error.what, where=where, remedy=error.remedy) from error
    except ValueError as error:
        raise ConfigError(str(error), where=where) from error


def unlabelled(record: Mapping[str, Any], *, label: str = LABEL) -> dict[str, Any]:
    """The row without what people said of it."""
    return {name: value for name, value in record.items() if name != label and not name.startswith(f"{label}.")}


def identity(inputs: Inputs) -> str:
    """Sixteen hex digits over what was judged and what it was judged by; the row's own number or notes are no part."""
    content = {name: inputs.text(name) for name in sorted(ALIASES) if name in inputs}
    return hashlib.sha256(to_json(content or dict(inputs))).hexdigest()[:16]


def check_criteria(items: Sequence[GoldItem], rubric: Rubric | None, *, label: str = LABEL) -> None:
    """Raises ConfigError for a labelled criterion that the rubric does not ask."""
    known = {one.id for one in rubric.criteria} if rubric else set()
    for item in items:
        strange = sorted(set(item.criteria) - known)
        if strange:
            asks = ", ".join(sorted(known)) or "no criteria"
            raise ConfigError(
                f"{label!r} answers {strange[0]!r}, which the evaluator does not ask",
                where=item.where,
                remedy=f"it asks {asks}",
            )


def halves(items: Sequence[GoldItem], labels: Sequence[bool]) -> tuple[list[int], list[int]]:
    """Two halves, as indices: one to choose on, one to report on. Each holds half of the good and half of the bad rows,
    by the hash of their content: a row that is added moves at most one other."""
    chosen: list[int] = []
    reported: list[int] = []
    for kind in (True, False):
        mine = sorted((i for i, label in enumerate(labels) if label is kind), key=lambda i: _rank(items[i].id))
        middle = len(mine) // 2
        chosen += mine[:middle]
        reported += mine[middle:]
    return sorted(chosen), sorted(reported)


def _rank(identity: str) -> bytes:
    return hashlib.sha256(f"half\0{identity}".encode()).digest()


def _item(where: str, record: Mapping[str, Any], label: str, read: Reader) -> GoldItem:
    whole, criteria = _said(where, record, label)
    inputs = inputs_of(where, record, label=label, read=read)
    return GoldItem(identity(inputs), where, inputs, whole, criteria)


def _said(where: str, record: Mapping[str, Any], label: str) -> tuple[bool | None, dict[str, bool]]:
    """The label of the whole, and those of criteria."""
    given = record.get(label) if isinstance(record, Mapping) else None
    columns = {
        name.removeprefix(f"{label}."): value
        for name, value in (record.items() if isinstance(record, Mapping) else ())
        if name.startswith(f"{label}.") and value not in (None, "")
    }
    if isinstance(given, dict):
        columns, given = {**given, **columns}, None
    criteria = {name: _read(value, f"{label}.{name}", where) for name, value in columns.items()}
    answered = {name: value for name, value in criteria.items() if value is not None}
    if given is None or given == "":
        if not answered:
            raise ConfigError(
                f"there is no {label!r}",
                where=where,
                remedy=f"say {WORDS}; rows that nobody labelled go into a file of their own",
            )
        return None, answered
    whole = _read(given, label, where)
    if whole is None:
        raise ConfigError(f"{label!r} says of the whole row that it does not apply", where=where, remedy="leave it out")
    return whole, answered


def _read(value: object, name: str, where: str) -> bool | None:
    """Good, bad, or not applicable (None)."""
    word = str(value).strip().casefold()
    if word in GOOD:
        return True
    if word in BAD:
        return False
    if word in NOT_APPLICABLE:
        return None
    raise ConfigError(f"{name!r} is {str(value)[:60]!r}, which is no label", where=where, remedy=f"say {WORDS}")
