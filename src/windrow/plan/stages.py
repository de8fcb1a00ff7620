"""From the recipes of a config to stages: each with its prompts, its checks and its filters, found and checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from windrow import prompts
from windrow.config.choose import Chosen, choose
from windrow.config.shape import StageUse
from windrow.errors import ConfigError, UnknownName
from windrow.flow import CHECKS, FILTERS, RECIPES
from windrow.plan.judges import PlannedJudge, plan_judges

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from windrow.config import Loaded, RecipeUse
    from windrow.config.problems import KeyPath
    from windrow.prompts import Template
    from windrow.registry import Registry
    from windrow.shapes import Recipe


@dataclass(frozen=True)
class PlannedStage:
    """One recipe of the plan. `target` accepted rows are wanted, None means one pass over the seeds."""

    name: str
    recipe: Chosen
    target: int | None
    max_candidates: int | None
    templates: Mapping[str, Template]
    checks: tuple[Chosen, ...]
    filters: tuple[Chosen, ...]
    judges: tuple[PlannedJudge, ...] = ()

    @property
    def kind(self) -> type[Recipe]:
        """The recipe's class."""
        return self.recipe.kind  # type: ignore[return-value]

    def described(self) -> dict[str, Any]:
        """The stage as plain JSON; a prompt is named by the digest of its wording."""
        return {
            **self.recipe.described(),
            "stage": self.name,
            "rows": self.target,
            "max_candidates": self.max_candidates,
            "prompts": {label: template.digest for label, template in sorted(self.templates.items())},
            "checks": [check.described() for check in self.checks],
            "filters": [each.described() for each in self.filters],
            "judges": [judge.described() for judge in self.judges],
        }


def plan_stages(loaded: Loaded) -> tuple[PlannedStage, ...]:
    """Every recipe of the config as a stage. Raises ConfigError."""
    used: dict[str, int] = {}
    stages: list[PlannedStage] = []
    for index, use in enumerate(loaded.config.recipes):
        recipe = choose(RECIPES, use, loaded.places, ("recipes", index), loaded.base)
        usual = recipe.kind.name
        used[usual] = used.get(usual, 0) + 1
        name = use.name or (usual if used[usual] == 1 else f"{usual}#{used[usual]}")
        if any(stage.name == name for stage in stages):
            raise ConfigError(
                f"two recipes are called {name!r}",
                where=loaded.places.where(("recipes", index, "name")),
                remedy="give each a name of its own",
            )
        stages.append(_stage(loaded, use, recipe, index, name))
    return tuple(stages)


def _stage(loaded: Loaded, use: RecipeUse, recipe: Chosen, index: int, name: str) -> PlannedStage:
    at: KeyPath = ("recipes", index)
    kind: type[Recipe] = recipe.kind  # type: ignore[assignment]
    if use.rows and use.max_candidates and use.max_candidates < use.rows:
        raise ConfigError(
            f"{use.max_candidates} candidates cannot give {use.rows} accepted rows",
            where=loaded.places.where((*at, "max_candidates")),
            remedy=f"set at least {use.rows}, or leave max_candidates out",
        )
    if kind.in_waves and use.rows is None and use.max_candidates is None:
        raise ConfigError(
            f"{use.use} has no end of its own", where=loaded.places.where(at), remedy="say how many rows: add rows: 500"
        )
    for role in kind.must_name(recipe.options):
        if role not in loaded.config.models:
            raise ConfigError(
                f"{use.use} asks the role {role!r}, and no model is named for it",
                where=loaded.places.where(at),
                remedy=f"add models.{role}: the teacher does not stand in for it",
            )
    filters = _merged(FILTERS, kind.filters, "filters", loaded, use.filters, at)
    _check_vectors(loaded, filters, at)
    return PlannedStage(
        name=name,
        recipe=recipe,
        target=use.rows,
        max_candidates=use.max_candidates,
        templates=_templates(loaded, use, kind, at),
        checks=_checks(loaded, use, kind, at),
        filters=filters,
        judges=_judges(loaded, use, at),
    )


def _check_vectors(loaded: Loaded, filters: Iterable[Chosen], at: KeyPath) -> None:
    """Who compares meaning needs a model that says what is alike."""
    for each in filters:
        if getattr(each.kind, "needs_vectors", False) and loaded.config.embeddings is None:
            raise ConfigError(
                f"{each.name} compares vectors, and no model is named that makes them",
                where=loaded.places.where((*at, "filters")),
                remedy="add embeddings: {model: openai/text-embedding-3-small}, or dedupe, which compares words",
            )


def _judges(loaded: Loaded, use: RecipeUse, at: KeyPath) -> tuple[PlannedJudge, ...]:
    """The recipe's judges where it names its own, else those of the whole run."""
    if use.judges is None:
        return plan_judges(loaded, ("judges",), loaded.config.judges)
    return plan_judges(loaded, (*at, "judges"), use.judges)


def _checks(loaded: Loaded, use: RecipeUse, kind: type[Recipe], at: KeyPath) -> tuple[Chosen, ...]:
    """The recipe's with those of the config, and before them the one that `pii:` stands for, unless it is there."""
    chosen = _merged(CHECKS, kind.checks, "checks", loaded, use.checks, at)
    if loaded.config.pii.mode == "off" or any(check.name == "pii" for check in chosen):
        return chosen
    from windrow.plan.personal_data import check  # noqa: PLC0415 - patterns by the dozen, for who looks for them

    return (check(loaded.config.pii, loaded.base), *chosen)


def _merged(
    registry: Registry, defaults: Sequence[str], key: str, loaded: Loaded, own: Sequence[StageUse], at: KeyPath
) -> tuple[Chosen, ...]:
    """The recipe's own, then those of the whole run, then those beside the recipe: the last word on a name wins."""
    chosen = {name: choose(registry, StageUse(use=name), loaded.places, at, loaded.base) for name in defaults}
    places: Iterable[tuple[KeyPath, Sequence[StageUse]]] = (
        ((key,), getattr(loaded.config, key)),
        ((*at, key), own),
    )
    for above, uses in places:
        for index, use in enumerate(uses):
            chosen[use.use] = choose(registry, use, loaded.places, (*above, index), loaded.base)
    return tuple(chosen.values())


def _templates(loaded: Loaded, use: RecipeUse, kind: type[Recipe], at: KeyPath) -> dict[str, Template]:
    """The recipe's templates by label, with the files of `prompts:` in place of its own. Checks every role."""
    places = loaded.places
    files = {label: loaded.base / Path(file).expanduser() for label, file in use.prompts.items()}
    for label, file in files.items():
        if not file.is_file():
            raise ConfigError(f"no such prompt file: {file}", where=places.where((*at, "prompts", label)))
    try:
        templates = prompts.collect(kind, kind.name, files)
    except UnknownName as error:
        raise UnknownName(error.what, where=places.where((*at, "prompts")), remedy=error.remedy) from error
    for label, template in templates.items():
        if not loaded.config.models.keys() & {template.role, "teacher"}:
            raise ConfigError(
                f"prompt {label!r} asks the role {template.role!r}, and no model plays it",
                where=places.where(at),
                remedy=f"add models.{template.role} or models.teacher",
            )
    return templates
