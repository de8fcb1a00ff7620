"""The named evaluators: what each needs and who answers it, as a table that imports none of them.

`find("context_adherence").name == "faithfulness"`. The spellings of `fi.evals` are accepted as aliases; whatever the
spelling, a score of 1 is good (`content_safety_violation` scores 1 for a safe output).
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from windrow.errors import UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterable

    from windrow.evaluators.rubric import Rubric

Kind = Literal["deterministic", "rubric", "claims", "pairwise", "dataset"]
RUBRICS = Path(__file__).parent / "rubrics"
HERE = "windrow.evaluators"


@dataclass(frozen=True, slots=True)
class Evaluator:
    """One named evaluator. `where` is "module:function" of the code that answers, or of a rubric its YAML file's name;
    `needs` are the inputs that must be given."""

    name: str
    kind: Kind
    where: str
    needs: tuple[str, ...] = ("output",)
    aliases: tuple[str, ...] = ()

    @property
    def needs_judge(self) -> bool:
        """Whether a model must be asked."""
        return self.kind in {"rubric", "claims", "pairwise"}

    def load(self) -> Any:  # noqa: ANN401 - a function of its kind's own shape
        """The function that answers; of a rubric, the Rubric."""
        if self.kind == "rubric":
            return rubric_named(self.where)
        module, _, function = self.where.partition(":")
        return getattr(importlib.import_module(module), function)


def _rubric(name: str, needs: str = "output", aliases: str = "") -> Evaluator:
    return Evaluator(name, "rubric", name, tuple(needs.split()), tuple(aliases.split()))


def _code(
    module: str, name: str, needs: str = "output", aliases: str = "", *, kind: Kind = "deterministic"
) -> Evaluator:
    return Evaluator(name, kind, f"{HERE}.{module}:{name}", tuple(needs.split()), tuple(aliases.split()))


TABLE: tuple[Evaluator, ...] = (
    _rubric("task_adherence", "input output"),
    _rubric("task_completion", "input output", "goal_progress"),
    _rubric("prompt_adherence", "input output", "prompt_instruction_adherence"),
    _rubric("completeness", "input output"),
    _rubric("correctness", "input output", "is_correct"),
    _rubric("factual_accuracy", "input output reference", "ground_truth_match"),
    _rubric("context_relevance", "input context", "context_relevancy"),
    _rubric("chunk_attribution", "output context", "source_attribution"),
    _rubric("chunk_utilization", "input output context", "context_utilization"),
    _rubric("answer_refusal", "input output"),
    _rubric("is_helpful", "input output", "helpfulness"),
    _rubric("is_concise", "input output", "conciseness"),
    _rubric("tone", "output", "is_polite clinically_inappropriate_tone"),
    _rubric("safety", "output", "content_safety_violation content_safety content_moderation is_harmful_advice "
            "no_harmful_therapeutic_guidance"),
    _rubric("toxicity", "output"),
    _rubric("bias_detection", "output", "sexist no_racial_bias no_gender_bias no_age_bias cultural_sensitivity"),
    _rubric("data_privacy_compliance", "output", "is_compliant"),
    _rubric("no_llm_reference", "output", "no_openai_reference"),
    _rubric("conversation_coherence", "conversation"),
    _rubric("conversation_resolution", "conversation"),
    _rubric("summary_quality", "input output", "is_good_summary"),
    _rubric("translation_accuracy", "input output"),
    _rubric("text_to_sql", "input output"),
    _rubric("no_apologies"),
    _rubric("is_informal_tone", aliases="informal_tone"),
    Evaluator("faithfulness", "claims", f"{HERE}.claims:judge_claims", ("output", "context"), (
        "groundedness", "context_adherence", "detect_hallucination", "is_factually_consistent", "factual_consistency",
        "claim_support", "hallucination_score", "rag_faithfulness",
    )),
    _code("scanners", "pii", "", "no_pii"),
    _code("scanners", "secrets", "", "no_secrets"),
    _code("scanners", "prompt_injection", "", "protect_flash jailbreak"),
    _code("scanners", "invisible_characters", "", "invisible_chars"),
    _code("function_calls", "evaluate_function_calling", "output", "llm_function_calling evaluate_llm_function_calling "
          "function_call_accuracy"),
    _code("instructions", "instruction_following", "output", "ifeval constraints"),
    _code("metrics", "exact_match", "output reference", "equals"),
    _code("metrics", "contains"),
    _code("metrics", "contains_all"),
    _code("metrics", "contains_any"),
    _code("metrics", "contains_none"),
    _code("metrics", "starts_with"),
    _code("metrics", "ends_with"),
    _code("metrics", "one_line"),
    _code("metrics", "length_less_than"),
    _code("metrics", "length_greater_than"),
    _code("metrics", "length_between"),
    _code("metrics_patterns", "regex"),
    _code("metrics_patterns", "is_email"),
    _code("metrics_patterns", "contains_email"),
    _code("metrics_patterns", "is_url", aliases="is_link"),
    _code("metrics_patterns", "contains_link"),
    _code("metrics_patterns", "contains_valid_link"),
    _code("metrics_patterns", "contains_code", aliases="is_code"),
    _code("metrics_json", "is_json", aliases="json_syntax"),
    _code("metrics_json", "contains_json"),
    _code("metrics_json", "json_schema", aliases="json_validation json_schema_validation schema_compliance"),
    _code("metrics_answers", "answer_match", "output reference"),
    _code("metrics_answers", "numeric_match", "output reference", "equals_numeric"),
    _code("metrics_answers", "math_match", "output reference"),
    _code("metrics_answers", "numeric_similarity", "output reference"),
    _code("metrics_similarity", "rouge_score", "output reference", "rouge rouge_l"),
    _code("metrics_similarity", "bleu_score", "output reference", "bleu"),
    _code("metrics_similarity", "levenshtein_similarity", "output reference", "levenshtein"),
    _code("metrics_similarity", "fuzzy_match", "output reference"),
    _code("metrics_similarity", "token_f1", "output reference"),
    _code("metrics_similarity", "recall_score", "output reference"),
    _code("metrics_similarity", "tfidf_similarity", "output reference", "embedding_similarity"),
    _code("metrics_quotes", "quote_in_context", "output context"),
    _code("metrics_quotes", "quote_recall"),
    _code("metrics_quotes", "citations", "output context"),
    _code("metrics_language", "language", aliases="language_adherence"),
    _code("metrics_language", "refuses"),
    _code("dataset_level", "repetition_rate", "outputs", kind="dataset"),
    _code("dataset_level", "distinct_n", "outputs", kind="dataset"),
)  # fmt: skip


def find(name: str) -> Evaluator:
    """The evaluator that `name` or one of its aliases names, whatever its case. Raises UnknownName with the nearest."""
    known = _known()
    found = known.get(name) or known.get(_plain(name))
    if found is None:
        raise UnknownName.among(_plain(name), known, noun="evaluator")
    return found


def names(kinds: Iterable[Kind] = ()) -> list[str]:
    """The canonical names, in the table's order; of those `kinds` only, where any are given."""
    wanted = set(kinds)
    return [one.name for one in TABLE if not wanted or one.kind in wanted]


@lru_cache(maxsize=64)
def rubric_named(name: str) -> Rubric:
    """The shipped rubric of that name. Raises UnknownName."""
    from windrow.evaluators import rubric  # noqa: PLC0415 - pydantic stays out of `--help`

    known = {one.name: one for one in TABLE if one.kind == "rubric"}
    found = find(name)
    if found.name not in known:
        raise UnknownName.among(name, known, noun="rubric")
    return rubric.load(RUBRICS / f"{found.where}.yaml")


@lru_cache(maxsize=1)
def _known() -> dict[str, Evaluator]:
    known: dict[str, Evaluator] = {}
    for one in TABLE:
        for spelling in (one.name, *one.aliases):
            known.setdefault(spelling, one)
    return known


def _plain(name: str) -> str:
    """`PromptAdherence`, `prompt-adherence` and `Prompt Adherence` as prompt_adherence."""
    spaced = "".join(
        f"_{letter}" if letter.isupper() and at and name[at - 1].islower() else letter for at, letter in enumerate(name)
    )
    return "_".join(spaced.replace("-", " ").replace("_", " ").split()).casefold()
