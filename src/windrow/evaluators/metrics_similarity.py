"""Evaluators of likeness to the reference: by edits, by shared words, by BLEU and ROUGE.

A likeness is no verdict: `passed` stays None unless the caller says which `threshold` is enough. Two texts may share
every word and say opposite things, which no figure here can see.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from windrow.evaluators.metrics_frame import Measure, Texts, Undecided, bad_option, evaluator, listed
from windrow.text.bleu import bleu
from windrow.text.edit_distance import LONGEST, similarity
from windrow.text.rouge import rouge_l
from windrow.text.tokens import normalise, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windrow.evaluators.inputs import Inputs

FUZZY = 0.8


@evaluator("reference")
def rouge_score(inputs: Inputs) -> Measure:
    """ROUGE-L F-measure over words, no stemmer (Lin 2004); equals the `rouge-score` package on ASCII text."""
    return _like(rouge_l(inputs.output, inputs.reference), "ROUGE-L")


@evaluator("reference")
def bleu_score(inputs: Inputs, *, references: Texts | None = None) -> Measure:
    """BLEU of this one text against the reference and further `references`, from 0 to 1; equals sacreBLEU's sentence
    BLEU divided by 100."""
    return _like(bleu(inputs.output, [inputs.reference, *listed(references or [])]), "BLEU")


@evaluator("reference")
def levenshtein_similarity(inputs: Inputs, *, case_sensitive: bool = True) -> Measure:
    """1 - edits / length of the longer text, over characters."""
    return _like(_similar(inputs.output, inputs.reference, caseless=not case_sensitive), "similarity")


@evaluator("reference")
def fuzzy_match(inputs: Inputs) -> Measure:
    """Is the output the reference but for a few characters, the case and the order of words? The larger of two
    likenesses by edits, of the texts and of their sorted words; 0.8 passes where no threshold is given."""
    straight = _similar(inputs.output, inputs.reference, caseless=True)
    one, other = (" ".join(sorted(words(text))) for text in (inputs.output, inputs.reference))
    turned = _similar(one, other, caseless=True) if one and other else 0.0
    return _like(max(straight, turned), "similarity", FUZZY)


@evaluator("reference")
def token_f1(inputs: Inputs) -> Measure:
    """F1 of the words that output and reference share, each as often as in both (SQuAD, Rajpurkar et al. 2016); no
    articles are left out, since only English has those."""
    precision, recall = _shared(inputs)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return _like(f1, "F1", precision=precision, recall=recall)


@evaluator("reference")
def recall_score(inputs: Inputs) -> Measure:
    """Which share of the reference's words does the output hold (ROUGE-1 recall)?"""
    precision, recall = _shared(inputs)
    return _like(recall, "recall", precision=precision, recall=recall)


@evaluator("reference", fidelity="heuristic")
def tfidf_similarity(inputs: Inputs) -> Measure:
    """Cosine of output and reference as TF-IDF vectors of words, weighed by how few of the given texts (passages of the
    context too) hold a word. It knows no synonyms: an embedding model would, and there is none here."""
    texts = [inputs.output, inputs.reference, *(passage.text for passage in inputs.context)]
    counts = [Counter(words(text)) for text in texts]
    held = Counter(word for one in counts for word in one)
    weights = {word: math.log((1 + len(counts)) / (1 + number)) + 1 for word, number in held.items()}
    one, other = ({word: n * weights[word] for word, n in count.items()} for count in counts[:2])
    dot = math.fsum(value * other.get(word, 0.0) for word, value in one.items())
    norms = math.sqrt(math.fsum(v * v for v in one.values()) * math.fsum(v * v for v in other.values()))
    cosine = min(1.0, dot / norms) if norms else 0.0
    return _like(cosine, "word overlap (TF-IDF, no embeddings)")


def _shared(inputs: Inputs) -> tuple[float, float]:
    said, right = words(inputs.output), words(inputs.reference)
    if not right:
        raise bad_option("the reference has no word")
    both = sum((Counter(said) & Counter(right)).values())
    return both / len(said) if said else 0.0, both / len(right)


def _similar(one: str, other: str, *, caseless: bool) -> float:
    if max(len(one), len(other)) > LONGEST:
        raise Undecided(f"texts of more than {LONGEST} characters are not compared by edits", type="too_long")
    return similarity(normalise(one), normalise(other)) if caseless else similarity(one.strip(), other.strip())


def _like(score: float, name: str, threshold: float | None = None, **metadata: float | Sequence[str]) -> Measure:
    return Measure(min(1.0, score), f"{name} {score:.3f}", threshold, metadata)
