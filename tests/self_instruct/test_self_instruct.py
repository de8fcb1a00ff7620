import asyncio
import hashlib
import json
import random
from collections import Counter
from itertools import combinations, islice
from math import log2
from pathlib import Path

import pytest
from instruct_waves import Scripted, drive, example_seeds, grown, opened, seed
from pydantic import ValidationError
from rouge_score.rouge_scorer import RougeScorer

from windrow import prompts
from windrow.errors import AnswerFailure, CallFailure, RunError, SeedError
from windrow.flow.checks.constraints import Constraints
from windrow.flow.filters.novelty import Novelty, NoveltyOptions
from windrow.flow.recipes import self_instruct
from windrow.row import Message
from windrow.shapes import Options

TEMPLATES = Path(self_instruct.__file__).parent / "prompts" / "self_instruct"
SCORER = RougeScorer(["rougeL"], use_stemmer=False)
WORDS = [f"{a}{b}" for a in ("ba", "ko", "mi", "su", "re", "to") for b in ("lan", "ner", "pik", "sol", "tum", "vex")]
SEEDS = [seed(f"Seed number {n} asks for something {' '.join(WORDS[n : n + 6])}.") for n in range(24)]


def chance(*parts):
    return random.Random(hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).digest())


def model(label, variables):
    """A model that answers well, if without sense; every fourth task is nearly one of its exemplars."""
    rng = chance(label, variables)
    if label == "instructions":
        tasks = [" ".join(rng.choices(WORDS, k=rng.randint(6, 14))) for _ in range(variables["count"])]
        tasks[::4] = [f"{variables['exemplars'][0]['instruction']} {rng.choice(WORDS)}" for _ in tasks[::4]]
        return "\n".join(f"{number}. {task}" for number, task in enumerate(tasks, 9))
    if label == "classify":
        return rng.choice(["Yes", "No"])
    if label == "classification_instance":
        return "\n\n".join(f"Label: {name}\nInput: {rng.random()}" for name in ("red", "green", "blue"))
    return f"Input: {rng.random()}\nOutput: {rng.random()}"


def answering(*tasks, **said):
    """A model that proposes `tasks`; what it says to other templates is text, or text by the start of the task."""

    def answer(label, variables):
        if label == "instructions":
            return "\n".join(f"{number}. {task}" for number, task in enumerate(tasks, 9))
        reply = said.get(label, "No" if label == "classify" else f"Input: a\nOutput: {variables['instruction'][::-1]}")
        return reply.get(variables["instruction"].split()[0], "No") if isinstance(reply, dict) else reply

    return answer


def rows_of(answer, **options):
    recipe = opened(SEEDS, **options)
    return grown(recipe, next(recipe.plant((), 0)), answer if isinstance(answer, Scripted) else Scripted(answer))


def novelty():
    sieve = Novelty(NoveltyOptions(), base=Path())
    sieve.open(SEEDS, Path())
    return sieve


@pytest.fixture(scope="module")
def run():
    """Three waves against the scripted model: the ask, what was accepted, what was rejected."""
    ask = Scripted(model)
    return ask, *drive(opened(SEEDS), ask, waves=[3, 6, 9], filters=[novelty()])


def test_no_two_accepted_instructions_and_no_seed_reach_rouge_l_0_7_by_brute_force(run):
    _, accepted, rejected = run
    texts = [row.reference["instruction"] for row in accepted]
    known = [one.payload.reference["instruction"] for one in SEEDS]
    assert len(texts) > 70
    assert "near_duplicate" in {row.failed.reason for row in rejected}
    pairs = [*combinations(texts, 2), *((text, other) for text in texts for other in known)]
    assert max(SCORER.score(a, b)["rougeL"].fmeasure for a, b in pairs) < 0.7


def test_every_prompt_shows_six_human_and_two_accepted_tasks_or_eight_human_ones_in_the_first_wave(run):
    ask, *_ = run
    shown = [
        Counter(one["human"] for one in variables["exemplars"])
        for label, variables in ask.asked
        if label == "instructions"
    ]
    assert shown[:3] == [{True: 8}] * 3
    assert shown[3:] == [{True: 6, False: 2}] * 15


def test_labels_of_classifications_are_balanced_and_of_their_set(run):
    _, accepted, _ = run
    labelled = [row for row in accepted if row.reference["task_type"] == "classification"]
    assert all(row.reference["label_set"] == ["blue", "green", "red"] for row in labelled)
    counts = Counter(row.response for row in labelled)
    shares = [count / len(labelled) for count in counts.values()]
    assert -sum(share * log2(share) for share in shares) > 0.9 * log2(3)


def test_the_same_answers_give_the_same_rows(run):
    _, accepted, rejected = run
    again, turned_down = drive(opened(SEEDS), Scripted(model), waves=[3, 6, 9], filters=[novelty()])
    assert [row.to_dict() for row in again] == [row.to_dict() for row in accepted]
    assert [row.to_dict() for row in turned_down] == [row.to_dict() for row in rejected]


