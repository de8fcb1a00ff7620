"""What recipes find in all their rows together, once a stage has ended: asked for by the report, and again for it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from windrow.config import StageUse
from windrow.config.choose import choose
from windrow.config.problems import Places
from windrow.errors import WindrowError
from windrow.flow import RECIPES
from windrow.shapes import Audit, Recipe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from windrow.ledger.base import Ledger
    from windrow.run.folder import Run


def audits(run: Run, ledger: Ledger) -> list[dict[str, Any]]:
    """The audits of the run's stages, as plain JSON, in the order of the stages."""
    return list(_audits(run, ledger))


def _audits(run: Run, ledger: Ledger) -> Iterator[dict[str, Any]]:
    for told in run.config["recipes"]:
        recipe = _recipe(told, run)
        if recipe is None:
            continue
        stage = told["stage"]
        try:
            audit = recipe.audit(stored.row for stored in ledger.rows(stage=stage))
        except WindrowError:
            raise
        except Exception as error:  # noqa: BLE001 - a plug-in's bug costs its audit, not the run's report
            what = f"the audit of {stage} crashed: {type(error).__name__}: {error}"
            audit = Audit("What could not be looked at", (), (), faults=(what,))
        if audit is not None:
            yield {"stage": stage, **asdict(audit)}


def _recipe(told: dict[str, Any], run: Run) -> Recipe | None:
    """The recipe of a stage, where it audits at all. A plug-in that is gone leaves its old run readable."""
    try:
        use = StageUse.model_validate({"use": told["use"], **told["options"]})
        chosen = choose(RECIPES, use, Places(), (), run.base)
    except WindrowError:
        return None
    if getattr(chosen.kind, "audit", Recipe.audit) is Recipe.audit:
        return None
    recipe: Recipe = chosen.make()
    return recipe
