"""windrow evaluate: how good are these rows, by evaluators that are named?"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

import click

from windrow.cli.frame import UNMET, emit, json_option, say
from windrow.cli.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from windrow.evaluation.door import How, Order
    from windrow.evaluation.files import Rows
    from windrow.evaluation.questions import Asked, ByProgram, Question
    from windrow.evaluation.rows import ScoredRow
    from windrow.evaluation.tally import Tally

HEAD = ("evaluator", "pass rate", "95 %", "mean", "passed", "failed", "skipped", "coverage", "cost")


@click.command(short_help="Evaluate the rows of a file or a run, by name.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-e", "--evaluators", "names", multiple=True, metavar="NAMES", help="Evaluators, between commas. May be repeated."
)
@click.option("--rubric", type=click.Path(path_type=Path), metavar="FILE", help="A rubric of your own.")
@click.option("--lock", metavar="HASH", help="The hash that the rubric must have.")
@click.option(
    "--judge",
    "judges",
    multiple=True,
    metavar="MODEL",
    help="Who judges; several are a panel. [env: WINDROW_JUDGE_MODEL]",
)
@click.option("--base-url", metavar="URL", help="Where the judge is. [env: WINDROW_JUDGE_BASE_URL]")
@click.option(
    "--calibration",
    "measured",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE",
    help="What calibrate measured of the judge. May be repeated.",
)
@click.option("--engine", metavar="NAME", help="Only what answers so: deterministic, judge, heuristic, fi.")
@click.option("--threshold", type=click.FloatRange(0, 1), help="The score from which on a row passes.")
@click.option("--samples", type=click.IntRange(min=1), default=1, show_default=True, help="Ask each judge so often.")
@click.option("--concurrency", type=click.IntRange(min=1), default=16, show_default=True, help="Rows at once.")
@click.option("--limit", type=click.IntRange(min=1), help="The first so many rows only.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write each row with its evaluations.")
@click.option(
    "--answers",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where judges' answers are kept. [default: beside]",
)
@click.option("--min-pass-rate", "least", type=click.FloatRange(0, 1), help="Exit code 3 below this share.")
@json_option
def command(  # noqa: PLR0913, PLR0917 - one parameter for each option
    file: Path,
    names: tuple[str, ...],
    rubric: Path | None,
    lock: str | None,
    judges: tuple[str, ...],
    base_url: str | None,
    measured: tuple[Path, ...],
    engine: str | None,
    threshold: float | None,
    samples: int,
    concurrency: int,
    limit: int | None,
    out: Path | None,
    answers: Path | None,
    least: float | None,
    as_json: bool,
) -> int:
    """Evaluate FILE (JSON lines, JSON, CSV, Parquet, in any common shape) or a run's accepted rows.

    Judges' answers are kept as they come: after an interruption the same command asks only for what is missing. Exit
    code 3: a row has no verdict that was due, or the pass rate is below --min-pass-rate.
    """
    from windrow.config.load import environment_at
    from windrow.evaluation.calibrated import calibrations
    from windrow.evaluation.door import How
    from windrow.evaluation.files import Rows
    from windrow.evaluation.seats import reached_at

    env = environment_at(Path())
    what = _asked(bool(names), rubric, lock, engine, threshold)
    how = How(what, reached_at(base_url, judges, env), samples, calibrations(measured))
    order = _order(names, how, env)
    rows = Rows(file, limit)
    count = rows.check()
    kept = answers or beside(out or file)
    _refuse_overwriting(file, out, kept)
    tallies = _scored(rows, order, Work(out, kept, concurrency, env, Progress(count)))
    code = UNMET if any(one.unscored or one.wrong or _below(one, least) for one in tallies) else 0
    if as_json:
        asked = any(one.calls for one in tallies)
        emit(
            {
                "file": str(file), "rows": count, "evaluators": [one.to_dict() for one in tallies],
                "judges": order.judges if asked else [],
                "out": None if out is None else str(out), "answers": str(kept) if asked else None, "exit_code": code,
            }
        )  # fmt: skip
    else:
        _show(tallies, least)
    return code


def beside(path: Path) -> Path:
    """The file that keeps judges' answers to the rows in, or for, `path`."""
    return path / "evaluate.answers.sqlite" if path.is_dir() else path.with_suffix(".answers.sqlite")


