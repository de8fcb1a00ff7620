"""Can a simple classifier tell two sets of texts apart, and by what?

Logistic regression over TF-IDF, scored out of fold: an area under the ROC curve of 0.5 means that the sets are alike to
it, 1.0 that each text betrays its set (classifier two-sample test, Lopez-Paz and Oquab 2017, arXiv 1610.06545). A model
that is found by its habits hands them on to the student, and queries that are found differ from the real ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windrow.quality.vectors import library, vectoriser
from windrow.statistics.intervals import area_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

FEWEST = 20  # texts of a set: below, an area means little
MOST = 600  # texts of a set
FOLDS = 5
SIGNS = 5  # telling words that are named


@dataclass(frozen=True, slots=True)
class Contrast:
    """How well two sets are told apart: the area under the ROC curve with its 95 % interval (Newcombe 2006),
    and the words (or pairs of words) that speak most for each."""

    area: float
    low: float
    high: float
    for_one: tuple[str, ...]
    for_other: tuple[str, ...]
    n: int


def contrast(one: Sequence[str], other: Sequence[str]) -> Contrast | None:
    """`one` against `other`; None where either has fewer than 20 texts that the other does not have word for word: what
    stands in both tells nothing, and would pull the area below one half."""
    both = set(one) & set(other)
    one, other = ([text for text in texts if text not in both] for texts in (one, other))
    if min(len(one), len(other)) < FEWEST:
        return None
    one, other = one[:MOST], other[:MOST]
    numpy, select = library("numpy"), library("sklearn.model_selection")
    texts, labels = [*one, *other], numpy.array([1] * len(one) + [0] * len(other))
    folds = select.StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    model = _classifier()
    chances = select.cross_val_predict(model, texts, labels, cv=folds, method="predict_proba")[:, 1]
    area = float(library("sklearn.metrics").roc_auc_score(labels, chances))
    bounds = area_interval(area, len(one), len(other))
    for_one, for_other = _signs(model.fit(texts, labels))
    return Contrast(area, bounds.low, bounds.high, for_one, for_other, len(texts))


def _classifier() -> Any:  # noqa: ANN401 - a scikit-learn pipeline
    linear = library("sklearn.linear_model")
    return library("sklearn.pipeline").make_pipeline(
        vectoriser(), linear.LogisticRegression(C=10.0, max_iter=300, class_weight="balanced")
    )


def _signs(fitted: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:  # noqa: ANN401 - a fitted pipeline
    """The features with the largest weights for either set."""
    weights = fitted[-1].coef_[0]
    names = fitted[0].get_feature_names_out()
    order = weights.argsort(kind="stable")
    return (
        tuple(str(names[place]) for place in order[::-1][:SIGNS] if weights[place] > 0),
        tuple(str(names[place]) for place in order[:SIGNS] if weights[place] < 0),
    )
