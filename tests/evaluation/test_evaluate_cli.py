"""`windrow evaluate`: a table, a file of results, an exit code; answers that are kept whatever happens."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from front import BAD, GOOD, QUESTION, judging

from windrow import Plan
from windrow.cli import main
from windrow.testing import graders

WINDROW = Path(sys.executable).parent / "windrow"
HANDBOOK = Path(__file__).parents[2] / "examples" / "support" / "handbook"


def _rows(count):
    return [{"instruction": f"{QUESTION} ({n})", "response": GOOD if n % 4 else BAD} for n in range(count)]


def _file(folder, rows, name="rows.jsonl"):
    path = folder / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def windrow(tmp_path, monkeypatch, capfd):
    """The command in this process, in a folder of its own: what it prints, once it ended with `exit_code`."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, exit_code=0):
        with pytest.raises(SystemExit) as ended:
            main(["evaluate", *map(str, arguments)])
        said = capfd.readouterr()
        assert ended.value.code == exit_code, said.out + said.err
        return said

    return run


@pytest.fixture
def told(windrow):
    return lambda *arguments, **more: json.loads(windrow(*arguments, "--json", **more).out)


def _by(server):
    return ("--judge", "openai/judge", "--base-url", server.url)


def test_offline_evaluators_need_no_judge_and_keep_nothing(tmp_path, windrow, told):
    _file(tmp_path, [{"output": "one line"}, {"output": "two\nlines"}, {"output": ""}])
    said = windrow("rows.jsonl", "-e", "one_line").out
    assert said.splitlines()[1].split()[:2] == ["one_line", "50.0%"]
    document = told("rows.jsonl", "-e", "one_line,length_between", exit_code=3)
    (lines, between) = document["evaluators"]
    assert (lines["pass_rate"], lines["passed"], lines["failed"], lines["skipped"]) == (0.5, 1, 1, 1)
    assert lines["interval"] == pytest.approx([0.0945, 0.9055], abs=1e-3)
    assert between["asked_wrongly"]
    assert document["answers"] is None
    assert [path.name for path in tmp_path.iterdir()] == ["rows.jsonl"]


def test_what_is_measured_over_all_rows_stands_beside_what_is_measured_of_each(tmp_path, windrow, told):
    talk = {"messages": [{"role": "user", "content": "?"}, {"role": "assistant", "content": "one two three four"}]}
    _file(tmp_path, [{"output": "one two three four"}, talk])
    said = windrow("rows.jsonl", "-e", "distinct_n,one_line", "--min-pass-rate", "1").out
    assert "distinct_n: 2 different runs of 3 words among 4" in said
    whole, each = told("rows.jsonl", "-e", "distinct_n,one_line", "--out", "o.jsonl")["evaluators"]
    assert (whole["mean_score"], whole["pass_rate"], whole["interval"], whole["coverage"]) == (0.5, None, None, 1.0)
    assert (whole["whole"]["metadata"]["outputs"], each["passed"]) == (2, 2)
    rows = [json.loads(line) for line in (tmp_path / "o.jsonl").read_text("utf-8").splitlines()]
    assert [[one["eval_name"] for one in row["evaluations"]] for row in rows] == [["one_line"]] * 2
    windrow("rows.jsonl", "-e", "distinct_n", "--threshold", "0.9", "--min-pass-rate", "1", exit_code=3)


def test_rows_are_judged_and_written_with_their_evaluations(tmp_path, told):
    _file(tmp_path, _rows(8))
    with judging() as (server, _):
        document = told("rows.jsonl", "-e", "task_adherence", *_by(server), "--out", "scored/out.jsonl")
    (figures,) = document["evaluators"]
    assert (figures["passed"], figures["failed"], figures["coverage"], figures["calls"]) == (6, 2, 1.0, 8)
    assert figures["cost"] is None
    assert (document["judges"], document["exit_code"]) == (["openai/judge"], 0)
    scored = [json.loads(line) for line in (tmp_path / "scored" / "out.jsonl").read_text("utf-8").splitlines()]
    assert [row["instruction"] for row in scored] == [row["instruction"] for row in _rows(8)]
    assert [row["evaluations"][0]["passed"] for row in scored] == [bool(n % 4) for n in range(8)]
    first = scored[1]["evaluations"][0]
    assert first["judge"]["model"] == "openai/judge"
    assert {one["id"] for one in first["criteria"]} >= {"goal", "rule"}
    assert sorted(path.name for path in (tmp_path / "scored").iterdir()) == ["out.answers.sqlite", "out.jsonl"]


def test_a_finished_evaluation_that_is_run_again_asks_nothing(tmp_path, told):
    _file(tmp_path, _rows(6))
    with judging() as (server, _):
        first = told("rows.jsonl", "-e", "task_adherence", *_by(server))
        again = told("rows.jsonl", "-e", "task_adherence", *_by(server))
        assert server.requests == 6
    assert (first["evaluators"][0]["cached"], again["evaluators"][0]["cached"]) == (0, 6)
    assert again["evaluators"][0]["passed"] == first["evaluators"][0]["passed"]


