"""What may be trained on what a model said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from windrow.errors import ConfigError
from windrow.terms.policy import STRICTNESS, Policy

if TYPE_CHECKING:
    from pathlib import Path

POLICY = Policy.load()


@pytest.mark.parametrize(
    ("address", "train"),
    [
        ("embedded/procedural", "yes"),
        ("openai/gpt-5-2025-08-07", "no"),
        ("openai/o3", "no"),
        ("openai/ft:gpt-4o:acme::x", "no"),
        ("openai/gpt-oss-120b", "yes"),
        ("anthropic/claude-opus-4-7", "no"),
        ("openai/claude-opus-4-7", "no"),
        ("gemini/gemini-3-pro", "no"),
        ("openai/meta-llama/Llama-3.3-70B-Instruct", "conditional"),
        ("ollama/llama3:8b", "no"),
        ("openai/meta-llama/Meta-Llama-3-8B", "no"),
        ("openai/Qwen/Qwen3-32B", "yes"),
        ("openai/Qwen/Qwen2.5-72B-Instruct", "conditional"),
        ("openai/Qwen/Qwen2.5-3B-Instruct", "no"),
        ("openai/deepseek-ai/DeepSeek-V3.2", "yes"),
        ("openai/google/gemma-3-27b-it", "conditional"),
        ("openai/google/gemma-4-27b-it", "yes"),
        ("openai/mistralai/Mixtral-8x22B-Instruct-v0.1", "yes"),
        ("openai/moonshotai/Kimi-K2-Instruct", "conditional"),
    ],
)
def test_known_models_have_their_providers_terms(address: str, train: str) -> None:
    assert POLICY.of(address).train == train


@pytest.mark.parametrize("address", ["openai/any", "openai/our-own-model", "replay/answers.jsonl", "openai/"])
def test_a_model_that_no_entry_knows_is_unknown_which_blocks(address: str) -> None:
    ruling = POLICY.of(address)
    assert ruling.train == "unknown"
    assert ruling.blocked
    assert ruling.reasons == (f"{address}: nobody has reviewed its terms",)


def test_a_distillation_stands_under_the_terms_of_both_of_its_parents() -> None:
    ruling = POLICY.of("openai/deepseek-ai/DeepSeek-R1-Distill-Llama-70B")
    assert ruling.train == "conditional"
    (terms,) = ruling.parents.values()
    assert {one.provider for one in terms} == {"DeepSeek", "Meta"}


def test_the_strictest_parent_wins_in_any_order() -> None:
    models = ["embedded/procedural", "openai/Llama-3.3-70B", "openai/any", "openai/gpt-5"]
    for count in range(1, len(models) + 1):
        for some in (models[:count], models[:count][::-1]):
            strictest = max((POLICY.of(model).train for model in some), key=STRICTNESS.index)
            assert POLICY.of_all(some, {}).train == strictest


def test_a_row_that_no_model_made_is_free() -> None:
    assert not POLICY.of_all([], {}).blocked


def test_what_the_config_states_takes_the_place_of_the_table() -> None:
    ruling = POLICY.of_all(["openai/gpt-5", "embedded/procedural"], {"openai/gpt-5": "our agreement of May allows it"})
    assert not ruling.blocked
    assert ruling.train == "conditional"
    assert ruling.stated == {"openai/gpt-5": "our agreement of May allows it"}


def test_reasons_name_model_provider_and_condition() -> None:
    (reason,) = POLICY.of("anthropic/claude-opus-4-7").reasons
    assert reason.startswith("anthropic/claude-opus-4-7: Anthropic, ")
    assert "compet" in reason


def test_a_users_own_entries_come_first(tmp_path: Path) -> None:
    own = tmp_path / "terms.yaml"
    own.write_text(
        "- {id: ours, provider: Acme, models: ['acme-*', 'gpt-5*'], train: 'yes', licence: contract, "
        "reviewed: 2026-11-01}\n",
        encoding="utf-8",
    )
    policy = Policy.load(own)
    assert policy.of("openai/acme-7b").train == "yes"
    assert policy.of("openai/gpt-5").train == "yes"
    assert policy.of("openai/gpt-4o").train == "no"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {id: x}\n", "provider"),
        ("- [\n", "not YAML"),
        ("- {id: x, provider: p, models: [a], train: maybe, licence: l, reviewed: 2026-01-01}\n", "train"),
        ("- {id: x, provider: p, models: [], train: 'no', licence: l, reviewed: 2026-01-01}\n", "models"),
    ],
)
def test_a_file_of_terms_that_is_wrong_is_told_by_its_place(tmp_path: Path, text: str, said: str) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=said) as caught:
        Policy.load(own)
    assert str(own) in str(caught.value)


def test_a_file_of_terms_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be read"):
        Policy.load(tmp_path / "none.yaml")
