"""Two runs side by side: what differs, by how much, whether chance explains it, and what cannot be compared."""

import json

import pytest
from click.testing import CliRunner

from judged_run import call, decided, run_of, verdict
from windrow import Message, Row
from windrow.cli import main
from windrow.ledger.base import Decided
from windrow.report.compare import compare
from windrow.report.compare_document import comparison
from windrow.report.html import html
from windrow.report.markdown import markdown

WORDS = [
    "river",
    "stone",
    "lantern",
    "winter",
    "orchard",
    "copper",
    "signal",
    "meadow",
    "harbour",
    "thimble",
    "canyon",
    "velvet",
    "marble",
    "cedar",
]


def varied(number: int) -> Decided:
    """A row of its own words."""
    said = [WORDS[number * step % len(WORDS)] for step in (1, 3, 5, 7, 11)]
    turns = (
        Message("user", f"Tell of {said[0]} {number} and {said[1]}."),
        Message("assistant", f"{' '.join(said)} {number}."),
    )
    return Decided("echo", number, 0, Row(kind="sft", messages=turns), "accepted")


def alike(number: int) -> Decided:
    """A row that opens as all others do."""
    turns = (
        Message("user", f"What is number {number}?"),
        Message("assistant", f"As you may well know, it is number {number}."),
    )
    return Decided("echo", number, 0, Row(kind="sft", messages=turns), "accepted")


def judged(folder, *, fails: int, rows: int = 80, fingerprint: str = "f00dfacef00dface", usd: str = "1"):
    said = [
        verdict(
            "fail" if n < fails else "pass", criteria={"goal": "fail" if n < fails else "pass"}, fingerprint=fingerprint
        )
        for n in range(rows)
    ]
    stored = [decided(n, "rejected" if n < fails else "accepted", each) for n, each in enumerate(said)]
    prices = {"openai/judge": {"input": usd, "output": "10"}}
    return run_of(folder, stored, calls=[call(0, "judge/adherence/rubric")], prices=prices)


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    one = run_of(folder / "varied", [varied(n) for n in range(60)], judges=())
    other = run_of(folder / "alike", [alike(n) for n in range(60)], judges=())
    return one, other


@pytest.fixture(scope="module")
def told(pair):
    return compare(pair[0].report(), pair[1].report(), names=("varied", "alike"))


def figure(told, name):
    return next(one for one in told["figures"] if one["name"] == name)


@pytest.mark.parametrize("name", ["nearest neighbour of answers", "accepted rows that repeat another"])
def test_what_grows_with_the_rows_is_not_compared_between_sets_of_other_sizes(name, pair, tmp_path):
    pytest.importorskip("sklearn")
    smaller = run_of(tmp_path / "smaller", [varied(n) for n in range(30)], judges=())
    found = figure(compare(pair[0].report(), smaller.report(), names=("varied", "smaller")), name)
    assert found["difference"] is None
    assert found["why"] == "it grows with the rows: over 60, and over 30"
    assert (
        figure(compare(pair[0].report(), pair[1].report(), names=("varied", "alike")), name)["difference"] is not None
    )


def test_a_difference_is_the_first_less_the_second_and_intervals_that_are_apart_are_told(told):
    opening = figure(told, "commonest opening of answers")

    assert opening["other"]["value"] == 1.0
    assert opening["difference"] == pytest.approx(opening["one"]["value"] - 1.0, abs=1e-4)
    assert opening["overlap"] is False


def test_a_run_is_not_different_from_itself(pair):
    told = compare(pair[0].report(), pair[0].report(), names=("a", "b"))

    assert told["not_comparable"] == []
    assert {one["difference"] for one in told["figures"]} <= {0, None}
    assert {one["overlap"] for one in told["figures"]} <= {True, None}
    assert told["reasons"] == []


def test_figures_that_were_measured_otherwise_have_no_difference(pair, tmp_path):
    fewer = run_of(tmp_path / "fewer", [varied(n) for n in range(40)], judges=())

    told = compare(pair[0].report(), fewer.report(), names=("all", "fewer"))

    assert any("differ in size (60 and 40 accepted rows)" in doubt for doubt in told["not_comparable"])
    distinct = figure(told, "distinct-1 of answers")
    assert distinct["difference"] is None
    assert "per 60 rows" in distinct["why"]
    assert "per 40 rows" in distinct["why"]
    assert figure(told, "commonest opening of answers")["difference"] is not None


def test_sets_of_nearly_one_size_are_compared(pair, tmp_path):
    fewer = run_of(tmp_path / "fewer", [varied(n) for n in range(57)], judges=())

    told = compare(pair[0].report(), fewer.report(), names=("all", "fewer"))

    assert told["not_comparable"] == []
    assert figure(told, "distinct-1 of answers")["difference"] is not None


def test_pass_rates_and_reasons_of_judged_runs_are_set_side_by_side(tmp_path):
    one, other = judged(tmp_path / "strict", fails=60), judged(tmp_path / "mild", fails=4, usd="2")

    told = compare(one.report(), other.report(), names=("strict", "mild"))

    (stage,) = told["stages"]
    assert (stage["one"]["value"], stage["other"]["value"], stage["overlap"]) == (0.25, 0.95, False)
    (reason,) = told["reasons"]
    assert (reason["reason"], reason["one_rows"], reason["other_rows"]) == ("below_threshold", 60, 4)
    assert reason["difference"] == pytest.approx(0.7)
    (judge,) = told["judges"]
    assert judge["difference"] == pytest.approx(-0.7)
    assert [run["judging"]["usd"] for run in told["runs"]] == ["0.0002", "0.0003"]


def test_another_judge_of_the_same_name_is_not_compared_in_silence(tmp_path):
    one, other = judged(tmp_path / "one", fails=8), judged(tmp_path / "other", fails=8, fingerprint="0" * 16)

    told = compare(one.report(), other.report(), names=("one", "other"))

    assert told["not_comparable"] == ["adherence (echo) is not the same judge in both: other fingerprints"]
    assert "**Not comparable as they are: adherence (echo)" in markdown(comparison(told))


def test_markdown_page_and_json_tell_the_same_differences(pair, told, tmp_path):
    def report(*more):
        folders = [str(run.folder) for run in pair]
        done = CliRunner().invoke(main, ["report", folders[0], "--compare", folders[1], *more], standalone_mode=False)
        assert done.exception is None, done.output
        return done.stdout

    assert json.loads(report("--json")) == json.loads(json.dumps(told))
    text = report()
    assert text.rstrip("\n") == markdown(comparison(told)).rstrip("\n")
    report("--html", str(tmp_path / "both.html"))
    assert (tmp_path / "both.html").read_text(encoding="utf-8") == html(comparison(told), title="varied and alike")
    line = next(line for line in text.splitlines() if line.startswith("| commonest opening of answers |"))
    assert line.endswith("| apart |")
    assert "points" in line
