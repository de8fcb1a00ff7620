"""Distractors, drawn straight from a corpus: what is kept out, and what stands in for what is missing."""

import pytest

from windrow.flow.recipes.rag.contexts import Evidence, distractors
from windrow.flow.recipes.rag.corpus import Corpus
from windrow.row import Chunk
from windrow.shapes import Seed

QUESTION = "What colour is the heron kettle?"
PASSAGES = {
    "gold": ("herons.md", "The heron kettle has the colour green."),
    "rival": ("rivals.md", "What colour is the heron kettle, the heron kettle, the colour heron kettle?"),
    "twin": ("twins.md", "People say a heron kettle is green and nothing else, of all kettles there are in the world."),
    "near": ("near.md", "A kettle of another bird stands on a stove and sings a song for hours, if it is not empty."),
    "sibling": ("herons.md", "It boils one litre in two minutes."),
    "far": ("far.md", "Bees make honey."),
    "farther": ("farther.md", "Cows give milk."),
}


@pytest.fixture
def corpus(tmp_path):
    built = Corpus(tmp_path)
    for at, (name, (document, text)) in enumerate(PASSAGES.items()):
        chunk = Chunk(name, text, document, at, at + len(text))
        built.add(Seed(f"key of {name}", chunk, f"{document}#{name}", document))
    built.build()
    yield built
    built.close()


@pytest.fixture
def evidence(corpus):
    return Evidence(corpus.chunk("gold"), ["green"], ["heron", "kettle"], corpus.search(QUESTION, 60))


def draw(corpus, evidence, lot="lot", cut=0.95, **shares):
    return distractors(corpus, evidence, lot, shares=shares, cut=cut, barred=evidence.answered_by)


def found(drawn):
    return {distractor.chunk.id: distractor.origin for distractor in drawn}


def test_a_passage_that_ranks_with_the_evidence_may_be_evidence_and_is_left_out(corpus, evidence):
    drawn = draw(corpus, evidence, bm25=7)
    assert "rival" not in found(drawn)
    assert all(other.score is None or other.score < 0.95 * evidence.score() for other in drawn)


def test_a_passage_that_answers_too_is_left_out(corpus, evidence):
    assert "twin" not in found(draw(corpus, evidence, bm25=7))
    assert evidence.held_by(corpus.chunk("twin"))


def test_each_origin_gives_its_share(corpus, evidence):
    drawn = found(draw(corpus, evidence, bm25=1, same_doc=1, random=1))
    assert drawn["near"] == "bm25"
    assert drawn["sibling"] == "same_doc"
    assert "random" in drawn.values()


def test_what_an_origin_lacks_the_others_make_up_for(corpus, evidence):
    assert found(draw(corpus, evidence, same_doc=4)).keys() == {"sibling", "near", "far", "farther"}


def test_the_evidence_is_never_among_its_distractors_and_none_comes_twice(corpus, evidence):
    for lot in range(20):
        drawn = [other.chunk.id for other in draw(corpus, evidence, str(lot), bm25=2, random=4)]
        assert "gold" not in drawn
        assert len(drawn) == len(set(drawn))


def test_the_same_lot_draws_the_same_and_another_lot_another(corpus, evidence):
    draws = [list(found(draw(corpus, evidence, str(lot), random=1))) for lot in range(30)]
    assert draws == [list(found(draw(corpus, evidence, str(lot), random=1))) for lot in range(30)]
    assert len({tuple(drawn) for drawn in draws}) > 1


def test_every_chunk_has_its_turn_once(corpus):
    assert sorted(seed.payload.id for seed in corpus.in_turn()) == sorted(PASSAGES)


def test_a_chunk_given_twice_is_taken_once(corpus):
    corpus.add(Seed("key of far", corpus.chunk("far"), "far.md#far", "far.md"))
    assert len(list(corpus.in_turn())) == len(PASSAGES)
