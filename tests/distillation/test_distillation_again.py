"""The same answers give the same bytes; an interrupted run goes on; an edited seed costs its own calls."""

import hashlib

import pytest
from trace_writers import trace

from windrow.errors import ConfigError, MissingError
from windrow.testing import server_error

SEEDS = [
    {"question": f"A bakery packs rolls in bags of 6. How many rolls are in {n} bags?", "answer": f"#### {6 * n}"}
    for n in range(3, 33)
]


ONE = (
    "There are {n} bags with six rolls in each, so the number of rolls is a product, and either factor may come first. "
    "I multiply: {n} * 6 = {all}. It has to be even, since six is even, and it is. Nothing in the problem says that a "
    "bag may be partly filled, so I leave it at that and give the number."
)
OTHER = (
    "There are {n} bags with six rolls in each. Instead of the sixes I count by threes and double at the end, because "
    "that is easier to do in the head: 3 * {n} = {half}. Twice that is {half} + {half} = {all}. The bags are all full, "
    "none is left over, and so this is the number of rolls that was asked for."
)


def model(request, _number):
    system, user = (turn["content"] for turn in request["messages"])
    bags = int(user.rpartition("in ")[2].split()[0])
    thinking = (OTHER if "aside" in system else ONE).format(n=bags, half=3 * bags, all=6 * bags)
    return trace(thinking, f"So there are {6 * bags} rolls.\n\nAnswer: {6 * bags}")


def digests(run):
    files = sorted(run.folder.glob("exports/*/*"))
    return {path.relative_to(run.folder): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_answers_give_the_same_bytes(distil):
    knobs = {"n_samples": 2, "keep": 2, "exports": ["trl"], "rows": 40}
    one, two = (distil(SEEDS, model, out=out, **knobs) for out in ("one", "two"))
    assert len(one.rows()) == 40
    assert digests(one.run) == digests(two.run) != {}


def test_a_run_that_goes_on_asks_for_nothing_twice_and_an_edited_seed_costs_its_own_calls(distil):
    whole = distil(SEEDS, model, n_samples=2, keep=2)
    assert len(whole.asked["teacher"]) == 60
    assert len(whole.rows()) == 60
    one = {"question": SEEDS[10]["question"].replace("bags of 6", "big bags of 6"), "answer": "#### 78"}
    edited = [*SEEDS[:10], one, *SEEDS[11:]]
    again = distil(edited, model, n_samples=2, keep=2)
    assert len(again.asked["teacher"]) == 2
    assert len(again.rows()) == 60


def test_a_run_cut_short_by_its_server_goes_on_where_it_stopped(distil):
    answered = []

    def failing(request, number):
        if number >= 25:
            return server_error()
        answered.append(number)
        return model(request, number)

    with pytest.raises(MissingError, match="does not answer"):
        distil(SEEDS, failing, n_samples=2, keep=2, exports=["trl"])
    mended = distil(SEEDS, model, n_samples=2, keep=2, exports=["trl"])
    assert len(answered) + len(mended.asked["teacher"]) == 60
    assert len(mended.rows()) == 60
    whole = distil(SEEDS, model, out="whole", n_samples=2, keep=2, exports=["trl"])
    assert digests(mended.run) == digests(whole.run)


def test_moving_seeds_about_changes_no_accepted_row(distil):
    one = distil(SEEDS, model, n_samples=1)
    two = distil(SEEDS[::-1], model, out="two", n_samples=1)
    assert sorted(row.id for row in one.rows()) == sorted(row.id for row in two.rows())


@pytest.mark.parametrize("knobs", [{"keep": 3, "n_samples": 2}, {"band": [0.7, 0.2]}, {"verification": "hope"}])
def test_knobs_that_contradict_are_refused_before_a_call(distil, knobs):
    with pytest.raises(ConfigError):
        distil(SEEDS, model, **knobs)
