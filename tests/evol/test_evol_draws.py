"""What is drawn: operators by weight and by nobody else's seed, and constraints that a text can always obey."""

import json
import random
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest
from chains import EXAMPLE, plain
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from windrow import prompts
from windrow.flow.recipes import evol_instruct
from windrow.flow.recipes.evol.operators import Operators, drawn, weights
from windrow.flow.recipes.evol.rungs import Rung, root_of
from windrow.flow.recipes.evol.verifiable import constrained, joined
from windrow.flow.recipes.evol_instruct import EvolInstruct, EvolOptions
from windrow.flow.seeds.rows import RowSeedOptions, RowSeeds
from windrow.teachers.embedded.evol_instruct_writing import core_of, written
from windrow.text.constraint_conflicts import conflict
from windrow.text.constraint_draws import MAKERS, draw, shape_of, suits
from windrow.text.constraints import describe, find, problem
from windrow.text.tokens import words

TEMPLATES = Path(evol_instruct.__file__).parent / "prompts" / "evol_instruct"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "seeds" / "self_instruct_175.jsonl"


def seeds(path=EXAMPLE / "seeds.jsonl"):
    return list(RowSeeds(RowSeedOptions(path=path.name), base=path.parent).read())


def planted(given, count=None, **options):
    recipe = EvolInstruct(EvolOptions(**options), base=Path())
    recipe.open(given, Path())
    return list(islice(recipe.plant((), 0), count))


def test_operators_are_drawn_by_their_weights():
    shares = weights(Operators(), downward=0.0)
    counts = Counter(drawn(f"seed {n}", 0, shares) for n in range(4000))
    assert counts["simplify"] == 0
    for name, share in shares.items():
        assert abs(counts[name] / 4000 - share) < 0.03


def test_a_weight_that_changes_moves_only_the_draws_it_has_to():
    before, after = weights(Operators(), 0.0), {**weights(Operators(), 0.0), "breadth": 0.4}
    moved = [(drawn(f"{n}", 1, before), drawn(f"{n}", 1, after)) for n in range(1000)]
    assert {new for old, new in moved if old != new} == {"breadth"}
    assert any(old != new for old, new in moved)


def test_a_draw_without_what_failed_is_another_one_and_else_the_same():
    shares = weights(Operators(), 0.1)
    for n in range(200):
        first = drawn(f"{n}", 0, shares)
        assert drawn(f"{n}", 0, shares, {first}) not in (first, None)
        others = set(shares) - {first}
        assert drawn(f"{n}", 0, shares, {min(others)}) == first
    assert drawn("x", 0, shares, set(shares)) is None


def test_downward_is_the_share_of_easier_steps():
    shares = weights(Operators(breadth=0), downward=0.2)
    assert shares["simplify"] == 0.2
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["breadth"] == 0


def test_nothing_to_do_is_refused_and_so_is_an_unknown_operator():
    with pytest.raises(ValidationError, match="nothing to do"):
        EvolOptions(operators=dict.fromkeys(Operators.model_fields, 0))
    with pytest.raises(ValidationError):
        EvolOptions(operators={"deepening": 1})
    with pytest.raises(ValidationError, match="finite"):
        EvolOptions(operators={"breadth": float("inf")})
    with pytest.raises(ValidationError):
        EvolOptions(rounds=4)


def test_chains_are_known_by_their_seed_and_number_wherever_the_seed_stands():
    given = seeds()
    keys = {item.key for item in planted(given)}
    assert len(keys) == len(given) * 5
    assert {item.key for item in planted(given[::-1])} == keys
    assert keys - {item.key for item in planted(given[1:])} == {f"{given[0].key}/{n}" for n in range(5)}


@pytest.mark.parametrize(("rounds", "cap", "turns"), [(2, 10, [2] * 5), (3, 10, [3, 3, 3, 1]), (2, 1, [1])])
def test_a_seed_s_chains_have_as_many_turns_together_as_it_may_have_children(rounds, cap, turns):
    items = planted(seeds()[:1], rounds=rounds, max_children_per_seed=cap)
    assert [item.payload.turns for item in items] == turns


def texts():
    found = [root_of(seed.payload) for seed in seeds()]
    return [(root.instruction, root.response) for root in found] + [
        ("Go on.", ""),
        ("Answer it.", "7"),
        ("Do.", "So be it then."),
    ]


@pytest.mark.parametrize(("instruction", "answer"), texts())
def test_no_drawn_set_of_constraints_is_one_that_no_text_obeys(instruction, answer):
    """Shown by writing one that does: the answer itself in that form, or else plain words."""
    assert suits(instruction, answer)
    for trial in range(60):
        rng = random.Random(f"{answer} {trial}")
        entries = draw(shape_of(answer), [], rng, most=5, words_left=60)
        assert conflict(entries) == ""
        text = written(core_of(answer, []), entries, rng) or written(plain(entries, rng), entries, rng)
        assert text, entries
        assert not any(problem(entry, text) for entry in entries)


