"""Many rows: streamed in and out, in order, so many at once, and none at another's cost."""

import asyncio
import json
import threading

import pytest
from front import BAD, GOOD, QUESTION, asked_of, grading, judging, knows_paris

from windrow import evaluate_rows
from windrow.errors import ConfigError, RowFailure
from windrow.evaluation import aevaluate_rows, configure
from windrow.evaluation.records import given_of
from windrow.row import Message, Row
from windrow.testing import Reply, graders, server_error


@pytest.fixture(autouse=True)
def _nobody_is_configured():
    configure()
    yield
    configure()


def _rows(count):
    return [{"instruction": QUESTION, "response": GOOD if n % 2 else BAD, "n": n} for n in range(count)]


def test_rows_come_out_in_the_order_in_which_they_went_in_whoever_answers_first():
    def slow_at_first(request, number):
        return Reply(knows_paris(request, number), delay=0.1 if number == 0 else 0.0)

    with judging(slow_at_first) as (server, judge):
        scored = list(evaluate_rows(_rows(20), ["task_adherence", "one_line"], judge=judge))
    assert [one.number for one in scored] == list(range(20))
    assert [one.row["n"] for one in scored] == list(range(20))
    assert [one.passed for one in scored] == [bool(n % 2) for n in range(20)]
    assert [[each.eval_name for each in one.results] for one in scored][7] == ["task_adherence", "one_line"]
    assert server.requests == 20


def test_no_more_is_asked_at_once_than_the_concurrency_allows():
    with judging(latency=0.01) as (server, judge):
        list(evaluate_rows(_rows(24), "task_adherence", judge=judge, concurrency=4))
    assert 2 <= server.peak <= 4


def test_rows_are_read_as_results_are_taken_and_not_all_at_once():
    read = 0

    def endless():
        nonlocal read
        while True:
            read += 1
            yield {"instruction": QUESTION, "response": GOOD}

    with judging() as (server, judge):
        scored = evaluate_rows(endless(), "task_adherence", judge=judge, concurrency=2)
        for _ in range(10):
            assert next(scored).passed is True
        scored.close()
    assert read <= 10 + 4 * 2 + 2
    assert server.requests <= read


def test_rows_are_read_in_the_callers_own_thread():
    threads = set()

    def rows():
        for row in _rows(3):
            threads.add(threading.current_thread())
            yield row

    with judging() as (_, judge):
        list(evaluate_rows(rows(), "task_adherence", judge=judge))
    assert threads == {threading.current_thread()}


def test_one_rows_failure_costs_no_other_row():
    def stumbles(request, number):
        return server_error() if "Row 3" in json.dumps(request) else knows_paris(request, number)

    rows = [{"instruction": QUESTION, "response": f"{GOOD} Row {n}"} for n in range(6)]
    with judging(stumbles) as (_, judge):
        scored = list(evaluate_rows(rows, "task_adherence", judge=judge))
    assert [one.passed for one in scored] == [True, True, True, None, True, True]
    assert [one.quarantined for one in scored] == [False, False, False, True, False, False]
    assert scored[3].results[0].error.type == "server_error"


def test_a_row_that_is_none_is_quarantined_and_the_others_go_on():
    scored = list(evaluate_rows([{"output": "a"}, "what?", {"output": "b\nc"}], "one_line"))
    assert [one.passed for one in scored] == [True, None, False]
    assert scored[1].results[0].error.type == "bad_row"


def test_a_dead_judge_leaves_every_row_unscored_and_is_not_asked_for_ever():
    with judging(graders.locked_out, concurrency=2) as (server, judge):
        scored = list(evaluate_rows(_rows(60), "task_adherence", judge=judge))
    assert {one.results[0].error.type for one in scored} == {"auth"}
    assert {one.passed for one in scored} == {None}
    assert server.requests <= 2


