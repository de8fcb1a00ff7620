"""Judges on the road, from a config to the report: what it says against what the judge's own server was asked."""

import re
from collections import Counter
from zlib import crc32

import pytest

from front_door import grown
from report_text import markdown
from windrow.testing import server_error
from windrow.testing.graders import honest_by, read

SEEDS = [
    {"instruction": f"Name the colour number {n} of the chart.", "output": f"Colour {n} is blue."} for n in range(12)
]
TASKS = 60
RECIPE = '''
from windrow import Message, Recipe, Row, Seed


class Numbers(Recipe):
    """Rows of its own, without asking anybody."""

    name = "numbers"
    takes = ""
    checks = ("shape",)
    filters = ()

    def plant(self, accepted, wave):
        for number in range(TASKS):
            yield Seed(key=str(number), payload=number)

    async def grow(self, seed, ask):
        turns = (Message("user", f"Which number is it? {seed.payload}"), Message("assistant", f"It is {seed.payload}."))
        yield Row(kind="sft", messages=turns)
'''
BAD, SILENT = 5, 7  # of the rows, by what they divide


def number(parts) -> int:
    return int(re.search(r"\d+", parts["output"])[0])


def strict(asked, at=0):
    """Fails multiples of BAD, has no words that are a verdict for multiples of SILENT, passes everything else."""
    told = number(read(asked).parts)
    if told % SILENT == 0:
        return "I had rather not say."
    return honest_by(lambda _parts, _criterion: told % BAD != 0)(asked, at)


@pytest.fixture
def run(tmp_path):
    def go(*judges, models=None, tasks=TASKS, **config):
        (tmp_path / "numbers.py").write_text(RECIPE.replace("TASKS", str(tasks)), encoding="utf-8")
        use = {"use": "numbers.py:Numbers"}
        return grown(tmp_path, SEEDS, models or {"judge": strict}, use, judges=list(judges), **config)

    return go


ADHERENCE = {"use": "rubric", "name": "adherence", "criteria": ["task_adherence"]}


def test_every_figure_is_what_the_judge_was_asked_and_said(run):
    found = run(ADHERENCE, exports=["trl"])

    truth = Counter("unscored" if n % SILENT == 0 else "fail" if n % BAD == 0 else "pass" for n in range(TASKS))
    report = found.run.report()
    (judge,) = report["judges"]
    assert (judge["asked"], judge["passed"], judge["failed"]) == (TASKS, truth["pass"], truth["fail"])
    assert judge["unscored"] == {"unparsed": truth["unscored"]}
    assert (report["rows"]["accepted"], report["rows"]["quarantined"]) == (truth["pass"], truth["unscored"])
    assert judge["coverage"] == round((truth["pass"] + truth["fail"]) / TASKS, 4)
    whole = next(each for each in judge["criteria"] if each["id"] == "task_adherence")
    assert (whole["passed"], whole["failed"]) == (truth["pass"], truth["fail"])
    assert report["judge_calls"][0]["calls"] == len(found.asked["judge"]) > TASKS  # asked again for what was no verdict
    assert judge["calibration"]["calibrated"] is False
    assert found.run.metered()[0].judged == TASKS
    (item,) = report["evaluated"]
    assert (item["what"], item["rows"], item["of"]) == ("task adherence", truth["pass"], truth["pass"])


def test_the_card_says_what_was_judged_and_what_was_not(run):
    found = run(ADHERENCE, exports=["trl"])

    card = (found.run.folder / "exports" / "trl" / "README.md").read_text(encoding="utf-8")
    accepted = len(found.rows())
    assert f"- task adherence: judged for {accepted} of {accepted} accepted rows, by adherence (not calibrated)" in card
    assert "- faithfulness: not evaluated: no judge asks about it" in card
    assert "- safety: not evaluated: no judge asks about it" in card
    assert "## What judges said" in card
    assert "**not calibrated**" in card


def test_several_evaluators_of_one_judge_are_told_apart(run):
    def picky(parts, criterion):
        return number(parts) % BAD != 0 if criterion == "goal" else number(parts) % 3 != 0

    judge = {"use": "rubric", "criteria": ["task_adherence", "safety"]}
    report = run(judge, models={"judge": honest_by(picky)}).run.report()

    criteria = {each["id"]: each for each in report["judges"][0]["criteria"]}
    adherent = [n for n in range(TASKS) if n % BAD and n % 3]
    assert criteria["task_adherence"]["passed"] == len(adherent)
    assert criteria["task_adherence.goal"]["failed"] == sum(n % BAD == 0 for n in range(TASKS))
    assert criteria["safety"]["judged"] == len(adherent)  # who has failed is not asked on
    assert {item["what"] for item in report["evaluated"]} == {"task adherence", "safety"}


