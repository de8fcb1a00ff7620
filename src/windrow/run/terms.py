"""May the accepted rows be exported, by the terms of who wrote them? Rows under one set of parents are ruled together.

Nothing is forbidden here: whoever has read the terms acknowledges them, or leaves the rows in question out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from windrow.errors import ExportError
from windrow.terms.policy import STRICTNESS, Policy, Ruling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from windrow.ledger.base import StoredRow
    from windrow.row import Row

NAMED = 5  # rows that an error names


@dataclass
class Parents:
    """Rows that the same models wrote: how many, the first of them by id, and what holds for them."""

    models: tuple[str, ...]
    ruling: Ruling
    rows: int = 0
    first: list[str] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """As plain JSON, for the report and the card."""
        return {
            "models": list(self.models),
            "rows": self.rows,
            "train": self.ruling.train,
            "terms": [
                {
                    "id": one.id, "provider": one.provider, "licence": one.licence, "conditions": list(one.conditions),
                    "name_prefix": one.name_prefix, "url": one.url, "reviewed": one.reviewed.isoformat(),
                }
                for terms in self.ruling.parents.values()
                for one in terms
            ],
            "stated": dict(self.ruling.stated),
        }  # fmt: skip


class Gate:
    """What holds for each row by the models that wrote it. Memory grows with combinations of models, not with rows."""

    def __init__(self, policy: Policy, stated: Mapping[str, str], *, acknowledged: bool, models: Iterable[str]) -> None:
        self._policy = policy
        self._stated = stated
        self._acknowledged = acknowledged
        self._open = all(not policy.of(model, stated.get(model, "")).blocked for model in models)
        self._known: dict[tuple[str, ...], Ruling] = {}
        self._found: dict[tuple[str, ...], Parents] = {}

    @classmethod
    def of(cls, config: Mapping[str, Any], base: Path) -> Gate:
        """The gate of a run's plan: a user's own file of terms, and what the config states beside its models."""
        told = config.get("terms") or {}
        specs = [spec for pool in config["models"].values() for spec in pool]
        own = told.get("file")
        return cls(
            Policy.load(base / Path(own).expanduser() if own else None),
            {spec["model"]: spec["terms"] for spec in specs if spec.get("terms")},
            acknowledged=bool(told.get("acknowledged")),
            models=[spec["model"] for spec in specs],
        )

    def free(self, row: Row) -> bool:
        """Whether `row` may be exported without anybody's acknowledgement."""
        return not self._ruling(tuple(row.lineage.models)).blocked

    def refusal(self, rows: Iterable[Row], *, where: str) -> ExportError | None:
        """The error for rows whose terms nobody acknowledged: which rows, which terms, what to do. None where all is
        free; the rows are read only where one of the plan's models may be restricted."""
        if self._acknowledged or self._open:
            return None
        blocked = [parents for parents in survey(rows, self._ruling) if parents.ruling.blocked]
        return _refusal(blocked, where) if blocked else None

    def surveyed(self, rows: Iterable[StoredRow]) -> Iterator[StoredRow]:
        """The same rows, while they are counted for `told`."""
        for stored in rows:
            _count(self._found, stored.row, self._ruling)
            yield stored

    def told(self) -> list[dict[str, Any]]:
        """Every combination of models among the surveyed rows, the strictest first, as plain JSON."""
        return [parents.told() for parents in _strictest_first(self._found)]

    def _ruling(self, models: tuple[str, ...]) -> Ruling:
        """The strictest of the terms of all models that had a hand in a row."""
        if models not in self._known:
            self._known[models] = self._policy.of_all(models, self._stated)
        return self._known[models]


def survey(rows: Iterable[Row], ruling: Callable[[tuple[str, ...]], Ruling]) -> list[Parents]:
    """Every combination of models with its rows counted, the strictest first."""
    found: dict[tuple[str, ...], Parents] = {}
    for row in rows:
        _count(found, row, ruling)
    return _strictest_first(found)


def _count(found: dict[tuple[str, ...], Parents], row: Row, ruling: Callable[[tuple[str, ...]], Ruling]) -> None:
    models = tuple(row.lineage.models)
    parents = found.get(models)
    if parents is None:
        parents = found[models] = Parents(models, ruling(models))
    parents.rows += 1
    if len(parents.first) < NAMED:
        parents.first.append(row.id)


def _strictest_first(found: Mapping[tuple[str, ...], Parents]) -> list[Parents]:
    order = STRICTNESS.index
    return sorted(found.values(), key=lambda one: (-order(one.ruling.train), -one.rows, one.models))


def _refusal(blocked: Sequence[Parents], where: str) -> ExportError:
    count = sum(parents.rows for parents in blocked)
    rows = ", ".join([row for parents in blocked for row in parents.first][:NAMED])
    reasons = "; ".join(dict.fromkeys(reason for parents in blocked for reason in parents.ruling.reasons))
    return ExportError(
        f"{count} rows ({rows}{', …' if count > NAMED else ''}) are under terms that nobody acknowledged: {reasons}",
        where=where,
        remedy="read the terms, then `windrow export --ack-terms`, or leave these rows out (--exclude-terms), or say "
        "in the config what holds for you (terms: beside model:)",
    )
