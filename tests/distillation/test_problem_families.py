import pytest

from windrow.flow.checks.answers import Answers
from windrow.flow.recipes.reasoning.gates import Gates
from windrow.flow.recipes.reasoning.questions import question_of
from windrow.flow.recipes.reasoning.traces import trace_of
from windrow.flow.seeds.problems import ProblemOptions, Problems
from windrow.sandbox.trial import try_program
from windrow.shapes import Answer
from windrow.text.answer_steps import plain_steps, wrong_step
from windrow.text.answers import match
from windrow.text.code_blocks import code_of, code_route
from windrow.text.problems.problem import FAMILIES, LEVELS, make

NUMBERS = range(25)
ALL = [(family, level) for family in FAMILIES for level in LEVELS]
GATES = Gates(min_words=50, repetition=0.2, thinking=True, one_language=True, steps="all")


def reference(problem):
    return {"answer": problem.answer, "answer_kind": problem.kind, "choices": problem.choices, "unit": problem.unit}


@pytest.mark.parametrize(("family", "level"), ALL)
def test_every_way_comes_to_the_answer_by_steps_that_hold(family, level):
    for number in NUMBERS:
        problem = make(family, level, number)
        assert len(problem.ways) >= 2
        for way in problem.ways:
            assert wrong_step(f"{way.thinking} {way.told}", plain=True) is None
            if problem.kind != "code":
                assert match(problem.final(way), reference(problem), marked=True).outcome == "pass"


@pytest.mark.parametrize("family", [name for name in FAMILIES if make(name, 1, 0).kind == "code"])
def test_both_programs_of_a_task_pass_its_tests_in_different_ways_and_a_stub_does_not(family):
    for level in LEVELS:
        problem = make(family, level, 7)
        programs = [code_of(problem.final(way)) for way in problem.ways]
        assert len(problem.tests) >= 5
        assert len({code_route(program) for program in programs}) == len(programs)
        for program in programs:
            assert try_program(program, list(problem.tests), entry_point=problem.entry_point).outcome == "pass"
        stub = f"def {problem.entry_point}(*given):\n    return None\n"
        assert try_program(stub, list(problem.tests), entry_point=problem.entry_point).outcome == "fail"


@pytest.mark.parametrize("family", [name for name in FAMILIES if make(name, 1, 0).kind == "numeric"])
def test_the_neighbours_of_an_answer_fail(family):
    for number in NUMBERS:
        problem = make(family, 2, number)
        unit = f" {problem.unit}" if problem.unit else ""
        for written in (
            f"{problem.answer}1",
            f"{problem.answer}/7",
            f"{problem.answer} kg",
            f"-{problem.answer}".replace("--", ""),
        ):
            if written in {"-0", "0/7"} or (written.endswith("kg") and not problem.unit):
                continue
            assert match(f"Answer: {written}", reference(problem)).outcome == "fail", (written, unit, problem.answer)


def test_a_problem_is_the_same_again_and_another_number_gives_another():
    for family, level in ALL:
        assert make(family, level, 3) == make(family, level, 3)
        assert len({make(family, level, number).question for number in NUMBERS}) > 5


def test_higher_levels_ask_for_more():
    def size(family, level):
        digits = [
            len(step.shown)
            for n in range(40)
            for way in make(family, level, n).ways
            for step in plain_steps(way.thinking)
        ]
        return sum(digits)

    for family in ("discount", "series_sum", "heads_and_legs", "multiples"):
        assert size(family, 1) < size(family, 3)


def test_every_trace_of_the_embedded_teacher_passes_every_gate():
    for family, level in ALL:
        problem = make(family, level, 11)
        (seed,) = Problems(ProblemOptions(count=1, families=(family,), levels=(level,), start=11), base=None).read()
        question = question_of(seed.payload)
        for place, way in enumerate(problem.ways):
            trace = trace_of(Answer(problem.final(way), "m", reasoning=way.thinking), place)
            assert GATES.fault(trace, question) is None


def test_the_source_deals_families_and_levels_in_turn_each_problem_once():
    source = Problems(ProblemOptions(count=120), base=None)
    seeds = list(source.read())
    assert len({seed.key for seed in seeds}) == len(seeds) > 110
    assert [seed.key for seed in source.read()] == [seed.key for seed in seeds]
    assert {seed.source.split()[0] for seed in seeds} == set(FAMILIES)
    assert all(seed.payload.lineage.origin == "procedural" for seed in seeds)
    more = {seed.key for seed in Problems(ProblemOptions(count=200), base=None).read()}
    assert {seed.key for seed in seeds} <= more


@pytest.mark.parametrize("given", [{"families": ("song",)}, {"levels": (4,)}, {"levels": ()}])
def test_unknown_families_and_levels_are_refused(given):
    with pytest.raises(ValueError, match="families"):
        ProblemOptions(**given)


def test_the_check_lets_rows_without_a_reference_through_uncounted():
    from windrow.row import Message, Row

    row = Row("sft", (Message("user", "Hello?"), Message("assistant", "Hello.")))
    verdict = Answers(Answers.options_type(), base=None).check(row)
    assert (verdict.outcome, verdict.kind) == ("pass", "recipe")


def test_a_step_that_is_corrupted_by_one_is_found_nearly_always():
    caught = corrupted = 0
    for family, level in ALL:
        for way in make(family, level, 5).ways:
            for step in plain_steps(way.thinking):
                left, _, right = step.shown.rpartition("=")
                said = right.strip()
                if said.lstrip("-").isdigit():
                    wrong = way.thinking.replace(step.shown, f"{left}= {int(said) + 1}", 1)
                    corrupted += 1
                    caught += wrong_step(wrong, plain=True) is not None
    assert corrupted > 200
    assert caught / corrupted >= 0.99
