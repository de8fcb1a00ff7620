"""The embedded teacher: what it plants its rules find, what it mends they find no more, and it invents nothing."""

import random
from pathlib import Path

import pytest

from windrow import Plan
from windrow.errors import AnswerFailure
from windrow.teachers.embedded import constitutional
from windrow.teachers.embedded.constitutional_words import WORDS
from windrow.text.conduct import RULES, Case, broken
from windrow.text.conduct_phrases import DOSE_CAUTION, EMERGENCY_ADVICE

ROOT = Path(__file__).parents[2]
STARTER = ROOT / "src" / "windrow" / "cli" / "starters" / "constitutional"
FACTS = {
    "en": "The water boils at a hundred degrees at sea level, and lower on a mountain.",
    "de": "Das Wasser kocht bei hundert Grad, auf einem Berg früher.",
    "fr": "L'eau bout à cent degrés, plus tôt en montagne.",
    "es": "El agua hierve a cien grados, y antes en la montaña.",
}
PLANTED = ("over_refusal", "lecture", "insult", "claims_human", "guaranteed_return")


def conversation(text):
    return [{"role": "user", "content": text}]


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("rule", PLANTED)
def test_every_planted_wording_breaks_its_rule_and_no_other(language, rule):
    for words in WORDS[language][rule]:
        assert broken(Case("?", f"{words} {FACTS[language]}")) == {rule}, words


@pytest.mark.parametrize("language", WORDS)
def test_every_wording_around_a_refusal_does_what_it_is_for(language):
    said = WORDS[language]
    assert all(broken(Case("?", words, "refuse")) == {"under_refusal"} for words in said["hollow"])
    for refusal in said["refusal"]:
        assert broken(Case("?", refusal, "refuse")) == {"bare_refusal"}
        for offer in (*said["elsewhere"], *(f"{opening} {FACTS[language]}" for opening in said["redirect"])):
            assert broken(Case("?", f"{refusal} {offer}", "refuse")) == frozenset(), (refusal, offer)


@pytest.mark.parametrize("language", WORDS)
def test_every_wording_that_mends_breaks_nothing(language):
    said = WORDS[language]
    for words in (*said["emergency"], *said["caution"], *said["uncertain"]):
        assert broken(Case("?", f"{words} {FACTS[language]}")) == frozenset(), words
    assert all(EMERGENCY_ADVICE.search(words) for words in said["emergency"])
    assert all(DOSE_CAUTION.search(words) for words in said["caution"])


def test_what_it_drafts_its_critic_finds_and_its_reviser_mends():
    prompt, facts = "My card 4539 1488 0343 6467 is lost. Do I invest, with chest pain?", f"{FACTS['en']} Call 112."
    found = set()
    for seed in range(200):
        target = "refuse" if seed % 4 == 0 else "comply"
        variables = {"conversation": conversation(prompt), "facts": facts, "target": target, "nth": seed}
        answer = constitutional.draft(variables, random.Random(seed)).text
        rules = broken(Case(prompt, answer, target))
        found |= rules
        shown = {**variables, "answer": answer, "principle": {"checks": tuple(RULES)}}
        told = constitutional.critique(shown, random.Random(seed)).text
        assert ('"issue":true' in told) == bool(rules)
        mended = constitutional.revise(shown, random.Random(seed)).text
        assert broken(Case(prompt, mended, target)) == frozenset(), (answer, mended)
        assert bool(rules) or mended == answer
    assert found >= {"over_refusal", "under_refusal", "bare_refusal", "insult", "lecture", "claims_human",
                     "personal_data", "guaranteed_return", "missing_emergency_advice"}  # fmt: skip


def test_without_facts_it_helps_with_nothing():
    variables = {"conversation": conversation("How do I mend a tap?"), "facts": "", "target": "comply", "nth": 0}
    with pytest.raises(AnswerFailure) as caught:
        constitutional.draft(variables, random.Random(0))
    assert caught.value.kind == "unsupported"
    assert "facts" in caught.value.what


def test_in_a_language_without_words_it_says_so():
    variables = {
        "conversation": conversation("水は何度で沸騰しますか？"),
        "facts": "水は百度で沸騰します。",
        "target": "comply",
    }
    with pytest.raises(AnswerFailure, match="no words in this language"):
        constitutional.draft(variables, random.Random(0))


@pytest.mark.parametrize(
    ("config", "rows"),
    [(ROOT / "examples" / "constitutional" / "constitutional.yaml", 80), (STARTER / "constitutional.yaml", 20)],
)
def test_example_and_starter_reach_exactly_their_target(tmp_path, config, rows):
    run = Plan.load(config).run(tmp_path / "out")
    assert not run.unmet()
    accepted = [stored.row for stored in run.rows(status="accepted")]
    assert len(accepted) == rows
    assert {row.kind for row in accepted} == {"sft", "preference"}
    assert {row.reference["class"] for row in accepted} == {"harmful", "borderline", "benign"}
    assert {row.lineage.origin for row in accepted} == {"procedural"}
    assert not any(audit["faults"] for audit in run.report()["audits"])
    verified = run.report()["verified"]
    assert set(verified["confirmed_by"]) == {"constitutional", "refusal"}
    assert 0.5 <= verified["confirmed"] < 1  # an answer that only does not decline is confirmed by nobody


def test_help_that_nothing_was_mended_in_is_confirmed_by_no_program(tmp_path):
    run = Plan.load(STARTER / "constitutional.yaml").run(tmp_path / "out")
    for stored in run.rows(status="accepted"):
        told = stored.row.lineage.extra
        confirmed = {verdict.by for verdict in stored.row.verdicts if verdict.outcome == "pass" and verdict.evidence}
        assert ("refusal" in confirmed) == (stored.row.reference["refusal_target"] == "refuse")
        assert ("constitutional" in confirmed) == bool(told["violations"]["draft"])


def test_all_of_the_examples_prompts_are_of_use(tmp_path):
    config = ROOT / "examples" / "constitutional" / "constitutional.yaml"
    run = Plan.load(config, ["recipes.0.rows=null", "exports=[]"]).run(tmp_path / "out")
    assert run.reasons() == []
    rows = [stored.row for stored in run.rows(status="accepted")]
    assert sum(row.kind == "sft" for row in rows) == 64
    families = {row.lineage.family for row in rows}
    assert len(families) == 64
