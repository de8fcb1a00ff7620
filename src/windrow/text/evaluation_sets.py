"""Evaluation sets as files: questions that no training row may hold, or the hashes of them.

Read are .jsonl, .json and .csv with a question in one of the usual columns, .txt with one item a line, and folders of
such files. A set whose text must not be passed on travels as hashes (`.hashes.jsonl`, written by `windrow hashes`).
"""

from __future__ import annotations

import csv
import json
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from windrow.errors import ConfigError
from windrow.text.contamination import RUN, RUN_UNSPACED, Item, hashed
from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

COLUMNS = ("question", "problem", "prompt", "instruction", "query", "input", "text", "goal", "ctx")
OPTIONS = ("choices", "options", "endings")
LETTERED = ("A", "B", "C", "D", "E", "F")
SPEAKS = 12  # words: a question of fewer ("Which of these is true?") says little without its options
HASHES = ".hashes.jsonl"
READABLE = (".jsonl", ".ndjson", ".json", ".csv", ".txt")


def sets(against: str | Sequence[str], base: Path, *, column: str | None = None) -> Iterator[tuple[str, str] | Item]:
    """The items of the sets named in a config whose folder is `base`. Raises ConfigError where one is not there, or has
    no item."""
    for named in [against] if isinstance(against, str) else against:
        path = base / Path(named).expanduser()
        if not path.exists():
            raise ConfigError("no such evaluation set", where=str(path), remedy="see `against:`")
        found = items(path, column=column, named=named)
        first = next(found, None)
        if first is None:
            raise ConfigError("the evaluation set is empty", where=str(path), remedy="see `against:`")
        yield first
        yield from found


def items(path: Path, *, column: str | None = None, named: str = "") -> Iterator[tuple[str, str] | Item]:
    """(name, text) of every item, or its hashes; the name is the file's, as `named`, and the line. Raises ConfigError
    naming both."""
    named = named or path.name
    if path.is_dir():
        files = sorted(one for one in path.rglob("*") if one.name.endswith((*READABLE, HASHES)))
        if not files:
            raise ConfigError("no evaluation set is in the folder", where=str(path), remedy=f"read are {READABLE}")
        names = (f"{named.rstrip('/')}/{one.relative_to(path).as_posix()}" for one in files)
        yield from chain.from_iterable(
            items(one, column=column, named=name) for one, name in zip(files, names, strict=True)
        )
        return
    try:
        if path.name.endswith(HASHES):
            yield from _hashes(path)
        else:
            for line, record in _records(path):
                yield f"{named}:{line}", _text(record, column, f"{path}:{line}")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the evaluation set cannot be read: {error}", where=str(path)) from error


def write_hashes(found: Iterable[tuple[str, str] | Item], path: Path) -> int:
    """Write items as hashes that `items` reads again; how many there were. A file is there whole or not at all."""
    count, part = 0, path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            file.write(json.dumps({"windrow_hashes": 1, "run": RUN}) + "\n")
            for count, one in enumerate(found, start=1):  # noqa: B007 - how many there were
                file.write(_line(one if isinstance(one, Item) else hashed(*one)))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


def _line(item: Item) -> str:
    told: dict[str, Any] = {"name": item.name, "size": item.size}
    told |= {} if item.run == RUN else {"run": item.run}
    return json.dumps({**told, "hashes": [f"{digest:016x}" for digest in item.hashes]}) + "\n"


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
                return _with_rest(record, name)
        if column is None and (told := _asked(record)):
            return told
    known = column or ", ".join(COLUMNS)
    raise ConfigError(f"no question in it: looked for {known}", where=where, remedy="name its column: column: …")


def _with_rest(record: dict[str, Any], name: str) -> str:
    """The question in column `name`, with what it says little without: the input of an instruction, the options of a
    short question."""
    text = str(record[name])
    if name == "instruction" and isinstance(record.get("input"), str):
        return f"{text}\n{record['input']}".strip()
    return text if len(words(text)) >= SPEAKS else "\n".join([text, *_options(record)])


def _options(record: dict[str, Any]) -> list[str]:
    """What may be chosen: a list, a mapping by letter, a mapping with its texts in a list, or a column a letter."""
    given = next((record[name] for name in OPTIONS if record.get(name)), None)
    if isinstance(given, dict):
        given = given["text"] if isinstance(given.get("text"), list) else list(given.values())
    if given is None:
        given = [record[letter] for letter in LETTERED if letter in record]
    return [one for one in given if isinstance(one, str)] if isinstance(given, list) else []


def _asked(record: dict[str, Any]) -> str:
    """What the user asks in a conversation; its turns may be bare texts."""
    columns = (record.get(name) for name in ("messages", "prompt", "turns"))
    turns: list[Any] = next((column for column in columns if isinstance(column, list)), [])
    asked = [turn.get("content") if isinstance(turn, dict) and turn.get("role") == "user" else turn for turn in turns]
    return "\n".join(one for one in asked if isinstance(one, str)).strip()


def _hashes(path: Path) -> Iterator[Item]:
    with path.open(encoding="utf-8") as file:
        head = _parsed(file.readline() or "null", f"{path}:1")
        if not isinstance(head, dict) or head.get("windrow_hashes") != 1 or head.get("run") != RUN:
            raise ConfigError(
                f"not hashes of runs of {RUN} words", where=f"{path}:1", remedy="write them with `windrow hashes`"
            )
        for number, line in enumerate(file, start=2):
            told = _parsed(line, f"{path}:{number}")
            try:
                digests, run = tuple(int(one, 16) for one in told["hashes"]), int(told.get("run", RUN))
                item = Item(str(told["name"]), int(told["size"]), digests, run)
            except (KeyError, TypeError, ValueError) as error:
                raise ConfigError(f"not an item's hashes: {error!r}", where=f"{path}:{number}") from error
            if run not in (RUN, RUN_UNSPACED) or len(digests) != max(1, item.size - run + 1):
                raise ConfigError("an item whose hashes do not go with its size", where=f"{path}:{number}")
            yield item
