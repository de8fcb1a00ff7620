"""The smallest recipe: one question, one call, one row. It measures what the engine costs, and little else."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from windrow.row import Lineage, Message, Row
from windrow.shapes import Options, Recipe, Seed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from windrow.shapes import Ask


class OneCallOptions(Options):
    """`items`: how many questions there are to ask."""

    items: int = 1_000


class OneCall(Recipe):
    """One question, one call, one row."""

    name = "one_call"
    takes = ""
    options_type = OneCallOptions
    options: OneCallOptions

    def plant(self, accepted: Sequence[Row], wave: int) -> Iterator[Seed]:  # noqa: ARG002
        for number in range(self.options.items):
            key = hashlib.blake2b(number.to_bytes(8), digest_size=12).hexdigest()
            yield Seed(key=key, payload=number, family=key)

    async def grow(self, seed: Seed, ask: Ask) -> AsyncIterator[Row]:
        question = f"What is known about parcel {seed.key}, the {seed.payload}th of its kind?"
        answer = await ask("answer", question=question)
        yield Row(
            kind="sft",
            messages=(Message("user", question), Message("assistant", answer.text)),
            lineage=Lineage(seeds=(seed.key,), family=seed.family),
        )
