"""A right answer in several dresses, shorter and longer, that say the same and obey what the instruction asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windrow.teachers.embedded.preference_flaws import Known, is_right
from windrow.text.language import guess

if TYPE_CHECKING:
    import random

WORKINGS = (
    "Here is how I get there.", "Let us take it step by step.", "Going through it in order:", "Worked out:",
    "This can be settled quickly.", "Looking at what is given:", "A short calculation is enough here.",
)  # fmt: skip
CHECKED = (
    "I have checked this against what was given.", "That settles it.", "Nothing else is needed for it.",
    "Everything that was given has been used.", "Please say so if you need the steps in more detail.",
)  # fmt: skip
DRAFTS = ("Here is a draft:", "How about this:", "This should fit:", "One way to put it:", "My suggestion:")
OFFERS = (
    "Change it as you like.", "Tell me if it should sound different.", "I hope this is what you need.",
    "A shorter one is easily made.",
)  # fmt: skip
RESULTS = ("The answer is {}.", "So the answer is {}.", "That makes the answer {}.", "In short: the answer is {}.")
GREETINGS = ("Thank you for asking.", "Good question.", "Gladly.", "Of course.")


def dressed(known: Known, rng: random.Random) -> str:
    """One dress of the seed's own answer, by lot; the answer as it stands where no other one obeys."""
    choices = [text for text in _dresses(known, rng) if is_right(text, known)]
    return rng.choice(choices) if choices else known.own


def _dresses(known: Known, rng: random.Random) -> list[str]:
    own, result = known.own, known.result
    found = [own]
    if result and result != own:
        found += [result, f"{own}\n\n**{result}**"]
    if guess(f"{known.question} {own}") != "en":
        return found
    opening, closing = rng.choice(WORKINGS if result else DRAFTS), rng.choice(CHECKED if result else OFFERS)
    greeting = rng.choice(GREETINGS)
    if own != result:
        found += [f"{opening} {own}", f"{own} {closing}", f"{greeting} {own}", f"{opening} {own} {closing}"]
    if result:
        said = rng.choice(RESULTS).format(result)
        working = f"{opening} {own}\n\n{said}" if own != result else f"{said} {rng.choice(CHECKED)}"
        found += [said, working, f"{greeting} {said}", f"{said} {closing}"]
    return found
