"""A recipe that grows in waves and tells in each row what the pool held when its wave was planted."""

from windrow import Lineage, Message, Recipe, Row, Seed


class Waves(Recipe):
    """Items of a wave know the rows accepted before it."""

    name = "waves"
    takes = ""
    in_waves = True
    checks = ("shape",)
    filters = ()

    def plant(self, accepted, wave):
        pool = [row.response for row in accepted]
        for number in range(400):
            yield Seed(key=f"{wave}/{number}", payload=(wave, number, pool))

    async def grow(self, seed, ask):
        wave, number, pool = seed.payload
        turns = (Message("user", f"Which number of wave {wave}?"), Message("assistant", f"It is {wave}:{number}."))
        yield Row(kind="sft", messages=turns, lineage=Lineage(extra={"pool": pool}))


class Families(Recipe):
    """Items of three rows, each of which stands on the one before."""

    name = "families"
    takes = ""
    checks = ("shape",)
    filters = ()

    def plant(self, accepted, wave):
        for number in range(200):
            yield Seed(key=str(number), payload=number)

    async def grow(self, seed, ask):
        parents = ()
        for step in range(3):
            turns = (Message("user", f"Number {seed.payload}?"), Message("assistant", f"It is {seed.payload}.{step}."))
            row = Row(kind="sft", messages=turns, lineage=Lineage(parents=parents))
            yield row
            parents = (row.id,)
