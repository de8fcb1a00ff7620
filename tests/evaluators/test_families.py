"""Which models are relatives, by their addresses."""

import pytest

from windrow.evaluators.families import families, family, kin, leaking, shared


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("openai/gpt-5", "openai"),
        ("openai/o3-mini", "openai"),
        ("openai/chatgpt-4o-latest", "openai"),
        ("openai/gpt-oss-120b", "openai"),
        ("azure/gpt-4o-2024-08-06", "openai"),
        ("openai/ft:gpt-4o-mini-2024-07-18:claude-fans:llama:9abc", "openai"),
        ("claude-opus-4-7", "anthropic"),
        ("openrouter/anthropic/claude-sonnet-4", "anthropic"),
        ("bedrock/us.anthropic.claude-3-5-sonnet-20241022-v2:0", "anthropic"),
        ("anthropic/next-one", "anthropic"),
        ("vertex_ai/gemini-2.5-pro", "google"),
        ("ollama/gemma3:27b", "google"),
        ("openai/meta-llama/Llama-3.3-70B-Instruct", "meta"),
        ("ollama/llama3", "meta"),
        ("groq/llama-3.1-8b-instant", "meta"),
        ("openai/NousResearch/Hermes-3-Llama-3.1-8B", "meta"),
        ("openai/Qwen2.5-72B-Instruct", "qwen"),
        ("openai/Qwen/QwQ-32B", "qwen"),
        ("openai/mistralai/Mixtral-8x7B", "mistral"),
        ("xai/grok-4", "xai"),
        ("openai/moonshotai/Kimi-K2", "moonshot"),
        ("openai/zai-org/GLM-4.5", "zhipu"),
        ("openai/command-r-plus", "cohere"),
        ("openai/microsoft/phi-4", "microsoft"),
    ],
)
def test_a_model_is_of_its_vendor_wherever_it_is_served(address, expected):
    assert family(address) == expected


def test_a_distillation_is_of_the_family_of_both_its_parents():
    assert families("openai/deepseek-ai/DeepSeek-R1-Distill-Qwen-32B") == ("deepseek", "qwen")
    assert shared("openai/Qwen3-8B", "openai/DeepSeek-R1-Distill-Qwen-32B") == ("qwen",)
    assert shared("openai/Llama-3-8B", "openai/Qwen3-8B") == ()


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("openai/judge-a", "judge-a"),
        ("openai/acme-70b-instruct", "acme"),
        ("ollama/acme:7b", "acme"),
        ("openai/acme/alpha", "acme"),
        ("groq/whisperer", "whisperer"),
        ("openai/marco-o1", "marco-o1"),
        ("openai/70b", "70b"),
    ],
)
def test_an_unknown_model_is_a_family_of_its_own_whatever_serves_it(address, own):
    assert families(address) == (own,)


def test_two_sizes_of_an_unknown_model_are_relatives():
    assert shared("openai/acme-7b", "azure/acme-70b-instruct") == ("acme",)


def test_members_of_one_family_are_told_of_and_strangers_are_not():
    told = list(kin({"one": ["openai/gpt-5"], "two": ["azure/gpt-4o"], "three": ["anthropic/claude-4"]}))
    assert len(told) == 1
    assert "'one'" in told[0]
    assert "'two'" in told[0]
    assert "'openai'" in told[0]


def test_a_judge_of_the_teachers_family_leaks_preference():
    assert leaking(["openai/gpt-5"], ["anthropic/claude-4", "openai/gpt-4o"]) == ("openai",)
    assert leaking(["openai/gpt-5"], ["anthropic/claude-4"]) == ()
