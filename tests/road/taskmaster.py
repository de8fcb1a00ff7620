"""A scripted model that plays Self-Instruct's teacher over HTTP: mostly new tasks, some near-duplicates, some slips."""

import hashlib
import random

VERBS = (
    "Rewrite", "Summarise", "Explain", "List", "Compare", "Describe", "Outline", "Correct", "Answer", "Plan",
    "Suggest", "Classify", "Shorten", "Extend", "Translate", "Order", "Name", "Justify", "Draft", "Review",
)  # fmt: skip
THINGS = (
    "letter", "recipe", "timetable", "contract", "diary", "lecture", "argument", "poem", "invoice", "speech",
    "legend", "experiment", "garden", "budget", "journey", "melody", "puzzle", "bridge", "harvest", "election",
    "storm", "painting", "theorem", "market", "vaccine", "orbit", "glacier", "novel", "tournament", "workshop",
)  # fmt: skip
ENDS = (
    "for a child of nine", "in three plain sentences", "without naming anybody", "from the view of a sailor",
    "so that a judge would accept it", "with one counterexample", "as a list of five points", "in a formal tone",
    "using words of one syllable only", "and say what is missing", "for a reader in a hurry", "twice as long",
)  # fmt: skip


def answer(request, _number):
    system, user = (turn["content"] for turn in request["messages"])
    draw = random.Random(hashlib.sha256(user.encode()).digest())
    if system.startswith("You write tasks"):
        first = user.count("\n") - 1
        return "\n".join(f"{first + place}. {_task(draw, user)}" for place in range(8))
    if "Say whether it is a classification" in system:
        return "No"
    return f"Input: {_words(draw, 12)}.\nOutput: {_words(draw, 15).capitalize()}."


def _task(draw, user):
    if draw.random() < 0.15:  # a shown task again, in nearly the same words
        shown = draw.choice([line for line in user.splitlines() if line[:1].isdigit()])
        return f"{shown.partition('. ')[2]} Please."
    one, other = draw.sample(THINGS, 2)
    return f"{draw.choice(VERBS)} the {one} about a {_words(draw, 2)} {other} {draw.choice(ENDS)}."


def _words(draw, count):
    return " ".join(
        "".join(draw.choice("bdfgklmnprstv") + draw.choice("aeiou") for _ in range(3)) for _ in range(count)
    )
