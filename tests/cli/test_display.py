"""What is shown of a run under way: counts, pace, time left, and money only where it is known."""

from __future__ import annotations

import pytest

from windrow.cli.display import Plain, Progress, shown, spelled
from windrow.events import CallEnded, EndpointPaused, Noted, RowDecided, StageEnded, StageStarted
from windrow.report.prices import Prices

PRICED = Prices({"openai/x": {"input": "1", "output": "2"}})


class Clock:
    """Time that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


def feed(progress: Progress, clock: Clock, *, seconds: int, cached: bool = False, model: str = "openai/x") -> None:
    """One call and one accepted row a second."""
    for _ in range(seconds):
        clock.now += 1
        progress.meter(CallEnded(model, "ok", cached, 0.5, 1_000, 500))
        progress.meter(RowDecided("echo", "accepted"))
        progress.look()


def test_counts_pace_and_time_left_follow_from_what_happened(clock):
    progress = Progress(PRICED, clock)
    progress.meter(StageStarted("echo", 100))
    progress.look()

    feed(progress, clock, seconds=20)

    assert progress.rows() == "20/100 accepted"
    assert progress.calls() == "20 calls, 1.0/s"
    assert progress.left() == "ETA 1m20s"
    assert progress.tokens() == "20,000 + 10,000 tokens, $0.0400"


def test_rows_that_judges_were_asked_about_are_counted_once(clock):
    progress = Progress(PRICED, clock)
    progress.meter(StageStarted("echo", 10))
    for _ in range(3):
        progress.meter(RowDecided("echo", "accepted", judged=True))
    progress.meter(RowDecided("echo", "rejected", "judge: below_threshold", judged=True))
    progress.meter(RowDecided("echo", "rejected", "shape: empty_turn"))
    progress.meter(RowDecided("echo", "pending", "judge: waiting"))
    progress.meter(RowDecided("echo", "accepted", was="pending", judged=True))

    assert progress.rows() == "4/10 accepted, 2 rejected, 5 judged"


def test_what_was_there_already_is_neither_pace_nor_money(clock):
    progress = Progress(PRICED, clock)
    progress.meter(StageStarted("echo", 100))
    progress.look()

    feed(progress, clock, seconds=10, cached=True)

    assert progress.calls() == "10 calls (10 from the ledger)"
    assert progress.tokens() == ""


def test_a_price_that_is_not_known_is_said_to_be(clock):
    progress = Progress(PRICED, clock)
    progress.meter(StageStarted("echo", None))

    feed(progress, clock, seconds=3, model="openai/unpriced")

    assert progress.tokens().endswith("cost unknown")
    assert progress.rows() == "3 accepted"
    assert progress.left() == ""


def test_refusals_and_failures_are_counted(clock):
    progress = Progress(PRICED, clock)
    progress.meter(StageStarted("echo", 5))
    progress.meter(CallEnded("openai/x", "error", cached=False, seconds=0.1, error="timeout"))
    progress.meter(RowDecided("echo", "quarantined", "teacher: timeout"))
    progress.meter(RowDecided("echo", "rejected", "shape: empty"))

    assert progress.rows() == "0/5 accepted, 1 rejected, 1 quarantined"
    assert progress.calls() == "1 calls (1 failed)"


def test_before_the_first_stage_it_says_so(clock):
    progress = Progress(PRICED, clock)

    assert progress.rows() == "reading seeds"
    assert progress.calls() == "0 calls"


def test_plain_says_a_line_every_few_seconds_and_at_both_ends(clock, capsys):
    plain = Plain(PRICED, every=5, clock=clock)

    plain(StageStarted("echo", 30))
    for _ in range(12):
        clock.now += 1
        plain(RowDecided("echo", "accepted"))
    plain(Noted("a file was skipped", "warning"))
    plain(StageEnded("echo", 12, "seeds"))
    out, lines = capsys.readouterr()

    assert out == ""
    assert lines.splitlines()[0] == "echo: 30 rows wanted"
    assert [line.split(" · ")[0] for line in lines.splitlines()[1:]] == [
        "echo: 5/30 accepted",
        "echo: 10/30 accepted",
        "warning: a file was skipped",
        "echo: 12/30 accepted",
    ]


def test_a_pause_is_explained(clock, capsys):
    plain = Plain(PRICED, every=0, clock=clock)
    plain(StageStarted("echo", 30))
    plain(EndpointPaused("http://127.0.0.1", 12.0, "rate limited"))

    assert "http://127.0.0.1 asked to wait 12 s: rate limited" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["auto", "rich", "plain", "none"])
def test_every_display_takes_a_whole_run_and_leaves_stdout_alone(kind, capsys):
    with shown(kind, PRICED) as listener:
        listener(StageStarted("echo", 2))
        listener(CallEnded("openai/x", "ok", cached=False, seconds=0.1, input_tokens=5, output_tokens=5))
        listener(RowDecided("echo", "accepted"))
        listener(Noted("[bold]not markup[/bold] \x1b[2J"))
        listener(StageEnded("echo", 1, "seeds"))
    out, err = capsys.readouterr()

    assert out == ""
    assert ("echo" in err) == (kind != "none")


@pytest.mark.parametrize(("seconds", "text"), [(0, "0s"), (4.2, "4s"), (75, "1m15s"), (3725, "1h02m"), (-3, "0s")])
def test_time_is_spelled_for_people(seconds, text):
    assert spelled(seconds) == text
