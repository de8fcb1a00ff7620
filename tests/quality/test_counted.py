"""What is counted over every row: evenness, references, duplicates, teachers and licences."""

from __future__ import annotations

import math
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from windrow.quality.composition import MOST_VALUES, Composition, licence_mix
from windrow.quality.counted import Counted
from windrow.quality.duplicates import Duplicates
from windrow.quality.references import References
from windrow.row import Lineage, Message, Row, Verdict
from windrow.statistics.intervals import wilson

if TYPE_CHECKING:
    from collections.abc import Iterable

    from windrow.quality.figure import Figure


def row(told: str = "An answer.", *, asked: str = "A question?", verdicts: tuple[Verdict, ...] = (), **of: Any) -> Row:
    turns = (Message("user", asked), Message("assistant", told))
    return Row("sft", messages=turns, lineage=Lineage(**{"recipe": "grown", **of}), verdicts=verdicts)


def named(figures: Iterable[Figure], name: str, which: str = "") -> Figure:
    (found,) = [each for each in figures if (each.name, each.slice) == (name, which)]
    return found


def composed(rows: list[Row]) -> list[Figure]:
    composition = Composition()
    for each in rows:
        composition.offer(each)
    return list(composition.figures())


def test_evenness_is_the_entropy_by_its_largest() -> None:
    rows = [row(operators=(name,)) for name, times in (("a", 6), ("b", 3), ("c", 1)) for _ in range(times)]
    found = named(composed(rows), "evenness over operators")
    entropy = -sum(share * math.log(share) for share in (0.6, 0.3, 0.1))
    assert found.value == pytest.approx(entropy / math.log(3))
    assert f"as varied as {math.exp(entropy):.1f} of the 3 evenly" in found.detail
    assert "a 60.0%, b 30.0%, c 10.0%" in found.detail
    assert (found.n, found.low) == (10, None)


def test_recipes_axes_and_documents_that_have_several_values_have_an_evenness_each() -> None:
    rows = [
        row(
            recipe=f"recipe {number % 2}",
            documents=(f"{number % 5}.md", "all.md"),
            extra={"axes": {"tone": "warm" if number % 2 else "cool", "length": "short", "odd": [1]}},
        )
        for number in range(20)
    ]
    found = {figure.name: figure.value for figure in composed(rows) if figure.name.startswith("evenness")}
    assert set(found) == {"evenness over recipes", "evenness over documents", "evenness over axis tone"}
    assert found["evenness over recipes"] == pytest.approx(1)


def test_one_category_or_too_many_values_are_not_evaluated_and_say_why() -> None:
    assert named(composed([row()]), "evenness over categories").not_evaluated
    many = [row(documents=(f"{number}.md",)) for number in range(MOST_VALUES + 1)]
    assert "more than" in named(composed(many), "evenness over documents").not_evaluated
    assert composed([]) == []


def test_the_commonest_teacher_is_told_with_all_others() -> None:
    rows = [row(models=("openai/a",))] * 6 + [row(models=("openai/b", "openai/a"))] * 3 + [row()]
    found = named(composed(rows), "rows of the commonest teacher")
    assert found.value == pytest.approx(0.6)
    assert found.detail == "openai/a 60.0%, openai/a + openai/b 30.0%, no model 10.0%"


def test_licences_are_told_by_what_they_permit() -> None:
    told = [
        {"rows": 6, "train": "yes", "terms": [{"licence": "MIT"}]},
        {"rows": 3, "train": "no", "terms": [{"licence": "MIT"}, {"licence": "closed"}]},
        {"rows": 1, "train": "yes", "terms": []},
    ]
    (found,) = licence_mix(told)
    assert found.value == pytest.approx(0.7)
    assert found.detail == "training yes 70.0%, no 30.0%; licences: MIT 60.0%, MIT + closed 30.0%, no model's 10.0%"
    assert list(licence_mix([])) == []


def answered(outcome: str, by: str = "answers", **evidence: Any) -> tuple[Verdict, ...]:
    return (Verdict(by, outcome, reason="" if outcome == "pass" else "wrong_answer", evidence=evidence),)  # type: ignore[arg-type]


def accuracy(rows: list[Row]) -> list[Figure]:
    references = References()
    for each in rows:
        references.offer(each)
    return list(references.figures())


def test_answers_compared_with_a_reference_are_right_wrong_or_undecided() -> None:
    rows = [row(verdicts=answered("pass", source="seed")) for _ in range(7)]
    rows += [row(verdicts=answered("fail", source="seed")) for _ in range(2)]
    rows += [row(verdicts=answered("fail", "code"))]
    rows += [row(verdicts=answered("unscored", source="seed"))]
    found = named(accuracy(rows), "reference accuracy")
    bounds = wilson(7, 10)
    assert (found.value, found.n) == (0.7, 10)
    assert (found.low, found.high) == (bounds.low, bounds.high)
    assert found.detail == "7 right, 3 wrong, 1 undecided"