def test_killed_without_warning_the_same_command_asks_only_for_what_is_missing(tmp_path, told):
    _file(tmp_path, _rows(40))
    concurrency = 2
    with judging(latency=0.05) as (server, _):
        command = [
            "rows.jsonl",
            "-e",
            "task_adherence",
            *_by(server),
            "--concurrency",
            str(concurrency),
            "--out",
            "s.jsonl",
        ]
        running = subprocess.Popen([WINDROW, "evaluate", *command], cwd=tmp_path, stdout=subprocess.DEVNULL)
        while server.requests < 12:
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
        running.wait(timeout=10)
        assert not (tmp_path / "s.jsonl").exists()
        figures = told(*command)["evaluators"][0]
        asked = server.requests
    assert (figures["passed"], figures["failed"], figures["coverage"]) == (30, 10, 1.0)
    assert figures["cached"] >= 12 - 2 * concurrency
    assert 40 <= asked <= 40 + concurrency
    assert len((tmp_path / "s.jsonl").read_text("utf-8").splitlines()) == 40


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (("--out", "one.jsonl"), ("--out", "two.jsonl", "--answers", "one.answers.sqlite"), "file of judges' answers"),
        (("--out", "one.jsonl"), ("--out", "one.jsonl", "--answers", "other.sqlite"), "file of scored rows"),
    ],
)
def test_two_processes_do_not_write_one_file(tmp_path, first, second, said, windrow, told):
    _file(tmp_path, _rows(6))
    with judging(latency=0.3) as (server, _):
        common = ["rows.jsonl", "-e", "task_adherence", *_by(server)]
        slowly = [WINDROW, "evaluate", *common, *first, "--concurrency", "1"]
        running = subprocess.Popen(slowly, cwd=tmp_path, stdout=subprocess.DEVNULL)
        while not server.requests:
            time.sleep(0.01)
        refused = windrow(*common, *second, exit_code=2)
        running.send_signal(signal.SIGKILL)
        running.wait(timeout=10)
        assert f"the {said} is in use by process {running.pid}" in refused.err
        for arguments in (second, first):
            assert told(*common, *arguments)["evaluators"][0]["coverage"] == 1.0
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("script", "kind"),
    [(graders.locked_out, "auth"), (graders.thought_process, "unparsed"), (graders.false_quote, "evidence_not_found")],
)
def test_a_judge_without_verdicts_ends_with_three_and_nothing_passes(tmp_path, script, kind, windrow, told):
    _file(tmp_path, _rows(4))
    with judging(script) as (server, _):
        document = told("rows.jsonl", "-e", "task_adherence", *_by(server), exit_code=3)
        said = windrow("rows.jsonl", "-e", "task_adherence", *_by(server), exit_code=3).out
    (figures,) = document["evaluators"]
    assert (figures["unscored"], figures["passed"], figures["pass_rate"]) == ({kind: 4}, 0, None)
    assert f"4 unscored: {kind}" in said


def test_what_was_no_verdict_is_asked_again_by_the_next_run(tmp_path, told):
    _file(tmp_path, _rows(3))
    calls = 0

    def mends(request, number):
        return (graders.thought_process if calls == 0 else graders.always_pass)(request, number)

    with judging(mends) as (server, _):
        first = told("rows.jsonl", "-e", "task_adherence", *_by(server), exit_code=3)
        calls = 1
        second = told("rows.jsonl", "-e", "task_adherence", *_by(server))
    assert first["evaluators"][0]["unscored"] == {"unparsed": 3}
    assert second["evaluators"][0]["passed"] == 3


def test_a_pass_rate_below_what_is_wanted_ends_with_three(tmp_path, windrow):
    _file(tmp_path, [{"output": "one"}, {"output": "two\nlines"}])
    assert "below" in windrow("rows.jsonl", "-e", "one_line", "--min-pass-rate", "0.6", exit_code=3).out
    windrow("rows.jsonl", "-e", "one_line", "--min-pass-rate", "0.5")


def test_rows_in_which_there_is_nothing_to_judge_do_not_hold_a_pass_rate(tmp_path, windrow):
    _file(tmp_path, [{"input": "one", "output": ""}, {"input": "two", "output": " "}])
    said = windrow("rows.jsonl", "-e", "one_line", "--min-pass-rate", "0.5", exit_code=3).out
    assert "nothing to judge in any row" in said
    windrow("rows.jsonl", "-e", "one_line")


