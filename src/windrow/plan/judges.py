"""From the judges of a config to judges with their prompts, found and checked: that they can judge, and whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from windrow import prompts
from windrow.config.choose import Chosen, choose
from windrow.config.shape import Lowest
from windrow.errors import ConfigError
from windrow.evaluators.families import kin, leaking
from windrow.flow import JUDGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from windrow.calibration.anchors import Anchor
    from windrow.calibration.artifact import Calibrated
    from windrow.calibration.drift import DriftWatch
    from windrow.config import JudgeUse, Loaded
    from windrow.config.problems import KeyPath
    from windrow.engine.bench import Bench
    from windrow.prompts import Template
    from windrow.shapes import Judge

PROGRAMS = ("embedded/",)
DEFAULT_ROLE = "teacher"
CHECK = "let anchors ride along (anchors: FILE), or calibrate it anew"


@dataclass(frozen=True)
class PlannedJudge:
    """One judge of a stage. `models` are the addresses that play its roles, `teachers` those who write the rows."""

    name: str
    use: JudgeUse
    chosen: Chosen
    judge: Judge
    templates: Mapping[str, Template]
    models: Mapping[str, tuple[str, ...]]
    teachers: tuple[str, ...]
    calibration: Calibrated | None
    anchors: tuple[Anchor, ...] = ()
    params: Mapping[str, Any] | None = None
    """What the config sends to the model beside the prompt's own params; None where several models judge."""

    @property
    def threshold(self) -> float | None:
        """The score from which a row passes: what the config says, else what the calibration was made for."""
        if isinstance(self.use.keep, Lowest):
            return 0.0  # whatever is not refused outright; the lowest are dropped together
        if self.use.keep is None and self.calibration is not None:
            return self.calibration.threshold
        return self.use.keep

    @property
    def waits(self) -> bool:
        """Whether rows wait until they can be judged, or compared, together."""
        return self.use.mode != "every" or isinstance(self.use.keep, Lowest)

    def described(self) -> dict[str, Any]:
        """The judge as plain JSON; prompts are named by the digests of their wording, questions by the fingerprint."""
        own = self.use.model_dump(mode="json", exclude={"use", "options", "name"})
        return {
            **self.chosen.described(),
            "name": self.name,
            **own,
            "threshold": self.threshold,
            "fingerprint": self.judge.fingerprint,
            "roles": {role: list(addresses) for role, addresses in self.models.items()},
            "prompts": {label: template.digest for label, template in sorted(self.templates.items())},
        }

    def warnings(self) -> Iterator[str]:
        """What a careful reader should know of who judges."""
        asked = [address for pool in self.models.values() for address in pool]
        for family in leaking(asked, self.teachers):
            yield (
                f"judge {self.name!r} and a teacher are both of the family {family!r}: judges favour what their own "
                "family writes (preference leakage); every verdict on such a row says so"
            )
        yield from kin(self.models)
        if self.calibration is None:
            yield f"judge {self.name!r} is not calibrated: how often it is right is not known (`windrow calibrate`)"
        elif problem := self._mismatch():
            yield f"judge {self.name!r} is not calibrated: {problem}"

    def due(self, on: date) -> Iterator[str]:
        """That a check for drift is due on that day, where no anchors ride along to make it."""
        if self.calibration is None or self.anchors or self._mismatch():
            return
        if why := self.calibration.due(on):
            yield f"judge {self.name!r}: a check for drift is due: {'; '.join(why)}: {CHECK}"

    def bench(self) -> Bench:
        """The judge as the engine seats it, every instance fresh."""
        from windrow.engine.bench import Bench  # noqa: PLC0415 - the engine is heavier than a plan

        judge: Judge = self.chosen.make()
        judge.threshold, judge.models = self.threshold, self.models
        lowest = self.use.keep if isinstance(self.use.keep, Lowest) else None
        return Bench(
            name=self.name,
            judge=judge,
            templates=self.templates,
            models=self.models,
            mode=self.use.mode if lowest is None else "bottom_out",
            share=self.use.sample if lowest is None else lowest.bottom_out,
            audit=self.use.audit,
            accept=self.use.accept,
            regenerate=self.use.regenerate,
            anchors=self.anchors,
            rows_per_anchor=max(1, round(1 / self.use.anchor_share) - 1),
            watch=None if self.calibration is None else self._watch,
            gold=None if self.calibration is None or not self._is_calibrated else self.calibration.counts,
        )

    def _watch(self) -> DriftWatch:
        assert self.calibration is not None  # noqa: S101 - for the type checker: who calls looked
        return self.calibration.watch()

    @property
    def _is_calibrated(self) -> bool:
        """Whether the calibration is of this very judge, at this very threshold."""
        return self.calibration is not None and not self._mismatch() and self.calibration.threshold == self.threshold

    def _mismatch(self) -> str:
        assert self.calibration is not None  # noqa: S101 - for the type checker: who calls looked
        asked = dict.fromkeys(address for pool in self.models.values() for address in pool)
        return self.calibration.mismatch(self.judge.fingerprint, ", ".join(asked), self.params)


