"""Is the judge that is asked here one that was measured? Then its calibration's threshold holds, and results say so.

A calibration is of one wording, parser, model and its settings, asked once: a panel, or a vote of several answers, is
another judge than each of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from windrow.calibration.artifact import Calibrated, load, parse
from windrow.config.shape import ModelSpec
from windrow.errors import ConfigError
from windrow.evaluation.asking import own_templates
from windrow.evaluation.questions import ByJudge, Question

if TYPE_CHECKING:
    from windrow.teachers.base import Teacher

Calibration: TypeAlias = "str | Path | Mapping[str, object] | Calibrated"
NONE = "no calibration is given: how often this judge is right is not known (windrow calibrate)"
SEVERAL = "a calibration is of one judge, asked once: a panel or several samples are another judge"


def calibrations(given: Calibration | Sequence[Calibration] | None) -> tuple[Calibrated, ...]:
    """The calibrations in files, mappings or themselves; none of None. Raises ConfigError."""
    if given is None:
        return ()
    many = given if isinstance(given, Sequence) and not isinstance(given, str) else [given]
    return tuple(_read(one) for one in many)


def known(
    question: Question, specs: Sequence[ModelSpec | Teacher], samples: int, given: Sequence[Calibrated]
) -> Question:
    """The question with what is known of the judge that it is asked of: the calibration that is of it, or why none is.

    Without a threshold of its own it has the calibration's; with another one than that, it is another judge.
    """
    if not isinstance(question, ByJudge):
        return question
    if not given or not specs:
        return replace(question, uncalibrated=NONE)
    found = SEVERAL if len(specs) > 1 or samples > 1 else _of(question, specs[0], given)
    if isinstance(found, str):
        return replace(question, uncalibrated=found)
    judging = (
        question.judging if question.threshold is not None else partial(question.judging, threshold=found.threshold)
    )
    return replace(question, judging=judging, threshold=found.threshold, calibration=found)


def settings(spec: ModelSpec | Teacher) -> tuple[str, Mapping[str, object]]:
    """The address of a judge's model, and the params that it is asked with beside the template's."""
    return (spec.model, spec.params) if isinstance(spec, ModelSpec) else (spec.address, {})


def _of(question: ByJudge, spec: ModelSpec | Teacher, given: Sequence[Calibrated]) -> Calibrated | str:
    """The calibration that is of this judge; or why the likeliest of them is not."""
    model, params = settings(spec)
    mark = question.fingerprint(own_templates()[question.label].digest)
    why = ""
    for one in sorted(given, key=lambda one: one.name != question.name):
        wrong = one.mismatch(mark, model, params)
        if not wrong and question.threshold not in {None, one.threshold}:
            wrong = f"it was measured at threshold {one.threshold:g}, and is asked at {question.threshold:g}"
        if not wrong:
            return one
        why = why or wrong
    return why


def _read(given: object) -> Calibrated:
    if isinstance(given, Calibrated):
        return given
    if isinstance(given, Mapping):
        return parse(dict(given), where="calibration")
    if isinstance(given, str | Path):
        return load(Path(given).expanduser())
    what = f"a {type(given).__name__} is no calibration"
    raise ConfigError(what, where="calibration", remedy="name the file that calibrate wrote")
