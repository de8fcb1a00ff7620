"""The runs whose reports are looked at: two teachers of different habits, a judge that was measured, hostile text, and
an example without a judge."""

import json
import zlib
from contextlib import ExitStack, contextmanager

from windrow import Plan, Run
from windrow.testing import FaultyServer, erring

HOSTILE = '<script>document.title = "owned"</script><img src="http://evil.example/pixel.png" onerror="alert(1)">'
PLACES = ["depot", "harbour", "bakery", "library", "museum", "station", "garden", "bridge", "market", "school"]
THINGS = ["parcel", "bicycle", "ticket", "invoice", "umbrella", "contract", "engine", "camera", "violin", "passport"]
ACTS = ["return", "insure", "repair", "register", "borrow", "cancel", "extend", "measure", "translate", "renew"]
RECIPE = '''
from windrow import Message, Recipe, Row, Seed


class Questions(Recipe):
    """Asks a model each question of the seeds."""

    name = "questions"
    takes = "row"
    checks = ("shape", "hygiene")
    filters = ("dedupe",)

    def plant(self, accepted, wave):
        for number in range(COUNT):
            yield Seed(key=str(number), payload=number)

    async def grow(self, seed, ask):
        question = QUESTIONS[seed.payload]
        answer = await ask("answer", question=question)
        yield Row(kind="sft", messages=(Message("user", question), Message("assistant", answer.text)))
'''


def _question(number):
    act, thing, place = (
        some[zlib.crc32(f"{number} {which}".encode()) % 10] for which, some in enumerate((ACTS, THINGS, PLACES))
    )
    hostile = f" {HOSTILE}" if number % 3 == 0 else ""
    shapes = (
        f"How do I {act} a {thing} at the {place} before noon on the {number % 28 + 1}th?{hostile}",
        f"I lost my {thing} near the {place}; may I {act} another one with form {number}?{hostile}",
        f"هل يمكنني أن {act} {thing} في {place} رقم {number}؟",
        f"Is there a fee when I {act} the {thing} of a friend at {place} {number}?{hostile}",
    )
    return shapes[number % 4]


def _answer(habit):
    """A teacher with a habit that gives it away."""

    def said(asked, _number):
        question = asked["messages"][-1]["content"]
        seed = zlib.crc32(question.encode())
        place, thing = PLACES[seed % 10], THINGS[seed // 10 % 10]
        good = "right" if seed % 5 else "wrong"
        if habit == "formal":
            return f"Certainly. Kindly note that your {thing} is {good} at the {place}, counter {seed % 97}. Sincerely."
        return (
            f"yep, the {place} takes the {thing} ({good} desk, row {seed % 89}), just ask for mail{seed % 7}@acme.com"
        )

    return said


def _rows(count, start):
    verbs = ("right", "wrong")
    return [
        {"input": f"Question {n}?", "output": f"This answer to question {n} is {verbs[n % 2]}."}
        for n in range(start, start + count)
    ]


@contextmanager
def _servers():
    with ExitStack() as stack:
        formal, casual = (stack.enter_context(FaultyServer(_answer(habit))) for habit in ("formal", "casual"))
        judge = FaultyServer(erring(lambda parts: "right" in parts["output"], sensitivity=0.95, specificity=0.9))
        yield formal, casual, stack.enter_context(judge)


def grow(folder, windrow):
    """The runs by name: `judged` and `other`, of one plan with other questions, and `support`. `windrow` runs the
    command."""
    questions = [_question(number) for number in range(900)]
    (folder / "questions.py").write_text(
        RECIPE.replace("COUNT", "300") + f"\n\nQUESTIONS = {questions!r}\n", encoding="utf-8"
    )
    (folder / "prompts" / "questions").mkdir(parents=True)
    (folder / "prompts" / "questions" / "answer.md").write_text("# user\n{{ question }}\n", encoding="utf-8")
    seeds = [{"instruction": _question(number + 5_000), "output": "Ask at the counter."} for number in range(60)]
    gold = [{**row, "label": "pass" if "right" in row["output"] else "fail"} for row in _rows(300, 0)]
    for name, rows in {"seeds.jsonl": seeds, "gold.jsonl": gold}.items():
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with _servers() as (formal, casual, judge):
        windrow(
            "calibrate", folder / "gold.jsonl", "-e", "task_adherence", "--judge", "openai/judge",
            "--base-url", judge.url, "--out", folder / "judge.json",
        )  # fmt: skip
        told = {
            "name": "two-teachers",
            "seeds": [{"use": "rows", "path": "seeds.jsonl"}],
            "models": {
                "teacher": [
                    {"model": "openai/formal", "base_url": formal.url, "terms": "ours"},
                    {"model": "openai/casual", "base_url": casual.url, "terms": "ours"},
                ],
                "judge": {"model": "openai/judge", "base_url": judge.url},
            },
            "recipes": [{"use": "questions.py:Questions"}],
            "judges": [
                {"use": "rubric", "name": "adherence", "criteria": ["task_adherence"], "calibration": "judge.json"}
            ],
            "prices": {"openai/formal": {"input": "1", "output": "4"}},
            "splits": {"holdout": 0.1},
            "exports": ["trl"],
        }
        judged = Plan.parse(told, base=folder).run(folder / "judged")
        pool = told["models"]["teacher"][:1]
        alone = {**told, "name": "one-teacher", "models": {**told["models"], "teacher": pool}}
        other = Plan.parse(alone, base=folder).run(folder / "other")
    windrow("run", "examples/support/support.yaml", "--out", folder / "support")
    return {"judged": judged, "other": other, "support": Run.open(folder / "support")}
