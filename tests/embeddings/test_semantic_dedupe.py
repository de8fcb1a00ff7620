"""Rows that mean the same are refused whatever their words; what could not be compared is let in by nobody."""

import json
import random

import pytest
from echoed import figures, seeds, told
from meanings import direction, meant, near

pytest.importorskip("sklearn")

from windrow import Plan
from windrow.errors import ConfigError
from windrow.testing import Fault, Vector, rate_limited, server_error

PARAPHRASES = [  # what each says again in other words
    ("How do I get my money back?", "What is the way to a refund?"),
    ("When does the shop open?", "At what hour are the doors unlocked?"),
    ("Can I change my address?", "I have moved: may the delivery go elsewhere?"),
    ("Is the parcel insured?", "Who pays if what you send breaks?"),
]


def asking(pairs):
    """Seeds whose second half says the first half again, and vectors that mark it near."""
    first, second = [one for one, _ in pairs], [other for _, other in pairs]
    rows = [{"instruction": text, "output": "As the terms say."} for text in (*first, *second)]
    of = {f"{other} Please say.": f"{one} Please say." for one, other in pairs}
    return rows, of


def marking(of, cosine):
    """Vectors by the question alone, so that a paraphrase lies at `cosine` from what it repeats."""

    def gives(request, number):
        question = request["input"].partition("\n\n")[0]
        return near(question, cosine, of=of[question]) if question in of else direction(question)

    return gives


def by_status(run):
    return {
        status: [stored.row for stored in run.rows(status=status)] for status in ("accepted", "rejected", "quarantined")
    }


def verdict(row, by="semantic_dedupe"):
    return next(each for each in row.verdicts if each.by == by)


@pytest.mark.parametrize(("cosine", "refused"), [(0.95, 4), (0.85, 0)])
def test_a_paraphrase_that_its_vector_marks_near_is_refused_and_named_while_words_let_it_pass(
    run, server, cosine, refused
):
    rows, of = asking(PARAPHRASES)
    server.gives(marking(of, cosine))
    done = run(rows, filters=["dedupe", "semantic_dedupe"])
    found = by_status(done)
    assert (len(found["accepted"]), len(found["rejected"])) == (8 - refused, refused)
    ids = {row.question: row.id for row in found["accepted"]}
    for row in found["rejected"]:
        said = verdict(row)
        assert verdict(row, "dedupe").outcome == "pass"
        assert (said.outcome, said.reason) == ("fail", "same_meaning")
        assert said.evidence["duplicate_of"] == ids[of[row.question]]
        assert said.evidence["cosine"] == pytest.approx(cosine, abs=1e-4)
        assert said.evidence["model"] == "openai/meaning"


def test_the_first_in_item_order_stays_whoever_answers_first(run, server):
    rows, of = asking(PARAPHRASES)

    def gives(request, number):
        vector = marking(of, 0.99)(request, number)
        return Vector(vector, delay=0.05 if number < 4 else 0.0)  # those that come first are late

    server.gives(gives)
    accepted = by_status(run(rows, filters=["semantic_dedupe"]))["accepted"]
    assert [row.question for row in accepted] == [f"{one} Please say." for one, _ in PARAPHRASES]


def test_what_is_refused_for_its_meaning_changes_the_figures_accordingly(run, server):
    pairs = [(f"Where is crate {n}?", f"On which shelf would box number {n} lie?") for n in range(30)]
    rows, of = asking(pairs)
    server.gives(marking(of, 0.97))
    loose, strict = run(rows, out="loose"), run(rows, out="strict", filters=["semantic_dedupe"])
    assert (told(loose)["rows"]["accepted"], told(strict)["rows"]["accepted"]) == (60, 30)
    there, here = figures(loose), figures(strict)
    assert there["nearest neighbour of questions"]["value"] == pytest.approx(0.97, abs=1e-3)
    assert here["nearest neighbour of questions"]["value"] < 0.8
    (reason,) = told(strict)["stages"][0]["reasons"]
    assert reason == {"by": "semantic_dedupe", "reason": "same_meaning", "rows": 30}


def test_a_second_run_asks_for_nothing_and_says_the_same(run, server):
    rows, of = asking(PARAPHRASES)
    server.gives(marking(of, 0.95))
    first = run(rows, filters=["semantic_dedupe"])
    before = [(stored.row.id, stored.status, stored.row.verdicts) for stored in first.rows()]
    assert server.embedded == 8  # one text a row; too few rows for the report's own
    again = run(rows, filters=["semantic_dedupe"])
    assert server.embedded == 8
    assert before == [(stored.row.id, stored.status, stored.row.verdicts) for stored in again.rows()]


def test_questions_alone_may_be_compared(run, server):
    same = [{"instruction": "Where is it?", "output": "Here."}, {"instruction": "Where does it lie?", "output": "-"}]
    of = {"Where does it lie? Please say.": "Where is it? Please say."}
    server.gives(marking(of, 0.99))
    server.says(lambda request, number: f"Answer {number}, which is like no other.")
    found = by_status(run(same, filters=[{"use": "semantic_dedupe", "on": "prompt"}]))
    assert (len(found["accepted"]), len(found["rejected"])) == (1, 1)
    assert sorted(body["input"] for body in server.texts) == ["Where does it lie? Please say.",
                                                              "Where is it? Please say."]  # fmt: skip


