"""Evol-Instruct driven from tests: seeds, runs against a scripted model over HTTP, and models of every sort."""

import hashlib
import random
from pathlib import Path

from windrow import Plan
from windrow.teachers.embedded.evol_instruct_writing import Core, written
from windrow.testing import FaultyServer
from windrow.text.constraints import find

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "evol_instruct"
THINGS = ("ferry", "garden", "lamp", "orchard", "violin", "market", "glacier", "bakery", "canal", "tower", "meadow")
PLACES = ("Aarhus", "Bilbao", "Cork", "Dresden", "Espoo", "Ghent", "Kyoto", "Lima", "Nantes", "Porto", "Riga")
MORE = (
    "Say for {place} what would be different there, and name one exception that matters.",
    "Also weigh up the {thing} against its cost and tell which of both decides.",
    "Write it for a reader in {place} who has never seen a {thing} before.",
    "Check the result once more by another way and mention the {thing} in it.",
)


def evolved(folder, *, answer=None, seeds=EXAMPLE / "seeds.jsonl", models=None, rows=None, **knobs):
    """A run of the recipe: by the embedded teacher, or against `answer` (a function of request and number)."""
    if answer is not None:
        with FaultyServer(answer) as server:
            teacher = {"model": "openai/any", "base_url": server.url, "concurrency": 8}
            return evolved(folder, seeds=seeds, models={"teacher": teacher}, rows=rows, **knobs)
    recipe = {"use": "evol_instruct", **({} if rows is None else {"rows": rows}), **knobs}
    config = {"name": "evol", "seeds": [{"use": "rows", "path": str(seeds)}], "recipes": [recipe]}
    return Plan.parse({**config, **({"models": models} if models else {})}, base=ROOT).run(folder)


def stored(run, status=None):
    return list(run.rows(**({} if status is None else {"status": status})))


def reasons(run):
    return {(one.by, one.reason) for one in run.rows(status="rejected")}


def asked(request):
    """(what is asked for, the user's turn) of a request."""
    turns = {turn["role"]: turn["content"] for turn in request["messages"]}
    system = turns.get("system", "")
    kinds = {"You edit instructions": "evolve", "You edit tasks": "complicate_input", "You write tasks": "breadth"}
    return next((kind for opening, kind in kinds.items() if system.startswith(opening)), "respond"), turns["user"]


def shown(user):
    """(instruction, input) of the task that a rewriting prompt shows."""
    task = user.partition("\n\nThis is ")[0].removeprefix("Instruction: ")
    for mark in ("\n\nInput that comes with it:\n", "\nInput: "):
        instruction, found, given = task.partition(mark)
        if found:
            return instruction, "" if given == "none" else given
    return task, ""


def perfect(request, number=0):
    """A model that does what it is told: small steps, new tasks, answers that obey."""
    kind, user = asked(request)
    draw = random.Random(hashlib.sha256(f"{kind}\0{request['messages'][0]['content']}\0{user}".encode()).digest())
    place, thing = draw.choice(PLACES), draw.choice(THINGS)
    if kind == "respond":
        return obeying(user, draw)
    instruction, given = shown(user)
    if kind == "breadth":
        count = len(instruction.split())
        words = [draw.choice(("plan", "list", "draw up", "judge")), "the", place, thing, "and", "what", "belongs", "to"]
        words += ["it", *(draw.choice(THINGS) for _ in range(count))]
        return f"Instruction: {' '.join(words[:count]).capitalize()}.\nInput: none"
    if "somewhat easier" in request["messages"][0]["content"]:
        nth = int(user.rpartition("rewrite number ")[2].partition(" ")[0]) if "rewrite number" in user else 1
        return " ".join(instruction.split()[:-nth])
    more = f"{instruction} {draw.choice(MORE).format(place=place, thing=thing)}"
    if kind == "evolve":
        return more
    table = f"item | sold\n{thing} | {draw.randrange(9, 99)}\n{place} | {draw.randrange(9, 99)}"
    return f"Instruction: {instruction} Use the {thing} of the table.\nInput: {given}\n{table}"


def obeying(instruction, draw):
    """An answer of plain words that obeys every constraint of `instruction`."""
    entries = find(instruction)
    return written(plain(entries, draw), entries, draw)


def plain(entries, draw):
    """Sentences without any content, as many and as long as `entries` need."""
    taken = {text for entry in entries for text in (entry["kwargs"].get("text", ""), *entry["kwargs"].get("texts", ()))}
    things = [thing for thing in THINGS if thing not in taken]
    sizes = {entry["id"]: entry["kwargs"].get("n", 0) for entry in entries}
    forms = ("sentences", "bullets", "numbered", "sections", "table", "lines", "paragraphs")
    units = [[draw.choice(things), draw.choice(things)] for _ in range(max(2, *(sizes.get(form, 0) for form in forms)))]
    for entry in entries:
        texts = entry["kwargs"].get("texts") or [entry["kwargs"].get("text", "")]
        wanted = texts if entry["id"] == "with_words" else texts * entry["kwargs"].get("n", 0)
        if entry["id"] in ("with_words", "word_least", "word_times"):
            for place, word in enumerate(wanted):
                units[place % len(units)].append(word)
        if entry["id"] == "letter_least":
            units[0].append(entry["kwargs"]["text"] * entry["kwargs"]["n"])
    for place in range(sizes.get("numbers_least", 0)):
        units[place % len(units)].append(str(draw.randrange(10, 99)))
    place = 0
    while sum(map(len, units)) < sizes.get("words_min", 8):
        units[place % len(units)].append(draw.choice(things))
        place += 1
    said = tuple(f"{' '.join(unit).capitalize()}." for unit in units)
    return Core(" ".join(said), said)
