"""A plan: what a config means, checked down to the last knob before anything is asked or paid for."""

from __future__ import annotations

from windrow.plan.plan import Plan
from windrow.plan.stages import PlannedStage

__all__ = ["Plan", "PlannedStage"]
