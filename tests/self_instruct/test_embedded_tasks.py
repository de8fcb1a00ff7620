import asyncio
import random
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
from embedded_oracles import ORACLES
from instruct_waves import EXAMPLE, Embedded, Scripted, drive, example_seeds, grown, opened, seed
from rouge_score.rouge_scorer import RougeScorer

import windrow
from windrow.errors import AnswerFailure
from windrow.flow import CHECKS, FILTERS
from windrow.flow.seeds.rows import RowSeedOptions, RowSeeds
from windrow.teachers.base import Request
from windrow.teachers.embedded.procedural import Procedural
from windrow.teachers.embedded.self_instruct_families import FAMILIES, recognise
from windrow.teachers.embedded.self_instruct_frames import framed
from windrow.teachers.embedded.self_instruct_grammar import SLOT
from windrow.teachers.embedded.self_instruct_material import material
from windrow.text.constraints import describe

SHARED = Path(__file__).parents[3] / "shared" / "data" / "seeds" / "self_instruct_175.jsonl"
SCORER = RougeScorer(["rougeL"], use_stemmer=False)
BY_NAME = {family.name: family for family in FAMILIES}
OWN = material([one.payload.reference for one in example_seeds() if one.payload.reference])
EXOTIC = material([{"input": "退货政策是什么？请在七天内联系我们。", "output": "ขอบคุณที่ติดต่อเรา"}])


def stages(registry, *names):
    classes = [registry.load(name) for name in names]
    return [one(one.options_type(), base=Path()) for one in classes]


def driven(seeds, folder, *, ask=None, waves=(4, 16, 44)):
    filters = stages(FILTERS, "dedupe", "novelty")
    for sieve in filters:
        sieve.open(seeds, folder)
    try:
        checks = stages(CHECKS, "shape", "hygiene", "constraints")
        return drive(opened(seeds), ask or Embedded(), waves=waves, checks=checks, filters=filters)
    finally:
        for sieve in filters:
            sieve.close()


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The example's forty seeds, 64 draws."""
    return driven(example_seeds(), tmp_path_factory.mktemp("filters"))


def test_every_family_has_its_oracle():
    assert sorted(ORACLES) == sorted(BY_NAME)


@pytest.mark.parametrize("name", sorted(BY_NAME))
@pytest.mark.parametrize("source", [OWN, EXOTIC], ids=["example", "exotic"])
def test_what_a_family_answers_is_right_by_other_means(name, source):
    family = BY_NAME[name]
    for trial in range(60):
        rng = random.Random(f"{name} {trial}")
        slots = family.slots(source, rng)
        work = family.work(slots, source, rng, trial % len(family.labels) if family.labels else rng.randint(3, 7))
        said = list(work.items) or dict(work.record) or work.text
        assert ORACLES[name](slots, work.input) == said


@pytest.mark.parametrize("name", sorted(name for name in BY_NAME if BY_NAME[name].labels))
def test_every_label_can_be_aimed_at(name):
    family = BY_NAME[name]
    for trial in range(30):
        rng = random.Random(f"{name} {trial}")
        slots = family.slots(OWN, rng)
        labels = [family.work(slots, OWN, rng, aim).text for aim in range(len(family.labels))]
        assert labels == [slots[name] for name in family.labels]


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_every_wording_is_known_again_with_its_slots_inside_any_frame(name):
    family = BY_NAME[name]
    for phrasing in family.phrasings:
        for trial in range(5):
            rng = random.Random(f"{phrasing} {trial}")
            slots = family.slots(OWN, rng)
            said = SLOT.sub(lambda slot, slots=slots: slots[slot[1]], phrasing)
            asked = [describe({"id": "words_max", "kwargs": {"n": 30}}), describe({"id": "title", "kwargs": {}})]
            task = recognise(framed(said, asked, rng.choice(OWN.phrases), rng))
            named = {slot: slots[slot] for slot in SLOT.findall(phrasing)}
            assert (task.family.name, task.slots) == (name, named)


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_every_wording_says_all_that_the_answer_depends_on(name):
    family = BY_NAME[name]
    needed = {*family.choices, *family.slots(OWN, random.Random(0))}
    assert all(set(SLOT.findall(phrasing)) == needed for phrasing in family.phrasings)


def test_forty_seeds_give_more_than_three_hundred_accepted_rows(run):
    accepted, rejected = run
    assert len(accepted) >= 300
    assert {row.failed.by for row in rejected} <= {"self_instruct", "novelty"}
    assert {row.failed.reason for row in rejected} <= {"near_duplicate", "keyword", "beyond_max_instances"}


def test_no_two_of_them_are_near_duplicates_by_brute_force(run):
    texts = [row.reference["instruction"] for row in run[0]][::4]
    assert max(SCORER.score(a, b)["rougeL"].fmeasure for a, b in combinations(texts, 2)) < 0.7


