"""Will this file train as it is meant? Asked of any file, ours or not, without the trainer and in bounded memory.

Three layers: is every line strict JSON (`lines`), do the turns and columns obey the target's rules (`for_trl`,
`for_openai`), and what will `datasets` make of the types (`arrow`). Then rows are compared: twice the same, and the
same prompt in two files of a folder.
"""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Protocol

import orjson

from windrow.errors import ConfigError, UnknownName
from windrow.flow.exports.arrow import Arrow
from windrow.flow.exports.findings import Findings, Reporter
from windrow.flow.exports.for_openai import OpenAIRules
from windrow.flow.exports.for_trl import TRLRules
from windrow.flow.exports.lines import Line, read
from windrow.text.lookalikes import Candidates, Digests
from windrow.text.minhash import jaccard, run_hashes, shingles
from windrow.text.tokens import normalise, words

if TYPE_CHECKING:
    from collections.abc import Callable

NEAR = 0.9  # dedupe removes at 0.8 while growing; here only what is all but the same is worth a word
ONCE = "drop one of the two"


class Rules(Protocol):
    """What one target asks of rows."""

    def check(self, line: Line) -> list[Any]: ...
    def finish(self) -> None: ...


TARGETS: dict[str, Callable[[Reporter], Rules]] = {"trl": TRLRules, "openai": OpenAIRules}
THROUGH_ARROW = {"trl"}


def validate(path: Path | str, target: str) -> Findings:
    """Check a file, or every .jsonl file of a folder, for `target`. Of a train.jsonl, the test.jsonl beside it is
    read too, for prompts that stand in both. Raises ConfigError for a file that is not there, and UnknownName for a
    target that nothing is known about."""
    if target not in TARGETS:
        raise UnknownName.among(target, TARGETS, noun="target")
    place = Path(path)
    findings = Findings(target)
    files = _files(place)
    with TemporaryDirectory(prefix="windrow-validate-") as scratch:
        comparison = _Comparison(Path(scratch))
        for file in sorted(files, key=lambda file: (file.name != "train.jsonl", file.name)):
            findings.rows[file.name] = _validate_file(file, Reporter(findings, file.name), comparison, target)
        beside = place.with_name("test.jsonl")
        if place.name == "train.jsonl" and beside.is_file():
            _compare_only(beside, findings, comparison, target)
        comparison.close()
    return findings


def _files(place: Path) -> list[Path]:
    if not place.exists():
        raise ConfigError("no such file or folder", where=str(place), remedy="check the path")
    files = sorted(place.glob("*.jsonl")) if place.is_dir() else [place]
    if not files:
        raise ConfigError("there is no .jsonl file in this folder", where=str(place), remedy="export first")
    return files


def _validate_file(file: Path, report: Reporter, comparison: _Comparison, target: str) -> int:
    rules = TARGETS[target](report)
    arrow = Arrow(report, loader=file.with_name("load.py").is_file()) if target in THROUGH_ARROW else None
    rows = 0
    for line in read(file, report):
        rows += 1
        prompt = rules.check(line)
        comparison.see(line, prompt, report)
        if arrow is not None:
            arrow.see(line.record, line.number, line.size)
    if arrow is not None:
        arrow.finish()
    if rows:
        rules.finish()
    return rows


def _compare_only(file: Path, findings: Findings, comparison: _Comparison, target: str) -> None:
    """Look for prompts of `file` in the file before it; what else is wrong with it is not asked here."""
    unheard = Reporter(Findings(target), file.name)
    rules = TARGETS[target](unheard)
    for line in read(file, unheard):
        comparison.see_prompt(line, rules.check(line), Reporter(findings, file.name))


class _Comparison:
    """The rows and prompts read so far, on disk."""

    def __init__(self, folder: Path) -> None:
        self._seen = Digests(folder / "seen.sqlite")
        self._alike = Candidates(folder / "alike.sqlite", threshold=NEAR)

    def see(self, line: Line, prompt: list[Any], report: Reporter) -> None:
        """Say which rows say what an earlier one says, have its id, or its prompt in another file."""
        place = f"{report.file}:{line.number}"
        content = {key: value for key, value in line.record.items() if key not in {"meta", "id"}}
        first = self._first("row", orjson.dumps(content, option=orjson.OPT_SORT_KEYS), place)
        if first:
            report.warning("duplicate_row", line.number, f"the same row stands at {first}", ONCE)
        else:
            self._see_alike(content, place, line.number, report)
        name = _id_of(line.record)
        first = self._first("id", name.encode(), place) if name else ""
        if first:
            report.error("duplicate_id", line.number, f"the id {name!r} stands at {first} already", ONCE)
        self.see_prompt(line, prompt, report)

    def see_prompt(self, line: Line, prompt: list[Any], report: Reporter) -> None:
        text = normalise("\n".join(_texts(prompt)))
        first = self._first("prompt", text.encode(), f"{report.file}:{line.number}") if text else ""
        if first and first.rpartition(":")[0] != report.file:
            message = f"the same prompt stands at {first}, so the test set is no test"
            report.error("leak", line.number, message, "split by family: windrow's holdout does")

    def close(self) -> None:
        self._seen.close()
        self._alike.close()

    def _see_alike(self, content: dict[str, Any], place: str, number: int, report: Reporter) -> None:
        said = [text for key in sorted(content) for text in _texts(content[key])]
        found = words("\n".join(said))
        hashes, runs = run_hashes(found), shingles(found)
        keys = self._alike.keys(hashes)
        for name, other in self._alike.like(keys, hashes):
            alike = jaccard(runs, shingles(other.split(" ")))
            if alike >= NEAR:
                report.warning("near_duplicate", number, f"{alike:.0%} the same as {name}", "drop one, or run dedupe")
                return
        if found:
            self._alike.add(place, keys, hashes, " ".join(found))

    def _first(self, what: str, content: bytes, place: str) -> str:
        """Where `content` first stood as a row, an id or a prompt; '' where it is new."""
        digest = blake2b(content, digest_size=16, person=what.encode()).digest()
        first = self._seen.first(digest)
        if first is None:
            self._seen.add(digest, place)
        return first or ""


def _id_of(record: dict[str, Any]) -> str:
    """The row's id: its own column, or that in its meta."""
    meta = record.get("meta")
    if isinstance(meta, str):
        try:
            meta = orjson.loads(meta)
        except orjson.JSONDecodeError:
            meta = None
    found = record.get("id", meta.get("id") if isinstance(meta, dict) else None)
    return found if isinstance(found, str) else ""


def _texts(side: Any) -> list[str]:  # noqa: ANN401 - JSON
    """What is said on one side of a row: its text, or that of its turns other than the system's."""
    if isinstance(side, str):
        return [side]
    turns = side if isinstance(side, list) else []
    return [
        turn if isinstance(turn, str) else orjson.dumps([turn.get("content"), turn.get("tool_calls")]).decode()
        for turn in turns
        if isinstance(turn, str) or (isinstance(turn, dict) and turn.get("role") != "system")
    ]
