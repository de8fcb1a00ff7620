"""Scratch files that grow with what is compared, so that memory does not: records by place, and places by key.

They are never synced, and a run builds them afresh. Writes come in batches sorted by key: whatever lies next to each
other in the tree is written together, which is what keeps a million texts as quick as a thousand.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager, suppress
from struct import Struct
from typing import TYPE_CHECKING

from windrow.errors import RunError
from windrow.text.key_map import KeyMap
from windrow.text.minhash import BITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

BATCH = 1 << 17  # keys held in memory before they are written: some 14 MiB
CACHE_KIB = 8192
PLACE_BITS = 63 - BITS
GRAIN = 4  # log2 of the bytes that places are apart
BUFFER = 1 << 18  # bytes
GUESS = 1024  # bytes read at once: most records are no longer
HEAD = Struct("<III")


@contextmanager
def disk(path: Path) -> Iterator[None]:
    """Says what went wrong with the scratch file at `path` in windrow's own words."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise unusable(path, error) from error


def unusable(path: Path, error: Exception) -> RunError:
    """What `disk` raises, for where entering it would cost as much as what is done in it."""
    return RunError(
        f"the scratch file cannot be used: {error}",
        where=str(path),
        remedy="free space or mend the folder, then run again",
    )


class Records:
    """Records of three parts, appended to a file, each found again by the place it was given. Places only rise."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._end = self._flushed = 0
        with disk(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = path.open("wb", buffering=BUFFER)
            self._reader = path.open("rb", buffering=0)

    def add(self, one: bytes, two: bytes, three: bytes = b"") -> int:
        """The place of a new record."""
        place = self._end >> GRAIN
        record = b"".join((HEAD.pack(len(one), len(two), len(three)), one, two, three))
        spare = -len(record) % (1 << GRAIN)
        self._end += len(record) + spare
        try:
            self._writer.write(record + bytes(spare))
        except OSError as error:
            raise unusable(self.path, error) from error
        return place

    def read(self, place: int) -> tuple[bytes, bytes, bytes]:
        """The record at `place`."""
        with disk(self.path):
            if place << GRAIN >= self._flushed:
                self._writer.flush()
                self._flushed = self._end
            self._reader.seek(place << GRAIN)
            found = self._reader.read(GUESS)
            one, two, three = HEAD.unpack_from(found)
            missing = HEAD.size + one + two + three - len(found)
            if missing > 0:
                found += self._reader.read(missing)
        first, second = HEAD.size + one, HEAD.size + one + two
        return found[HEAD.size : first], found[first:second], found[second : second + three]

    def close(self) -> None:
        """Let go of the file."""
        with suppress(OSError):  # what is still to be written will not be read
            self._writer.close()
        self._reader.close()


class Keys:
    """The places that a key was given to, lowest first. Keys have 30 bits; places must be given in rising order.

    A bit map of 2^`map_bits` bits remembers which keys may be there, so that a new one seldom costs a query;
    `batch` of them are held in memory.
    """

    def __init__(self, path: Path, *, map_bits: int, batch: int = BATCH) -> None:
        self.path = path
        self._batch = batch
        self._seen = KeyMap(map_bits)
        self._pending: dict[int, int] = {}
        self._further: dict[int, list[int]] = {}  # a key's places after its first that is pending
        with disk(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._database.executescript(
                f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;"
                f"PRAGMA cache_size=-{CACHE_KIB}; CREATE TABLE entries (entry INTEGER PRIMARY KEY); BEGIN"
            )

    def among(self, keys: Sequence[int]) -> list[int]:
        """Those of `keys` that may have a place."""
        return self._seen.among(keys)

    def places(self, key: int, most: int) -> list[int]:
        """The first `most` places that `key` was given to."""
        low = key << PLACE_BITS
        query = "SELECT entry FROM entries WHERE entry BETWEEN ? AND ? ORDER BY entry LIMIT ?"
        with disk(self.path):
            entries = self._database.execute(query, (low, low + (1 << PLACE_BITS) - 1, most)).fetchall()
        found = [entry - low for (entry,) in entries]
        if key in self._pending and len(found) < most:
            found += (self._pending[key], *self._further.get(key, ()))
        return found[:most]

    def add(self, keys: Sequence[int], place: int) -> None:
        """Give each of `keys` to `place`."""
        self._seen.add(keys)
        pending = self._pending
        if pending.keys().isdisjoint(keys):
            pending.update(dict.fromkeys(keys, place))
        else:
            for key in dict.fromkeys(keys):  # a text may have one key twice, by chance
                if pending.setdefault(key, place) != place:
                    self._further.setdefault(key, []).append(place)
        if len(pending) >= self._batch:
            self._write()

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _write(self) -> None:
        pending = self._pending
        entries = [key << PLACE_BITS | pending[key] for key in sorted(pending)]
        entries += [key << PLACE_BITS | place for key, places in self._further.items() for place in places]
        with disk(self.path):
            self._database.executemany("INSERT INTO entries VALUES (?)", zip(entries, strict=True))
        pending.clear()
        self._further.clear()