def test_several_judges_a_rubric_of_ones_own_its_lock_and_samples(tmp_path, windrow, told):
    _file(tmp_path, _rows(2))
    (tmp_path / "house.yaml").write_text(
        "name: house\ndescription: Is it ours?\ncriteria: [{id: short, question: Is it short}]\n", encoding="utf-8"
    )
    with judging(graders.always_pass) as (server, _):
        panel = ("--judge", "openai/one", "--judge", "openai/two", "--base-url", server.url)
        document = told("rows.jsonl", "--rubric", "house.yaml", *panel, "--samples", "2")
        assert (document["evaluators"][0]["evaluator"], document["evaluators"][0]["calls"]) == ("house", 8)
        refused = windrow("rows.jsonl", "--rubric", "house.yaml", "--lock", "0" * 16, *panel, exit_code=2)
    assert "lock" in refused.err


def test_a_run_is_evaluated_by_its_accepted_rows(tmp_path, told):
    seeds = [{"use": "documents", "path": str(HANDBOOK)}]
    run = Plan.parse({"name": "tiny", "seeds": seeds, "recipes": [{"use": "rag_qa", "rows": 2}]}, base=tmp_path)
    accepted = sum(count for (_, status), count in run.run(tmp_path / "run").counts().items() if status == "accepted")
    document = told("run", "-e", "one_line")
    assert (document["rows"], document["evaluators"][0]["passed"]) == (accepted, accepted)
    assert accepted > 0


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("no.jsonl", None, "no such file"),
        ("bad.jsonl", '{"output": "a"}\n{"output": \n', "bad.jsonl:2: not JSON"),
        ("list.jsonl", '{"output": "a"}\n[1]\n', "list.jsonl:2: not a mapping"),
        ("empty.jsonl", "\n\n", "no row in it"),
        ("wide.csv", "output\na,b\n", "wide.csv:2: more fields"),
        ("rows.txt", "output\n", "use .jsonl"),
        ("rows.json", '[{"output": "a"}, 3]', "rows.json:2: not a mapping"),
        ("folder", ..., "not a run folder"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_line_before_anybody_is_asked(tmp_path, name, text, said, windrow):
    if text is ...:
        (tmp_path / name).mkdir()
    elif text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with judging() as (server, _):
        done = windrow(name, "-e", "task_adherence", *_by(server), exit_code=2)
    assert said in done.err
    assert server.requests == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name evaluators"),
        (("-e", "onelinee"), "did you mean 'one_line'"),
        (("-e", "one_line", "--engine", "magic"), "unknown engine"),
        (("-e", "task_adherence", "--engine", "local"), "needs a judge"),
        (("-e", "one_line", "--rubric", "x.yaml"), "cannot go together"),
        (("--rubric", "x.yaml"), "rubric cannot be read"),
        (("-e", "one_line", "--lock", "x"), "no rubric to lock"),
        (("-e", "task_adherence", "--base-url", "http://127.0.0.1:9"), "names no model"),
        (("-e", "task_adherence", "--judge", "x", "--base-url", "127.0.0.1"), "base_url"),
        (("-e", "one_line", "--threshold", "7"), "threshold"),
        (("-e", "one_line", "--out", "rows.jsonl"), "would overwrite"),
        (("-e", "one_line", "--out", "."), "is a folder"),
        (("-e", "one_line", "--answers", "rows.jsonl"), "a file of their own"),
        (("-e", "one_line", "--out", "o.jsonl", "--answers", "o.jsonl"), "a file of their own"),
    ],
)
def test_a_wrong_command_line_is_refused_with_the_remedy(tmp_path, arguments, said, windrow):
    _file(tmp_path, _rows(1))
    assert said in windrow("rows.jsonl", *arguments, exit_code=2).err


def test_tables_and_lists_hold_rows_too(tmp_path, told):
    (tmp_path / "t.csv").write_text('question,answer,context\nQ,A river,"[""A river"", ""Two""]"\n', encoding="utf-8")
    (tmp_path / "t.json").write_text('[{"question": "Q", "answer": "A river", "context": ["A river"]}]', "utf-8")
    for name in ("t.csv", "t.json"):
        figures = told(name, "-e", "faithfulness", "--engine", "heuristic")["evaluators"][0]
        assert (figures["mean_score"], figures["without_verdict"], figures["passed"]) == (1.0, 1, 0)


def test_a_key_is_read_from_the_env_file_and_printed_nowhere(tmp_path, windrow):
    _file(tmp_path, _rows(1))
    with judging(keep=True) as (server, _):
        (tmp_path / ".env").write_text(
            f"WINDROW_JUDGE_MODEL=openai/judge\nWINDROW_JUDGE_BASE_URL={server.url}\nOPENAI_API_KEY=very-secret\n",
            "utf-8",
        )
        done = windrow("rows.jsonl", "-e", "task_adherence", "--out", "o.jsonl")
    assert "Bearer very-secret" in server.heads[0]
    assert "very-secret" not in done.out + done.err
    assert all(b"very-secret" not in path.read_bytes() for path in tmp_path.iterdir() if path.name != ".env")
