"""A set is measured without scikit-learn too: what needs it says so, and nothing breaks."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from windrow.quality.measure import Measuring
from windrow.row import Lineage, Message, Row

if TYPE_CHECKING:
    import pytest

NEEDING = {
    "Vendi score of questions", "nearest neighbour of answers", "seed clusters covered", "teachers told apart",
    "made questions told from real ones", "divergence over seed clusters",
}  # fmt: skip

MEASURED = {"distinct-2 of answers", "verified share"}


def row(number: int, model: str) -> Row:
    turns = (
        Message("user", f"Where is crate {number} of the {number % 7}th hall?"),
        Message("assistant", f"In {number}."),
    )
    return Row(kind="sft", messages=turns, lineage=Lineage(recipe="grown", models=(model,)))


def test_figures_that_need_it_say_so_and_the_others_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in {"sklearn", "numpy", "scipy"}]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("sklearn", "numpy", "scipy"):
        monkeypatch.setitem(sys.modules, name, None)
    measuring = Measuring([row(number, "") for number in range(1_000, 1_040)])
    for number in range(60):
        measuring.offer(row(number, f"openai/{number % 2}"))
    figures = measuring.done().figures
    assert {figure.name for figure in figures if "windrow[quality]" in figure.not_evaluated} >= NEEDING
    assert {figure.name for figure in figures if figure.value is not None} >= {
        "distinct-2 of answers",
        "verified share",
    }
