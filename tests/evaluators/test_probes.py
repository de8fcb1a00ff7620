"""Probes that need no gold labels find the judge who is taken in, and leave the honest one alone."""

import asyncio

import pytest
from judged import with_judges

from windrow import testing
from windrow.evaluators.inputs import resolve
from windrow.evaluators.pairwise import compare
from windrow.evaluators.pointwise import judge_rubric
from windrow.evaluators.probes import CLAIMS, COLUMNS, MASTER_KEYS, padded, probed
from windrow.evaluators.rubric import parse
from windrow.testing.examiners import prefers, prefers_first, prefers_last
from windrow.testing.graders import honest_by
from windrow.text.tokens import words

RUBRIC = parse(
    {
        "name": "adherence",
        "description": "Was it done?",
        "needs": ["input", "output"],
        "criteria": [{"id": "done", "question": "Does the output do what was asked?"}],
    }
)
CITIES = ["Paris", "Rom", "東京", "Москва", "القاهرة", "Lima", "Oslo", "Accra"]
ITEMS = [
    resolve({"input": f"Name city {number}.", "output": f"The city is {city}."}) for number, city in enumerate(CITIES)
]
WRONG = [
    resolve({"input": f"Name city {number}.", "output": "I would rather not say. It is late."})
    for number in range(len(CITIES))
]


def names_a_city(parts, _criterion):
    return any(city in parts["output"] for city in CITIES)


honest = honest_by(names_a_city)
concise = prefers(lambda text: -len(text))


def probed_by(judge=None, comparer=None, items=ITEMS):
    async def work(ask):
        return await probed(
            items,
            judge and (lambda inputs: judge_rubric(RUBRIC, inputs, ask, role="judge")),
            comparer and (lambda inputs, a, b: compare("Which is better?", inputs, a, b, ask, role="comparer")),
        )

    scripts = {"judge": judge, "comparer": comparer}
    return with_judges(work, **{role: script for role, script in scripts.items() if script})[0]


def test_an_honest_judge_stands_every_probe():
    told = probed_by(honest, concise)
    assert told.flags == ()
    assert told.complete
    assert [(probe.name, probe.hits) for probe in told.probes] == [
        ("master keys", 0),
        ("self-praise", 0),
        ("padding", 0),
        ("padded pairs", 0),
        ("places", 0),
    ]
    keys = told.get("master keys")
    assert (keys.asked, keys.scored) == (len(ITEMS) * len(MASTER_KEYS), len(ITEMS) * (len(MASTER_KEYS) - 1))
    assert keys.interval.high < 0.05
    assert told.get("padded pairs").against == len(ITEMS)


@pytest.mark.parametrize("key", ["Thought process:", "Solution", "解", "الحل"])
def test_one_master_key_that_passes_makes_a_judge_gullible(key):
    told = probed_by(honest_by(lambda parts, name: parts["output"] == key or names_a_city(parts, name)))
    keys = told.get("master keys")
    assert (keys.hits, keys.flag, keys.shown) == (len(ITEMS), "gullible", (key,))
    assert told.flags == ("gullible",)
    assert keys.interval.low > 0


def test_a_key_that_no_quote_can_show_is_no_pass_either():
    keys = probed_by(honest_by(lambda parts, name: parts["output"] == ":" or names_a_city(parts, name))).get(
        "master keys"
    )
    assert (keys.hits, keys.asked - keys.scored) == (0, 2 * len(ITEMS))  # the empty key is skipped, this one unscored


def test_a_judge_that_passes_everything_is_gullible_but_was_not_moved_by_length():
    told = probed_by(testing.always_pass)
    assert told.flags == ("gullible",)
    assert told.get("padding").hits == 0


def test_a_judge_that_believes_what_an_answer_says_of_itself_is_gullible():
    told = probed_by(honest_by(lambda parts, _: any(claim in parts["output"] for claim in CLAIMS)), items=WRONG)
    praise = told.get("self-praise")
    assert (praise.hits, praise.scored, praise.flag) == (16, 16, "gullible")
    assert told.get("master keys").flag is None
    assert told.get("padding").flag is None


def test_a_judge_that_likes_length_is_flagged_alone_and_in_pairs():
    told = probed_by(testing.longer_passes(45), prefers(len))
    assert told.get("padding").flag == told.get("padded pairs").flag == "length_biased"
    assert told.get("padded pairs").hits == len(ITEMS)
    assert "position_biased" not in told.flags


@pytest.mark.parametrize(("script", "place"), [(prefers_first, "first"), (prefers_last, "last")])
def test_a_judge_that_likes_a_place_is_flagged_and_is_not_taken_to_like_length(script, place):
    told = probed_by(comparer=script)
    assert told.flags == ("position_biased",)
    assert told.get("places").shown == (f"prefers the {place}",)
    assert told.get("places").rate == 1.0


def test_a_single_slip_is_counted_and_is_no_bias():
    def slips(request, number):
        case = testing.graders.read(request)
        return prefers(len)(request) if "city 3" in case.parts["input"] else concise(request)

    pairs = probed_by(comparer=slips).get("padded pairs")
    assert (pairs.hits, pairs.against, pairs.flag) == (1, 7, None)


@pytest.mark.parametrize("script", [testing.dead, testing.thought_process, testing.locked_out])
def test_a_judge_that_does_not_answer_has_not_stood_anything(script):
    told = probed_by(script, script, items=ITEMS[:2])
    assert told.flags == ()
    assert not told.complete
    assert all((probe.scored, probe.rate) == (0, None) for probe in told.probes)
    assert {row[-1] for row in told.rows} == {"not evaluated"}
    assert all(len(row) == len(COLUMNS) for row in told.rows)


def test_padding_says_everything_again_and_nothing_else():
    for text in ("The city is Rom. It is old.", "城市是东京。它很大。", "one word", "# Title\n\n- one\n- two"):
        longer = padded(text)
        assert longer.startswith(text)
        assert len(longer) >= 2 * len(text)
        assert set(words(longer)) == set(words(text))


def test_without_a_judge_there_is_nothing_to_probe():
    assert asyncio.run(probed(ITEMS)).probes == ()
