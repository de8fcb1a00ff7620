"""Models that read passages, as scripts for a server: one that does it well, and those that do it badly, each its way.

A good one finds its facts in lines "- Label: value" of the passages that it is shown, in the prompts' own wording.
"""

import json
import re

from windrow.testing import Reply

LINE = re.compile(r"^- (?P<label>[^:\n]+): (?P<value>[^\n]+)$", re.MULTILINE)
SORRY = "I'm sorry, but I can't help with that request."


def good(request, _number):
    """What a careful model would say."""
    system, user = (message["content"] for message in request["messages"][:2])
    return json.dumps(_answering(system)(user))


def _answering(system):
    marks = {
        "Write one question that this passage": _question,
        "You answer a question from one passage": _answer,
        "Write one question that needs\nboth": _hop_question,
        "You answer a question from two passages": _hop_answer,
        "You write questions that rest on a mistake": _premise,
    }
    return next(answering for mark, answering in marks.items() if mark in system)


def is_answering(request):
    return "You answer a question" in request["messages"][0]["content"]


def passages(user):
    """(name of the thing, its facts, text) of each passage shown."""
    titles = re.findall(r"^Title: (.+)$", user, re.MULTILINE)
    texts = re.findall(r"<passage>\n(.*?)\n</passage>", user, re.DOTALL)
    return [
        (title.partition(":")[0], {found["label"]: found["value"] for found in LINE.finditer(text)}, text)
        for title, text in zip(titles, texts, strict=True)
    ]


def _question(user):
    ((name, facts, _),) = passages(user)
    number = re.search(r"question number (\d+)", user)
    label = list(facts)[int(number[1]) - 1 if number else 0]
    return {"question": f"What is the {label.lower()} of the {name}?"}


def _asked(user):
    return re.search(r"^Question: (.+)$", user, re.MULTILINE)[1]


def _answer(user):
    ((_, facts, _),) = passages(user)
    label = next((label for label in facts if f"the {label.lower()} of" in _asked(user)), next(iter(facts)))
    return {"answerable": True, "answer": facts[label], "quotes": [f"{label}: {facts[label]}"]}


def _hop_question(user):
    (one, facts, _), (other, theirs, _) = passages(user)
    shared = [label for label in facts if label in theirs]
    if shared:
        label = next((each for each in shared if f"have to do with: {each}" in user), shared[0])
        return {"question": f"Which has the higher {label.lower()}, the {one} or the {other}?", "kind": "comparison"}
    link = next(label for label, value in facts.items() if value == other)
    wanted = list(theirs)[len(one) % len(theirs)]
    question = f"What is the {wanted.lower()} of the {link.lower()} of the {one}?"
    return {"question": question, "kind": "bridge"}


def _step(passage, about, label, facts):
    return {"passage": passage, "about": about, "finding": facts[label], "quote": f"{label}: {facts[label]}"}


def _hop_answer(user):
    (one, facts, _), (other, theirs, _) = passages(user)
    asked = _asked(user)
    if asked.startswith("Which has the higher"):
        label = next(label for label in facts if f"higher {label.lower()}," in asked)
        first, second = (int(re.search(r"\d+", each[label])[0]) for each in (facts, theirs))
        (most, value), (least, against) = sorted(
            [(one, facts[label]), (other, theirs[label])],
            key=lambda pair: pair[0] != (one if first > second else other),
        )
        return {
            "answerable": True,
            "answer": f"The {most}, with {value} against {against} for the {least}.",
            "operation": "greater",
            "hops": [_step(1, one, label, facts), _step(2, other, label, theirs)],
        }
    link = next((label for label, value in facts.items() if value == other), next(iter(facts)))
    wanted = next((label for label in theirs if f"the {label.lower()} of" in asked), next(iter(theirs)))
    steps = [_step(1, one, link, facts), _step(2, other, wanted, theirs)]
    return {"answerable": True, "answer": theirs[wanted], "hops": steps}


def _premise(user):
    ((name, _, _),) = passages(user)
    answer = re.search(r"^Answer: (.+)$", user, re.MULTILINE)[1]
    label = re.search(r"^Question: What is the (.+) of the", user, re.MULTILINE)[1]
    claim = f"99{answer}"
    return {"question": f"Why is the {label} of the {name} {claim}?", "claim": claim, "truth": answer}


def changing(**changes):
    """A good one whose answers are changed: a function of the answer for each key."""

    def script(request, number):
        said = json.loads(good(request, number))
        if is_answering(request):
            told = {**said, "asked": _asked(request["messages"][1]["content"])}
            said |= {key: change(told) for key, change in changes.items() if key in said}
        return json.dumps(said)

    return script


def _other(text):
    """Another figure, or another name."""
    return re.sub(r"\d+", lambda found: str(int(found[0]) + 1), text) if re.search(r"\d", text) else f"Basel {text}"


contradicting = changing(answer=lambda said: _other(said["answer"]))
misquoting = changing(
    quotes=lambda said: [_other(quote) for quote in said["quotes"]],
    hops=lambda said: [{**hop, "quote": _other(hop["quote"])} for hop in said["hops"]],
)
citing_a_distractor = changing(answer=lambda said: f"{said['answer']} [5]")
echoing = changing(answer=lambda said: said["asked"])
apologising = changing(answer=lambda said: SORRY)
repeating = changing(answer=lambda said: " ".join([said["answer"]] * 12))
unsure = changing(answerable=lambda said: False)
without_quotes = changing(quotes=lambda said: [], hops=lambda said: [])


def refusing(request, _number):
    return SORRY


def truncating(request, number):
    text = good(request, number)
    return Reply(text[: len(text) // 2], finish_reason="length")


def asking_one_thing(request, number):
    """The same question whatever is shown."""
    said = json.loads(good(request, number))
    return json.dumps({"question": "What does it cost?", "kind": "bridge"} if "question" in said else said)


def copying_the_passage(request, number):
    """The passage itself for a question."""
    said = json.loads(good(request, number))
    if "question" in said:
        said["question"] = passages(request["messages"][1]["content"])[0][2].replace("\n", " ") * 3
    return json.dumps(said)
