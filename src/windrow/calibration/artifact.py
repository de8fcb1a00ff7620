"""The calibration of a judge as a file: who was measured, on what, and what it is worth.

It is of one fingerprint (rubric, wording, parser) and one model. A verdict of any other judge is not calibrated by it,
however alike their names.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from windrow.calibration.drift import DriftWatch, Standing, due, is_looking
from windrow.calibration.measure import corrected
from windrow.errors import ConfigError
from windrow.statistics.agreement import Confusion

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from windrow.statistics.intervals import Estimate

SCHEMA = 1
Count = Annotated[int, Field(ge=0)]
Fraction = Annotated[float, Field(ge=0, le=1)]


class Part(BaseModel):
    """Frozen; keys of a later version are kept out of the way."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True, protected_namespaces=())


class Share(Part):
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


class Labels(Part):
    """How many rows people labelled, and as what."""

    n: Count
    good: Count = Field(alias="pass")
    bad: Count = Field(alias="fail")


class Cells(Part):
    """A confusion's counts."""

    tp: Count
    fp: Count
    fn: Count
    tn: Count


class Outcome(Part):
    """What people and the judge said of one labelled row; `passed` at the calibration's threshold, None where the judge
    gave no verdict."""

    label: bool
    passed: bool | None = None
    score: Fraction | None = None


class Calibrated(Part):
    """A judge that was measured. `confusion` and the figures are at `threshold`, on rows that had no part in choosing
    it. `details` is everything else that the file holds, for people."""

    schema_: Literal[1] = Field(default=1, alias="schema")
    name: str
    fingerprint: str
    rubric_hash: str = ""
    model: str
    params: dict[str, Any] = Field(default_factory=dict)
    threshold: Fraction
    target_precision: Fraction
    labels: Labels
    confusion: Cells
    kappa: Share | None = None
    precision: Share | None = None
    sensitivity: Share | None = None
    specificity: Share | None = None
    measured_on: date
    outcomes: dict[str, Outcome] = Field(default_factory=dict)
    details: dict[str, Any] = Field(default_factory=dict, exclude=True)

    @property
    def counts(self) -> Confusion:
        """The confusion, for the statistics."""
        cells = self.confusion
        return Confusion(cells.tp, cells.fp, cells.fn, cells.tn)

    @property
    def baseline(self) -> dict[str, bool]:
        """Anchor id to whether the judge agreed with people; rows without a verdict are no anchors."""
        return {anchor: one.passed == one.label for anchor, one in self.outcomes.items() if one.passed is not None}

    @property
    def standing(self) -> Standing:
        """Which judge was measured, and when; see `drift.due`."""
        return Standing(self.measured_on, self.model, self.fingerprint)

    def due(self, on: date, *, judgments: int = 0, anchors: int = 0) -> tuple[str, ...]:
        """Why this judge must be asked about labelled rows again, after so many `judgments`; empty where it need not
        be, or where so many `anchors` that rode along watch it already."""
        now = replace(self.standing, on=on, judgments=judgments)
        return () if is_looking(anchors) else due(self.standing, now)

    def watch(self) -> DriftWatch:
        """A watch over this judge by its own gold rows."""
        return DriftWatch(self.baseline)

    def matches(self, fingerprint: str, model: str, params: Mapping[str, Any] | None = None) -> bool:
        """Whether this is the calibration of that judge."""
        return not self.mismatch(fingerprint, model, params)

    def mismatch(self, fingerprint: str, model: str, params: Mapping[str, Any] | None = None) -> str:
        """Why this is no calibration of that judge; '' where it is one. `params` are those that the model is asked with
        beside the template's, where they are known."""
        if model != self.model:
            return f"the calibration is of another judge: {self.model or 'no model'}, not {model or 'no model'}"
        if fingerprint != self.fingerprint:
            return "the calibration is of another judge: its rubric, wording or parser has changed since"
        if params is not None and dict(params) != self.params:
            return f"the calibration is of another judge: its params were {self.params}, and are {dict(params)}"
        return ""

    def corrected(self, passed: int, judged: int) -> Estimate:
        """The share of good rows in a dataset of which the judge passed `passed` of `judged`, at `threshold`, with its
        own error taken out. Unscored rows are in neither count."""
        return corrected(passed, judged, self.counts)

    def told(self) -> dict[str, Any]:
        """As plain JSON: what the file holds."""
        return {**self.model_dump(mode="json", by_alias=True), **self.details}


def load(path: Path) -> Calibrated:
    """The calibration in a file. Raises ConfigError with the path and what is wrong."""
    remedy = "measure the judge: windrow calibrate GOLD -e NAME --out FILE"
    try:
        data = orjson.loads(path.read_bytes())
    except OSError as error:
        raise ConfigError(f"calibration cannot be read: {error}", where=str(path), remedy=remedy) from error
    except orjson.JSONDecodeError as error:
        raise ConfigError(f"calibration is not JSON: {error}", where=str(path), remedy=remedy) from error
    return parse(data, where=str(path))


def parse(data: object, *, where: str = "") -> Calibrated:
    """The calibration that a JSON document spells. Raises ConfigError."""
    remedy = "calibrate again: windrow calibrate"
    if not isinstance(data, dict):
        raise ConfigError("calibration is no JSON object", where=where, remedy=remedy)
    if data.get("schema") != SCHEMA:
        raise ConfigError(
            f"calibration of schema {data.get('schema')!r}, known is {SCHEMA}", where=where, remedy=remedy
        )
    known = {field.alias or name for name, field in Calibrated.model_fields.items()}
    rest = {name: value for name, value in data.items() if name not in known}
    try:
        return Calibrated.model_validate({**data, "details": rest})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"calibration: {place}: {first['msg']}", where=where, remedy=remedy) from error
