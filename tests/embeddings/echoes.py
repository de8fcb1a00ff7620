"""One row for each seed, its question a little longer: a run whose texts can be counted."""

from windrow.row import Lineage, Message, Row
from windrow.shapes import Recipe


class Echoes(Recipe):
    """Asks each seed's question again, politely."""

    name = "echoes"
    checks = ()
    filters = ()

    def open(self, seeds, folder):
        self.seeds = list(seeds)

    def plant(self, accepted, wave):
        yield from self.seeds

    async def grow(self, seed, ask):
        question = f"{seed.payload.question} Please say."
        answer = await ask("echo", question=question)
        yield Row(
            kind="sft",
            messages=(Message("user", question), Message("assistant", answer.text)),
            lineage=Lineage(seeds=(seed.key,), family=seed.family),
        )
