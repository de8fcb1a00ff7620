"""What follows the last accepted row: splits, exports, the report."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import orjson

from windrow.config import StageUse
from windrow.config.choose import Chosen, choose
from windrow.config.problems import Places
from windrow.errors import ExportError, RunError
from windrow.events import Noted
from windrow.flow import EXPORTS, SPLITS
from windrow.report.card import card
from windrow.report.judging import Judging
from windrow.report.measure import measure
from windrow.report.operators import operators
from windrow.report.render import markdown
from windrow.run.audits import audits
from windrow.run.files import make_folder, write_whole
from windrow.run.judges import seats

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from windrow.events import Listener
    from windrow.ledger.base import Ledger, StoredRow
    from windrow.row import Row
    from windrow.run.folder import Run
    from windrow.shapes import Manifest

EXPORTED = "exports"
EXPORT_REPORT = "export_report.json"
WHOLE = "train"


@dataclass(frozen=True)
class AcceptedRows:
    """The accepted rows of a ledger, streamed anew each time."""

    ledger: Ledger

    def stored(self) -> Iterator[StoredRow]:
        return self.ledger.rows(status="accepted")

    def __iter__(self) -> Iterator[Row]:
        return (stored.row for stored in self.stored())

    def __len__(self) -> int:
        return sum(count for (_, status), count in self.ledger.counts().items() if status == "accepted")


def assign_splits(run: Run, ledger: Ledger, scratch: Path, listener: Listener) -> None:
    """Split what the pass accepted; before it is finished, so that no finished run is without its splits."""
    for note in _split(run, ledger, scratch):
        listener(Noted(note, "warning"))


def finish(run: Run, ledger: Ledger, *, exports: bool, listener: Listener) -> None:
    """Export and report what the ledger holds; the listener hears what a reader should know of it."""
    manifests = write_exports(run, ledger, _planned(run), run.folder / EXPORTED) if exports else {}
    for name, manifest in manifests.items():
        for note in remarks(manifest):
            listener(Noted(f"export {name}: {note}", "warning"))
    for name in sorted(_written(run.folder / EXPORTED).keys() - manifests.keys() if exports else ()):
        listener(Noted(f"{EXPORTED}/{name} is of an earlier run: the plan does not export it any more", "warning"))
    report = _measure(run, ledger, manifests)
    for audit in report["audits"]:
        for note in (*audit["faults"], *audit["remarks"]):
            listener(Noted(f"{audit['stage']}: {note}", "warning"))
    _write_cards(run, report, manifests, run.folder / EXPORTED)
    write_whole(run.folder / "report.json", _json(report))
    write_whole(run.folder / "report.md", markdown(report).encode())


def export_run(run: Run, uses: Sequence[str], to: Path | None, *, partial: bool = False) -> dict[str, Manifest]:
    """Export a finished run: the plan's exports, or those named in `uses`. `partial` takes an unfinished one too."""
    planned = _planned(run)
    chosen = [_one(use, planned, run.base) for use in uses] if uses else planned
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
        manifests = write_exports(run, ledger, chosen, home)
        _write_cards(run, _measure(run, ledger, manifests), manifests, home)
    return manifests


def measure_run(run: Run) -> dict[str, Any]:
    """The report of a run as it stands, finished or not."""
    with run.ledger() as ledger:
        return _measure(run, ledger, _written(run.folder / EXPORTED))


def write_exports(run: Run, ledger: Ledger, exports: Iterable[Chosen], to: Path) -> dict[str, Manifest]:
    """Write each export to a folder of its own under `to`, with a report of what was left out and why."""
    rows = AcceptedRows(ledger)
    manifests: dict[str, Manifest] = {}
    for chosen in exports:
        name = _free_name(chosen.name, manifests)
        folder = to / name
        make_folder(folder)
        before = _files_written(folder)
        export = chosen.make()
        try:
            manifests[name] = export.write(((stored.split or WHOLE, stored.row) for stored in rows.stored()), folder)
        except OSError as error:
            raise RunError(
                f"the export cannot be written: {error.strerror or error}",
                where=str(folder),
                remedy=f"every row is kept: mend it, then: windrow export {run.folder}",
            ) from error
        finally:
            export.close()
        for stale in before - manifests[name].files.keys():
            (folder / stale).unlink(missing_ok=True)  # of an earlier export: it would contradict the report beside it
        write_whole(folder / EXPORT_REPORT, _json(asdict(manifests[name])))
    return manifests


