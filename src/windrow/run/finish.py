"""What follows the last accepted row: splits, exports, the report."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from windrow.errors import ExportError
from windrow.events import Noted
from windrow.flow import SPLITS
from windrow.report.card import card
from windrow.report.document import document
from windrow.report.html import html
from windrow.report.markdown import markdown
from windrow.report.quality_text import alarms
from windrow.run.exporting import EXPORTED, AcceptedRows, chosen, named, planned, remarks, write_exports, written
from windrow.run.files import make_folder, write_json, write_whole
from windrow.run.measured import measured
from windrow.run.terms import Gate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from windrow.events import Listener
    from windrow.ledger.base import Ledger
    from windrow.run.folder import Run
    from windrow.shapes import Manifest


def assign_splits(run: Run, ledger: Ledger, scratch: Path, listener: Listener) -> None:
    """Split what the pass accepted; before it is finished, so that no finished run is without its splits."""
    for note in _split(run, ledger, scratch):
        listener(Noted(note, "warning"))


def finish(run: Run, ledger: Ledger, *, exports: bool, listener: Listener) -> None:
    """Export and report what the ledger holds; the listener hears what a reader should know of it."""
    gate = Gate.of_config(run.config, run.base)
    plans = planned(run) if exports else []
    held_back = gate.refusal(AcceptedRows(ledger), where=str(run.folder)) if plans else None
    manifests = {} if held_back else write_exports(run, AcceptedRows(ledger), plans, run.folder / EXPORTED, gate)
    for note in _of_terms(run, gate, held_back) if plans else ():
        listener(Noted(note, "warning"))
    for name, manifest in manifests.items():
        for note in remarks(manifest):
            listener(Noted(f"export {name}: {note}", "warning"))
    for name in sorted(written(run.folder / EXPORTED).keys() - manifests.keys() if exports and not held_back else ()):
        listener(Noted(f"{EXPORTED}/{name} is of an earlier run: the plan does not export it any more", "warning"))
    report = measured(run, ledger, manifests) | ({"held_back": str(held_back)} if held_back else {})
    for audit in report["audits"]:
        for note in (*audit["faults"], *audit["remarks"]):
            listener(Noted(f"{audit['stage']}: {note}", "warning"))
    for alarm in alarms(report):
        listener(Noted(f"quality: {alarm}", "warning"))
    _write_cards(run, report, manifests, run.folder / EXPORTED)
    write_json(run.folder / "report.json", report)
    blocks = tuple(document(report))
    write_whole(run.folder / "report.md", markdown(blocks).encode())
    write_whole(run.folder / "report.html", html(blocks, title=run.name).encode())


def export_run(
    run: Run,
    uses: Sequence[str],
    to: Path | None,
    *,
    partial: bool = False,
    acknowledged: bool = False,
    without_restricted: bool = False,
) -> dict[str, Manifest]:
    """Export a finished run: the plan's exports, or those named in `uses`. `partial` takes an unfinished one too.

    Rows by models whose terms forbid training on them, or that nobody reviewed, must be `acknowledged`, or are left out
    `without_restricted`. Raises ExportError.
    """
    gate = Gate.of_config(run.config, run.base)
    plans = planned(run)
    picked = [named(use, plans, run.base) for use in uses] if uses else plans
    home = to or run.folder / EXPORTED
    with run.ledger() as ledger:
        rows = len(AcceptedRows(ledger))
        if ledger.state() == "unfinished" and not partial:
            raise ExportError(
                f"the run has not ended: {rows} rows accepted so far, and not split",
                where=str(run.folder),
                remedy="run it to its end, or take what is there with --partial",
            )
        if not rows:
            raise ExportError(
                "the run has no accepted rows", where=str(run.folder), remedy="`windrow report` says what was refused"
            )
        accepted = AcceptedRows(ledger, gate.free if without_restricted else None)
        if without_restricted and not len(accepted):
            raise ExportError(
                f"not one of the {rows} accepted rows is left without those whose terms are restricted or unknown",
                where=str(run.folder),
                remedy="`windrow report` says whose terms those are",
            )
        held_back = None if acknowledged else gate.refusal(accepted, where=str(run.folder))
        if held_back is not None:
            raise held_back
        manifests = write_exports(run, accepted, picked, home, gate)
        report = measured(run, ledger, manifests, accepted.only)
        report["terms"]["acknowledged"] |= acknowledged
        _write_cards(run, report, manifests, home)
    return manifests


def _of_terms(run: Run, gate: Gate, held_back: ExportError | None) -> Iterator[str]:
    """What a reader should know of the terms: that nothing was exported, that they may have changed."""
    if held_back is not None:
        yield "nothing is exported: rows are held back for the terms of the models that wrote them"
        for name in sorted(written(run.folder / EXPORTED)):
            yield f"{EXPORTED}/{name} is of an earlier export, and not of the rows of this run"
    yield from gate.stale(datetime.now(tz=UTC).date())


def measure_run(run: Run) -> dict[str, Any]:
    """The report of a run as it stands, finished or not."""
    with run.ledger() as ledger:
        return measured(run, ledger, written(run.folder / EXPORTED))


def _write_cards(run: Run, report: Mapping[str, Any], manifests: Mapping[str, Manifest], to: Path) -> None:
    for name, manifest in manifests.items():
        text = card(report, manifest.files, run.config, version=version("windrow"))
        write_whole(to / name / "README.md", text.encode())


def _split(run: Run, ledger: Ledger, scratch: Path) -> Sequence[str]:
    told = run.config.get("splits")
    if told is None:
        return ()
    split = chosen(SPLITS, told, run.base).make()
    rows = AcceptedRows(ledger)
    folder = scratch / "split"
    make_folder(folder)
    try:
        ledger.assign(zip(rows.stored(), split.assign(rows, folder), strict=True))
        return tuple(split.notes)
    finally:
        split.close()
