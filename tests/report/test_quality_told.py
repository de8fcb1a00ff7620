"""The quality of a set in its report: every figure with its interval and method, alarms where a reader sees them."""

import sys

import pytest

from judged_run import call, decided, run_of, verdict
from report_text import markdown
from windrow import Message, Plan, Row, Verdict
from windrow.events import Noted
from windrow.ledger.base import Decided

SAME = "Thank you for asking us. The answer to what you wish to know is number {}, as it always was and will be."


def groove(number: int) -> Decided:
    """A row of a teacher that opens each answer alike."""
    turns = (
        Message("user", f"Which is it, of {number} and of {number * 7}?"),
        Message("assistant", SAME.format(number)),
    )
    return Decided("echo", number, 0, Row(kind="sft", messages=turns), "accepted")


@pytest.fixture(scope="module")
def collapsed(tmp_path_factory):
    return run_of(tmp_path_factory.mktemp("runs") / "collapsed", [groove(n) for n in range(60)], judges=()).report()


def figures(report, name):
    return [figure for figure in report["quality"]["figures"] if figure["name"] == name]


def test_a_figure_comes_with_its_interval_its_method_and_the_rows_that_it_was_measured_over(collapsed):
    (opening,) = figures(collapsed, "commonest opening of answers")

    assert opening["value"] == 1.0
    assert opening["low"] < 1.0 == opening["high"]
    assert opening["n"] == 60
    assert "| commonest opening of answers | 100.0% | 94.0% to 100.0% | 60 |" in markdown(collapsed)


def test_an_alarm_is_bold_in_the_summary(collapsed):
    text = markdown(collapsed)

    wrong = "60 of 60 answers open with “thank you for asking us”"
    assert wrong in collapsed["quality"]["alarms"]
    assert f"**Quality: commonest opening of answers is 100.0%, expected ≤ 5%: {wrong}.**" in text
    assert text.index("**Quality: ") < text.index("## ")


def test_an_alarm_is_told_when_the_run_ends_and_costs_no_exit_code(tmp_path):
    said = [
        f'{{"instruction": "Say which of them it is, by its number {n}.", "output": "It is {n}."}}' for n in range(9)
    ]
    (tmp_path / "seeds.jsonl").write_text("\n".join(said), encoding="utf-8")
    (tmp_path / "groove.py").write_text(RECIPE, encoding="utf-8")
    told = {"name": "t", "seeds": [{"use": "rows", "path": "seeds.jsonl"}], "recipes": [{"use": "groove.py:Groove"}]}
    heard = []

    run = Plan.parse(told, base=tmp_path).run(tmp_path / "run", listener=heard.append)

    notes = [event.text for event in heard if isinstance(event, Noted)]
    assert any(note.startswith("quality: commonest opening of answers is 100.0%") for note in notes)
    assert run.unmet() == []


RECIPE = '''
from windrow import Message, Recipe, Row, Seed


class Groove(Recipe):
    """Rows that all open alike."""

    name = "groove"
    takes = ""
    checks = ("shape",)
    filters = ()

    def plant(self, accepted, wave):
        for number in range(40):
            yield Seed(key=str(number), payload=number)

    async def grow(self, seed, ask):
        told = f"Well, as everybody knows since long, it is number {seed.payload}."
        yield Row(kind="sft", messages=(Message("user", f"Which? {seed.payload}"), Message("assistant", told)))
'''


def test_what_a_judge_said_is_a_figure_with_its_interval_and_what_none_said_is_not_evaluated(tmp_path):
    said = [
        verdict("pass" if n % 4 else "fail", criteria={"task_adherence": "pass" if n % 4 else "fail"})
        for n in range(40)
    ]
    rows = [decided(n, "accepted" if n % 4 else "rejected", each) for n, each in enumerate(said)]

    report = run_of(tmp_path / "judged", rows, calls=[call(0, "judge/adherence/rubric")]).report()

    (passed,) = figures(report, "task adherence: passed")
    assert (passed["value"], passed["n"], passed["group"]) == (0.75, 40, "adherence")
    assert passed["low"] < 0.75 < passed["high"]
    assert "not calibrated" in passed["method"]
    (judged,) = figures(report, "task adherence: judged")
    assert (judged["value"], judged["n"]) == (1.0, 30)
    missing = {figure["name"] for figure in report["quality"]["figures"] if "not_evaluated" in figure}
    assert "task adherence" not in missing
    assert {"faithfulness", "safety", "tone"} <= missing


def test_without_the_extra_what_needs_it_says_so_and_the_rest_is_measured(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.feature_extraction.text", None)

    report = run_of(tmp_path / "lean", [groove(n) for n in range(30)], judges=()).report()

    (vendi,) = figures(report, "Vendi score of answers")
    assert vendi == {
        "name": "Vendi score of answers", "group": "diversity", "value": None, "n": 0,
        "not_evaluated": "install windrow[quality]",
    }  # fmt: skip
    assert figures(report, "distinct-2 of answers")[0]["value"] > 0
    assert "install windrow[quality]" in markdown(report)


@pytest.mark.parametrize("before", [100, 130, 145, 150, 155])
def test_what_is_shown_of_a_row_near_an_evaluation_item_holds_no_half_of_a_card_number(tmp_path, before):
    asked = Message("user", f"{'x' * before} 4111 1111 1111 1111 and so on")
    near = Verdict("decontaminate", "pass", evidence={"proposed": {"item": "e:1", "cosine": 0.5}}, kind="filter")
    stored = Row("sft", messages=(asked, Message("assistant", "Yes.")), verdicts=(near,))
    report = run_of(tmp_path / "run", [Decided("echo", 0, 0, stored, "accepted")], judges=()).report()
    (pair,) = report["quality"]["near"]
    assert "1111" not in pair["asks"]
    assert len(pair["asks"]) <= 160