def _write_cards(run: Run, report: Mapping[str, Any], manifests: Mapping[str, Manifest], to: Path) -> None:
    for name, manifest in manifests.items():
        text = card(report, manifest.files, run.config, version=version("windrow"))
        write_whole(to / name / "README.md", text.encode())


def remarks(manifest: Manifest) -> list[str]:
    """What a reader should know of an export: rows left out, fields that the target cannot hold, warnings."""
    left_out = [f"{count} rows left out: {reason}" for reason, count in manifest.skipped_counts.items()]
    thinned = [f"{count} rows written without their {what}" for what, count in manifest.lossy_counts.items()]
    return [*left_out, *thinned, *manifest.warnings]


def _split(run: Run, ledger: Ledger, scratch: Path) -> Sequence[str]:
    told = run.config.get("splits")
    if told is None:
        return ()
    split = _chosen(SPLITS, told, run.base).make()
    rows = AcceptedRows(ledger)
    folder = scratch / "split"
    make_folder(folder)
    try:
        ledger.assign(zip(rows.stored(), split.assign(rows, folder), strict=True))
        return tuple(split.notes)
    finally:
        split.close()


def _measure(run: Run, ledger: Ledger, manifests: Mapping[str, Any]) -> dict[str, Any]:
    ended = {stage.stage: {"target": stage.target, "why": stage.why} for stage in run.ended_in(ledger)}
    calls, prices = run.calls_in(ledger), run.prices()
    judging = Judging(seats(run), ledger.events()) if run.config.get("judges") else None
    report = measure(
        name=run.name,
        digest=run.digest,
        accepted=AcceptedRows(ledger).stored() if judging is None else _heard(ledger, judging),
        counts=ledger.counts(),
        reasons=ledger.reasons(),
        calls=calls,
        ended=ended,
        prices=prices,
    )
    if judging is not None:
        report |= judging.told(calls, prices)
    named = report["accepted"]["operators"] or not report["rows"]["accepted"]  # else no second reading of all rows
    report["operators"] = operators(ledger.rows()) if named else []
    exports = [
        {"folder": f"{EXPORTED}/{name}", **(told if isinstance(told, dict) else asdict(told))}
        for name, told in manifests.items()
    ]
    found = audits(run, ledger)
    return {**report, "audits": found, "state": ledger.state(), "exports": exports, "timings": _timings(ledger)}


def _heard(ledger: Ledger, judging: Judging) -> Iterator[StoredRow]:
    """The accepted rows, while the judges' part is counted over all of them: one reading serves both."""
    for stored in ledger.rows():
        judging.add(stored)
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


def _planned(run: Run) -> list[Chosen]:
    return [_chosen(EXPORTS, told, run.base) for told in run.config["exports"]]


def _chosen(registry: Any, told: Mapping[str, Any], base: Path) -> Chosen:  # noqa: ANN401 - a Registry
    use = StageUse.model_validate({"use": told["use"], **told["options"]})
    return choose(registry, use, Places(), (), base)


def _one(use: str, planned: Sequence[Chosen], base: Path) -> Chosen:
    """The plan's own export of that name with its options, else the export with its defaults."""
    mine = next((chosen for chosen in planned if chosen.name == use), None)
    return mine or choose(EXPORTS, StageUse(use=use), Places(), (), base)


def _free_name(name: str, taken: Mapping[str, object]) -> str:
    """A folder's name for an export: its own, then trl-2, trl-3. A file's path gives its class's name."""
    plain = name.rpartition(":")[2]
    number = 1
    while (plain if number == 1 else f"{plain}-{number}") in taken:
        number += 1
    return plain if number == 1 else f"{plain}-{number}"


def _files_written(folder: Path) -> set[str]:
    """The data files that an earlier export into `folder` says it wrote."""
    try:
        told = orjson.loads((folder / EXPORT_REPORT).read_bytes())["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {name for name in told if "/" not in name and "\\" not in name}


def _written(folder: Path) -> dict[str, Any]:
    """What earlier exports said of themselves."""
    return {path.parent.name: orjson.loads(path.read_bytes()) for path in sorted(folder.glob(f"*/{EXPORT_REPORT}"))}


def _json(data: Any) -> bytes:  # noqa: ANN401 - JSON
    return orjson.dumps(data, option=orjson.OPT_INDENT_2) + b"\n"