@pytest.mark.shared
def test_nor_is_any_drawn_for_real_answers():
    if not SHARED.exists():
        pytest.skip("not run: needs ../shared/data/seeds/self_instruct_175.jsonl")
    for seed in seeds(SHARED):
        root = root_of(seed.payload)
        if suits(root.instruction, root.response):
            rng = random.Random(seed.key)
            for _ in range(10):
                entries = draw(shape_of(root.response), [], rng, most=5, words_left=60)
                own = written(core_of(root.response, []), entries, rng)
                assert own or written(plain(entries, rng), entries, rng), entries


@settings(max_examples=60)
@given(st.randoms(use_true_random=False), st.sampled_from(texts()))
def test_what_is_drawn_on_top_never_contradicts_what_is_there(rng, pair):
    held = draw(shape_of(pair[1]), [], rng, most=3, words_left=30)
    more = draw(shape_of(pair[1]), held, rng, most=3, words_left=30)
    assert conflict([*held, *more]) == ""
    assert sum(len(words(describe(entry))) for entry in more) <= 30


def test_every_kind_of_constraint_is_drawn_for_something():
    rng = random.Random(5)
    seen = {entry["id"] for _, answer in texts() for _ in range(150)
            for entry in draw(shape_of(answer), [], rng, most=5, words_left=60)}  # fmt: skip
    assert seen == set(MAKERS)


@pytest.mark.parametrize(
    ("instruction", "answer"),
    [("Wandle die Angaben in JSON um.", '{"a": 1}'), ("请概括这段话。", "很好。"),
     ("Show it as a table.", "| a |\n|---|\n| b |"),
     ("Erkläre, wie man den Reifen prüft und was die Zahl bedeutet.", "Der Druck ist auf dem Reifen zu lesen.")],
)  # fmt: skip
def test_english_sentences_are_put_behind_english_prose_only(instruction, answer):
    assert not suits(instruction, answer)
    assert constrained(Rung(instruction, "", answer), random.Random(1), cap=5, words=20) == ""


def test_a_task_that_has_as_many_constraints_as_it_may_gets_none():
    rung = Rung("Say it. Use at most 9 words. Do not use any commas.", "", "So it is said and done.")
    assert constrained(rung, random.Random(1), cap=2, words=20) == ""
    more = constrained(rung, random.Random(1), cap=3, words=20)
    assert len(find(more)) == 3
    assert more.startswith(rung.instruction)


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [("Sort it", "Sort it. B."), ("Sort it!", "Sort it! B."), ("Summarise the text:", "Summarise the text. B."),
     ('Say "no"', 'Say "no". B.'), ('Say "no."', 'Say "no." B.'), ("One.\nTwo", "One.\nTwo\n\nB.")],
)  # fmt: skip
def test_sentences_are_joined_to_what_is_brought_to_an_end(instruction, expected):
    assert joined(instruction, ["B."]) == expected


def rendered(label, **variables):
    return prompts.load(TEMPLATES / f"{label}.md", name=label).render(variables)


def test_the_prompts_hold_what_they_should_and_no_other_operator_s_words():
    base = {"instruction": "Sort it.", "input": "b, a", "nth": 0, "words": 20}
    systems = {}
    for operator in ("constraints", "deepen", "concretise", "reasoning", "simplify"):
        system, user = rendered("evolve", **base, operator=operator)
        systems[operator] = system.content
        assert user.content == "Instruction: Sort it.\n\nInput that comes with it:\nb, a"
        assert "INVALID" in system.content
    assert len(set(systems.values())) == 5
    assert "easier" in systems["simplify"]
    assert not any("easier" in text for operator, text in systems.items() if operator != "simplify")
    assert "rewrite number 3" in rendered("evolve", **{**base, "nth": 2}, operator="deepen")[1].content
    leaf = {"topic": "brakes"}
    told = rendered("breadth", instruction="A", input="", nth=0, least=2, most=5, leaf=leaf)[0].content
    assert "topic: brakes" in told
    assert "2 to 5 words" in told


def test_an_answer_is_asked_for_in_the_seed_s_own_system_text_where_it_has_one():
    own, _ = rendered("respond", instruction="A", input="", system="You sell shoes.")
    assert own.content == "You sell shoes."
    usual, user = rendered("respond", instruction="A", input="B", system="")
    assert "machine" in usual.content
    assert user.content == "A\n\nB"


def test_the_options_are_json():
    json.dumps(EvolOptions(axes={"topic": ["a"]}).model_dump(mode="json"))
