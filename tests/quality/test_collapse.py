"""Alarms of mode collapse, and what a small set says."""

from __future__ import annotations

import pytest

from windrow.quality.collapse import Edges, collapse
from windrow.quality.sample import Sample
from windrow.row import Message, Row

OPENINGS = [
    "Ada Lund of 4 Quay Street asks what a berth costs.",
    "How long does it take to descale the machine?",
    "Which of the halls has the most shelves today?",
]


@pytest.mark.parametrize("rows", [2, 3])
def test_a_few_rows_that_each_open_in_a_way_of_their_own_raise_no_alarm_and_are_not_quoted(rows: int) -> None:
    sample = Sample()
    for opening in OPENINGS[:rows]:
        sample.offer(Row("sft", messages=(Message("user", opening), Message("assistant", "Yes."))))
    opened = next(iter(collapse(list(sample), Edges())))
    assert opened.value == pytest.approx(1 / rows)
    assert (opened.alarm, opened.detail) == ("", "")
