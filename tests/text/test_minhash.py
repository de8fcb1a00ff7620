"""MinHash: likeness is exact, sketches depend on the set alone, the alike share a key as often as the curve says."""

import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.text.minhash import Bands, chance, jaccard, run_hashes, shingles

word_lists = st.lists(st.sampled_from(["sea", "wide", "land", "deep", "海", "and"]), max_size=30)
TRIALS = 300


def pair(rng, *, shared, lost=0, gained=0):
    """Two lists of run hashes: `shared` in both, `lost` in the first alone, `gained` in the second alone."""
    numbers = rng.sample(range(1 << 30), lost + shared + gained)
    return numbers[: lost + shared], numbers[lost:]


def found(bands, *, trials=TRIALS, **sizes):
    """How often such pairs share a key."""
    rng = random.Random(str(sorted(sizes.items())))
    pairs = [pair(rng, **sizes) for _ in range(trials)]
    return sum(bool(set(bands.keys(one)) & set(bands.keys(other))) for one, other in pairs) / trials


def at(likeness, size):
    """The sizes of a pair whose sets have about `size` runs each and are `likeness` alike."""
    shared = round(2 * size * likeness / (1 + likeness))
    return {"shared": shared, "lost": size - shared, "gained": size - shared}


def test_runs_of_three_words():
    assert shingles("the sea is wide".split()) == {"the sea is", "sea is wide"}  # noqa: SIM905
    assert shingles(["sea"]) == {"sea"}
    assert shingles([]) == set()


@given(word_lists)
def test_there_is_one_hash_for_each_run(words):
    assert len(set(run_hashes(words))) == len(shingles(words))
    assert all(0 <= value < 1 << 30 for value in run_hashes(words))


def test_a_run_has_one_hash_wherever_it_stands():
    words = "the sea is wide and the land is deep and the sea is wide".split()  # noqa: SIM905
    alone = [run_hashes(words[place : place + 3])[0] for place in range(len(words) - 2)]
    assert list(run_hashes(words)) == alone


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
    bands = Bands.finding(0.8)
    assert bands.keys(hashes) == bands.keys(again)


@pytest.mark.parametrize("threshold", [0.5, 0.6, 0.8, 0.9])
@pytest.mark.parametrize("size", [20, 60, 250])
def test_the_alike_share_a_key_and_the_unlike_seldom_do(threshold, size):
    bands = Bands.finding(threshold)
    assert found(bands, **at(min(1.0, threshold + 0.1), size)) > 0.98
    assert found(bands, **at(threshold, size)) > 0.94
    assert found(bands, **at(threshold / 3, size)) < 0.45


@pytest.mark.parametrize(("likeness", "expected"), [(0.70, 0.56), (0.75, 0.77), (0.80, 0.92)])
def test_the_published_curve_of_fourteen_bands_of_eight_is_the_formula_and_what_happens(likeness, expected):
    assert round(chance(likeness, 8, 14), 2) == expected
    assert abs(found(Bands(8, 14), trials=500, **at(likeness, 300)) - expected) < 0.05


@pytest.mark.parametrize("size", [40, 80, 200])
@pytest.mark.parametrize("likeness", [0.3, 0.5, 0.6, 0.7, 0.8])
def test_the_chance_follows_the_curve_of_its_bands(likeness, size):
    bands, sizes = Bands.finding(0.8), at(likeness, size)
    exact = sizes["shared"] / (size + sizes["gained"])
    assert abs(found(bands, trials=500, **sizes) - chance(exact, bands.size, bands.count)) < 0.06


@pytest.mark.parametrize("likeness", [0.5, 0.7, 0.8])
def test_texts_of_words_follow_the_curve_as_chance_does(likeness):
    bands, rng, hits, chances = Bands.finding(0.8), random.Random(likeness), 0, 0.0
    for _ in range(400):
        words = [rng.choice(("sea", "wide", "w", "0", "海", "été")) + str(rng.randrange(3000)) for _ in range(60)]
        changed = list(words)
        while (alike := jaccard(shingles(words), shingles(changed))) > likeness:
            changed[rng.randrange(60)] += "s"
        hits += bool(set(bands.keys(run_hashes(words))) & set(bands.keys(run_hashes(changed))))
        chances += chance(alike, bands.size, bands.count)
    assert abs(hits - chances) / 400 < 0.06


@pytest.mark.parametrize("size", range(15, 60, 5))
def test_a_text_that_only_grew_is_found_at_every_length(size):
    gained = round(size * 0.18)
    assert found(Bands.finding(0.8), trials=150, shared=size, gained=gained) > 0.95


def test_keys_are_the_same_in_every_process():
    code = "from windrow.text.minhash import *; print(Bands.finding(0.8).keys(run_hashes('the sea is wide'.split())))"
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert said == {f"{Bands.finding(0.8).keys(run_hashes(['the', 'sea', 'is', 'wide']))}\n"}
