"""One item: a seed, the rows grown from it, and the boundary where a row's failure becomes a recorded verdict."""

from __future__ import annotations

import asyncio
import hashlib
import traceback
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from windrow.engine.asker import Asker
from windrow.engine.lane import Drained
from windrow.errors import RowFailure, WindrowError
from windrow.row import Lineage, Row, Verdict
from windrow.shapes import MOST_EVIDENCE, verdict_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from windrow.engine.asker import Desk
    from windrow.row import VerdictKind
    from windrow.shapes import Check, Filter, Recipe, Seed


Scrub: TypeAlias = "Callable[[Sequence[Row]], Sequence[Row]]"
"""What takes personal data out of the rows of one item."""


class Grown(Struct, frozen=True):
    """What became of an item: its rows, and what its `ask` noted for their lineage. `crash` is a plug-in's own
    exception, where one escaped."""

    item: str
    rows: tuple[Row, ...]
    ask: Asker
    crash: Exception | None = None
    checked: bool = False


async def grow(
    recipe: Recipe,
    checks: Sequence[Check],
    seed: Seed,
    desk: Desk,
    stage: str,
    scrub: Scrub | None = None,
    preparing: Sequence[Filter] = (),
    *,
    slow: bool = False,
) -> Grown:
    """Grow the rows of one item. Raises only what ends the run: WindrowErrors that are no row's failure.

    `scrub` goes over the rows before anybody checks them. Where checks take their time (`slow`) they are made here,
    beside other items, and so is what the filters `preparing` need of rows that pass; all others later, many rows
    together (`checked`).
    """
    item = hashlib.sha256(f"{stage}\0{seed.key}".encode()).hexdigest()[:32]
    ask = Asker(desk, item)
    rows: list[Row] = []
    crash: Exception | None = None
    try:
        async for row in recipe.grow(seed, ask):
            if not isinstance(row, Row):
                raise TypeError(f"recipe {recipe.name} gave a {type(row).__name__} instead of a Row")  # noqa: TRY301 - caught below as any bug of a plug-in's
            rows.append(row)
    except RowFailure as failure:
        rows.append(_stub(seed, verdict_of(failure, by="teacher")))
    except WindrowError:
        raise
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if isinstance(error, Drained) or (task is not None and task.cancelling()):
            raise
        crash = RuntimeError("cancelled from within")  # by the recipe itself: nobody cancelled the item
        rows.append(_stub(seed, _crashed(recipe.name, crash, "recipe")))
    except Exception as error:  # noqa: BLE001 - a plug-in's bug costs its own item, and is shown
        crash = error
        rows.append(_stub(seed, _crashed(recipe.name, error, "recipe")))
    if not rows:
        rows.append(_stub(seed, Verdict(recipe.name, "fail", "nothing_grown", "the recipe gave no row", kind="recipe")))
    grown = Grown(item, tuple(rows if scrub is None else scrub(rows)), ask, crash)
    if slow:
        grown = await asyncio.to_thread(checked, grown, recipe, checks)
    return await _prepared(checked(grown, recipe, checks), preparing) if preparing else grown


async def _prepared(grown: Grown, filters: Sequence[Filter]) -> Grown:
    """The rows that passed so far, ready to be met by `filters`."""
    rows = await asyncio.gather(*(_made_ready(row, filters) for row in grown.rows))
    return Grown(grown.item, tuple(rows), grown.ask, grown.crash, checked=True)


async def _made_ready(row: Row, filters: Sequence[Filter]) -> Row:
    for each in filters:
        if row.failed is None:
            try:
                await each.prepare(row)
            except WindrowError:
                raise
            except Exception as error:  # noqa: BLE001 - a plug-in's bug costs the row, and is shown
                row = row.with_verdicts(_crashed(each.name, error, "filter"))
    return row


def checked(grown: Grown, recipe: Recipe, checks: Sequence[Check]) -> Grown:
    """The rows with their verdicts, and with what the engine knows of their lineage.

    The engine calls this for many items in a row, so that code and data stay in the processor's cache.
    """
    if grown.checked:
        return grown
    rows = tuple([_finished(row, recipe, checks, grown.ask, grown.item) for row in grown.rows])
    return Grown(grown.item, rows, grown.ask, grown.crash, checked=True)


def _finished(row: Row, recipe: Recipe, checks: Sequence[Check], ask: Asker, item: str) -> Row:
    """The row with its verdicts, and with a lineage that no recipe can forget or invent."""
    told = row.lineage
    origin = told.origin
    if ask.origins:
        origin = "procedural" if ask.origins == {"procedural"} else "llm"
    lineage = Lineage(
        recipe=recipe.name,
        recipe_version=recipe.version,
        origin=origin,
        seeds=told.seeds,
        parents=told.parents,
        documents=told.documents,
        operators=told.operators,
        round=told.round,
        family=told.family,
        models=tuple(ask.models),
        descent=_others(ask.models, told.descent, ask.descent) if told.descent or ask.descent else (),
        licences=tuple(dict.fromkeys((*ask.licences, *told.licences))),
        prompts=dict(ask.prompts),
        item=item,
        extra=told.extra,
    )
    return row.with_verdicts(*_verdicts(row, checks), lineage=lineage)


def _others(models: Collection[str], *descents: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(model for model in chain.from_iterable(descents) if model not in models))


def _verdicts(row: Row, checks: Sequence[Check]) -> tuple[Verdict, ...]:
    """What the checks say, up to the first that does not pass the row."""
    if row.failed is not None:
        return ()
    return until_refused([(check.name, check.check) for check in checks], row)


def until_refused(judges: Iterable[tuple[str, Callable[[Row], Verdict]]], row: Row) -> tuple[Verdict, ...]:
    """What each says of the row, up to the first that does not pass it. Who crashes, or says what is no verdict, has
    said nothing: neither pass nor fail."""
    said: list[Verdict] = []
    for name, judge in judges:
        try:
            verdict = judge(row)
            if not isinstance(verdict, Verdict):
                raise TypeError(f"{name} gave a {type(verdict).__name__} instead of a Verdict")  # noqa: TRY301 - as above
        except WindrowError:
            raise
        except Exception as error:  # noqa: BLE001 - a plug-in's bug costs the row, and is shown
            verdict = _crashed(name, error, "deterministic")
        said.append(verdict)
        if verdict.outcome != "pass":
            break
    return tuple(said)


def _stub(seed: Seed, verdict: Verdict) -> Row:
    """The record of an item that gave no row: it keeps its seed, its family and its reason."""
    lineage = Lineage(seeds=(seed.key,), family=seed.family, extra={"source": seed.source} if seed.source else {})
    return Row(kind="sft", lineage=lineage, verdicts=(verdict,))


def _crashed(name: str, error: Exception, kind: VerdictKind) -> Verdict:
    trace = "".join(traceback.format_exception(error))[-MOST_EVIDENCE:]
    return Verdict(name, "unscored", "crashed", f"{type(error).__name__}: {error}", {"traceback": trace}, kind=kind)
