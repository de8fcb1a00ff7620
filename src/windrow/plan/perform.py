"""Runs a plan: claims its folder, drives its stages, then splits, exports and measures what came of it."""

from __future__ import annotations

import asyncio
import shutil
import signal
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from windrow.engine.cast import Cast
from windrow.engine.drive import drive
from windrow.engine.vectors import Embeddings
from windrow.errors import RunError
from windrow.events import Noted
from windrow.report.meter import Meter
from windrow.run.borrow import Borrowing
from windrow.run.claim import claim, refuse_if_taken
from windrow.run.files import make_folder
from windrow.run.finish import assign_splits, finish
from windrow.run.folder import LEDGER, PLAN, PREVIEW, Run
from windrow.run.quality import embed
from windrow.teachers.connect import connect, connect_embeddings
from windrow.teachers.replay import Recorded

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from windrow.events import Event, Listener
    from windrow.plan.plan import Plan
    from windrow.teachers.base import Teacher

RUNS = Path("runs")
SCRATCH = "scratch"


def run_sync(work: Coroutine[Any, Any, Run]) -> Run:
    """Run `work` on the fastest loop there is."""
    try:
        new_loop: Callable[[], asyncio.AbstractEventLoop] | None = import_module("uvloop").new_event_loop
    except ImportError:  # windrow[fast]
        new_loop = None
    with asyncio.Runner(loop_factory=new_loop) as runner, _terminated_is_interrupted():
        return runner.run(work)


