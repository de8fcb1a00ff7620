"""Catalogues that nobody here wrote: their traces are simulated, replay to the byte, and hide no call."""

from pathlib import Path

import pytest

from conftest import grown
from windrow.tools.replay import replay

CATALOGUES = Path(__file__).parents[2].parent / "shared" / "data" / "tools"
NAMES = ("message_api", "ticket_api", "travel_booking")

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module", params=NAMES)
def rows(request, tmp_path_factory):
    path = CATALOGUES / f"{request.param}.jsonl"
    if not path.exists():
        pytest.skip("not run: the real catalogues of tools are not beside this checkout")
    seeds = ({"use": "tools", "path": str(path)},)
    folder = tmp_path_factory.mktemp(request.param)
    what = grown(folder, seeds=seeds, teacher="embedded/procedural", traces_per_tool=3)
    assert len(what.rows("rejected")) <= 0.05 * len(what.rows())
    return what.rows()


@pytest.fixture(scope="module")
def replays(rows):
    return [replay(row) for row in rows]


def test_traces_replay_to_the_byte_and_idleness_never_passes(replays):
    assert len(replays) > 20
    for found in replays:
        assert (found.different, found.same_end, found.idle_passes) == ("", True, False)


def test_nearly_every_call_left_out_or_altered_is_seen(replays):
    tried, survived = sum(each.mutants for each in replays), sum(len(each.survivors) for each in replays)
    assert tried > 20
    assert 1 - survived / tried >= 0.95
    assert not [each.needless for each in replays if each.needless]


def test_nearly_all_are_verified_by_execution(rows):
    executed = [row for row in rows if any(v.kind == "execution" and v.outcome == "pass" for v in row.verdicts)]
    assert len(executed) >= 0.95 * len(rows)