FAULTS = {
    "429": rate_limited(0.01),
    "500": server_error(),
    "garbage": Fault(body=b'{"data": "no"}'),
    "NaN": Fault(body=b'{"data": [{"embedding": [NaN, 1.0]}]}'),
    "another size": Vector([1.0] * 5),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_accepted_unseen_where_no_vector_comes_and_the_run_ends_well(run, server, fault):
    server.gives(lambda request, number: FAULTS[fault])
    done = run(seeds(12), filters=["semantic_dedupe"], embeddings={"concurrency": 2, "dimensions": 8})
    found = by_status(done)
    assert found["accepted"] == found["rejected"] == []
    assert {verdict(row).outcome for row in found["quarantined"]} <= {"unscored"}
    assert [stage.why for stage in done.ended()] == ["vectors_silent"]
    assert (done.folder / "report.html").exists()
    server.gives(meant)
    mended = by_status(run(seeds(12), filters=["semantic_dedupe"], embeddings={"concurrency": 2, "dimensions": 8}))
    assert {status: len(rows) for status, rows in mended.items()} == {"accepted": 12, "rejected": 0, "quarantined": 0}


def test_a_row_whose_vector_failed_is_unscored_alone_and_asked_for_by_the_next_run(run, server):
    def gives(request, number):
        return server_error() if request["input"].startswith("Where is crate 7 ") else meant(request, number)

    server.gives(gives)
    done = run(seeds(12), filters=["semantic_dedupe"])
    (row,) = by_status(done)["quarantined"]
    assert (verdict(row).outcome, verdict(row).reason) == ("unscored", "server_error")
    assert len(by_status(done)["accepted"]) == 11
    asked = server.requests
    server.gives(meant)
    assert len(by_status(run(seeds(12), filters=["semantic_dedupe"]))["accepted"]) == 12
    assert server.requests == asked


def test_a_vector_of_another_length_is_compared_with_nothing_and_not_accepted(run, server):
    def gives(request, number):
        return [1.0] * 7 if request["input"].startswith("Where is crate 9 ") else meant(request, number)

    server.gives(gives)
    (row,) = by_status(run(seeds(12), filters=["semantic_dedupe"]))["quarantined"]
    assert verdict(row).reason == "wrong_dimension"


def test_a_stage_that_grows_more_sees_what_the_stage_before_it_accepted(run, server, tmp_path, plan_of):
    recipe = plan_of().config.recipes[0].use
    first, second = [{"use": recipe, "name": name} for name in ("one", "two")]
    second["filters"] = [{"use": "semantic_dedupe"}]
    done = run(seeds(10), recipes=[first, second])
    assert done.counts() == {("one", "accepted"): 10, ("two", "rejected"): 10}


def test_a_stage_that_cannot_see_what_was_accepted_before_it_is_not_begun(run, server, plan_of):
    recipe = plan_of().config.recipes[0].use
    first, second = [{"use": recipe, "name": name} for name in ("one", "two")]
    second["filters"] = [{"use": "semantic_dedupe"}]
    server.gives(lambda request, number: server_error())
    done = run(seeds(10), recipes=[first, second], embeddings={"concurrency": 1})
    assert [(stage.stage, stage.why) for stage in done.ended()] == [("one", "seeds"), ("two", "vectors_silent")]
    assert server.requests == 10


def test_comparing_meaning_without_a_model_is_refused_before_anything_is_asked(plan_of, server):
    with pytest.raises(ConfigError, match="no model is named that makes them") as error:
        plan_of(embeddings=False, filters=["semantic_dedupe"])
    assert error.value.where == "recipes[0].filters"
    assert "add embeddings:" in error.value.remedy
    assert server.requests == 0


def test_a_plan_names_its_model_of_vectors_and_no_secret(plan_of):
    plan = plan_of(embeddings={"base_url": "http://me:hidden@host:1/v1?key=hidden"})
    assert plan.resolved()["embeddings"]["base_url"] == "http://host:1/v1"
    assert "hidden" not in json.dumps(plan.resolved())
    assert plan.digest != plan_of(embeddings=False).digest
    assert plan_of(embeddings=False).resolved().keys() & {"embeddings"} == set()


def test_a_bare_address_is_a_model_of_vectors(tmp_path):
    told = {"name": "x", "recipes": ["self_instruct"], "embeddings": "local/some/model"}
    assert Plan.parse({**told, "seeds": [{"use": "rows", "path": "x.jsonl"}], "recipes": [
        {"use": "self_instruct", "rows": 1}]}, base=tmp_path).config.embeddings.model == "local/some/model"  # fmt: skip


def test_figures_and_filter_share_what_they_ask_for(run, server):
    run(filters=[{"use": "semantic_dedupe", "on": "prompt"}])
    assert server.embedded == 90  # the filter's thirty questions are among the report's
    assert len({body["input"] for body in server.texts}) == 90


def test_many_rows_are_looked_through_before_their_turn_with_the_same_verdicts(run, server, monkeypatch):
    dice = random.Random(4)
    rows, of = [], {}
    for n in range(160):
        text = f"Where is crate {n} kept?"
        if n and dice.random() < 0.3:
            of[f"{text} Please say."] = f"Where is crate {dice.randrange(n)} kept? Please say."
        rows.append({"instruction": text, "output": "-"})
    server.gives(marking(of, 0.97))
    late = run(rows, filters=["semantic_dedupe"], out="late")
    monkeypatch.setattr("windrow.flow.filters.semantic_dedupe.WORTH_IT", 5)
    ahead = run(rows, filters=["semantic_dedupe"], out="ahead")
    one, other = ([(each.row.id, each.status, each.row.verdicts) for each in done.rows()] for done in (late, ahead))
    assert one == other
    assert {status for _, status, _ in one} == {"accepted", "rejected"}
