"""The judges that a run's plan names: what each asks about, and the calibration beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from windrow.errors import ConfigError, UnknownName
from windrow.evaluators.names import find

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from windrow.calibration.artifact import Calibrated
    from windrow.run.folder import Run


def asks(run: Run) -> dict[str, frozenset[str]]:
    """Each judge by name, with the names of the evaluators and rubrics that it asks about."""
    return {name: asked(told) for name, told in named(run.config)}


def calibrations(run: Run) -> dict[str, Calibrated | str]:
    """The calibration of each judge that has one, or why it cannot be read: a file that is gone leaves the run
    readable, and its judge uncalibrated."""
    from windrow.calibration.artifact import load  # noqa: PLC0415 - only the report reads them

    found: dict[str, Calibrated | str] = {}
    for name, told in named(run.config):
        if told.get("calibration"):
            try:
                found[name] = load(run.base / Path(told["calibration"]).expanduser())
            except ConfigError as error:
                found[name] = error.what
    return found


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


def _canonical(name: str) -> str:
    try:
        return find(name).name
    except UnknownName:
        return name
