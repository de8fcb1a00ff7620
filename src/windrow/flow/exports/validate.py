"""Will this file train as it is meant? Asked of any file, ours or not, without the trainer and in bounded memory.

Three layers: is every line strict JSON (`lines`), do the turns and columns obey the target's rules (`for_trl`,
`for_openai`), and what will `datasets` make of the types (`arrow`). Then rows are compared (`comparison`): twice the
same, opposite claims, and the same prompt in two splits of a folder.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Protocol

from windrow.errors import ConfigError, UnknownName
from windrow.flow.exports.arrow import Arrow
from windrow.flow.exports.comparison import Comparison
from windrow.flow.exports.conversation import split_of
from windrow.flow.exports.findings import Findings, Reporter
from windrow.flow.exports.for_openai import OpenAIRules
from windrow.flow.exports.for_trl import TRLRules
from windrow.flow.exports.lines import Line, read

if TYPE_CHECKING:
    from collections.abc import Callable


class Rules(Protocol):
    """What one target asks of rows."""

    def check(self, line: Line) -> list[Any]: ...
    def finish(self) -> None: ...


TARGETS: dict[str, Callable[[Reporter], Rules]] = {"trl": TRLRules, "openai": OpenAIRules}
THROUGH_ARROW = {"trl"}


def validate(path: Path | str, target: str) -> Findings:
    """Check a file, or every .jsonl file of a folder, for `target`. Of a train file, the test files beside it are
    read too, for prompts that stand in both. Raises ConfigError for a file that is not there, and UnknownName for a
    target that nothing is known about."""
    if target not in TARGETS:
        raise UnknownName.among(target, TARGETS, noun="target")
    place = Path(path)
    findings = Findings(target)
    files = _files(place)
    with TemporaryDirectory(prefix="windrow-validate-") as scratch:
        comparison = Comparison(Path(scratch))
        for file in sorted(files, key=lambda file: (not _is_of(file, "train"), file.name)):
            findings.rows[file.name] = _validate_file(file, Reporter(findings, file.name), comparison, target)
        if _is_of(place, "train") and place.is_file():
            for beside in sorted(place.parent.glob("test*.jsonl")):
                if _is_of(beside, "test"):
                    _compare_only(beside, findings, comparison, target)
        comparison.close()
    return findings


def _is_of(file: Path, split: str) -> bool:
    """Whether the file's name says that it is of `split`."""
    return file.suffix == ".jsonl" and split_of(file.stem)[0] == split


def _files(place: Path) -> list[Path]:
    if not place.exists():
        raise ConfigError("no such file or folder", where=str(place), remedy="check the path")
    files = sorted(place.glob("*.jsonl")) if place.is_dir() else [place]
    if not files:
        raise ConfigError("there is no .jsonl file in this folder", where=str(place), remedy="export first")
    return files


def _validate_file(file: Path, report: Reporter, comparison: Comparison, target: str) -> int:
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


def _compare_only(file: Path, findings: Findings, comparison: Comparison, target: str) -> None:
    """Look for prompts of `file` in the files before it; what else is wrong with it is not asked here."""
    unheard = Reporter(Findings(target), file.name)
    rules = TARGETS[target](unheard)
    for line in read(file, unheard):
        comparison.see_prompt(line, rules.check(line), Reporter(findings, file.name))
