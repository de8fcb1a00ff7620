"""Bodies, many to a compressed segment.

Requests of one prompt share most of their bytes, and so do responses of one server. What is committed together is
compressed together, in one call of zstd that runs beside the interpreter: repeated text costs almost nothing, in space
or in time. A body is found by (segment, offset, size).
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from itertools import chain
from typing import TYPE_CHECKING, Any

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

LEVEL = 3
CACHED = 16  # segments kept in memory when reading


class Insert:
    """An INSERT of whole rows into `table`.

    `bodies` names the columns (the last of each row's values) whose bytes go to the segment; in the table each is two
    columns, `<name>_at` and `<name>_size` (NULL for no body), beside one `segment`. `conflict` as in INSERT OR.
    """

    __slots__ = ("_bodies", "_plain", "_sql")

    # Rows to one statement: each step of SQLite hands the interpreter's lock back and forth.
    WIDTHS = (512, 256, 128, 64, 32, 16, 8, 4, 2, 1)

    def __init__(
        self,
        table: str,
        columns: Sequence[str],
        *,
        bodies: Sequence[str] = (),
        conflict: str = "ABORT",
    ) -> None:
        placed = [column for body in bodies for column in (f"{body}_at", f"{body}_size")]
        names = [*columns, *placed, *(["segment"] if bodies else [])]
        row = f"({','.join('?' * len(names))})"
        head = f"INSERT OR {conflict} INTO {table} ({','.join(names)}) VALUES "  # noqa: S608 - our own names
        self._plain = len(columns)
        self._bodies = len(bodies)
        self._sql = {width: head + ",".join([row] * width) for width in self.WIDTHS}

    def statements(self, rows: list[Sequence[Any]], packing: Packing) -> Iterator[tuple[str, Sequence[Any]]]:
        """SQL and parameters that insert `rows` in order, their bodies added to `packing`."""
        if self._bodies:
            rows = [self._place(row, packing) for row in rows]
        at = 0
        for width in self.WIDTHS:
            while len(rows) - at >= width:
                yield self._sql[width], list(chain.from_iterable(rows[at : at + width]))
                at += width

    def weight(self, row: Sequence[Any]) -> int:
        """The bytes of the row's bodies."""
        return sum([len(body) for body in row[self._plain :] if body is not None])

    def _place(self, row: Sequence[Any], packing: Packing) -> list[Any]:
        placed = list(row[: self._plain])
        for body in row[self._plain :]:
            placed += (None, None) if body is None else (packing.add(body), len(body))
        placed.append(packing.segment)
        return placed


def new_compressor() -> zstd.ZstdCompressor:
    """A compressor for one segment after another: to set it up costs as much as to compress ten answers."""
    return zstd.ZstdCompressor(LEVEL)


class Packing:
    """The segment being filled by one commit."""

    def __init__(self, segment: int, compressor: zstd.ZstdCompressor) -> None:
        self.segment = segment
        self._compressor = compressor
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, body: bytes) -> int:
        """Put `body` at the end; returns its offset."""
        at = self._size
        self._parts.append(body)
        self._size += len(body)
        return at

    def packed(self) -> bytes | None:
        """The compressed segment, or None if nothing was added."""
        if not self._parts:
            return None
        whole = b"".join(self._parts)
        self._compressor.set_pledged_input_size(len(whole))
        return self._compressor.compress(whole, self._compressor.FLUSH_FRAME)


class Segments:
    """Reads bodies back. `fetch(segment)` returns a compressed segment."""

    def __init__(self, fetch: Callable[[int], bytes]) -> None:
        self._fetch = fetch
        self._open: OrderedDict[int, bytes] = OrderedDict()

    def body(self, segment: int, at: int, size: int) -> bytes:
        """The body at `at` of `segment`."""
        whole = self._open.get(segment)
        if whole is None:
            whole = self._open[segment] = zstd.decompress(self._fetch(segment))
            if len(self._open) > CACHED:
                self._open.popitem(last=False)
        else:
            self._open.move_to_end(segment)
        return whole[at : at + size]
