"""Writes the accepted rows of a run for trainers: each export in a folder, beside what was left out and why."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson

from windrow.config import StageUse
from windrow.config.choose import Chosen, choose
from windrow.config.problems import Places
from windrow.errors import RunError
from windrow.flow import EXPORTS
from windrow.flow.exports.tally import SAMPLE
from windrow.run.files import make_folder, write_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from windrow.ledger.base import Ledger, StoredRow
    from windrow.row import Row
    from windrow.run.folder import Run
    from windrow.run.terms import Gate
    from windrow.shapes import Manifest

EXPORTED = "exports"
EXPORT_REPORT = "export_report.json"
WHOLE = "train"
TERMS = "terms"  # why a row was left out: those of its models


@dataclass(frozen=True)
class AcceptedRows:
    """The accepted rows of a ledger, streamed anew each time; `only` leaves some of them out."""

    ledger: Ledger
    only: Callable[[Row], bool] | None = None

    def stored(self) -> Iterator[StoredRow]:
        rows = self.ledger.rows(status="accepted")
        only = self.only
        return rows if only is None else (stored for stored in rows if only(stored.row))

    def __iter__(self) -> Iterator[Row]:
        return (stored.row for stored in self.stored())

    def __len__(self) -> int:
        if self.only is not None:
            return sum(1 for _ in self.stored())
        return sum(count for (_, status), count in self.ledger.counts().items() if status == "accepted")


def write_exports(run: Run, rows: AcceptedRows, exports: Iterable[Chosen], to: Path, gate: Gate) -> dict[str, Manifest]:
    """Write each export to a folder of its own under `to`, with a report of what was left out and why. Every row says
    what its models' terms are, as `gate` knows them."""
    manifests: dict[str, Manifest] = {}
    for each in exports:
        name = _free_name(each.name, manifests)
        folder = to / name
        make_folder(folder)
        before = _files_written(folder)
        export = each.make()
        try:
            told = export.write(((stored.split or WHOLE, gate.marked(stored.row)) for stored in rows.stored()), folder)
            manifests[name] = _with_left_out(told, rows)
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
        write_json(folder / EXPORT_REPORT, asdict(manifests[name]))
    return manifests


def _with_left_out(told: Manifest, rows: AcceptedRows) -> Manifest:
    """What was written, and beside it what was never offered, for the terms of its models."""
    if rows.only is None:
        return told
    count, first = 0, []
    for stored in rows.ledger.rows(status="accepted"):
        if not rows.only(stored.row):
            count += 1
            first += [stored.row.id] if count <= SAMPLE else []
    if not count:
        return told
    return replace(
        told,
        rows_in=told.rows_in + count,
        skipped_counts={**told.skipped_counts, TERMS: count},
        skipped={**told.skipped, TERMS: first},
    )


def remarks(manifest: Manifest) -> list[str]:
    """What a reader should know of an export: rows left out, fields that the target cannot hold, warnings."""
    left_out = [f"{count} rows left out: {reason}" for reason, count in manifest.skipped_counts.items()]
    thinned = [f"{count} rows written without their {what}" for what, count in manifest.lossy_counts.items()]
    return [*left_out, *thinned, *manifest.warnings]


def planned(run: Run) -> list[Chosen]:
    """The exports of the run's plan."""
    return [chosen(EXPORTS, told, run.base) for told in run.config["exports"]]


def named(use: str, plans: Sequence[Chosen], base: Path) -> Chosen:
    """The plan's own export of that name with its options, else the export with its defaults."""
    mine = next((each for each in plans if each.name == use), None)
    return mine or choose(EXPORTS, StageUse(use=use), Places(), (), base)


def chosen(registry: Any, told: Mapping[str, Any], base: Path) -> Chosen:  # noqa: ANN401 - a Registry
    """What a plan's own description of a stage means."""
    use = StageUse.model_validate({"use": told["use"], **told["options"]})
    return choose(registry, use, Places(), (), base)


def written(folder: Path) -> dict[str, Any]:
    """What earlier exports said of themselves."""
    return {path.parent.name: orjson.loads(path.read_bytes()) for path in sorted(folder.glob(f"*/{EXPORT_REPORT}"))}


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
