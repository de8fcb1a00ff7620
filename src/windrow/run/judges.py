"""The judges that a run's plan names: what each asks about, and the calibration beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from windrow.errors import ConfigError, UnknownName
from windrow.evaluators.names import find
from windrow.report.trust import Seat

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from windrow.calibration.artifact import Calibrated
    from windrow.run.folder import Run


def seats(run: Run) -> dict[str, Seat]:
    """Each judge by name: what it asks about, who plays it, and its calibration. A file that is gone leaves the run
    readable, and its judge uncalibrated."""
    return {
        name: Seat(asked(told), models(told), _calibration(told, run.base), _params(told, run.config))
        for name, told in named(run.config)
    }


def named(config: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each judge of a plan spelled out, by name."""
    for told in config.get("judges") or ():
        yield str(told.get("name") or told["use"]), told


def asked(told: Mapping[str, Any]) -> frozenset[str]:
    """The evaluators of a judge, by their canonical names, and its rubric's file by its stem; else what is used."""
    options = told.get("options", {})
    names = [Path(options["rubric"]).stem] if isinstance(options.get("rubric"), str) else []
    names += [str(each) for each in options.get("criteria") or ()]
    return frozenset(map(_canonical, names or [str(told["use"])]))


def models(told: Mapping[str, Any]) -> tuple[str, ...]:
    """The models that play a judge's roles, by address."""
    return tuple(dict.fromkeys(address for pool in told.get("roles", {}).values() for address in pool))


def _params(told: Mapping[str, Any], config: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What the config sends to the one model that judges; None where several do."""
    specs = [spec for role in told.get("roles", {}) for spec in config["models"].get(role, ())]
    return specs[0].get("params", {}) if len(specs) == 1 else None


def _calibration(told: Mapping[str, Any], base: Path) -> Calibrated | str | None:
    from windrow.calibration.artifact import load  # noqa: PLC0415 - only the report reads them

    if not told.get("calibration"):
        return None
    try:
        return load(base / Path(told["calibration"]).expanduser())
    except ConfigError as error:
        return error.what


def _canonical(name: str) -> str:
    try:
        return find(name).name
    except UnknownName:
        return name