def test_rows_know_their_draw_their_seeds_and_the_rows_they_grew_from(run):
    _, accepted, _ = run
    ids = {row.id for row in accepted}
    keys = {one.key for one in SEEDS}
    for row in accepted:
        assert len(row.lineage.seeds) + len(row.lineage.parents) == 8
        assert set(row.lineage.seeds) <= keys
        assert set(row.lineage.parents) <= ids - {row.id}
    families = {(row.lineage.extra["draw"], row.lineage.family) for row in accepted}
    assert len({draw for draw, _ in families}) == len({family for _, family in families}) == len(families)


def test_a_draw_is_numbered_on_from_wave_to_wave():
    recipe = opened(SEEDS)
    first = list(islice(recipe.plant((), 0), 3))
    second = list(islice(recipe.plant((), 1), 3))
    assert [item.payload.number for item in first + second] == [0, 1, 2, 3, 4, 5]
    assert len({item.key for item in first + second}) == 6


def test_appending_one_seed_changes_only_the_prompts_it_is_shown_in():
    def prompts_of(seeds):
        ask = Scripted(answering("Tell a story of a kettle"))
        drive(opened(seeds, batch=1), ask, waves=[400])
        return [json.dumps(variables) for label, variables in ask.asked if label == "instructions"]

    new = seed("A task that was appended")
    before, after = prompts_of(SEEDS), prompts_of([*SEEDS, new])
    changed = [text for text, old in zip(after, before, strict=True) if text != old]
    assert all("A task that was appended" in text for text in changed)
    assert 0.24 < len(changed) / len(after) < 0.40  # eight of 25 in the all-human first wave: 0.32


def test_a_row_asks_with_its_instruction_and_input_and_teaches_the_output():
    (row,) = rows_of(answering("Reverse the word", instance="Input: abc\nOutput: cba"))
    assert row.failed is None
    assert row.messages == (Message("user", "Reverse the word\n\nabc"), Message("assistant", "cba"))
    assert row.reference == {
        "instruction": "Reverse the word",
        "input": "abc",
        "output": "cba",
        "task_type": "generation",
    }


def test_a_task_without_input_is_asked_as_it_stands():
    (row,) = rows_of(answering("Name a fruit", instance="Input: none\nOutput: A fig."))
    assert row.messages == (Message("user", "Name a fruit"), Message("assistant", "A fig."))


def test_what_the_instruction_asks_for_and_can_be_checked_goes_with_the_row():
    task = "Name a fruit. Use at most 2 words. Write in lowercase letters only."
    said = {"Name": "Output: a fig", "Describe": "so very cold"}
    good, bad = rows_of(answering(task, "Describe winter. Use at most 2 words.", instance=said))
    assert good.reference["constraints"] == [
        {"id": "words_max", "kwargs": {"n": 2}},
        {"id": "lowercase", "kwargs": {}},
    ]
    check = Constraints(Options(), base=Path())
    assert (check.check(good).outcome, check.check(bad).reason) == ("pass", "unmet_words_max")


def test_what_is_left_out_before_it_is_worked_out_costs_no_call_and_keeps_its_reason():
    known = SEEDS[0].payload.reference["instruction"]
    ask = Scripted(
        answering("Describe this picture", known, "Tell a tale of seven brave foxes", "Tell a tale of six brave foxes")
    )
    rows = rows_of(ask)
    assert [row.failed.reason if row.failed else "" for row in rows] == [
        "keyword", "near_duplicate", "", "near_duplicate",
    ]  # fmt: skip
    assert [label for label, _ in ask.asked] == ["instructions", "classify", "instance"]
    evidence = rows[3].failed.evidence
    assert evidence["nearest"] == "an earlier task of the same answer"
    assert evidence["rouge_l"] == pytest.approx(6 / 7)
    assert rows[1].failed.evidence["nearest"] == f"seed {SEEDS[0].key}"
    assert rows[1].messages == (Message("user", known),)


def test_tasks_beyond_those_asked_for_are_kept_with_that_reason_and_cost_no_call():
    tasks = [f"Tell {' '.join(WORDS[4 * n : 4 * n + 4])}" for n in range(9)]
    ask = Scripted(answering(*tasks))
    rows = rows_of(ask, batch=5)
    assert [row.reference["instruction"] for row in rows] == tasks
    assert [row.failed.reason if row.failed else "" for row in rows] == [""] * 5 + ["beyond_batch"] * 4
    assert sum(label == "classify" for label, _ in ask.asked) == 5


def test_instances_beyond_the_limit_and_bad_ones_are_kept_with_their_reasons():
    pairs = "\n".join(f"Input: {n}\nOutput: {'' if n in (1, 6) else n * n}" for n in (7, 1, 2, 3, 4, 5, 6))
    rows = rows_of(answering("Square the number", instance=pairs), max_instances=2)
    assert [(row.reference["input"], row.failed.reason if row.failed else "") for row in rows] == [
        ("7", ""), ("1", "empty_output"), ("2", ""), ("3", "beyond_max_instances"), ("4", "beyond_max_instances"),
        ("5", "beyond_max_instances"), ("6", "empty_output"),
    ]  # fmt: skip


