"""Seeds, and scripted models that play both sides of new conversations: well, or in one of the ways that go wrong."""

import hashlib
import json
import random

THINGS = (
    "letter", "timetable", "contract", "lecture", "invoice", "garden", "budget", "journey", "melody", "bridge",
    "harvest", "storm", "painting", "market", "vaccine", "glacier", "novel", "workshop", "lantern", "harbour",
    "compass", "kettle",
)  # fmt: skip
DOING = (
    "moved",
    "turned",
    "painted",
    "counted",
    "folded",
    "carried",
    "signed",
    "watered",
    "tuned",
    "measured",
    "lifted",
)


def seed(number, exchanges=3, system=None):
    """A conversation of a service desk. What is numbered is the user's own."""
    turns = []
    for place in range(exchanges):
        turns.append(
            f"Case {number} part {place}: my {THINGS[number % 22]} {THINGS[place]} was {DOING[number % 11]} wrongly."
        )
        turns.append(
            f"Noted for {THINGS[(number + place) % 22]} {place}. Refunds are paid within {number + 2} days, as a rule."
        )
    turns[0] += f" The number is 48{number:04}."
    turns[-1] += " Is there any other matter we can settle?"
    messages = [{"role": ("user", "assistant")[at % 2], "content": text} for at, text in enumerate(turns)]
    return {"id": f"s{number}", "messages": [*([{"role": "system", "content": system}] if system else []), *messages]}


def seeds(count=8):
    """With two, three and four exchanges in turn."""
    return [seed(number, 2 + number % 3) for number in range(count)]


def asked_for(request):
    """Which template a request was made from."""
    system = request["messages"][0]["content"]
    if "You prepare new conversations" in system:
        return "plan"
    return "user" if "You play a person" in system else "assistant"


def chance(request):
    return random.Random(hashlib.sha256(json.dumps(request["messages"]).encode()).digest())


def sentence(rng, words=14):
    made = (
        rng.choice(THINGS)
        if at % 3
        else f"{rng.choice(DOING)} {rng.choice('bdfgklm')}{rng.choice('aeiou')}{rng.randrange(99)}"
        for at in range(words)
    )
    return f"{' '.join(made).capitalize()}."


def brief(rng):
    return {
        "situation": f"Something has happened. {sentence(rng)}",
        "user_knows": [f"user fact {rng.randrange(999)}"],
        "assistant_knows": [f"assistant fact {rng.randrange(999)}"],
        "ending": f"Ending {rng.randrange(999)}.",
    }


def well(request, _number):
    """A model that does what it is asked, in words without sense."""
    rng = chance(request)
    return json.dumps(brief(rng)) if asked_for(request) == "plan" else f"{sentence(rng)} {sentence(rng)}"


def slipping(**slips):
    """A model that does well but for the templates named, which get a text, or what a function of the request gives."""

    def answer(request, number):
        slip = slips.get(asked_for(request))
        return well(request, number) if slip is None else slip(request) if callable(slip) else slip

    return answer
