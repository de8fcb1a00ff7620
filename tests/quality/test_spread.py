"""The Vendi score gives its published figures; nearest neighbours and coverage say what they should."""

from __future__ import annotations

import math
import random

import pytest

pytest.importorskip("sklearn")

from windrow.quality.compare import contrast
from windrow.quality.self_bleu import self_bleu
from windrow.quality.spread import Coverage, jensen_shannon, nearest, vendi
from windrow.quality.vectors import TfIdf
from windrow.text.tokens import words

TOPICS = {
    "parcel": "the parcel left our depot and the driver will ring twice at your door",
    "loan": "your loan is repaid in monthly rates with interest fixed for five years",
    "garden": "water the young tomato plants early and keep slugs from the lettuce beds",
}


def texts(topic: str, count: int, seed: int = 0) -> list[str]:
    dice = random.Random(f"{topic}{seed}")
    pool = TOPICS[topic].split()
    return [" ".join(dice.sample(pool, 8)) for _ in range(count)]


def test_vendi_reproduces_the_published_examples() -> None:
    points = [0, 0, 10, 10, 20, 20]
    kernel = [[math.exp(-abs(a - b)) for b in points] for a in points]
    assert vendi(kernel) == pytest.approx(2.9999, abs=1e-4)
    alike = [[1.0, 0.9, 0.0], [0.9, 1.0, 0.0], [0.0, 0.0, 1.0]]
    assert vendi(alike) == pytest.approx(2.1573, abs=1e-4)
    assert vendi(alike, q=2) == pytest.approx(1.9481, abs=1e-4)


def test_vendi_of_order_infinity_holds_on_a_singular_kernel() -> None:
    assert vendi([[1.0] * 4] * 4, q=math.inf) == pytest.approx(1.0)
    assert vendi([[1.0, 0.0], [0.0, 1.0]], q=math.inf) == pytest.approx(2.0)


def test_nearest_leaves_a_text_itself_out_and_finds_its_copy() -> None:
    own = TfIdf().place(["one two three", "one two three", "four five six"]).matrix
    assert nearest(own) == pytest.approx([1.0, 1.0, 0.0])
    assert nearest(TfIdf().place(["alone"]).matrix) == [0.0]


def test_coverage_sees_which_real_topics_are_missing() -> None:
    real = [text for topic in TOPICS for text in texts(topic, 20)]
    everywhere = Coverage(real, [text for topic in TOPICS for text in texts(topic, 20, 1)], space=TfIdf())
    one_only = Coverage(real, texts("loan", 60, 1), space=TfIdf())
    assert everywhere.covered > 0.9 > one_only.covered
    assert one_only.largest > everywhere.largest
    assert one_only.divergence > 0.3 > everywhere.divergence


def test_divergence_is_bounded_and_nothing_between_equals() -> None:
    assert jensen_shannon([0.5, 0.5], [0.5, 0.5]) == pytest.approx(0.0)
    assert jensen_shannon([1.0, 0.0], [0.0, 1.0]) == pytest.approx(1.0)


def test_a_classifier_finds_a_habit_and_names_it_and_finds_nothing_in_equals() -> None:
    plain = texts("parcel", 60) + texts("loan", 60)
    marked = [f"Certainly! {text}" for text in texts("parcel", 60, 1) + texts("loan", 60, 1)]
    found = contrast(marked, plain)
    assert found is not None
    assert found.low > 0.9
    assert "certainly" in found.for_one
    same = contrast(texts("parcel", 60, 2) + texts("loan", 60, 2), plain)
    assert same is not None
    assert same.low < 0.55


def test_what_stands_in_both_sets_is_left_out_of_the_comparison() -> None:
    shared = texts("garden", 40)
    assert contrast(shared, shared) is None
    found = contrast([*shared, *texts("loan", 40)], [*shared, *texts("parcel", 40)])
    assert found is not None
    assert found.n == 80
    assert found.low > 0.9


def test_too_few_texts_are_not_compared() -> None:
    assert contrast(texts("loan", 19), texts("loan", 60)) is None


def test_self_bleu_is_one_of_copies_and_low_of_strangers() -> None:
    copies = [words(TOPICS["loan"])] * 5
    assert self_bleu(copies) == pytest.approx(1.0)
    assert (self_bleu([words(text) for text in TOPICS.values()]) or 0) < 0.1
    assert self_bleu([["alone"]]) is None
