"""Evaluation sets as files: questions that no training row may hold, or the hashes of them.

Read are .jsonl, .json and .csv with a question in one of the usual columns, .txt with one item a line, and folders of
such files. A set whose text must not be passed on travels as hashes (`.hashes.jsonl`, see `write_hashes`).
"""

from __future__ import annotations

import csv
import json
from itertools import chain
from typing import TYPE_CHECKING, Any

from windrow.errors import ConfigError
from windrow.text.contamination import RUN, Item, hashed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

COLUMNS = ("question", "problem", "prompt", "instruction", "query", "input", "text", "goal", "ctx")
HASHES = ".hashes.jsonl"
READABLE = (".jsonl", ".ndjson", ".json", ".csv", ".txt")


def items(path: Path, *, column: str | None = None) -> Iterator[tuple[str, str] | Item]:
    """(name, text) of every item, or its hashes; the name is file and line. Raises ConfigError naming both."""
    if path.is_dir():
        files = sorted(one for one in path.rglob("*") if one.name.endswith((*READABLE, HASHES)))
        if not files:
            raise ConfigError("no evaluation set is in the folder", where=str(path), remedy=f"read are {READABLE}")
        yield from chain.from_iterable(items(one, column=column) for one in files)
        return
    try:
        if path.name.endswith(HASHES):
            yield from _hashes(path)
        else:
            for line, record in _records(path):
                yield f"{path.name}:{line}", _text(record, column, f"{path}:{line}")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the evaluation set cannot be read: {error}", where=str(path)) from error


def write_hashes(texts: Iterable[tuple[str, str]], path: Path) -> int:
    """Write (name, text) items as hashes that `items` reads again; how many there were."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps({"windrow_hashes": 1, "run": RUN}) + "\n")
        for name, text in texts:
            item = hashed(name, text)
            told = {"name": item.name, "size": item.size, "hashes": [f"{one:016x}" for one in item.hashes]}
            file.write(json.dumps(told) + "\n")
            count += 1
    return count


def _records(path: Path) -> Iterator[tuple[int, Any]]:
    with path.open(encoding="utf-8-sig", newline="" if path.suffix == ".csv" else None) as file:
        if path.suffix == ".csv":
            yield from enumerate(csv.DictReader(file), start=2)
        elif path.suffix == ".json":
            whole = _parsed(file.read(), str(path))
            yield from enumerate(whole if isinstance(whole, list) else [whole], start=1)
        elif path.suffix in READABLE:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line.strip() if path.suffix == ".txt" else _parsed(line, f"{path}:{number}")
        else:
            raise ConfigError("not a kind of evaluation set", where=str(path), remedy=f"read are {READABLE}")


def _parsed(text: str, where: str) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(text)
    except ValueError as error:
        raise ConfigError(f"no JSON: {error}", where=where) from error


def _text(record: Any, column: str | None, where: str) -> str:  # noqa: ANN401 - any JSON
    """The item itself: a string, a column, or what the user asks in a conversation."""
    if isinstance(record, str):
        return record
    if isinstance(record, dict):
        for name in (column,) if column else COLUMNS:
            if isinstance(record.get(name), str) and record[name].strip():
                return str(record[name])
        turns = record.get("messages") or record.get("prompt")
        if column is None and isinstance(turns, list):
            asked = [turn.get("content") for turn in turns if isinstance(turn, dict) and turn.get("role") == "user"]
            told = "\n".join(one for one in asked if isinstance(one, str))
            if told.strip():
                return told
    known = column or ", ".join(COLUMNS)
    raise ConfigError(f"no question in it: looked for {known}", where=where, remedy="name its column: column: …")


def _hashes(path: Path) -> Iterator[Item]:
    with path.open(encoding="utf-8") as file:
        head = _parsed(file.readline() or "null", f"{path}:1")
        if not isinstance(head, dict) or head.get("windrow_hashes") != 1 or head.get("run") != RUN:
            raise ConfigError(
                f"not hashes of runs of {RUN} words", where=f"{path}:1", remedy="write them with write_hashes"
            )
        for number, line in enumerate(file, start=2):
            told = _parsed(line, f"{path}:{number}")
            try:
                yield Item(str(told["name"]), int(told["size"]), tuple(int(one, 16) for one in told["hashes"]))
            except (KeyError, TypeError, ValueError) as error:
                raise ConfigError(f"not an item's hashes: {error!r}", where=f"{path}:{number}") from error
