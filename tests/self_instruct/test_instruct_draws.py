from collections import Counter
from statistics import mean

from hypothesis import given
from hypothesis import strategies as st

from windrow.flow.recipes.instruct.draws import POOL, Exemplar, draw, draw_key, pool_of


def exemplars(count, *, human, start=0):
    return [Exemplar(f"{human}{n}", f"{human}{n}", f"Task {n}", "", "ok", human) for n in range(start, start + count)]


HUMAN, MACHINE = exemplars(40, human=True), exemplars(30, human=False)


def test_a_draw_shows_six_of_people_s_and_two_accepted_ones():
    for number in range(200):
        shown = draw(number, HUMAN, MACHINE).exemplars
        assert Counter(one.human for one in shown) == {True: 6, False: 2}
        assert len({one.key for one in shown}) == 8


def test_until_two_are_accepted_all_eight_are_people_s():
    for machine in ([], MACHINE[:1]):
        shown = draw(0, HUMAN, machine).exemplars
        assert len(shown) == 8
        assert all(one.human for one in shown)


def test_a_draw_does_not_depend_on_the_order_of_the_pool():
    assert draw(7, HUMAN, MACHINE) == draw(7, HUMAN[::-1], MACHINE[::-1])


def test_the_shown_order_mixes_people_s_and_accepted_ones():
    places = Counter(
        place
        for number in range(400)
        for place, one in enumerate(draw(number, HUMAN, MACHINE).exemplars)
        if not one.human
    )
    assert sorted(places) == list(range(8))
    assert max(places.values()) < 2 * min(places.values())


def test_one_more_seed_changes_only_the_draws_it_belongs_in_about_six_in_n():
    more = [*HUMAN, Exemplar("new", "new", "A new task", "", "ok", human=True)]
    before = [draw(number, HUMAN, MACHINE) for number in range(2_000)]
    after = [draw(number, more, MACHINE) for number in range(2_000)]
    changed = [number for number in range(2_000) if before[number] != after[number]]
    assert all("new" in {one.key for one in after[number].exemplars} for number in changed)
    assert 0.12 < len(changed) / 2_000 < 0.18  # six in 41 is 0.146
    kept = [len({*before[number].exemplars} & {*after[number].exemplars}) for number in changed]
    assert set(kept) == {7}


def test_every_exemplar_gets_its_turn():
    turns = Counter(one.key for number in range(1_000) for one in draw(number, HUMAN, []).exemplars)
    assert len(turns) == len(HUMAN)
    assert min(turns.values()) > 0.7 * mean(turns.values())


@given(st.integers(0, 2_000), st.integers(0, 5))
def test_a_wave_draws_from_a_bounded_part_of_the_pool(count, wave):
    places = pool_of((str(n) for n in range(count)), wave)
    assert places == sorted(set(places))
    assert len(places) == min(count, POOL)


def test_another_wave_draws_from_another_part_and_one_more_entry_moves_at_most_one():
    keys = [str(n) for n in range(5_000)]
    assert pool_of(keys, 1) != pool_of(keys, 2)
    assert len(set(pool_of(keys, 1)) - set(pool_of([*keys, "new"], 1))) <= 1


def test_what_is_shown_is_clipped_to_a_bounded_length():
    shown = Exemplar("k", "k", "x" * 9_000, "", "y" * 9_000, human=True).shown()
    assert len(shown["instruction"]) == len(shown["output"]) == 1_500
    assert shown["output"].endswith("y…")


def test_a_draw_is_known_by_its_number():
    assert len({draw_key("self_instruct", number) for number in range(1_000)}) == 1_000
