"""Figures by a model's vectors: each is asked for once, over real HTTP; a report asks for none; failures are said."""

import json

import pytest
from echoed import BY_VECTORS, figures, seeds, told
from meanings import meant

pytest.importorskip("sklearn")

from windrow.run import Run
from windrow.testing import Fault, Vector, malformed_json, rate_limited, server_error

ROWS = 30
TEXTS = 3 * ROWS  # the seeds' questions, the rows' questions, their answers


def test_figures_that_compare_meaning_name_the_model_and_the_others_stay_as_they_are(run):
    words = figures(run(embeddings=False, out="words"))
    meaning = figures(run(out="meaning"))
    for name, figure in meaning.items():
        if name in BY_VECTORS:
            assert "openai/meaning" in figure["method"]
            assert "TF-IDF" in words[name]["method"]
        else:
            assert figure == words[name]
    assert meaning["Vendi score of questions"]["value"] > ROWS * 0.5  # directions of their own
    assert meaning["nearest neighbour of questions"]["value"] < words["nearest neighbour of questions"]["value"]


def test_every_text_is_asked_for_once_and_nothing_by_a_second_run_or_a_report(run, server):
    done = run()
    assert server.embedded == TEXTS
    assert sorted({body["input"] for body in server.texts}) == sorted(body["input"] for body in server.texts)
    before = told(done)
    again = done.report()
    assert (before["quality"], before["embeddings"]) == (again["quality"], again["embeddings"])
    assert told(run())["quality"] == before["quality"]
    assert server.embedded == TEXTS
    assert before["embeddings"] | {"identity": ""} == {
        "model": "openai/meaning", "identity": "", "texts": TEXTS, "vectors": TEXTS, "failed": {}, "why": "",
    }  # fmt: skip


def test_one_text_in_many_rows_is_asked_for_once(run, server):
    server.says(lambda request, number: "It is always in the same hall.")
    run()
    assert server.embedded == 2 * ROWS + 1


def test_an_edited_seed_asks_for_its_own_texts_only(run, server):
    run()
    edited = seeds(ROWS)
    edited[7]["instruction"] = "Where was crate 7 put?"
    run(edited)
    assert server.embedded == TEXTS + 3
    assert {body["input"] for body in server.texts[TEXTS:]} >= {"Where was crate 7 put?"}


def test_what_may_change_a_vector_asks_anew_and_nothing_else_does(run, server):
    run()
    run(embeddings={"concurrency": 3, "timeout": 9, "adaptive": False})
    assert server.embedded == TEXTS
    for times, knob in enumerate([{"dimensions": 8}, {"prefix": "clustering: "}, {"model": "openai/other"}], 2):
        run(embeddings=knob)
        assert server.embedded == times * TEXTS


FAILURES = {
    "429": (rate_limited(0.01), "rate_limited"),
    "500": (server_error(), "server_error"),
    "garbage": (malformed_json(), "broken_reply"),
    "NaN": (Fault(body=b'{"data": [{"embedding": [0.5, NaN]}], "model": "m"}'), "broken_reply"),
    "another size": (Vector([1.0] * 16), "wrong_dimension"),
}


@pytest.mark.parametrize("fault", FAILURES)
def test_an_endpoint_that_gives_no_vectors_costs_those_figures_and_nothing_else(run, server, fault):
    given, kind = FAILURES[fault]
    server.gives(lambda request, number: given)
    done = run(embeddings={"concurrency": 1, "dimensions": 8})
    report, found = told(done), figures(done)
    assert report["rows"]["accepted"] == ROWS
    for name in BY_VECTORS:
        assert found[name]["value"] is None
        assert kind in found[name]["not_evaluated"]
        assert "run the same command again" in found[name]["not_evaluated"]
    assert found["distinct-1 of questions"]["value"] is not None
    assert report["embeddings"]["failed"] == {kind: TEXTS}
    assert server.embedded <= 5  # who gives nothing is not asked for ever


def test_vectors_of_different_lengths_are_not_compared(run, server):
    server.gives(lambda request, number: [1.0] * (16 + sum(request["input"].encode()) % 2))
    why = figures(run())["Vendi score of questions"]["not_evaluated"]
    assert why == "openai/meaning gives vectors of different lengths: [16, 17]"


