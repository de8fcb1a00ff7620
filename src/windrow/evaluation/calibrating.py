"""Asks a judge about rows that people labelled, and about rows that nobody did, for `windrow.calibration` to compare.

The judge is asked as it is by `evaluate` and in a run: same templates, same reading of replies, same retries.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from windrow.calibration.findings import Subject, findings
from windrow.calibration.gold import check_criteria
from windrow.calibration.threshold import TARGET
from windrow.errors import AnswerFailure, ConfigError
from windrow.evaluation import probing
from windrow.evaluation.asking import own_templates
from windrow.evaluation.calibrated import settings
from windrow.evaluation.kept import kept
from windrow.evaluation.loop import wait_for
from windrow.evaluation.questions import Asked, ByJudge, Wrong, questions, rubric_of
from windrow.evaluation.seats import HOW_TO_NAME_ONE, seats
from windrow.evaluation.session import CONCURRENCY, Session
from windrow.evaluation.unkept import Unkept
from windrow.evaluators import claims, names
from windrow.teachers.base import Teacher
from windrow.teachers.connect import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from windrow.calibration.gold import GoldItem
    from windrow.config.shape import ModelSpec
    from windrow.evaluation.seats import Judge
    from windrow.evaluators.inputs import Inputs
    from windrow.evaluators.probes import Probed
    from windrow.evaluators.results import EvalResult
    from windrow.evaluators.rubric import Rubric
    from windrow.ledger.base import Ledger


@dataclass(frozen=True, slots=True)
class Measured:
    """The judge that is measured: its model, what it is asked, and what makes it this judge and no other."""

    spec: ModelSpec | Teacher
    question: ByJudge
    subject: Subject
    environment: Mapping[str, str] | None = None


def measured(
    name: str | None = None,
    judge: Judge | None = None,
    *,
    rubric: object = None,
    environment: Mapping[str, str] | None = None,
) -> Measured:
    """The judge that evaluates by the evaluator called `name`, or by a `rubric` (a file, a mapping, or itself). Raises
    ConfigError where that asks no judge, or where it is not one model that is asked."""
    own: Rubric | None = None
    if rubric is not None:
        own = rubric_of(rubric)
    elif name is not None and names.find(name).kind == "rubric":
        own = names.rubric_named(name)
    question = questions(name, Asked(engine="judge", rubric=own))[0]
    if isinstance(question, Wrong):
        raise ConfigError(question.what, where=question.name, remedy="calibrate what a judge is asked")
    if not isinstance(question, ByJudge):
        raise ConfigError("this is asked elsewhere, and cannot be calibrated here", where=str(question.name))
    specs = seats(judge, environment=environment)
    if len(specs) != 1:
        what = f"{len(specs)} judges are named, and a calibration is of one" if specs else "no judge is configured"
        raise ConfigError(what, where="judge", remedy=HOW_TO_NAME_ONE)
    return Measured(specs[0], question, _subject(question, own, specs[0]), environment)


def calibrate(
    judge: Measured,
    items: Sequence[GoldItem],
    *,
    measured_on: date,
    target: float = TARGET,
    unlabelled: Sequence[Inputs] = (),
    answers: Path | None = None,
    probes: bool = False,
    heard: Callable[[EvalResult], None] | None = None,
) -> dict[str, Any]:
    """What the judge is worth, as `calibration.findings` says it. Blocks until every row was asked about.

    With `answers`, a file, what the judge says is kept there and found again: calibrating anew asks only for what has
    changed. With `probes` the judge is shown answers made to fool judges, too. `heard` is told each result as it comes.
    """
    check_criteria(items, judge.subject.rubric)
    rows = [*(item.inputs for item in items), *unlabelled]
    with kept(answers, remedy="write another file with --out") as found:
        ledger = Unkept() if found is None else found
        heard_all = wait_for(_ask_all(judge, rows, items if probes else (), ledger, heard))
    document = findings(
        replace(judge.subject, answered_as=heard_all.known_as),
        items,
        heard_all.results[: len(items)],
        measured_on=measured_on,
        target=target,
        unlabelled=heard_all.results[len(items) :],
    )
    if heard_all.probed is not None:
        document["probes"] = probing.told(heard_all.probed)
        document["warnings"] += probing.warnings(heard_all.probed)
    return document


@dataclass(frozen=True, slots=True)
class _Heard:
    """What the judge said of each row, in their order, and to the probes; and the server's own names for it."""

    results: list[EvalResult]
    probed: Probed | None
    known_as: tuple[str, ...]


async def _ask_all(
    judge: Measured,
    rows: Sequence[Inputs],
    to_probe: Sequence[GoldItem],
    ledger: Ledger,
    heard: Callable[[EvalResult], None] | None,
) -> _Heard:
    spec, env = judge.spec, judge.environment
    teacher = spec if isinstance(spec, Teacher) else connect(spec.model, spec, env=env)
    results: dict[int, EvalResult] = {}
    waiting = iter(enumerate(rows))
    try:
        async with Session([teacher], ledger=ledger, environment=env) as session:

            async def work() -> None:
                for at, inputs in waiting:
                    results[at] = await session.answer(judge.question, inputs)
                    if heard is not None:
                        heard(results[at])

            await asyncio.gather(*(work() for _ in range(min(CONCURRENCY, len(rows)))))
            found = await probing.probe(session, judge.question, judge.subject.rubric, to_probe) if to_probe else None
        await ledger.settle()
        return _Heard([results[at] for at in range(len(rows))], found, _known_as(teacher, ledger))
    finally:
        if teacher is not spec:
            await teacher.close()


def _subject(question: ByJudge, own: Rubric | None, spec: ModelSpec | Teacher) -> Subject:
    model, params = settings(spec)
    prints = question.fingerprint(own_templates()[question.label].digest)
    if own is None:
        return Subject(question.name, model, prints, claims.QUESTIONS_HASH, own=claims.THRESHOLD, params=params)
    return Subject(question.name, model, prints, own.hash, own=own.threshold, rubric=own, params=params)


def _known_as(teacher: Teacher, ledger: Ledger) -> tuple[str, ...]:
    """The server's own names for the model, over all of its answers that are kept."""
    found: set[str] = set()
    for call in ledger.asked():
        if call.response is not None and call.model == teacher.address:
            try:
                found.add(teacher.decode(call.response).model)
            except AnswerFailure:
                continue
    return tuple(sorted(found))
