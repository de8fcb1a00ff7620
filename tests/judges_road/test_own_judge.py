"""A judge that a user writes: one method, templates of its own, and whatever it does wrong costs its own verdict."""

import pytest
from bench_run import answers, counts, judged, verdicts, why

from windrow.testing import honest_by

POLITE = '''
from pathlib import Path

from windrow import Verdict
from windrow.shapes import Judge, Options


class Polite(Judge):
    """Is the answer polite?"""

    name = "polite"
    options_type = Options
    roles = ("judge",)
    fingerprint = "polite 1"
    closed = 0

    def prompts(self):
        return {"polite": Path(__file__).with_name("polite.md")}

    async def judge(self, row, ask):
        said = (await ask("polite", output=row.response)).text.strip().lower()
        if said == "boom":
            raise RuntimeError("boom")
        if said == "nothing":
            return None
        if said not in ("yes", "no"):
            return Verdict("somebody else", "unscored", "unparsed", said[:80], kind="judge")
        if said == "no":
            return Verdict("somebody else", "fail", "rude", kind="judge")
        return Verdict("somebody else", "pass", kind="judge")

    def close(self):
        Polite.closed += 1
'''


@pytest.fixture
def polite(works):
    (works.folder / "polite.py").write_text(POLITE, encoding="utf-8")
    (works.folder / "polite.md").write_text("# user\nIs this polite? yes or no: {{ output }}\n", encoding="utf-8")
    return {"use": "polite.py:Polite", "name": "manners"}


def test_a_judge_of_ones_own_decides_like_any_other_and_cannot_sign_for_another(works, polite):
    def says(request, _number):
        return "no" if "depot 1" in request["messages"][-1]["content"] else "yes"

    run = works.run(answers(0.0), says, rows=30, judges=[polite])
    assert counts(run)["accepted"] == 30
    assert {(one.by, one.reason) for one in run.rows(status="rejected")} == {("manners", "rude")}
    assert {one.by for one in verdicts(run)} == {"manners"}
    assert verdicts(run)[0].evidence["judge"] == {"fingerprint": "polite 1", "model": "openai/judge-1"}
    works.run(answers(0.0), says, rows=30, judges=[polite])
    assert works.asked == {"teacher": 0, "judge": 0}


@pytest.mark.parametrize(("said", "reason"), [("boom", "crashed"), ("nothing", "crashed"), ("perhaps", "unparsed")])
def test_what_it_fails_at_is_unscored_and_a_judge_that_always_fails_is_silent(works, polite, said, reason):
    some = works.run(
        answers(0.0), lambda request, _: said if "depot 1" in request["messages"][-1]["content"] else "yes", rows=20,
        judges=[polite], out="some",
    )  # fmt: skip
    assert counts(some)["accepted"] == 20
    assert {one.reason for one in some.rows(status="quarantined")} == {reason}
    run = works.run(answers(0.0), lambda _request, _number: said, rows=20, judges=[polite])
    assert why(run) == ["judge_silent"]
    assert judged(run)[0]["unscored"].keys() == {reason}
    assert all(one.score is None for one in verdicts(run))


def test_a_template_that_is_not_there_is_told_of_before_anybody_is_asked(works, polite):
    from windrow.errors import ConfigError

    (works.folder / "polite.md").unlink()
    with pytest.raises(ConfigError, match=r"polite\.md"):
        works.run(judge=honest_by(lambda _parts, _criterion: True), judges=[polite])