def test_what_failed_is_asked_for_again_by_the_next_run_and_what_did_not_is_not(run, server):
    server.gives(lambda request, number: meant(request, number) if number % 3 else server_error())
    first = told(run(embeddings={"concurrency": 1}))["embeddings"]
    assert first["failed"] == {"server_error": TEXTS // 3}
    server.gives(meant)
    second = run()
    assert server.embedded == TEXTS + TEXTS // 3
    assert told(second)["embeddings"]["failed"] == {}
    assert all(figures(second)[name]["value"] is not None for name in BY_VECTORS)


def test_a_few_missing_vectors_are_said_beside_the_figure(run, server):
    def gives(request, number):
        return server_error() if request["input"].startswith("Where is crate 3 ") else meant(request, number)

    server.gives(gives)
    found = figures(run(embeddings={"concurrency": 1}))
    partly = found["Vendi score of questions"]
    assert (partly["n"], partly["detail"]) == (29, "1 of 30 texts have no vector of openai/meaning")
    assert found["Vendi score of answers"]["n"] == ROWS
    assert "detail" not in found["Vendi score of answers"]


def test_a_retry_waits_as_the_server_asks_and_costs_no_vector(run, server):
    server.gives(lambda request, number: rate_limited(milliseconds=20) if number % 10 == 0 else meant(request, number))
    report = told(run(embeddings={"retries": 5, "concurrency": 4}))
    assert report["embeddings"]["vectors"] == TEXTS
    assert server.embedded > TEXTS


def test_no_more_are_under_way_than_the_config_allows(run, server):
    server.gives(lambda request, number: Vector(meant(request, number), delay=0.005))
    run(embeddings={"concurrency": 3}, models={"teacher": {"model": "openai/any", "base_url": server.url,
                                                           "concurrency": 1}})  # fmt: skip
    assert server.peak == 3


def test_too_few_rows_for_a_figure_ask_for_no_vector(run, server):
    done = run(seeds(19))
    assert server.embedded == 0
    assert figures(done)["Vendi score of questions"]["not_evaluated"] == "fewer than 20 rows"


def test_a_run_that_asked_for_none_says_so(run, server, tmp_path):
    done = run(embeddings=False)
    plan = json.loads((done.folder / "plan.json").read_bytes())
    plan["config"]["embeddings"] = {"model": "openai/meaning"}
    (done.folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    why = [each.get("not_evaluated", "") for each in Run.open(done.folder).report()["quality"]["figures"]]
    assert sum("no vector was asked for yet; run the same command again" in each for each in why) == len(BY_VECTORS)
    assert server.embedded == 0


def test_tokens_and_cost_are_those_that_the_server_reported(run, server):
    price = {"openai/meaning": {"input": 1, "output": 0}, "openai/any": {"input": 0, "output": 0}}
    done = run(prices=price)
    (asked,) = [model for model in told(done)["models"] if model["model"] == "openai/meaning"]
    tokens = sum(max(1, len(body["input"].encode()) // 4) for body in server.texts)
    assert (asked["calls"], asked["answered"], asked["reported"]) == (TEXTS, TEXTS, TEXTS)
    assert (asked["input_tokens"], asked["output_tokens"]) == (tokens, 0)
    assert float(asked["usd"]) == pytest.approx(tokens / 1e6)


def test_tokens_that_nobody_reported_are_not_known(run, server):
    server.gives(lambda request, number: Vector(meant(request, number), extra={"usage": None}))
    (asked,) = [model for model in told(run())["models"] if model["model"] == "openai/meaning"]
    assert (asked["input_tokens"], asked["output_tokens"], asked["usd"]) == (None, None, None)


def test_a_recording_gives_the_same_figures_without_the_model(run, server, tmp_path):
    tape = tmp_path / "tape.jsonl"
    live = run(record=tape, out="live")
    asked = server.embedded
    played = run(embeddings={"model": f"replay/{tape}"}, out="played")
    assert server.embedded == asked
    there, here = figures(live), figures(played)
    assert [there[name]["value"] for name in BY_VECTORS] == [here[name]["value"] for name in BY_VECTORS]

    records = [json.loads(line) for line in tape.read_text().splitlines()]
    first, other, *_ = (record for record in records if record["label"] == "embeddings")
    first["answer"] = other["answer"]
    tape.write_text("".join(json.dumps(record) + "\n" for record in records))
    edited = figures(run(embeddings={"model": f"replay/{tape}"}, out="played"))
    assert [edited[name]["value"] for name in BY_VECTORS] != [here[name]["value"] for name in BY_VECTORS]


def test_what_the_preview_paid_for_the_run_does_not_and_its_report_has_it(plan_of, server, tmp_path):
    plan = plan_of()
    plan.preview(tmp_path / "out", rows=25)
    asked = server.embedded
    assert asked == 25 * 2 + ROWS
    done = plan.run(tmp_path / "out")
    assert server.embedded == TEXTS
    values = {each["name"]: each["value"] for each in Run.open(done.folder).report()["quality"]["figures"]}
    assert all(values[name] is not None for name in BY_VECTORS)


def test_no_personal_data_is_sent_where_it_is_scrubbed(run, server):
    private = seeds(ROWS)
    for row in private:
        row["instruction"] += " Write to ada.l@firma.example."
    server.says(lambda request, number: f"Ask lee{number}@invented.example, who knows.")
    run(private, pii="scrub")
    sent = " ".join(body["input"] for body in server.texts)
    assert "[EMAIL_1]" in sent
    assert "@" not in sent
