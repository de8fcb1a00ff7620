"""Small bodies for a ledger of many alike ones.

Requests of one prompt share most of their bytes, and so do responses of one server. The first body of a kind is kept
whole, under its hash, and each later one is compressed against it: what repeats costs almost nothing.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from typing import TypeAlias

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdCompressor, ZstdDecompressor, ZstdDict
else:
    from backports.zstd import ZstdCompressor, ZstdDecompressor, ZstdDict

LEVEL = 1
SMALLEST_BASE = 8  # zstd refuses shorter dictionaries

Packed: TypeAlias = tuple[bytes, bytes]  # (hash of the base body, compressed body)
Keep: TypeAlias = Callable[[bytes, bytes], None]


class Bodies:
    """Packs and unpacks. `keep(hash, body)` stores a new base; `fetch(hash)` reads one back."""

    def __init__(self, keep: Keep, fetch: Callable[[bytes], bytes]) -> None:
        self._keep = keep
        self._fetch = fetch
        self._bases: dict[str, tuple[bytes, ZstdCompressor]] = {}
        self._read: dict[bytes, ZstdDict] = {}

    def pack(self, kind: str, body: bytes) -> Packed:
        """`body`, compressed against the first body seen of its `kind`."""
        base = self._bases.get(kind)
        if base is None:
            whole = body.ljust(SMALLEST_BASE)
            digest = hashlib.sha256(whole).digest()[:16]
            self._keep(digest, whole)
            dictionary = ZstdDict(whole, is_raw=True).as_digested_dict
            base = self._bases[kind] = (digest, ZstdCompressor(level=LEVEL, zstd_dict=dictionary))
        digest, compressor = base
        return digest, compressor.compress(body, ZstdCompressor.FLUSH_FRAME)  # one frame each; the context is reused

    def unpack(self, base: bytes, body: bytes) -> bytes:
        """The body that `pack` compressed."""
        known = self._read.get(base)
        if known is None:
            known = self._read[base] = ZstdDict(self._fetch(base), is_raw=True)
        return ZstdDecompressor(zstd_dict=known).decompress(body)
