"""A plan: what a config means, checked down to the last knob before anything is asked or paid for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windrow.plan.plan import Plan
from windrow.plan.stages import PlannedStage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["Plan", "PlannedStage", "load"]


def load(path: Path | str, overrides: Iterable[str] = ()) -> Plan:
    """The plan of the config file at `path`; `overrides` are like "recipes.0.rows=50". Raises ConfigError."""
    return Plan.load(path, overrides)
