"""May the accepted rows be exported, by the terms of who wrote them? Rows under one set of parents are ruled together.

Nothing is forbidden here: whoever has read the terms acknowledges them, or leaves the rows in question out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec.structs import replace

from windrow.errors import ConfigError, ExportError
from windrow.run.judges import models, named
from windrow.terms.policy import STRICTNESS, Policy, Ruling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from windrow.ledger.base import StoredRow
    from windrow.row import Row

NAMED = 5  # rows that an error names
DAYS = 180  # so old may a review of terms be, before somebody should read them again
DEFAULT_ROLE = "teacher"
OWN_PROGRAM = "embedded/"
REMEDY = "say what holds for you, `terms:` beside `model:`, or export with --ack-terms or --exclude-terms"
Descent: TypeAlias = "tuple[tuple[str, ...], tuple[str, ...]]"
"""What rows stand on: models, and what is stated of seeds and models."""


@dataclass
class Parents:
    """Rows that stand on the same models: how many, the first of them by id, and what holds for them."""

    models: tuple[str, ...]
    stated: tuple[str, ...]
    ruling: Ruling
    rows: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """Count a row."""
        self.rows += 1
        if len(self.first) < NAMED:
            self.first.append(row.id)

    def told(self) -> dict[str, Any]:
        """As plain JSON, for the report and the card."""
        return {
            "models": list(self.models),
            "rows": self.rows,
            "train": self.ruling.train,
            "stated": list(self.stated),
            "terms": [
                {
                    "model": model, "id": one.id, "provider": one.provider, "train": one.train, "licence": one.licence,
                    "conditions": list(one.conditions), "name_prefix": one.name_prefix, "url": one.url,
                    "reviewed": one.reviewed.isoformat(),
                }
                for model, terms in self.ruling.parents.items()
                for one in terms
            ],
            "blocked": list(self.ruling.reasons) if self.ruling.blocked else [],
        }  # fmt: skip


class Gate:
    """What holds for each row by the models that it stands on: those that were asked for it, and those whose rows its
    recipe showed them. Memory grows with combinations of models, not with rows."""

    def __init__(self, policy: Policy, config: Mapping[str, Any]) -> None:
        specs = [spec for pool in config["models"].values() for spec in pool]
        self.acknowledged = bool((config.get("terms") or {}).get("acknowledged"))
        self._policy = policy
        self._stated = {spec["model"]: spec["terms"] for spec in specs if spec.get("terms")}
        self._models = list(dict.fromkeys(spec["model"] for spec in specs))
        judging = {role for _, told in named(config) for role in told.get("roles", {})}
        self._judges = list(dict.fromkeys(model for _, told in named(config) for model in models(told)))
        self._writers = list(
            dict.fromkeys(
                spec["model"]
                for role, pool in config["models"].items()
                if role == DEFAULT_ROLE or role not in judging
                for spec in pool
            )
        )
        self._known: dict[tuple[str, ...], Ruling] = {}
        self._found: dict[Descent, Parents] = {}
        self._marks: dict[Descent, tuple[str, tuple[str, ...]]] = {}

    @classmethod
    def of_config(cls, config: Mapping[str, Any], base: Path) -> Gate:
        """The gate of a run's plan, with a user's own file of terms. Raises ConfigError where that does not read."""
        own = (config.get("terms") or {}).get("file")
        return cls(Policy.load(base / Path(own).expanduser() if own else None), config)

    @classmethod
    def of_run(cls, config: Mapping[str, Any], base: Path) -> Gate:
        """Likewise for a report: a file that is gone leaves the run readable, and its models to windrow's own table."""
        try:
            return cls.of_config(config, base)
        except ConfigError:
            return cls(Policy.load(), config)

    def of(self, model: str) -> Ruling:
        """What holds for one model, by its address."""
        return self._policy.of(model, self._stated.get(model, ""))

    def writers(self) -> Iterator[tuple[str, Ruling]]:
        """Each model that may write rows, and what holds for it. One that only judges what others wrote is none."""
        return ((model, self.of(model)) for model in self._writers)

    def held_back(self) -> dict[str, str]:
        """Each model whose rows nobody may export yet, with the reason and what to do about it; before any is paid."""
        if self.acknowledged:
            return {}
        return {
            model: f"rows by {model} will be held back from exports: {'; '.join(ruling.reasons)} ({REMEDY})"
            for model, ruling in self.writers()
            if ruling.blocked
        }

    def free(self, row: Row) -> bool:
        """Whether `row` may be exported without anybody's acknowledgement."""
        return not self._ruling(parents_of(row)).blocked

    def refusal(self, rows: Iterable[Row], *, where: str) -> ExportError | None:
        """The error for rows whose terms nobody acknowledged: which rows, which terms, what to do. None where all is
        free. Every row is asked: a seed may stand on models that the plan does not name."""
        if self.acknowledged:
            return None
        found: dict[Descent, Parents] = {}
        for row in rows:
            self._count(found, row)
        blocked = [parents for parents in _strictest_first(found) if parents.ruling.blocked]
        return _refusal(blocked, where) if blocked else None

    def marked(self, row: Row) -> Row:
        """The row as it is exported: its lineage says what holds of training on it, and by which licences."""
        descent = (parents_of(row), row.lineage.licences)
        if descent not in self._marks:
            ruling = self._ruling(descent[0])
            licences = [one.licence for terms in ruling.parents.values() for one in terms]
            self._marks[descent] = ruling.train, tuple(dict.fromkeys((*descent[1], *licences)))
        train, told = self._marks[descent]
        return replace(row, lineage=replace(row.lineage, terms=train, licences=told))

    def surveyed(self, rows: Iterable[StoredRow]) -> Iterator[StoredRow]:
        """The same rows, while they are counted for `told`."""
        for stored in rows:
            self._count(self._found, stored.row)
            yield stored

    def told(self) -> dict[str, Any]:
        """Every combination of models among the surveyed rows, the strictest first; every model of the plan; and those
        that judged. As plain JSON."""
        return {
            "acknowledged": self.acknowledged,
            "rows": [parents.told() for parents in _strictest_first(self._found)],
            "models": {model: self.of(model).train for model in self._models},
            "judges": self._judges,
        }

    def stale(self, today: date) -> Iterator[str]:
        """A sentence for each entry, of a model that may write rows, that nobody has reviewed for long."""
        rulings = [ruling for model, ruling in self.writers() if not model.startswith(OWN_PROGRAM)]
        entries = {one.id: one for ruling in rulings for terms in ruling.parents.values() for one in terms}
        for one in entries.values():
            days = (today - one.reviewed).days
            if days > DAYS:
                yield (
                    f"the terms of {one.provider} ({one.licence}) were reviewed {days} days ago, on "
                    f"{one.reviewed.isoformat()}: read them again{f' at {one.url}' if one.url else ''}"
                )

    def _count(self, found: dict[Descent, Parents], row: Row) -> None:
        descent = (parents_of(row), row.lineage.licences)
        parents = found.get(descent)
        if parents is None:
            parents = found[descent] = Parents(*descent, self._ruling(descent[0]))
        parents.add(row)

    def _ruling(self, parents: tuple[str, ...]) -> Ruling:
        """The strictest of the terms of all models that had a hand in a row."""
        if parents not in self._known:
            self._known[parents] = self._policy.of_all(parents, self._stated)
        return self._known[parents]


