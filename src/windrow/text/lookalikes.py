"""A growing set of texts on disk that says which of them are like a new one, in memory that does not grow."""

from __future__ import annotations

from array import array
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from windrow.text.minhash import BITS, MASK, RUN, Bands, jaccard, run_hashes, shingles
from windrow.text.scratch import Keys, Records
from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MAP_BITS, DIGEST_MAP_BITS = 27, 25  # 16 and 4 MiB: at a million texts 7 % and 3 % full
HASH_SLACK = 0.02  # what collisions of hashes may hide of a likeness
PER_KEY, MOST = 64, 24  # texts looked at under one key, and compared in all


class Candidates:
    """Texts by name, found again by any key they share with another, if the hashes of their runs are alike too.

    What is compared exactly of a text, by whoever asks, is its `content`.
    """

    def __init__(self, path: Path, *, threshold: float) -> None:
        self._least = threshold - HASH_SLACK
        self._bands = Bands.finding(threshold)
        self._index = Keys(path, map_bits=MAP_BITS)
        self._texts = Records(path.with_suffix(".texts"))

    def keys(self, hashes: Sequence[int]) -> list[int]:
        """The keys to give to `like` and `add` with a text of these hashes."""
        return self._bands.keys(hashes)

    def like(self, keys: Sequence[int], hashes: Sequence[int]) -> Iterator[tuple[str, str]]:
        """(name, content) of the texts that are probably alike, those that share most keys first.

        A key that very many share is a template's frame and tells nothing: of each key the first `PER_KEY` texts are
        looked at, and of all of them the best `MOST`, so that a text costs no more in a set of a million alike ones.
        """
        seen = self._index.among(keys)
        if not seen:
            return
        shared = Counter(place for key in seen for place in self._index.places(key, PER_KEY))
        mine = set(hashes)
        for place in sorted(shared, key=lambda place: (-shared[place], place))[:MOST]:
            name, content, packed = self._texts.read(place)
            theirs = set(array("I", packed))
            common = len(mine & theirs)
            if common and common >= self._least * (len(mine) + len(theirs) - common):
                yield name.decode("utf-8", "surrogatepass"), content.decode("utf-8", "surrogatepass")

    def add(self, name: str, keys: Sequence[int], hashes: Sequence[int], content: str) -> None:
        """Remember a text."""
        packed = array("I", hashes).tobytes()
        told = content.encode("utf-8", "surrogatepass")
        self._index.add(keys, self._texts.add(name.encode("utf-8", "surrogatepass"), told, packed))

    def close(self) -> None:
        """Let go of the files."""
        self._index.close()
        self._texts.close()


class Sides(NamedTuple):
    """The words of a text of two sides, as it is compared."""

    asked: Sequence[str]
    taught: Sequence[str]

    @classmethod
    def of(cls, asked: str, taught: str) -> Sides:
        return cls(words(asked), words(taught))

    def hashes(self) -> array[int]:
        """The hashes of the runs of both sides."""
        if min(len(self.asked), len(self.taught)) < RUN:
            return run_hashes(self.asked) + run_hashes(self.taught)
        hashes = run_hashes([*self.asked, *self.taught])  # in one go, less the runs that start on one side and end on
        del hashes[len(self.asked) - RUN + 1 : len(self.asked)]  # the other
        return hashes

    def runs(self) -> tuple[set[str], set[str]]:
        """The runs of the question, and those of the whole text."""
        asked = shingles(self.asked)
        return asked, asked | shingles(self.taught)


class Lookalike(NamedTuple):
    """A text made ready for comparing: what it says, its sides, their hashes, its keys."""

    content: str
    sides: Sides
    hashes: Sequence[int]
    keys: Sequence[int]


class Lookalikes:
    """Texts of two sides (what is asked, what is taught), compared by their runs of three words.

    Two are alike when both the questions and the whole texts reach `threshold`: a long stock answer must not make
    one of two different questions, nor a stock question one of two answers.
    """

    def __init__(self, path: Path, *, threshold: float) -> None:
        self.threshold = threshold
        self._candidates = Candidates(path, threshold=threshold)

    def ready(self, asked: str, taught: str) -> Lookalike:
        """A text for `find` and `add`."""
        sides = Sides.of(asked, taught)
        hashes = sides.hashes()
        return Lookalike(f"{len(asked)} {asked}{taught}", sides, hashes, self._candidates.keys(hashes))

    def find(self, text: Lookalike) -> Iterator[tuple[str, float]]:
        """Texts alike, those that share most keys first, with how alike the whole texts are."""
        mine: tuple[set[str], set[str]] | None = None
        for name, content in self._candidates.like(text.keys, text.hashes):
            mine = mine or text.sides.runs()
            size, _, told = content.partition(" ")
            asked, whole = Sides.of(told[: int(size)], told[int(size) :]).runs()
            likeness = jaccard(mine[1], whole)
            if min(jaccard(mine[0], asked), likeness) >= self.threshold:
                yield name, likeness

    def add(self, name: str, text: Lookalike) -> None:
        """Remember a text."""
        self._candidates.add(name, text.keys, text.hashes, text.content)

    def close(self) -> None:
        """Let go of the files."""
        self._candidates.close()


class Digests:
    """Names by digest, on disk: who was the first with this very content?"""

    def __init__(self, path: Path) -> None:
        self._index = Keys(path, map_bits=DIGEST_MAP_BITS)
        self._names = Records(path.with_suffix(".names"))

    def first(self, digest: bytes) -> str | None:
        """The name that came first with `digest`, or None."""
        for key in self._index.among((_key(digest),)):
            for place in self._index.places(key, PER_KEY):
                name, known, _ = self._names.read(place)
                if known == digest:
                    return name.decode("utf-8", "surrogatepass")
        return None

    def add(self, digest: bytes, name: str) -> None:
        """Remember that `name` has `digest`, unless another came first."""
        key = _key(digest)
        if not self._index.among((key,)) or self.first(digest) is None:
            self._index.add((key,), self._names.add(name.encode("utf-8", "surrogatepass"), digest))

    def close(self) -> None:
        """Let go of the files."""
        self._index.close()
        self._names.close()


def _key(digest: bytes) -> int:
    return int.from_bytes(digest[: BITS // 8 + 1], "big") & MASK
