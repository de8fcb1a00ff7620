"""One item: a seed, the rows grown from it, and the boundary where a row's failure becomes a recorded verdict."""

from __future__ import annotations

import asyncio
import hashlib
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

from windrow.engine.asker import Asker
from windrow.errors import RowFailure, WindrowError
from windrow.row import Lineage, Row, Verdict
from windrow.shapes import MOST_EVIDENCE, verdict_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windrow.engine.asker import Desk
    from windrow.shapes import Check, Recipe, Seed


@dataclass(frozen=True, slots=True)
class Grown:
    """What became of an item. `crash` is a plug-in's own exception, where one escaped."""

    rows: tuple[Row, ...]
    crash: Exception | None = None


async def grow(recipe: Recipe, checks: Sequence[Check], seed: Seed, desk: Desk, stage: str) -> Grown:
    """Grow and check the rows of one item. Raises only what ends the run: WindrowErrors that are no row's failure."""
    item = hashlib.sha256(f"{stage}\0{seed.key}".encode()).hexdigest()[:32]
    ask = Asker(desk, item)
    rows: list[Row] = []
    crash: Exception | None = None
    try:
        async for row in recipe.grow(seed, ask):
            rows.append(row)  # noqa: PERF401 - what was grown before a failure stays
    except RowFailure as failure:
        rows.append(_stub(seed, verdict_of(failure, by="teacher")))
    except (WindrowError, asyncio.CancelledError):
        raise
    except Exception as error:  # noqa: BLE001 - a plug-in's bug costs its own item, and is shown
        crash = error
        rows.append(_stub(seed, crashed(recipe.name, error)))
    if not rows:
        rows.append(_stub(seed, Verdict(recipe.name, "fail", "nothing_grown", "the recipe gave no row", kind="recipe")))
    return Grown(tuple(_finished(row, recipe, checks, ask, item) for row in rows), crash)


def _finished(row: Row, recipe: Recipe, checks: Sequence[Check], ask: Asker, item: str) -> Row:
    """The row with its verdicts, and with what the engine knows of its lineage: no recipe can forget or invent it."""
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
        prompts=dict(ask.prompts),
        item=item,
        extra=told.extra,
    )
    return row.with_verdicts(*_verdicts(row, checks), lineage=lineage)


def _verdicts(row: Row, checks: Sequence[Check]) -> tuple[Verdict, ...]:
    """What the checks say, up to the first that does not pass the row."""
    if row.failed is not None:
        return ()
    verdicts: list[Verdict] = []
    for check in checks:
        try:
            verdicts.append(check.check(row))
        except Exception as error:  # noqa: BLE001 - a check that crashed has said nothing: neither pass nor fail
            verdicts.append(crashed(check.name, error))
        if verdicts[-1].outcome != "pass":
            break
    return tuple(verdicts)


def _stub(seed: Seed, verdict: Verdict) -> Row:
    """The record of an item that gave no row: it keeps its seed, its family and its reason."""
    lineage = Lineage(seeds=(seed.key,), family=seed.family, extra={"source": seed.source} if seed.source else {})
    return Row(kind="sft", lineage=lineage, verdicts=(verdict,))


def crashed(name: str, error: Exception) -> Verdict:
    """What is said of a row when a plug-in crashed over it: nothing, with the traceback."""
    trace = "".join(traceback.format_exception(error))[-MOST_EVIDENCE:]
    return Verdict(name, "unscored", "crashed", f"{type(error).__name__}: {error}", {"traceback": trace}, kind="recipe")