@contextmanager
def _terminated_is_interrupted() -> Iterator[None]:
    """A scheduler's SIGTERM ends a run as Ctrl-C does: calls under way come home to the ledger first."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


async def perform(
    plan: Plan,
    folder: Path | str | None = None,
    *,
    listener: Listener | None = None,
    record: Path | str | None = None,
    preview: int | None = None,
) -> Run:
    """Run `plan` in `folder`; with `preview`, so many rows of each stage in its preview/ folder, without exports.

    A preview and the run take over each other's answers, so that neither pays for what the other has.
    """
    home = RUNS / plan.name if folder is None else Path(folder)
    place, lender = (home, home / PREVIEW) if preview is None else (home / PREVIEW, home)
    refuse_if_taken(home, plan.name)
    warning = "" if plan.scrub is None else _kept_before(place)
    recording = None if record is None else Path(record)
    cast = _cast(plan, recording)
    embedder = _embedder(plan, recording)
    try:
        run, lock = claim(
            place,
            config=plan.resolved(),
            digest=plan.digest,
            base=plan.base,
            listed=plan.listed,
            version=version("windrow"),
        )
        try:
            with _ledger(place, lender / LEDGER) as ledger, _scratch(place) as scratch:
                if warning and listener is not None:
                    listener(Noted(warning, "warning"))
                await _perform(plan, cast, embedder, run, ledger, scratch, listener=listener, preview=preview)
        finally:
            lock.free()
    except OSError as error:
        raise RunError(
            str(error.strerror or error),
            where=str(error.filename or place),
            remedy="mend it, then run the same command again: it resumes",
        ) from error
    finally:
        await cast.close()
        if embedder is not None:
            await embedder.close()
    return run


async def _perform(
    plan: Plan,
    cast: Cast,
    embedder: Teacher | None,
    run: Run,
    ledger: Borrowing,
    scratch: Path,
    *,
    listener: Listener | None,
    preview: int | None,
) -> None:
    meter = Meter()
    hear = _both(meter, listener)
    stages = plan.build(cast, rows=preview)
    vectors = None
    if embedder is not None and plan.config.embeddings is not None:
        vectors = Embeddings(embedder, ledger, hear, dimensions=plan.config.embeddings.dimensions)
    ledger.begin()
    ledger.note("run_started", digest=plan.digest, windrow=version("windrow"))
    today = datetime.now(tz=UTC).date()
    judges = [judge for stage in plan.stages for judge in stage.judges]
    for warning in dict.fromkeys(one for judge in judges for one in (*judge.warnings(), *judge.due(today))):
        hear(Noted(warning, "warning"))
    try:
        await _stoppable(drive(stages, ledger, folder=scratch, listener=hear, vectors=vectors), hear)
    finally:
        ledger.note("metered", stages=[stage.to_dict() for stage in meter.stages])
    for note in dict.fromkeys(note for stage in stages for source in stage.sources for note in source.notes):
        hear(Noted(note, "warning"))
    assign_splits(run, ledger, scratch, hear)
    await ledger.finish()
    if vectors is not None:
        await _stoppable(embed(run, ledger, vectors), hear)
    finish(run, ledger, exports=preview is None, listener=hear)
    ledger.note("run_ended")


async def _stoppable(work: Coroutine[Any, Any, object], hear: Listener) -> None:
    """Await `work`; when interrupted, say why it takes a moment to stop: calls under way are paid for already."""
    task = asyncio.create_task(work)
    try:
        await asyncio.wait({task})
    except asyncio.CancelledError:
        hear(Noted("stopping when the calls under way are home; interrupt again to stop at once"))
        task.cancel()
        await asyncio.wait({task})
        if not task.cancelled():
            task.exception()
        raise
    task.result()


def _cast(plan: Plan, record: Path | None) -> Cast:
    """Connect every model once: roles that name the same model with the same settings share it."""
    made: dict[bytes, Teacher] = {}
    roles: dict[str, list[tuple[Teacher, float]]] = {}
    for role, pool in plan.config.models.items():
        for index, spec in enumerate(pool):
            key = orjson.dumps(spec.model_dump(mode="json", exclude={"share"}), option=orjson.OPT_SORT_KEYS)
            if key not in made:
                made[key] = _connected(plan, role, index, record)
            roles.setdefault(role, []).append((made[key], spec.share))
    return Cast(roles)


def _connected(plan: Plan, role: str, index: int, record: Path | None) -> Teacher:
    pool = plan.config.models[role]
    place = f"models.{role}[{index}]" if len(pool) > 1 else f"models.{role}"
    teacher = connect(pool[index].model, pool[index], env=plan.environment, base=plan.base, where=place)
    if plan.scrub is None:
        return teacher if record is None else Recorded(teacher, record)
    from windrow.teachers.scrubbed import ScrubbedTeacher  # noqa: PLC0415 - only who scrubs needs it

    teacher = ScrubbedTeacher(teacher, plan.scrub)
    # Around a recording too, which also takes what an older ledger has, and requests as recipes make them.
    return teacher if record is None else ScrubbedTeacher(Recorded(teacher, record), plan.scrub)


def _embedder(plan: Plan, record: Path | None) -> Teacher | None:
    """The model of the vectors, connected. What it is shown are rows and seeds as they are kept: scrubbed, where they
    are to be."""
    told = plan.config.embeddings
    if told is None:
        return None
    embedder = connect_embeddings(told.model, told, env=plan.environment, base=plan.base)
    return embedder if record is None else Recorded(embedder, record)


def _kept_before(place: Path) -> str:
    """A warning where the run in `place` ran last without taking personal data out, or ''."""
    if not (place / PLAN).exists() or Run.open(place).config.get("pii", {}).get("mode") == "scrub":
        return ""
    return (
        f"the ledger in {place} holds what was asked and answered before pii: scrub was set; nothing that is made from "
        "now on does. To be rid of it, run into another folder (--out)"
    )


@contextmanager
def _ledger(place: Path, lender: Path) -> Iterator[Borrowing]:
    ledger = Borrowing.open(place / LEDGER)
    try:
        ledger.borrow(lender)
        yield ledger
    finally:
        ledger.close()


@contextmanager
def _scratch(place: Path) -> Iterator[Path]:
    """A folder for working files, empty at the start and gone at the end."""
    folder = place / SCRATCH
    shutil.rmtree(folder, ignore_errors=True)
    make_folder(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _both(meter: Meter, listener: Listener | None) -> Listener:
    if listener is None:
        return meter

    def hear(event: Event) -> None:
        meter(event)
        listener(event)

    return hear
