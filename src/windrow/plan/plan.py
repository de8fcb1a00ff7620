"""The plan itself: an ordered list of stages with what feeds them and what becomes of their rows."""

from __future__ import annotations

import hashlib
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import orjson

from windrow import config
from windrow.config.choose import Chosen, choose
from windrow.errors import ConfigError
from windrow.flow import EXPORTS, SEEDS, SPLITS
from windrow.plan.stages import plan_stages
from windrow.report.prices import Prices

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from windrow.config import Config, Loaded
    from windrow.engine.cast import Cast
    from windrow.engine.drive import Stage
    from windrow.engine.item import Scrub
    from windrow.events import Listener
    from windrow.plan.stages import PlannedStage
    from windrow.report.meter import StageMeter
    from windrow.run import Run
    from windrow.run.terms import Gate
    from windrow.shapes import Recipe, SeedSource
    from windrow.text.scrub import Finder


class Plan:
    """A config, checked: `stages` in order, the `seeds` that feed them, the `split` and `exports` of their rows."""

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self.seeds = self._choose_all(SEEDS, "seeds")
        self.stages = plan_stages(loaded)
        self.split: Chosen | None = None
        if loaded.config.splits is not None:
            self.split = choose(SPLITS, loaded.config.splits, loaded.places, ("splits",), loaded.base)
        self.exports = self._choose_all(EXPORTS, "exports")
        self._check_seeds()
        self._check_terms()

    @classmethod
    def load(
        cls, path: Path | str, overrides: Iterable[str] = (), *, environment: Mapping[str, str] | None = None
    ) -> Plan:
        """The plan of a config file; `overrides` are like "recipes.0.rows=50". Raises ConfigError."""
        from pathlib import Path as FilePath  # noqa: PLC0415 - only this door takes a string

        return cls(config.load(FilePath(path), overrides, environment=environment))

    @classmethod
    def parse(cls, data: Mapping[str, Any], *, base: Path | str = ".", overrides: Iterable[str] = ()) -> Plan:
        """The plan of a mapping, as a config file would say it; relative paths start from `base`."""
        from pathlib import Path as FilePath  # noqa: PLC0415

        return cls(config.parse(data, base=FilePath(base), overrides=overrides))

    @property
    def name(self) -> str:
        """The run's name, and its folder's unless told otherwise."""
        return self.config.name

    @property
    def config(self) -> Config:
        """The config as it was read, flags and environment applied."""
        return self._loaded.config

    @property
    def base(self) -> Path:
        """The folder that relative paths start from."""
        return self._loaded.base

    @property
    def environment(self) -> Mapping[str, str]:
        """Where keys come from: the process's environment over the nearest `.env`."""
        return self._loaded.environment

    def prices(self) -> Prices:
        """What the plan's models cost, as far as that is known."""
        return Prices(self.resolved()["prices"], self.listed)

    @property
    def listed(self) -> list[str]:
        """The models that are asked at their provider's own address: list prices hold for them."""
        elsewhere = bool(self.environment.get("OPENAI_BASE_URL", "").strip())
        specs: list[Any] = [spec for pool in self.config.models.values() for spec in pool]
        specs += [] if self.config.embeddings is None else [self.config.embeddings]
        return sorted(spec.model for spec in specs if spec.base_url is None and not elsewhere)

    @cached_property
    def digest(self) -> str:
        """Sixteen hex digits over everything that decides which rows come out, the wording of prompts included."""
        told = {key: value for key, value in self.resolved().items() if key not in ("exports", "prices", "terms")}
        return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]

    def resolved(self) -> dict[str, Any]:
        """The whole plan as plain JSON, every default spelled out, nothing secret in it."""
        vectors = self.config.embeddings
        return {
            "name": self.name,
            "seeds": [seed.described() for seed in self.seeds],
            **({} if vectors is None else {"embeddings": _model(vectors)}),
            "models": {role: [_model(spec) for spec in pool] for role, pool in self.config.models.items()},
            "prices": {
                model: {"input": str(price.input), "output": str(price.output)}
                for model, price in sorted(self.config.prices.items())
            },
            "pii": self.config.pii.model_dump(mode="json"),
            "recipes": [stage.described() for stage in self.stages],
            "judges": list({judge["name"]: judge for judge in self._judges()}.values()),
            "splits": self.split.described() if self.split else None,
            "exports": [export.described() for export in self.exports],
            "terms": self.config.terms.model_dump(mode="json") if self.config.terms else None,
        }

    def gate(self) -> Gate:
        """What holds for rows by the models of this plan. Raises ConfigError for a file of terms that does not read."""
        from windrow.run.terms import Gate  # noqa: PLC0415 - the table is read for who asks

        return Gate.of_config(self.resolved(), self.base)

    def explain(self) -> dict[str, Any]:
        """What a run would do, without asking anybody: stages, seeds counted, models, prompts, expected calls."""
        from windrow.plan.explain import explain  # noqa: PLC0415 - reads every seed; only who asks pays

        return explain(self)

    def estimate(self, metered: Sequence[StageMeter]) -> dict[str, Any]:
        """What the whole plan would take, going by what an earlier run or preview took (`Run.metered`)."""
        from windrow.plan.explain import extrapolate  # noqa: PLC0415 - reads the seeds where no target is set

        return extrapolate(self, metered)

    def build(self, cast: Cast, *, rows: int | None = None) -> list[Stage]:
        """The stages as the engine runs them, every instance fresh; with `rows`, no stage wants more than that."""
        from windrow.engine.drive import Stage  # noqa: PLC0415 - the engine is heavier than a plan

        return [
            Stage(
                name=stage.name,
                recipe=self._recipe(stage),
                target=stage.target if rows is None else min(rows, stage.target or rows),
                max_candidates=stage.max_candidates,
                sources=self.sources(),
                checks=tuple(check.make() for check in stage.checks),
                filters=tuple(each.make() for each in stage.filters),
                templates=stage.templates,
                cast=cast,
                licences=self._licences(stage),
                judges=tuple(judge.bench() for judge in stage.judges),
                scrub=self._scrub_rows(),
            )
            for stage in self.stages
        ]

    @cached_property
    def scrub(self) -> Finder | None:
        """What finds personal data to be taken out; None unless the config says `pii: scrub`. Raises MissingError."""
        from windrow.run.personal_data import finder  # noqa: PLC0415 - patterns by the dozen, for who looks for them

        return finder(self.config.pii.model_dump(mode="json"))

    def sources(self) -> tuple[SeedSource, ...]:
        """The seeds as a stage reads them, every instance fresh."""
        sources = tuple(seed.make() for seed in self.seeds)
        if self.scrub is None:
            return sources
        from windrow.flow.seeds.scrubbed import scrubbed  # noqa: PLC0415

        return scrubbed(sources, self.scrub)

    def run(
        self, folder: Path | str | None = None, *, listener: Listener | None = None, record: Path | str | None = None
    ) -> Run:
        """Run the plan to its end in `folder` (default runs/<name>) and return the finished run. Resumes what is there.

        `record` appends every answer to a file that `replay/FILE` answers from. Inside a running event loop, await
        `arun` instead.
        """
        from windrow.plan.perform import run_sync  # noqa: PLC0415 - brings in the engine

        return run_sync(self.arun(folder, listener=listener, record=record))

    async def arun(
        self, folder: Path | str | None = None, *, listener: Listener | None = None, record: Path | str | None = None
    ) -> Run:
        """`run`, for code that is asynchronous itself."""
        from windrow.plan.perform import perform  # noqa: PLC0415

        return await perform(self, folder, listener=listener, record=record)

    def preview(self, folder: Path | str | None = None, *, rows: int = 5, listener: Listener | None = None) -> Run:
        """A few rows of every recipe, in preview/ of the run's folder. The run takes over their answers."""
        from windrow.plan.perform import perform, run_sync  # noqa: PLC0415

        return run_sync(perform(self, folder, listener=listener, preview=rows))

    def _scrub_rows(self) -> Scrub | None:
        if self.scrub is None:
            return None
        from windrow.text.scrub_rows import scrubbed_rows  # noqa: PLC0415

        return partial(scrubbed_rows, find=self.scrub)

    def _judges(self) -> list[dict[str, Any]]:
        return [judge.described() for stage in self.stages for judge in stage.judges]

    def _recipe(self, stage: PlannedStage) -> Recipe:
        recipe: Recipe = stage.recipe.make()
        recipe.roles = {role: [spec.model for spec in pool] for role, pool in self.config.models.items()}
        return recipe

    def _licences(self, stage: PlannedStage) -> tuple[str, ...]:
        """Those of the seeds that the stage grows from, as far as the config states them."""
        fed = [seed for seed in self.seeds if seed.kind.yields == stage.kind.takes]  # type: ignore[attr-defined]
        return tuple(dict.fromkeys(seed.licence for seed in fed if seed.licence is not None))

    def _choose_all(self, registry: Any, key: str) -> tuple[Chosen, ...]:  # noqa: ANN401 - a Registry
        loaded = self._loaded
        return tuple(
            choose(registry, use, loaded.places, (key, index), loaded.base)
            for index, use in enumerate(getattr(loaded.config, key))
        )

    def _check_terms(self) -> None:
        """Read a file of terms now, and not when all rows are paid for."""
        if self.config.terms is not None and self.config.terms.file is not None:
            self.gate()

    def _check_seeds(self) -> None:
        """Every recipe has something to grow from."""
        given = {seed.kind.yields for seed in self.seeds}  # type: ignore[attr-defined]
        for index, stage in enumerate(self.stages):
            if stage.kind.takes and stage.kind.takes not in given:
                makers = sorted(name for name in SEEDS.names() if SEEDS.load(name).yields == stage.kind.takes)
                raise ConfigError(
                    f"{stage.recipe.name} grows from {stage.kind.takes} seeds, and the config has none",
                    where=self._loaded.places.where(("recipes", index)),
                    remedy=f"add to seeds: {{use: {' or '.join(makers)}, path: ...}}",
                )


def _model(spec: Any) -> dict[str, Any]:  # noqa: ANN401 - a ModelSpec
    """A model as plain JSON, without what is unset and without credentials in its URL."""
    out: dict[str, Any] = spec.model_dump(mode="json", exclude_none=True)
    if "base_url" in out:
        parts = urlsplit(out["base_url"])
        out["base_url"] = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=""))
    return out