def test_whoever_wants_the_first_failure_raised_gets_it():
    with judging(graders.dead) as (_, judge), pytest.raises(RowFailure):
        list(evaluate_rows(_rows(5), "task_adherence", judge=judge, on_error="raise"))
    with pytest.raises(ConfigError):
        list(evaluate_rows(_rows(1), ["exact_match"], on_error="raise"))


@pytest.mark.parametrize("told", [{"concurrency": 0}, {"on_error": "ignore"}, {"engine": "magic"}])
def test_what_is_wrong_whatever_the_row_is_raised_before_a_row_is_read(told):
    with pytest.raises(ConfigError):
        evaluate_rows(iter(()), "one_line", **told)


def test_asynchronous_code_streams_rows_of_its_own():
    async def work(judge):
        async def rows():
            for row in _rows(10):
                yield row

        return [one.passed async for one in aevaluate_rows(rows(), ["task_adherence"], judge=judge, concurrency=3)]

    with judging() as (server, judge):
        assert asyncio.run(work(judge)) == [bool(n % 2) for n in range(10)]
    assert server.peak <= 3


def test_asynchronous_code_may_stop_early():
    async def work(judge):
        scored = aevaluate_rows(_rows(50), "task_adherence", judge=judge, concurrency=2)
        first = await anext(scored)
        await scored.aclose()
        return first.number

    with judging() as (server, judge):
        assert asyncio.run(work(judge)) == 0
    assert server.requests < 50


def test_a_judge_in_ones_own_words_does_not_see_what_else_stands_in_a_row():
    row = {"instruction": QUESTION, "response": GOOD, "label": "secretly good", "house": "in the style of Ada"}
    with judging(grading(1.0), keep=True) as (server, judge):
        (scored,) = evaluate_rows([row], prompt="Is {{output}} {{house}}?", judge=judge)
    assert scored.passed is True
    assert "secretly good" not in asked_of(server)
    assert "in the style of Ada" in asked_of(server)


def test_windrows_own_rows_are_rows_too():
    row = Row("sft", messages=(Message("system", "Be brief."), Message("user", QUESTION), Message("assistant", GOOD)))
    with judging() as (_, judge):
        for form in (row, row.to_dict()):
            (scored,) = evaluate_rows([form], "task_adherence", judge=judge)
            assert scored.passed is True


TURNS = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Q"},
    {"role": "assistant", "content": "A"},
]

SHARED = [{"from": "human", "value": "Q"}, {"from": "gpt", "value": "A"}]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"instruction": "Q", "response": "A"}, {"instruction": "Q", "response": "A"}),
        ({"instruction": "Sum up.", "input": "A text.", "output": "A"}, {"input": "Sum up.\n\nA text.", "output": "A"}),
        ({"instruction": "Sum up.", "input": "", "output": "A"}, {"input": "Sum up.", "output": "A"}),
        ({"messages": TURNS}, {"conversation": TURNS, "system": "Be brief.", "input": "Q", "output": "A"}),
        ({"conversations": SHARED}, {"conversation": SHARED, "input": "Q", "output": "A"}),
        ({"prompt": TURNS[:2], "completion": TURNS[2:]}, {"prompt": "Q", "completion": "A", "system": "Be brief."}),
        ({"prompt": "Q", "chosen": "A", "rejected": "B"}, {"prompt": "Q", "output": "A", "rejected": "B"}),
        (
            {"messages": TURNS, "response": "B"},
            {"conversation": TURNS, "system": "Be brief.", "input": "Q", "response": "B"},
        ),
        ({"question": "Q", "answer": None}, {"question": "Q"}),
    ],
)  # fmt: skip
def test_rows_of_any_common_shape_say_what_was_asked_and_what_was_answered(record, expected):
    assert dict(given_of(record)) == expected


def test_a_measure_of_many_outputs_together_says_so_where_rows_are_scored_one_by_one():
    (scored,) = evaluate_rows(_rows(1), ["distinct_n", "one_line"])
    assert [one.status for one in scored.results] == ["failed", "completed"]
    assert scored.results[0].error.type == "of_a_dataset"
