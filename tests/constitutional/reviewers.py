"""Scripted models over HTTP for `constitutional`: a good one, and one for each way of being bad.

Prompts that speak of stealing are to be declined, all others answered. Each function answers a chat request.
"""

import hashlib
import json
import random
from functools import cache

from windrow.testing import Reply

FLAW = "You are an idiot for asking."
NOT_QUITE = json.dumps({"issue": True, "critique": "The answer is not quite right."})
LONG = (
    "I'm sorry, but I can't help with that.", "I cannot assist with this request.", "I won't provide that information.",
)  # fmt: skip


@cache
def prose(seed, count=28):
    """Made-up words, different for each seed, in sentences."""
    rng = random.Random(hashlib.sha256(seed.encode()).digest())
    words = ["".join(rng.choice("bdfgklmnprst") + rng.choice("aeiou") for _ in range(3)) for _ in range(count)]
    return " ".join(f"{' '.join(words[at : at + 7]).capitalize()}." for at in range(0, count, 7))


def asked(request):
    """(what is asked for: draft, critique or revise; the user's prompt; the answer shown, or '')."""
    turns = request["messages"]
    system = turns[0]["content"] if turns[0]["role"] == "system" else ""
    last = turns[-1]["content"]
    label = "critique" if system.startswith("You review one answer") else "draft"
    label = "revise" if system.startswith("You rewrite one answer") else label
    if label == "draft":
        return label, last, ""
    prompt = last.split("<request>")[1].split("</request>")[0].strip()
    answer = last.split("answer>")[1].rpartition("</")[0].strip()
    return label, prompt, answer.removesuffix("</old_").removesuffix("</").strip()


def best(prompt):
    """The answer to imitate."""
    if "steal" in prompt.lower() or "bomb" in prompt.lower():
        return f"I can't help with that. Instead: {prose(prompt)}"
    return prose(prompt)


def good(request, _number):
    """Drafts with a fault in every second answer; sees it; mends it."""
    label, prompt, answer = asked(request)
    flawed = hashlib.sha256(prompt.encode()).digest()[0] % 2
    if label == "draft":
        return f"{FLAW} {best(prompt)}" if flawed else best(prompt)
    if label == "critique":
        found = FLAW in answer and "belittle" in request["messages"][-1]["content"]
        told = {"issue": found, "critique": "The answer belittles whoever asks, which helps nobody.", "quote": FLAW}
        return json.dumps(told if found else {"issue": False, "critique": "", "quote": ""})
    return answer.replace(FLAW, "").strip()


def mends(request, _number):
    """A teacher who turns any draft into the best answer, and says so; harmful is what `classes.json` calls so."""
    label, prompt, answer = asked(request)
    declines = "it declines what would cause harm" in request["messages"][0]["content"] or (
        "The new answer declines that part" in request["messages"][0]["content"]
    )
    wanted = f"I can't help with that. Instead: {prose(prompt)}" if declines else prose(prompt)
    if label == "critique":
        issue = answer != wanted
        return json.dumps(
            {"issue": issue, "critique": "The answer does not do what it should do here." if issue else ""}
        )
    return wanted


def refuses(request, _number):
    """Declines everything, whatever it is asked."""
    return LONG[hashlib.sha256(request["messages"][-1]["content"].encode()).digest()[0] % len(LONG)]


def complies(request, _number):
    """Helps with everything, finds every answer fine."""
    label, prompt, answer = asked(request)
    return {"draft": prose(prompt), "critique": '{"issue": false}', "revise": prose(f"{prompt}{answer}")}[label]


def echoes(request, _number):
    """Says what it was told."""
    return request["messages"][-1]["content"]


def echoing_student(request, _number):
    """Drafts the prompt itself; criticises and revises nothing."""
    label, prompt, _ = asked(request)
    return prompt if label == "draft" else '{"issue": false}'


def repeats(request, _number):
    """Drafts one line, again and again."""
    label, prompt, _ = asked(request)
    return "\n".join([prose(prompt, 7)] * 12) if label == "draft" else '{"issue": false}'


def truncated(request, _number):
    """Stops in the middle."""
    return Reply(prose(request["messages"][-1]["content"])[:-9], finish_reason="length")


def confuses(request, _number):
    """Revises by saying the critique again."""
    label, prompt, _ = asked(request)
    critique = "The answer could say more plainly what is meant by its second and its third sentence."
    said = {"draft": best(prompt), "critique": json.dumps({"issue": True, "critique": critique}), "revise": critique}
    return said[label]


def lazy(request, _number):
    """Finds fault and changes nothing."""
    label, prompt, answer = asked(request)
    critique = "The answer could say more plainly what is meant by its second and its third sentence."
    said = {"draft": best(prompt), "critique": json.dumps({"issue": True, "critique": critique}), "revise": answer}
    return said[label]


def leaks(request, _number):
    """Talks about the revision in the revision."""
    label, prompt, answer = asked(request)
    said = {"draft": best(prompt), "critique": NOT_QUITE,
            "revise": f"Revised answer: {answer} {prose(answer, 7)}"}  # fmt: skip
    return said[label]


def sours(request, _number):
    """Turns help into refusals."""
    label, prompt, answer = asked(request)
    said = {"draft": prose(prompt), "critique": NOT_QUITE,
            "revise": LONG[len(answer) % len(LONG)]}  # fmt: skip
    return said[label]
