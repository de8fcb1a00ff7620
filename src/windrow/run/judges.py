"""The judges that a run's plan names: what each goes by, and the calibration beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from windrow.errors import ConfigError, UnknownName
from windrow.evaluators.names import find

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from windrow.calibration.artifact import Calibrated
    from windrow.run.folder import Run


def rubrics(run: Run) -> dict[str, str]:
    """Each judge by name, with the name of the rubric or evaluator it goes by."""
    return {name: goes_by(told) for name, told in named(run.config)}


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


def goes_by(told: Mapping[str, Any]) -> str:
    """The name of the evaluator or rubric that a judge goes by: a rubric file's is its stem; else what is used."""
    rubric = told.get("options", {}).get("rubric")
    said = Path(rubric).stem if isinstance(rubric, str) else str(told["use"])
    try:
        return find(said).name
    except UnknownName:
        return said
