"""Scratch files: what was put in comes out again, from memory as from disk, and a broken disk is said in one line."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windrow.errors import RunError
from windrow.text.scratch import GUESS, Keys, Records

keys_of_places = st.lists(st.lists(st.integers(0, 30), max_size=4), max_size=60)


@settings(max_examples=40)
@given(given_keys=keys_of_places, batch=st.integers(1, 20), most=st.integers(1, 5))
def test_a_key_has_the_first_places_it_was_given_to_whether_written_or_not(tmp_path_factory, given_keys, batch, most):
    keys = Keys(tmp_path_factory.mktemp("keys") / "keys.sqlite", map_bits=12, batch=batch)
    told = {}
    for place, each in enumerate(given_keys):
        keys.add(each, place)
        for key in set(each):
            told.setdefault(key, []).append(place)
    for key in range(31):
        assert keys.places(key, most) == told.get(key, [])[:most]
        assert not told.get(key) or keys.among([key]) == [key]
    keys.close()


def test_keys_and_places_of_any_size_stay_apart(tmp_path):
    keys = Keys(tmp_path / "keys.sqlite", map_bits=20, batch=3)
    places = {(1 << 30) - 1: (1 << 33) - 2, (1 << 30) - 2: (1 << 33) - 1, 0: 0, 1: 5}
    for key, place in sorted(places.items(), key=lambda each: each[1]):
        keys.add([key], place)
    assert {key: keys.places(key, 9) for key in places} == {key: [place] for key, place in places.items()}


def test_records_of_any_length_are_read_from_where_they_were_put(tmp_path):
    rng = random.Random(1)
    records = Records(tmp_path / "deep" / "records")
    told = {}
    for _ in range(300):
        parts = tuple(rng.randbytes(rng.choice((0, 3, 40, GUESS, 3 * GUESS))) for _ in range(3))
        told[records.add(*parts)] = parts
        place = rng.choice(list(told))
        assert records.read(place) == told[place]
    assert {place: records.read(place) for place in told} == told
    assert sorted(told) == list(told)
    records.close()


@pytest.mark.parametrize("kind", [Records, lambda path: Keys(path, map_bits=10)])
def test_a_folder_that_is_a_file_is_said_in_one_line(tmp_path, kind):
    (tmp_path / "scratch").write_text("a file, not a folder")
    with pytest.raises(RunError, match="scratch file cannot be used"):
        kind(tmp_path / "scratch" / "here")
