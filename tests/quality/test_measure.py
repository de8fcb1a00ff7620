"""A set's figures: a good one raises no alarm, each planted fault raises its own."""

from __future__ import annotations

import random

import pytest

pytest.importorskip("sklearn")

from windrow.quality.figure import GROUPS, Figure
from windrow.quality.measure import Measuring, Quality
from windrow.row import Lineage, Message, Row, Verdict

PLACES = [
    "depot",
    "harbour",
    "bakery",
    "library",
    "museum",
    "station",
    "garden",
    "bridge",
    "market",
    "school",
    "castle",
    "theatre",
]
THINGS = [
    "parcel",
    "bicycle",
    "ticket",
    "invoice",
    "umbrella",
    "contract",
    "recipe",
    "engine",
    "camera",
    "violin",
    "ladder",
    "passport",
]
ACTS = [
    "return",
    "insure",
    "repair",
    "register",
    "borrow",
    "cancel",
    "extend",
    "measure",
    "translate",
    "photograph",
    "ship",
    "renew",
]
REASONS = [
    "because the office closes at noon",
    "since nobody signed for it",
    "as the old rules no longer hold",
    "when it rains",
    "unless the form is missing",
    "if you have the receipt",
    "although it takes a week",
    "before the year ends",
]
WHEN = [
    "today",
    "on Monday",
    "next spring",
    "within nine days",
    "after the holidays",
    "at once",
    "twice a year",
    "without delay",
]


def question(dice: random.Random) -> str:
    shape = dice.choice(
        [
            "How do I {act} the {thing} near the {place}?",
            "Where can one {act} a {thing}, and is the {place} open {when}?",
            "My {thing} is at the {place}: should I {act} it {when}?",
            "Explain {when} and {place} in one plan to {act} every {thing}.",
            "Who will {act} this {thing} {when}?",
            "List three ways to {act} some {thing} from our {place}.",
        ]
    )
    return shape.format(**drawn(dice))


def drawn(dice: random.Random) -> dict[str, str]:
    return {
        "act": dice.choice(ACTS), "thing": dice.choice(THINGS), "place": dice.choice(PLACES),
        "when": dice.choice(WHEN), "why": dice.choice(REASONS),
    }  # fmt: skip


def answer(dice: random.Random) -> str:
    said = [
        shape.format(**drawn(dice))
        for shape in dice.sample(
            [
                "Go to the {place} and {act} it {when}.",
                "You need a {thing}, {why}.",
                "It costs nothing to {act} a {thing} {when}, {why}.",
                "Ask at the {place}.",
                "They {act} each {thing} {when}.",
                "Bring your {thing} {why}, or wait.",
                "Nobody may {act} it, {why}, and the {place} says so.",
            ],
            dice.randint(1, 4),
        )
    ]
    return " ".join(said)


def row(asked: str, told: str, *, model: str = "openai/one") -> Row:
    turns = (Message("user", asked), Message("assistant", told))
    return Row(kind="sft", messages=turns, lineage=Lineage(recipe="grown", models=(model,), origin="llm"))


def measured(rows: list[Row], seeds: list[Row]) -> Quality:
    measuring = Measuring(seeds)
    for one in rows:
        measuring.offer(one, "train")
    return measuring.done()


def named(quality: Quality, name: str) -> Figure:
    return next(figure for figure in quality.figures if figure.name == name)


@pytest.fixture(scope="module")
def seeds() -> list[Row]:
    dice = random.Random("seeds")
    return [row(question(dice), answer(dice)) for _ in range(150)]


@pytest.fixture(scope="module")
def good() -> list[Row]:
    dice = random.Random("good")
    models = ("openai/one", "openai/two")
    return [row(question(dice), answer(dice), model=models[number % 2]) for number in range(600)]


def test_a_good_set_raises_no_alarm_and_every_group_is_there(good: list[Row], seeds: list[Row]) -> None:
    quality = measured(good, seeds)
    assert quality.alarms == ()
    assert {figure.group for figure in quality.figures} == set(GROUPS)


def test_figures_carry_interval_and_method_or_say_why_not(good: list[Row], seeds: list[Row]) -> None:
    for figure in measured(good, seeds).figures:
        if figure.value is None:
            assert figure.not_evaluated
            assert figure.low is None
        else:
            assert figure.method
            assert figure.n > 0
            if figure.low is not None and figure.high is not None:
                assert figure.low <= figure.value <= figure.high


def test_the_same_rows_give_the_same_figures_in_any_order(good: list[Row], seeds: list[Row]) -> None:
    shuffled = list(good)
    random.Random(1).shuffle(shuffled)
    by_order = {"change of distinct-3 from the first rows to the last"}
    one, other = measured(good, seeds), measured(shuffled, seeds[::-1])
    for here, there in zip(one.figures, other.figures, strict=True):
        assert here.name == there.name
        if here.name not in by_order:
            assert here == there


def test_a_collapsed_teacher_trips_opening_and_length(seeds: list[Row]) -> None:
    dice = random.Random("collapsed")
    rows = []
    for _ in range(300):
        told = drawn(dice)
        rows.append(
            row(question(dice), "As a first step you should {act} your {thing} at the {place} now.".format(**told))
        )
    quality = measured(rows, seeds)
    assert "“as a first step you”" in named(quality, "commonest opening of answers").alarm
    assert "words" in named(quality, "commonest length of answers").alarm
    assert named(quality, "commonest opening of questions").alarm == ""


def test_rows_that_grow_more_alike_are_seen(seeds: list[Row]) -> None:
    dice = random.Random("falling")
    rows = [row(question(dice), answer(dice)) for _ in range(300)]
    few = [answer(dice) for _ in range(40)]
    rows += [row(question(dice), f"{dice.choice(few)} {dice.choice(few)}") for _ in range(300)]
    falling = named(measured(rows, seeds), "change of distinct-3 from the first rows to the last")
    assert falling.value is not None
    assert falling.value < -0.2
    assert falling.alarm


