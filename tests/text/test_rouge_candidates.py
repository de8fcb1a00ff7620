"""Long texts that are alike are found among many, with the score that an exact comparison gives."""

import random

import pytest

from windrow.text.rouge import rouge_l
from windrow.text.rouge_candidates import RougeCandidates

WORDS = [
    f"{first}{last}"
    for first in ("ba", "ko", "mi", "su", "re", "to", "ga")
    for last in ("lan", "ner", "pik", "sol", "tum")
]


@pytest.fixture
def index(tmp_path):
    found = RougeCandidates(tmp_path / "talks.sqlite", 0.7)
    yield found
    found.close()


def text(rng, words=120):
    return " ".join(f"{rng.choice(WORDS)}{rng.choice(WORDS)}" for _ in range(words))


def changed(rng, said, share):
    return " ".join(text(rng, 1) if rng.random() < share else word for word in said.split())


def test_a_text_with_a_fifth_of_its_words_changed_is_found_among_hundreds(index):
    rng = random.Random(1)
    texts = [text(rng) for _ in range(300)]
    for number, said in enumerate(texts):
        assert index.nearest(said) == []
        index.add(said, str(number))
    for number in range(0, 300, 10):
        near = changed(rng, texts[number], 0.2)
        (found,) = index.nearest(near)
        assert (found.key, found.score) == (str(number), pytest.approx(rouge_l(near, texts[number])))


def test_a_text_below_the_threshold_is_not_found(index):
    rng = random.Random(2)
    said = text(rng)
    index.add(said, "one")
    far = changed(rng, said, 0.4)
    assert rouge_l(far, said) < 0.7
    assert index.nearest(far) == []
    assert index.nearest(said + " " + text(rng, 120)) == []
