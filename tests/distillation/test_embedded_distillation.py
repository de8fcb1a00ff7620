import json
import shutil
from pathlib import Path

import pytest

import windrow
from windrow.errors import MissingError, SeedError, UnknownName
from windrow.flow.seeds import reasoning_gym
from windrow.flow.seeds.reasoning_gym import BROKEN, GymOptions, ReasoningGym

ROOT = Path(__file__).parents[2]


def accepted(run):
    return [stored.row for stored in run.rows(status="accepted")]


@pytest.mark.parametrize(
    ("source", "wanted"),
    [("examples/distillation", 60), ("src/windrow/cli/starters/distillation", 40)],
    ids=["example", "starter"],
)
def test_the_example_and_the_starter_give_what_they_promise_and_all_of_it_is_verified(tmp_path, source, wanted):
    shutil.copytree(ROOT / source, tmp_path / "here")
    run = windrow.load(tmp_path / "here" / "distillation.yaml").run(tmp_path / "out")
    rows = accepted(run)
    assert len(rows) == wanted
    for row in rows:
        assert row.lineage.origin == "procedural"
        assert row.scores == {}
        assert any(v.by in {"answers", "code"} and v.kind in {"deterministic", "execution"} for v in row.verdicts)
    assert len({row.lineage.extra["route"] for row in rows}) > wanted * 0.9
    report = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert report["rows"]["quarantined"] == 0
    trained = (tmp_path / "out/exports/trl/train.jsonl").read_text("utf-8").splitlines()
    assert all("<think>\n" in json.loads(line)["messages"][-1]["content"] for line in trained)


def test_what_the_embedded_teacher_did_not_pose_it_refuses_to_solve(distil):
    question = {"question": "How much is 14 and 23?", "answer": "37"}
    made = distil([question], "embedded/procedural", n_samples=2)
    assert made.rows() == []
    assert made.reasons == {"unsupported": 2}


@pytest.mark.parametrize("task", sorted(BROKEN))
def test_tasks_of_the_gym_that_cannot_be_trusted_are_refused_by_name(task):
    with pytest.raises(SeedError, match=task):
        list(ReasoningGym(GymOptions(tasks=(task,)), base=None).read())


def test_problems_of_the_gym_are_read_with_their_answers():
    pytest.importorskip("reasoning_gym", reason="not run: reasoning-gym is not installed")
    source = ReasoningGym(GymOptions(tasks=("chain_sum", "gsm_symbolic"), count=5), base=None)
    seeds = list(source.read())
    assert len(seeds) == 10
    assert {seed.payload.reference["answer_kind"] for seed in seeds} == {"numeric"}
    assert [seed.key for seed in source.read()] == [seed.key for seed in seeds]
    with pytest.raises(UnknownName, match="chain_sum"):
        list(ReasoningGym(GymOptions(tasks=("chain_sun",)), base=None).read())


class Gym:
    """A data set whose scorer does what a test says."""

    def __init__(self, answer, score):
        self._answer, self._score = answer, score

    def __getitem__(self, place):
        return {"question": f"Which {place}?", "answer": self._answer}

    def score_answer(self, said, entry):
        return self._score(said, entry)


@pytest.mark.parametrize(
    ("answer", "score", "why"),
    [
        (None, lambda said, entry: 1.0, "no reference answer"),
        ("x", lambda said, entry: 1.0, "full marks to nonsense"),
        ("x", lambda said, entry: 0.5, "not give full marks to its own answer"),
        ("x", lambda said, entry: 1 / 0, "not give full marks to its own answer"),
    ],
)
def test_a_problem_whose_scorer_cannot_be_trusted_is_left_out_and_named(monkeypatch, answer, score, why):
    monkeypatch.setattr(reasoning_gym, "_dataset", lambda *_: Gym(answer, score))
    source = ReasoningGym(GymOptions(tasks=("any",), count=3), base=None)
    assert list(source.read()) == []
    assert len(source.notes) == 3
    assert why in source.notes[0]


def test_without_the_library_the_remedy_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "reasoning_gym", None)
    with pytest.raises(MissingError, match=r"windrow\[gym\]"):
        list(ReasoningGym(GymOptions(tasks=("chain_sum",)), base=None).read())


SOLVED = {
    "A parcel": (
        "456 parcels",
        (
            "One of the five vans stays behind, so 5 - 1 = 4 vans drive. Each delivers 38 * 3 = 114 parcels on its "
            "three tours. All four together deliver 4 * 114 = 456 parcels."
        ),
    ),
    "Im Lager": (
        "84",
        (
            "Es sind 18 * 7 = 126 Böden in allen Regalen. Ein Drittel davon ist leer, das sind 126 / 3 = 42. Belegt "
            "ist der Rest, also 126 - 42 = 84 Böden, und das ist das Doppelte der leeren, wie es sein muss."
        ),
    ),
    "A jacket": (
        "32.5 %",
        (
            "After the first reduction it costs 80 * 0.75 = 60 euros, after the second 60 * 0.9 = 54 euros. It is 80 "
            "- 54 = 26 euros cheaper than at first, and 26 / 80 = 0.325 is the share."
        ),
    ),
    "Simplify": (
        "\\boxed{6\\sqrt{2}}",
        (
            "I look for the largest square that divides 72. Four does, nine does, and so does 36, while 72 itself is "
            "no square. Since 36 * 2 = 72, the root of 36, which is 6, can be taken out."
        ),
    ),
    "Three of": (
        "B",
        (
            "The diagonals of a square are longer than its sides, by the factor of the square root of two. The other "
            "three statements hold of each square, because it is a rectangle and a rhombus at once."
        ),
    ),
    "Write a ": (
        None,
        (
            "The starts of the pieces are the multiples of the size, which range gives with a step. A slice that "
            "runs past the end simply ends there, so the last piece needs no case of its own, nor does an empty list."
        ),
    ),
}
PADDING = {
    "Im Lager": " Ich rechne die Probe: 84 und 42 sind zusammen 126, und das sind alle Böden, die es in dem Lager "
    "gibt.",
    "": " I read the question once more to see that this is what was asked for, and that no number given in it was "
    "left out or taken twice, and it is so.",
}
CHUNKS = (
    "It slices.\n\n```python\ndef chunks(items, size):\n"
    "    return [items[at : at + size] for at in range(0, len(items), size)]\n```"
)


def test_a_model_that_solves_the_questions_of_the_example_loses_none_of_them(distil):
    lines = (ROOT / "examples/distillation/questions.jsonl").read_text("utf-8").splitlines()

    def solve(request, _number):
        start = request["messages"][1]["content"][:8]
        answer, thinking = SOLVED[start]
        said = CHUNKS if answer is None else f"{'Antwort' if start == 'Im Lager' else 'Answer'}: {answer}"
        return f"<think>{thinking}{PADDING.get(start, PADDING[''])}</think>\n\n{said}"

    made = distil([json.loads(line) for line in lines], solve, n_samples=1, steps="all", exports=["trl"])
    assert made.reasons == {}
    assert len(made.rows()) == len(lines) == 6