def stale(config: Mapping[str, Any], base: Path) -> Iterator[str]:
    """A sentence for each of a plan's terms that nobody has reviewed for long, as of today."""
    yield from Gate.of_run(config, base).stale(datetime.now(tz=UTC).date())


def parents_of(row: Row) -> tuple[str, ...]:
    """The models that a row stands on, by address: those that were asked, then those whose rows these were shown."""
    return (*row.lineage.models, *row.lineage.descent)


def _strictest_first(found: Mapping[Descent, Parents]) -> list[Parents]:
    order = STRICTNESS.index
    return sorted(found.values(), key=lambda one: (-order(one.ruling.train), -one.rows, one.models, one.stated))


def _refusal(blocked: Sequence[Parents], where: str) -> ExportError:
    count = sum(parents.rows for parents in blocked)
    rows = ", ".join([row for parents in blocked for row in parents.first][:NAMED])
    reasons = "; ".join(dict.fromkeys(reason for parents in blocked for reason in parents.ruling.reasons))
    return ExportError(
        f"{count} row{'' if count == 1 else 's'} ({rows}{', …' if count > NAMED else ''}) held back for the terms of "
        f"the models that wrote them, which nobody acknowledged: {reasons}",
        where=where,
        remedy=f"every row is kept: read the terms, then `windrow export {where} --ack-terms`; or leave these rows out "
        "(--exclude-terms); or say in the config what holds for you (`terms:` beside `model:`)",
    )
