"""The Python door: few names, each there, each cheap until it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import windrow

BUDGET_SECONDS = 0.3


def test_the_face_has_at_most_forty_names():
    assert len(set(windrow.__all__)) == len(windrow.__all__) <= 40


@pytest.mark.parametrize("name", windrow.__all__)
def test_every_name_is_there_and_explains_itself(name):
    assert getattr(windrow, name).__doc__
    assert name in dir(windrow)


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Plam'"):
        _ = windrow.Plam


def test_importing_loads_nothing_and_using_it_is_quick():
    code = (
        "import sys, time; import windrow; before = len([m for m in sys.modules if m.startswith('windrow')]);"
        "start = time.process_time(); windrow.Plan, windrow.Row, windrow.Recipe;"
        "print(before, time.process_time() - start)"
    )

    seconds = []
    while not seconds or (min(seconds) >= BUDGET_SECONDS and len(seconds) < 10):  # what a busy machine adds is not ours
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
        loaded, took = done.stdout.split()
        assert loaded == "1"
        seconds.append(float(took))

    assert min(seconds) < BUDGET_SECONDS
