"""The embedded teacher's ladder: right answers and flaws that code finds, of lengths that tell nothing."""

import json
import random
from collections import Counter
from math import log
from pathlib import Path

import pytest

from windrow import Plan
from windrow.cli import main
from windrow.errors import AnswerFailure
from windrow.flow.recipes.pairs.prompts import prompt_of
from windrow.flow.recipes.pairs.verify import standing, verify
from windrow.flow.seeds.row_forms import row_of
from windrow.teachers.embedded import preference
from windrow.teachers.embedded.preference_flaws import FLAWS, Known
from windrow.text.answers import match

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "preference"
STARTER = ROOT / "src" / "windrow" / "cli" / "starters" / "preference"
GSM8K = ROOT.parent / "shared" / "data" / "reasoning" / "gsm8k_train_300.jsonl"


def prompts(folder):
    lines = (folder / "prompts.jsonl").read_text(encoding="utf-8").splitlines()
    return [prompt_of(row_of(json.loads(line))) for line in lines]


def variables(prompt):
    return {"question": prompt.question, "own": prompt.own, "reference": prompt.reference,
            "constraints": list(prompt.constraints)}  # fmt: skip


@pytest.fixture(scope="module")
def ladder():
    """Twenty answers to each prompt of the example, verified."""
    return [
        (prompt, said.text, standing(verify(said.text, prompt)))
        for prompt in prompts(EXAMPLE)
        for said in (preference.answer(variables(prompt), random.Random(seed)) for seed in range(20))
    ]


@pytest.mark.parametrize("folder", [EXAMPLE, STARTER], ids=["example", "starter"])
def test_the_answers_of_the_inputs_are_right_and_can_be_verified(folder):
    for prompt in prompts(folder):
        assert standing(verify(prompt.own, prompt)) == "right", prompt.question


def test_more_than_half_of_the_answers_are_right_and_the_rest_is_known_to_be_wrong(ladder):
    said = Counter(found for *_, found in ladder)
    total = sum(said.values())
    assert 0.5 < said["right"] / total < 0.7
    assert said["open"] / total < 0.05


def test_how_long_an_answer_is_does_not_tell_whether_it_is_right(ladder):
    by_prompt = {}
    for prompt, text, found in ladder:
        by_prompt.setdefault(prompt.question, {"right": [], "wrong": [], "open": []})[found].append(len(text))
    longer = ties = total = 0
    for sides in by_prompt.values():
        for right in sides["right"]:
            for wrong in sides["wrong"]:
                if abs(log(right / wrong)) <= 0.7:
                    longer, ties, total = longer + (right > wrong), ties + (right == wrong), total + 1
    assert 0.4 < (longer + ties / 2) / total < 0.6


def test_answers_to_one_prompt_differ_in_their_wording(ladder):
    wordings = {(prompt.question, text) for prompt, text, found in ladder if found == "right"}
    worded = Counter(question for question, _ in wordings)
    assert sum(count >= 4 for count in worded.values()) > 0.6 * len(worded)


@pytest.mark.parametrize("flaw", FLAWS)
def test_every_flaw_that_is_asked_for_is_put_into_some_answers_and_found_by_code(flaw):
    found = Counter()
    for place, prompt in enumerate(prompts(EXAMPLE)):
        asked = {**variables(prompt), "answer": prompt.own, "flaw": flaw}
        said = preference.degrade(asked, random.Random(place)).text
        assert said != prompt.own
        found[standing(verify(said, prompt))] += 1
    assert found["right"] == 0
    assert found["wrong"] > 0.85 * found.total()


def test_a_wrong_result_stands_wherever_the_right_one_stood():
    known = Known("How many?", "6 + 6 = 12, so there are 12.\n\nThe answer is 12.", {"answer": "12"}, ())
    texts = {FLAWS["wrong_detail"](known.own, known, random.Random(seed)) for seed in range(30)}
    assert len(texts) > 3
    assert all("12" not in text.replace("6 + 6", "") for text in texts)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_figures_inside_other_figures_are_left_alone(seed):
    known = Known("How much?", "112 and 2.12 and 12.5 make 12.", {"answer": "12"}, ())
    text = FLAWS["wrong_detail"](known.own, known, random.Random(seed))
    assert text.startswith("112 and 2.12 and 12.5 make ")


def test_what_has_no_answer_of_its_own_is_refused():
    with pytest.raises(AnswerFailure, match="what the seed answers itself") as refused:
        preference.answer(
            {"question": "Why?", "own": "", "reference": {}, "constraints": []}, random.Random(0)
        )  # fmt: skip
    assert refused.value.kind == "unsupported"


def run(config, folder, **changes):
    overrides = [f"{key}={json.dumps(value)}" for key, value in changes.items()]
    return Plan.load(config, overrides).run(folder)


def test_the_example_gives_exactly_the_rows_asked_for_each_decided_by_code(tmp_path):
    done = run(EXAMPLE / "preference.yaml", tmp_path / "out")
    rows = [stored.row for stored in done.rows(status="accepted")]
    assert len(rows) == 30
    assert {row.verdicts[0].by for row in rows} == {"verifier"}
    assert {row.lineage.origin for row in rows} == {"procedural"}
    report = done.report()
    told = report["accepted"]["preferences"]
    assert told["decided_by"] == {"verifier": 30}
    assert told["length_only_accuracy"] <= 0.6
    assert report["cost"] == {"usd": "0", "note": "no model was paid"}
    assert report["models"][0]["input_tokens"] is None
    assert not any("rating" in key for row in rows for key in row.scores)


def test_the_starter_runs_as_it_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert _cli("init", "--recipe", "preference", "here") == 0
    assert _cli("run", "here/preference.yaml", "--out", "out", "--display", "none") == 0


def _cli(*arguments):
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return ended.value.code or 0


def test_the_embedded_teacher_is_no_judge(tmp_path):
    models = {"teacher": "embedded/procedural", "judge": "embedded/procedural"}
    done = run(EXAMPLE / "preference.yaml", tmp_path / "out", **{"recipes.0.judge": "pairwise", "models": models})
    unscored = [stored.row for stored in done.rows(status="quarantined")]
    assert {row.failed.reason for row in unscored} == {"unsupported"}
    assert {stored.row.verdicts[0].by for stored in done.rows(status="accepted")} == {"verifier"}


def test_one_config_makes_labelled_answers_as_well(tmp_path):
    done = run(EXAMPLE / "preference.yaml", tmp_path / "out", **{"recipes.0.form": "both"})
    kinds = Counter(stored.row.kind for stored in done.rows(status="accepted"))
    assert sum(kinds.values()) == 30
    assert kinds["unpaired"] in (2 * kinds["preference"], 2 * kinds["preference"] - 1, 2 * kinds["preference"] - 2)


@pytest.mark.shared
def test_real_word_problems_become_pairs_that_code_decided(tmp_path):
    if not GSM8K.exists():
        pytest.skip("not run: the word problems are not beside this checkout")
    use = {"use": "preference", "rows": 60}
    config = {"name": "gsm", "seeds": [{"use": "rows", "path": str(GSM8K)}], "recipes": [use]}
    done = Plan.parse(config, base=tmp_path).run(tmp_path / "out")
    rows = [stored.row for stored in done.rows(status="accepted")]
    assert len(rows) == 60
    for row in rows:
        assert row.verdicts[0].by == "verifier"
        assert match(row.chosen[0].content, row.reference).outcome == "pass"
        assert match(row.rejected[0].content, row.reference).outcome == "fail"
