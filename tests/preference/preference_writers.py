"""Prompts, and scripted models that answer them: right, wrong, or in ways that no program can tell apart."""

import hashlib

PLACES = ("Blue Door", "Old Mill", "Red Cup", "Long Table", "Corner", "Quiet Hour", "Third Step", "Lamp")


def sums(count, start=0):
    """Prompts with one right answer each: a number."""
    return [
        {"instruction": f"Shelf {n}: how much is {n + 12} times {n + 13}?", "output": str((n + 12) * (n + 13))}
        for n in range(start, start + count)
    ]


def open_ended(count):
    """Prompts that no program can check an answer to."""
    return [
        {"instruction": f"Suggest a name for café number {n}.", "output": f"How about the Blue Door {n}?"}
        for n in range(count)
    ]


def question(request):
    """What the last turn says."""
    return request["messages"][-1]["content"]


def product(request):
    """The right answer to a prompt of `sums`."""
    words = question(request).split("how much is ")[1].split("?")[0].split()
    return int(words[0]) * int(words[2])


def right(request, _number):
    return f"The answer is {product(request)}."


def wrong(request, _number):
    return f"The answer is {product(request) - 1}."


def some_name(request, _number):
    """Another answer for each prompt, manner and temperature; they differ in length too."""
    told = "".join(turn["content"] for turn in request["messages"]) + str(request["temperature"])
    digest = hashlib.sha256(told.encode()).digest()
    more = " and then some more of it" * (digest[1] % 2)
    return f"I would call it the {PLACES[digest[0] % 8]}, number {digest[2]} of my list{more}."


def both(request, number):
    """One server for two models: the teacher is right, the student wrong."""
    return (right if request["model"] == "teacher" else wrong)(request, number)
