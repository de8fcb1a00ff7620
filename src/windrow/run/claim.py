"""Takes a run folder for one plan and one process, and never one that holds somebody's other files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from windrow.errors import PlanMismatch
from windrow.run.files import make_folder, write_whole
from windrow.run.folder import LEDGER, PLAN, PREVIEW, SCHEMA, Run
from windrow.run.lock import NAME as LOCK
from windrow.run.lock import Lock

if TYPE_CHECKING:
    from pathlib import Path

OURS = {LOCK, PLAN, f".{PLAN}.part", PREVIEW, LEDGER}


def claim(
    folder: Path, *, config: dict[str, Any], digest: str, base: Path, listed: list[str], version: str
) -> tuple[Run, Lock]:
    """Make or re-enter `folder` for the plan that `config` spells out. Free the lock when done.

    An edited plan of the same name re-enters: only what the edit changes is asked anew. Raises PlanMismatch where the
    folder is another plan's, is in use, or holds files that no run wrote.
    """
    make_folder(folder)
    refuse_if_taken(folder, config["name"])
    lock = Lock.take(folder)
    try:
        refuse_if_taken(folder, config["name"])
        told = {
            "schema": SCHEMA,
            "windrow": version,
            "name": config["name"],
            "digest": digest,
            "base": str(base),
            "listed": listed,
            "config": config,
        }
        write_whole(folder / PLAN, orjson.dumps(told, option=orjson.OPT_INDENT_2))
    except BaseException:
        lock.free()
        raise
    return Run(folder, told), lock


def refuse_if_taken(folder: Path, name: str) -> None:
    """Raise PlanMismatch where `folder` is another plan's, or somebody's who is no run at all."""
    if (folder / PLAN).exists():
        holder = Run.open(folder).name
        if holder != name:
            raise PlanMismatch(
                f"the run folder belongs to the plan {holder!r}, not to {name!r}",
                where=str(folder),
                remedy=f"choose another folder with --out, such as runs/{name}",
            )
        return
    strangers = sorted(entry.name for entry in folder.iterdir() if entry.name not in OURS) if folder.is_dir() else []
    if strangers:
        raise PlanMismatch(
            f"the folder is not a run's and not empty: it has {strangers[0]!r}",
            where=str(folder),
            remedy="choose another folder with --out",
        )
