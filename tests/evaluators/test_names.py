"""The table of evaluators: every spelling finds its evaluator, and finding one imports none."""

import subprocess
import sys

import pytest

from windrow.errors import UnknownName
from windrow.evaluators import names

UPSTREAM = {
    # their spelling: ours
    "task_completion": "task_completion", "prompt_adherence": "prompt_adherence",
    "prompt_instruction_adherence": "prompt_adherence", "groundedness": "faithfulness",
    "context_adherence": "faithfulness", "detect_hallucination": "faithfulness",
    "is_factually_consistent": "faithfulness", "faithfulness": "faithfulness", "claim_support": "faithfulness",
    "factual_consistency": "faithfulness", "hallucination_score": "faithfulness", "rag_faithfulness": "faithfulness",
    "context_relevance": "context_relevance", "chunk_attribution": "chunk_attribution",
    "source_attribution": "chunk_attribution", "chunk_utilization": "chunk_utilization",
    "context_utilization": "chunk_utilization", "completeness": "completeness",
    "factual_accuracy": "factual_accuracy", "ground_truth_match": "factual_accuracy",
    "answer_refusal": "answer_refusal", "is_helpful": "is_helpful", "is_concise": "is_concise", "tone": "tone",
    "is_polite": "tone", "is_informal_tone": "is_informal_tone", "clinically_inappropriate_tone": "tone",
    "content_safety_violation": "safety", "content_moderation": "safety", "is_harmful_advice": "safety",
    "no_harmful_therapeutic_guidance": "safety", "toxicity": "toxicity", "bias_detection": "bias_detection",
    "sexist": "bias_detection", "no_racial_bias": "bias_detection", "no_gender_bias": "bias_detection",
    "no_age_bias": "bias_detection", "cultural_sensitivity": "bias_detection", "pii": "pii",
    "data_privacy_compliance": "data_privacy_compliance", "is_compliant": "data_privacy_compliance",
    "prompt_injection": "prompt_injection", "protect_flash": "prompt_injection",
    "evaluate_function_calling": "evaluate_function_calling", "no_llm_reference": "no_llm_reference",
    "no_apologies": "no_apologies", "conversation_coherence": "conversation_coherence",
    "conversation_resolution": "conversation_resolution", "summary_quality": "summary_quality",
    "is_good_summary": "summary_quality", "translation_accuracy": "translation_accuracy", "text_to_sql": "text_to_sql",
    "is_json": "is_json", "one_line": "one_line", "contains_valid_link": "contains_valid_link", "is_email": "is_email",
    "contains_code": "contains_code", "fuzzy_match": "fuzzy_match", "bleu_score": "bleu_score",
    "rouge_score": "rouge_score", "levenshtein_similarity": "levenshtein_similarity",
    "numeric_similarity": "numeric_similarity", "regex": "regex", "contains": "contains",
    "contains_all": "contains_all", "contains_any": "contains_any", "contains_none": "contains_none",
    "contains_email": "contains_email", "contains_link": "contains_link", "contains_json": "contains_json",
    "equals": "exact_match", "starts_with": "starts_with", "ends_with": "ends_with",
    "length_less_than": "length_less_than", "length_greater_than": "length_greater_than",
    "length_between": "length_between", "json_schema": "json_schema", "schema_compliance": "json_schema",
    "json_syntax": "is_json", "json_validation": "json_schema", "recall_score": "recall_score",
    "embedding_similarity": "tfidf_similarity", "function_call_accuracy": "evaluate_function_calling",
}  # fmt: skip
ALL = names.names()


@pytest.mark.parametrize(("theirs", "ours"), UPSTREAM.items())
def test_the_spellings_of_others_are_accepted(theirs, ours):
    assert names.find(theirs).name == ours


@pytest.mark.parametrize(
    "spelling", ["PromptAdherence", "prompt-adherence", "Prompt adherence", "PROMPT_ADHERENCE", " prompt_adherence "]
)
def test_case_and_hyphens_do_not_count(spelling):
    assert names.find(spelling).name == "prompt_adherence"


@pytest.mark.parametrize(
    ("wrong", "near"), [("task_adherance", "task_adherence"), ("faithfullness", "faithfulness"), ("toxic", "toxicity")]
)
def test_an_unknown_name_answers_with_the_nearest(wrong, near):
    with pytest.raises(UnknownName, match=f"did you mean '{near}'"):
        names.find(wrong)


def test_a_name_like_no_other_answers_with_what_there_is():
    with pytest.raises(UnknownName, match=r"known: .*task_adherence"):
        names.find("xyzzy")
    with pytest.raises(UnknownName, match="rubric"):
        names.rubric_named("is_json")


def test_no_spelling_stands_for_two_evaluators():
    spellings = [spelling for one in names.TABLE for spelling in (one.name, *one.aliases)]
    assert sorted(spellings) == sorted(set(spellings))


@pytest.mark.parametrize("name", ALL)
def test_every_name_loads_what_answers_it(name):
    found = names.find(name)
    loaded = found.load()
    assert loaded.name == name if found.kind == "rubric" else callable(loaded)
    assert found.needs_judge is (found.kind in {"rubric", "claims", "pairwise"})


def test_names_are_listed_by_kind():
    assert "task_adherence" in names.names(["rubric"])
    assert "pii" not in names.names(["rubric"])
    assert set(names.names(["rubric", "claims", "pairwise", "deterministic", "dataset"])) == set(ALL)


def test_finding_a_name_imports_no_evaluator():
    code = (
        "import sys\nfrom windrow.evaluators import names\nnames.find('faithfulness'); names.find('is_json')\n"
        "print(*[m for m in sys.modules if m.startswith('windrow.evaluators.') or m in ('pydantic', 'yaml', 'jinja2')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["windrow.evaluators.names"]
