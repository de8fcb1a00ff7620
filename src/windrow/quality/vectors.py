"""Texts as vectors: TF-IDF over words and pairs of words, which needs no model and knows any language; or the vectors
of a model, where there are some.

Cosines of TF-IDF say how many of their telling words two texts share, not what they mean: a paraphrase is far from its
source. Those of an embedding model say what it takes for alike, which is why every figure names it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from windrow.errors import MissingError
from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

EXTRA = "install windrow[quality]"
MOST_WORDS = 50_000  # features kept, the most frequent first
MOST_MISSING = 0.05  # share of the texts that may be without a vector
AGAIN = "run the same command again"


class NotPlaced(Exception):
    """Why texts have no vectors, in words for a report."""


def place_enough(space: Space, texts: Sequence[str], fewest: int) -> Placed:
    """The texts in `space`, unless there are fewer than that. Raises NotPlaced."""
    if len(texts) < fewest:
        raise NotPlaced(f"fewer than {fewest} rows")
    return space.place(texts)


@dataclass(frozen=True, slots=True)
class Placed:
    """Vectors of texts, one a row and each of length 1; `detail` says how many of the texts have none, if any."""

    matrix: Any
    detail: str = ""

    def __len__(self) -> int:
        return int(self.matrix.shape[0])


class Space(ABC):
    """A way to place texts so that a cosine says how alike they are. `name` is told with every figure; `clustered` is
    for whoever finds clusters in it, so that they need be found only once."""

    name: str
    clustered: tuple[tuple[tuple[str, ...], tuple[str, ...]], Any] | None = None

    @abstractmethod
    def place(self, texts: Sequence[str]) -> Placed:
        """The texts among themselves. Raises NotPlaced."""

    @abstractmethod
    def place_both(self, real: Sequence[str], made: Sequence[str]) -> tuple[Placed, Placed]:
        """Two sets in one space, as the first of them sets it up. Raises NotPlaced."""


class TfIdf(Space):
    """Words and pairs of words, weighted by how seldom they are."""

    name = "TF-IDF"

    def place(self, texts: Sequence[str]) -> Placed:
        return Placed(self._vectoriser().fit_transform(texts))

    def place_both(self, real: Sequence[str], made: Sequence[str]) -> tuple[Placed, Placed]:
        model = self._vectoriser()
        return Placed(model.fit_transform(real)), Placed(model.transform(made))

    def _vectoriser(self) -> Any:  # noqa: ANN401 - a TfidfVectorizer
        if not available():
            raise NotPlaced(EXTRA)
        return vectoriser()


class Embedded(Space):
    """The vectors that a model gave, by text, as `find` has them: None where it gave none.

    `failed` counts, by kind, the texts that the model was asked about in vain, and `why` is the reason for the last.
    """

    def __init__(
        self, name: str, find: Callable[[str], Sequence[float] | None], failed: Mapping[str, int], why: str = ""
    ) -> None:
        self.name = name
        self._find = find
        self._failed = Counter(failed)
        self._why = why

    def place(self, texts: Sequence[str]) -> Placed:
        if not available():
            raise NotPlaced(EXTRA)
        texts = [text for text in texts if text.strip()]
        if not texts:
            raise NotPlaced("the texts are empty")
        found = [vector for text in texts if (vector := self._find(text)) is not None]
        without = len(texts) - len(found)
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self._failed.items()))
        said = f"{without} of {len(texts)} texts have no vector of {self.name}"
        if without > MOST_MISSING * len(texts):
            failed = f" (failed in all: {kinds})" if kinds else ""
            why = f": {self._why}" if self._why else ""
            raise NotPlaced(f"{said}{failed}{why}; {AGAIN}")
        if len(set(map(len, found))) != 1:
            raise NotPlaced(f"{self.name} gives vectors of different lengths: {sorted(set(map(len, found)))}")
        numpy = library("numpy")
        matrix = numpy.array(found, dtype=numpy.float64)
        matrix /= numpy.linalg.norm(matrix, axis=1, keepdims=True)
        return Placed(matrix, said if without else "")

    def place_both(self, real: Sequence[str], made: Sequence[str]) -> tuple[Placed, Placed]:
        one, other = self.place(real), self.place(made)
        if one.matrix.shape[1] != other.matrix.shape[1]:
            raise NotPlaced(f"{self.name} gives vectors of different lengths for seeds and rows")
        return one, other


def library(name: str) -> Any:  # noqa: ANN401 - numpy or a part of scikit-learn
    """A module of the extra. Raises MissingError."""
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingError(f"{name} is not installed", remedy=EXTRA) from error


def available() -> bool:
    """Whether the extra is installed."""
    try:
        library("sklearn.feature_extraction.text")
    except MissingError:
        return False
    return True


def dense(matrix: Any) -> Any:  # noqa: ANN401 - a numpy array of a scipy or numpy matrix
    """The matrix with every 0 written out."""
    return matrix.toarray() if hasattr(matrix, "toarray") else matrix


def vectoriser() -> Any:  # noqa: ANN401 - a TfidfVectorizer
    """Words and pairs of neighbours, weighted by how seldom they are."""
    text = library("sklearn.feature_extraction.text")
    return text.TfidfVectorizer(
        tokenizer=words_or_mark, token_pattern=None, lowercase=False, ngram_range=(1, 2), sublinear_tf=True,
        max_features=MOST_WORDS,
    )  # fmt: skip


def words_or_mark(text: str) -> list[str]:
    """The words of a text; of one without any, its characters, so that even "?" and "!" are two different texts."""
    return words(text) or text.split() or ["(nothing)"]
