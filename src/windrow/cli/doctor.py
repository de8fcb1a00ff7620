"""windrow doctor: is everything there that a run needs? Asks no model, and sends a key only where a run would."""

from __future__ import annotations

import os
import platform
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from windrow.cli.frame import emit, json_option, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from windrow.config import EmbeddingsUse, Loaded, ModelSpec
    from windrow.plan import Plan
    from windrow.plan.judges import PlannedJudge
    from windrow.teachers.base import Teacher

MISSING = 4
OLDEST = (3, 11)
PATIENCE = 5.0
UNAUTHORIZED = (401, 403)
NAME = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `missing` ends the command with exit code 4, `note` does not."""

    what: str
    state: Literal["ok", "note", "missing"]
    said: str


@click.command(short_help="Check what a run needs: Python, extras, keys, endpoints, disk.")
@click.argument("config", type=click.Path(path_type=Path), required=False)
@json_option
def command(config: Path | None, as_json: bool) -> int:
    """Check this machine, and with CONFIG also its seeds, keys and endpoints.

    An endpoint is sent one GET /models; no model is asked anything.
    """
    findings = [*_machine(), *(_config(config) if config else _keys(os.environ))]
    code = MISSING if any(finding.state == "missing" for finding in findings) else 0
    if as_json:
        emit({"ok": code == 0, "findings": [asdict(finding) for finding in findings]})
        return code
    width = max(len(finding.what) for finding in findings)
    for finding in findings:
        say(f"{finding.state:<7}  {finding.what:<{width}}  {finding.said}")
    return code


def _machine() -> Iterator[Finding]:
    from importlib.metadata import version

    here = platform.python_version()
    yield Finding("python", "ok" if sys.version_info >= OLDEST else "missing", f"{here} ({sys.executable})")
    yield Finding("windrow", "ok", version("windrow"))
    yield _sqlite()
    yield from _extras()
    yield _disk(Path())


def _sqlite() -> Finding:
    import sqlite3

    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE probe USING fts5(text)")
    except sqlite3.Error as error:
        return Finding("sqlite", "missing", f"{sqlite3.sqlite_version}: no full-text search (FTS5): {error}")
    finally:
        connection.close()
    return Finding("sqlite", "ok", f"{sqlite3.sqlite_version} with full-text search")


def _extras() -> Iterator[Finding]:
    """Every optional extra that windrow names, and whether all of it is installed."""
    from importlib.metadata import PackageNotFoundError, metadata, version

    said = metadata("windrow")
    for extra in said.get_all("Provides-Extra") or ():
        wanted = [
            line for line in said.get_all("Requires-Dist") or () if f'extra == "{extra}"' in line.replace("'", '"')
        ]
        absent = []
        for line in wanted:
            name = NAME.match(line)[0]  # type: ignore[index] # every requirement begins with a name
            try:
                version(name)
            except PackageNotFoundError:
                absent.append(name)
        told = f"not installed: pip install 'windrow[{extra}]' ({', '.join(absent)})" if absent else "installed"
        yield Finding(f"extra {extra}", "note" if absent else "ok", told)


def _disk(folder: Path) -> Finding:
    import shutil
    import tempfile

    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Finding("disk", "missing", f"{folder.resolve()} cannot be written: {error.strerror}")
    return Finding(
        "disk", "ok", f"{folder.resolve()} can be written, {shutil.disk_usage(folder).free / 1e9:.1f} GB free"
    )


def _keys(environment: Mapping[str, str]) -> Iterator[Finding]:
    there = bool(environment.get("OPENAI_API_KEY", "").strip())
    told = "is set" if there else "is not set: only openai/… models need it; embedded/procedural runs without"
    yield Finding("OPENAI_API_KEY", "ok" if there else "note", told)


def _config(path: Path) -> Iterator[Finding]:
    """What the config needs beyond the machine. A broken config is an error of its own, with its own exit code."""
    from windrow.config import load
    from windrow.plan import Plan

    loaded = load(path)
    plan = Plan(loaded)
    for seed in plan.explain()["seeds"]:
        yield Finding(
            f"seeds {seed['use']}", "ok" if seed["seeds"] else "missing", f"{seed['seeds']} {seed['yields']} seeds"
        )
        for note in seed["notes"]:
            yield Finding(f"seeds {seed['use']}", "note", note)
    for role, pool in loaded.config.models.items():
        for spec in pool:
            yield _model(role, spec, loaded)
    if loaded.config.embeddings is not None:
        yield _vectors(loaded.config.embeddings, loaded)
    yield from dict.fromkeys(finding for stage in plan.stages for judge in stage.judges for finding in _judge(judge))
    yield from _terms(plan)


def _terms(plan: Plan) -> Iterator[Finding]:
    """What may be trained on the answers of each model that writes rows, and whether somebody has looked lately."""
    from datetime import UTC, datetime

    gate = plan.gate()
    held_back = gate.held_back()
    for model, ruling in gate.writers():
        licences = ", ".join(dict.fromkeys(one.licence for terms in ruling.parents.values() for one in terms))
        said = ruling.stated.get(model) or f"training on its answers: {ruling.train}"
        told = held_back.get(model) or (f"{said} ({licences})" if licences else said)
        yield Finding(f"terms {model}", "note" if model in held_back else "ok", told)
    for warning in gate.stale(datetime.now(tz=UTC).date()):
        yield Finding("terms", "note", warning)


def _judge(judge: PlannedJudge) -> Iterator[Finding]:
    """Who judges whom, and whether that judge was measured, and lately. Its endpoints are found with the models."""
    from datetime import UTC, datetime

    from windrow.calibration.drift import DAYS

    what = f"judge {judge.name}"
    for warning in judge.warnings():
        yield Finding(what, "note", warning)
    measured = judge.calibration
    models = ", ".join(dict.fromkeys(address for pool in judge.models.values() for address in pool))
    if measured is None or measured.mismatch(judge.judge.fingerprint, models, judge.params):
        return
    today = datetime.now(tz=UTC).date()
    days = (today - measured.measured_on).days
    said = f"calibrated on {measured.labels.n} labelled rows at threshold {measured.threshold:g}, {days} days ago"
    if any(judge.due(today)):
        yield Finding(what, "note", f"{said}: more than {DAYS}; calibrate it anew, or let anchors ride (anchors: FILE)")
    else:
        yield Finding(what, "ok", said)


def _model(role: str, spec: ModelSpec, loaded: Loaded) -> Finding:
    from windrow.errors import MissingError
    from windrow.teachers.connect import connect

    what = f"{role}: {spec.model}"
    try:
        teacher = connect(spec.model, spec, env=loaded.environment, base=loaded.base)
    except MissingError as error:
        return Finding(what, "missing", str(error))
    return _endpoint(what, teacher, loaded.environment.get(spec.api_key_env or "OPENAI_API_KEY", ""))


def _vectors(told: EmbeddingsUse, loaded: Loaded) -> Finding:
    from windrow.errors import MissingError
    from windrow.teachers.connect import connect_embeddings

    what = f"embeddings: {told.model}"
    try:
        embedder = connect_embeddings(told.model, told, env=loaded.environment, base=loaded.base)
    except MissingError as error:
        return Finding(what, "missing", str(error))
    return _endpoint(what, embedder, loaded.environment.get(told.api_key_env or "OPENAI_API_KEY", ""))


def _endpoint(what: str, teacher: Teacher, key: str) -> Finding:
    """Whether the endpoint answers `GET /models`. A server that has no such page is there all the same."""
    from urllib.error import HTTPError, URLError
    from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

    from windrow.teachers.http import is_loopback

    url = teacher.endpoint
    if not url.startswith(("http://", "https://")):
        return Finding(what, "ok", "needs no endpoint")

    class Unmoved(HTTPRedirectHandler):
        """A key must reach no host but the one it was meant for."""

        def redirect_request(self, *_: object) -> None:
            return None

    headers = {"authorization": f"Bearer {key.strip()}"} if key.strip() else {}
    opener = build_opener(Unmoved(), *([ProxyHandler({})] if is_loopback(url) else []))
    try:
        with opener.open(Request(f"{url}/models", headers=headers), timeout=PATIENCE) as reply:  # noqa: S310 - http only
            return Finding(what, "ok", f"{url} answers ({reply.status})")
    except HTTPError as error:
        if error.code in UNAUTHORIZED:
            return Finding(what, "missing", f"{url} refuses the key ({error.code})")
        return Finding(what, "ok", f"{url} answers ({error.code} for /models)")
    except (URLError, OSError, ValueError) as error:
        return Finding(what, "missing", f"{url} does not answer: {getattr(error, 'reason', error)}")