def plan_judges(loaded: Loaded, at: KeyPath, uses: Sequence[JudgeUse]) -> tuple[PlannedJudge, ...]:
    """The judges written at `at` of the config, in order. Raises ConfigError."""
    judges: list[PlannedJudge] = []
    for index, use in enumerate(uses):
        place = (*at, index)
        judges.append(_planned(loaded, place, use))
        if [judge.name for judge in judges].count(judges[-1].name) > 1:
            raise ConfigError(
                f"two judges are called {judges[-1].name!r}",
                where=loaded.places.where(place),
                remedy="give each a name of its own, with `name:`",
            )
        if any(judge.waits for judge in judges[:-1]):
            raise ConfigError(
                "a judge that waits for rows together (two_pass, bottom_out) is the last of its stage",
                where=loaded.places.where(place),
                remedy="put it behind the others",
            )
    return tuple(judges)


def _planned(loaded: Loaded, at: KeyPath, use: JudgeUse) -> PlannedJudge:
    chosen = choose(JUDGES, use, loaded.places, at, loaded.base)
    where = loaded.places.where(at)
    judge: Judge = chosen.make()
    models = {role: _players(loaded, role, use, where) for role in judge.roles}
    calibration, riding = _calibrated(loaded, use)
    return PlannedJudge(
        name=use.name or use.use.rpartition(":")[2],
        use=use,
        chosen=chosen,
        judge=judge,
        templates={label: _template(label, path, judge) for label, path in judge.prompts().items()},
        models=models,
        teachers=_teachers(loaded, set(models)),
        calibration=calibration,
        anchors=riding,
        params=_params(loaded, judge.roles),
    )


def _calibrated(loaded: Loaded, use: JudgeUse) -> tuple[Calibrated | None, tuple[Anchor, ...]]:
    """What the judge was measured to be worth, and the anchors that ride along, where the config names them."""
    if use.calibration is None:
        return None, ()
    from windrow.calibration import anchors, artifact  # noqa: PLC0415 - few plans have one, and it takes 25 ms to load

    calibration = artifact.load(loaded.base / Path(use.calibration).expanduser())
    riding = () if use.anchors is None else anchors.read(loaded.base / Path(use.anchors).expanduser(), calibration)
    return calibration, riding


def _params(loaded: Loaded, roles: Sequence[str]) -> Mapping[str, Any] | None:
    specs = [spec for role in roles for spec in loaded.config.models[role]]
    return specs[0].params if len(specs) == 1 else None


def _template(label: str, path: Path, judge: Judge) -> Template:
    """The prompt; where it asks a role that is none of the judge's own, it asks the first of those."""
    template = prompts.load(path, name=f"judge/{label}")
    return template if template.role in judge.roles else replace(template, role=judge.roles[0])


def _players(loaded: Loaded, role: str, use: JudgeUse, where: str) -> tuple[str, ...]:
    pool = loaded.config.models.get(role)
    if pool is None:
        raise ConfigError(
            f"judge {use.use!r} asks the role {role!r}, and no model is named for it",
            where=where,
            remedy=f"add models.{role}: the teacher does not judge its own rows unless you say so",
        )
    addresses = tuple(dict.fromkeys(spec.model for spec in pool))
    for address in addresses:
        if address.startswith(PROGRAMS):
            raise ConfigError(
                f"{address} is a program and cannot judge",
                where=where,
                remedy=f"name a language model as models.{role}, or leave the judge out",
            )
    return addresses


def _teachers(loaded: Loaded, judging: set[str]) -> tuple[str, ...]:
    """The addresses of who may write rows: the teacher, and every role that no judge asks."""
    pools = {role: pool for role, pool in loaded.config.models.items() if role == DEFAULT_ROLE or role not in judging}
    return tuple(dict.fromkeys(spec.model for pool in pools.values() for spec in pool))
