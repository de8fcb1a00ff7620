"""A run: a folder with the plan, every answer, every row with its verdicts, the report and the exports."""

from __future__ import annotations

from windrow.run.folder import PREVIEW, Run

__all__ = ["PREVIEW", "Run"]
