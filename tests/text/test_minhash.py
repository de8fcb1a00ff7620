"""MinHash: likeness is exact, sketches depend on the set alone, and the alike share a key."""

import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.text.minhash import Bands, jaccard, run_hashes, shingles

word_lists = st.lists(st.sampled_from(["sea", "wide", "land", "deep", "海", "and"]), max_size=30)


def pair_at(likeness, size, rng):
    """Two lists of run hashes whose sets are `likeness` alike."""
    shared = round(2 * size * likeness / (1 + likeness))
    numbers = rng.sample(range(1 << 30), 2 * size - shared)
    return numbers[:size], numbers[size - shared : 2 * size - shared]


def found(bands, likeness, *, size, trials=300):
    rng = random.Random(likeness * 1000 + size)
    pairs = [pair_at(likeness, size, rng) for _ in range(trials)]
    return sum(bool(set(bands.keys(one)) & set(bands.keys(other))) for one, other in pairs) / trials


def test_runs_of_three_words():
    assert shingles("the sea is wide".split()) == {"the sea is", "sea is wide"}  # noqa: SIM905
    assert shingles(["sea"]) == {"sea"}
    assert shingles([]) == set()


@given(word_lists)
def test_there_is_one_hash_for_each_run(words):
    assert len(set(run_hashes(words))) == len(shingles(words))


@given(word_lists, word_lists)
def test_likeness_is_symmetric_and_one_only_for_the_same(one, other):
    a, b = shingles(one), shingles(other)
    assert jaccard(a, b) == jaccard(b, a)
    assert 0 <= jaccard(a, b) <= 1
    assert (jaccard(a, b) == 1) == (a == b != set())


@given(st.lists(st.integers(0, (1 << 30) - 1), max_size=60), st.randoms(use_true_random=False))
def test_keys_depend_on_the_set_alone(hashes, rng):
    again = hashes + hashes[: len(hashes) // 2]
    rng.shuffle(again)
    assert Bands(0.8).keys(hashes) == Bands(0.8).keys(again)


@pytest.mark.parametrize("threshold", [0.5, 0.6, 0.8, 0.9])
@pytest.mark.parametrize("size", [20, 60, 500])
def test_the_alike_share_a_key_and_the_unlike_seldom_do(threshold, size):
    bands = Bands(threshold)
    assert found(bands, min(1.0, threshold + 0.1), size=size) > 0.95
    assert found(bands, threshold, size=size) > 0.88
    assert found(bands, threshold / 3, size=size) < 0.6


def test_the_chance_follows_the_curve_of_its_bands():
    bands = Bands(0.8)
    for likeness in (0.3, 0.5, 0.7):
        expected = 1 - (1 - likeness**bands.size) ** bands.count
        assert abs(found(bands, likeness, size=400, trials=800) - expected) < 0.08


def test_keys_are_the_same_in_every_process():
    code = "from windrow.text.minhash import *; print(Bands(0.8).keys(run_hashes('the sea is wide'.split())))"
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert said == {f"{Bands(0.8).keys(run_hashes(['the', 'sea', 'is', 'wide']))}\n"}