def test_recipes_that_answer_in_other_ways_one_after_the_other_are_no_fall() -> None:
    dice = random.Random("recipes")
    rows = [row(question(dice), answer(dice)) for _ in range(350)]
    for number in range(350):
        turns = Message("user", question(dice)), Message("assistant", f"It is of the kind {number % 8}, we think.")
        rows.append(Row(kind="sft", messages=turns, lineage=Lineage(recipe="labels", models=("openai/one",))))
    alarms = " ".join(measured(rows, []).alarms)
    assert "distinct-3 fell" not in alarms


@pytest.mark.parametrize("seed", range(6))
def test_few_rows_of_the_same_kind_as_the_seeds_do_not_lie_elsewhere_by_chance(seed: int) -> None:
    dice = random.Random(seed)
    pool = [row(question(dice), answer(dice)) for _ in range(170)]
    apart = named(measured(pool[:40], pool[40:]), "divergence over seed clusters")
    assert (apart.alarm, apart.low is None) == ("", False)


def test_two_teachers_with_different_habits_are_told_apart_and_by_what(seeds: list[Row]) -> None:
    dice = random.Random("two")
    rows = [row(question(dice), answer(dice), model="openai/plain") for _ in range(150)]
    rows += [
        row(question(dice), f"Certainly, dear customer: {answer(dice)}", model="openai/polite") for _ in range(150)
    ]
    apart = named(measured(rows, seeds), "teachers told apart")
    assert apart.low is not None
    assert apart.low > 0.9
    assert "openai/" in apart.alarm
    assert apart.slice.startswith("models=")


def test_teachers_of_different_recipes_are_not_told_apart_by_their_tasks(seeds: list[Row]) -> None:
    dice = random.Random("tasks")
    rows = [row(question(dice), answer(dice), model="openai/one") for _ in range(60)]
    for number in range(60):
        turns = Message("user", question(dice)), Message("assistant", f"Number {number}, of the second kind.")
        rows.append(Row(kind="sft", messages=turns, lineage=Lineage(recipe="labels", models=("openai/two",))))
    apart = named(measured(rows, seeds), "teachers told apart")
    assert apart.value is None
    assert "no recipe has two teachers" in apart.not_evaluated


def test_questions_asked_of_documents_need_not_be_like_the_seeds(seeds: list[Row]) -> None:
    dice = random.Random("documents")
    like = [row(question(dice), answer(dice)) for _ in range(60)]
    asked_of = Lineage(recipe="rag_qa", models=("openai/one",), documents=("handbook",))
    far = [
        Row(kind="sft", lineage=asked_of, messages=(Message("user", f"Fee {n}?"), Message("assistant", f"It is {n}.")))
        for n in range(200)
    ]
    names = "made questions told from real ones", "length against real questions", "divergence over seed clusters"
    for name in (*names, "seed clusters covered"):
        both, alone = (named(measured(rows, seeds), name) for rows in (like + far, like))
        assert (both.value, both.n, both.alarm) == (alone.value, alone.n, "")
        assert named(measured(far, seeds), name).value is None


def test_a_figure_counts_the_rows_of_whole_batches_alone(seeds: list[Row]) -> None:
    dice = random.Random("batches")
    rows = [row(question(dice), answer(dice)) for _ in range(300)]
    quality = measured(rows, seeds)
    assert {named(quality, name).n for name in ("distinct-2 of answers", "Vendi score of answers")} == {250}


def test_of_long_rows_fewer_are_compared_and_the_figures_say_how_many() -> None:
    dice = random.Random("long")
    long = [
        row(question(dice), " ".join(dice.choices(PLACES + THINGS + ACTS, k=length)))
        for length in [*range(5_000, 5_150), *range(40, 190)]
    ]
    quality = measured(long, [])
    compared = [named(quality, name).n for name in ("nearest neighbour of answers", "nearest neighbour of questions")]
    assert len(set(compared)) == 1
    assert 250 < compared[0] < 300
    opening, length = named(quality, "commonest opening of answers"), named(quality, "commonest length of answers")
    assert (opening.n, length.n) == (300, 150)  # of those that are cut nobody knows the length
    assert not length.alarm


def test_rows_far_from_their_seeds_trip_the_mismatch(good: list[Row]) -> None:
    far = [
        row(
            f"Solve for x step by step and show your work: {n}x + {n + 3} = {7 * n}, then graph the result carefully.",
            "x",
        )
        for n in range(100)
    ]
    quality = measured(good, far)
    assert named(quality, "made questions told from real ones").alarm
    assert named(quality, "length against real questions").value is not None


def test_a_set_of_nothing_and_of_one_row_is_measured_without_invention(seeds: list[Row]) -> None:
    for rows in ([], [row("What is a windrow?", "A row of cut grain.")]):
        for figure in measured(rows, seeds).figures:
            assert figure.group != "diversity" or figure.value is None


def test_what_a_program_confirmed_and_what_is_personal_is_counted_over_every_row() -> None:
    rows = []
    for number in range(10):
        told = row(f"Question {number}?", "Write to ann@example.org." if number < 3 else "Come by.")
        if number < 4:
            told = told.with_verdicts(Verdict("constraints", "pass", evidence={"met": 1}))
        rows.append(told)
    quality = measured(rows, [])
    assert named(quality, "verified share").value == pytest.approx(0.4)
    assert named(quality, "rows with personal data").value == pytest.approx(0.3)
    assert named(quality, "rows with personal data").detail == "email 3"
