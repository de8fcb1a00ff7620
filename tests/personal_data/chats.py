"""A recipe of two turns and a pair, in a file of a user's own: what is asked later holds what was answered before."""

from msgspec.structs import replace

from windrow.row import Lineage, Message, Row
from windrow.shapes import Recipe


class Chats(Recipe):
    """Grows a talk of four turns, and a pair out of two answers that came side by side."""

    name = "chats"
    checks = ()
    filters = ()
    yields_per_item = 2.0

    def open(self, seeds, folder):
        self.seeds = list(seeds)

    def plant(self, accepted, wave):
        yield from self.seeds

    async def grow(self, seed, ask):
        asked = Message("user", seed.payload.question)
        first = await ask("talk", turns=[asked])
        turns = (asked, Message("assistant", first.text), Message("user", "And how do I reach them?"))
        second = await ask("talk", turns=list(turns))
        lineage = Lineage(seeds=(seed.key,), family=seed.family, extra={"source": seed.source})
        talk = Row(
            "sft", messages=(*turns, Message("assistant", second.text, reasoning=second.reasoning)), lineage=lineage
        )
        yield talk
        one, other = await ask.many("talk", n=2, turns=[Message("user", f"Pair: {seed.payload.question}")])
        yield Row(
            "preference",
            prompt=(asked,),
            chosen=(Message("assistant", one.text),),
            rejected=(Message("assistant", other.text),),
            lineage=replace(lineage, parents=(talk.id,)),
        )
