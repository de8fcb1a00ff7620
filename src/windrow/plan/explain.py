"""What a run would do, said before it does it. No model is asked and nothing is written."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from windrow.quality.sample import MOST
from windrow.report.estimate import estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windrow.config.choose import Chosen
    from windrow.plan.plan import Plan
    from windrow.plan.stages import PlannedStage
    from windrow.report.meter import StageMeter
    from windrow.shapes import SeedSource


def explain(plan: Plan) -> dict[str, Any]:
    """The plan as plain JSON for `--dry-run`. Reads every seed, and so finds broken ones before anything is paid."""
    seeds = [_seed(*both) for both in zip(plan.seeds, plan.sources(), strict=True)]
    models, gate = plan.resolved()["models"], plan.gate()
    return {
        "name": plan.name,
        "digest": plan.digest,
        "seeds": seeds,
        "models": models,
        "embeddings": _vectors(plan, seeds),
        "stages": [_stage(stage, seeds) for stage in plan.stages],
        "splits": plan.split.described() if plan.split else None,
        "exports": [export.described() for export in plan.exports],
        "terms": {model: ruling.train for model, ruling in gate.writers()},
        "notes": [*_notes(plan, seeds), *gate.held_back().values()],
    }


def _vectors(plan: Plan, seeds: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Who makes vectors, and of how many texts at most for the report: both sides of its rows, and real questions."""
    told = plan.config.embeddings
    if told is None:
        return None
    targets = [stage.target for stage in plan.stages]
    rows = min(MOST, sum(target or MOST for target in targets))
    real = min(MOST, sum(seed["seeds"] for seed in seeds if seed["yields"] == "row"))
    return {"model": told.model, "texts_at_most": 2 * rows + real}


def extrapolate(plan: Plan, metered: Sequence[StageMeter]) -> dict[str, Any]:
    """What the plan would take, going by `metered`. A stage without a target is sized by its seeds."""
    fed: Counter[str] = Counter()
    if any(stage.target is None for stage in plan.stages):
        for seed, source in zip(plan.seeds, plan.sources(), strict=True):
            fed[_yields(seed)] += _seed(seed, source)["seeds"]
    shares = {stage.stage: _share(stage) for stage in metered}
    targets = {
        stage.name: stage.target
        or round(fed[stage.kind.takes] * stage.kind.yields_per_item * shares.get(stage.name, 1))
        for stage in plan.stages
    }
    width = {spec.model: spec.pace().concurrency for pool in plan.config.models.values() for spec in pool}
    if plan.config.embeddings is not None:
        width[plan.config.embeddings.model] = plan.config.embeddings.pace().concurrency
    known = [stage for stage in metered if stage.stage in targets]
    return estimate(known, targets, plan.prices(), width)


def _share(stage: StageMeter) -> float:
    judged = sum(stage.rows[status] for status in ("accepted", "rejected", "quarantined"))
    return stage.rows["accepted"] / judged if judged else 1.0


def _stage(stage: PlannedStage, seeds: list[dict[str, Any]]) -> dict[str, Any]:
    fed = sum(seed["seeds"] for seed in seeds if seed["yields"] == stage.kind.takes)
    return {
        "stage": stage.name,
        "recipe": f"{stage.recipe.name} v{stage.kind.version}",
        "target": stage.target,
        "max_candidates": stage.max_candidates,
        "grows_from": {"kind": stage.kind.takes, "seeds": fed},
        "rows_per_item": stage.kind.yields_per_item,
        "options": stage.recipe.described()["options"],
        "prompts": {
            label: {"id": template.id, "version": template.version, "role": template.role, "digest": template.digest}
            for label, template in sorted(stage.templates.items())
        },
        "checks": [check.name for check in stage.checks],
        "filters": [each.name for each in stage.filters],
        "judges": [judge.described() for judge in stage.judges],
    }


def _notes(plan: Plan, seeds: list[dict[str, Any]]) -> list[str]:
    """What a careful reader of the plan would point out."""
    taken = {stage.kind.takes for stage in plan.stages}
    notes = [note for seed in seeds for note in seed["notes"]]
    notes += [
        f"seeds of {seed['use']!r} feed no recipe of this plan (they yield {seed['yields']} seeds)"
        for seed in seeds
        if seed["yields"] not in taken
    ]
    played = {template.role for stage in plan.stages for template in stage.templates.values()}
    judges = [judge for stage in plan.stages for judge in stage.judges]
    played |= {role for judge in judges for role in judge.models}
    notes += [f"no prompt of this plan asks the role {role!r}" for role in plan.config.models if role not in played]
    notes += dict.fromkeys(warning for judge in judges for warning in judge.warnings())
    if not plan.exports:
        notes.append("the config has no exports: rows stay in the run folder, and `windrow export` can write them")
    return notes


def _yields(seed: Chosen) -> str:
    return str(seed.kind.yields)  # type: ignore[attr-defined]


def _seed(seed: Chosen, source: SeedSource) -> dict[str, Any]:
    """How many seeds a source gives, and what its reading left out."""
    try:
        count = sum(1 for _ in source.read())
        return {"use": seed.name, "yields": _yields(seed), "seeds": count, "notes": list(source.notes)}
    finally:
        source.close()
