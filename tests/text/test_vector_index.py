"""The nearest vector is found exactly, however blocks fall and whatever was looked at before."""

import random

import pytest

from windrow.text import vector_index
from windrow.text.vector_index import VectorIndex

numpy = pytest.importorskip("numpy")


def vectors(count, size=12, *, seed=0):
    dice = random.Random(seed)
    return [[dice.gauss(0, 1) for _ in range(size)] for _ in range(count)]


def by_hand(asked, among):
    matrix = numpy.array(among)
    matrix /= numpy.linalg.norm(matrix, axis=1, keepdims=True)
    cosines = matrix @ (numpy.array(asked) / numpy.linalg.norm(asked))
    return int(cosines.argmax()), float(cosines.max())


@pytest.fixture
def index(tmp_path):
    made = VectorIndex(tmp_path / "some.vectors", 12)
    yield made
    made.close()


@pytest.mark.parametrize("block", [1, 200, 1 << 25])
def test_the_nearest_is_that_of_comparing_them_all(index, monkeypatch, block):
    monkeypatch.setattr(vector_index, "BLOCK", block)
    among = vectors(100)
    for place, vector in enumerate(among):
        index.add(f"{place:016x}", vector)
    for asked in vectors(40, seed=1):
        place, cosine = by_hand(asked, among)
        found = index.nearest(asked)
        assert found.name == f"{place:016x}"
        assert found.cosine == pytest.approx(cosine, abs=1e-6)


def test_what_was_seen_before_is_not_looked_at_again_and_what_came_since_is(index):
    among, asked = vectors(60), vectors(20, seed=2)
    for place, vector in enumerate(among[:35]):
        index.add(f"{place:016x}", vector)
    seen = index.look(asked)
    for place, vector in enumerate(among[35:], 35):
        index.add(f"{place:016x}", vector)
    assert {one.until for one in seen} == {35}
    for vector, one in zip(asked, seen, strict=True):
        assert index.nearest(vector, one) == index.nearest(vector)
        assert index.nearest(vector, one).name == f"{by_hand(vector, among)[0]:016x}"


def test_of_equals_the_first_counts_and_length_does_not(index):
    index.add("far", [1.0] + [0.0] * 11)
    for number in range(3):
        index.add(f"same{number}", [0.0, number + 1.0] + [0.0] * 10)
    assert index.nearest([0.0, 1e6] + [0.0] * 10) == ("same0", 1.0)


def test_nothing_is_nearest_where_there_is_nothing(index):
    assert index.nearest([1.0] * 12) is None
    assert len(index) == 0


def test_names_are_found_again_while_more_are_added(index):
    among = vectors(30, seed=3)
    for place, vector in enumerate(among):
        index.add(f"{place:x}", vector)
        assert index.nearest(vector).name == f"{place:x}"
    assert len(index) == 30
