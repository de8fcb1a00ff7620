"""A panel of which one member is gone for good: what the others decide whatever it would have said stands."""

import re

from bench_run import TASK, answers, counts, judged, verdicts, why

from windrow.testing import bad_request
from windrow.testing.graders import honest_by

DEPOT = re.compile(r"depot ([0-9a-f]{6})")
PANEL = {**TASK, "use": "panel", "roles": ["one", "two", "three"]}


def of(parts):
    return int(DEPOT.search(parts["output"])[1], 16)


first = honest_by(lambda parts, _criterion: of(parts) % 4 != 0)
second = honest_by(lambda parts, _criterion: of(parts) % 4 not in (0, 1))
third = honest_by(lambda _parts, _criterion: True)


def gone(_request, _number):
    return bad_request("no such key", status=401)


def truth(run):
    """What must become of each row: both say no, they differ, or both say yes."""
    said = {0: "fail", 1: "unscored"}
    return {stored.row.id: said.get(of({"output": stored.row.response}) % 4, "pass") for stored in run.rows()}


def test_two_of_three_decide_where_they_agree_and_the_missing_vote_is_missing(works):
    roles = {"one": first, "two": second, "three": gone}
    run = works.run(answers(0.0), roles=roles, judges=[PANEL], items=40, rows=None, settings={"concurrency": 2})
    expected = truth(run)
    found = {stored.row.id: stored.row.verdicts[-1] for stored in run.rows()}
    assert {key: verdict.outcome for key, verdict in found.items()} == expected
    assert {verdict.reason for verdict in found.values() if verdict.outcome == "unscored"} == {"auth"}
    assert set(expected.values()) == {"pass", "fail", "unscored"}
    for verdict in found.values():
        votes = {vote["judge"]: (vote["label"], vote["error"]) for vote in verdict.evidence["votes"]}
        assert votes["three"] == ("unscored", "auth")
        if verdict.outcome != "unscored":
            assert verdict.evidence["agreement"] == 2 / 3  # of the panel as it was declared
    assert works.asked["three"] <= 4  # asked once by each row under way then, and by none later
    assert run.report()["judges"][0]["panel"]["votes"]["three"] == {"unscored": 40}


def test_a_member_that_is_back_is_asked_for_its_missing_votes_and_decides_what_was_open(works):
    roles = {"one": first, "two": second, "three": gone}
    before = works.run(answers(0.0), roles=roles, judges=[PANEL], items=40, rows=None)
    open_ones = sum(outcome == "unscored" for outcome in truth(before).values())
    assert counts(before)["quarantined"] == open_ones > 0
    after = works.run(answers(0.0), roles={**roles, "three": third}, judges=[PANEL], items=40, rows=None)
    assert works.asked == {"teacher": 0, "judge": 0, "one": open_ones, "two": open_ones, "three": 40}
    assert counts(after) == {"accepted": 40 - counts(before)["rejected"], "rejected": counts(before)["rejected"]}


def test_one_of_three_is_no_panel(works):
    run = works.run(answers(0.0), roles={"one": first, "two": gone, "three": gone}, judges=[PANEL], rows=10)
    assert why(run) == ["judge_silent"]
    assert counts(run).get("accepted", 0) == 0
    assert {verdict.outcome for verdict in verdicts(run)} == {"unscored"}
    assert judged(run)[0]["unscored"].keys() == {"auth"}