def test_one_input_with_two_outputs_loses_the_whole_task():
    rows = rows_of(answering("Square the number", instance="Input: 2\nOutput: 4\nInput: 2\nOutput: 5"))
    assert [row.failed.reason for row in rows] == ["conflicting_outputs"] * 2


def test_a_classification_needs_two_labels():
    (row,) = rows_of(
        answering("Is it warm outside", classify="Yes", classification_instance="Label: yes\nInput: 30 degrees")
    )
    assert (row.failed.reason, row.reference["task_type"]) == ("one_label", "classification")


def test_one_task_that_fails_does_not_cost_the_others_and_their_order_stands():
    said = {
        "First": AnswerFailure("cut off", kind="truncated", evidence="Input: a b"),
        "Third": CallFailure("the server is gone", kind="connect", retryable=True),
        "Fourth": "\n",
        "Second": "Input: x\nOutput: y",
        "Fifth": "Input: p\nOutput: q",
    }
    tasks = [
        f"{name} {' '.join(WORDS[5 * n : 5 * n + 5])}"
        for n, name in enumerate(("First", "Second", "Third", "Fourth", "Fifth"))
    ]
    rows = rows_of(answering(*tasks, instance=said))
    verdicts = [(row.failed.outcome, row.failed.reason) if row.failed else "" for row in rows]
    assert verdicts == [("fail", "truncated"), "", ("unscored", "connect"), ("fail", "empty_output"), ""]
    assert [row.reference["instruction"] for row in rows] == tasks
    assert rows[0].failed.evidence == {"answer": "Input: a b"}


@pytest.mark.parametrize(
    "failure", [CallFailure("gone", kind="connect", retryable=True), AnswerFailure("x", kind="truncated")]
)
def test_a_draw_whose_tasks_cannot_be_had_fails_whole(failure):
    with pytest.raises(type(failure)):
        rows_of(lambda label, variables: failure)


def test_an_answer_without_a_list_of_tasks_is_unparsed():
    with pytest.raises(AnswerFailure) as caught:
        rows_of(lambda label, variables: "I would rather not.")
    assert caught.value.kind == "unparsed"
    assert caught.value.evidence == "I would rather not."


@pytest.mark.parametrize("error", [RunError("the disk is full"), asyncio.CancelledError(), ZeroDivisionError()])
def test_what_ends_the_run_passes_through_once_the_other_calls_have_come_home(error):
    home = []

    class Slow(Scripted):
        async def __call__(self, label, **variables):
            if label == "classify" and variables["instruction"].startswith("Stop"):
                raise error
            answer = await super().__call__(label, **variables)
            await asyncio.sleep(0.01)
            home.append(label)
            return answer

    with pytest.raises(type(error)):
        rows_of(Slow(answering("Tell a tale of seven brave foxes", "Stop here with all of this")))
    assert home == ["instructions", "classify", "instance"]


def test_too_few_seeds_are_refused_with_a_remedy_and_the_bound_can_be_set():
    with pytest.raises(SeedError, match="needs 20 seeds, and there are 19") as caught:
        opened(SEEDS[:19])
    assert "min_seeds" in caught.value.remedy
    assert opened(SEEDS[:3], min_seeds=3)


def test_lengths_that_leave_no_task_are_refused():
    with pytest.raises(ValidationError, match="no task would be left"):
        opened(SEEDS, min_words=9, max_words=8)


def rendered(label, variables):
    """What a network teacher would be sent."""
    return prompts.load(TEMPLATES / f"{label}.md", name=label).render(variables)


def test_a_teacher_that_echoes_its_prompt_has_nothing_accepted():
    def echo(label, variables):
        return rendered(label, variables)[-1].content

    def echo_instances(label, variables):
        return model(label, variables) if label in ("instructions", "classify") else echo(label, variables)

    for answer in (echo, echo_instances):
        accepted, rejected = drive(opened(example_seeds()), Scripted(answer), waves=[12])
        assert accepted == []
        assert len(rejected) >= 12


def test_the_prompts_show_what_they_should_and_ask_for_the_rest_in_the_same_count():
    ask = Scripted(model)
    drive(opened(example_seeds()), ask, waves=[2])
    for label, variables in ask.asked:
        system, user = rendered(label, variables)
        assert (system.role, user.role) == ("system", "user")
        if label == "instructions":
            assert [line.split(".")[0] for line in user.content.splitlines() if line[:1].isdigit()] == list("12345678")
            assert "Add 8 new tasks, numbered from 9." in user.content
        elif label != "classify":
            assert user.content.endswith(f"Task: {variables['instruction']}")
            assert user.content.count("Task: ") <= 4
    assert {label for label, _ in ask.asked} == {path.stem for path in TEMPLATES.glob("*.md")}