def _asked(named: bool, rubric: Path | None, lock: str | None, engine: str | None, threshold: float | None) -> Asked:
    """What is asked beside names. Raises ConfigError."""
    from windrow.errors import ConfigError
    from windrow.evaluation.questions import Asked, rubric_of

    if rubric is None and lock is not None:
        raise ConfigError("there is no rubric to lock", where="--lock", remedy="add --rubric FILE")
    if not named and rubric is None:
        raise ConfigError("nothing to evaluate by", where="-e", remedy="name evaluators: -e task_adherence,pii")
    if named and rubric is not None:
        raise ConfigError("names and a rubric of your own cannot go together", where="--rubric", remedy="two commands")
    own = None if rubric is None else rubric_of(rubric, lock=lock)
    return Asked(engine=engine, threshold=threshold, rubric=own)


def _order(names: Sequence[str], how: How, env: Mapping[str, str]) -> Order:
    """What is asked of each row. Raises ConfigError before anything is read."""
    from windrow.errors import ConfigError
    from windrow.evaluation.questions import Wrong

    wanted = [name for one in names for part in one.split(",") if (name := part.strip())]
    order = how.ordered(list(dict.fromkeys(wanted)) or None, environment=env)
    wrong = [one for one in order.questions if isinstance(one, Wrong)]
    if wrong:
        raise ConfigError(wrong[0].what, where=f"-e {wrong[0].name}")
    return order


def _scored(rows: Rows, order: Order, work: Work) -> list[Tally]:
    """Evaluate every row, write each, and count."""
    from windrow.evaluation.kept import kept
    from windrow.evaluation.questions import ByJudge
    from windrow.evaluation.rows import over_all, stream

    each = [one for one in order.questions if not _is_of_all(one)]
    tallies = {id(one): _tally(one) for one in order.questions}
    row_by_row = [tallies[id(one)] for one in each]
    asks = bool(order.specs) and any(isinstance(one, ByJudge) for one in order.questions)
    answers = kept(work.kept if asks else None, remedy="choose another file with --answers")
    with answers as ledger, _written(work.out) as write:
        session = order.open(concurrency=work.concurrency, ledger=ledger, environment=work.env)
        for scored in stream(rows, replace(order, questions=each), session, work.concurrency):
            for tally, result in zip(row_by_row, scored.results, strict=True):
                tally.add(result)
            write(scored)
            work.progress.step(sum(one.status == "unscored" for one in scored.results))
    for question in order.questions:
        if _is_of_all(question):
            tally = tallies[id(question)]
            tally.whole = over_all(question, rows)
            tally.add(tally.whole)
    return list(tallies.values())


def _is_of_all(question: Question) -> TypeGuard[ByProgram]:
    return bool(getattr(question, "of_dataset", False))


def _tally(question: Question) -> Tally:
    from windrow.evaluation.questions import ByJudge
    from windrow.evaluation.tally import Tally

    name = question.name or "custom_prompt"
    return Tally(name, question.calibration, question.uncalibrated) if isinstance(question, ByJudge) else Tally(name)


@contextmanager
def _written(out: Path | None) -> Iterator[Any]:
    """Writes scored rows to `out`, which appears when it is whole."""
    if out is None:
        yield lambda _: None
        return
    from windrow.evaluation.tally import result_json
    from windrow.row import Row, to_json
    from windrow.run.files import make_folder
    from windrow.run.lock import Lock

    make_folder(out.parent)
    part = out.with_name(f".{out.name}.part")
    lock = Lock.beside(out, what="the file of scored rows", remedy="choose another file with --out")
    try:
        with part.open("wb") as opened:

            def write(scored: ScoredRow) -> None:
                record = scored.row.to_dict() if isinstance(scored.row, Row) else dict(scored.row)
                told = {**record, "evaluations": [result_json(one) for one in scored.results]}
                opened.write(to_json(told) + b"\n")

            yield write
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
        lock.free()


