"""The YAML file that describes a run, checked: every error says where it is and what to do about it.

Values come, strongest first, from `--set`, from the environment (`WINDROW_TEACHER`, `WINDROW_CONCURRENCY`), from the
file, from the defaults. Secrets come from the environment or a `.env` file only, and are never kept here.
"""

from __future__ import annotations

from windrow.config.load import Loaded, load, parse
from windrow.config.shape import Config, EmbeddingsUse, JudgeUse, ModelSpec, Price, RecipeUse, StageUse

__all__ = [
    "Config",
    "EmbeddingsUse",
    "JudgeUse",
    "Loaded",
    "ModelSpec",
    "Price",
    "RecipeUse",
    "StageUse",
    "load",
    "parse",
]
