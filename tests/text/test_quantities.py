"""Quantities and years: what a number counts, when two compare, and which four digits are a year."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windrow.text.quantities import comparable, difference, quantity
from windrow.text.years import moved, others, unbounded, without_dated, years


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("40 GB", "en", "40"),
        ("$1,250", "en", "1250"),
        ("1.250 Euro", "de", "1250"),
        ("1,5 Stunden", "de", "1.5"),
        ("1,250", "de", "1.25"),
        ("1 250,50 €", "fr", "1250.5"),
        ("1.250,50 €", "", "1250.5"),
        ("1,250,000 people", "de", "1250000"),
        ("每月1000元", "zh", "1000"),
        ("-3 degrees", "en", "-3"),
    ],
)
def test_a_number_is_read_as_its_language_writes_it(text, language, value):
    assert quantity(text, language).value == Decimal(value)


@pytest.mark.parametrize("text", ["", "none", "5 euros in 3 days", "E2", "9:30", "2024-01-05", "3/4", "1.2.3.4"])
def test_what_is_not_one_plain_number_is_no_quantity(text):
    assert quantity(text) is None


def test_only_what_is_of_one_sort_compares():
    assert comparable(quantity("40 GB"), quantity("60 gb"))
    assert not comparable(quantity("40 GB"), quantity("40 GB"))
    assert not comparable(quantity("40 GB"), quantity("60 euros"))
    assert not comparable(quantity("up to 40 GB"), quantity("60 GB"))
    assert not comparable(None, quantity("60 GB"))


def test_a_difference_keeps_the_unit_and_is_not_taken_of_limits():
    assert difference(quantity("$4.50"), quantity("$12.50")) == "$8.00"
    assert difference(quantity("1,5 Stunden", "de"), quantity("4 Stunden", "de"), "de") == "2,5 Stunden"
    assert difference(quantity("$2,500"), quantity("$10,000")) == "$7,500"
    assert difference(quantity("900 Euro", "de"), quantity("2.500 Euro", "de"), "de") == "1.600 Euro"
    assert difference(quantity("up to 5 GB"), quantity("up to 8 GB")) == ""


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_difference_is_what_lies_between(one, other):
    apart = difference(quantity(f"{one:,} GB", "en"), quantity(f"{other} GB", "en"))
    assert quantity(apart, "en").value == abs(one - other)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("What was the fee in 2024?", [2024]),
        ("It costs 2000 euros in 1999.", [1999]),
        ("Seen in 2000 cases.", []),
        ("Wie hoch war die Gebühr im Jahr 2023?", [2023]),
        ("2024年的年费是多少？", [2024]),
        ("It opened on 3 May 2021, in the rain.", [2021]),
        ("Call 2024 now, order 1999 of them.", []),
    ],
)
def test_four_digits_are_a_year_where_the_words_say_so(text, found):
    assert years(text) == found


def test_a_question_moves_to_another_year_only_where_it_names_one():
    assert moved("What was the fee in 2024?", 2021) == "What was the fee in 2021?"
    assert moved("What was the fee in 2024?", 2024) == ""
    assert moved("What was the fee in 2020 and in 2024?", 2021) == ""
    assert moved("What is the fee?", 2021) == ""


def test_other_years_lie_outside_of_all_that_are_known():
    assert others([2020, 2024, 2022]) == [2018, 2019, 2025, 2026]
    assert others([]) == []


def test_a_stretch_of_years_is_told_from_a_year():
    assert all(map(unbounded, ["since 2019", "from 2019 to 2024", "2019–2024", "bis 2024", "2019年以来"]))
    assert not any(map(unbounded, ["in 2019", "2019年", "May 2019"]))


def test_sentences_about_a_year_say_nothing_of_another():
    assert without_dated("The fee in 2024 was $5. Tea is free.") == "Tea is free."