def test_every_worked_task_asks_for_one_to_three_things_that_were_checked(run):
    worked = [row for row in run[0] if row.reference["task_type"] == "generation"]
    assert {len(row.reference["constraints"]) for row in worked} == {1, 2, 3}
    assert len({entry["id"] for row in worked for entry in row.reference["constraints"]}) >= 15


def test_every_answer_of_the_run_is_right_by_other_means_or_holds_the_right_one(run):
    plain = 0
    for row in run[0]:
        task = recognise(row.reference["instruction"])
        right = ORACLES[task.family.name](task.slots, row.reference["input"])
        values = right if isinstance(right, list) else [*right.values()] if isinstance(right, dict) else [right]
        assert all(str(value).casefold() in row.response.casefold() for value in values)
        plain += row.response == right
    assert plain > 50


def test_labels_are_balanced_and_of_their_set(run):
    labelled = [row for row in run[0] if row.reference["task_type"] == "classification"]
    assert len(labelled) > 60
    assert all(row.response in row.reference["label_set"] for row in labelled)
    tasks = [(row, recognise(row.reference["instruction"])) for row in labelled]
    places = Counter(
        next(slot for slot in task.family.labels if task.slots[slot] == row.response)
        for row, task in tasks
        if len(task.family.labels) == 2
    )
    assert 0.35 < places["a"] / places.total() < 0.65


def test_the_same_request_is_answered_the_same():
    (item,) = [next(opened(example_seeds()).plant((), 0))]
    first, second = (grown(opened(example_seeds()), item, Embedded()) for _ in range(2))
    assert first == second


def test_a_task_of_another_s_making_is_refused_not_guessed_at():
    answer = Scripted(lambda label, variables: "1. Write a poem about the sea and its colours")
    embedded = Embedded()

    async def ask(label, **variables):
        return await (answer if label == "instructions" else embedded)(label, **variables)

    (row,) = grown(opened(example_seeds()), next(opened(example_seeds()).plant((), 0)), ask)
    assert (row.failed.outcome, row.failed.reason) == ("fail", "unsupported")


def test_seeds_in_scripts_without_spaces_give_rows_too(tmp_path):
    letters = "退货政策配送时间发票地址保修维修客户订单付款方式会员积分门店营业语言电话邮件咨询投诉赔偿"
    seeds = [seed(f"请解释{letters[n : n + 6]}。", letters[n : n + 9], f"{letters[n : n + 12]}。") for n in range(30)]
    accepted, _ = driven(seeds, tmp_path, waves=[6])
    assert len(accepted) >= 20
    assert any(not row.reference["instruction"].isascii() for row in accepted)


def test_what_the_embedded_teacher_is_asked_names_no_prose_written_for_models():
    request = Request("self_instruct/classify", {"instruction": "Add up the numbers below."}, ())
    teacher = Procedural()
    answer = teacher.decode(asyncio.run(teacher.send(teacher.encode(request), request)))
    assert (answer.text, answer.usage) == ("No", None)


def test_a_label_that_no_input_can_get_is_refused():
    request = Request(
        "self_instruct/classification_instance",
        {
            "instruction": 'Give "low" for a value under 0, "mid" from 0 to 9, and "high" beyond.',
            "examples": [],
            "count": 5,
        },
        (),
    )
    teacher = Procedural()
    with pytest.raises(AnswerFailure, match="no input was found for the label 'low'"):
        teacher.decode(asyncio.run(teacher.send(teacher.encode(request), request)))


def test_the_example_s_seeds_are_forty_in_mixed_forms():
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    assert len(example_seeds()) == len(lines) == 40
    forms = Counter(
        next(key for key in ("messages", "instances", "prompt", "input") if f'"{key}"' in line) for line in lines
    )
    assert min(forms.values()) >= 4


@pytest.mark.shared
def test_the_original_seed_tasks_grow_into_rows_that_are_new_by_brute_force(tmp_path):
    if not SHARED.exists():
        pytest.skip("not run: needs ../shared/data/seeds/self_instruct_175.jsonl")
    seeds = list(RowSeeds(RowSeedOptions(path=SHARED.name), base=SHARED.parent).read())
    accepted, _ = driven(seeds, tmp_path, waves=[3, 9])
    texts = [row.reference["instruction"] for row in accepted]
    known = [one.payload.reference["instruction"] for one in seeds]
    assert len(texts) > 60
    pairs = [*combinations(texts, 2), *((text, other) for text in texts[:20] for other in known)]
    assert max(SCORER.score(a, b)["rougeL"].fmeasure for a, b in pairs) < 0.7


def test_the_example_gives_exactly_the_rows_asked_for_most_of_them_confirmed(tmp_path):
    run = windrow.load(EXAMPLE.parents[1] / "self_instruct" / "self_instruct.yaml").run(tmp_path / "out")
    assert run.counts()["self_instruct", "accepted"] == 40
    assert run.report()["verified"]["confirmed"] >= 0.6
