"""Who plays which role: `teacher`, `judge`, `student` are mapped to a model or to a weighted pool of models.

A pool is dealt out by a hash of the item, so that teachers mix, and a re-run deals the same hands.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from windrow.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from windrow.teachers.base import Teacher

DEFAULT_ROLE = "teacher"
SPAN = 2**64


class Cast:
    """Roles and their pools. A role that nobody was named for is played by the teacher."""

    def __init__(self, roles: Mapping[str, Sequence[tuple[Teacher, float]]]) -> None:
        for role, pool in roles.items():
            if not pool or any(share <= 0 for _, share in pool):
                raise ConfigError("a role needs at least one model, each with a share above 0", where=f"models.{role}")
        self._roles = {role: tuple(pool) for role, pool in roles.items()}

    def pick(self, role: str, *key: object) -> Teacher:
        """The model that plays `role` for the item, prompt and sample that `key` names."""
        pool = self._roles.get(role) or self._roles.get(DEFAULT_ROLE)
        if pool is None:
            raise ConfigError(f"no model plays {role!r}", where="models", remedy="name one: models: {teacher: …}")
        if len(pool) == 1:
            return pool[0][0]
        point = (
            int.from_bytes(hashlib.blake2b(repr(key).encode(), digest_size=8).digest())
            / SPAN
            * sum(share for _, share in pool)
        )
        for teacher, share in pool:
            point -= share
            if point < 0:
                return teacher
        return pool[-1][0]

    def among(self, roles: Iterable[str]) -> Cast:
        """Those roles alone: nobody stands in for them."""
        return Cast({role: self._roles[role] for role in roles if role in self._roles})

    def teachers(self) -> list[Teacher]:
        """Every teacher once, in the order named."""
        return list({id(teacher): teacher for pool in self._roles.values() for teacher, _ in pool}.values())

    async def close(self) -> None:
        """Close every teacher."""
        for teacher in self.teachers():
            await teacher.close()