def test_a_panel_shows_what_each_of_its_judges_voted(run):
    def voter(wrong):
        return honest_by(lambda parts, _: number(parts) % wrong != 0)

    models = {"one": voter(2), "two": voter(3), "three": voter(5)}
    judge = {"use": "panel", "criteria": ["task_adherence"], "roles": list(models)}
    report = run(judge, models=models).run.report()

    told = report["judges"][0]
    majority = sum((n % 2 > 0) + (n % 3 > 0) + (n % 5 > 0) >= 2 for n in range(TASKS))
    assert told["passed"] == report["rows"]["accepted"] == majority
    passes = {name: sum(n % wrong > 0 for n in range(TASKS)) for name, wrong in (("one", 2), ("two", 3), ("three", 5))}
    assert {who: votes["pass"] for who, votes in told["panel"]["votes"].items()} == passes
    agreed = [max(votes, 3 - votes) / 3 for n in range(TASKS) for votes in [(n % 2 > 0) + (n % 3 > 0) + (n % 5 > 0)]]
    assert told["panel"]["agreement"] == pytest.approx(sum(agreed) / TASKS, abs=1e-4)
    assert told["models"] == {f"openai/{name}": TASKS for name in models}
    assert "| votes of | fail | pass |" in markdown(report)


def test_a_judge_that_is_dead_evaluates_nothing_and_the_report_says_so(run):
    found = run(ADHERENCE, models={"judge": lambda _asked, _number: server_error()})

    report = found.run.report()
    assert report["rows"]["accepted"] == 0
    assert report["judges"][0]["judged"] == 0
    assert report["judges"][0]["pass_rate"] is None
    assert report["evaluated"] == []
    assert report["stages"][0]["ended"] == "judge_silent"
    assert sum(told["rows"] for told in report["unscored"]) == report["rows"]["quarantined"] > 0
    assert "a judge gives no verdicts" in markdown(report)


def test_a_sample_that_is_clean_lets_the_rest_in_and_the_report_says_that_nobody_judged_it(run):
    found = run({**ADHERENCE, "mode": "two_pass"}, models={"judge": honest_by(lambda _parts, _: True)}, tasks=600)

    report = found.run.report()
    (judge,) = report["judges"]
    assert report["rows"]["accepted"] == 600
    assert (judge["mode"], judge["decided"]["decision"]) == ("two_pass", "accept")
    assert judge["asked"] + judge["accepted_by_sample"] == judge["candidates"] == 600
    audit = judge["decided"]["audit"]["accepted_judged"]
    assert judge["asked"] + audit == len(found.asked["judge"]) == report["judge_calls"][0]["calls"]
    (item,) = (item for item in report["not_evaluated"] if item["what"] == "task adherence")
    assert (item["why"], item["rows"]) == ("accepted by sample, not judged", 600 - judge["asked"])
    text = markdown(report)
    assert f"accepted by sample, not judged: {600 - judge['asked']} of 600 rows" in text
    assert "accepted without judging the rest" in text


def test_a_sample_that_is_bad_stops_the_run_and_the_report_says_why(run):
    judge = {**ADHERENCE, "mode": "two_pass"}
    found = run(judge, models={"judge": honest_by(lambda parts, _: number(parts) % 3 == 0)}, tasks=600)

    report = found.run.report()
    assert report["stages"][0]["ended"] == "generator_defective"
    assert report["rows"]["accepted"] == 0
    assert report["judges"][0]["decided"]["decision"] == "stop"
    assert "the sample shows too many defects for filtering" in markdown(report)


def test_the_lowest_scores_are_dropped_and_the_report_says_how_many_and_below_what(run):
    def graded(parts, criterion):
        return criterion != "rule" or number(parts) % 10 != 0

    found = run({**ADHERENCE, "keep": {"bottom_out": 0.1}}, models={"judge": honest_by(graded)})

    report = found.run.report()
    (judge,) = report["judges"]
    assert (judge["mode"], judge["dropped"], judge["judged"]) == ("bottom_out", 6, TASKS)
    assert report["rows"]["accepted"] == TASKS - 6
    dropped = [number({"output": row.response}) for row in found.rows("rejected")]
    assert dropped == [n for n in range(TASKS) if n % 10 == 0]
    cut = judge["decided"]["cut"]
    assert f"dropped 6 rows, the lowest 10.0%: those that scored {cut:g} or less" in markdown(report)


def test_a_cascade_shows_which_level_decided_and_how_often_each_was_asked(run):
    def unsure(asked, at=0):
        """Readers differ over multiples of 4, each by the words that make it one; all agree on the rest."""
        told = number(read(asked).parts)
        reader = crc32(asked["messages"][0]["content"].encode())
        return honest_by(lambda _parts, _: told % 4 > 0 or reader % 2 == 0)(asked, at)

    models = {"judge": unsure, "strong": honest_by(lambda parts, _: number(parts) % 8 != 0)}
    found = run({"use": "cascade", "criteria": ["task_adherence"], "strong": ["strong"]}, models=models)

    report = found.run.report()
    panel = report["judges"][0]["panel"]
    assert panel["level_calls"] == {
        role: len(found.asked[name]) for role, name in (("cheap", "judge"), ("strong", "strong"))
    }
    assert panel["levels"] == {"cheap": TASKS - len(found.asked["strong"]), "strong": len(found.asked["strong"])}
    assert 0 < len(found.asked["strong"]) <= TASKS / 4
    assert "decided at level: cheap " in markdown(report)