def test_what_nothing_sure_was_compared_with_counts_for_nothing() -> None:
    rows = [
        row(verdicts=answered("pass", compared=False)),
        row(verdicts=answered("pass", source="consensus")),
        row(verdicts=answered("pass", "code", run=False)),
        row(verdicts=answered("pass", "constraints", met=2)),
        row(extra={"sample": 0, "traces": [{"sample": 0, "outcome": "pass", "source": "consensus"}]}),
        row(extra={"sample": 1, "traces": [{"sample": 0, "outcome": "pass", "source": "seed"}]}),
    ]
    assert named(accuracy(rows), "reference accuracy").not_evaluated
    unsure = named(accuracy([row(verdicts=answered("unscored", source="seed"))]), "reference accuracy")
    assert unsure.not_evaluated == "no comparison could be decided"


def test_each_teacher_has_an_accuracy_of_its_own() -> None:
    rows = [row(models=("a",), verdicts=answered("pass", source="seed"))] * 3
    rows += [row(models=("b",), verdicts=answered("fail", source="seed"))] * 3
    figures = accuracy(rows)
    assert named(figures, "reference accuracy").value == 0.5
    assert named(figures, "reference accuracy", "models=a").value == 1
    assert named(figures, "reference accuracy", "models=b").value == 0


def repeated(rows: list[Row], most: int = 20_000) -> Figure:
    duplicates = Duplicates(most)
    for each in rows:
        duplicates.accepted(each)
    return named(duplicates.figures(), "accepted rows that repeat another")


def test_rows_that_say_the_same_but_for_case_and_spacing_repeat_each_other() -> None:
    rows = [row("Yes."), row("yes. "), row("No."), row("No.", asked="Another?")]
    rows += [
        Row("unpaired", prompt=row().messages[:1], completion=row().messages[1:], label=label)
        for label in (True, False)
    ]
    found = repeated(rows)
    assert found.value == pytest.approx(1 / 6)
    assert (found.n, found.low) == (6, None)
    thought = [Row("sft", messages=(Message("user", "?"), Message("assistant", "4", reasoning=how))) for how in "ab"]
    assert repeated(thought).value == 0


def test_of_a_large_set_repeats_are_counted_over_a_part_of_its_contents_in_any_order() -> None:
    dice = random.Random("repeats")
    rows = [row(f"Answer {dice.randrange(6_000)}.") for _ in range(9_000)]
    true = 1 - len({each.response for each in rows}) / len(rows)
    found = repeated(rows, most=800)
    assert found.low is not None
    assert found.high is not None
    assert found.low < true < found.high
    assert found.high - found.low < 0.1
    assert repeated(rows[::-1], most=800) == found


def test_no_repeat_among_those_followed_is_no_proof_that_there_is_none() -> None:
    found = repeated([row(f"Answer {number}.") for number in range(2_000)], most=500)
    assert (found.value, found.low) == (0, 0)
    assert found.high is not None
    assert 0 < found.high < 0.01


def test_the_rate_of_duplicates_is_that_of_the_rows_that_a_filter_looked_at() -> None:
    duplicates = Duplicates()
    looks = Counter({("pass", ""): 16, ("fail", "duplicate"): 3, ("fail", "near_duplicate"): 1})
    for (outcome, reason), times in looks.items():
        for _ in range(times):
            duplicates.refused(row(verdicts=(Verdict("dedupe", outcome, reason, kind="filter"),)))  # type: ignore[arg-type]
    duplicates.refused(row(verdicts=(Verdict("shape", "fail", "empty"),)))
    found = named(duplicates.figures(), "rows refused as duplicates")
    assert (found.value, found.n) == (0.2, 20)
    assert found.detail == "dedupe duplicate 3, dedupe near_duplicate 1"
    assert named(Duplicates().figures(), "rows refused as duplicates").not_evaluated


def test_a_refused_row_is_in_the_rates_and_not_in_the_set() -> None:
    counted = Counted()
    wrong = row(models=("a",), recipe="one", verdicts=answered("fail", source="seed"))
    right = row(models=("b",), recipe="two", verdicts=answered("pass", source="seed"))
    counted.offer(wrong, accepted=False)
    counted.offer(right, accepted=True)
    figures = list(counted.figures())
    assert named(figures, "reference accuracy").n == 2
    assert named(figures, "rows of the commonest teacher").detail == "b 100.0%"
