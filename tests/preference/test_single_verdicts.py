"""A judge of pairs, or of a conversation's meaning, that takes its verdict back, or was cut in two, gave none."""

import pytest

from windrow.errors import AnswerFailure
from windrow.flow.recipes.pairs.judging import Comparison, Ratings
from windrow.flow.recipes.traces.meaning import Meaning
from windrow.teachers.structured import parse

REPLIES = [
    (Comparison, '{"code": "c", "evidence": "Yes", "better": "A"}', '", "better": "B"}'),
    (Comparison, '{"code": "c", "evidence": "Yes", "better": "A"}', 'No: {"evidence": "No", "better": "B"}'),
    (Meaning, '{"code": "c", "evidence": "Done", "calls": true, "values": true, "told": true}', '", "calls": false}'),
    (Ratings, '{"code": "c", "ratings": [{"aspect": "safety", "evidence": "Safe", "rating": 5}]}', '", "rating": 1}]}'),
]


@pytest.mark.parametrize(("schema", "verdict", "rest"), REPLIES)
def test_a_verdict_with_pieces_of_another_beside_it_is_none(schema, verdict, rest):
    assert parse(schema, f"{verdict} Nothing else.")
    with pytest.raises(AnswerFailure):
        parse(schema, verdict + rest)
