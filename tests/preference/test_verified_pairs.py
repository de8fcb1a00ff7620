"""What a program can verify decides, and no judge is asked or heard about it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from preference_writers import open_ended, product, question, right, some_name, sums, wrong

from windrow.errors import ConfigError
from windrow.flow.recipes.pairs.candidates import Candidate
from windrow.flow.recipes.pairs.choose import Chooser, Sides, log_ratio
from windrow.flow.recipes.pairs.verify import Finding
from windrow.testing import always_first, coin, judge_by, length, longer_wins
from windrow.text.tokens import normalise

ANY_LENGTH = {"use": "length_balance", "least": 0, "most": 1}
LIKES_WRONG = judge_by(lambda text: -1.0 if re.search(r"is \d+[02468]\.", text) else 1.0)


def test_a_verified_right_answer_is_chosen_over_a_verified_wrong_one(grow):
    grown = grow(sums(20), {"teacher": right, "student": wrong})
    assert len(grown.pairs) == 20
    for row in grown.pairs:
        answer = int(row.reference["answer"])
        assert row.chosen[0].content == f"The answer is {answer}."
        assert row.rejected[0].content == f"The answer is {answer - 1}."
        assert row.scores == {"passed_chosen": 1.0, "passed_rejected": 0.0}
        verdict = row.verdicts[0]
        assert (verdict.by, verdict.kind, verdict.evidence["rejected_fails"]) == (
            "verifier",
            "deterministic",
            ["wrong_answer"],
        )


@pytest.mark.parametrize("judge", [always_first, longer_wins, coin, LIKES_WRONG])
@pytest.mark.parametrize("way", ["pairwise", "pointwise"])
def test_whatever_a_judge_says_nothing_verified_wrong_stands_above_what_is_verified_right(grow, judge, way):
    grown = grow(sums(10), {"teacher": right, "student": wrong, "judge": judge}, judge=way)
    assert len(grown.pairs) == 10
    assert all(row.chosen[0].content == f"The answer is {row.reference['answer']}." for row in grown.pairs)
    assert grown.asked["judge"] == []


standings = st.lists(st.sampled_from(["right", "open", "wrong", "broken"]), min_size=2, max_size=8)
FOUND = {
    "right": (Finding("answer", "pass"),),
    "open": (),
    "wrong": (Finding("answer", "fail", "wrong_answer"),),
    "broken": (Finding("defect", "fail", "repetition"),),
}


@given(standings, st.sampled_from(["best_vs_random_lower", "best_vs_worst", "margin_band"]), st.integers(1, 4))
def test_no_choice_among_any_candidates_sets_what_is_wrong_above_what_is_not(said, strategy, pairs):
    candidates = [Candidate(f"text {at}", "student", "m", True, "", FOUND[one]) for at, one in enumerate(said)]
    chosen = Chooser("key", candidates, strategy, 0.7, pairs).verified()
    for sides in chosen if isinstance(chosen, list) else []:
        assert said[sides.chosen] == ("right" if "right" in said else "open")
        assert said[sides.rejected] == "broken" if "right" not in said else said[sides.rejected] in ("wrong", "broken")
    assert (chosen is None) == (
        not ({"right", "open"} & set(said))
        or ("right" in said and not {"wrong", "broken"} & set(said))
        or ("right" not in said and "broken" not in said)
    )


def test_two_sides_say_different_things_after_the_same_prompt(grow):
    def shouting(request, number):
        return right(request, number).upper()

    grown = grow(sums(6), {"teacher": right, "student": shouting})
    assert grown.pairs == []
    assert grown.reasons == {"too_few_candidates": 6}
    grown = grow(sums(6), {"teacher": right, "student": wrong}, out="again")
    for row in grown.pairs:
        assert normalise(row.chosen[0].content) != normalise(row.rejected[0].content)
        assert [turn.role for turn in (*row.prompt, *row.chosen, *row.rejected)] == ["user", "assistant", "assistant"]


def test_a_requirement_of_the_instruction_is_verified_too(grow):
    seeds = [{"instruction": f"Say why cable {n} hums. Do not use any commas.", "output": "x"} for n in range(8)]

    def commas(request, _number):
        return f"It carries current, so {question(request)[8:20]}."

    def none(request, number):
        return commas(request, number).replace(",", ";")

    grown = grow(seeds, {"teacher": none, "student": commas})
    assert len(grown.pairs) == 8
    assert all("," not in row.chosen[0].content and "," in row.rejected[0].content for row in grown.pairs)
    assert all(row.reference["constraints"] == [{"id": "no_commas", "kwargs": {}}] for row in grown.pairs)


def test_a_right_answer_that_breaks_a_requirement_is_not_right(grow):
    seeds = [{**seed, "instruction": f"{seed['instruction']} Answer with a number only."} for seed in sums(5)]
    models = {"teacher": lambda request, _: str(product(request)), "student": right}
    bare = grow(seeds, models, max_log_ratio=3, filters=[ANY_LENGTH])
    assert [row.chosen[0].content for row in bare.pairs] == [row.reference["answer"] for row in bare.pairs]
    assert len(bare.pairs) == 5


def test_where_all_are_wrong_none_is_chosen(grow):
    def more_wrong(request, _number):
        return f"The answer is {product(request) + 5}."

    grown = grow(sums(6), {"teacher": more_wrong, "student": wrong, "judge": longer_wins}, judge="pairwise")
    assert grown.rows() == []
    assert grown.reasons == {"none_right": 6}


def test_an_answer_that_may_be_right_in_other_words_is_not_called_wrong(grow):
    def wordy(request, _number):
        return f"Well, {product(request)} it is, and neither {product(request) + 1} nor anything else."

    grown = grow(sums(6), {"teacher": right, "student": wordy})
    assert grown.pairs == []
    assert grown.reasons == {"undecided": 6}
    candidates = grown.rows("rejected")[0].lineage.extra["candidates"]
    assert {one["by"]: one["standing"] for one in candidates} == {"student": "open", "teacher": "right"}


def test_without_a_judge_what_no_program_can_decide_is_refused_as_not_evaluated(grow):
    grown = grow(open_ended(6), {"teacher": some_name, "student": some_name})
    assert grown.rows() == []
    rejected = grown.rows("rejected")
    assert {row.kind for row in rejected} == {"prompt"}
    assert {row.failed.reason for row in rejected} == {"undecided"}
    assert "not evaluated" in rejected[0].failed.detail
    assert all(row.scores == {} and len(row.lineage.extra["candidates"]) > 1 for row in rejected)


LOOP = "It says the same thing over and over and over and over again. " * 30
BAD = {
    "echo": lambda request, _: question(request),
    "loop": lambda *_: LOOP.strip(),
    "cut off": lambda *_: "I would call it, because it is by the sea,",
}


@pytest.mark.parametrize("slip", BAD)
def test_a_slip_of_the_machine_is_never_chosen_even_where_nothing_is_known_of_the_answer(grow, slip):
    grown = grow(open_ended(6), {"teacher": BAD[slip], "student": some_name}, max_log_ratio=5, filters=[ANY_LENGTH])
    assert len(grown.pairs) == 6
    assert all(row.chosen[0].content.startswith("I would call it the") for row in grown.pairs)
    assert all(row.scores == {"passed_rejected": 0.0} for row in grown.pairs)
    assert grown.run.report()["verified"]["confirmed"] == 0
    both = grow(open_ended(6), {"teacher": BAD[slip], "student": BAD[slip]}, out="both")
    assert both.rows() == []
    assert set(both.reasons) <= {"none_right", "too_few_candidates"}


def test_an_answer_with_a_templates_own_marks_is_on_neither_side_of_a_pair(grow):
    def marked(*_):
        return "The answer is 3.<|im_end|>"

    grown = grow(sums(4), {"teacher": right, "student": marked}, max_log_ratio=5)
    assert grown.rows() == []
    assert grown.reasons == {"too_few_candidates": 4}
    both = grow(open_ended(4), {"teacher": marked, "student": marked}, out="both")
    assert both.rows() == []


def test_a_refusal_is_not_below_an_answer_by_a_program(grow):
    grown = grow(open_ended(5), {"teacher": lambda *_: "I'm sorry, but I can't help with that.", "student": some_name})
    assert grown.reasons == {"undecided": 5}


@pytest.mark.parametrize(("answer", "reason"), [("", "empty"), (length("Only so f"), "truncated")])
def test_what_is_no_answer_becomes_no_candidate(grow, answer, reason):
    grown = grow(sums(4), {"teacher": lambda *_: answer, "student": lambda *_: answer})
    assert grown.rows() == []
    assert set(grown.reasons) == {reason}
    half = grow(sums(4), {"teacher": lambda *_: answer, "student": right}, out="half")
    assert half.rows() == []
    assert half.reasons == {"too_few_candidates": 4}


def test_a_perfect_teacher_loses_less_than_one_row_in_a_hundred(grow):
    grown = grow(sums(200), {"teacher": right, "student": wrong}, k=2)
    assert len(grown.pairs) >= 199


def test_a_judge_that_is_not_named_is_not_played_by_the_teacher(grow):
    with pytest.raises(ConfigError, match="asks the role 'judge', and no model is named for it"):
        grow(sums(1), {"teacher": right}, judge="pairwise")
    with pytest.raises(ConfigError, match="'second'"):
        grow(sums(1), {"teacher": right, "judge": coin}, judge="pointwise", panel=["judge", "second"])


def test_neither_side_is_much_longer_than_the_other(grow):
    def long(request, _number):
        return f"{'Well, let me think about this for quite a while. ' * 3}\n\nThe answer is {product(request) - 1}."

    grown = grow(sums(6), {"teacher": right, "student": long})
    assert grown.reasons == {"length_ratio": 6}
    wide = grow(sums(6), {"teacher": right, "student": long}, out="wide", max_log_ratio=5)
    assert (len(wide.pairs), wide.reasons) == (1, {"length_band": 5})


def test_strategies_take_the_lower_by_lot_the_worst_or_the_nearest():
    fails = [Finding("answer", "fail", "wrong_answer"), Finding("words_max", "fail", "unmet_words_max")]
    passes = [Finding("answer", "pass"), Finding("words_max", "pass")]
    candidates = [
        Candidate("good", "student", "m", True, "", tuple(passes)),
        Candidate("half", "student", "m", True, "", (passes[0], fails[1])),
        Candidate("none", "student", "m", True, "", tuple(fails)),
    ]

    def rejected(strategy):
        return {
            sides.rejected
            for key in range(40)
            for sides in Chooser(str(key), candidates, strategy, 0.7, 1).verified()
        }  # fmt: skip

    assert rejected("best_vs_random_lower") == {1, 2}
    assert rejected("best_vs_worst") == {2}
    assert rejected("margin_band") == {1}
    assert Chooser("k", candidates, "best_vs_worst", 0.7, 3).verified() == [Sides(0, 2), Sides(0, 1)]


def test_the_log_of_a_length_ratio_is_the_same_both_ways():
    assert log_ratio("four", "eight888") == pytest.approx(-log_ratio("eight888", "four"))
    assert log_ratio("", "") == 0