def _refuse_overwriting(file: Path, out: Path | None, kept: Path) -> None:
    from windrow.errors import ConfigError

    other = "choose another file with --out"
    if out is not None and out.resolve() == file.resolve():
        raise ConfigError("would overwrite what it reads", where=str(out), remedy=other)
    if out is not None and out.is_dir():
        raise ConfigError("is a folder", where=str(out), remedy=other)
    if kept.resolve() in {file.resolve(), None if out is None else out.resolve()}:
        remedy = "choose another file with --answers"
        raise ConfigError("judges' answers need a file of their own", where=str(kept), remedy=remedy)


@dataclass(frozen=True)
class Work:
    """Where what comes of the rows goes, and how fast."""

    out: Path | None
    kept: Path
    concurrency: int
    env: Mapping[str, str]
    progress: Progress


def _below(tally: Tally, least: float | None) -> bool:
    """Whether the pass rate is too low, or not known."""
    if least is None or (tally.whole is not None and tally.open):
        return False  # a measure of all rows without a threshold: no pass was asked for
    return tally.pass_rate is None or tally.pass_rate < least


def _show(tallies: Sequence[Tally], least: float | None) -> None:
    table = [HEAD, *(_cells(one) for one in tallies)]
    widths = [max(len(row[at]) for row in table) for at in range(len(HEAD))]
    for row in table:
        say(
            "  ".join(
                cell.ljust(width) if not at else cell.rjust(width)
                for at, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
        )
    for one in tallies:
        for kind, count in one.unscored.most_common():
            say(f"{one.name}: {count} unscored: {kind}: {one.said[kind]}")
        for kind, count in one.wrong.most_common():
            say(f"{one.name}: {count} could not be asked: {kind}: {one.said[kind]}")
        for line in _trust(one):
            say(f"{one.name}: {line}")
        if one.whole is not None:
            say(f"{one.name}: {one.whole.reason}")
        elif one.open:
            say(f"{one.name}: {one.open} scored without a verdict: what this looks for, it cannot show the absence of")
        if _below(one, least):
            what = "below" if one.due else "there was nothing to judge in any row: no pass rate to hold against"
            say(f"{one.name}: {what} --min-pass-rate {least:g}")


def _trust(tally: Tally) -> Iterator[str]:
    """How far the judge's verdicts can be believed."""
    if tally.calls and tally.uncalibrated:
        yield f"not calibrated: {tally.uncalibrated}"
    found = tally.corrected
    if found is not None and found.value is None:
        yield f"calibrated; pass rate {found.method}"
    elif found is not None:
        within = f"{found.low:.1%} to {found.high:.1%}"
        yield f"calibrated; pass rate corrected for the judge's errors {found.value:.1%} ({within})"


def _cells(tally: Tally) -> tuple[str, ...]:
    told = tally.to_dict()
    interval = told["interval"]
    return (
        tally.name,
        _share(told["pass_rate"]),
        "" if interval is None else f"{interval[0]:.1%} - {interval[1]:.1%}",
        "" if told["mean_score"] is None else f"{told['mean_score']:.3f}",
        str(tally.passed),
        str(tally.failed),
        str(tally.skipped),
        _share(told["coverage"]),
        _cost(tally, told["cost"]),
    )


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _cost(tally: Tally, cost: float | None) -> str:
    if not tally.calls:
        return "no calls"
    calls = f"{tally.calls} calls" + (f", {tally.cached} kept" if tally.cached else "")
    return f"unknown ({calls})" if cost is None else f"${cost:.4f} ({calls})"
