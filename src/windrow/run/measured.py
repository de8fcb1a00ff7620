"""The report of a run: everything is counted in one reading of its rows, those that were refused too."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from windrow.quality.composition import licence_mix
from windrow.quality.contamination import Contamination, configured
from windrow.quality.counted import Counted
from windrow.report.judged_figures import judged_figures
from windrow.report.judging import Judging
from windrow.report.measure import measure
from windrow.report.samples import Samples, without_personal_data
from windrow.report.slices import Slices
from windrow.run.audits import audits
from windrow.run.exporting import EXPORTED
from windrow.run.judges import seats
from windrow.run.quality import embedded, measuring, offered, space_of
from windrow.run.terms import Gate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from windrow.ledger.base import Ledger, StoredRow
    from windrow.quality.measure import Measuring
    from windrow.row import Row
    from windrow.run.folder import Run

SNIPPET = 160  # characters of what a row asks that is near an evaluation item


def measured(
    run: Run, ledger: Ledger, manifests: Mapping[str, Any], only: Callable[[Row], bool] | None = None
) -> dict[str, Any]:
    """The report as plain JSON. What the accepted rows are like is said of those that `only` lets through."""
    with space_of(run, ledger) as space:
        return _measured(run, ledger, manifests, only, measuring(run, space))


def _measured(
    run: Run,
    ledger: Ledger,
    manifests: Mapping[str, Any],
    only: Callable[[Row], bool] | None,
    quality: Measuring,
) -> dict[str, Any]:
    calls, prices = run.calls_in(ledger), run.prices()
    gate = Gate.of_run(run.config, run.base)
    judging = Judging(seats(run), ledger.events()) if run.config.get("judges") else None
    slices, samples, held, counted = Slices(), Samples(), Contamination(), Counted()

    def count(stored: StoredRow) -> None:
        held.offer(stored.row)
        wanted = stored.status == "accepted" and (only is None or only(stored.row))
        counted.offer(stored.row, accepted=wanted)

    counters = slices.add, samples.add, count, *((judging.add,) if judging else ())
    accepted = (one for one in _accepted(ledger, counters) if only is None or only(one.row))
    report = measure(
        name=run.name,
        digest=run.digest,
        accepted=offered(gate.surveyed(accepted), quality),
        counts=ledger.counts(),
        reasons=ledger.reasons(),
        calls=calls,
        ended={stage.stage: {"target": stage.target, "why": stage.why} for stage in run.ended_in(ledger)},
        prices=prices,
    )
    if judging is not None:
        report |= judging.told(calls, prices)
    return {
        **report,
        "quality": {
            **quality.done(
                [
                    *counted.figures(),
                    *licence_mix(gate.told()["rows"]),
                    *judged_figures(report),
                    *held.figures(configured=configured(run.config)),
                ]
            ).told(),
            "near": [{**pair.told(), "asks": without_personal_data(pair.asks)[:SNIPPET]} for pair in held.pairs()],
        },
        **({"embeddings": told} if (told := embedded(ledger)) else {}),
        "slices": slices.told(),
        "operators": slices.operators(),
        "samples": samples.told(),
        "terms": gate.told(),
        "audits": audits(run, ledger),
        "state": ledger.state(),
        "exports": [
            {"folder": f"{EXPORTED}/{name}", **(told if isinstance(told, dict) else asdict(told))}
            for name, told in manifests.items()
        ],
        "timings": _timings(ledger),
    }


def _accepted(ledger: Ledger, counters: tuple[Callable[[StoredRow], None], ...]) -> Iterator[StoredRow]:
    """The accepted rows, while every row is counted: one reading serves all."""
    for stored in ledger.rows():
        for add in counters:
            add(stored)
        if stored.status == "accepted":
            yield stored


def _timings(ledger: Ledger) -> dict[str, float]:
    """Seconds, the only figures that differ between two runs of the same answers."""
    started = ended = 0.0
    for event in ledger.events():
        if event.kind == "run_started":
            started = event.at
        ended = event.at
    return {
        "last_run": round(max(0.0, ended - started), 3),
        "waiting_for_models": round(sum(total.seconds for total in ledger.calls()), 3),
    }
