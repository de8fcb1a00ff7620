"""The embedded teacher's conversations: the example as it stands, honest, varied, valid, and English."""

import json
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from windrow import Plan
from windrow.flow.exports.validate import validate
from windrow.teachers.embedded import conversations_words as say
from windrow.text.rouge import rouge_l
from windrow.text.sides import whole

EXAMPLE = Path(__file__).parents[2] / "examples" / "conversations" / "conversations.yaml"


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    return Plan.load(EXAMPLE).run(tmp_path_factory.mktemp("example") / "out")


def rows_of(run, status="accepted"):
    return [stored.row for stored in run.rows(status=status)]


def test_the_example_gives_exactly_what_it_asks_for_and_it_is_valid(example):
    rows = rows_of(example)
    assert len(rows) == 36
    assert {row.lineage.origin for row in rows} == {"procedural"}
    for target in ("trl", "openai"):
        findings = validate(example.folder / "exports" / target, target)
        assert findings.errors == 0, findings.shown
    assert not any(row.scores or (row.verdicts and any(v.score for v in row.verdicts)) for row in rows)


def test_no_two_conversations_are_alike_and_each_keeps_to_its_outcome(example):
    rows = rows_of(example)
    assert max(rouge_l(whole(one), whole(other)) for one, other in combinations(rows, 2)) < 0.7
    for row in rows:
        last = row.messages[-2].content
        assert any(text in last for text in say.USER_CLOSES[row.lineage.extra["axes"]["outcome"]])
    assert len({row.messages[0].content for row in rows}) == len(rows)


def test_every_gap_is_filled_and_no_seed_is_repeated(example):
    seeds = [json.loads(line) for line in (EXAMPLE.parent / "seeds.jsonl").read_text(encoding="utf-8").splitlines()]
    said = {turn["content"] for seed in seeds for turn in seed["messages"]}
    for row in rows_of(example):
        assert not any("{" in turn.content or ", ." in turn.content for turn in row.messages)
        assert said.isdisjoint(turn.content for turn in row.messages)
        assert row.lineage.extra["axes"]["issue"].rpartition(" > ")[2] in row.messages[0].content


def test_rules_of_the_seeds_are_quoted_where_they_bear_on_the_issue(example):
    told = Counter(
        "loan bike" in whole(row) for row in rows_of(example) if "repair" in row.lineage.extra["axes"]["issue"]
    )
    others = [row for row in rows_of(example) if "invoice" in row.lineage.extra["axes"]["issue"]]
    assert told[True] + told[False] > 0
    assert not any("loan bike" in whole(row) for row in others)


def test_without_axes_the_seeds_say_what_it_is_about(tmp_path):
    plan = {
        "name": "t",
        "seeds": [{"use": "rows", "path": "seeds.jsonl"}],
        "recipes": [{"use": "conversations", "rows": 12}],
    }
    rows = rows_of(
        Plan.parse({**plan, "models": {"teacher": "embedded/procedural"}}, base=EXAMPLE.parent).run(tmp_path / "o")
    )
    told = "".join(row.messages[0].content for row in rows)
    assert all(f"something about the {subject}" in told for subject in ("tyre", "membership", "clamp"))
    assert {row.lineage.extra["axes"]["outcome"] for row in rows} == {"resolved", "escalated", "abandoned"}


def test_seeds_in_another_language_are_refused_with_a_reason(tmp_path):
    turns = [
        "Ich habe mein Paket nicht bekommen und warte seit einer Woche darauf.",
        "Das tut mir leid. Wie ist die Nummer der Bestellung?",
    ]
    seeds = [
        {
            "messages": [
                {"role": ("user", "assistant")[at % 2], "content": f"{turns[at % 2]} {at} {n}"} for at in range(4)
            ]
        }
        for n in range(3)
    ]
    (tmp_path / "s.jsonl").write_text("".join(json.dumps(one) + "\n" for one in seeds))
    told = {"name": "t", "seeds": [{"use": "rows", "path": "s.jsonl"}], "models": {"teacher": "embedded/procedural"}}
    run = Plan.parse(
        {**told, "recipes": [{"use": "conversations", "rows": 1, "max_candidates": 3}]}, base=tmp_path
    ).run(tmp_path / "o")
    assert rows_of(run) == []
    assert {reason for _, _, reason, _ in run.reasons()} == {"unsupported"}
