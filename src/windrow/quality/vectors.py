"""Texts as vectors: TF-IDF over words and pairs of words, which needs no model and knows any language.

Cosines of such vectors say how many of their telling words two texts share, not what they mean: a paraphrase is far
from its source. Who has an embedding model gives its vectors instead.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from windrow.errors import MissingError
from windrow.text.tokens import words

if TYPE_CHECKING:
    from collections.abc import Sequence

EXTRA = "install windrow[quality]"
MOST_WORDS = 50_000  # features kept, the most frequent first


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


def tf_idf(texts: Sequence[str]) -> Any:  # noqa: ANN401 - a scipy matrix, (texts, features), rows of length 1
    """One row for each text, of length 1 (0 for a text without words)."""
    return vectoriser().fit_transform(texts)


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
